"""Writing down what became of messages."""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, assert_never

import sqlalchemy as sa
from sqlalchemy import orm

from storage import direct, gates
from storage.deliveries import (
    IN_FLIGHT,
    Again,
    AsNew,
    Done,
    Later,
    LookLater,
    Lost,
    Over,
    Patience,
    Paused,
    Sent,
    State,
    Unsent,
)
from storage.tables import DeliveryRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

LONGEST_BACKOFF = timedelta(minutes=5)

_asked_for = DeliveryRow.id.in_(sa.bindparam("ids", expanding=True))
# The card is the most of a row, and nothing is asked of it here.
THESE = sa.select(DeliveryRow).options(orm.defer(DeliveryRow.card)).where(_asked_for)
LEASES = sa.select(DeliveryRow.id, DeliveryRow.state, DeliveryRow.lease_owner, DeliveryRow.lease_until).where(
    _asked_for
)
_kept: sa.Table = DeliveryRow.__table__  # type: ignore[assignment]  # a mapped class's table is one
SENT = sa.update(_kept).where(_kept.c.id == sa.bindparam("row")).values(state=State.SENT.value, lease_until=None)
"""With what is written of it by name."""


def written(session: Session, done: Sequence[Done], real: datetime, patience: Patience) -> None:
    """Of companies that are held. What was leased to somebody else meanwhile is theirs to write."""
    connection = session.connection()
    leases = {it.id: it for it in connection.execute(LEASES, {"ids": [it.message.id for it in done]})}
    ours = [it for it in sorted(done, key=lambda it: it.message.id) if _is_ours(leases.get(it.message.id), it)]
    # Most were sent, and all that is to be said of those fits into one statement.
    sent = [_sent(it.message.id, it.outcome, real) for it in ours if isinstance(it.outcome, Sent)]
    direct.write(connection, SENT, sent)
    others = {it.message.id: it.outcome for it in ours if not isinstance(it.outcome, Sent)}
    for row in session.scalars(THESE, {"ids": list(others)}) if others else ():
        _write(row, others[row.id], real, patience)
    gates.move(session, ours, real, patience)


def abandoned(row: DeliveryRow, real: datetime, patience: Patience) -> None:
    """Its lease ran out. An edit is simply made again; anything else may be there, and is looked up."""
    if row.reference is not None:
        _again(row, "its sender stopped", real, patience)
    else:
        row.state, row.retry_at, row.lease_until = State.UNKNOWN, real + patience.settle, None


def _sent(row: int, outcome: Sent, real: datetime) -> Mapping[str, Any]:
    reference = None if outcome.reference is None else dict(outcome.reference)
    said = {"platform": outcome.platform, "reference": reference, "reason": outcome.doubt}
    return {"row": row, "sent_at": real, **said}


def _is_ours(row: Any, it: Done) -> bool:
    if row is not None and _still_ours(row, it):
        return True
    log.warning("%s of %s: %s, but its lease had run out", it.message.key, it.message.company.slug, it.outcome)
    return False


def _still_ours(row: Any, it: Done) -> bool:
    """Who was frozen beyond the lease may still say that it did send, as long as nobody else took the row up."""
    if row.lease_owner != it.message.lease or row.state not in IN_FLIGHT:
        return False
    return row.lease_until is not None or isinstance(it.outcome, Sent)


def _write(row: DeliveryRow, outcome: Unsent, real: datetime, patience: Patience) -> None:
    row.lease_until = None
    match outcome:
        case Later(after, why):
            row.state, row.retry_at, row.reason = State.QUEUED, real + after, why or row.reason
            row.attempts -= 1
        case Paused(_, why):
            row.state, row.retry_at, row.reason = State.QUEUED, real + patience.pause, why
            row.attempts -= 1
        case Lost(platform, why):
            row.state, row.platform, row.reason = State.UNKNOWN, platform, why
            row.retry_at = real + patience.settle
        case LookLater(after, why):
            row.state, row.retry_at, row.reason = State.UNKNOWN, real + after, why
        case Again(why, repeat):
            row.repeat = row.repeat or repeat
            _again(row, why, real, patience)
        case AsNew(why):
            row.state, row.replaces, row.reference, row.reason = State.QUEUED, None, None, why
            row.attempts, row.retry_at = row.attempts - 1, None
        case Over(state, why):
            row.state, row.reason = state, why
        case _:
            assert_never(outcome)


def _again(row: DeliveryRow, why: str, real: datetime, patience: Patience) -> None:
    row.reason, row.lease_until = why, None
    if row.attempts >= patience.attempts:
        row.state, row.reason = State.DEAD, f"{why} (tried {row.attempts} times)"
        return
    # Spread out, so that what failed together doesn't come back together.
    spread = random.uniform(0.75, 1.25)  # noqa: S311 - nothing secret
    pause = min(patience.backoff * 2**row.attempts, LONGEST_BACKOFF) * spread
    if row.reference is not None:
        # An edit may still be taken late: only then is it made again, and only after that a newer one, or the late one
        # would overwrite it.
        pause = max(pause, patience.settle)
    row.state, row.retry_at = State.QUEUED, real + pause

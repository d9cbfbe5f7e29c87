"""Writing down what became of messages."""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, assert_never

import sqlalchemy as sa
from sqlalchemy import orm

from storage import gates
from storage.deliveries import (
    IN_FLIGHT,
    Again,
    AsNew,
    Done,
    Later,
    LookLater,
    Lost,
    Outcome,
    Over,
    Patience,
    Paused,
    Sent,
    State,
)
from storage.tables import DeliveryRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

LONGEST_BACKOFF = timedelta(minutes=5)

# The card is the most of a row, and nothing is asked of it here.
THESE = (
    sa.select(DeliveryRow)
    .options(orm.defer(DeliveryRow.card))
    .where(DeliveryRow.id.in_(sa.bindparam("ids", expanding=True)))
)


def written(session: Session, done: Sequence[Done], real: datetime, patience: Patience) -> None:
    """Of companies that are held. What was leased to somebody else meanwhile is theirs to write."""
    rows = {row.id: row for row in session.scalars(THESE, {"ids": [it.message.id for it in done]})}
    ours = [it for it in sorted(done, key=lambda it: it.message.id) if _is_ours(rows.get(it.message.id), it)]
    for it in ours:
        _write(rows[it.message.id], it.outcome, real, patience)
    gates.move(session, ours, real, patience)


def abandoned(row: DeliveryRow, real: datetime, patience: Patience) -> None:
    """Its lease ran out. An edit is simply made again; anything else may be there, and is looked up."""
    if row.reference is not None:
        _again(row, "its sender stopped", real, patience)
    else:
        row.state, row.retry_at, row.lease_until = State.UNKNOWN, real + patience.settle, None


def _is_ours(row: DeliveryRow | None, it: Done) -> bool:
    if row is not None and _still_ours(row, it):
        return True
    log.warning("%s of %s: %s, but its lease had run out", it.message.key, it.message.company.slug, it.outcome)
    return False


def _still_ours(row: DeliveryRow, it: Done) -> bool:
    """Who was frozen beyond the lease may still say that it did send, as long as nobody else took the row up."""
    if row.lease_owner != it.message.lease or row.state not in IN_FLIGHT:
        return False
    return row.lease_until is not None or isinstance(it.outcome, Sent)


def _write(row: DeliveryRow, outcome: Outcome, real: datetime, patience: Patience) -> None:
    row.lease_until = None
    match outcome:
        case Sent(platform, reference, doubt):
            row.state, row.platform, row.reason, row.sent_at = State.SENT, platform, doubt, real
            row.reference = None if reference is None else dict(reference)
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

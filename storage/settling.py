"""Writing down what became of a message, and moving the gates it went through."""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, assert_never

import sqlalchemy as sa

from storage.claiming import PAUSE, WHOLE, conversation
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
from storage.tables import DeliveryRow, GateRow
from storage.upsert import upsert

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from storage.work import CompanyWork

log = logging.getLogger(__name__)

THESE = sa.select(DeliveryRow).where(DeliveryRow.id.in_(sa.bindparam("ids", expanding=True)))
LONGEST_BACKOFF = timedelta(minutes=5)


def written(work: CompanyWork, done: Sequence[Done], real: datetime, patience: Patience) -> None:
    """All of one company's; what was leased to somebody else meanwhile is theirs to write."""
    gates: dict[str, datetime] = {}
    rows = {row.id: row for row in work.session.scalars(THESE, {"ids": [it.message.id for it in done]})}
    for it in sorted(done, key=lambda it: it.message.id):
        row = rows.get(it.message.id)
        if row is None or not _still_ours(row, it):
            log.warning("%s of %s: %s, but its lease had run out", it.message.key, it.message.company.slug, it.outcome)
            continue
        _write(row, it.outcome, real, patience)
        _move(gates, it, real, patience)
    close(work.session, work.company_id, gates)


def abandoned(row: DeliveryRow, real: datetime, patience: Patience) -> None:
    """Its lease ran out. An edit is simply made again; anything else may be there, and is looked up."""
    if row.reference is not None:
        _again(row, "its sender stopped", real, patience)
    else:
        row.state, row.retry_at, row.lease_until = State.UNKNOWN, real + patience.settle, None


def close(session: Session, company_id: int, gates: Mapping[str, datetime]) -> None:
    """Nothing through these until then; never earlier than what stands."""
    if not gates:
        return
    standing = sa.select(GateRow.scope, GateRow.next_ok_at).where(
        GateRow.company_id == company_id, GateRow.scope.in_(gates)
    )
    known = {row.scope: row.next_ok_at for row in session.execute(standing)}
    rows = [
        {"company_id": company_id, "scope": scope, "next_ok_at": max(until, known.get(scope, until))}
        for scope, until in sorted(gates.items())
    ]
    upsert(session.connection(), GateRow, rows, by=["company_id", "scope"])


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


def _move(gates: dict[str, datetime], it: Done, real: datetime, patience: Patience) -> None:
    """A gate moves when a message is done, by the pace of the channel that took it.

    Until then the message itself holds the conversation, and one of its company's few places.
    """
    match it.outcome:
        case Later(after, _, whole_company=True):
            _until(gates, WHOLE, real + after)
        case Paused(platform):
            _until(gates, PAUSE + platform, real + patience.pause)
        case _:
            pass
    if it.pace is None:
        return
    if it.pace.company:
        gates[WHOLE] = max(gates.get(WHOLE, real), real) + it.pace.company
    if it.pace.conversation:
        _until(gates, conversation(it.message), real + it.pace.conversation)


def _until(gates: dict[str, datetime], scope: str, until: datetime) -> None:
    gates[scope] = max(gates.get(scope, until), until)

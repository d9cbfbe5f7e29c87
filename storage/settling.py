"""Writing down what became of messages, and moving the gates they went through."""

from __future__ import annotations

import logging
import random
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, assert_never

import sqlalchemy as sa
from sqlalchemy import orm

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

log = logging.getLogger(__name__)

LONGEST_BACKOFF = timedelta(minutes=5)
Scope = tuple[int, str]
"""A gate's name: the company's id, and what in it."""
Gates = dict[Scope, datetime]

# The card is the most of a row, and nothing is asked of it here.
THESE = (
    sa.select(DeliveryRow)
    .options(orm.defer(DeliveryRow.card))
    .where(DeliveryRow.id.in_(sa.bindparam("ids", expanding=True)))
)
STANDING = sa.select(GateRow.company_id, GateRow.scope, GateRow.next_ok_at).where(
    GateRow.company_id.in_(sa.bindparam("companies", expanding=True)),
    GateRow.scope.in_(sa.bindparam("scopes", expanding=True)),
)


def written(session: Session, done: Sequence[Done], real: datetime, patience: Patience) -> None:
    """Of companies that are held. What was leased to somebody else meanwhile is theirs to write."""
    rows = {row.id: row for row in session.scalars(THESE, {"ids": [it.message.id for it in done]})}
    ours = [it for it in sorted(done, key=lambda it: it.message.id) if _is_ours(rows.get(it.message.id), it)]
    for it in ours:
        _write(rows[it.message.id], it.outcome, real, patience)
    close(session, _moved(session, ours, real, patience))


def abandoned(row: DeliveryRow, real: datetime, patience: Patience) -> None:
    """Its lease ran out. An edit is simply made again; anything else may be there, and is looked up."""
    if row.reference is not None:
        _again(row, "its sender stopped", real, patience)
    else:
        row.state, row.retry_at, row.lease_until = State.UNKNOWN, real + patience.settle, None


def close(session: Session, gates: Gates) -> None:
    """Nothing through these until then; never earlier than what stands."""
    standing = _standing(session, gates)
    rows = [
        {"company_id": it[0], "scope": it[1], "next_ok_at": max(until, standing.get(it, until))}
        for it, until in sorted(gates.items())
    ]
    upsert(session.connection(), GateRow, rows, by=["company_id", "scope"])


def _standing(session: Session, scopes: Collection[Scope]) -> Gates:
    if not scopes:
        return {}
    told = {"companies": sorted({it[0] for it in scopes}), "scopes": sorted({it[1] for it in scopes})}
    return {(row.company_id, row.scope): row.next_ok_at for row in session.execute(STANDING, told)}


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


def _moved(session: Session, done: Sequence[Done], real: datetime, patience: Patience) -> Gates:
    """A gate moves when a message is done, by the pace of the channel that took it.

    Until then the message itself holds the conversation, and one of its company's few places. Each moves the company's
    gate on from where it stands: several that are done one by one take as long as if they were done together.
    """
    paced = [it for it in done if it.pace and it.pace.company]
    gates = _standing(session, {(it.message.company_id, WHOLE) for it in paced})
    for it in done:
        company = it.message.company_id
        if it.pace and it.pace.company:
            gates[company, WHOLE] = max(gates.get((company, WHOLE), real), real) + it.pace.company
        if it.pace and it.pace.conversation:
            _until(gates, (company, conversation(it.message)), real + it.pace.conversation)
        match it.outcome:
            case Later(after, _, whole_company=True):
                _until(gates, (company, WHOLE), real + after)
            case Paused(platform):
                _until(gates, (company, PAUSE + platform), real + patience.pause)
            case _:
                pass
    return gates


def _until(gates: Gates, scope: Scope, until: datetime) -> None:
    gates[scope] = max(gates.get(scope, until), until)

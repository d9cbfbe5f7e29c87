"""Which messages of one company may go now: the first of each conversation, under open gates, replacements resolved."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy import orm

from coaching.card import Card
from coaching.decision import Kind
from storage import codec
from storage.database import is_sqlite
from storage.deliveries import IN_FLIGHT, Patience, State, Waiting
from storage.tables import CompanyRow, DeliveryRow, GateRow
from storage.types import UTCDateTime

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from storage.work import CompanyWork

WHOLE: Final = "company"
PAUSE: Final = "pause:"


def conversation(row: DeliveryRow | Waiting) -> str:
    """The gate's scope: a person's chat and their mail are two conversations."""
    return f"{'mail' if row.by_mail else 'to'}:{row.member}"


def alone(work: CompanyWork, *, wait: bool) -> bool:
    """Take the company's delivery for this transaction; False when another worker has it and we don't wait.

    SQLite's transaction is the only writer already. `key_share` lets others add the company's rows meanwhile.
    """
    if is_sqlite(work.session.connection()):
        return True
    asked = sa.select(CompanyRow.id).where(CompanyRow.id == work.company_id)
    return work.session.scalar(asked.with_for_update(key_share=True, skip_locked=not wait)) is not None


def claimed(work: CompanyWork, now: datetime, real: datetime, room: int, patience: Patience) -> Iterator[Waiting]:
    """Lease up to `room` messages. `now` is the program's time, `real` what leases and gates go by."""
    session, told = work.session, {"company": work.company_id, "real": real}
    session.execute(SERVED, told)
    gates = {row.scope: row.next_ok_at - real for row in session.execute(CLOSED_GATES, told)}
    if WHOLE in gates:
        return
    in_flight = session.scalar(IN_FLIGHT_SINCE, told | {"since": real - patience.fence}) or 0
    room = min(room, patience.per_company - in_flight)
    if room <= 0:
        return
    paused = {scope.removeprefix(PAUSE): left for scope, left in gates.items() if scope.startswith(PAUSE)}
    lease = secrets.token_hex(8)
    for row in session.scalars(HEADS, told | {"now": now, "room": room}).all():
        if _ready(session, row, now):
            row.state, row.lease_owner, row.lease_until = State.SENDING, lease, real + patience.lease
            row.attempt_at, row.attempts = real, row.attempts + 1
            message = waiting(work, row, paused)
            if message:
                yield message


def waiting(work: CompanyWork, row: DeliveryRow, paused: Mapping[str, timedelta]) -> Waiting | None:
    """The row as a value; one whose card can't be read any more is dead, and None."""
    try:
        card = codec.load(Card, row.card)
    except Exception as problem:  # noqa: BLE001 - whatever is wrong with one card must not hold up the others
        row.state, row.reason = State.DEAD, f"its content can't be read: {problem}"
        return None
    return Waiting(
        id=row.id,
        company=work.company,
        member=row.member,
        key=row.key,
        kind=Kind(row.kind),
        card=card,
        nonce=row.nonce,
        lease=row.lease_owner or "",
        attempts=row.attempts,
        attempt_at=row.attempt_at,
        expires_at=row.expires_at,
        by_mail=row.by_mail,
        only_edit=row.only_edit,
        repeat=row.repeat,
        platform=row.platform,
        reference=row.reference,
        paused=paused,
    )


# --- the questions, put together once: that takes longer than asking them ------------------------------------------
NOW: Final = sa.bindparam("now", type_=UTCDateTime())
REAL: Final = sa.bindparam("real", type_=UTCDateTime())
COMPANY: Final = sa.bindparam("company", type_=sa.BigInteger())
TIME_FOR_ANOTHER_TRY: Final = sa.or_(DeliveryRow.retry_at.is_(None), DeliveryRow.retry_at <= REAL)


def _heads_asked() -> sa.Select[DeliveryRow]:
    """Of each conversation the first that is due, where none is in flight and the gate is open; urgent ones first.

    One in flight, unknown or waiting for its next try holds the later ones back: people read messages in order.
    """
    it, other, flying = DeliveryRow, orm.aliased(DeliveryRow), orm.aliased(DeliveryRow)
    firsts = (
        sa.select(sa.func.min(other.id))
        .where(other.company_id == COMPANY, other.state == State.QUEUED, other.not_before <= NOW)
        .group_by(other.member, other.by_mail)
    )
    in_flight = sa.exists().where(
        flying.company_id == it.company_id,
        flying.member == it.member,
        flying.by_mail == it.by_mail,
        flying.state.in_(IN_FLIGHT),
    )
    scope = sa.case((it.by_mail, "mail:"), else_="to:") + it.member
    closed = sa.exists().where(GateRow.company_id == it.company_id, GateRow.scope == scope, GateRow.next_ok_at > REAL)
    return (
        sa.select(it)
        .where(it.id.in_(firsts), it.state == State.QUEUED, TIME_FOR_ANOTHER_TRY, ~in_flight, ~closed)
        .order_by(it.priority, it.id)
        .limit(sa.bindparam("room"))
        # Never wait for a row here: whoever holds it may be waiting for the company, which we hold.
        .with_for_update(skip_locked=True, of=it)
    )


HEADS: Final = _heads_asked()
CLOSED_GATES: Final = sa.select(GateRow.scope, GateRow.next_ok_at).where(
    GateRow.company_id == COMPANY,
    GateRow.next_ok_at > REAL,
    sa.or_(GateRow.scope == WHOLE, GateRow.scope.startswith(PAUSE)),
)
# An attempt older than a call may take isn't in flight any more, its worker was killed; it holds no place.
IN_FLIGHT_SINCE: Final = sa.select(sa.func.count(DeliveryRow.id)).where(
    DeliveryRow.company_id == COMPANY,
    DeliveryRow.state == State.SENDING,
    DeliveryRow.attempt_at > sa.bindparam("since", type_=UTCDateTime()),
)
SERVED: Final = (
    sa.update(CompanyRow)
    .where(CompanyRow.id == COMPANY)
    .values(served_at=REAL)
    .execution_options(synchronize_session=False)
)
BY_KEY: Final = sa.select(DeliveryRow).where(DeliveryRow.company_id == COMPANY, DeliveryRow.key == sa.bindparam("key"))


def too_late(why: str | None) -> str:
    """The reason of one that is skipped; `why` is what had kept it."""
    return "its time was over before it could be sent" + (f": {why}" if why else "")


def _ready(session: Session, row: DeliveryRow, now: datetime) -> bool:
    """Whether the row may be sent; one that is late or has nothing to replace is settled on the way."""
    if row.expires_at is not None and row.expires_at < now:
        row.state, row.reason = State.SKIPPED_LATE, too_late(row.reason)
        return False
    row.reference = row.platform = None
    return row.replaces is None or _replaces(session, row, row.replaces)


def _replaces(session: Session, row: DeliveryRow, key: str | None) -> bool:
    """Find what the row overwrites, through any number of versions that were never sent; those it overtakes."""
    overtaken: list[DeliveryRow] = []
    seen = {row.key}
    while key and key not in seen:
        seen.add(key)
        earlier = session.scalar(BY_KEY, {"company": row.company_id, "key": key})
        # A button may come back with any key in it: nobody overwrites what stands in another's conversation.
        if earlier is None or earlier.member != row.member:
            break
        match earlier.state:
            case State.SENT:
                return _found(row, earlier, overtaken)
            case State.SENDING | State.UNKNOWN:
                return False
            case State.QUEUED:
                if not _locked(session, earlier):
                    return False
                overtaken.append(earlier)
            case _:
                pass
        key = earlier.replaces
    return _nothing_sent_yet(row, overtaken)


def _found(row: DeliveryRow, earlier: DeliveryRow, overtaken: list[DeliveryRow]) -> bool:
    if earlier.reference is None and row.only_edit:
        row.state, row.reason = State.WITHDRAWN, "the message it would change can't be changed"
        return False
    row.reference, row.platform = earlier.reference, earlier.platform
    _overtake(row, overtaken)
    return True


def _nothing_sent_yet(row: DeliveryRow, overtaken: list[DeliveryRow]) -> bool:
    """What only edits changes the message that still waits; anything else takes its place."""
    if not row.only_edit:
        _overtake(row, overtaken)
        return True
    row.state, row.reason = State.WITHDRAWN, "the message it would change was never sent"
    whole = next((it for it in overtaken if not it.only_edit), None)
    if whole:
        whole.card, row.reason = row.card, f"{whole.key} carries its content"
    return False


def _overtake(row: DeliveryRow, overtaken: list[DeliveryRow]) -> None:
    for earlier in overtaken:
        earlier.state, earlier.reason = State.WITHDRAWN, f"overtaken by {row.key}"


def _locked(session: Session, row: DeliveryRow) -> bool:
    """Whether nobody else is changing it at this moment."""
    asked: sa.Select[Any] = sa.select(DeliveryRow.id).where(DeliveryRow.id == row.id, DeliveryRow.state == State.QUEUED)
    return session.scalar(asked.with_for_update(skip_locked=True)) is not None

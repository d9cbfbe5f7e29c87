"""Which messages may go now: the first of each conversation, under open gates, replacements resolved."""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy import orm

from coaching.card import Card
from coaching.decision import Kind
from storage import codec, gates
from storage.database import is_sqlite
from storage.deliveries import IN_FLIGHT, Pace, Patience, State, Waiting
from storage.gates import PACED, PAUSE, SHUT, WHOLE
from storage.tables import CompanyRow, DeliveryRow, GateRow
from storage.types import UTCDateTime

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coaching.company import Company


def held(session: Session, companies: Collection[int], *, wait: bool = False) -> frozenset[int]:
    """Take those companies' delivery for this transaction; what others have is left out, unless we wait for it.

    SQLite's transaction is the only writer already. `key_share` lets others add the company's rows meanwhile. Always
    in the same order, or two who wait would wait for each other.
    """
    if is_sqlite(session.connection()):
        return frozenset(companies)
    asked = sa.select(CompanyRow.id).where(CompanyRow.id.in_(companies)).order_by(CompanyRow.id)
    return frozenset(session.scalars(asked.with_for_update(key_share=True, skip_locked=not wait)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """One claim in a transaction. `real` is the time that leases and gates go by."""

    session: Session
    real: datetime
    patience: Patience
    lease: str = field(default_factory=lambda: secrets.token_hex(8))

    def of(
        self, companies: Mapping[int, Company], room: int, *, now: datetime, pace: Callable[[Company], Pace]
    ) -> list[Waiting]:
        """Lease up to `room` messages of companies that are held. `now` is the program's time, for what is due."""
        told = {"companies": list(companies), "real": self.real}
        closed: dict[int, dict[str, timedelta]] = defaultdict(dict)
        for gate in self.session.connection().execute(CLOSED_GATES, told):
            closed[gate.company_id][gate.scope] = gate.next_ok_at - self.real
        paces = {it: pace(company) for it, company in companies.items()}
        ready = self._ready(self._chosen(paces, closed, room, told | {"now": now}), now)
        # What would change a message that was never sent is a new one after all.
        ready = [it for it in ready if it.reference is not None or PACED not in closed[it.company_id]]
        read = self._read(ready)
        self._lease(read)
        each = Counter(it.company_id for it, _ in read if it.reference is None)
        taken = [
            _waiting(
                companies[it.company_id],
                it,
                card,
                lease=self.lease,
                attempts=it.attempts + 1,
                attempt_at=self.real,
                charged=paces[it.company_id].company if it.reference is None else paces[it.company_id].edit,
                together=each[it.company_id],
                paused=_paused(closed[it.company_id]),
            )
            for it, card in read
        ]
        gates.charge(self.session, taken, self.real)
        return taken

    def _chosen(
        self,
        companies: Mapping[int, Pace],
        closed: Mapping[int, Mapping[str, timedelta]],
        room: int,
        told: Mapping[str, Any],
    ) -> list[int]:
        """Rows, company by company; whoever's turn it was is served last the next time."""
        connection = self.session.connection()
        flying = dict(connection.execute(FLYING, {**told, "since": self.real - self.patience.fence}).all())
        heads: dict[int, list[Any]] = defaultdict(list)
        for row in connection.execute(HEADS, {**told, "most": self.patience.edits}):
            heads[row.company_id].append(row)
        chosen: list[int] = []
        served: list[int] = []
        for it, pace in companies.items():
            if len(chosen) >= room:
                break
            served.append(it)
            may = self._places(heads[it], closed[it], flying.get(it, 0), freely=not pace.edit)
            chosen += may[: room - len(chosen)]
        connection.execute(SERVED, {"companies": served, "real": self.real})
        return chosen

    def _places(self, heads: Sequence[Any], closed: Mapping[str, timedelta], flying: int, *, freely: bool) -> list[int]:
        """Those of one company that may go; where they may `freely`, changes of what is there first."""
        if WHOLE in closed:
            return []
        edits = [it.id for it in heads if it.edit and freely][: max(0, self.patience.edits - flying)]
        left = 0 if PACED in closed else max(0, self.patience.per_company - flying - len(edits))
        return edits + [it.id for it in heads if not (it.edit and freely)][:left]

    def _ready(self, ids: Sequence[int], now: datetime) -> list[Any]:
        """Those of them that may be sent, in that order.

        What is new is only looked at; a row is an object of the session where it changes by itself, or others do.
        """
        found = self.session.connection().execute(NEW, {"ids": ids}).all()
        changing = [it.id for it in found if it.replaces is not None or _late(it, now)]
        ready: dict[int, Any] = {it.id: it for it in found if it.id not in changing}
        rows = self.session.scalars(THESE, {"ids": changing}) if changing else ()
        ready |= {it.id: it for it in rows if _ready(self.session, it, now)}
        return [ready[it] for it in ids if it in ready]

    def _read(self, rows: Iterable[Any]) -> list[tuple[Any, Card]]:
        """With their cards; one whose card can't be read any more is dead."""
        found: list[tuple[Any, Card]] = []
        for row in rows:
            try:
                found.append((row, codec.load(Card, row.card)))
            except Exception as problem:  # noqa: BLE001 - whatever is wrong with one card must not hold up the others
                self.session.execute(UNREADABLE, {"row": row.id, "why": f"its content can't be read: {problem}"})
        return found

    def _lease(self, read: Sequence[tuple[Any, Card]]) -> None:
        self.session.flush()
        ids = [it.id for it, _ in read]
        told = {"ids": ids, "owner": self.lease, "until": self._lease_ends, "real": self.real}
        self.session.connection().execute(LEASED, told)

    @property
    def _lease_ends(self) -> datetime:
        return self.real + self.patience.lease

    def looked_up(self, companies: Mapping[int, Company], room: int) -> list[Waiting]:
        """Lease up to `room` of those whose outcome is unknown and that have settled; a few of each company."""
        told = {"companies": list(companies), "real": self.real, "young": young(self.real, self.patience), "room": room}
        ids = self.session.scalars(SETTLED, told).all()
        rows = self.session.scalars(UNKNOWNS, {"ids": ids}).all()
        for row in rows:
            row.lease_owner, row.lease_until = self.lease, self._lease_ends
        return [_looked_up(companies[it.company_id], it, card, self.lease) for it, card in self._read(rows)]


def young(real: datetime, patience: Patience) -> datetime:
    """For `YOUNG`."""
    return real + patience.lease - patience.fence


def _waiting(company: Company, row: Any, card: Card, **more: Any) -> Waiting:
    """The row as a value."""
    return Waiting(
        id=row.id,
        company_id=row.company_id,
        company=company,
        member=row.member,
        key=row.key,
        kind=Kind(row.kind),
        card=card,
        nonce=row.nonce,
        expires_at=row.expires_at,
        by_mail=row.by_mail,
        only_edit=row.only_edit,
        repeat=row.repeat,
        replaces=row.replaces,
        platform=row.platform,
        reference=row.reference,
        **more,
    )


def _looked_up(company: Company, row: DeliveryRow, card: Card, lease: str) -> Waiting:
    return _waiting(company, row, card, lease=lease, attempts=row.attempts, attempt_at=row.attempt_at)


def _paused(closed: Mapping[str, timedelta]) -> Mapping[str, timedelta]:
    return {scope.removeprefix(PAUSE): left for scope, left in closed.items() if scope.startswith(PAUSE)}


# --- the questions, put together once: that takes longer than asking them ------------------------------------------
NOW: Final = sa.bindparam("now", type_=UTCDateTime())
REAL: Final = sa.bindparam("real", type_=UTCDateTime())
COMPANY: Final = sa.bindparam("company", type_=sa.BigInteger())
COMPANIES: Final = sa.bindparam("companies", expanding=True, type_=sa.BigInteger())
IDS: Final = sa.bindparam("ids", expanding=True, type_=sa.BigInteger())
TIME_FOR_ANOTHER_TRY: Final = sa.or_(DeliveryRow.retry_at.is_(None), DeliveryRow.retry_at <= REAL)
FREE: Final = sa.or_(DeliveryRow.lease_until.is_(None), DeliveryRow.lease_until <= REAL)
YOUNG: Final = sa.bindparam("young", type_=UTCDateTime())
"""When a lease ends that was given no longer ago than a call may take."""
LOOKS: Final = 3
"""Of one company at once: where nothing can be looked up, that must not use up everyone's turns."""


def _heads_asked() -> sa.Select[int, int, bool]:
    """Of each conversation the first that is due, where none is in flight and the gate is open; urgent ones first.

    The gate of a conversation is for what is new in it.

    One in flight, unknown or waiting for its next try holds the later ones back: people read messages in order.
    """
    it, other, flying = DeliveryRow, orm.aliased(DeliveryRow), orm.aliased(DeliveryRow)
    firsts = (
        sa.select(sa.func.min(other.id).label("id"))
        .where(other.company_id.in_(COMPANIES), other.state == State.QUEUED, other.not_before <= NOW)
        .group_by(other.company_id, other.member, other.by_mail)
        .subquery()
    )
    in_flight = sa.exists().where(
        flying.company_id == it.company_id,
        flying.member == it.member,
        flying.by_mail == it.by_mail,
        flying.state.in_(IN_FLIGHT),
    )
    scope = sa.case((it.by_mail, "mail:"), else_="to:") + it.member
    closed = sa.exists().where(GateRow.company_id == it.company_id, GateRow.scope == scope, GateRow.next_ok_at > REAL)
    place = sa.func.row_number().over(partition_by=it.company_id, order_by=(it.priority, it.id)).label("place")
    found = (
        sa.select(it.id, it.company_id, it.replaces.is_not(None).label("edit"), place)
        .join_from(firsts, it, it.id == firsts.c.id)
        .where(it.state == State.QUEUED, TIME_FOR_ANOTHER_TRY, ~in_flight, sa.or_(it.replaces.is_not(None), ~closed))
        .subquery()
    )
    return (
        sa.select(found.c.id, found.c.company_id, found.c.edit)
        .where(found.c.place <= sa.bindparam("most"))
        .order_by(found.c.company_id, found.c.place)
    )


def _settled_asked() -> sa.Select[int]:
    """Those that waited longest, and none of a company whose last ones are still being looked up.

    A look that takes longer than one may was its worker's last; what it held comes back with its lease.
    """
    it, looked = DeliveryRow, orm.aliased(DeliveryRow)
    under_way = sa.exists().where(
        looked.company_id == it.company_id, looked.state == State.UNKNOWN, looked.lease_until > YOUNG
    )
    place = sa.func.row_number().over(partition_by=it.company_id, order_by=(it.retry_at, it.id)).label("place")
    found = (
        sa.select(it.id, it.retry_at, place)
        .where(it.company_id.in_(COMPANIES), it.state == State.UNKNOWN, TIME_FOR_ANOTHER_TRY, FREE, ~under_way)
        .subquery()
    )
    return (
        sa.select(found.c.id)
        .where(found.c.place <= LOOKS)
        .order_by(found.c.retry_at, found.c.id)
        .limit(sa.bindparam("room"))
    )


HEADS: Final = _heads_asked()
SETTLED: Final = _settled_asked()
# Never wait for a row here: whoever holds it may be waiting for the company, which we hold.
_these = sa.select(DeliveryRow).where(DeliveryRow.id.in_(IDS)).with_for_update(skip_locked=True)
THESE: Final = _these.where(DeliveryRow.state == State.QUEUED)
UNKNOWNS: Final = _these.where(DeliveryRow.state == State.UNKNOWN)
NEW: Final = (
    sa.select(
        DeliveryRow.id,
        DeliveryRow.company_id,
        DeliveryRow.key,
        DeliveryRow.member,
        DeliveryRow.kind,
        DeliveryRow.card,
        DeliveryRow.replaces,
        DeliveryRow.only_edit,
        DeliveryRow.by_mail,
        DeliveryRow.repeat,
        DeliveryRow.expires_at,
        DeliveryRow.attempts,
        DeliveryRow.nonce,
        sa.null().label("platform"),
        sa.null().label("reference"),
    )
    .where(DeliveryRow.id.in_(IDS), DeliveryRow.state == State.QUEUED)
    .with_for_update(skip_locked=True)
)
"""Wherever an earlier try of it was: it is new there."""
_kept: sa.Table = DeliveryRow.__table__  # type: ignore[assignment]  # a mapped class's table is one
LEASED: Final = (
    sa.update(_kept)
    .where(_kept.c.id.in_(IDS))
    .values(
        state=State.SENDING.value,
        lease_owner=sa.bindparam("owner"),
        lease_until=sa.bindparam("until", type_=UTCDateTime()),
        attempt_at=REAL,
        attempts=_kept.c.attempts + 1,
        platform=sa.case((_kept.c.replaces.is_(None), None), else_=_kept.c.platform),
        reference=sa.case((_kept.c.replaces.is_(None), None), else_=_kept.c.reference),
    )
)
UNREADABLE: Final = (
    sa.update(_kept).where(_kept.c.id == sa.bindparam("row")).values(state=State.DEAD.value, reason=sa.bindparam("why"))
)
CLOSED_GATES: Final = sa.select(GateRow.company_id, GateRow.scope, GateRow.next_ok_at).where(
    GateRow.company_id.in_(COMPANIES),
    GateRow.next_ok_at > REAL,
    sa.or_(GateRow.scope.in_(SHUT), GateRow.scope.startswith(PAUSE)),
)
# An attempt older than a call may take isn't in flight any more, its worker was killed; it holds no place.
FLYING: Final = (
    sa.select(DeliveryRow.company_id, sa.func.count(DeliveryRow.id))
    .where(
        DeliveryRow.company_id.in_(COMPANIES),
        DeliveryRow.state == State.SENDING,
        DeliveryRow.attempt_at > sa.bindparam("since", type_=UTCDateTime()),
    )
    .group_by(DeliveryRow.company_id)
)
SERVED: Final = (
    sa.update(CompanyRow)
    .where(CompanyRow.id.in_(COMPANIES))
    .values(served_at=REAL)
    .execution_options(synchronize_session=False)
)
BY_KEY: Final = sa.select(DeliveryRow).where(DeliveryRow.company_id == COMPANY, DeliveryRow.key == sa.bindparam("key"))


def too_late(why: str | None) -> str:
    """The reason of one that is skipped; `why` is what had kept it."""
    return "its time was over before it could be sent" + (f": {why}" if why else "")


def _late(row: Any, now: datetime) -> bool:
    return row.expires_at is not None and row.expires_at < now


def _ready(session: Session, row: DeliveryRow, now: datetime) -> bool:
    """Whether the row may be sent; one that is late or has nothing to replace is settled on the way."""
    if _late(row, now):
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

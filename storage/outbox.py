"""Messages on their way: who may send which, what became of each, and what got stuck.

    queued -> sending (leased) -> sent | queued at a later time | unknown | dead | skipped_late | withdrawn
    unknown -> sent | queued | dead, once it has been looked up

Two clocks meet here. What is due and what is too late goes by the program's `now`. Leases, gates and settling go by the
database's own clock, which all workers share: machines whose clocks differ then still agree on whose lease has run out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from coaching.decision import GRACE, PRIORITY, Kind
from storage import claiming, direct, gates, settling, wall
from storage.claiming import COMPANIES, NOW, REAL, TIME_FOR_ANOTHER_TRY, YOUNG, Claims, held
from storage.database import EVERY_COMPANY, is_sqlite, narrowed, reading, session
from storage.deliveries import NOT_FINAL, Done, Pace, Patience, State, Undelivered, Waiting
from storage.tables import CompanyRow, DeliveryRow, GateRow
from storage.types import UTCDateTime

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coaching.company import Company
    from storage.store import SqlStore

    Ask = Callable[[Claims, Mapping[int, Company], int], list[Waiting]]

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Companies served per claim, at most; those that waited longest come first."""
FEWEST = 10
UNPACED = Pace(company=timedelta(0), conversation=timedelta(0))
ROUNDS = 5
OVERDUE = timedelta(minutes=2)
REST = timedelta(minutes=1)
"""For a company whose messages can't even be read, so that it doesn't use up everyone's turns."""

# Put together once: that takes longer than asking.
ANYTHING_DUE = (
    sa.select(DeliveryRow.id).where(DeliveryRow.state == State.QUEUED, DeliveryRow.not_before <= NOW).limit(1)
)
"""What is asked every second all day long."""
FIRST = (
    sa.select(DeliveryRow.not_before).where(DeliveryRow.state == State.QUEUED).order_by(DeliveryRow.not_before).limit(1)
)
_due = (
    sa.select(DeliveryRow.company_id, sa.func.min(DeliveryRow.priority).label("first"))
    .where(DeliveryRow.state == State.QUEUED, DeliveryRow.not_before <= NOW, TIME_FOR_ANOTHER_TRY)
    .group_by(DeliveryRow.company_id)
    .subquery()
)
_somebody_waits = sa.case((_due.c.first == PRIORITY[Kind.REPLY], 0), else_=1)
_shut = sa.exists().where(GateRow.company_id == CompanyRow.id, GateRow.next_ok_at > REAL)
_closed = sa.or_(
    _shut.where(GateRow.scope == gates.WHOLE),
    sa.and_(_due.c.first != PRIORITY[Kind.REPLY], _shut.where(GateRow.scope == gates.PACED)),
)
HUNGRY = (
    sa.select(CompanyRow.id, CompanyRow.slug, CompanyRow.version)
    .join(_due, _due.c.company_id == CompanyRow.id)
    .where(~_closed, CompanyRow.paused_at.is_(None))
    .order_by(_somebody_waits, CompanyRow.served_at.asc().nulls_first(), CompanyRow.id)
    .limit(sa.bindparam("most"))
    .with_for_update(of=CompanyRow, key_share=True, skip_locked=True)
)
"""Companies with something due and an open gate; taken as by `held`.

Those first where somebody has just done something and waits for it to show, while a thousand others are being asked:
no company can have many at once. Then those that waited longest.
"""
EXPIRED = (
    sa.select(DeliveryRow)
    .where(DeliveryRow.state == State.SENDING, DeliveryRow.lease_until <= REAL)
    .limit(200)
    .with_for_update(skip_locked=True)
)
_waiting_longest = sa.func.min(DeliveryRow.retry_at)
IN_DOUBT = (
    sa.select(CompanyRow.id, CompanyRow.slug, CompanyRow.version)
    .join(DeliveryRow, DeliveryRow.company_id == CompanyRow.id)
    .where(DeliveryRow.state == State.UNKNOWN, TIME_FOR_ANOTHER_TRY, CompanyRow.paused_at.is_(None))
    .group_by(CompanyRow.id, CompanyRow.slug, CompanyRow.version)
    .having(sa.func.count(sa.case((DeliveryRow.lease_until > YOUNG, 1))) == 0)
    .order_by(_waiting_longest, CompanyRow.id)
    .limit(AT_ONCE)
)
"""Companies with something to be looked up, and nothing that is being looked up; those that waited longest first."""
THERE = sa.select(CompanyRow.id).where(CompanyRow.id.in_(COMPANIES))
SQLITES_CLOCK = sa.select(sa.type_coerce(sa.func.strftime("%Y-%m-%d %H:%M:%f", "now"), UTCDateTime()).label("at"))
# Not now(): that is when the transaction began, and it may have waited for a lock since.
POSTGRESQLS_CLOCK = sa.select(sa.type_coerce(sa.func.clock_timestamp(), UTCDateTime()).label("at"))


class Outbox:
    """Safe to share between threads, and between processes on one database."""

    def __init__(
        self, store: SqlStore, patience: Patience | None = None, real_now: Callable[[], datetime] | None = None
    ) -> None:
        """`real_now` replaces the database's clock; for tests."""
        self._store = store
        self.patience = patience or Patience()
        self._real_now = real_now

    # --- claims ----------------------------------------------------------------------------------------------------
    def claim(
        self, now: datetime, room: int, pace: Callable[[Company], Pace] = lambda _: UNPACED
    ) -> tuple[Waiting, ...]:
        """Lease up to `room` messages that may go now: company by company, so that none waits on another's backlog.

        `pace` is how a company's messages are likely to go; once one is done its channel's own counts.
        """
        taken: list[Waiting] = []
        most = min(AT_ONCE, max(room, FEWEST))
        for _ in range(ROUNDS):
            hungry, taken = (
                self._claimed(partial(Claims.of, now=now, pace=pace), now, room, most) if room > 0 else ((), [])
            )
            if taken or len(hungry) < most:
                break
        return tuple(taken)

    def _claimed(self, ask: Ask, now: datetime, room: int, most: int) -> tuple[Sequence[Any], list[Waiting]]:
        """Whose turn it was, and what may go."""
        hungry: Sequence[Any] = ()
        try:
            with self._store.engine.begin() as bare:
                wall.within(bare, EVERY_COMPANY)
                if not direct.ask(bare, ANYTHING_DUE, {"now": now}):
                    return (), []
                it = narrowed(bare, EVERY_COMPANY)
                hungry = it.execute(HUNGRY, {"now": now, "real": self._real(it), "most": most}).all()
                taken = self._asked(it, hungry, room, ask)
                it.flush()
                return hungry, taken
        except Exception:
            if not hungry:
                raise
            return hungry, self._one_by_one(hungry, room, ask)

    def next_due(self) -> datetime | None:
        """When the first of those that wait may go: past, where something holds it back."""
        with reading(self._store.engine) as it:
            wall.within(it, EVERY_COMPANY)
            found = next(iter(direct.ask(it, FIRST, {})), None)
        return found.not_before if found else None

    def unknowns(self, room: int) -> tuple[Waiting, ...]:
        """Lease messages that have settled and whose outcome must be looked up."""
        if room <= 0:
            return ()
        with self._everywhere() as it:
            real = self._real(it)
            doubtful = it.execute(IN_DOUBT, {"real": real, "young": claiming.young(real, self.patience)}).all()
        return tuple(self._one_by_one(doubtful, room, Claims.looked_up))

    def reap(self) -> int:
        """Leases that ran out: whoever held them may or may not have sent. How many there were."""
        with self._everywhere() as it:
            real = self._real(it)
            found = it.scalars(EXPIRED, {"real": real}).all()
            for row in found:
                settling.abandoned(row, real, self.patience)
        return len(found)

    # --- what became of them ---------------------------------------------------------------------------------------
    def finish(self, done: Sequence[Done], *, wait: bool = False) -> tuple[Done, ...]:
        """Write down what became of messages; those that could not be written, to be handed in again.

        Where somebody holds a company for long, as an import does, its messages are among these, unless we `wait`.
        """
        try:
            return self._written(done, wait=wait)
        except Exception:
            companies = {it.message.company_id for it in done}
            if len(companies) > 1:
                parts = ([it for it in done if it.message.company_id == one] for one in sorted(companies))
                return tuple(it for part in parts for it in self.finish(part, wait=wait))
            slug = done[0].message.company.slug
            log.exception("what became of %s messages of %s can't be written down yet", len(done), slug)
            return tuple(done)

    def _written(self, done: Sequence[Done], *, wait: bool) -> tuple[Done, ...]:
        companies = {it.message.company_id for it in done}
        with self._everywhere() as it:
            mine = held(it, companies, wait=wait)
            settling.written(it, [one for one in done if one.message.company_id in mine], self._real(it), self.patience)
            others = set(it.scalars(THERE, {"companies": companies - mine})) if companies - mine else set()
        if companies - mine - others:
            log.info("%s companies are gone; nothing to write down", len(companies - mine - others))
        return tuple(one for one in done if one.message.company_id in others)

    # --- for people ------------------------------------------------------------------------------------------------
    def skip_late(self, now: datetime) -> int:
        """Settle what waits although its time is over, paused companies' messages too."""
        late = (DeliveryRow.state == State.QUEUED, DeliveryRow.expires_at < now)
        with self._everywhere() as it:
            found = it.scalars(sa.select(DeliveryRow).where(*late).limit(1000).with_for_update(skip_locked=True)).all()
            for row in found:
                row.state, row.reason = State.SKIPPED_LATE, claiming.too_late(row.reason)
        return len(found)

    def undelivered(self, now: datetime, company: str | None = None) -> tuple[Undelivered, ...]:
        """The dead, those skipped within a day, and those more than two minutes overdue; the oldest first."""
        stuck = sa.and_(DeliveryRow.state.in_(NOT_FINAL), DeliveryRow.not_before < now - OVERDUE)
        skipped = sa.and_(DeliveryRow.state == State.SKIPPED_LATE, DeliveryRow.not_before > now - timedelta(days=1))
        asked = (
            sa.select(DeliveryRow, CompanyRow.slug)
            .join(CompanyRow, CompanyRow.id == DeliveryRow.company_id)
            .where(sa.or_(stuck, skipped, DeliveryRow.state == State.DEAD))
            .order_by(DeliveryRow.not_before, DeliveryRow.id)
        )
        if company:
            asked = asked.where(CompanyRow.slug == company)
        with self._everywhere() as it:
            return tuple(_undelivered(row, slug) for row, slug in it.execute(asked))

    def overdue(self, now: datetime) -> int:
        """How many are neither sent nor given up two minutes after they were wanted."""
        stuck = (DeliveryRow.state.in_(NOT_FINAL), DeliveryRow.not_before < now - OVERDUE)
        with self._everywhere() as it:
            return it.scalar(sa.select(sa.func.count(DeliveryRow.id)).where(*stuck)) or 0

    def requeue(self, company: str, key: str, now: datetime) -> bool:
        """Try a dead or skipped message afresh; False when there is none of that key. KeyError: no such company."""
        with self._store.work(company) as work:
            given_up = (DeliveryRow.key == key, DeliveryRow.state.in_((State.DEAD, State.SKIPPED_LATE)))
            row = work.session.scalar(sa.select(DeliveryRow).where(*given_up))
            if row is None:
                return False
            grace = GRACE[Kind(row.kind)]
            row.state, row.attempts, row.retry_at, row.reason = State.QUEUED, 0, None, None
            row.not_before, row.expires_at = now, now + grace if grace else None
        return True

    def resume(self, company: str) -> None:
        """Its installation works again: what was paused goes on at once. KeyError: no such company."""
        with self._store.work(company) as work:
            work.session.execute(sa.delete(GateRow).where(GateRow.scope.startswith(gates.PAUSE)))
            waiting = sa.update(DeliveryRow).where(DeliveryRow.state == State.QUEUED)
            work.session.execute(waiting.values(retry_at=None))

    # --- helpers ---------------------------------------------------------------------------------------------------
    def _everywhere(self) -> AbstractContextManager[Session]:
        return session(self._store.engine, EVERY_COMPANY)

    def _one_by_one(self, found: Sequence[Any], room: int, ask: Ask) -> list[Waiting]:
        """Each company in a transaction of its own: one's trouble never stops another's messages."""
        taken: list[Waiting] = []
        for one in found:
            try:
                with self._everywhere() as it:
                    if room > len(taken) and held(it, [one.id]):
                        taken += self._asked(it, [one], room - len(taken), ask)
            except Exception:
                log.exception("messages of company %s can't be taken up; it is left alone for %s", one.slug, REST)
                self._rest(one.id)
        return taken

    def _asked(self, it: Session, found: Sequence[Any], room: int, ask: Ask) -> list[Waiting]:
        companies = self._store.companies_within(it.connection(), {one.id: one.version for one in found})
        claims = Claims(session=it, real=self._real(it), patience=self.patience)
        return ask(claims, companies, room) if companies else []

    def _rest(self, company_id: int) -> None:
        with self._everywhere() as it:
            gates.close(it, {(company_id, gates.WHOLE): self._real(it) + REST})

    def _real(self, it: Session) -> datetime:
        if self._real_now:
            return self._real_now()
        connection = it.connection()
        (found,) = direct.ask(connection, SQLITES_CLOCK if is_sqlite(connection) else POSTGRESQLS_CLOCK, {})
        at: datetime = found.at
        return at


def _undelivered(row: DeliveryRow, slug: str) -> Undelivered:
    return Undelivered(
        company=slug,
        key=row.key,
        member=row.member,
        kind=row.kind,
        state=row.state,
        reason=row.reason or "it is waiting longer than it should",
        since=row.not_before,
    )

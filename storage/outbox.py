"""Messages on their way: who may send which, what became of each, and what got stuck.

    queued -> sending (leased) -> sent | queued at a later time | unknown | dead | skipped_late | withdrawn
    unknown -> sent | queued | dead, once it has been looked up

Two clocks meet here. What is due and what is too late goes by the program's `now`. Leases, gates and settling go by the
database's own clock, which all workers share: machines whose clocks differ then still agree on whose lease has run out.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

import sqlalchemy as sa

from coaching.decision import GRACE, Kind
from storage import claiming, settling, wall
from storage.claiming import NOW, REAL, TIME_FOR_ANOTHER_TRY, WHOLE, alone
from storage.database import EVERY_COMPANY, is_sqlite, narrowed, session
from storage.deliveries import NOT_FINAL, Done, Patience, State, Undelivered, Waiting
from storage.store import UnknownCompanyError
from storage.tables import CompanyRow, DeliveryRow, GateRow
from storage.types import UTCDateTime

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from storage.store import SqlStore
    from storage.work import CompanyWork

log = logging.getLogger(__name__)

COMPANIES = 10
"""Served per claim; those that waited longest come first."""
ROUNDS = 5
OVERDUE = timedelta(minutes=2)
REST = timedelta(minutes=1)
"""For a company whose messages can't even be read, so that it doesn't use up everyone's turns."""

# Put together once: that takes longer than asking.
ANYTHING_DUE = (
    sa.select(DeliveryRow.id).where(DeliveryRow.state == State.QUEUED, DeliveryRow.not_before <= NOW).limit(1)
)
"""What is asked every second all day long."""
_due = (
    sa.select(DeliveryRow.company_id)
    .where(DeliveryRow.state == State.QUEUED, DeliveryRow.not_before <= NOW, TIME_FOR_ANOTHER_TRY)
    .distinct()
    .subquery()
)
_closed = sa.exists().where(GateRow.company_id == CompanyRow.id, GateRow.scope == WHOLE, GateRow.next_ok_at > REAL)
HUNGRY = (
    sa.select(CompanyRow.slug)
    .join(_due, _due.c.company_id == CompanyRow.id)
    .where(~_closed, CompanyRow.paused_at.is_(None))
    .order_by(CompanyRow.served_at.asc().nulls_first(), CompanyRow.id)
    .limit(COMPANIES)
)
"""Companies with something due and an open gate, those that waited longest first."""
EXPIRED = (
    sa.select(DeliveryRow)
    .where(DeliveryRow.state == State.SENDING, DeliveryRow.lease_until <= REAL)
    .limit(200)
    .with_for_update(skip_locked=True)
)
_free = sa.or_(DeliveryRow.lease_until.is_(None), DeliveryRow.lease_until <= REAL)
_settled = (DeliveryRow.state == State.UNKNOWN, TIME_FOR_ANOTHER_TRY, _free)
IN_DOUBT = (
    sa.select(CompanyRow.slug)
    .join(DeliveryRow, DeliveryRow.company_id == CompanyRow.id)
    .where(*_settled, CompanyRow.paused_at.is_(None))
    .distinct()
    .limit(COMPANIES)
)
SETTLED = (
    sa.select(DeliveryRow)
    .where(*_settled)
    .order_by(DeliveryRow.id)
    .limit(sa.bindparam("room"))
    .with_for_update(skip_locked=True)
)
SQLITES_CLOCK = sa.select(sa.type_coerce(sa.func.strftime("%Y-%m-%d %H:%M:%f", "now"), UTCDateTime()))
POSTGRESQLS_CLOCK = sa.select(sa.type_coerce(sa.func.clock_timestamp(), UTCDateTime()))


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
    def claim(self, now: datetime, room: int) -> tuple[Waiting, ...]:
        """Lease up to `room` messages that may go now: company by company, so that none waits on another's backlog."""
        taken: list[Waiting] = []
        for _ in range(ROUNDS):
            hungry = self._hungry(now) if room > len(taken) else ()
            for slug in hungry:
                taken += self._in(slug, room - len(taken), lambda work, left: self._claimed(work, now, left))
            if taken or len(hungry) < COMPANIES:
                break
        return tuple(taken)

    def unknowns(self, room: int) -> tuple[Waiting, ...]:
        """Lease messages that have settled and whose outcome must be looked up."""
        with self._everywhere() as it:
            slugs = it.scalars(IN_DOUBT, {"real": self._real(it)}).all()
        taken: list[Waiting] = []
        for slug in slugs:
            taken += self._in(slug, room - len(taken), self._looked_up)
        return tuple(taken)

    def reap(self) -> int:
        """Leases that ran out: whoever held them may or may not have sent. How many there were."""
        with self._everywhere() as it:
            real = self._real(it)
            found = it.scalars(EXPIRED, {"real": real}).all()
            for row in found:
                settling.abandoned(row, real, self.patience)
        return len(found)

    # --- what became of them ---------------------------------------------------------------------------------------
    def finish(self, done: Sequence[Done]) -> tuple[Done, ...]:
        """Write down what became of messages; those that could not be written, to be handed in again."""
        unwritten: list[Done] = []
        for slug, group in groupby(sorted(done, key=_company), key=_company):
            some = tuple(group)
            try:
                with self._store.work(slug) as work:
                    alone(work, wait=True)
                    settling.written(work, some, self._real(work.session), self.patience)
            except UnknownCompanyError:
                log.info("company %s is gone; nothing to write down", slug)
            except Exception:
                log.exception("what became of %s messages of %s can't be written down yet", len(some), slug)
                unwritten += some
        return tuple(unwritten)

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
            work.session.execute(sa.delete(GateRow).where(GateRow.scope.startswith(claiming.PAUSE)))
            waiting = sa.update(DeliveryRow).where(DeliveryRow.state == State.QUEUED)
            work.session.execute(waiting.values(retry_at=None))

    # --- helpers ---------------------------------------------------------------------------------------------------
    def _everywhere(self) -> AbstractContextManager[Session]:
        return session(self._store.engine, EVERY_COMPANY)

    def _hungry(self, now: datetime) -> Sequence[str]:
        """Companies with something due and an open gate."""
        with self._store.engine.begin() as bare:
            wall.within(bare, EVERY_COMPANY)
            if bare.scalar(ANYTHING_DUE, {"now": now}) is None:
                return ()
            it = narrowed(bare, EVERY_COMPANY)
            return it.scalars(HUNGRY, {"now": now, "real": self._real(it)}).all()

    def _in(self, slug: str, room: int, ask: Callable[[CompanyWork, int], Iterator[Waiting]]) -> list[Waiting]:
        """One company's trouble never stops another's messages."""
        if room <= 0:
            return []
        try:
            with self._store.work(slug) as work:
                return list(ask(work, room)) if alone(work, wait=False) else []
        except UnknownCompanyError:
            return []
        except Exception:
            log.exception("messages of company %s can't be taken up; it is left alone for %s", slug, REST)
            self._rest(slug)
            return []

    def _claimed(self, work: CompanyWork, now: datetime, room: int) -> Iterator[Waiting]:
        return claiming.claimed(work, now, self._real(work.session), room, self.patience)

    def _looked_up(self, work: CompanyWork, room: int) -> Iterator[Waiting]:
        real = self._real(work.session)
        lease = secrets.token_hex(8)
        for row in work.session.scalars(SETTLED, {"real": real, "room": room}).all():
            row.lease_owner, row.lease_until = lease, real + self.patience.lease
            message = claiming.waiting(work, row, {})
            if message:
                yield message

    def _rest(self, slug: str) -> None:
        asked = sa.select(CompanyRow.id).where(CompanyRow.slug == slug)
        with self._everywhere() as it:
            company_id = it.scalar(asked)
            if company_id is not None:
                settling.close(it, company_id, {WHOLE: self._real(it) + REST})

    def _real(self, it: Session) -> datetime:
        if self._real_now:
            return self._real_now()
        # Not now(): that is when the transaction began, and it may have waited for a lock since.
        clock = (
            sa.func.strftime("%Y-%m-%d %H:%M:%f", "now") if is_sqlite(it.connection()) else sa.func.clock_timestamp()
        )
        return it.execute(sa.select(sa.type_coerce(clock, UTCDateTime()))).scalar_one()


def _company(done: Done) -> str:
    return done.message.company.slug


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

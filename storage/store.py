"""Where work on a company begins, and the questions that look over all companies."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from coaching.events import Rang
from coaching.identity import Standing
from storage import direct, rows, statements, wall
from storage.database import EVERY_COMPANY, is_sqlite, lookout, reading, session
from storage.tables import AlarmRow, ClaimRow, CompanyRow, DeliveryRow, MemberRow, NewcomerRow, SettingRow
from storage.work import CompanyWork
from storage.writes import Writes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Engine

    from coaching.company import Company


_COMPANIES: sa.BindParameter[Any] = sa.bindparam("companies", expanding=True)
PLANS = sa.select(CompanyRow.id, CompanyRow.plan).where(CompanyRow.id.in_(_COMPANIES))
PROFILES = (
    sa.select(MemberRow.company_id, MemberRow.profile)
    .where(MemberRow.company_id.in_(_COMPANIES))
    .order_by(MemberRow.company_id, MemberRow.place)
)


@dataclass(frozen=True, slots=True)
class Upcoming:
    """An instant, what it is for (an alarm's name or a message's kind), and whom or what it is about."""

    at: datetime
    what: str
    subject: str


class UnknownCompanyError(KeyError):
    """No company has that slug."""

    def __str__(self) -> str:
        return f"there is no company '{self.args[0]}' here"


class SqlStore:
    """Implements `coaching.ports.Store` on SQLite or PostgreSQL. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._lookout = lookout(engine)
        self._parsed: dict[int, tuple[int, Company]] = {}
        # PostgreSQL's wall stands round one company at a time.
        self.abreast = 100 if is_sqlite(engine) else 1
        """In how many companies a transaction can be at the same time."""

    @contextmanager
    def work(self, company: str) -> Iterator[CompanyWork]:
        """One transaction in one company. UnknownCompanyError (a KeyError) if there is none."""
        with self.together() as begun, begun((company,)) as works:
            yield works[0]

    @contextmanager
    def look(self, company: str) -> Iterator[CompanyWork]:
        """A company's records, to read: on SQLite nobody waits for it, and it waits for nobody."""
        with self._lookout.connect() as it, it.begin(), self._begun(it, Writes(it), (company,)) as works:
            yield works[0]

    @contextmanager
    def together(self) -> Iterator[Callable[[Sequence[str]], AbstractContextManager[Sequence[CompanyWork]]]]:
        """One transaction over several companies: all of it is kept, or nothing. UnknownCompanyError if one isn't here.

        `abreast` different ones are begun at the same time at most, the next when those are done.
        """
        with self.engine.connect() as it:
            try:
                with it.begin():
                    writes = Writes(it)
                    yield partial(self._begun, it, writes)
                    writes.flush()
            except BaseException:
                # A company may have been read as it was about to be; its version can be given to something else now.
                self._parsed.clear()
                raise

    @contextmanager
    def _begun(
        self, connection: Connection, writes: Writes, companies: Sequence[str]
    ) -> Iterator[Sequence[CompanyWork]]:
        asked = {f"slug_{n}": it for n, it in enumerate(companies)}
        found = {it.slug: it for it in direct.ask(connection, statements.companies(len(companies)), asked)}
        works = [self._entered(connection, writes, it, found.get(it)) for it in companies]
        yield works
        for it in works:
            it.flush()
        if self.abreast == 1:
            writes.flush()

    def _entered(self, connection: Connection, writes: Writes, company: str, found: Any) -> CompanyWork:
        if found is None:
            raise UnknownCompanyError(company)
        wall.within(connection, found.id)
        return CompanyWork(connection, found.id, self._company(connection, found.id, found.version), writes)

    def due(self, now: datetime, limit: int) -> tuple[Rang, ...]:
        """Alarms that have come due, the oldest first."""
        with self.engine.begin() as it:
            wall.within(it, EVERY_COMPANY)
            found = it.execute(statements.DUE, {"now": now, "limit": limit}).all()
        return tuple(
            Rang(
                company=row.slug,
                key=f"alarm:{row.alarm}:{row.subject}:{row.due_at.isoformat()}",
                at=now,
                alarm=row.alarm,
                subject=row.subject,
                due_at=row.due_at,
            )
            for row in found
        )

    def upcoming(self, now: datetime) -> Upcoming | None:
        """What comes due next, after `now`, of any company: an alarm, or a message that waits for its hour."""
        alarm = sa.select(AlarmRow.due_at, AlarmRow.alarm, AlarmRow.subject).where(AlarmRow.due_at > now)
        waiting = (DeliveryRow.state == "queued", DeliveryRow.not_before > now)
        message = sa.select(DeliveryRow.not_before, DeliveryRow.kind, DeliveryRow.member).where(*waiting)
        with session(self.engine, EVERY_COMPANY) as it:
            found = (
                it.execute(alarm.order_by(AlarmRow.due_at).limit(1)).one_or_none(),
                it.execute(message.order_by(DeliveryRow.not_before).limit(1)).one_or_none(),
            )
        return min((Upcoming(*row) for row in found if row), key=lambda one: one.at, default=None)

    def waiting(self, now: datetime) -> bool:
        """Whether any message may go by `now`; much cheaper than trying to take one."""
        due = sa.or_(DeliveryRow.not_before.is_(None), DeliveryRow.not_before <= now)
        asked = sa.select(DeliveryRow.id).where(DeliveryRow.state == "queued", due).limit(1)
        with session(self.engine, EVERY_COMPANY) as it:
            return it.scalar(asked) is not None

    def companies(self) -> tuple[str, ...]:
        """All slugs, in order."""
        with session(self.engine) as it:
            return tuple(it.scalars(sa.select(CompanyRow.slug).order_by(CompanyRow.slug)))

    @contextmanager
    def opened(self, company: Company, now: datetime) -> Iterator[CompanyWork]:
        """Like `work`, for a company that may be new: it is created in the same transaction, so all or nothing.

        Until it ends, nobody else opens or imports into this company.
        """
        with session(self.engine) as it:
            row = it.scalar(sa.select(CompanyRow).where(CompanyRow.slug == company.slug).with_for_update())
            new = row is None
            if row is None:
                row = CompanyRow(slug=company.slug, version=0, created_at=now, **rows.company_values(company))
                it.add(row)
                it.flush()
            it.info["company_id"] = row.id
            connection = it.connection()
            wall.within(connection, row.id)
            known = self._company(connection, row.id, row.version)
            writes = Writes(connection)
            yield CompanyWork(connection, row.id, known, writes, session=it, new=new)
            writes.flush()

    def who(self, platform: str, workspace: str, handle: str) -> tuple[str, str] | None:
        """The company (slug) and member (id) that a platform's user is; None when not known there, or no longer."""
        values = {"platform": platform, "workspace": workspace, "handle": handle}
        with reading(self.engine) as it:
            wall.within(it, EVERY_COMPANY)
            found = direct.ask(it, statements.WHO[platform], values)
        return (found[0].slug, found[0].member) if found else None

    def company_of(self, platform: str, workspace: str) -> str | None:
        """The company whose workspace or tenant that is."""
        home = CompanyRow.slack_team if platform == "slack" else CompanyRow.teams_tenant
        with session(self.engine) as it:
            return it.scalar(sa.select(CompanyRow.slug).where(home == workspace))

    def forget_claims(self, before: datetime) -> int:
        """Names taken before then may be taken again: nothing is redelivered after so long. How many there were."""
        with session(self.engine, EVERY_COMPANY) as it:
            gone = it.execute(sa.delete(ClaimRow).where(ClaimRow.at < before))
        return int(gone.rowcount)  # type: ignore[attr-defined]  # a DML's result is a cursor's

    def company(self, slug: str) -> Company:
        """As its file and its people say. UnknownCompanyError if there is none."""
        with self.work(slug) as work:
            return work.company

    def forget_newcomers(self, before: datetime) -> int:
        """Who isn't one of ours and hasn't been heard of since then. How many there were."""
        old = (NewcomerRow.standing != Standing.KNOWN.value, NewcomerRow.seen_at < before)
        with session(self.engine, EVERY_COMPANY) as it:
            gone = it.execute(sa.delete(NewcomerRow).where(*old))
        return int(gone.rowcount)  # type: ignore[attr-defined]  # a DML's result is a cursor's

    def companies_within(self, connection: Connection, versions: Mapping[int, int]) -> dict[int, Company]:
        """The same of several, by id, within a transaction that has seen their versions."""
        kept = {
            it: found for it, version in versions.items() if (found := self._parsed.get(it)) and found[0] == version
        }
        known = {it: company for it, (_, company) in kept.items()}
        for it, read in _read(connection, [it for it in versions if it not in known]):
            known[it] = read
            self._parsed[it] = (versions[it], read)
        return known

    def setting(self, name: str) -> str | None:
        """A fact about the installation."""
        with session(self.engine) as it:
            return it.scalar(sa.select(SettingRow.value).where(SettingRow.name == name))

    def try_writing(self) -> None:
        """Writes, and takes it back. DBAPIError where that isn't possible."""
        with self.engine.connect() as it:
            it.execute(sa.insert(SettingRow).values(name=f"trial {secrets.token_hex(8)}", value=""))
            it.rollback()

    def keep_setting(self, name: str, value: str) -> None:
        """Write it down."""
        with session(self.engine) as it:
            it.merge(SettingRow(name=name, value=value))

    def _company(self, connection: Connection, company_id: int, version: int) -> Company:
        return self.companies_within(connection, {company_id: version})[company_id]


def _read(connection: Connection, companies: Sequence[int]) -> Iterator[tuple[int, Company]]:
    """In two questions, however many there are."""
    if not companies:
        return
    profiles: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in connection.execute(PROFILES, {"companies": companies}):
        profiles[row.company_id].append(row.profile)
    for row in connection.execute(PLANS, {"companies": companies}):
        yield row.id, rows.company(row.plan, profiles[row.id])

"""Many companies with their own workspaces, a morning before them, and the program as it is run: `coach serve`."""

from __future__ import annotations

import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import sqlalchemy as sa

from bot.clock import real_now
from coaching.company import CheckInPlan, Company, Weekday
from coaching.engine import Engine
from coaching.events import Planned
from coaching.routines import ROUTINES
from storage.addresses import Addresses
from storage.database import EVERY_COMPANY, create_engine, session
from storage.installs import Install, Installs, Tokens
from storage.secrets import Secrets
from storage.store import SqlStore
from storage.tables import CompanyRow, DeliveryRow, GateRow
from tests.benchmarks.start import environment, serving
from tests.builders import a_company, a_member, an_address
from tests.fake_teams import BOT
from tests.fakes import no_holidays
from tests.slack_requests import SECRET

KEY = urlsafe_b64encode(b"the same one in all processes   ").decode()
EVERY_DAY = frozenset(Weekday)
HOUR = 9
"""By their clocks, when everybody is asked, whatever hour it is here."""


@dataclass(frozen=True, kw_only=True)
class Town:
    """So many companies of so many people each, all of them asked at `asked`, by the real clock."""

    url: str
    companies: int
    members: int
    asked: datetime
    """A full minute."""
    service_url: str | None = None
    """Of Teams, where they are there and not in Slack."""

    @property
    def slugs(self) -> tuple[str, ...]:
        return tuple(f"c{n}" for n in range(self.companies))

    @property
    def messages(self) -> int:
        return self.companies * self.members

    def build(self) -> None:
        """Everybody's check-in is planned."""
        database = create_engine(self.url)
        store, now = SqlStore(database), self.asked - timedelta(hours=1)
        engine = Engine(store, no_holidays, ROUTINES)
        installs = Installs(store, Secrets(KEY))
        for n, slug in enumerate(self.slugs):
            company = self.company(n)
            with store.opened(company, now) as work:
                work.keep_company(company)
            if self.service_url:
                self._heard_from_everybody(Addresses(store), company, now)
            else:
                it = Install(home=f"T{n}", name=slug, installed_at=now)
                installs.keep(replace(it, sealed=installs.sealed(it, Tokens(bot=token(n)))))
            engine.handle(Planned(company=slug, key="planned", at=now))
        database.dispose()

    def company(self, n: int) -> Company:
        zone = _zone(self.asked)
        platform = "teams" if self.service_url else "slack"
        people = [a_member(f"p{m}", handles={platform: user(n, m)}, zone=zone) for m in range(self.members)]
        at = self.asked.replace(tzinfo=None, hour=HOUR).time()
        plan = CheckInPlan(at=at, days=EVERY_DAY)
        home = {"teams_tenant": token(n)} if self.service_url else {"slack_team": f"T{n}"}
        return a_company(*people, slug=f"c{n}", zone=zone, country=None, checkin=plan, targets=(), **home)

    def _heard_from_everybody(self, addresses: Addresses, company: Company, now: datetime) -> None:
        assert self.service_url
        for it in company.members:
            person = it.handles["teams"]
            said = an_address(person=person, user=f"29:{person}", conversation=f"a:{person}", bot=BOT)
            there = replace(said, tenant=company.teams_tenant or "", service_url=self.service_url)
            addresses.keep(company.slug, it.id, there, now)

    def decide(self) -> None:
        """What the program's ticks would do at that time: every card is written, and waits to be sent."""
        database = create_engine(self.url)
        engine = Engine(SqlStore(database), no_holidays, ROUTINES)
        while engine.tick(self.asked):
            pass
        if database.dialect.name == "postgresql":
            # What autovacuum does within a minute; without it PostgreSQL chooses plans for empty tables.
            with database.connect().execution_options(isolation_level="AUTOCOMMIT") as it:
                it.exec_driver_sql("ANALYZE")
        database.dispose()

    def again(self, due: datetime) -> None:
        """Everything that was decided waits once more, for that instant."""
        fresh = dict.fromkeys(("retry_at", "lease_owner", "lease_until", "platform", "reference", "sent_at"))
        values = {"state": "queued", "attempts": 0, "not_before": due, "expires_at": due + timedelta(hours=1), **fresh}
        database = create_engine(self.url)
        with session(database, EVERY_COMPANY) as it:
            it.execute(sa.update(DeliveryRow).values(**values))
            it.execute(sa.delete(GateRow))
        database.dispose()

    def shown(self, places: Mapping[str, Mapping[str, str]]) -> None:
        """Everybody has theirs before them already; where, by user."""
        database = create_engine(self.url)
        with session(database, EVERY_COMPANY) as it:
            for n in range(self.companies):
                company = sa.select(CompanyRow.id).where(CompanyRow.slug == f"c{n}").scalar_subquery()
                for m in range(self.members):
                    mine = (DeliveryRow.company_id == company, DeliveryRow.member == f"p{m}")
                    sent = {"state": "sent", "platform": "slack", "reference": dict(places[user(n, m)])}
                    it.execute(sa.update(DeliveryRow).where(*mine).values(**sent))
        database.dispose()

    def states(self) -> dict[str, int]:
        """How many messages are in which."""
        database = create_engine(self.url)
        with session(database, EVERY_COMPANY) as it:
            asked = sa.select(DeliveryRow.state, sa.func.count()).group_by(DeliveryRow.state)
            found = dict(it.execute(asked).all())
        database.dispose()
        return found


def token(company: int) -> str:
    """Of its workspace; in Teams it is the tenant."""
    return f"xoxb-{company}"


def user(company: int, member: int) -> str:
    return f"U{company}P{member}"


def monotonic(at: datetime) -> float:
    """That instant on the clock that all processes of this machine share."""
    return time.monotonic() + (at - real_now()).total_seconds()


def company_of(user_: str) -> int:
    """Whose they are."""
    return int(user_[1:].split("P", maxsplit=1)[0])


def this_minute() -> datetime:
    """Its beginning."""
    return real_now().replace(second=0, microsecond=0)


def used(process: psutil.Process) -> float:
    """Seconds of the processor."""
    times = process.cpu_times()
    return float(times.user + times.system)


def of_slack(url: str) -> dict[str, str]:
    """What is set for an app that workspaces install by themselves."""
    return {
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "client-secret",
        "SLACK_API_URL": url,
        "COACH_SECRET_KEYS": KEY,
    }


@contextmanager
def running(town: Town, chat: Mapping[str, str], folder: Path, port: int | None = None) -> Iterator[psutil.Process]:
    """`coach serve`, connected to that chat."""
    told = environment(town.url) | chat
    with serving("serve", told, folder, port=port) as (process, _):
        yield process


def _zone(asked: datetime) -> str:
    """Where it is that hour then. POSIX counts westwards, to twelve hours."""
    east = (HOUR - asked.hour + 12) % 24 - 12
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"

"""The demo: the sample company, the local chat, and a clock that can be moved to the next thing due."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta

from starlette.applications import Starlette

from bot.app import Program, assemble
from bot.clock import SetClock
from bot.links import SignedLinks
from bot.sample.actors import answered
from bot.sample.cast import CAST
from bot.sample.load import catch_up
from bot.sample.story import Story
from bot.scheduler import Metronome
from bot.server import server
from bot.settings import Settings
from bot.web.changes import Changes
from bot.web.chat import ChatPages, Demo
from bot.web.outbound import WebChannel
from bot.web.security import ThisMachineOnly
from coaching import cadence
from coaching.company import Company
from coaching.events import Imported, Planned
from coaching.language import marked, t, worded
from storage.chat import Conversations
from storage.store import SqlStore

CLOCK = "demo_clock"
SECRET = "demo_secret"  # noqa: S105 - its name
WHILE = timedelta(seconds=15)
"""Of rest when nothing is due; a colleague may have thought long enough."""
AHEAD = timedelta(days=9)
STEPS = 600
"""Of the clock for one press: more than the sample company has in nine days."""


class DemoProgram:
    """One sample company on one clock; everything that comes due is delivered before the page is shown."""

    def __init__(self, settings: Settings, store: SqlStore, story: Story, clock: SetClock, address: str) -> None:
        self._store = store
        self._story = story
        self._company = story.company.slug
        self._clock = clock
        self._conversations = Conversations(store)
        self._secret = _secret(store)
        self._links = SignedLinks(address, self._secret)
        self._changes = Changes(secrets.token_hex(4))
        self._busy = asyncio.Lock()
        self._viewer = ""
        self._refreshed: date | None = None
        self._look_at = clock.now()
        channel = WebChannel(self._conversations, clock, self._changes.tell)
        self.program: Program = assemble(settings, store, clock=clock, channels=(channel,), links=self._links)

    def app(self) -> Starlette:
        """The whole server, the local chat at its front."""
        pages = ChatPages(
            Demo(
                company=self._company,
                read_company=self._read,
                cast=CAST,
                engine=self.program.engine,
                conversations=self._conversations,
                clock=self._clock,
                links=self._links.of(self._company),
                story=self,
                changes=self._changes,
                token=hashlib.sha256(f"forms {self._secret}".encode()).hexdigest(),
            )
        )
        app = server(self.program, more=pages.routes(), running=self._running)
        app.add_middleware(ThisMachineOnly)
        return app

    def begin(self) -> None:
        """Set the alarms and look at the pipeline, from where the clock stands."""
        now = self._clock.now()
        for event in (Planned, Imported):
            key = f"begin:{event.__name__}:{now.isoformat()}"
            self.program.engine.handle(event(company=self._company, key=key, at=now))

    def end(self) -> None:
        """Open pages are let go; without it the server would wait for them."""
        self._changes.end()

    async def settle(self, viewer: str) -> None:
        """Ring what is due and deliver it, now; `viewer` is played by a person."""
        self._viewer = viewer
        async with self._busy:
            await self._beat(certain=True)
            await self._rest()

    async def ahead(self, viewer: str, *, only_me: bool, key: str) -> bool:
        """Move the clock to the next message, to `viewer` or to anybody, once per key; False when none came."""
        self._viewer = viewer
        async with self._busy:
            if not await asyncio.to_thread(self._claimed, key):
                return True
            came = await self._moved(only_me=only_me)
            await self._rest()
        return came

    async def _moved(self, *, only_me: bool) -> bool:
        seen, limit = await self._newest(only_me=only_me), self._clock.now() + AHEAD
        for _ in range(STEPS):
            upcoming = await asyncio.to_thread(self._store.upcoming, self._clock.now())
            if upcoming is None or upcoming.at > limit:
                return False
            self._clock.move_to(upcoming.at)
            await self._beat()
            if await self._newest(only_me=only_me) > seen:
                return True
        return False

    def upcoming(self) -> tuple[datetime, str] | None:
        """When the next thing comes due that people can see, and what it is, in words."""
        found = self._store.upcoming(self._clock.now())
        while found and found.what in UNSEEN:
            found = self._store.upcoming(found.at)
        return (found.at, _in_words(found.what, found.subject, self._read())) if found else None

    async def _newest(self, *, only_me: bool) -> int:
        newest = await asyncio.to_thread(self._conversations.newest, self._company)
        return newest.get(self._viewer, 0) if only_me else max(newest.values(), default=0)

    async def _beat(self, *, certain: bool = False) -> None:
        """What is due; `certain`: something was just committed. The lock is held."""
        now = self._clock.now()
        await asyncio.to_thread(self._refresh, now)
        if await self.program.tick() or certain or await asyncio.to_thread(self._store.waiting, now):
            await self.program.delivery.step()
        # The colleagues whom nobody plays answer by themselves, each in their own way.
        if await asyncio.to_thread(answered, self._store, self.program.engine, self._company, self._viewer, now):
            await self.program.delivery.step()

    async def _rest(self) -> None:
        """Keep where the clock stands, and look again when something is due."""
        now = self._clock.now()
        await asyncio.to_thread(self._store.keep_setting, CLOCK, now.isoformat())
        upcoming = await asyncio.to_thread(self._store.upcoming, now)
        self._look_at = min(upcoming.at, now + WHILE) if upcoming else now + WHILE

    async def _look(self) -> None:
        """Once a second; the database is asked only when something is due, or after a while."""
        if self._clock.now() >= self._look_at and not self._busy.locked():
            async with self._busy:
                await self._beat()
                await self._rest()

    def _claimed(self, key: str) -> bool:
        with self._store.work(self._company) as work:
            return work.claim(key)

    def _refresh(self, now: datetime) -> None:
        """The sample company's CRM is exported every night."""
        today = cadence.local_day(now, self._story.company.tz)
        if self._refreshed == today:
            return
        if catch_up(self._store, self._story, today):
            key = f"imported:{now.isoformat()}"
            self.program.engine.handle(Imported(company=self._company, key=key, at=now))
        self._refreshed = today

    @asynccontextmanager
    async def _running(self) -> AsyncIterator[None]:
        metronome = Metronome()
        metronome.every(1, "due", self._look)
        metronome.start()
        try:
            yield
        finally:
            metronome.stop()
            async with self._busy:
                await self._rest()

    def _read(self) -> Company:
        return self._store.company(self._company)


WORDS = {
    "checkin.ask": marked("check-in for {who}"),
    "checkin.remind": marked("a reminder for {who}"),
    "checkin.close": marked("the end of {who}'s check-in"),
    "forecast.remind": marked("a reminder to {who} to call the forecast"),
    "forecast.brief": marked("what the manager has to agree before the forecast is locked"),
    "forecast.lock": marked("the week’s forecast is locked"),
    "escalate.overdue": marked("a request has waited long enough"),
    "review.ask": marked("the weekly review for {who}"),
    "review.remind": marked("a reminder of the review for {who}"),
    "review.tell": marked("how the review went, for {who}"),
    "digest.write": marked("the owner's weekly digest"),
    "recap.write": marked("the week's recap for {who}"),
    "arrival.tell": marked("the brief before a visit, for {who}"),
}

OTHERWISE = marked("a message for {who}")
UNSEEN = frozenset({"escalate.check"})
"""Looks that seldom lead to a message."""


def _secret(store: SqlStore) -> str:
    """Kept, so that open pages and links go on after a restart."""
    kept = store.setting(SECRET)
    if kept is None:
        kept = secrets.token_urlsafe(32)
        store.keep_setting(SECRET, kept)
    return kept


def _in_words(what: str, subject: str, company: Company) -> str:
    member = company.member(subject.partition(":")[0])
    who = company.called(member) if member else t("somebody")
    return worded(WORDS.get(what, OTHERWISE)).format(who=who)

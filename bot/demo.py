"""The demo: the sample company, the local chat, and a clock that can be moved to the next thing due."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from starlette.applications import Starlette

from bot.app import Program, assemble
from bot.clock import SetClock
from bot.links import Links, SignedLinks
from bot.sample.actors import answered
from bot.sample.load import catch_up
from bot.sample.story import Story
from bot.scheduler import Metronome
from bot.server import server
from bot.settings import Settings
from bot.web.chat import ChatPages, Demo
from bot.web.outbound import WebChannel
from coaching import cadence
from coaching.company import Company
from coaching.events import Imported, Planned
from storage.chat import Conversations
from storage.store import SqlStore

CLOCK = "demo_clock"
AHEAD = timedelta(days=9)
STEPS = 600
"""Of the clock for one press: more than the sample company has in nine days."""


class DemoProgram:
    """One sample company on one clock; everything that comes due is delivered before the page is shown."""

    def __init__(self, settings: Settings, store: SqlStore, story: Story, clock: SetClock, links: SignedLinks) -> None:
        self._store = store
        self._story = story
        self._company = story.company.slug
        self._clock = clock
        self._conversations = Conversations(store)
        self._links = links
        self._busy = asyncio.Lock()
        self._viewer = ""
        channel = WebChannel(self._conversations, clock)
        self.program: Program = assemble(settings, store, clock=clock, channels=(channel,), links=links)

    def app(self) -> Starlette:
        """The whole server, the local chat at its front."""
        pages = ChatPages(
            Demo(
                company=self._company,
                read_company=self._read,
                engine=self.program.engine,
                conversations=self._conversations,
                clock=self._clock,
                links=self._company_links(),
                settle=self.settle,
                ahead=self.ahead,
                upcoming=self.upcoming,
            )
        )
        return server(self.program, more=pages.routes(), running=self._running)

    def begin(self) -> None:
        """Set the alarms and look at the pipeline, from where the clock stands."""
        now = self._clock.now()
        for event in (Planned, Imported):
            key = f"begin:{event.__name__}:{now.isoformat()}"
            self.program.engine.handle(event(company=self._company, key=key, at=now))

    async def settle(self) -> None:
        """Ring what is due and deliver it, now."""
        async with self._busy:
            await self._beat()

    async def ahead(self, member: str, *, only_me: bool) -> None:
        """Move the clock to the next thing due: to a new message for `member`, or to whatever comes next."""
        self._viewer = member
        async with self._busy:
            seen = await self._newest(member)
            limit = self._clock.now() + AHEAD
            for _ in range(STEPS):
                upcoming = await asyncio.to_thread(self._store.upcoming, self._clock.now())
                if upcoming is None or upcoming.at > limit:
                    return
                self._clock.move_to(upcoming.at)
                await self._beat()
                if not only_me or await self._newest(member) > seen:
                    return

    def upcoming(self) -> tuple[datetime, str] | None:
        """When the next thing comes due, and what it is, in words."""
        found = self._store.upcoming(self._clock.now())
        return (found.at, _in_words(found.what, found.subject, self._read())) if found else None

    async def _newest(self, member: str) -> int:
        return await asyncio.to_thread(self._conversations.newest, self._company, member)

    async def _beat(self) -> None:
        now = self._clock.now()
        await asyncio.to_thread(self._refresh, now)
        await self.program.tick()
        await self.program.delivery.step()
        # The colleagues whom nobody plays answer by themselves, each in their own way.
        if await asyncio.to_thread(answered, self._store, self.program.engine, self._company, self._viewer, now):
            await self.program.delivery.step()
        await asyncio.to_thread(self._store.keep_setting, CLOCK, now.isoformat())

    def _refresh(self, now: datetime) -> None:
        """The sample company's CRM is exported every night."""
        if catch_up(self._store, self._story, cadence.local_day(now, self._story.company.tz)):
            key = f"imported:{now.isoformat()}"
            self.program.engine.handle(Imported(company=self._company, key=key, at=now))

    @asynccontextmanager
    async def _running(self) -> AsyncIterator[None]:
        metronome = Metronome()
        metronome.every(1, "due", self.settle)
        metronome.start()
        try:
            yield
        finally:
            metronome.stop()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(5), self._busy:
                    pass

    def _read(self) -> Company:
        return self._store.company(self._company)

    def _company_links(self) -> Links:
        return self._links.of(self._company)


WORDS = {
    "checkin.ask": "check-in for {who}",
    "checkin.remind": "a reminder for {who}",
    "checkin.close": "the end of {who}'s check-in",
    "forecast.remind": "a reminder to {who} to call the forecast",
    "escalate.check": "a look at what should be raised",
    "escalate.overdue": "a request that waits for an answer",
    "digest.write": "the owner's weekly digest",
}


def _in_words(what: str, subject: str, company: Company) -> str:
    member = company.member(subject.partition(":")[0])
    who = member.first_name if member else "somebody"
    return WORDS.get(what, "a message for {who}").format(who=who)

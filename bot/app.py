"""The composition root: what constructs things; the platforms' parts are `bot.slack_side` and `bot.teams_side`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.channel import Channel
from bot.clock import Clock, real_now
from bot.delivery import Delivery, as_it_is
from bot.holidays import public_holidays
from bot.languages import language
from bot.links import SignedLinks
from bot.mail.outbound import MailChannel
from bot.problem import Problem
from bot.scheduler import Metronome
from bot.settings import Settings
from coaching.engine import AT_ONCE, Engine
from coaching.identity import FORGOTTEN
from coaching.routines import ROUTINES
from storage import setups
from storage.deliveries import Patience
from storage.installs import forget_once
from storage.outbox import Outbox
from storage.secrets import BadKeyError
from storage.store import SqlStore

if TYPE_CHECKING:
    from bot.rewording.reworder import Reworder
    from bot.slack_side import SlackParts, SlackSide
    from bot.teams_side import TeamsParts, TeamsSide

log = logging.getLogger(__name__)

KEEP_CLAIMS = timedelta(days=7)
HOUR = 3600.0


@dataclass(kw_only=True)
class Program:
    """Everything that runs, put together."""

    settings: Settings
    store: SqlStore
    clock: Clock
    outbox: Outbox
    engine: Engine
    delivery: Delivery
    links: SignedLinks | None
    slack: SlackSide | None = None
    teams: TeamsSide | None = None
    reworder: Reworder | None = None

    async def tick(self) -> int:
        """Ring what is due, some hundreds at a time: what those say is on its way while the next ones are rung."""
        rung = AT_ONCE
        whole = 0
        while rung == AT_ONCE:
            rung = await asyncio.to_thread(self.engine.tick, self.clock.now())
            whole += rung
            if rung:
                self.delivery.nudge()
        return whole

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The ticks and the delivery of a worker."""
        metronome = Metronome()
        metronome.every(1, "due", self.tick)
        metronome.every(HOUR, "housekeeping", self._housekeeping)
        if self.slack:
            self.slack.keep_time(metronome)
        if self.teams:
            self.teams.keep_time(metronome)
        metronome.start()
        delivering = asyncio.get_running_loop().create_task(self.delivery.run())
        try:
            yield
        finally:
            metronome.stop()
            self.delivery.stop()
            with suppress(asyncio.CancelledError):
                await delivering

    async def close(self) -> None:
        """Connections."""
        if self.slack:
            await self.slack.close()
        if self.teams:
            await self.teams.close()
        if self.reworder:
            await self.reworder.close()

    async def _housekeeping(self) -> None:
        await asyncio.to_thread(self.store.forget_claims, real_now() - KEEP_CLAIMS)
        await asyncio.to_thread(self.store.forget_newcomers, self.clock.now() - FORGOTTEN)
        await asyncio.to_thread(forget_once, self.store, real_now() - KEEP_CLAIMS)
        await asyncio.to_thread(setups.forget_abandoned, self.store, self.clock.now() - setups.KEPT)


def assemble(
    settings: Settings,
    store: SqlStore,
    *,
    clock: Clock | None = None,
    channels: tuple[Channel, ...] | None = None,
    links: SignedLinks | None = None,
) -> Program:
    """From the settings; `channels` and `links` replace those that the settings name (the demo's own).

    Problem when a key to seal with is none.
    """
    clock = clock or settings.clock()
    outbox = Outbox(store, Patience(settle=timedelta(seconds=settings.slack_settle_seconds)))
    links = links or signed_links(settings)
    slack = _slack(settings, store, links, clock)
    teams = _teams(settings, store, links, clock)
    if channels is None:
        channels = _channels(settings, slack, teams, links)
    changed = slack.homes.changed if slack else _nobody_looks
    engine = Engine(store, public_holidays, ROUTINES, languages=language, changed=changed)
    reworder = _reworder(settings, clock)
    delivery = Delivery(outbox, channels, clock, worded=reworder or as_it_is)
    program = Program(
        settings=settings,
        store=store,
        clock=clock,
        outbox=outbox,
        engine=engine,
        delivery=delivery,
        links=links,
        reworder=reworder,
    )
    if slack:
        program.slack = slack.inbound(engine.handle_all, clock, delivery.nudge)
    if teams:
        program.teams = teams.inbound(engine.handle_all, delivery.nudge)
    return program


def _slack(settings: Settings, store: SqlStore, links: SignedLinks | None, clock: Clock) -> SlackParts | None:
    if not settings.speaks_slack:
        return None
    from bot.slack_side import SlackParts  # noqa: PLC0415 - with Teams’ a fifth of the demo’s start, which has neither

    try:
        return SlackParts(settings, store, links, clock)
    except BadKeyError as problem:
        raise Problem(str(problem)) from None


def _reworder(settings: Settings, clock: Clock) -> Reworder | None:
    if not settings.coach_llm_url or not settings.coach_llm_model:
        return None
    from bot.rewording.model import Model  # noqa: PLC0415 - few have one, and its client takes a while to import
    from bot.rewording.reworder import Reworder  # noqa: PLC0415 - the same

    key = settings.coach_llm_key.get_secret_value() if settings.coach_llm_key else ""
    return Reworder(Model(settings.coach_llm_url, key, settings.coach_llm_model), clock)


def _nobody_looks(_company: str, _members: frozenset[str]) -> None:
    """Where nothing shows how things stand, nothing has to follow."""


def signed_links(settings: Settings) -> SignedLinks | None:
    """Needs an address that people reach and a key to sign with."""
    if not settings.coach_public_url or not settings.coach_secret_keys:
        return None
    return SignedLinks(
        settings.coach_public_url, settings.coach_secret_keys.get_secret_value().partition(",")[0].strip()
    )


def _teams(settings: Settings, store: SqlStore, links: SignedLinks | None, clock: Clock) -> TeamsParts | None:
    if not settings.speaks_teams:
        return None
    from bot.teams_side import TeamsParts  # noqa: PLC0415 - as above

    try:
        return TeamsParts(settings, store, links, clock)
    except BadKeyError as problem:
        raise Problem(str(problem)) from None


def _channels(
    settings: Settings, slack: SlackParts | None, teams: TeamsParts | None, links: SignedLinks | None
) -> tuple[Channel, ...]:
    """In the order in which they are tried: who is known on several is told everything once, on the first."""
    found: list[Channel] = []
    if slack:
        found.append(slack.channel())
    if teams:
        found.append(teams.channel())
    if settings.coach_smtp_url and settings.coach_mail_from:
        found.append(MailChannel(settings.coach_smtp_url.get_secret_value(), settings.coach_mail_from, links))
    return tuple(found)

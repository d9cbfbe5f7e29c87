"""The composition root: the only file that constructs things."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from bot.channel import Channel
from bot.chart import png
from bot.clock import Clock, real_now
from bot.delivery import Delivery
from bot.holidays import public_holidays
from bot.links import Links, NoLinks, SignedLinks
from bot.mail.outbound import MailChannel
from bot.scheduler import Metronome
from bot.settings import Settings
from bot.slack.api import Api
from bot.slack.app import SlackApp
from bot.slack.front import Front
from bot.slack.outbound import SlackChannel
from bot.turns import ONE_WRITER, SIDE_BY_SIDE
from coaching.engine import Engine
from coaching.routines import ROUTINES
from storage.database import is_sqlite
from storage.deliveries import Patience
from storage.outbox import Outbox
from storage.store import SqlStore

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
    slack: Front | None = None
    closing: list[Api | SlackApp] = field(default_factory=list)

    async def tick(self) -> int:
        """Ring what is due."""
        rung = await asyncio.to_thread(self.engine.tick, self.clock.now())
        if rung:
            self.delivery.nudge()
        return rung

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The ticks and the delivery of a worker."""
        metronome = Metronome()
        metronome.every(1, "due", self.tick)
        metronome.every(HOUR, "housekeeping", self._housekeeping)
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
        for it in self.closing:
            await it.close()

    async def _housekeeping(self) -> None:
        await asyncio.to_thread(self.store.forget_claims, real_now() - KEEP_CLAIMS)


def assemble(
    settings: Settings,
    store: SqlStore,
    *,
    clock: Clock | None = None,
    channels: tuple[Channel, ...] | None = None,
    links: SignedLinks | None = None,
) -> Program:
    """From the settings; `channels` and `links` replace those that the settings name (the demo's own)."""
    clock = clock or settings.clock()
    engine = Engine(store, public_holidays, ROUTINES)
    outbox = Outbox(store, Patience(settle=timedelta(seconds=settings.slack_settle_seconds)))
    links = links or signed_links(settings)
    api = Api(settings.slack_bot_token.get_secret_value(), settings.slack_api_url) if settings.slack_bot_token else None
    delivery = Delivery(outbox, channels if channels is not None else _channels(settings, api, links), clock)
    program = Program(
        settings=settings, store=store, clock=clock, outbox=outbox, engine=engine, delivery=delivery, links=links
    )
    if api and settings.slack_signing_secret:
        slack = SlackApp(
            handle=engine.handle_all,
            people=store,
            api=api,
            now=clock.now,
            nudge=delivery.nudge,
            links=lambda company: _of(links, company),
            pace=ONE_WRITER if is_sqlite(store.engine) else SIDE_BY_SIDE,
        )
        program.slack = Front([settings.slack_signing_secret.get_secret_value()], slack)
        program.closing += [slack, api]
    return program


def signed_links(settings: Settings) -> SignedLinks | None:
    """Needs an address that people reach and a key to sign with."""
    if not settings.coach_public_url or not settings.coach_secret_keys:
        return None
    return SignedLinks(
        settings.coach_public_url, settings.coach_secret_keys.get_secret_value().partition(",")[0].strip()
    )


def _channels(settings: Settings, api: Api | None, links: SignedLinks | None) -> tuple[Channel, ...]:
    """In the order in which they are tried."""
    found: list[Channel] = []
    if api:
        found.append(SlackChannel(api, links=lambda company: _of(links, company), draw=png))
    if settings.coach_smtp_url and settings.coach_mail_from:
        found.append(MailChannel(settings.coach_smtp_url.get_secret_value(), settings.coach_mail_from, links))
    return tuple(found)


def _of(links: SignedLinks | None, company: str) -> Links:
    return links.of(company) if links else NoLinks()

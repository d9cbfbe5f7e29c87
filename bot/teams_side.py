"""Teams' part of the composition: its address, what speaks for it, and everything behind them."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.routing import BaseRoute, Route

from bot.chart import png, small_png
from bot.clock import Clock, real_seconds
from bot.founding import ByFile, alone
from bot.holidays import public_holidays
from bot.introductions import Introductions
from bot.links import Links, NoLinks, SignedLinks
from bot.scheduler import Metronome
from bot.settings import Settings
from bot.teams import apps
from bot.teams.api import Voices, Wire
from bot.teams.app import TeamsApp
from bot.teams.apps import Apps
from bot.teams.changing import Changing
from bot.teams.desk import Desk
from bot.teams.front import Front
from bot.teams.onboarding import Onboarding
from bot.teams.outbound import TeamsChannel
from bot.teams.tokens import Tokens
from bot.turns import ONE_WRITER, SIDE_BY_SIDE
from coaching.card import Card
from coaching.events import Happening
from storage.addresses import TEAMS, Addresses
from storage.database import is_sqlite
from storage.secrets import Secrets
from storage.setups import Setups
from storage.showing import Showing
from storage.store import SqlStore

Handle = Callable[[Sequence[Happening]], Sequence[Card | Exception | None]]


LOOK_EVERY = 15.0
"""Seconds."""


class TeamsParts:
    """What inbound and outbound share."""

    def __init__(self, settings: Settings, store: SqlStore, links: SignedLinks | None, clock: Clock) -> None:
        self._store = store
        self._links = links
        self._clock = clock
        self._addresses = Addresses(store)
        keys = settings.coach_secret_keys
        secrets = Secrets(keys.get_secret_value()) if keys else None
        self._apps = Apps(store, secrets, apps.ours(settings), found=_imported)
        self.voices = Voices(self._apps, Wire(settings))
        self._setup_in = settings.microsoft_setup_tenants
        self._believing = settings.coach_teams_dangerously_unauthenticated

    def channel(self) -> TeamsChannel:
        """Out."""
        return TeamsChannel(self.voices, self._addresses, self._clock.now, links=self._of, draw=png, small=small_png)

    def inbound(self, handle: Handle, nudge: Callable[[], None]) -> TeamsSide:
        """In, for all apps at one address. For test clients only what runs on this machine is let in, and believed."""
        desk = Desk(
            handle=handle,
            people=self._store,
            addresses=self._addresses,
            showing=Showing(self._store),
            now=self._clock.now,
            real_now=real_seconds,
            ours=self._apps.our_id,
            links=self._of,
        )
        pace = ONE_WRITER if is_sqlite(self._store.engine) else SIDE_BY_SIDE
        founder = ByFile(self._store, public_holidays, alone(handle), self._links)
        changing = Changing(self._addresses, self._store, founder, self._clock.now, self._apps.our_id)
        onboarding = Onboarding(Setups(self._store), founder, self._clock.now, self._setup_in, self._apps.our_id)
        app = TeamsApp(
            desk=desk,
            voices=self.voices,
            introductions=Introductions(TEAMS, handle, self._clock.now),
            dialogs=(changing, onboarding),
            onboarding=onboarding,
            nudge=nudge,
            pace=pace,
        )
        wire, tokens = self.voices.wire, None
        if not self._believing:
            tokens = Tokens(self._apps, wire.keys, now=real_seconds)
        return TeamsSide(voices=self.voices, app=app, front=Front(tokens, self._apps, wire.services, app))

    def _of(self, company: str) -> Links:
        return self._links.of(company) if self._links else NoLinks()


@dataclass(kw_only=True)
class TeamsSide:
    """What Teams calls."""

    voices: Voices
    app: TeamsApp
    front: Front

    @property
    def reaches_anybody(self) -> bool:
        """Whether any app is connected."""
        return self.voices.apps.there

    def routes(self) -> list[BaseRoute]:
        """The one address, which isn't there as long as there is no app."""
        return [Route("/api/messages", self.front)]

    def keep_time(self, metronome: Metronome) -> None:
        """The beat of a worker: the event loop never has to look by itself."""
        metronome.every(LOOK_EVERY, "teams", self._look)

    async def _look(self) -> None:
        await asyncio.to_thread(self.voices.apps.refresh)

    async def close(self) -> None:
        """Let what is on its way finish, then close the connections."""
        await self.app.close()
        await self.voices.wire.close()


def _imported() -> None:
    """What takes a third of a second to import, before somebody waits for it."""
    for it in ("adapter", "connector", "transport"):
        importlib.import_module(f"bot.teams.{it}")

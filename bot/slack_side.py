"""Slack's part of the composition: which addresses it has, what speaks for whom, and what keeps time for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.routing import BaseRoute, Route

from bot.chart import png
from bot.clock import Clock
from bot.links import Links, NoLinks, SignedLinks
from bot.scheduler import Metronome
from bot.settings import Settings
from bot.slack.api import Api
from bot.slack.app import SlackApp
from bot.slack.doors import CompanyDoors
from bot.slack.front import Front
from bot.slack.outbound import SlackChannel
from bot.slack.workspaces import Workspaces
from bot.turns import ONE_WRITER, SIDE_BY_SIDE
from coaching.card import Card
from coaching.events import Event
from storage.database import is_sqlite
from storage.secrets import Secrets
from storage.store import SqlStore

Handle = Callable[[Sequence[Event]], Sequence[Card | Exception | None]]
LOOK_EVERY = 15.0
"""Seconds; so the event loop never has to look by itself."""


def speaks_slack(settings: Settings) -> bool:
    """With an app of its own, or able to keep those that companies bring."""
    return settings.slack or settings.many_workspaces or settings.coach_secret_keys is not None


class SlackParts:
    """What inbound and outbound share."""

    def __init__(self, settings: Settings, store: SqlStore, links: SignedLinks | None) -> None:
        self._settings = settings
        self._store = store
        self._links = links
        token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
        keys = settings.coach_secret_keys
        self.api = Api(token, settings.slack_api_url)
        self.workspaces = Workspaces(
            store,
            Secrets(keys.get_secret_value()) if keys else None,
            self.api,
            only_token=token,
            many=settings.many_workspaces,
        )

    def channel(self) -> SlackChannel:
        """Out."""
        return SlackChannel(self.api, workspaces=self.workspaces, links=self._of, draw=png)

    def inbound(self, handle: Handle, clock: Clock, nudge: Callable[[], None]) -> SlackSide:
        """In, at the addresses that the settings name."""
        app = SlackApp(
            handle=handle,
            people=self._store,
            api=self.api,
            now=clock.now,
            nudge=nudge,
            links=self._of,
            workspaces=self.workspaces,
            pace=ONE_WRITER if is_sqlite(self._store.engine) else SIDE_BY_SIDE,
        )
        side = SlackSide(api=self.api, workspaces=self.workspaces, app=app)
        if self._settings.slack_signing_secret:
            side.front = Front([self._settings.slack_signing_secret.get_secret_value()], app)
        if self.workspaces.installs:
            side.doors = CompanyDoors(self.workspaces, app.of)
        return side

    def _of(self, company: str) -> Links:
        return self._links.of(company) if self._links else NoLinks()


@dataclass(kw_only=True)
class SlackSide:
    """What Slack calls."""

    api: Api
    workspaces: Workspaces
    app: SlackApp
    front: Front | None = None
    doors: CompanyDoors | None = None

    @property
    def reaches_anybody(self) -> bool:
        """Whether any workspace is connected."""
        return self.workspaces.any

    def routes(self) -> list[BaseRoute]:
        """Those that are configured."""
        found: list[BaseRoute] = [Route("/slack/events", self.front)] if self.front else []
        return [*found, Route("/slack/events/{company}", self.doors)] if self.doors else found

    def keep_time(self, metronome: Metronome) -> None:
        """The beats of a worker."""
        metronome.every(LOOK_EVERY, "workspaces", self._look)

    async def close(self) -> None:
        """Let what is on its way finish, then close the connections."""
        await self.app.close()
        await self.api.close()

    async def _look(self) -> None:
        await asyncio.to_thread(self.workspaces.refresh)

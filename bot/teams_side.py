"""Teams' part of the composition: its address, what speaks for it, and everything behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.routing import BaseRoute, Route

from bot.chart import png
from bot.clock import Clock, real_now
from bot.links import Links, NoLinks, SignedLinks
from bot.settings import Settings
from bot.teams.api import Api
from bot.teams.app import TeamsApp
from bot.teams.desk import Desk
from bot.teams.front import Front
from bot.teams.outbound import TeamsChannel
from bot.teams.tokens import Tokens
from bot.turns import ONE_WRITER, SIDE_BY_SIDE
from coaching.card import Card
from coaching.events import Event
from storage.addresses import Addresses
from storage.database import is_sqlite
from storage.showing import Showing
from storage.store import SqlStore

Handle = Callable[[Sequence[Event]], Sequence[Card | Exception | None]]


class TeamsParts:
    """What inbound and outbound share."""

    def __init__(self, settings: Settings, store: SqlStore, links: SignedLinks | None, clock: Clock) -> None:
        self._store = store
        self._links = links
        self._clock = clock
        self._addresses = Addresses(store)
        self.api = Api(settings)

    def channel(self) -> TeamsChannel:
        """Out."""
        return TeamsChannel(self.api, self._addresses, self._clock.now, links=self._of, draw=png)

    def inbound(self, handle: Handle, nudge: Callable[[], None]) -> TeamsSide:
        """In. Without an app's id only what runs on this machine is let in, and believed."""
        desk = Desk(
            handle=handle,
            people=self._store,
            addresses=self._addresses,
            showing=Showing(self._store),
            now=self._clock.now,
            real_now=_seconds,
            links=self._of,
        )
        pace = ONE_WRITER if is_sqlite(self._store.engine) else SIDE_BY_SIDE
        app = TeamsApp(desk=desk, api=self.api, nudge=nudge, pace=pace)
        tokens = Tokens(self.api.app_id, self.api.keys, now=_seconds) if self.api.app_id else None
        return TeamsSide(api=self.api, app=app, front=Front(tokens, self.api.services, app))

    def _of(self, company: str) -> Links:
        return self._links.of(company) if self._links else NoLinks()


@dataclass(kw_only=True)
class TeamsSide:
    """What Teams calls."""

    api: Api
    app: TeamsApp
    front: Front

    def routes(self) -> list[BaseRoute]:
        """The one address."""
        return [Route("/api/messages", self.front)]

    async def close(self) -> None:
        """Let what is on its way finish, then close the connections."""
        await self.app.close()
        await self.api.close()


def _seconds() -> float:
    return real_now().timestamp()

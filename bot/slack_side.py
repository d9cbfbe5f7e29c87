"""Slack's part of the composition: which addresses it has, what speaks for whom, and what keeps time for it."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from bot import html
from bot.chart import png
from bot.clock import Clock
from bot.founding import ByFile, alone
from bot.holidays import public_holidays
from bot.introductions import Introductions
from bot.links import Links, NoLinks, SignedLinks
from bot.scheduler import Metronome
from bot.settings import Settings
from bot.slack import rotation
from bot.slack.api import Api
from bot.slack.app import SlackApp
from bot.slack.changing import Changing
from bot.slack.connecting import Connecting
from bot.slack.doors import CompanyDoors
from bot.slack.front import Front, secrets_in
from bot.slack.hometab import HomeTabs, stranger
from bot.slack.inbound import Origin
from bot.slack.install import Client, InstallPages
from bot.slack.lifecycle import Lifecycle
from bot.slack.onboarding import Onboarding
from bot.slack.outbound import SlackChannel
from bot.slack.replies import Replies
from bot.slack.rotation import Rotation
from bot.slack.views import View
from bot.slack.workspaces import Workspaces
from bot.turns import ONE_WRITER, SIDE_BY_SIDE
from bot.web.security import HEADERS
from bot.web.templates import render
from coaching.card import Card
from coaching.company import Company
from coaching.events import Account, Happening
from coaching.people import Member
from storage.database import is_sqlite
from storage.secrets import Secrets
from storage.showing import Showing
from storage.store import SqlStore

log = logging.getLogger(__name__)

Handle = Callable[[Sequence[Happening]], Sequence[Card | Exception | None]]
LOOK_EVERY = 15.0
"""Seconds; so the event loop never has to look by itself."""


class SlackParts:
    """What inbound and outbound share."""

    def __init__(self, settings: Settings, store: SqlStore, links: SignedLinks | None, clock: Clock) -> None:
        self._settings = settings
        self._store = store
        self._links = links
        self._clock = clock
        self._handle: Handle | None = None
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
        self._replies = Replies()
        self._app: SlackApp | None = None
        self.homes = HomeTabs(
            store, self.workspaces, now=clock.now, holidays=public_holidays, links=self._of, told=self._stranger
        )

    def channel(self) -> SlackChannel:
        """Out."""
        return SlackChannel(
            self.api,
            workspaces=self.workspaces,
            links=self._of,
            draw=png,
            replies=self._replies,
            closed=self._account_closed,
        )

    def inbound(self, handle: Handle, clock: Clock, nudge: Callable[[], None]) -> SlackSide:
        """In, at the addresses that the settings name."""
        self._handle = handle
        app = self._app = SlackApp(
            handle=handle,
            people=self._store,
            api=self.api,
            now=clock.now,
            anothers=Showing(self._store).is_anothers,
            nudge=nudge,
            links=self._of,
            workspaces=self.workspaces,
            homes=self.homes,
            replies=self._replies,
            introductions=Introductions("slack", handle, clock.now),
            pace=ONE_WRITER if is_sqlite(self._store.engine) else SIDE_BY_SIDE,
        )
        side = SlackSide(api=self.api, workspaces=self.workspaces, app=app, homes=self.homes)
        if self._settings.slack_signing_secret:
            side.front = Front(secrets_in(self._settings.slack_signing_secret.get_secret_value()), app)
        founder = ByFile(self._store, public_holidays, alone(handle), self._links)
        app.changing = Changing(self.workspaces, founder, clock.now)
        if self.workspaces.installs:
            side.doors = CompanyDoors(self.workspaces, app.of)
            connecting = Connecting(
                self._store,
                self.workspaces.installs,
                self.workspaces,
                handle=alone(handle),
                now=clock.now,
                base=self._settings.coach_public_url,
            )
            app.life = Lifecycle(self.workspaces, connecting)
            app.onboarding = Onboarding(self.workspaces, founder, clock.now)
            ours = _client(self._settings)
            side.rotation = Rotation(connecting, self.api, ours)
            side.pages = self._pages(connecting, ours)
        return side

    def _account_closed(self, company: Company, member: Member) -> None:
        """So Slack says when it is asked to write to them."""
        if self._handle is None:
            return
        now, handle = self._clock.now(), member.handles["slack"]
        key = f"slack:closed:{handle}:{secrets.token_hex(8)}"
        event = Account(company=company.slug, key=key, at=now, platform="slack", handle=handle, closed=True)
        (outcome,) = self._handle((event,))
        if isinstance(outcome, Exception):
            log.warning("that an account of %s is closed can't be kept: %s", company.slug, type(outcome).__name__)

    def _pages(self, connecting: Connecting, ours: Client | None) -> InstallPages | None:
        """Slack sends people back to an address, so there must be one."""
        base, keys = self._settings.coach_public_url, self._settings.coach_secret_keys
        if not base or not keys:
            return None
        key = keys.get_secret_value().partition(",")[0].strip()
        return InstallPages(base=base, key=key, ours=ours, api=self.api, connecting=connecting, page=_page)

    def _stranger(self, them: Origin) -> Card | View:
        assert self._app is not None
        invited = self._app.onboarding.invitation(them) if self._app.onboarding else None
        if invited:
            return invited
        return stranger(self._app.refusal(them))

    def _of(self, company: str) -> Links:
        return self._links.of(company) if self._links else NoLinks()


@dataclass(kw_only=True)
class SlackSide:
    """What Slack calls."""

    api: Api
    workspaces: Workspaces
    app: SlackApp
    homes: HomeTabs
    front: Front | None = None
    doors: CompanyDoors | None = None
    pages: InstallPages | None = None
    rotation: Rotation | None = None
    _keeping: asyncio.Future[None] | None = None

    @property
    def reaches_anybody(self) -> bool:
        """Whether any workspace is connected."""
        return self.workspaces.any

    def routes(self) -> list[BaseRoute]:
        """Those that are configured."""
        found: list[BaseRoute] = [Route("/slack/events", self.front)] if self.front else []
        if self.doors:
            found.append(Route("/slack/events/{company}", self.doors))
        return [*found, *(self.pages.routes() if self.pages else ())]

    def keep_time(self, metronome: Metronome) -> None:
        """The beats of a worker."""
        metronome.every(LOOK_EVERY, "workspaces", self._look)
        if self.rotation:
            metronome.every(rotation.EVERY, "rotation", self.rotation.run)

    def start(self) -> None:
        """Within the loop that serves."""
        self._keeping = self.homes.start()

    async def close(self) -> None:
        """Let what is on its way finish, then close the connections."""
        if self._keeping:
            self._keeping.cancel()
        if self.rotation:
            await self.rotation.close()
        await self.app.close()
        await self.api.close()

    async def _look(self) -> None:
        await asyncio.to_thread(self.workspaces.refresh)


def _client(settings: Settings) -> Client | None:
    if not settings.slack_client_id or not settings.slack_client_secret:
        return None
    return Client(settings.slack_client_id, settings.slack_client_secret.get_secret_value())


def _page(card: Card, status: int, links: Links) -> Response:
    shown = html.fragment(card, links=links)
    return HTMLResponse(render("page.html", title=card.summary, card=shown), status, headers=HEADERS)

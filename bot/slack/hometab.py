"""The Home tab: published when somebody opens it, and when something of theirs has changed; never to all at once."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.languages import speaking_to
from bot.links import Links, NoLinks
from bot.slack import inbound
from bot.slack.api import Api
from bot.slack.inbound import Origin
from bot.slack.views import View, home
from bot.slack.workspaces import Workspaces
from coaching.card import Card, Heading, say
from coaching.company import Company
from coaching.home_card import Home, card
from coaching.ports import Holidays
from coaching.routines.home import home_of
from storage import hometabs
from storage.hometabs import HomeTab
from storage.store import SqlStore, UnknownCompanyError

log = logging.getLogger(__name__)

Payload = Mapping[str, Any]
Told = Callable[[Origin], Card | View]
REMEMBERED = timedelta(days=14)
"""A Home that nobody has opened for so long is published when it is opened."""
GATHER = 1.0
"""Seconds in which several changes become one publication."""
APART = 0.6
"""Seconds between two publications in one workspace: Slack takes about a hundred a minute."""
TRIES = 3
PLATFORM = "slack"


@dataclass(frozen=True, slots=True)
class _Tab:
    """One to be published. `member` is empty for somebody who is no member, whose Home isn't kept."""

    company: str
    member: str
    user: str
    view: View
    before: HomeTab | None
    shown: str


class HomeTabs:
    """`changed` from any thread; the rest in the loop. `told` is what people see who are no members."""

    def __init__(
        self,
        store: SqlStore,
        workspaces: Workspaces,
        *,
        now: Callable[[], datetime],
        holidays: Holidays,
        links: Callable[[str], Links] = lambda _company: NoLinks(),
        told: Told,
        gather: float = GATHER,
        apart: float = APART,
    ) -> None:
        self._store = store
        self._workspaces = workspaces
        self._now = now
        self._holidays = holidays
        self._links = links
        self._told = told
        self._gather = gather
        self._apart = apart
        self._waiting: dict[str, set[str]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake: asyncio.Event | None = None

    # --- opened ----------------------------------------------------------------------------------------------------
    async def opened(self, payload: Payload, *, told: str = "") -> None:
        """Somebody looks at theirs now; `told` is what they see if they are no member."""
        them = inbound.origin(payload)
        version = inbound.view_hash(payload)
        tab = await asyncio.to_thread(self._opened, them, version, told)
        api = self._workspaces.api_in(them.app, them.team, them.enterprise)
        if tab is not None and api is not None:
            await self._published(api, tab)

    def _opened(self, them: Origin, version: str, told: str) -> _Tab | None:
        found = None if them.foreign else self._store.who(PLATFORM, them.team, them.user)
        if found is None or not self._workspaces.speaks(them.app, found[0], them.team):
            seen = stranger(told) if told else self._told(them)
            if not isinstance(seen, Card):
                return _Tab("", "", them.user, seen, None, "")
            return _Tab("", "", them.user, home(seen, mentions=_nobody, links=NoLinks()), None, "")
        slug, member = found
        with self._store.work(slug) as work:
            hometabs.opened(work, member, self._now())
        return next(iter(self._tabs(slug, {member}, showing=version)), None)

    # --- changed ---------------------------------------------------------------------------------------------------
    def changed(self, company: str, members: Iterable[str]) -> None:
        """Something of theirs was kept, or said to them."""
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._note, company, frozenset(members))

    def _note(self, company: str, members: frozenset[str]) -> None:
        self._waiting.setdefault(company, set()).update(members)
        if self._wake:
            self._wake.set()

    def start(self) -> asyncio.Future[None]:
        """In the loop: what changes from now on is heard, and shown until the future is cancelled."""
        self._loop, self._wake = asyncio.get_running_loop(), asyncio.Event()
        return asyncio.ensure_future(self._run(self._wake))

    async def _run(self, wake: asyncio.Event) -> None:
        """What changed meanwhile, each company by itself, so that none waits for another."""
        while True:
            await wake.wait()
            await asyncio.sleep(self._gather)
            wake.clear()
            waiting, self._waiting = self._waiting, {}
            await asyncio.gather(*(self._refreshed(slug, members) for slug, members in waiting.items()))

    async def _refreshed(self, slug: str, members: set[str]) -> None:
        try:
            await self._one_by_one(slug, await asyncio.to_thread(self._tabs, slug, members))
        except UnknownCompanyError:
            pass
        except Exception:
            log.exception("Home tabs of %s could not be kept right; they are when they are opened", slug)

    async def _one_by_one(self, slug: str, tabs: Iterable[_Tab]) -> None:
        """At Slack's pace; the rest stays away once nothing speaks there any more."""
        for n, tab in enumerate(tabs):
            api = await asyncio.to_thread(self._api, slug)
            if api is None:
                return
            await asyncio.sleep(self._apart if n else 0)
            await self._published(api, tab)

    def _api(self, slug: str) -> Api | None:
        return self._workspaces.api(self._store.company(slug))

    def _tabs(self, slug: str, members: Iterable[str], showing: str | None = None) -> tuple[_Tab, ...]:
        """Of those who opened theirs lately, where it would show something else.

        `showing` is the version that Slack says it shows: that is the truth, whoever published it.
        """
        company, gathered = self._gathered(slug, frozenset(members))
        found: list[_Tab] = []
        for it, user, seen in gathered:
            with speaking_to(company):
                view = self._view(company, card(seen))
            shown = _digest(view)
            before = it if showing is None else replace(it, view_hash=showing)
            if shown != it.shown or before != it:
                found.append(_Tab(slug, it.member, user, view, before, shown))
        return tuple(found)

    def _gathered(self, slug: str, members: frozenset[str]) -> tuple[Company, list[tuple[HomeTab, str, Home]]]:
        """What is read; what takes long to work out from it must not keep others from writing."""
        now = self._now()
        found: list[tuple[HomeTab, str, Home]] = []
        with self._store.work(slug) as work, speaking_to(work.company):
            company = work.company
            for it in hometabs.tabs(work, members, now - REMEMBERED):
                member = company.member(it.member)
                user = member.open_handles.get(PLATFORM) if member and member.active else None
                if member is not None and user is not None:
                    found.append((it, user, home_of(work, member, now, self._holidays)))
        return company, found

    def _view(self, company: Company, seen: Card) -> View:
        return home(seen, mentions=partial(_handle, company), links=self._links(company.slug))

    # --- published -------------------------------------------------------------------------------------------------
    async def _published(self, api: Api, tab: _Tab) -> None:
        """With the hash of what it replaces; when something newer stands there, what is newest now is put over that."""
        for _ in range(TRIES):
            try:
                version = tab.before.view_hash if tab.before else ""
                reply = await api.client.views_publish(user_id=tab.user, view=tab.view, hash=version or None)
            except SlackApiError as problem:
                error = str(problem.response.get("error"))
                newer = await asyncio.to_thread(self._newer, tab) if error == "hash_conflict" else None
                if newer is None:
                    log.info("the Home tab of %s was not published: %s", tab.user, error)
                    return
                tab = newer
            except (SlackClientError, aiohttp.ClientError, TimeoutError) as problem:
                log.info("the Home tab of %s was not published: %s", tab.user, type(problem).__name__)
                return
            else:
                if tab.member:
                    await asyncio.to_thread(self._keep, tab, _hash(reply))
                return

    def _newer(self, tab: _Tab) -> _Tab | None:
        """As things are now, over what another process published; without its name where none is known."""
        if not tab.member:
            return None
        found = next(iter(self._tabs(tab.company, {tab.member})), None)
        if found is None or found.before is None:
            return None
        same = tab.before is not None and found.before.view_hash == tab.before.view_hash
        before = HomeTab(tab.member, "" if same else found.before.view_hash, found.before.shown)
        return _Tab(tab.company, tab.member, tab.user, found.view, before, found.shown)

    def _keep(self, tab: _Tab, version: str) -> None:
        with self._store.work(tab.company) as work:
            hometabs.published(work, HomeTab(tab.member, version, tab.shown))


def stranger(text: str) -> Card:
    """For whoever is no member."""
    return Card(text, (Heading("Coach"), say(text)))


def _digest(view: View) -> str:
    return hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()


def _hash(reply: Any) -> str:
    found = (reply.get("view") or {}).get("hash")
    return found[:80] if isinstance(found, str) else ""


def _handle(company: Company, member_id: str) -> str | None:
    member = company.member(member_id)
    return member.handles.get(PLATFORM) if member else None


def _nobody(_member: str) -> None:
    return None

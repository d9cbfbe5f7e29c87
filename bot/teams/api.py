"""Teams' connector: one client per service URL, kept; each call tried once."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

import aiohttp

from bot.settings import AppType, Settings
from bot.teams.apps import App, Apps
from bot.teams.away import Away
from bot.teams.keys import Keys
from bot.teams.line import Line
from bot.teams.login import Login, ManagedLogin, SecretLogin
from bot.teams.place import Place
from bot.teams.rejected import Rejected
from bot.teams.service_urls import GLOBAL, ServiceUrls

MANY_TENANTS = "botframework.com"
"""Where a bot of several tenants logs in."""
CONNECTIONS_MAX = 700
"""More than delivery ever has under way: who waits for a connection would use up the time for the call itself."""
CLIENTS_MAX = 64
CARD = "application/vnd.microsoft.card.adaptive"
ACTIVITIES = "v3/conversations/{}/activities"
APPS_MAX = 1000
"""In memory; one that is needed again is simply made again."""


class WrongPlace(Exception):  # noqa: N818 - a state, not a mistake
    """Not one of Microsoft's, nor of the settings': nothing of ours is sent there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A card with its line for the notification, or plain words. Never both: Teams would make two messages of it."""

    card: Mapping[str, Any] | None = None
    words: str = ""
    alert: bool = True


class Wire:
    """What all apps share on their way to Microsoft. Opened in the loop that first uses it; `close` it there."""

    def __init__(self, settings: Settings) -> None:
        self.services = ServiceUrls(
            settings.microsoft_service_urls, any_loopback=settings.coach_teams_dangerously_unauthenticated
        )
        self.begin_at = next(iter(settings.microsoft_service_urls), GLOBAL)
        """Where a conversation is opened with somebody of a company that nobody was ever heard from."""
        self.login_url = settings.microsoft_login_url
        self.keys = Keys(settings.microsoft_openid_metadata_url, self.session)
        self._session: aiohttp.ClientSession | None = None
        self._away: dict[str, Away] = {}

    def session(self) -> aiohttp.ClientSession:
        """One for everything that goes to Microsoft. No proxies or passwords from the environment, no cookies."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS_MAX), cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    def away(self, service_url: str) -> Away:
        """Of the machine behind it, which is every company's."""
        host = urlsplit(service_url).netloc
        if host not in self._away:
            if len(self._away) >= CLIENTS_MAX:
                self._away.clear()
            self._away[host] = Away()
        return self._away[host]

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
        self._session = None


class Api:
    """Teams as one app speaks to it. Raises what `Transport` does, and WrongPlace."""

    def __init__(self, app: App, wire: Wire) -> None:
        self.app = app
        self.begin_at = wire.begin_at
        self.login = login(app, wire)
        self._wire = wire
        self._clients: dict[str, Any] = {}

    def is_bot(self, id_: str) -> bool:
        """Whether that is this app's bot, as far as it can be told: conversations of another's are closed to it."""
        ours, theirs = self.app.id.lower(), id_.lower().removeprefix("28:")
        return not ours or ours == theirs or not _is_app_id(theirs)

    # --- calls -----------------------------------------------------------------------------------------------------
    async def send(self, place: Place, content: Content) -> str:
        """The message's id."""
        answered = await self._said("POST", place, message(content))
        try:
            return _id(json.loads(answered))
        except ValueError:
            return _id(None)

    async def update(self, place: Place, which: str, content: Content) -> None:
        """Overwrite a message of ours."""
        await self._said("PUT", place, {**message(content), "id": which}, which)

    async def _said(self, method: str, place: Place, activity: Mapping[str, Any], *which: str) -> bytes:
        """Without the SDK, which takes five times as long for it: these are most of what goes out."""
        url = "/".join(
            [place.service_url.rstrip("/"), ACTIVITIES.format(_quoted(place.conversation)), *map(_quoted, which)]
        )
        body = json.dumps(activity, ensure_ascii=False, separators=(",", ":")).encode()
        return (await self._line(place.service_url).call(method, url, body)).body

    async def open(self, service_url: str, tenant: str, person: str) -> Place:
        """The conversation with somebody who has the app; the same each time it is asked for."""
        wanted = _sdk().conversation(self.app.bot, tenant, person)
        return Place(service_url, _id(await self.client(service_url).conversations.create_conversation(wanted)))

    async def member(self, place: Place, user: str) -> Mapping[str, Any]:
        """Somebody in a conversation, as Teams knows them."""
        found = await self.client(place.service_url).conversations.get_conversation_member(place.conversation, user)
        more = getattr(found, "additional_properties", None)
        known = {"id": found.id, "name": found.name, "aadObjectId": found.aad_object_id}
        return {**(more if isinstance(more, dict) else {}), **{name: it for name, it in known.items() if it}}

    def _line(self, service_url: str) -> Line:
        """Only where it is allowed, whoever named the place."""
        if not self._wire.services.allow(service_url):
            raise WrongPlace(service_url)
        return Line(self._wire.session, self.login, self._wire.away(service_url))

    def client(self, service_url: str) -> Any:
        """The SDK's, which takes milliseconds to make."""
        line = self._line(service_url)
        url = service_url.rstrip("/") + "/"
        if url not in self._clients:
            if len(self._clients) >= CLIENTS_MAX:
                self._clients.clear()
            self._clients[url] = self._made(url, line)
        return self._clients[url]

    def _made(self, url: str, line: Line) -> Any:
        from bot.teams.transport import Transport  # noqa: PLC0415 - as `_sdk`

        return _sdk().client(url, self.app.id, Transport(line))


class Voices:
    """The apps, each with its clients and its token kept. In one event loop."""

    def __init__(self, apps: Apps, wire: Wire) -> None:
        self.apps = apps
        self.wire = wire
        self._made: OrderedDict[App, Api] = OrderedDict()

    def of(self, company: str) -> Api | None:
        """None while nobody may speak for it."""
        app = self.apps.voice(company)
        return self._api(app) if app else None

    def by(self, app_id: str) -> Api | None:
        """The app of that id."""
        app = self.apps.by_id(app_id)
        return self._api(app) if app else None

    def _api(self, app: App) -> Api:
        """One with another secret is another: it has to log in anew."""
        if app not in self._made:
            self._made[app] = Api(app, self.wire)
        self._made.move_to_end(app)
        while len(self._made) > APPS_MAX:
            self._made.popitem(last=False)
        return self._made[app]


def login(app: App, wire: Wire) -> Login | None:
    """As the app is registered; None for a test client's."""
    if not app.id:
        return None
    if app.type is AppType.MANAGED_IDENTITY:
        return ManagedLogin(app.id)
    tenant = MANY_TENANTS if app.type is AppType.MULTI_TENANT or app.tenant is None else app.tenant
    return SecretLogin(wire.login_url, tenant, app.id, app.secret, wire.session)


def _sdk() -> Any:
    """Microsoft's takes a third of a second to import, which nobody pays for who isn't in Teams."""
    from bot.teams import connector  # noqa: PLC0415 - that is why

    return connector


def message(content: Content) -> dict[str, Any]:
    """As Teams wants it."""
    if content.card is None:
        return {"type": "message", "text": content.words, "textFormat": "plain"}
    card = {"contentType": CARD, "content": content.card}
    alert = {"channelData": {"notification": {"alert": True}}} if content.alert else {}
    return {"type": "message", "summary": content.words, "attachments": [card], **alert}


def _quoted(part: str) -> str:
    return quote(part, safe="")


def _id(made: Any) -> str:
    found = made.get("id") if isinstance(made, dict) else getattr(made, "id", None)
    if not isinstance(found, str) or not found:
        raise Rejected(200, "NoId")
    return found


def _is_app_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False

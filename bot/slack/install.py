"""`/slack/install` and `/slack/oauth_redirect`: a workspace, or a whole organisation, takes the app in (OAuth v2).

The state that goes through Slack is signed, expires, works once, and only in the browser that began: its other half is
a cookie. Nothing of a code or a token is ever logged.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer
from slack_sdk.errors import SlackApiError, SlackClientError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.languages import language, preferred
from bot.links import Links, NoLinks
from bot.proposing import proposed
from bot.slack.api import Api
from bot.slack.connecting import Connecting, Taken
from bot.slack.manifest import scopes
from coaching.card import Bold, Card, Figure, Heading, say
from coaching.language import marked, speaking, t, ts, worded
from coaching.setting_up import Draft
from storage.installs import OURS, Install, Tokens, once

log = logging.getLogger(__name__)

MINUTES = 10
Page = Callable[[Card, int, Links], Response]
CANCELLED = marked("Nothing was installed, because it was cancelled in Slack. You can begin again whenever you like.")
STALE = marked("This installation was begun in another browser, longer than ten minutes ago, or is done already.")
NO_APP = marked("There is no Slack app to be installed at this address. Ask whoever runs the coach.")
NEXT_STEP = marked("Hello. Open my Home tab: two short forms, and I know whom to coach. Five minutes will do.")
FAILED = marked("Slack did not take part just now. Nothing was installed; try again in a minute.")
REFUSED = marked(
    "Slack refused it ({why}). Nothing was installed; try again, and tell whoever runs the coach if it stays so."
)


@dataclass(frozen=True, slots=True)
class Client:
    """An app's own credentials."""

    id: str
    secret: str


class _Stopped(Exception):  # noqa: N818 - a state, not a mistake
    """`app`: whose installation may be begun anew."""

    def __init__(self, why: str, status: int, app: str | None = None) -> None:
        super().__init__(why)
        self.status = status
        self.app = app


class _Again(NoLinks):
    """A figure's rows stand for whatever is linked: here the address itself."""

    def rows(self, rows: str) -> str | None:
        return rows


class InstallPages:
    """`base` is the address that people reach; `page` draws one, in the language that the browser likes best."""

    def __init__(
        self, *, base: str, key: str, ours: Client | None, api: Api, connecting: Connecting, page: Page
    ) -> None:
        self._base = base.rstrip("/")
        self._ours = ours
        self._api = api
        self._connecting = connecting
        self._page = page
        signing = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        self._states = URLSafeTimedSerializer(key, salt="coach.slack.install", signer_kwargs=signing)
        self._safe = self._base.startswith("https://")
        # The prefix makes browsers refuse it from anywhere but this very host, over https.
        self._cookie = "__Host-coach-install" if self._safe else "coach-install"

    def routes(self) -> list[BaseRoute]:
        """The two addresses."""
        return [Route("/slack/install", self._begin), Route("/slack/oauth_redirect", self._back)]

    # --- there -----------------------------------------------------------------------------------------------------
    async def _begin(self, request: Request) -> Response:
        app = request.query_params.get("company", OURS)
        client = await asyncio.to_thread(self._client, app)
        if client is None:
            with _speaking(request):
                return self._say(worded(NO_APP), 404)
        nonce = secrets.token_urlsafe(32)
        asked = {
            "client_id": client.id,
            "scope": ",".join(scopes()),
            "state": self._states.dumps([nonce, app]),
            "redirect_uri": self._redirect_uri,
        }
        answer = RedirectResponse(f"{_authorize_url(self._api.url)}?{urlencode(asked)}", 302)
        answer.headers["cache-control"] = "no-store"
        options: dict[str, Any] = {"secure": self._safe, "httponly": True, "samesite": "lax", "path": "/"}
        answer.set_cookie(self._cookie, nonce, max_age=MINUTES * 60, **options)
        return answer

    @property
    def _redirect_uri(self) -> str:
        return f"{self._base}/slack/oauth_redirect"

    def _client(self, app: str) -> Client | None:
        if app == OURS:
            return self._ours
        kept = self._connecting.brought(app)
        found = Client(kept.get("client_id", ""), kept.get("client_secret", ""))
        return found if found.id and found.secret else None

    # --- and back --------------------------------------------------------------------------------------------------
    async def _back(self, request: Request) -> Response:
        with _speaking(request):
            answer = await self._came_back(request)
        answer.delete_cookie(self._cookie, path="/", secure=self._safe, httponly=True, samesite="lax")
        return answer

    async def _came_back(self, request: Request) -> Response:
        app = None
        try:
            app = await self._app_of(request)
            if request.query_params.get("error"):
                raise _Stopped(worded(CANCELLED), 400)
            client = await asyncio.to_thread(self._client, app)
            if client is None:
                raise _Stopped(worded(NO_APP), 404)
            taken = await self._taken(app, client, request.query_params.get("code", ""))
        except _Stopped as why:
            return self._say(str(why), why.status, app if app is not None else why.app)
        return self._page(_done(taken), 200, NoLinks())

    async def _app_of(self, request: Request) -> str:
        """What the state says that was begun; once, in time, in that browser."""
        try:
            match self._states.loads(request.query_params.get("state", ""), max_age=MINUTES * 60):
                case [str(nonce), str(app)]:
                    pass
                case _:
                    raise _Stopped(worded(STALE), 400, OURS)
        except SignatureExpired as old:
            raise _Stopped(worded(STALE), 400, _begun(old.payload, self._states)) from None
        except BadData:
            raise _Stopped(worded(STALE), 400, OURS) from None
        theirs = request.cookies.get(self._cookie, "")
        if not secrets.compare_digest(theirs.encode(), nonce.encode()):
            raise _Stopped(worded(STALE), 400, app)
        if not await asyncio.to_thread(once, self._connecting.store, f"install:{nonce}"):
            raise _Stopped(worded(STALE), 400, app)
        return app

    async def _taken(self, app: str, client: Client, code: str) -> Taken:
        answer = await self._asked(
            self._api.exchange(client.id, client.secret, code=code, redirect_uri=self._redirect_uri)
        )
        install, tokens, user = _read(app, answer, self._connecting.real_now())
        api = self._api.with_token(tokens.bot)
        if install.org_wide:
            install = replace(install, teams=await self._asked(_teams(api)))
        taken = await asyncio.to_thread(self._connecting.take, install, tokens, user)
        if taken.refusal:
            # A token that isn't wanted is given back, not forgotten.
            await _given_back(api)
            raise _Stopped(worded(taken.refusal), 409)
        if taken.install.setup and not taken.companies:
            locale = await _locale(api, user)
            with speaking(language(proposed(Draft(), locale).language)):
                await _greeted(api, user)
            await asyncio.to_thread(self._connecting.invited, taken.install, locale)
        return taken

    async def _asked(self, asking: Any) -> Any:
        try:
            return await asking
        except SlackApiError as problem:
            why = str(problem.response.get("error", "no reason"))
            log.info("an installation was refused by Slack: %s", why)
            raise _Stopped(worded(REFUSED).format(why=why), 400) from None
        except (aiohttp.ClientError, SlackClientError, TimeoutError, ValueError) as problem:
            log.warning("an installation failed: %s", type(problem).__name__)
            raise _Stopped(worded(FAILED), 502) from None

    def _say(self, words: str, status: int, app: str | None = None) -> Response:
        """With the way back to the beginning, where an app could be installed there."""
        there = status not in {404, 409} and app is not None and (app != OURS or self._ours is not None)
        again = f"{self._base}/slack/install" + (f"?{urlencode({'company': app})}" if app and app != OURS else "")
        link = (say(Figure(t("Begin again"), again)),) if there else ()
        return self._page(Card(words, (Heading(t("Coach for Slack")), say(words), *link)), status, _Again())


def _begun(payload: bytes | None, states: URLSafeTimedSerializer) -> str | None:
    """Of a state of ours that is too old: which app it was about."""
    match states.load_payload(payload) if payload else None:
        case [str(), str(app)]:
            return app
    return None


def _speaking(request: Request) -> AbstractContextManager[None]:
    return speaking(preferred(request.headers.get("accept-language", "")))


def _done(taken: Taken) -> Card:
    named = taken.install.name or t("your workspace")
    whose = (
        t(
            "It is connected to {names}. Write “/coach help” in Slack to see what it does.",
            names=", ".join(taken.companies),
        )
        if taken.companies
        else t(
            "Open Coach in Slack (under Apps): its Home tab sets you up in a few minutes, with you who installed it."
        )
    )
    head = t("Coach is in {workspace}", workspace=named)
    return Card(
        head, (Heading(t("Installed")), say(*ts("Coach is in {workspace}.", workspace=Bold(named))), say(whose))
    )


def _read(app: str, answer: Mapping[str, Any], now: datetime) -> tuple[Install, Tokens, str]:
    """What Slack granted, and to whom."""
    match answer:
        case {
            "access_token": str(token),
            "bot_user_id": str(bot),
            "token_type": "bot",
            "authed_user": {"id": str(user)},
        }:
            pass
        case _:
            raise _Stopped(worded(FAILED), 502)
    team, enterprise = _id(answer.get("team")), _id(answer.get("enterprise"))
    home = enterprise if answer.get("is_enterprise_install") is True else team
    if not home:
        raise _Stopped(worded(FAILED), 502)
    seconds = answer.get("expires_in")
    named = answer.get("enterprise") if home == enterprise else answer.get("team")
    install = Install(
        app=app,
        home=home,
        enterprise=enterprise or None,
        name=str((named or {}).get("name") or "")[:400],
        bot=bot,
        scopes=str(answer.get("scope") or ""),
        installed_at=now,
        expires_at=now + timedelta(seconds=seconds) if isinstance(seconds, int) else None,
    )
    return install, Tokens(bot=token, refresh=str(answer.get("refresh_token") or "")), user


def _id(named: object) -> str:
    match named:
        case {"id": str(found)}:
            return found
    return ""


async def _teams(api: Api) -> tuple[str, ...]:
    """The workspaces that an organisation-wide installation serves."""
    found: list[str] = []
    cursor = ""
    for _ in range(100):
        answer = await api.client.auth_teams_list(limit=1000, cursor=cursor or None)
        found += [team for it in answer.get("teams") or () if (team := _id(it))]
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    return tuple(found)


async def _greeted(api: Api, user: str) -> None:
    """A courtesy: the page said it too."""
    try:
        await api.client.chat_postMessage(channel=user, text=worded(NEXT_STEP))
    except (SlackClientError, aiohttp.ClientError, TimeoutError) as problem:
        log.info("whoever installed the app could not be written to: %s", type(problem).__name__)


async def _locale(api: Api, user: str) -> str:
    """Such as `de-DE`; '' where Slack doesn't say: whoever installed it is spoken to in English then."""
    try:
        found = (await api.client.users_info(user=user, include_locale=True)).get("user") or {}
    except (SlackClientError, aiohttp.ClientError, TimeoutError) as problem:
        log.info("the language of whoever installed the app isn't known: %s", type(problem).__name__)
        return ""
    return str(found.get("locale") or "")


async def _given_back(api: Api) -> None:
    try:
        await api.client.auth_revoke()
    except (SlackClientError, aiohttp.ClientError, TimeoutError) as problem:
        log.warning("a token that isn't wanted could not be given back: %s", type(problem).__name__)


def _authorize_url(api_url: str) -> str:
    parts = urlsplit(api_url)
    return f"{parts.scheme}://{parts.netloc}/oauth/v2/authorize"

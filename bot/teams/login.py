"""The bot's own token: fetched by us, because the SDK fetches one per message, and blocks everybody meanwhile."""

from __future__ import annotations

import asyncio
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp

from bot.teams.away import Away, Unreachable

SCOPE = "https://api.botframework.com"
CONNECT_SECONDS = 3.0
LOGIN_SECONDS = 8.0
EARLY = 300.0
"""Before a token runs out, the next one is fetched; meanwhile it goes on being used."""
MANAGED_FOR = 300.0
"""The machine's own service keeps its tokens itself; it is asked again after so long."""
REFUSED_FOR = 5.0
"""Credentials that were turned down aren't shown again for so long: what waits with them is told the same."""
WHY_MAX = 200


class LoginRefused(Exception):  # noqa: N818 - a state, not a mistake
    """Microsoft doesn't take the app's id or secret; says why in its own words."""


class LoginAway(Unreachable):
    """It can't be reached, or has no time; nothing is wrong with us."""

    @classmethod
    def of(cls, it: Unreachable) -> LoginAway:
        """The same, said of the login."""
        return cls(str(it), it.after)


class _NotNow(Exception):  # noqa: N818 - a state, not a mistake
    """No answer, or one of a server in trouble."""


class Login(Protocol):
    """Where the bot's token comes from."""

    async def token(self) -> str:
        """One that is good for a while. LoginRefused, LoginAway."""

    def forget(self, token: str) -> None:
        """It was turned down; the next one is asked for."""


@dataclass(frozen=True, slots=True)
class _Fetched:
    """A token, and on the monotonic clock: from when on another is wanted, and how long it is good."""

    token: str
    until: float
    good_until: float


NEVER = _Fetched("", 0.0, 0.0)


class _Kept(ABC):
    """One token for all who wait, fetched once; one that fails, fails once for all of them too."""

    def __init__(self) -> None:
        self._fetched = NEVER
        self._fetching: asyncio.Task[str] | None = None
        self._away = Away()
        self._refused: LoginRefused | None = None
        self._refused_until = 0.0

    async def token(self) -> str:
        now = time.monotonic()
        if now < self._fetched.until:
            return self._fetched.token
        fetching = self._begun()
        if now < self._fetched.good_until:
            return self._fetched.token
        return await asyncio.shield(fetching)

    def forget(self, token: str) -> None:
        if token == self._fetched.token:
            self._fetched = NEVER

    def _begun(self) -> asyncio.Task[str]:
        if self._fetching is None:
            self._fetching = asyncio.get_running_loop().create_task(self._fetch_one())
            self._fetching.add_done_callback(self._ended)
        return self._fetching

    def _ended(self, task: asyncio.Task[str]) -> None:
        self._fetching = None
        if not task.cancelled():
            task.exception()  # Whoever waits for it is told; perhaps nobody does.

    async def _fetch_one(self) -> str:
        if self._refused and time.monotonic() < self._refused_until:
            raise LoginRefused(str(self._refused))
        try:
            self._away.enter()
            self._fetched = await self._fetch()
        except LoginRefused as why:
            self._away.reached()
            self._refused, self._refused_until = why, time.monotonic() + REFUSED_FOR
            raise
        except _NotNow as why:
            raise LoginAway.of(self._away.missed(str(why))) from None
        except Unreachable as left_alone:
            raise LoginAway.of(left_alone) from None
        self._away.reached()
        return self._fetched.token

    @abstractmethod
    async def _fetch(self) -> _Fetched:
        """A new one. LoginRefused, _NotNow."""


class SecretLogin(_Kept):
    """With the app's secret, at the tenant that the bot is registered in."""

    def __init__(
        self, url: str, tenant: str, app_id: str, secret: str, session: Callable[[], aiohttp.ClientSession]
    ) -> None:
        super().__init__()
        self._url = f"{url.rstrip('/')}/{tenant}/oauth2/v2.0/token"
        self._form = {
            "grant_type": "client_credentials",
            "client_id": app_id,
            "client_secret": secret,
            "scope": f"{SCOPE}/.default",
        }
        self._session = session

    async def _fetch(self) -> _Fetched:
        limit = aiohttp.ClientTimeout(total=LOGIN_SECONDS, connect=CONNECT_SECONDS)
        try:
            async with self._session().post(self._url, data=self._form, timeout=limit, allow_redirects=False) as reply:
                return _read(reply.status, await reply.read())
        except (aiohttp.ClientError, TimeoutError) as problem:
            raise _NotNow(f"the login can't be reached ({type(problem).__name__})") from None


class ManagedLogin(_Kept):
    """As the machine in Azure that this runs on: no secret anywhere."""

    def __init__(self, app_id: str) -> None:
        from botframework.connector.auth.managedidentity_app_credentials import (  # noqa: PLC0415 - slow to import
            ManagedIdentityAppCredentials,
        )

        super().__init__()
        self._credentials: Any = ManagedIdentityAppCredentials(app_id, SCOPE)

    async def _fetch(self) -> _Fetched:
        try:
            token = await asyncio.to_thread(self._credentials.get_access_token)
        except KeyError:
            raise LoginRefused("this machine has no such managed identity; see MICROSOFT_APP_ID") from None
        except Exception as problem:  # noqa: BLE001 - the SDK's and its libraries' many
            raise _NotNow(f"the machine's identity service doesn't answer ({type(problem).__name__})") from None
        until = time.monotonic() + MANAGED_FOR
        return _Fetched(str(token), until, until)


def _read(status: int, body: bytes) -> _Fetched:
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    match said:
        case {"access_token": str(token), "expires_in": int(seconds)} if status == 200 and token:
            now = time.monotonic()
            return _Fetched(token, now + max(60.0, seconds - EARLY), now + seconds)
        case {"error": str(error)} if 400 <= status < 500 and status != 429:
            why = str(said.get("error_description") or error).splitlines()[0]
            raise LoginRefused(why[:WHY_MAX])
        case _:
            raise _NotNow(f"the login answers HTTP {status}")

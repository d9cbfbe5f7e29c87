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
from botframework.connector.auth.managedidentity_app_credentials import ManagedIdentityAppCredentials

SCOPE = "https://api.botframework.com"
LOGIN_SECONDS = 8.0
EARLY = 300.0
"""Before a token runs out, the next one is fetched."""
MANAGED_FOR = 300.0
"""The machine's own service keeps its tokens itself; it is asked again after so long."""
WHY_MAX = 200


class LoginRefused(Exception):  # noqa: N818 - a state, not a mistake
    """Microsoft doesn't take the app's id or secret; says why in its own words."""


class LoginAway(Exception):  # noqa: N818 - a state, not a mistake
    """It can't be reached, or has no time; nothing is wrong with us."""


class Login(Protocol):
    """Where the bot's token comes from."""

    async def token(self) -> str:
        """One that is good for a while. LoginRefused, LoginAway."""

    def forget(self, token: str) -> None:
        """It was turned down; the next one is asked for."""


@dataclass(frozen=True, slots=True)
class _Fetched:
    token: str
    until: float


class _Kept(ABC):
    """One token for all who wait, fetched once."""

    def __init__(self) -> None:
        self._fetched = _Fetched("", 0.0)
        self._one = asyncio.Lock()

    async def token(self) -> str:
        async with self._one:
            if time.monotonic() >= self._fetched.until:
                self._fetched = await self._fetch()
            return self._fetched.token

    def forget(self, token: str) -> None:
        if token == self._fetched.token:
            self._fetched = _Fetched("", 0.0)

    @abstractmethod
    async def _fetch(self) -> _Fetched:
        """A new one."""


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
        limit = aiohttp.ClientTimeout(total=LOGIN_SECONDS)
        try:
            async with self._session().post(self._url, data=self._form, timeout=limit, allow_redirects=False) as reply:
                return _read(reply.status, await reply.read())
        except (aiohttp.ClientError, TimeoutError) as problem:
            raise LoginAway(f"the login can't be reached ({type(problem).__name__})") from None


class ManagedLogin(_Kept):
    """As the machine in Azure that this runs on: no secret anywhere."""

    def __init__(self, app_id: str) -> None:
        super().__init__()
        self._credentials: Any = ManagedIdentityAppCredentials(app_id, SCOPE)

    async def _fetch(self) -> _Fetched:
        try:
            token = await asyncio.to_thread(self._credentials.get_access_token)
        except KeyError:
            raise LoginRefused("this machine has no such managed identity; see MICROSOFT_APP_ID") from None
        except Exception as problem:  # noqa: BLE001 - the SDK's and its libraries' many
            raise LoginAway(f"the machine's identity service doesn't answer ({type(problem).__name__})") from None
        return _Fetched(str(token), time.monotonic() + MANAGED_FOR)


def _read(status: int, body: bytes) -> _Fetched:
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    match said:
        case {"access_token": str(token), "expires_in": int(seconds)} if status == 200 and token:
            return _Fetched(token, time.monotonic() + max(60.0, seconds - EARLY))
        case {"error": str(error)} if 400 <= status < 500 and status != 429:
            why = str(said.get("error_description") or error).splitlines()[0]
            raise LoginRefused(why[:WHY_MAX])
        case _:
            raise LoginAway(f"the login answers HTTP {status}")

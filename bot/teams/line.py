"""One call to Microsoft's connector: over our one session, with the bot's token, tried once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from bot.teams.away import Away
from bot.teams.login import Login
from bot.teams.rejected import Rejected, code

SECONDS = 10.0
CONNECT_SECONDS = 3.0
"""For a place in the pool, an address, a connection and TLS: until then nothing has left, and trying later is safe."""
BODY_MAX = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answered:
    """With what was asked for."""

    reply: aiohttp.ClientResponse
    body: bytes


class Line:
    """Raises Rejected, LoginRefused, Unreachable (LoginAway among them), or aiohttp's own."""

    def __init__(self, session: Callable[[], aiohttp.ClientSession], login: Login | None, away: Away) -> None:
        """Without a login nothing proves who we are: for test clients on this machine."""
        self._session = session
        self._login = login
        self._away = away

    async def call(self, method: str, url: str, body: bytes | None) -> Answered:
        """A token that was turned down is replaced once: what is answered so was not taken."""
        self._away.enter()
        token = await self._login.token() if self._login else ""
        try:
            return await self._called(method, url, body, token)
        except Rejected as why:
            if why.status != 401 or self._login is None:
                raise
            self._login.forget(token)
        return await self._called(method, url, body, await self._login.token())

    async def _called(self, method: str, url: str, data: bytes | None, token: str) -> Answered:
        headers = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        limit = aiohttp.ClientTimeout(total=SECONDS, connect=CONNECT_SECONDS)
        try:
            async with self._session().request(
                method, url, data=data, headers=headers, timeout=limit, allow_redirects=False
            ) as reply:
                self._away.reached()
                body = await _read(reply)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as problem:
            raise self._away.missed(f"{urlsplit(url).netloc} can't be reached ({type(problem).__name__})") from None
        if not 200 <= reply.status < 300:
            raise Rejected(reply.status, code(body), reply.headers.get("Retry-After"))
        return Answered(reply, body)


async def _read(reply: aiohttp.ClientResponse) -> bytes:
    """As much as an answer of Teams' may have; the rest is left with the connection."""
    body = bytearray()
    async for chunk in reply.content.iter_any():
        body += chunk
        if len(body) > BODY_MAX:
            reply.close()
            break
    return bytes(body[:BODY_MAX])

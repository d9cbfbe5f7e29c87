"""How the SDK's requests go out: over our one session, with the bot's token, once.

Its own transport blocks a thread for each, follows redirects with the token, and tells errors in three ways.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from msrest.pipeline import AsyncHTTPSender, Request, Response
from msrest.universal_http import HTTPClientResponse

from bot.teams.away import Away
from bot.teams.login import Login
from bot.teams.rejected import Rejected, code

SECONDS = 10.0
CONNECT_SECONDS = 3.0
"""For a place in the pool, an address, a connection and TLS: until then nothing has left, and trying later is safe."""
BODY_MAX = 64 * 1024


class _Reply(HTTPClientResponse):  # type: ignore[misc]  # msrest has no types
    """A whole one, as the SDK's deserializer wants it."""

    def __init__(self, request: Any, reply: aiohttp.ClientResponse, body: bytes) -> None:
        super().__init__(request, reply)
        self.status_code, self.headers, self.reason = reply.status, reply.headers, reply.reason
        self._body = body

    def body(self) -> bytes:
        return self._body


class Transport(AsyncHTTPSender):  # type: ignore[misc]  # msrest has no types
    """Raises Rejected, LoginRefused, Unreachable (LoginAway among them), or aiohttp's own."""

    def __init__(self, session: Callable[[], aiohttp.ClientSession], login: Login | None, away: Away) -> None:
        """Without a login nothing proves who we are: for test clients on this machine."""
        self._session = session
        self._login = login
        self._away = away

    async def __aexit__(self, *_: object) -> None:
        """The session is its owner's to close."""

    async def send(self, request: Request, **_config: Any) -> Response:
        """A token that was turned down is replaced once: what is answered so was not taken."""
        self._away.enter()
        token = await self._login.token() if self._login else ""
        try:
            return await self._sent(request, token)
        except Rejected as why:
            if why.status != 401 or self._login is None:
                raise
            self._login.forget(token)
        return await self._sent(request, await self._login.token())

    async def _sent(self, request: Request, token: str) -> Response:
        http = request.http_request
        headers = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        limit = aiohttp.ClientTimeout(total=SECONDS, connect=CONNECT_SECONDS)
        try:
            async with self._session().request(
                http.method, http.url, data=_utf8(http.data), headers=headers, timeout=limit, allow_redirects=False
            ) as reply:
                self._away.reached()
                body = await _read(reply)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as problem:
            where = urlsplit(http.url).netloc
            raise self._away.missed(f"{where} can't be reached ({type(problem).__name__})") from None
        if not 200 <= reply.status < 300:
            raise Rejected(reply.status, code(body), reply.headers.get("Retry-After"))
        return Response(request, _Reply(http, reply, body))


async def _read(reply: aiohttp.ClientResponse) -> bytes:
    """As much as an answer of Teams' may have; the rest is left with the connection."""
    body = bytearray()
    async for chunk in reply.content.iter_any():
        body += chunk
        if len(body) > BODY_MAX:
            reply.close()
            break
    return bytes(body[:BODY_MAX])


def _utf8(data: str | None) -> bytes | None:
    """The SDK escapes every letter beyond ASCII, which makes some languages three times as long."""
    return None if data is None else json.dumps(json.loads(data), ensure_ascii=False, separators=(",", ":")).encode()

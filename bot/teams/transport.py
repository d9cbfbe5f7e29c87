"""How the SDK's requests go out: over our one session, with the bot's token, once.

Its own transport blocks a thread for each, follows redirects with the token, and tells errors in three ways.
"""

from __future__ import annotations

import json
from typing import Any

import aiohttp
from msrest.pipeline import AsyncHTTPSender, Request, Response
from msrest.universal_http import HTTPClientResponse

from bot.teams.line import Line


class _Reply(HTTPClientResponse):  # type: ignore[misc]  # msrest has no types
    """A whole one, as the SDK's deserializer wants it."""

    def __init__(self, request: Any, reply: aiohttp.ClientResponse, body: bytes) -> None:
        super().__init__(request, reply)
        self.status_code, self.headers, self.reason = reply.status, reply.headers, reply.reason
        self._body = body

    def body(self) -> bytes:
        return self._body


class Transport(AsyncHTTPSender):  # type: ignore[misc]  # msrest has no types
    """Raises what `Line` does."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def __aexit__(self, *_: object) -> None:
        """The session is its owner's to close."""

    async def send(self, request: Request, **_config: Any) -> Response:
        """Whatever the SDK wants asked."""
        http = request.http_request
        answered = await self._line.call(http.method, http.url, _utf8(http.data))
        return Response(request, _Reply(http, answered.reply, answered.body))


def _utf8(data: str | None) -> bytes | None:
    """The SDK escapes every letter beyond ASCII, which makes some languages three times as long."""
    return None if data is None else json.dumps(json.loads(data), ensure_ascii=False, separators=(",", ":")).encode()

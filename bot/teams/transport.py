"""How the SDK's requests go out: over our one session, with the bot's token, once.

Its own transport blocks a thread for each, follows redirects with the token, and tells errors in three ways.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import aiohttp
from msrest.pipeline import AsyncHTTPSender, Request, Response
from msrest.universal_http import HTTPClientResponse

from bot.teams.login import Login

SECONDS = 10.0
BODY_MAX = 64 * 1024


class Rejected(Exception):  # noqa: N818 - a state, not a mistake
    """Answered, but not with what was asked for. `code` is Teams' own word for it, where it has one."""

    def __init__(self, status: int, code: str = "", retry_after: str | None = None) -> None:
        super().__init__(f"{code or 'HTTP'} {status}".strip())
        self.status = status
        self.code = code
        self.retry_after = retry_after


class _Reply(HTTPClientResponse):  # type: ignore[misc]  # msrest has no types
    """A whole one, as the SDK's deserializer wants it."""

    def __init__(self, request: Any, reply: aiohttp.ClientResponse, body: bytes) -> None:
        super().__init__(request, reply)
        self.status_code, self.headers, self.reason = reply.status, reply.headers, reply.reason
        self._body = body

    def body(self) -> bytes:
        return self._body


class Transport(AsyncHTTPSender):  # type: ignore[misc]  # msrest has no types
    """Raises Rejected, LoginRefused, LoginAway, or aiohttp's own."""

    def __init__(self, session: Callable[[], aiohttp.ClientSession], login: Login | None) -> None:
        """Without a login nothing proves who we are: for test clients on this machine."""
        self._session = session
        self._login = login

    async def __aexit__(self, *_: object) -> None:
        """The session is its owner's to close."""

    async def send(self, request: Request, **_config: Any) -> Response:
        """A token that was turned down is replaced once: what is answered so was not taken."""
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
        limit = aiohttp.ClientTimeout(total=SECONDS)
        async with self._session().request(
            http.method, http.url, data=_utf8(http.data), headers=headers, timeout=limit, allow_redirects=False
        ) as reply:
            body = await _read(reply)
            if not 200 <= reply.status < 300:
                raise Rejected(reply.status, _code(body), reply.headers.get("Retry-After"))
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


def _code(body: bytes) -> str:
    """From `error.code`, or from `subCode` of the JSON that is the `message`: Teams has two ways."""
    try:
        match json.loads(body):
            case {"error": {"code": str(code)}}:
                return code
            case {"message": str(message)} if message.startswith("{"):
                return str(json.loads(message).get("subCode") or "")
    except (ValueError, AttributeError, RecursionError):
        pass
    return ""

"""Slack's Web API: one shared session for all tokens, nothing that repeats a post by itself."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

log = logging.getLogger(__name__)

TIMEOUT = 10.0
CONNECT_TIMEOUT = 3.0
"""For a place in the pool, an address, a connection and TLS: until then nothing has left, and trying later is safe."""
RESPOND_TIMEOUT = 3.0
CONNECTIONS_MAX = 700
"""More than delivery ever has under way: who waits for a connection would use up the time for the call itself."""
_JSON = json.JSONEncoder(separators=(",", ":"), check_circular=False)
SLACK_HOOKS = "https://hooks.slack.com"


@dataclass(frozen=True, slots=True)
class Reply:
    """Whatever was answered. `data` is empty when it was no JSON object."""

    status: int
    data: Mapping[str, Any]
    retry_after: str | None

    @property
    def ok(self) -> bool:
        """As Slack means it."""
        return self.status == 200 and self.data.get("ok") is True


class Wire:
    """The connections to one Web API. Opened in the loop that first uses it; `close` it there."""

    def __init__(self, url: str, timeout: float) -> None:
        self.url = url.rstrip("/") + "/"
        self.timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The one there is."""
        if self._session is None:
            # Slack's client puts no time limit of its own on a session it was given.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS_MAX),
                timeout=aiohttp.ClientTimeout(total=self.timeout, connect=CONNECT_TIMEOUT),
                # One workspace's must not travel with another's token.
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    @property
    def opened(self) -> bool:
        """Whether there are connections to be closed."""
        return self._session is not None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
        self._session = None


class Api:
    """As one token's holder; `with_token` speaks for another over the same connections."""

    def __init__(
        self,
        token: str = "",
        url: str = "https://slack.com/api/",
        *,
        timeout: float = TIMEOUT,
        wire: Wire | None = None,
    ) -> None:
        self._token = token
        self._wire = wire or Wire(url, timeout)
        self._client: AsyncWebClient | None = None

    @property
    def url(self) -> str:
        """Of the Web API, with its last slash."""
        return self._wire.url

    def with_token(self, token: str) -> Api:
        """For another workspace; close the first one only."""
        return Api(token, wire=self._wire)

    @property
    def client(self) -> AsyncWebClient:
        """Slack's own.

        Without a session it would open a connection per call, and its default handler posts again when a reply is
        lost, so that people read things twice.
        """
        if self._client is None or not self._wire.opened:
            self._client = AsyncWebClient(
                token=self._token or None,
                base_url=self._wire.url,
                timeout=round(self._wire.timeout) or 1,
                session=self._wire.session,
                retry_handlers=[],
            )
        return self._client

    async def write(self, method: str, body: Mapping[str, Any]) -> Reply:
        """One call, tried once. Slack's client takes three times as long for it, and every morning has thousands."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json; charset=utf-8"}
        sent = _JSON.encode(body).encode()
        async with self._wire.session.post(
            self._wire.url + method, data=sent, headers=headers, allow_redirects=False
        ) as reply:
            return Reply(reply.status, _object(await reply.read()), reply.headers.get("Retry-After"))

    async def exchange(self, client_id: str, client_secret: str, **more: str) -> Mapping[str, Any]:
        """oauth.v2.access, as an app and not as its bot: a code or a refresh token for tokens."""
        # In the body: an address ends up in logs, and the SDK's own way uses what aiohttp is about to drop.
        asked = {"client_id": client_id, "client_secret": client_secret, **more}
        client = AsyncWebClient(
            base_url=self._wire.url,
            timeout=round(self._wire.timeout) or 1,
            session=self._wire.session,
            retry_handlers=[],
        )
        answer = await client.api_call("oauth.v2.access", data=asked)
        return answer.data if isinstance(answer.data, dict) else {}

    async def respond(self, url: str, body: Mapping[str, Any]) -> bool:
        """Answer at a response_url, best effort. Only Slack's own host, or that of the configured API, is spoken to."""
        if not self._may_respond(url):
            return False
        limit = aiohttp.ClientTimeout(total=RESPOND_TIMEOUT)
        try:
            async with self._wire.session.post(url, json=body, timeout=limit, allow_redirects=False) as reply:
                return reply.status == 200
        except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
            log.info("an answer to a response_url was not taken: %s", type(problem).__name__)
            return False

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()
        self._client = None

    def _may_respond(self, url: str) -> bool:
        try:
            asked = _origin(url)
        except ValueError:
            return False
        return asked in {_origin(SLACK_HOOKS), _origin(self._wire.url)}


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise ValueError("an address with a user in it")
    return parts.scheme, parts.hostname or "", parts.port

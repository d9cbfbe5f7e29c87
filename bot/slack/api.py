"""Slack's Web API: one token, one shared session, nothing that repeats a post by itself."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

log = logging.getLogger(__name__)

TIMEOUT = 10.0
RESPOND_TIMEOUT = 3.0
SLACK_HOOKS = "https://hooks.slack.com"


class Api:
    """Opened in the loop that first uses it; `close` it there."""

    def __init__(self, token: str, url: str = "https://slack.com/api/", *, timeout: float = TIMEOUT) -> None:
        self._token = token
        self._url = url.rstrip("/") + "/"
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None
        self._client: AsyncWebClient | None = None

    @property
    def client(self) -> AsyncWebClient:
        """Slack's own.

        Without a session it would open a connection per call, and its default handler posts again when a reply is
        lost, so that people read things twice.
        """
        if self._client is None:
            self._client = AsyncWebClient(
                token=self._token,
                base_url=self._url,
                timeout=round(self._timeout) or 1,
                session=self._opened(),
                retry_handlers=[],
            )
        return self._client

    async def respond(self, url: str, body: Mapping[str, Any]) -> bool:
        """Answer at a response_url, best effort. Only Slack's own host, or that of the configured API, is spoken to."""
        if not self._may_respond(url):
            return False
        limit = aiohttp.ClientTimeout(total=RESPOND_TIMEOUT)
        try:
            async with self._opened().post(url, json=body, timeout=limit, allow_redirects=False) as reply:
                return reply.status == 200
        except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
            log.info("an answer to a response_url was not taken: %s", type(problem).__name__)
            return False

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
        self._session = self._client = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            # Slack's client puts no time limit of its own on a session it was given.
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._timeout))
        return self._session

    def _may_respond(self, url: str) -> bool:
        try:
            asked = _origin(url)
        except ValueError:
            return False
        return asked in {_origin(SLACK_HOOKS), _origin(self._url)}


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise ValueError("an address with a user in it")
    return parts.scheme, parts.hostname or "", parts.port

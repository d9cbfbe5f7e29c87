"""Microsoft's signing keys: fetched beside the requests, never by one that blocks the others.

The SDK fetches them without a time limit inside the event loop, and refuses a new key for up to a day.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import jwt

from bot.settings import is_loopback

log = logging.getLogger(__name__)

ISSUER = "https://api.botframework.com"
FETCH_SECONDS = 5.0
BYTES_MAX = 1024 * 1024
FRESH = 6 * 3600.0
"""After that they are fetched again, and meanwhile go on being used."""
AGAIN = 60.0
"""Between two looks for a key that isn't known, or after one that failed."""
KEYS_MAX = 100


class NoKeys(Exception):  # noqa: N818 - a state, not a mistake
    """There have never been any, so nothing can be told of any token."""


@dataclass(frozen=True, slots=True)
class Key:
    """One of them. `endorsed` names the channels it may sign for; None where whoever published it doesn't say."""

    public: Any
    endorsed: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Published:
    """What stands at the address now."""

    keys: Mapping[str, Key]
    issuers: frozenset[str]


class Keys:
    """Those published at one address. Used in one event loop."""

    def __init__(
        self, url: str, session: Callable[[], aiohttp.ClientSession], *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = url
        self._session = session
        self._now = now
        self._published: Published | None = None
        self._fetched_at = self._tried_at = float("-inf")
        self._tried = False
        self._fetching: asyncio.Task[None] | None = None
        self.generation = 0
        """Goes up whenever they were fetched: what was concluded from earlier ones may not hold any more."""

    async def of(self, kid: str) -> Key | None:
        """None when nobody published it. NoKeys when nothing could be fetched yet."""
        if self._published is None or kid not in self._published.keys:
            await self._fetched()
        return self.published.keys.get(kid)

    def renew(self) -> None:
        """Fetch them again beside the requests once they are old."""
        if self._published is not None and self._now() - self._fetched_at > FRESH:
            self._begun()

    @property
    def published(self) -> Published:
        """NoKeys when nothing could be fetched yet."""
        if self._published is None:
            raise NoKeys
        return self._published

    async def _fetched(self) -> None:
        """At most once in a while, and once for all who wait: unknown keys cost anybody who makes them up nothing."""
        task = self._begun()
        if task:
            await asyncio.shield(task)

    def _begun(self) -> asyncio.Task[None] | None:
        if self._fetching is None and self._now() - self._tried_at >= AGAIN:
            # The very first fetch doesn't count: a key may be changed right after it.
            self._tried_at = self._now() if self._tried else float("-inf")
            self._tried = True
            self._fetching = asyncio.get_running_loop().create_task(self._fetch())
        return self._fetching

    async def _fetch(self) -> None:
        try:
            self._published = await published(self._session(), self._url)
            self._fetched_at = self._now()
            self.generation += 1
        except (aiohttp.ClientError, TimeoutError, ValueError, RecursionError) as problem:
            log.warning("the signing keys at %s can't be read: %s", self._url, type(problem).__name__)
        finally:
            self._fetching = None


async def published(session: aiohttp.ClientSession, url: str) -> Published:
    """Both documents. ClientError, TimeoutError, ValueError."""
    described = await _document(session, url)
    where, issuer = described.get("jwks_uri"), described.get("issuer")
    if not isinstance(where, str) or not _may_follow(url, where):
        raise ValueError("it doesn't say where the keys are")
    listed = (await _document(session, where)).get("keys")
    if not isinstance(listed, list):
        raise ValueError("there are no keys")  # noqa: TRY004 - what is broken here is what somebody published
    keys = {kid: key for it in listed[:KEYS_MAX] for kid, key in _key(it)}
    if not keys:
        raise ValueError("there is no key of a kind that is used here")
    return Published(keys, frozenset({ISSUER, issuer} if isinstance(issuer, str) and issuer else {ISSUER}))


def _may_follow(url: str, where: str) -> bool:
    """To https, or from this machine to this machine."""
    target = urlsplit(where)
    return target.scheme == "https" or (
        target.scheme == "http" and is_loopback(target.hostname) and is_loopback(urlsplit(url).hostname)
    )


async def _document(session: aiohttp.ClientSession, url: str) -> Mapping[str, Any]:
    limit = aiohttp.ClientTimeout(total=FETCH_SECONDS)
    async with session.get(url, timeout=limit, allow_redirects=False) as reply:
        if reply.status != 200:
            raise ValueError(f"HTTP {reply.status}")
        body = bytearray()
        async for chunk in reply.content.iter_chunked(64 * 1024):
            body += chunk
            if len(body) > BYTES_MAX:
                raise ValueError("it is too large")
    found = json.loads(body)
    if not isinstance(found, dict):
        raise ValueError("it is no object")  # noqa: TRY004 - what is broken here is what somebody published
    return found


def _key(it: object) -> list[tuple[str, Key]]:
    """With its name; nothing for a kind we don't use."""
    if not isinstance(it, dict) or it.get("kty") != "RSA" or it.get("use", "sig") != "sig":
        return []
    kid, endorsed = it.get("kid"), it.get("endorsements")
    if not isinstance(kid, str):
        return []
    try:
        public = jwt.PyJWK(it, algorithm="RS256").key
    except (jwt.PyJWTError, ValueError, TypeError):
        return []
    return [(kid, Key(public, frozenset(map(str, endorsed)) if isinstance(endorsed, list) else None))]

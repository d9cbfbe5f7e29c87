"""Outgoing HTTP, in one place: bounded in time and in size, and never sent on to somewhere else."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, Self

import httpx

STEP = 30.0
"""Seconds for one step of a call, which as a whole has a deadline of its own."""


class UnreachableError(Exception):
    """No answer, or none that can be used; says why in a few words, without anything secret."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, and the body as JSON."""

    status: int
    body: Any
    """As `json` reads it; None when it is none."""
    retry_after: timedelta | None = None


class Http:
    """A client for one address, which the operator has set. Close it when done."""

    def __init__(self, base: str, headers: Mapping[str, str], *, most_bytes: int) -> None:
        """`most_bytes` of an answer are read, unpacked; what is longer is none."""
        # No redirects: they would take the key elsewhere. No proxies of the environment: it goes where it was told.
        self._client = httpx.AsyncClient(
            headers=dict(headers), follow_redirects=False, trust_env=False, timeout=STEP, verify=_trusted()
        )
        self._base = base.rstrip("/")
        self._most = most_bytes

    async def post(self, path: str, body: object, *, within: timedelta) -> Answer:
        """Send JSON, read JSON, all within that time; UnreachableError when that can't be done."""
        try:
            async with asyncio.timeout(within.total_seconds()):
                async with self._client.stream("POST", f"{self._base}{path}", json=body) as answer:
                    return Answer(answer.status_code, _json(await self._read(answer)), _retry_after(answer))
        except TimeoutError:
            raise UnreachableError("no answer in time") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
            raise UnreachableError(type(problem).__name__) from None

    async def close(self) -> None:
        """Its connections."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _read(self, answer: httpx.Response) -> bytes:
        read = bytearray()
        async for chunk in answer.aiter_bytes(16_384):
            read += chunk
            if len(read) > self._most:
                raise UnreachableError("the answer is too long")
        return bytes(read)


@cache
def _trusted() -> ssl.SSLContext:
    """Whom a client of any address trusts: read once, which takes longer than all else about a client."""
    return httpx.create_ssl_context(trust_env=False)


def _json(content: bytes) -> Any:
    """None for what is none: an error's page, half an answer, nesting without end."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _retry_after(answer: httpx.Response) -> timedelta | None:
    given = answer.headers.get("retry-after", "")
    return timedelta(seconds=min(int(given), 3600)) if given.isascii() and given.isdecimal() else None

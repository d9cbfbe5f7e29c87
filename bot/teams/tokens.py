"""Who calls: Microsoft's signed token, checked by us before the SDK sees anything.

The SDK answers half of all bad tokens with 500, and doesn't know which tenants are ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import jwt

from bot.teams.keys import Key, Keys

LEEWAY = 300
TOKEN_MAX = 16 * 1024
REMEMBERED = 4096
"""Each app has one or two that are good."""
ALGORITHM = "RS256"


class Denied(Exception):  # noqa: N818 - a state, not a mistake
    """Not a token that says who calls. Why is for our log; the caller isn't told."""


@dataclass(frozen=True, slots=True)
class Caller:
    """What a good token says: for which app it is, where its service is, and which channels its key may speak for."""

    app: str
    service_url: str
    channels: frozenset[str] | None
    expires: float
    generation: int = 0

    def speaks_for(self, channel: str) -> bool:
        """A key that doesn't say for which channels is Microsoft's for all."""
        return self.channels is None or channel in self.channels


class Apps(Protocol):
    """Whose tokens are for us."""

    async def known(self, app: str, /) -> bool:
        """Whether anybody is spoken for by that app."""


class Tokens:
    """Teams sends the same one for an hour, so what was checked is remembered for a while."""

    def __init__(self, apps: Apps, keys: Keys, *, now: Callable[[], float]) -> None:
        """`now` is real time, in seconds since 1970."""
        self._apps = apps
        self._keys = keys
        self._now = now
        self._known: dict[bytes, Caller] = {}
        """By the whole header."""

    async def caller(self, header: bytes) -> Caller:
        """From `Authorization`. Denied, or NoKeys when nothing can be told of any token."""
        self._keys.renew()
        known = self._known.get(header)
        if known and known.generation == self._keys.generation and self._now() < known.expires:
            return await self._ours(known)
        scheme, _, token = header.partition(b" ")
        if scheme.lower() != b"bearer" or not token or len(token) > TOKEN_MAX:
            raise Denied("no bearer token")
        caller = await self._ours(await self._checked(token))
        if self._now() >= caller.expires:
            raise Denied("expired")
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[header] = caller
        return caller

    async def _ours(self, caller: Caller) -> Caller:
        """Asked only once Microsoft's word is good, and each time: a company may have taken its app away."""
        if not await self._apps.known(caller.app):
            raise Denied("for an app that isn't ours")
        return caller

    async def _checked(self, token: bytes) -> Caller:
        key = await self._keys.of(_kid(token))
        if key is None:
            raise Denied("signed with a key that nobody published")
        claims = self._claims(token, key)
        app, service_url = claims["aud"], claims["serviceurl"]
        if not isinstance(app, str) or not isinstance(service_url, str):
            raise Denied("no app or no service URL in it")
        return Caller(app.lower(), service_url, key.endorsed, float(claims["exp"]) + LEEWAY, self._keys.generation)

    def _claims(self, token: bytes, key: Key) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.public,
                algorithms=[ALGORITHM],
                issuer=sorted(self._keys.published.issuers),
                leeway=LEEWAY,
                options={"require": ["exp", "nbf", "iss", "aud", "serviceurl"], "verify_aud": False},
            )
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as problem:
            raise Denied(type(problem).__name__) from None
        return claims


def _kid(token: bytes) -> str:
    """Which key it says it is signed with, before any is looked for."""
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError) as problem:
        raise Denied(type(problem).__name__) from None
    kid = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(kid, str) or not 0 < len(kid) <= 200:
        raise Denied("not signed as Microsoft signs")
    return kid

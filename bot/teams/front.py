"""Teams' front door: who speaks is known before botbuilder sees a byte.

Pure ASGI. Its own answers: 401 for a token that says nothing, 403 for one that doesn't fit what it brings, 400 for what
isn't an activity. Never a 5xx for something unknown: after a run of those Teams stops calling a bot.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from bot import door
from bot.door import BROKEN, FAILED, JSON, READ_SECONDS, Answer, Gone, Payload, Receive, Refused, Scope, Send
from bot.teams import inbound
from bot.teams.inbound import Origin
from bot.teams.keys import NoKeys
from bot.teams.service_urls import ServiceUrls, same
from bot.teams.tokens import Caller, Denied

log = logging.getLogger(__name__)

CHANNELS = frozenset({"msteams"})
TEST_CHANNELS = frozenset({"msteams", "emulator"})
TEXTS_MAX = {"type": 100, "id": 500, "serviceUrl": 500, "channelId": 100}

Handle = Callable[[Payload, Origin], Awaitable[Answer]]
_NOWHERE = Answer(404, b"Not Found")
_UNSIGNED = Answer(401, b"not signed by Microsoft")
_FORBIDDEN = Answer(403, b"not from there")
_FOREIGN = Answer(415, b"JSON only")


class Callers(Protocol):
    """Tells who calls."""

    async def caller(self, header: bytes, /) -> Caller:
        """Denied, or NoKeys."""


class Apps(Protocol):
    """Which app speaks for whom."""

    async def any(self) -> bool:
        """Whether there is one at all."""

    async def admits(self, app: str, tenant: str, /) -> bool:
        """Whether what comes by that app may be about that tenant."""


class Front:
    """One address of ours, for all apps. `handle` gets activities of known origin only.

    Without `callers` everything is believed that any program on this machine says. Without any app there is no such
    address.
    """

    def __init__(
        self,
        callers: Callers | None,
        apps: Apps,
        services: ServiceUrls,
        handle: Handle,
        *,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._callers = callers
        self._apps = apps
        self._services = services
        self._handle = handle
        self._read_seconds = read_seconds
        self._channels = CHANNELS if callers else TEST_CHANNELS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI, `http` only."""
        try:
            answer, close = await self._answer(scope, receive), False
        except Refused as refused:
            answer, close = refused.answer, True
            log.info("a request to Teams' address was refused: %s", answer.status)
        except Gone:
            return
        except Exception:
            log.exception("who speaks for whom in Teams can't be found out")
            answer, close = FAILED, True
        await door.answered(send, answer, close=close)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        if not await self._apps.any():
            raise Refused(_NOWHERE)
        headers = door.headers(scope)
        door.admitted(scope, headers, (JSON,), _FOREIGN)
        caller = await self._caller(headers)
        raw = await door.read(headers, receive, self._read_seconds)
        try:
            activity = _activity(raw)
        except (ValueError, RecursionError):
            raise Refused(BROKEN) from None
        them = await self._checked(caller, activity)
        try:
            return await self._handle(activity, them)
        except Exception:
            # Teams brings it once more after a 5xx, so that nothing is lost when the database is away.
            log.exception("an activity of Teams' could not be handled")
            return FAILED

    async def _caller(self, headers: door.Headers) -> Caller | None:
        """Checked before anything is read."""
        if self._callers is None:
            return None
        try:
            return await self._callers.caller(headers.get(b"authorization", b""))
        except Denied as why:
            log.info("a token was denied: %s", why)
            raise Refused(_UNSIGNED) from None
        except NoKeys:
            log.warning("nobody can be let in: Microsoft's signing keys were never reached; see coach doctor")
            raise Refused(FAILED) from None

    async def _checked(self, caller: Caller | None, activity: Payload) -> Origin:
        """A good token, borrowed for something else, is worth nothing: for another service, another app's company."""
        service_url, channel = activity["serviceUrl"], activity["channelId"]
        if channel not in self._channels or not self._services.allow(service_url):
            raise Refused(_FORBIDDEN)
        if caller and not (same(caller.service_url, service_url) and caller.speaks_for(channel)):
            raise Refused(_FORBIDDEN)
        them = inbound.origin(activity, caller.app if caller else "")
        if not await self._apps.admits(them.app, them.tenant):
            raise Refused(_FORBIDDEN)
        return them


def _activity(raw: bytes) -> Payload:
    """The envelope that every activity has. ValueError or RecursionError when it isn't one."""
    found = door.json_object(raw)
    for name, most in TEXTS_MAX.items():
        it = found.get(name, "" if name == "id" else None)
        if not isinstance(it, str) or len(it) > most:
            raise ValueError(f"{name} is missing, or no text of that length")
    for name in ("from", "recipient", "conversation", "channelData"):
        if not isinstance(found.get(name) or {}, dict):
            raise ValueError(f"{name} is no object")  # noqa: TRY004 - what is broken here is what somebody sent
    return found

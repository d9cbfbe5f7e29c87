"""Somebody writes whom nobody knows: their platform is asked who they are, and the engine what follows from that."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from coaching.card import Card
from coaching.events import Happening, Knocked
from coaching.language import t

log = logging.getLogger(__name__)

T = TypeVar("T")

Handle = Callable[[Sequence[Happening]], Sequence[Card | Exception | None]]
GOOD_FOR = 60.0
"""Seconds for which a platform's answer about somebody is good: who keeps writing can't make us ask all the time."""
MET_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Seen:
    """What a platform says of one of its own people. `addresses` are those that it vouches for."""

    name: str = ""
    addresses: tuple[str, ...] = ()
    guest: bool = False


class Nobody(Exception):  # noqa: N818 - a state, not a mistake
    """An app, somebody of another organisation, or somebody whose account is closed: not to be got to know."""


class Away(Exception):  # noqa: N818 - a state, not a mistake
    """The platform doesn't say, for now."""


Look = Callable[[], Awaitable[Seen]]


@dataclass(slots=True)
class _Met:
    at: float
    seen: asyncio.Future[Seen]
    said: asyncio.Future[str] | None = None


class Introductions:
    """Of one platform. Used in one loop."""

    def __init__(self, platform: str, handle: Handle, now: Callable[[], datetime]) -> None:
        self._platform = platform
        self._handle = handle
        self._now = now
        self._met: dict[tuple[str, str], _Met] = {}

    async def meet(self, company: str, person: str, look: Look, *, aloud: bool) -> str | None:
        """What to tell them; '' when it was said before, or they are known now. None: they aren't to be known.

        `aloud`: what is told is a message. Raises nothing.
        """
        met = self._looked(company, person, look)
        try:
            seen = await asyncio.shield(met.seen)
            if not aloud:
                return await self._knocked(company, person, seen, aloud=False)
            if met.said is not None and not met.said.done():
                # Whatever is told, the first of them is told; and this one may be known by now.
                await asyncio.shield(met.said)
                return ""
            # Asked anew each time: the list may have them since, and what they write then counts.
            met.said = _kept(self._knocked(company, person, seen, aloud=True))
            return await asyncio.shield(met.said)
        except Nobody:
            return None
        except Exception as problem:  # noqa: BLE001 - whatever it is, they may write again, and it is tried again
            log.warning("who somebody unknown is could not be found out: %s", type(problem).__name__)
            self._met.pop((company, person), None)
            return t("I don't know you here yet, and can't look you up just now. Please write again in a few minutes.")

    def _looked(self, company: str, person: str, look: Look) -> _Met:
        now, key = time.monotonic(), (company, person)
        if len(self._met) >= MET_MAX:
            self._met = {who: it for who, it in self._met.items() if now - it.at < GOOD_FOR}
        met = self._met.get(key)
        if met is None or now - met.at >= GOOD_FOR:
            met = self._met[key] = _Met(now, _kept(look()))
        return met

    async def _knocked(self, company: str, person: str, seen: Seen, *, aloud: bool) -> str:
        event = Knocked(
            company=company,
            key=f"{self._platform}:knock:{secrets.token_hex(16)}",
            at=self._now(),
            platform=self._platform,
            handle=person,
            name=seen.name,
            addresses=seen.addresses,
            guest=seen.guest,
            aloud=aloud,
        )
        (came,) = await asyncio.to_thread(self._handle, [event])
        if isinstance(came, Exception):
            raise came
        return came.summary if came else ""


def _kept(work: Awaitable[T]) -> asyncio.Future[T]:
    """Goes on when whoever waits for it gives up."""
    task = asyncio.ensure_future(work)
    task.add_done_callback(lambda it: it.cancelled() or it.exception())
    return task

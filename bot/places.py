"""So many at once; whoever takes long goes on without a place, so that nobody else waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

SLOW = 2.0
"""Seconds; Slack and Teams answer in a tenth of that, or something is wrong with them."""


class Places:
    """One loop's only."""

    def __init__(self, many: int, slow: float | None = None) -> None:
        self._free = asyncio.Semaphore(many)
        self._slow = SLOW if slow is None else slow
        self.left = many
        """Less than nothing while some wait for one."""

    @property
    def full(self) -> bool:
        """Whether the next one would have to wait."""
        return self._free.locked()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Wait for a place; it is given back at the end, or once it is held for long."""
        self.left -= 1
        try:
            await self._free.acquire()
        except BaseException:
            self.left += 1
            raise
        place = _Place(self)
        timer = asyncio.get_running_loop().call_later(self._slow, place.give_back)
        try:
            yield
        finally:
            timer.cancel()
            place.give_back()

    def take_back(self) -> None:
        """One of them."""
        self.left += 1
        self._free.release()


class _Place:
    """Given back once."""

    __slots__ = ("_of",)

    def __init__(self, of: Places) -> None:
        self._of: Places | None = of

    def give_back(self) -> None:
        if self._of is not None:
            self._of.take_back()
            self._of = None

"""Tells open pages that something in the conversations has changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

GATHER = 0.1
"""Seconds in which several changes become one."""
HEARTBEAT = 20.0
"""Seconds of silence after which a comment shows that the connection stands."""


class Changes:
    """A number that goes up. Told and heard in one event loop; a page that waits costs nothing."""

    def __init__(self, run: str) -> None:
        """`run` tells the marks of this process from those of an earlier one."""
        self._run = run
        self._number = 0
        self._ended = False
        self._next = asyncio.Event()

    @property
    def mark(self) -> str:
        """Where things stand."""
        return f"{self._run}-{self._number}"

    def tell(self) -> None:
        """Something changed."""
        self._number += 1
        self._wake()

    def end(self) -> None:
        """The server stops: every stream ends now, or it would wait for the last reader to leave."""
        self._ended = True
        self._wake()

    async def events(self) -> AsyncIterator[str]:
        """Server-sent events: the mark at once, and again whenever it changes."""
        said = ""
        while not self._ended:
            coming = self._next
            yield f"data: {self.mark}\n\n" if self.mark != said else ": still here\n\n"
            said = self.mark
            if await _set_within(coming, HEARTBEAT) and not self._ended:
                await asyncio.sleep(GATHER)

    def _wake(self) -> None:
        self._next.set()
        self._next = asyncio.Event()


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False

"""What people do waits for its turn here, and what waits at the same time may be done together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Pace:
    """How many threads work, and how many things at most one of them takes together."""

    lanes: int
    together: int
    breath: float = 0.0
    """Seconds after a thing that was not alone: whoever is answered then often does the next, and it comes along."""


ONE_WRITER = Pace(lanes=1, together=16, breath=0.001)
"""For SQLite: more threads would only wait for each other, and what surrounds an answer costs as much as the answer."""
SIDE_BY_SIDE = Pace(lanes=8, together=1)
"""For PostgreSQL: two of the ten connections are left to ticks and delivery. Several people's rows are never locked in
one transaction, where two such could wait for each other."""


class Turns(Generic[Asked, Given]):
    """Hands what waits to `work`, in the order in which it came, in threads of its own.

    `work` gives back an outcome for each; an exception among them is raised for whoever asked that one.
    One loop's only.
    """

    def __init__(
        self, work: Callable[[Sequence[Asked]], Sequence[Given | Exception]], pace: Pace = SIDE_BY_SIDE
    ) -> None:
        self._work = work
        self._pace = pace
        self._threads = ThreadPoolExecutor(pace.lanes, "turns")
        self._waiting: deque[tuple[Asked, asyncio.Future[Given]]] = deque()
        self._running: set[asyncio.Task[None] | None] = set()

    async def take(self, asked: Asked) -> Given:
        """Wait for one's turn and what comes of it."""
        outcome: asyncio.Future[Given] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, outcome))
        if len(self._running) < self._pace.lanes:
            self._running.add(asyncio.ensure_future(self._lane()))
        return await outcome

    async def _lane(self) -> None:
        try:
            while self._waiting:
                turn = [self._waiting.popleft() for _ in range(min(self._pace.together, len(self._waiting)))]
                for (_, outcome), given in zip(turn, await self._done([it for it, _ in turn]), strict=True):
                    _settle(outcome, given)
                if len(turn) > 1:
                    await asyncio.sleep(self._pace.breath)
        finally:
            # Here and not in a callback: what came between the two would wait for a lane that has ended.
            self._running.discard(asyncio.current_task())

    async def _done(self, asked: Sequence[Asked]) -> Sequence[Given | Exception]:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._work, asked)
        except Exception as problem:  # noqa: BLE001 - whoever asked hears of it, and the next turn comes
            return [problem] * len(asked)


def _settle(outcome: asyncio.Future[Given], given: Given | Exception) -> None:
    if outcome.done():  # Whoever asked has gone.
        return
    if isinstance(given, Exception):
        outcome.set_exception(given)
    else:
        outcome.set_result(given)

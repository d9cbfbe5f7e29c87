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
_Turn = Sequence[tuple[Asked, "asyncio.Future[Given]"]]


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
        self._lanes = 0

    def take(self, asked: Asked) -> asyncio.Future[Given]:
        """What comes of it, once it had its turn."""
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[Given] = loop.create_future()
        self._waiting.append((asked, outcome))
        if self._lanes < self._pace.lanes:
            self._lanes += 1
            loop.call_soon(self._next)
        return outcome

    # Callbacks, because a task that awaits a thread takes 100,000 instructions more for each turn.
    def _next(self) -> None:
        if not self._waiting:
            self._lanes -= 1
            return
        turn = [self._waiting.popleft() for _ in range(min(self._pace.together, len(self._waiting)))]
        self._threads.submit(self._done, turn, asyncio.get_running_loop())

    def _done(self, turn: _Turn[Asked, Given], loop: asyncio.AbstractEventLoop) -> None:
        """In a thread."""
        given: Sequence[Given | BaseException]
        try:
            given = self._work([it for it, _ in turn])
            if len(given) != len(turn):
                raise ValueError(f"{len(turn)} things have {len(given)} outcomes")
        except BaseException as problem:  # noqa: BLE001 - whoever asked hears of it, and the next turn comes
            given = [problem] * len(turn)
        loop.call_soon_threadsafe(self._settled, turn, given)

    def _settled(self, turn: _Turn[Asked, Given], given: Sequence[Given | BaseException]) -> None:
        for (_, outcome), it in zip(turn, given, strict=True):
            _settle(outcome, it)
        if len(turn) > 1:
            asyncio.get_running_loop().call_later(self._pace.breath, self._next)
        else:
            self._next()


def _settle(outcome: asyncio.Future[Given], given: Given | BaseException) -> None:
    if outcome.done():  # Whoever asked has gone.
        return
    if isinstance(given, BaseException):
        outcome.set_exception(given)
    else:
        outcome.set_result(given)

"""Turns: in order, together where that is allowed, and each with an outcome of its own."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Sequence

import pytest

from bot.turns import ONE_WRITER, Pace, Turns


class Desk:
    """Doubles numbers, and notes what was handed to it together; holds the first turn until everybody has asked."""

    def __init__(self, pace: Pace, work: Callable[[int], int] = lambda it: 2 * it) -> None:
        self.turns: Turns[int, int] = Turns(self.done, pace)
        self.work = work
        self.handed: list[list[int]] = []
        self.pace = pace
        self.everybody = threading.Event()
        self.inside = self.most_inside = 0
        self.lock = threading.Lock()

    def done(self, asked: Sequence[int]) -> list[int | Exception]:
        assert threading.current_thread() is not threading.main_thread()
        with self.lock:
            self.handed.append(list(asked))
            self.inside += 1
            self.most_inside = max(self.most_inside, self.inside)
        self.everybody.wait(60)
        with self.lock:
            self.inside -= 1
        return [self._tried(it) for it in asked]

    def _tried(self, it: int) -> int | Exception:
        try:
            return self.work(it)
        except ZeroDivisionError as problem:
            return problem

    async def ask(self, *asked: int) -> list[int | BaseException]:
        waiting = [asyncio.ensure_future(self.turns.take(it)) for it in asked]
        async with asyncio.timeout(60):
            while self.inside < min(self.pace.lanes, len(asked)):
                await asyncio.sleep(0.002)
        self.everybody.set()
        return await asyncio.gather(*waiting, return_exceptions=True)


def test_what_waits_meanwhile_goes_together_in_its_order() -> None:
    desk = Desk(Pace(lanes=1, together=4))
    assert asyncio.run(desk.ask(*range(7))) == [0, 2, 4, 6, 8, 10, 12]
    assert [it for turn in desk.handed for it in turn] == list(range(7))
    assert max(len(it) for it in desk.handed) == 4
    assert desk.most_inside == 1


def test_after_a_turn_of_several_whoever_is_answered_and_asks_again_comes_along() -> None:
    desk = Desk(Pace(lanes=1, together=8, breath=0.5))

    async def asking(it: int) -> None:
        await desk.turns.take(it)
        await asyncio.sleep(0.005 * it)
        await desk.turns.take(it)

    async def them() -> None:
        desk.everybody.set()
        await asyncio.gather(*(asking(it) for it in range(4)))

    asyncio.run(them())
    assert [len(it) for it in desk.handed] == [4, 4]


def test_whoever_asks_alone_waits_for_nobody() -> None:
    desk = Desk(Pace(lanes=1, together=8, breath=60))

    async def twice() -> None:
        desk.everybody.set()
        await asyncio.wait_for(desk.turns.take(1), 5)
        await asyncio.wait_for(desk.turns.take(2), 5)

    asyncio.run(twice())
    assert desk.handed == [[1], [2]]


def test_side_by_side_each_is_alone_and_no_more_than_the_lanes_work_at_once() -> None:
    desk = Desk(Pace(lanes=3, together=1))
    assert asyncio.run(desk.ask(*range(7))) == [0, 2, 4, 6, 8, 10, 12]
    assert {len(it) for it in desk.handed} == {1}
    assert desk.most_inside == 3


def test_what_fails_is_raised_for_whoever_asked_that_and_for_nobody_else() -> None:
    desk = Desk(ONE_WRITER, lambda it: 12 // it)
    one, none, four = asyncio.run(desk.ask(1, 0, 4))
    assert (one, four) == (12, 3)
    assert isinstance(none, ZeroDivisionError)


def test_a_turn_that_breaks_altogether_fails_those_in_it_and_the_next_one_comes() -> None:
    def broken(_it: int) -> int:
        raise RuntimeError("broken")

    async def run(desk: Desk) -> int:
        first, second = await desk.ask(1, 2)
        assert (str(first), str(second)) == ("broken", "broken")
        desk.work = lambda it: it
        return await desk.turns.take(3)

    assert asyncio.run(run(Desk(ONE_WRITER, broken))) == 3


@pytest.mark.parametrize("broken", [lambda _asked: [], lambda _asked: sys.exit("broken")], ids=["too few", "an exit"])
def test_a_turn_without_outcomes_holds_up_nobody(broken: Callable[[Sequence[int]], list[int]]) -> None:
    async def run() -> list[int]:
        turns: Turns[int, int] = Turns(broken, ONE_WRITER)
        with pytest.raises((ValueError, SystemExit)):
            await asyncio.wait_for(asyncio.gather(*map(turns.take, range(3))), 5)
        turns._work = list
        return await asyncio.wait_for(asyncio.gather(*map(turns.take, range(3))), 5)

    assert asyncio.run(run()) == [0, 1, 2]


def test_whoever_asks_in_the_moment_a_lane_ends_is_not_forgotten() -> None:
    async def run(desk: Desk) -> list[int]:
        desk.everybody.set()
        return [await asyncio.wait_for(desk.turns.take(it), 5) for it in range(200)]

    assert asyncio.run(run(Desk(ONE_WRITER))) == [2 * it for it in range(200)]


def test_whoever_is_gone_before_their_turn_ends_disturbs_nobody() -> None:
    async def run(desk: Desk) -> int:
        gone, stays = (asyncio.ensure_future(desk.turns.take(it)) for it in (1, 2))
        await asyncio.sleep(0.02)
        gone.cancel()
        desk.everybody.set()
        with pytest.raises(asyncio.CancelledError):
            await gone
        return await stays

    assert asyncio.run(run(Desk(ONE_WRITER))) == 4

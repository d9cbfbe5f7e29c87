"""What open pages are told, and when."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.web import changes
from bot.web.changes import Changes


def listening(doing: Callable[[Changes], Awaitable[None]], readers: int = 1) -> list[list[str]]:
    """What each reader got while that was done, until the end."""

    async def read(it: Changes) -> list[str]:
        return [event async for event in it.events()]

    async def go() -> list[list[str]]:
        it = Changes("run")
        tasks = [asyncio.create_task(read(it)) for _ in range(readers)]
        await asyncio.sleep(0)
        await doing(it)
        it.end()
        async with asyncio.timeout(60):
            return await asyncio.gather(*tasks)

    return asyncio.run(go())


async def nothing(_it: Changes) -> None:
    await asyncio.sleep(0.05)


async def a_burst(it: Changes) -> None:
    for _ in range(100):
        it.tell()
        await asyncio.sleep(0)
    await asyncio.sleep(changes.GATHER * 1.5)


def test_a_page_hears_at_once_where_things_stand_and_then_nothing():
    assert listening(nothing) == [["data: run-0\n\n"]]


def test_a_burst_of_changes_is_one_and_ends_where_it_ended(monkeypatch):
    monkeypatch.setattr(changes, "GATHER", 0.5)  # on no machine does the burst take longer
    for heard in listening(a_burst, readers=5):
        assert heard[0] == "data: run-0\n\n"
        assert heard[-1] == "data: run-100\n\n"
        assert len(heard) <= 3


def test_a_change_while_a_page_is_told_of_another_is_not_missed():
    async def two(it: Changes) -> None:
        it.tell()
        await asyncio.sleep(changes.GATHER * 1.5)
        it.tell()
        await asyncio.sleep(changes.GATHER * 2)

    assert listening(two)[0][-1] == "data: run-2\n\n"


def test_silence_is_broken_so_that_the_connection_is_known_to_stand(monkeypatch):
    monkeypatch.setattr(changes, "HEARTBEAT", 0.02)
    (heard,) = listening(nothing)
    assert heard[0] == "data: run-0\n\n"
    assert set(heard[1:]) == {": still here\n\n"}


def test_who_comes_after_the_end_is_let_go():
    async def go() -> list[str]:
        it = Changes("run")
        it.end()
        return [event async for event in it.events()]

    assert asyncio.run(go()) == []

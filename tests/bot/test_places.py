"""So many at once, and whoever takes long keeps nobody waiting."""

from __future__ import annotations

import asyncio

import pytest

from bot.places import Places


def test_the_next_one_waits_until_a_place_is_given_back() -> None:
    async def story() -> list[str]:
        places, seen = Places(1, slow=60), []

        async def guest(name: str) -> None:
            async with places.one():
                seen.append(f"{name} in")
                await asyncio.sleep(0.01)
                seen.append(f"{name} out")

        await asyncio.gather(guest("a"), guest("b"))
        assert (places.left, places.full) == (1, False)
        return seen

    assert asyncio.run(story()) == ["a in", "a out", "b in", "b out"]


def test_who_takes_long_goes_on_without_a_place_and_gives_it_back_once() -> None:
    async def story() -> None:
        places, end = Places(1, slow=0.01), asyncio.Event()

        async def slow() -> None:
            async with places.one():
                await end.wait()

        hanging = asyncio.create_task(slow())
        await asyncio.sleep(0)
        assert (places.left, places.full) == (0, True)
        async with asyncio.timeout(5), places.one():
            assert not hanging.done()
        end.set()
        await hanging
        assert (places.left, places.full) == (1, False)

    asyncio.run(story())


def test_a_place_comes_back_whatever_happens() -> None:
    async def story() -> None:
        places = Places(1)
        with pytest.raises(ValueError, match="no"):
            async with places.one():
                raise ValueError("no")

        async def wait() -> None:
            async with places.one():
                pass

        async with places.one():
            waiting = asyncio.create_task(wait())
            await asyncio.sleep(0)
            assert places.left == -1
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        assert (places.left, places.full) == (1, False)

    asyncio.run(story())

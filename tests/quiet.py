"""A program's loop that has come to rest: what follows an answer in the background is done, however slow the machine."""

from __future__ import annotations

import asyncio

from bot.app import Program
from bot.server import server


class Quiet:
    """Made once the program runs; called, it waits until nothing is left of what was begun since."""

    def __init__(self, program: Program) -> None:
        assert program.slack
        self._resting = asyncio.all_tasks()
        self._homes = program.slack.homes

    async def __call__(self) -> None:
        async with asyncio.timeout(60):
            while self._busy():
                await asyncio.sleep(0.002)

    def _busy(self) -> bool:
        """Home tabs that wait to be drawn anew are nobody's task yet."""
        wake = self._homes._wake
        return wake is None or wake.is_set() or bool(asyncio.all_tasks() - self._resting)


def tick(program: Program) -> None:
    """A worker's, with what follows in the background, in a loop of its own."""

    async def ticked() -> None:
        app = server(program, worker=False)
        async with app.router.lifespan_context(app):
            quiet = Quiet(program)
            await program.tick()
            await quiet()

    asyncio.run(ticked())

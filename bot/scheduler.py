"""APScheduler as a metronome: it says when to look, and our rows say what is due. It keeps no state."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import real_now

log = logging.getLogger(__name__)

Beat = Callable[[], Awaitable[object]]
STALLED = timedelta(seconds=5)


class Metronome:
    """A few fixed beats in UTC. A beat that is late runs once; two of the same never overlap."""

    def __init__(self) -> None:
        # The default grace of one second silently drops every job whenever the loop is busy for two.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=defaults)
        self._last = time.monotonic()
        self._watch: asyncio.Task[None] | None = None

    def every(self, seconds: float, name: str, beat: Beat, *, at_once: bool = True) -> None:
        """Call `beat` so often. A failure is logged and the next beat comes as planned."""

        async def guarded() -> None:
            self._last = time.monotonic()
            try:
                await beat()
            except Exception:
                log.exception("the %s tick failed; it comes again in %s s", name, seconds)

        first = real_now() if at_once else real_now() + timedelta(seconds=seconds)
        self._scheduler.add_job(guarded, "interval", seconds=seconds, id=name, next_run_time=first)

    def start(self) -> None:
        """Within a running loop."""
        self._scheduler.start()
        self._watch = asyncio.get_running_loop().create_task(self._watchdog())

    def stop(self) -> None:
        """No further beats; a running one is the caller's to wait for."""
        if self._watch:
            self._watch.cancel()
        self._scheduler.shutdown(wait=False)

    async def _watchdog(self) -> None:
        """A wall clock stepped back an hour would silence an interval job for an hour; monotonic time tells."""
        while True:
            await asyncio.sleep(1)
            if time.monotonic() - self._last > STALLED.total_seconds():
                self._last = time.monotonic()
                _rearm(self._scheduler, real_now())


def _rearm(scheduler: AsyncIOScheduler, now: datetime) -> None:
    for job in scheduler.get_jobs():
        if job.next_run_time and job.next_run_time > now + job.trigger.interval + STALLED:
            log.warning("the clock was set back; the %s tick is woken", job.id)
            job.modify(next_run_time=now)

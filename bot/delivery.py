"""The runner of the outbox: claims what may go, sends a few at once, writes down what became of it. In this process."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge

from bot.courier import Courier
from bot.places import Places
from storage.deliveries import Again, Done, Later, Lost, Waiting

if TYPE_CHECKING:
    from bot.channel import Channel
    from bot.clock import Clock
    from storage.outbox import Outbox

log = logging.getLogger(__name__)

AT_ONCE = 300
"""Each is a connection and hardly anything else. Slack takes a tenth of a second or two for a message."""
AHEAD = 64
"""Taken up while all places are busy, so that none stands empty during a look into the database."""
FLYING_MAX = 600
"""With those that have lost their place for being slow. Each company has five at most: a hundred may hang."""
LOOKS_AT_ONCE = 32
IDLE = 1.0
"""Seconds between looks for what others have queued; a commit of this process wakes the runner at once, and what is
known to come due is waited for."""
BUSY = 0.05
"""The same shortly after something was sent: a gate is likely to open."""
GATHER = 0.01
"""What comes to pass within so long is taken up, and written down, at one go."""
BREATH = 0.05
"""The same for what has been sent, which is in no hurry, and while more is taken up than can be sent."""
AUDIT = 60.0
DRAIN = 10.0

DELIVERIES = Counter("coach_deliveries", "What became of messages", ["platform", "outcome"])
OVERDUE = Gauge("coach_deliveries_overdue", "Messages neither sent nor given up two minutes after they were wanted")


Worded = Callable[[Waiting], Awaitable[Waiting]]
"""A message in the words in which it is to go; it never fails, and ends well within a lease."""


async def as_it_is(message: Waiting) -> Waiting:
    return message


class Delivery:
    """One per process. `run` until `stop`; tests call `step`."""

    def __init__(
        self,
        outbox: Outbox,
        channels: tuple[Channel, ...],
        clock: Clock,
        *,
        at_once: int = AT_ONCE,
        worded: Worded = as_it_is,
    ) -> None:
        self._outbox = outbox
        self._courier = Courier(channels, clock, outbox.patience)
        self._clock = clock
        self._worded = worded
        self._places = Places(at_once)
        self._looks = Places(LOOKS_AT_ONCE)
        # Its own, or it would wait for whoever draws pictures in the ones that all share.
        self._thread = ThreadPoolExecutor(1, "delivery")
        self._done: list[Done] = []
        self._sending: set[asyncio.Task[None]] = set()
        self._looking: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()
        self._stopping = self._written_soon = False
        self._pause = GATHER
        self._due: datetime | None = None
        self._active_until = self._upkeep_at = self._audit_at = 0.0

    def nudge(self) -> None:
        """Something was committed. From any thread; does nothing when the runner isn't running."""
        if self._loop is None or self._loop.is_closed():
            return
        if _running() is self._loop:
            self._wake.set()  # every answer comes this way, and the other one writes to a pipe
        else:
            self._loop.call_soon_threadsafe(self._wake.set)

    def stop(self) -> None:
        """Take nothing more; `run` returns when what is in flight has ended, or after ten seconds."""
        self._stopping = True
        self.nudge()

    async def run(self) -> None:
        """Until stopped or cancelled."""
        self._loop = asyncio.get_running_loop()
        try:
            while not self._stopping:
                self._wake.clear()
                started = await self._turn()
                if not started or self._room <= 0:
                    await self._rest()
                await asyncio.sleep(BREATH if self._places.full else self._pause)
        finally:
            await self._drain()
            self._thread.shutdown(wait=False)

    async def step(self) -> int:
        """Everything that may go now, to its end; how many messages that was."""
        count, started = 0, -1
        while started:
            self._upkeep_at = 0
            started = await self._turn()
            count += started
            while flying := self._sending | self._looking:
                await asyncio.gather(*flying)
            started += len(self._done)
        return count

    async def audit(self) -> int:
        """Settle what is late and count what is stuck; says so in the log."""
        now = self._clock.now()
        await asyncio.to_thread(self._outbox.skip_late, now)
        overdue = await asyncio.to_thread(self._outbox.overdue, now)
        OVERDUE.set(overdue)
        if overdue:
            log.warning("%s messages are overdue; coach doctor names them", overdue)
        return overdue

    # --- one turn --------------------------------------------------------------------------------------------------
    async def _turn(self) -> int:
        """Write down what is done, take up what may go; how many were started."""
        done, self._done = self._done, []
        # The lease begins no earlier than this.
        began = time.monotonic()
        self._written_soon = False
        upkeep = began >= self._upkeep_at
        try:
            work = partial(self._written_and_taken, done, self._room, upkeep=upkeep)
            unwritten, taken, lost, due = await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except Exception:
            self._done += done
            log.exception("the outbox can't be read; trying again")
            self._active_until = 0
            return 0
        self._done += unwritten
        self._due = due
        # On a busy machine, or database, fewer turns do more each, and leave others room.
        self._pause = min(max(GATHER, time.monotonic() - began), BREATH)
        if upkeep:
            self._upkeep_at = began + self._outbox.patience.upkeep.total_seconds()
        patience = self._outbox.patience
        lease_until = began + patience.lease.total_seconds()
        for message in taken:
            self._start(self._sending, self._carry(message, lease_until))
        for message in lost:
            self._start(self._looking, self._look(message))
        if taken or done:
            self._active_until = time.monotonic() + 2
        return len(taken) + len(lost)

    @property
    def _room(self) -> int:
        return min(self._places.left + AHEAD, FLYING_MAX - len(self._sending))

    def _written_and_taken(
        self, done: Sequence[Done], room: int, *, upkeep: bool
    ) -> tuple[Sequence[Done], Sequence[Waiting], Sequence[Waiting], datetime | None]:
        """In a thread, all at one go; and when something comes due next, if there is nothing to do."""
        unwritten = self._outbox.finish(done) if done else ()
        lost: Sequence[Waiting] = ()
        if upkeep:
            self._outbox.reap()
            lost = self._outbox.unknowns(self._looks.left)
        taken = self._outbox.claim(self._clock.now(), room, self._courier.pace) if room > 0 else ()
        return unwritten, taken, lost, None if taken else self._outbox.next_due()

    def _start(self, among: set[asyncio.Task[None]], work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        among.add(task)
        task.add_done_callback(among.discard)

    async def _carry(self, message: Waiting, lease_until: float) -> None:
        try:
            # Before a place is taken: a slow model must not keep a channel waiting.
            worded = await self._worded(message)
            async with self._places.one():
                if self._stopping:
                    done = Done(message, Later(timedelta(0)))
                else:
                    done = await self._courier.send(worded, lease_until)
        except asyncio.CancelledError:
            self._ended(Done(message, _cut_off(message)))
            raise
        if isinstance(done.outcome, Lost) and not self._stopping:
            self._start(self._looking, self._look_first(done))
        else:
            self._ended(done)

    async def _look_first(self, done: Done) -> None:
        try:
            done = await self._courier.first_look(done)
        finally:
            self._ended(done)

    async def _look(self, message: Waiting) -> None:
        async with self._looks.one():
            done = await self._courier.look(message)
        self._ended(done)

    def _ended(self, done: Done) -> None:
        self._done.append(done)
        platform = getattr(done.outcome, "platform", None) or done.message.platform or "none"
        DELIVERIES.labels(platform, type(done.outcome).__name__.lower()).inc()
        if not self._written_soon:
            self._written_soon = True
            asyncio.get_running_loop().call_later(BREATH, self._wake.set)

    # --- rest and end ----------------------------------------------------------------------------------------------
    async def _rest(self) -> None:
        now = time.monotonic()
        if now >= self._audit_at:
            self._audit_at = now + AUDIT
            await self._audited()
        try:
            async with asyncio.timeout(BUSY if now < self._active_until else self._until_due()):
                await self._wake.wait()
        except TimeoutError:
            pass

    def _until_due(self) -> float:
        """Seconds. What is due already and didn't go is held back by something else."""
        left = (self._due - self._clock.now()).total_seconds() if self._due else IDLE
        return left if 0 < left < IDLE else IDLE

    async def _audited(self) -> None:
        try:
            await self.audit()
        except Exception:
            log.exception("the outbox can't be audited; trying again in %s s", AUDIT)

    async def _drain(self) -> None:
        flying = self._sending | self._looking
        if flying:
            _, late = await asyncio.wait(flying, timeout=DRAIN)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._done:
            await asyncio.to_thread(self._outbox.finish, self._done, wait=True)


def _running() -> asyncio.AbstractEventLoop | None:
    """The event loop in which it is called."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _cut_off(message: Waiting) -> Again | Lost:
    """We stopped before the answer came."""
    why = "the program stopped before the answer came"
    return Again(why) if message.reference is not None else Lost(message.platform or "", why)

"""The only place that reads the system's clock."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

_WRITTEN = re.compile(r"(?P<start>[^@]+)(?:@(?P<speed>\d+(?:\.\d+)?))?")


class Clock(Protocol):
    """The program's time: what is due, graces, reports and stored instants go by it."""

    def now(self) -> datetime:
        """Aware and in UTC."""


def real_now() -> datetime:
    """The machine's own time, for signature ages, token expiry, leases and pacing."""
    return datetime.now(UTC)


def real_seconds() -> float:
    """The same, in seconds since 1970."""
    return time.time()


class RealClock:
    """The machine's."""

    def now(self) -> datetime:
        """The instant it is."""
        return real_now()


class SetClock:
    """Starts at an instant and runs on, `speed` times as fast as real time; `move_to` takes it further."""

    def __init__(self, start: datetime, speed: float = 1.0) -> None:
        self._start = start
        self._speed = speed
        self._since = time.monotonic()

    def now(self) -> datetime:
        """Never backwards, whatever the machine's clock does."""
        return self._start + timedelta(seconds=(time.monotonic() - self._since) * self._speed)

    def move_to(self, instant: datetime) -> None:
        """Jump there; a place in the past is ignored."""
        if instant > self.now():
            self._start, self._since = instant, time.monotonic()


def clock_from(setting: str) -> SetClock:
    """From `2026-11-23T13:29:50Z` or, sixty times as fast, `2026-11-23T13:29:50Z@60`. ValueError says what is wrong."""
    found = _WRITTEN.fullmatch(setting.strip())
    if not found:
        raise ValueError(f"{setting!r} is not an instant; write one such as 2026-11-23T13:29:50Z")
    speed = float(found["speed"] or 1)
    if not 0 < speed <= 100_000:
        raise ValueError(f"{found['speed']} is no speed for a clock; write a number from 1 to 100000 after the @")
    return SetClock(instant_from(found["start"]), speed)


def instant_from(text: str) -> datetime:
    """An ISO instant with its offset or `Z`, as UTC. ValueError says what is wrong."""
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is not an instant; write one such as 2026-11-23T13:29:50Z") from None
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no zone; end it with Z or an offset such as -05:00")
    return instant.astimezone(UTC)

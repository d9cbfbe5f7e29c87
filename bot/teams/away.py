"""Who could not be reached is left alone for a moment, so that nobody waits for what is known to fail."""

from __future__ import annotations

import random
import time
from datetime import timedelta

FIRST = 1.0
"""Seconds of the first pause; each further one in a row is twice as long."""
LONGEST = 30.0
TRIAL = 5.0
"""Once a pause is over one may try; the others go on waiting for as long as that may take."""


class Unreachable(Exception):  # noqa: N818 - a state, not a mistake
    """No byte of a request has left: no address, no connection, no TLS. To be tried again `after` that."""

    def __init__(self, what: str, after: timedelta) -> None:
        super().__init__(what)
        self.after = after


class Away:
    """One place. In one event loop."""

    def __init__(self) -> None:
        self._failures = 0
        self._until = float("-inf")
        self._why = ""

    def enter(self) -> None:
        """Unreachable while it is left alone; whoever gets by says how it went, or the next one tries after a while."""
        if not self._failures:
            return
        left = self._until - time.monotonic()
        if left > 0:
            raise self._told(left)
        self._until = time.monotonic() + TRIAL

    def reached(self) -> None:
        """It answered, whatever it said."""
        self._failures = 0

    def missed(self, why: str) -> Unreachable:
        """To be raised; `why` is the whole sentence."""
        self._why = why
        pause = min(FIRST * 2.0**self._failures, LONGEST)
        self._failures = min(self._failures + 1, 10)
        self._until = time.monotonic() + pause * random.uniform(0.9, 1.1)  # noqa: S311 - nothing secret
        return self._told(pause)

    def _told(self, seconds: float) -> Unreachable:
        return Unreachable(self._why, timedelta(seconds=max(seconds, 0.1)))

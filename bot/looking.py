"""What the database says of who speaks for whom: kept in memory, and looked up again twice a minute.

No request waits for it, and what changed counts at once in the process that changed it, in the others with their next
look.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

log = logging.getLogger(__name__)

FRESH = 30.0
"""Seconds for which a look is good."""
SOONEST = 1.0
"""Seconds between two looks for somebody who isn't known: strangers can't make us look all the time."""

Found = TypeVar("Found")


class Looking(Generic[Found]):
    """Safe to share between threads. What it knows may be half a minute old."""

    def __init__(self, look: Callable[[], Found], nothing: Found, what: str) -> None:
        """`look` is called in whichever thread asks; until then `nothing` is known. `what` names it in the log."""
        self._look = look
        self._what = what
        self.known = nothing
        """As of the last look; asked by the event loop, which never looks itself."""
        self._looked_at = float("-inf")
        self._looking = threading.Lock()

    def now(self) -> Found:
        """Looks when the last one is too old; only the first makes others wait for it."""
        if self.stale and self._looking.acquire(blocking=not self._looked):
            try:
                if self.stale:
                    self._take()
            finally:
                self._looking.release()
        return self.known

    def refresh(self) -> None:
        """Look now; in a thread."""
        with self._looking:
            self._take()

    def again(self) -> None:
        """Look, unless somebody just did; in a thread."""
        with self._looking:
            if self.may_look:
                self._take()

    @property
    def fresh(self) -> Found | None:
        """What is known, as long as that is good."""
        return self.known if time.monotonic() - self._looked_at <= FRESH else None

    @property
    def stale(self) -> bool:
        """Whether the last look is no longer good."""
        return time.monotonic() - self._looked_at > FRESH

    @property
    def may_look(self) -> bool:
        """Whether the last look is long enough ago to look for somebody who isn't known."""
        return time.monotonic() - self._looked_at > SOONEST

    @property
    def _looked(self) -> bool:
        return self._looked_at > float("-inf")

    def _take(self) -> None:
        try:
            self.known = self._look()
        except Exception:
            if not self._looked:
                raise
            log.exception("%s can't be read; going on with what was known", self._what)
        self._looked_at = time.monotonic()

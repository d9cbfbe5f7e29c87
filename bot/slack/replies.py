"""Where a card that was pressed may be changed for a while: Slack gives an address with every press.

Nothing of it counts against the fifty updates a minute that a whole workspace has. What isn't known here, because
another process took the press or it is too long ago, goes by chat.update.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

GOOD_FOR = 25 * 60.0
"""Slack's is half an hour."""
USES = 5
KEPT = 20_000

Place = tuple[str, str, str]
"""The company that whoever pressed belongs to, the conversation, and the message in it.

Without the company, an app that one company brought could have another's cards sent to an address of its own.
"""


@dataclass(slots=True)
class _Reply:
    url: str
    until: float
    left: int = USES


class Replies:
    """Safe to share between threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[Place, _Reply] = OrderedDict()
        self._one = threading.Lock()

    def keep(self, place: Place, url: str) -> None:
        """Of a press just now; the newest counts."""
        if not url or not all(place):
            return
        with self._one:
            self._known[place] = _Reply(url, time.monotonic() + GOOD_FOR)
            self._known.move_to_end(place)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)

    def use(self, place: Place) -> str | None:
        """One of the few times that it may be used; None when there is none, or none left."""
        with self._one:
            it = self._known.get(place)
            if it is None:
                return None
            it.left -= 1
            if it.left <= 0 or it.until < time.monotonic():
                del self._known[place]
            return it.url if it.until >= time.monotonic() else None

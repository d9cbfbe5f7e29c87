"""How much Slack and Teams let through, counted as they document it: so many of a kind in so long, else a 429."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Window:
    """At most so many in any stretch of so many seconds."""

    many: int
    seconds: float


TIER_2, TIER_3, TIER_4 = Window(20, 60), Window(50, 60), Window(100, 60)

# Of a workspace, for each method. "Several hundred messages per minute" is read as 300, and as 5 in any second.
SLACK_POSTS = (Window(5, 1), Window(300, 60))
SLACK_METHODS = {
    "chat.postMessage": SLACK_POSTS,
    "chat.update": (TIER_3,),
    "conversations.open": (TIER_3,),
    "conversations.history": (TIER_3,),
    "users.info": (TIER_4,),
    "views.open": (TIER_4,),
    "views.update": (TIER_4,),
    "views.publish": (TIER_4,),
    "files.getUploadURLExternal": (TIER_4,),
    "files.completeUploadExternal": (TIER_4,),
}
SLACK_CHANNEL = (Window(1, 1),)
"""Posts to one channel."""

TEAMS_TENANT = (Window(50, 1),)
"""Of an app in one organisation, whatever it calls."""
TEAMS_CONVERSATION = (Window(7, 1), Window(8, 2), Window(60, 30), Window(1800, 3600))
"""Sends, and openings, in one conversation."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call as it came in, on the monotonic clock, and what was answered."""

    token: str
    method: str
    place: str
    at: float
    status: int
    retry_after: int = 0


@dataclass(slots=True)
class Turnstile:
    """Counts what it lets through; what it doesn't let through isn't counted."""

    _seen: dict[tuple[Hashable, Window], deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def wait(self, rules: Sequence[tuple[Hashable, Sequence[Window]]], now: float) -> float:
        """0 when all of them let it through, and then it is counted; else the seconds until they would."""
        windows = [(self._seen[key, it], it) for key, its in rules for it in its]
        longest = max((_left(seen, it, now) for seen, it in windows), default=0.0)
        if longest == 0:
            for seen, _ in windows:
                seen.append(now)
        return longest


def _left(seen: deque[float], window: Window, now: float) -> float:
    while seen and now - seen[0] >= window.seconds:
        seen.popleft()
    if len(seen) < window.many:
        return 0.0
    return window.seconds - (now - seen[len(seen) - window.many])


def own_time(messages: int, windows: Sequence[Window]) -> float:
    """Seconds after the first when the last of them is let through, if each goes as soon as it may."""
    return max((math.ceil(messages / it.many) - 1) * it.seconds for it in windows)

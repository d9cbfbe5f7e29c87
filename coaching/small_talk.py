"""What people write that isn't about work: a greeting, thanks, and what is for a person to hear.

Only whole messages count, so that no check-in is taken for one; nothing of it is kept, counted or scored.
"""

from __future__ import annotations

import re
from enum import Enum

from coaching.heard import ALL

LONGEST = 200
"""Characters; whoever writes more has something to tell, which is read as it always is."""


class Talk(Enum):
    """Which of them."""

    GREETING = "a greeting"
    THANKS = "thanks"
    TROUBLE = "for a human: somebody wants to quit, or can't go on"
    DANGER = "for a human at once: somebody may be in danger"


_GREETINGS = frozenset(it for heard in ALL for it in heard.greetings)
_GOOD_DAYS = frozenset(it for heard in ALL for it in heard.good_days)
_BESIDE = frozenset(it for heard in ALL for it in heard.beside_greetings)
_THANKS = re.compile("|".join(it.thanks for it in ALL))
_TROUBLE = tuple(re.compile(it) for heard in ALL for it in heard.trouble)
_DANGER = re.compile("|".join(it.danger for it in ALL))


def talk(text: str) -> Talk | None:
    """None for everything else, and for whatever has a number in it."""
    flat = " ".join(re.sub(r"[^\w'’ ]+", " ", text.lower()).replace("’", "'").split())
    if not flat or len(flat) > LONGEST:
        return None
    if _DANGER.search(flat):
        return Talk.DANGER
    if any(it.isdigit() for it in flat):
        return None
    if any(it.fullmatch(flat) for it in _TROUBLE):
        return Talk.TROUBLE
    if _THANKS.fullmatch(flat):
        return Talk.THANKS
    return Talk.GREETING if _greets(flat) else None


def _greets(flat: str) -> bool:
    """A greeting, and nothing but what stands beside one."""
    words = set(flat.split())
    greeting = bool(_GREETINGS & words) or any(flat == it or flat.startswith(f"{it} ") for it in _GOOD_DAYS)
    return greeting and words <= _GREETINGS | _BESIDE

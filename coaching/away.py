"""Words of somebody who is ill or away; what is to be done about it is theirs to say, in the settings."""

from __future__ import annotations

import re

from coaching.heard import ALL

_ABOUT = re.compile("|".join(it.away for it in ALL), re.IGNORECASE)
_AM = re.compile("|".join(it.am_away for it in ALL), re.IGNORECASE)
_ILL = re.compile("|".join(it.ill for it in ALL))
_OFF = frozenset(it for heard in ALL for it in heard.off)


def is_about(text: str) -> bool:
    """Whether a message that nothing else understood is about time off: `vacation 24 dec to 31 dec`."""
    flat = _flat(text)
    return _ABOUT.match(flat) is not None or _AM.search(flat) is not None or is_off(text)


def is_off(text: str) -> bool:
    """Whether a message, or a part of one, is nothing but that they are off or ill: until when isn't said."""
    alone = _flat(text).lower().strip(" .!")
    return alone in _OFF or _ILL.fullmatch(alone) is not None


def noted(note: str) -> bool:
    """Whether a check-in's note says so of whoever wrote it: a customer may be on holiday, too."""
    flat = _flat(note)
    return _AM.search(flat) is not None or any(is_off(it) for it in re.split(r"[;,\n]", flat))


def _flat(text: str) -> str:
    return text.replace("’", "'").strip().lstrip("/")

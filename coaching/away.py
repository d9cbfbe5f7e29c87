"""Words of somebody who is ill or away; what is to be done about it is theirs to say, in the settings."""

from __future__ import annotations

import re

from coaching.heard import ALL

_ABOUT = re.compile("|".join(it.away for it in ALL), re.IGNORECASE)
_AM = re.compile("|".join(it.am_away for it in ALL), re.IGNORECASE)
_ALONE = frozenset(it for heard in ALL for it in heard.off)


def is_about(text: str) -> bool:
    """Whether a message that nothing else understood is about time off: `vacation 24 dec to 31 dec`."""
    flat = _flat(text)
    return _ABOUT.match(flat) is not None or _AM.search(flat) is not None


def noted(note: str) -> bool:
    """Whether a check-in's note says so of whoever wrote it: a customer may be on holiday, too."""
    flat = _flat(note)
    return _AM.search(flat) is not None or any(it.strip(" .!") in _ALONE for it in re.split(r"[;,\n]", flat.lower()))


def _flat(text: str) -> str:
    return text.replace("’", "'").strip().lstrip("/")

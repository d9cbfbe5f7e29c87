"""What became of the last promise, where it is named: `meet finance kept`, `moved the plant visit at Globex`."""

from __future__ import annotations

import re

from coaching.heard import ALL

SETTLED = {said: became for heard in ALL for said, became in heard.settled.items()}
_ANY = "|".join(sorted((re.escape(it) for it in SETTLED), key=len, reverse=True))
_BECAME = "|".join(it.became for it in ALL)
_LAST = re.compile(rf"(?P<what>.+?)[\s:,]+(?:(?:{_BECAME})\s+)?(?P<became>{_ANY})", re.IGNORECASE)
_FIRST = re.compile(rf"(?P<became>{_ANY})[\s:]+(?P<what>.+)", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_BESIDE = frozenset(word for it in ALL for word in it.beside)
ENOUGH = 2
"""Words of a promise that name it, where it has more."""


def became_of(promise: str, said: str) -> str | None:
    """Nothing where it may be about something else: a word or two of it, and no other."""
    found = (_LAST.fullmatch(said) or _FIRST.fullmatch(said)) if promise else None
    if found is None:
        return None
    named, known = _words(found["what"]), _words(promise)
    about = named <= known and len(named) >= min(ENOUGH, len(known)) and bool(named)
    return SETTLED[found["became"].lower()] if about else None


def names_an_end(said: str) -> bool:
    """Whether it has a word that says what becomes of promises."""
    return any(it in SETTLED for it in _WORD.findall(said.lower()))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower())) - _BESIDE

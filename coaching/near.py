"""What somebody meant who mistyped a word: said only where nothing else was understood."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from coaching.heard import ALL
from coaching.language import spoken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coaching.heard import Heard

ALIKE = 0.8
"""From this ratio of difflib's on two words are held to be near: `forcast` and `forecast` are."""
LEAST = 4
"""Letters; of fewer nearly everything is near."""
LONGEST = 60
"""Characters of a word; nobody mistypes more."""


def near(text: str) -> str:
    """`forcast 100k` -> `forecast 100k`, `mydata` -> `my data`; empty when none is near. One's own language first."""
    written = " ".join(text.split()).lstrip("/").rstrip("?!. ")
    first, _, rest = written.partition(" ")
    word = first.lower().rstrip(":,")
    for heard in sorted(ALL, key=lambda it: it.code != spoken().code):
        # Of a single word the nearest of all: „mydata“ is nearer to “my data” than to “data”.
        whole = _nearest(written.lower(), (*_phrases(heard), *(() if rest else heard.commands)))
        if whole and whole != written.lower():
            return whole
        found = _nearest(word, heard.commands)
        if found and found != word:
            return f"{found} {rest}".strip()
    return ""


def _phrases(heard: Heard) -> tuple[str, ...]:
    """Whole messages of several words."""
    return (*heard.my_data, *heard.my_settings, *heard.named)


def _nearest(written: str, known: Iterable[str]) -> str:
    if not LEAST <= len(written) <= LONGEST:
        return ""
    return next(iter(get_close_matches(written, known, 1, ALIKE)), "")

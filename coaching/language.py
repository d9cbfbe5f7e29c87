"""In which language people are spoken to: texts are written in English where they are said, and looked up here.

Which language that is stands around the work, not in each signature: whoever has a company in hand opens
`speaking(…)`, and everything that is worded inside is in it. Without one it is English. Whole numbers in a text are
grouped as the language does it; text given as a value is data and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coaching.card import Bold, Figure, Mention, Page, Span, Spans

_ENGLISH_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WHOLE_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WHOLE_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """What differs from English. A text that isn't among the `words` is said in English."""

    code: str
    words: Mapping[str, str] = field(default_factory=dict)
    plurals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By the English singular; which of them is said for a number is `plural`'s answer."""
    plural: Callable[[int], int] = lambda n: int(n != 1)
    endings: tuple[tuple[str, str], ...] = (("ss", "ss"), ("s", ""))
    """How a noun ends for several and for one; the first that fits. People name units, and only for several."""
    lowers: bool = True
    """Whether a heading's words are small within a sentence; a language that writes nouns large keeps them."""
    group: str = ","
    point: str = "."
    money: str = "{sign}{symbol}{digits}"
    percent: str = "%"
    scales: tuple[str, ...] = ("T", "B", "M", "k")
    """Behind a shortened number: for 10 to the 12, 9, 6 and 3."""
    day: str = "{weekday} {day} {month}"
    weekdays: tuple[str, ...] = _ENGLISH_DAYS
    months: tuple[str, ...] = _ENGLISH_MONTHS
    short_day: str = "{day:02d} {month}"
    whole_day: str = "{day} {month}"
    whole_weekdays: tuple[str, ...] = _WHOLE_DAYS
    whole_months: tuple[str, ...] = _WHOLE_MONTHS


ENGLISH = Language(code="en")
_SPOKEN: ContextVar[Language] = ContextVar("spoken", default=ENGLISH)

Value = object
"""What stands in a text: a whole number is grouped, anything else says itself by `str`."""


class speaking:  # noqa: N801 - it stands after `with` like a function
    """Everything worded inside is in that language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def __enter__(self) -> None:
        self._before = _SPOKEN.set(self._language)

    def __exit__(self, *_: object) -> None:
        _SPOKEN.reset(self._before)


def spoken() -> Language:
    """The language of the moment."""
    return _SPOKEN.get()


def t(text: str, /, **values: Value) -> str:
    """A text in the language of the moment: `t("{name} has won {amount}.", name=…, amount=…)`."""
    language = _SPOKEN.get()
    found = language.words.get(text, text)
    return found.format_map(_said(values)) if values or "{" in found else found


def tn(one: str, many: str, n: int, /, **values: Value) -> str:
    """By number, which is `{n}`: `tn("{n} deal is open.", "{n} deals are open.", 3)`."""
    return _chosen(one, many, n).format_map(_said({"n": n} | values))


def ts(text: str, /, **values: Value) -> Spans:
    """The same with bold words, figures and mentions standing where their names are."""
    return _filled(_SPOKEN.get().words.get(text, text), values)


def tns(one: str, many: str, n: int, /, **values: Value) -> Spans:
    """`ts` by number; `{n}` may be given as a span that shows it."""
    return _filled(_chosen(one, many, n), {"n": n} | values)


def marked(text: str, /) -> str:
    """A text of a table that is made at import, when nobody speaks yet: `worded` says it."""
    return text


def worded(text: str, /) -> str:
    """What was `marked`, in the language of the moment; a company's own words stay as they are."""
    return _SPOKEN.get().words.get(text, text)


def number(it: float | Decimal, digits: int | None = 0) -> str:
    """`1,234.5`, with that many digits after the point; with None as many as it has."""
    if type(it) is int and digits == 0 and -1000 < it < 1000:  # nothing to group: most numbers are counts
        return str(it)
    return _signs(f"{it:,f}" if digits is None else f"{it:,.{digits}f}")


def precise(it: float, digits: int = 3) -> str:
    """To so many digits that count: `0.256`, `12.5`."""
    return number(Decimal(f"{it:.{digits}g}"), None)


def _signs(english: str) -> str:
    language = _SPOKEN.get()
    if language.group == "," and language.point == ".":
        return english
    return english.translate({ord(","): language.group, ord("."): language.point})


def _chosen(one: str, many: str, n: int) -> str:
    language = _SPOKEN.get()
    forms = language.plurals.get(one, (one, many))
    return forms[language.plural(n) if forms[1:] else 0]


def _said(values: dict[str, Value]) -> dict[str, Value]:
    """In place: they were gathered for this one text. Most are words already, or numbers with nothing to group."""
    for name, it in values.items():
        if type(it) is str or (type(it) is int and -1000 < it < 1000):
            continue
        values[name] = _word(it)
    return values


def _word(it: Value) -> str:
    if isinstance(it, str):
        return it
    return number(it) if type(it) is int else str(it)


def _filled(text: str, values: Mapping[str, Value]) -> Spans:
    styled = _styled()
    spans: list[Span] = []
    for piece, name in _pieces(text):
        _append(spans, piece)
        if name:
            value = values[name]
            _append(spans, value if isinstance(value, styled) else _word(value))
    return tuple(spans)


@cache
def _styled() -> tuple[type[Bold | Figure | Mention | Page], ...]:
    from coaching.card import Bold, Figure, Mention, Page  # noqa: PLC0415 - cards word their own parts

    return Bold, Figure, Mention, Page


def _append(spans: list[Span], it: Span) -> None:
    """Words beside words are one span."""
    last = spans[-1] if spans else None
    if isinstance(it, str) and isinstance(last, str):
        spans[-1] = last + it
    elif it:
        spans.append(it)


_HOLE = re.compile(r"\{(\w+)\}")


@lru_cache(maxsize=4096)
def _pieces(text: str) -> tuple[tuple[str, str], ...]:
    """Each stretch of words with the name of the value behind it, the last one without."""
    parts = _HOLE.split(text)
    return tuple((parts[i], parts[i + 1] if i + 1 < len(parts) else "") for i in range(0, len(parts), 2))

"""Times that words name beside a call: a quarter, a year, a month. Only the quarter that runs can be called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coaching.heard import ALL

if TYPE_CHECKING:
    from coaching.periods import Period

_FOR = rf"(?:\b(?:{'|'.join(word for it in ALL for word in it.before_times)}) ){{0,3}}"
_NTH = "|".join(rf"(?P<q{n}>{'|'.join([f'q{n}', f'{n}q', *(it.quarters[n - 1] for it in ALL)])})" for n in range(1, 5))
_YEAR = r"20[2-4]\d"
_QUARTERS = re.compile(
    rf"{_FOR}(?P<words>\b(?:(?P<before>{_YEAR})[ /-]?)?(?:{_NTH})\b(?:[ /-]?(?P<behind>{_YEAR}|(?<=/)\d\d)\b)?)"
    rf"|{_FOR}(?P<running>\b(?:{'|'.join(it.this_quarter for it in ALL)})\b)"
    rf"|{_FOR}(?P<other>\b(?:{'|'.join(it.another_quarter for it in ALL)})\b)",
    re.IGNORECASE,
)
_ALONE = re.compile(
    rf"{_FOR}(?P<words>(?:{'|'.join(it.spans_and_months for it in ALL)})(?: {_YEAR})?|(?:fy ?)?{_YEAR}|fy ?\d\d)",
    re.IGNORECASE,
)
_BARE_YEAR = re.compile(
    rf"{_FOR}(?<![\w.,$€£¥])(?<![$€£¥] )(?P<words>{_YEAR})(?![\w$€£¥]|[.,'’ ]\d| [$€£¥])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Time:
    """Words that name a time, where they stand with what leads to them, and whether it is the quarter that runs."""

    words: str
    start: int
    end: int
    runs: bool = False


def times_in(text: str, period: Period | None = None) -> Iterator[Time]:
    """What can be nothing else than a quarter, or another year, wherever it stands."""
    for it in _QUARTERS.finditer(text):
        words = it["words"] or it["running"] or it["other"]
        yield Time(words, it.start(), it.end(), runs=bool(it["running"]) or _is(it, period))


def year_in(text: str) -> Time | None:
    """A bare number that is one: `2027`, but neither `$2,027` nor `2027k`."""
    found = _BARE_YEAR.search(text)
    return Time(found["words"], found.start(), found.end()) if found else None


def time_alone(text: str) -> str:
    """Words that are nothing but a time, which within a sentence might be a reason's; '' for others."""
    found = _ALONE.fullmatch(text.strip())
    return found["words"] if found else ""


def without(text: str, times: Iterator[Time] | tuple[Time, ...]) -> str:
    """The text, less those words."""
    for it in sorted(times, key=lambda one: one.start, reverse=True):
        text = f"{text[: it.start]} {text[it.end :]}"
    return " ".join(text.split())


def _is(found: re.Match[str], period: Period | None) -> bool:
    if period is None or not found["words"]:
        return False
    year = found["before"] or found["behind"] or str(period.year)
    return bool(found[f"q{period.quarter}"]) and str(period.year).endswith(year)

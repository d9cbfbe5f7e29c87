"""A table of closed deals as answers: words as they are, numbers in bands, days as their place in the quarter."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from math import inf
from typing import assert_never

from coaching.numbers.hindsight import (
    ALMOST,
    NEARLY,
    changes_at_the_end,
    named_for_the_end,
    plain_name,
    tells_all,
    threshold_tells_all,
)
from coaching.phrases import percent

MOST_ANSWERS = 40
"""A column with more is a name or a note: each answer then says more about its few deals than about deals."""
FEW_NUMBERS = 6
"""Up to here numbers are grades, each an answer of its own."""
PER_BAND = 20
NO_NUMBER = frozenset({"unknown", "not known", "n/a", "na", "none", "null", "-", "?", "tbd"})
"""What people write into a column of numbers or days when they don't know; there, an answer like any other."""
LADDERS = tuple(
    {word: rank for rank, words in enumerate(it) for word in words.split("|")}
    for it in (
        ("very low", "low", "mid|middle|medium|moderate|average", "high", "very high"),
        ("tiny", "small", "mid|middle|medium|mid-size|midsize", "big|large", "huge|enterprise"),
        ("poor|bad", "fair|average", "good", "very good", "excellent"),
        ("never", "rarely|seldom", "sometimes", "often", "always"),
        ("unimportant|not important", "average important|somewhat important", "important", "very important"),
    )
)
"""Words that people mean as grades."""
_LIKE_DAYS = '; if they are days, a mapping can say how they are written, such as dates: "%d.%m.%Y"'
_ID = re.compile(r"(?:^|_)(?:id|uuid|guid|key|no|nr|number|index|row)$")


@dataclass(frozen=True, slots=True)
class Written:
    """How a file writes days (as `strptime` reads them; None for ISO) and decimals."""

    dates: str | None = None
    decimal: str = "."


@dataclass(frozen=True, slots=True)
class Words:
    """Answers as they are written; capitals and blanks make no difference."""

    spelling: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Bands:
    """Numbers cut at quantiles: a band holds what is over the cut before it, up to its own."""

    cuts: tuple[float, ...]
    decimal: str
    words: Words

    @property
    def names(self) -> tuple[str, ...]:
        """From low to high."""
        return tuple(_band(self.cuts, at) for at in range(len(self.cuts) + 1))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days, by the month of the quarter they are in."""

    dates: str | None
    words: Words


Reading = Words | Bands | Calendar
Rank = Callable[[str], float | None]


@dataclass(frozen=True, slots=True)
class Column:
    """A column worth looking at. `answers` are those seen, in order; `grades` those that run from low to high."""

    name: str
    reading: Reading
    answers: tuple[str, ...]
    grades: tuple[str, ...] = ()

    def answer(self, cell: str) -> str | None:
        """The answer that a cell gives; None when it is empty. One never seen is not among `answers`."""
        return _answer(self.reading, cell)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deals:
    """Closed deals: their cells by column, and whether each was won. `ended` columns belong to the end by mapping."""

    cells: Mapping[str, Sequence[str]]
    won: tuple[bool, ...]
    written: Written = Written()
    ended: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answers:
    """What can be looked at, and a sentence on each column that can't, or that should be doubted."""

    columns: tuple[Column, ...]
    given: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


class _NotUsable(Exception):  # noqa: N818 - a sentence on a column, not a mistake
    """Why."""


def answers(deals: Deals) -> Answers:
    """Every column that may say something beforehand."""
    columns: list[Column] = []
    warnings: list[str] = []
    for name, cells in deals.cells.items():
        try:
            columns.append(_column(name, cells, deals))
        except _NotUsable as why:
            warnings.append(f"{name}: {why}")
        else:
            warnings += _doubts(columns[-1], cells, deals.won)
    given = {it.name: tuple(map(it.answer, deals.cells[it.name])) for it in columns}
    return Answers(tuple(columns), given, tuple(warnings))


def _column(name: str, cells: Sequence[str], deals: Deals) -> Column:
    if name in deals.ended or named_for_the_end(name):
        raise _NotUsable("left out, as it is only known once a deal has closed")
    if not any(map(_plain, cells)):
        raise _NotUsable("left out, as it is empty")
    column = _read(name, cells, deals.written)
    if _knows_the_end(column, cells, deals.won):
        raise _NotUsable("left out, as it tells nearly every outcome; it was probably written once deals had closed")
    if len(column.answers) == 1 and all(map(_plain, cells)):
        raise _NotUsable("left out, as all deals have the same answer")
    _usable(column, cells)
    return column


def _read(name: str, cells: Sequence[str], written: Written) -> Column:
    """Days, else numbers, else words."""
    kinds = Counter(_plain(it) for it in cells if _plain(it))
    asked = {it for it in kinds if it not in NO_NUMBER}
    words = Words(_spelled(it for it in cells if _plain(it) in NO_NUMBER))
    if asked and all(_day(it, written.dates) for it in asked):
        return _seen(name, Calendar(written.dates, words), cells)
    for decimal in (written.decimal, "," if written.decimal == "." else "."):
        if asked and all(number(it, decimal) is not None for it in asked):
            return _numbers(name, cells, decimal, words)
    return _seen(name, Words(_spelled(cells)), cells)


def _numbers(name: str, cells: Sequence[str], decimal: str, words: Words) -> Column:
    known = {it for cell in cells if (it := number(_plain(cell), decimal)) is not None}
    if len(known) > FEW_NUMBERS:
        every = sorted(it for cell in cells if (it := number(_plain(cell), decimal)) is not None)
        return _seen(name, Bands(_cuts(every), decimal, words), cells)
    return _seen(name, Words(_spelled(cells)), cells, lambda it: number(it, decimal))


def _cuts(known: Sequence[float]) -> tuple[float, ...]:
    """Quantiles; as many bands as have PER_BAND deals each, two to four. A band is never empty."""
    bands = max(2, min(4, len(known) // PER_BAND))
    at = {known[max(0, len(known) * it // bands - 1)] for it in range(1, bands)}
    return tuple(sorted(it for it in at if it < known[-1]))


def _seen(name: str, reading: Reading, cells: Sequence[str], rank: Rank | None = None) -> Column:
    found = {it for cell in cells if (it := _answer(reading, cell)) is not None}
    place = rank or _rank(reading, found)
    ranks = {it: known for it in found if (known := place(_plain(it))) is not None}
    answers_ = tuple(sorted(found, key=lambda it: (ranks.get(it, inf), it)))
    return Column(name, reading, answers_, () if isinstance(reading, Calendar) else answers_[: len(ranks)])


def _rank(reading: Reading, found: Collection[str]) -> Rank:
    match reading:
        case Words():
            return _ladder(frozenset(map(_plain, found)) - NO_NUMBER).get
        case Bands():
            return {it: at for at, it in enumerate(reading.names)}.get
        case Calendar():
            return {_month(it): it for it in (1, 2, 3)}.get
        case _:
            assert_never(reading)


def _ladder(found: frozenset[str]) -> Mapping[str, float]:
    """The one on which all of these words are."""
    return next((it for it in LADDERS if len(found) > 1 and found <= it.keys()), {})


def _answer(reading: Reading, cell: str) -> str | None:
    plain = _plain(cell)
    if not plain:
        return None
    match reading:
        case Words(spelling):
            return spelling.get(plain, cell.strip())
        case Bands(cuts, decimal, words):
            known = number(plain, decimal)
            return _answer(words, cell) if known is None else _band(cuts, bisect_left(cuts, known))
        case Calendar(dates, words):
            day = _day(plain, dates)
            return _month((day.month - 1) % 3 + 1) if day else _answer(words, cell)
        case _:
            assert_never(reading)


def _band(cuts: Sequence[float], at: int) -> str:
    if at == 0:
        return f"up to {cuts[0]:,.12g}"
    above = f"over {cuts[at - 1]:,.12g}"
    return above if at == len(cuts) else f"{above}, up to {cuts[at]:,.12g}"


def _month(of_quarter: int) -> str:
    return f"month {of_quarter} of a quarter"


def _usable(column: Column, cells: Sequence[str]) -> None:
    there = [it for it in map(_plain, cells) if it]
    own = len(set(there)) > max(FEW_NUMBERS, len(there) / 2)
    if own and _ID.search(plain_name(column.name)):
        raise _NotUsable("left out, as it numbers the deals")
    if isinstance(column.reading, Words) and (own or len(column.answers) > MOST_ANSWERS):
        many = f"left out, as it has {len(column.answers):,} different answers in {len(there):,} deals"
        raise _NotUsable(many + _LIKE_DAYS * all(re.fullmatch(r"\d{1,4}([./-])\d{1,2}\1\d{2,4}", it) for it in there))


def _knows_the_end(column: Column, cells: Sequence[str], won: Sequence[bool], almost: float = ALMOST) -> bool:
    given = [column.answer(it) for it in cells]
    if tells_all(given, won, almost):
        return True
    match column.reading:
        case Bands(decimal=decimal):
            return threshold_tells_all([number(_plain(it), decimal) for it in cells], won, almost)
        case _:
            return False


def _doubts(column: Column, cells: Sequence[str], won: Sequence[bool]) -> Collection[str]:
    """What is kept, but should be looked at: many deals with one answer, all of which ended alike."""
    if changes_at_the_end(column.name):
        return [
            f"{column.name}: often changed when a deal closes; trust it only if this export has it as it was before"
        ]
    if _knows_the_end(column, cells, won, NEARLY):
        what = f"{column.name}: alone tells {percent(NEARLY)} or more of the outcomes"
        return [f"{what}; make sure that it is known before deals close"]
    pairs = Counter((column.answer(it), y) for it, y in zip(cells, won, strict=True))
    odd = [
        it
        for it in column.answers
        if sum(pairs[it, y] for y in (True, False)) >= 20 and not all(pairs[it, y] for y in (True, False))
    ]
    return [
        f"{column.name}: all deals with '{it}' ended alike; make sure that it is known before they close" for it in odd
    ]


def number(text: str, decimal: str) -> float | None:
    """`1,234.5`, `$ 12`, `45 %`; None when it is none."""
    bare = re.sub(r"[$€£¥%\s]", "", text)
    group = re.escape("," if decimal == "." else ".")
    point = re.escape(decimal)
    if not re.fullmatch(rf"[-+]?(?:\d{{1,3}}(?:{group}\d{{3}})+|\d+)?(?:{point}\d+)?", bare) or not re.search(
        r"\d", bare
    ):
        return None
    return float(re.sub(group, "", bare).replace(decimal, "."))


def _day(text: str, pattern: str | None) -> date | None:
    try:
        if pattern is None:
            return date.fromisoformat(text[:10]) if re.match(r"\d{4}-\d\d-\d\d(?:$|[t ])", text) else None
        return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


@lru_cache(maxsize=10_000)  # a table says the same few things over and over
def _plain(cell: str) -> str:
    return " ".join(cell.casefold().split())


def _spelled(cells: Iterable[str]) -> dict[str, str]:
    """Each answer as most people spelled it; all in one pass, as a column of ids has as many answers as deals."""
    seen: dict[str, Counter[str]] = {}
    for it in cells:
        if plain := _plain(it):
            seen.setdefault(plain, Counter())[" ".join(it.split())] += 1
    return {plain: min(ways, key=lambda it: (-ways[it], it)) for plain, ways in seen.items()}

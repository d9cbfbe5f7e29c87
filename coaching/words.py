"""A check-in in words, understood without any AI.

Nothing is ever lost: what isn't understood is handed back, so that the answer can say so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from coaching import away
from coaching.amounts import NotUnderstood, amount, whole_number
from coaching.became import SETTLED, became_of
from coaching.counts import Counted, counted_in
from coaching.forecast_words import ForecastWords, example_call, is_call, understand_forecast
from coaching.habits import Habit
from coaching.heard import ALL

__all__ = [
    "ForecastWords",
    "NotUnderstood",
    "UnderstoodCheckIn",
    "amount",
    "example_call",
    "understand_checkin",
    "understand_forecast",
    "whole_number",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderstoodCheckIn:
    """What a message says as a check-in. `kept` is `kept`, `moved` or `dropped`, of the last commitment."""

    counts: Mapping[str, int] = field(default_factory=dict)
    commitment: str = ""
    note: str = ""
    kept: str | None = None
    same_as_planned: bool = False
    day_off: bool = False
    later: bool = False
    leftovers: tuple[str, ...] = ()
    """Clauses with a number that fits no habit, or that fits one named twice."""


_SAME = frozenset(it for heard in ALL for it in heard.same)
_LATER = frozenset(it for heard in ALL for it in heard.later)
_PROMISE = re.compile(rf"(?:{'|'.join(it.promise for it in ALL)})\b[:\s]+(?=\S)", re.IGNORECASE)
NAME = 40
"""Letters that are looked at around a sign between words."""
_AND = "|".join(it.conjunction for it in ALL)
# A comma or a full stop within a number is none between clauses.
_BREAK = re.compile(rf"[;\n]|[.!](?=\s)|,(?!\d)|(?<!\d),|\s[&+]\s|\s(?:{_AND})\s", re.IGNORECASE)


def understand_checkin(text: str, habits: tuple[Habit, ...], last: str = "") -> UnderstoodCheckIn:
    """Clause by clause: `12 calls, 2 appointments, sent the Acme proposal`. Takes any text; linear in its length.

    A promise goes on to the end of the message, or to where a sentence of its own has a count or says what became of
    the last promise, whose words are `last`.
    """
    whole = unicodedata.normalize("NFC", text).strip()
    alone = _bare(whole)
    if alone in _SAME | _LATER:
        return UnderstoodCheckIn(same_as_planned=alone in _SAME, later=alone in _LATER)
    if away.is_off(whole):
        return UnderstoodCheckIn(day_off=True)
    reading = _Reading(habits, last)
    for clause in _clauses(whole, last):
        reading.take(clause)
    return UnderstoodCheckIn(
        counts=reading.counts,
        note=_said(whole, reading.notes),
        commitment=_said(whole, reading.promises),
        leftovers=tuple(reading.leftovers),
        kept=reading.kept,
    )


def _bare(text: str) -> str:
    return text.lower().replace("’", "'").strip(" .!")


@dataclass(frozen=True, slots=True)
class _Clause:
    """A stretch of the text; `own` when a sentence or a line begins with it."""

    text: str
    start: int
    end: int
    own: bool
    after: int
    """Where the clause before it ended: what touches is said in one breath, and kept as it was written."""


class _Reading:
    """What has been understood so far, clause by clause. Notes and promises are stretches of the text."""

    def __init__(self, habits: tuple[Habit, ...], last: str) -> None:
        self._habits = habits
        self._last = last
        self._promising = False
        self.counts: dict[str, int] = {}
        self.notes: list[tuple[int, int]] = []
        self.promises: list[tuple[int, int]] = []
        self.leftovers: list[str] = []
        self.kept: str | None = None

    def take(self, clause: _Clause) -> None:
        """Put one clause where it belongs; each goes somewhere."""
        if is_call(clause.text):
            # An amount of money is nobody's promise for a day; it is handed back, to be called.
            self._promising = False
            self.leftovers.append(clause.text)
            return
        promise = _PROMISE.match(clause.text)
        if promise and not self._promising:
            self._promising = True
            self.promises.append((clause.start + promise.end(), clause.end))
            return
        counted = counted_in(clause.text, self._habits)
        settled = SETTLED.get(_bare(clause.text)) or (None if counted else became_of(self._last, clause.text))
        if self._promising and not (clause.own and (settled or (counted and counted.counts))):
            _stretch(self.promises, clause)
            return
        self._promising = False
        if settled:
            self.kept = settled
        elif counted is None:
            _stretch(self.notes, clause)
        else:
            self._count(clause, counted)

    def _count(self, clause: _Clause, counted: Counted) -> None:
        new = {habit: n for habit, n in counted.counts if habit not in self.counts}
        self.counts |= new
        if counted.unclear or len(new) < len(counted.counts):
            self.leftovers.append(clause.text)
        elif counted.more:
            self.notes.append((clause.start, clause.end))


def _stretch(stretches: list[tuple[int, int]], clause: _Clause) -> None:
    if stretches and stretches[-1][1] == clause.after:
        stretches[-1] = (stretches[-1][0], clause.end)
    else:
        stretches.append((clause.start, clause.end))


def _said(text: str, stretches: list[tuple[int, int]]) -> str:
    return "; ".join(text[start:end] for start, end in stretches)


def _clauses(text: str, last: str) -> Iterator[_Clause]:
    start, after, own = 0, 0, True
    breaks = (it for it in _BREAK.finditer(text) if not (last and _in_a_name(text, it, last)))
    ends = [(it.start(), it.end(), it[0]) for it in breaks]
    for end, then, mark in [*ends, (len(text), len(text), "")]:
        words = text[start:end].strip(" .!\t\r")
        if words:
            begin = start + text[start:end].index(words)
            yield _Clause(words, begin, begin + len(words), own, after)
            after, own = begin + len(words), False
        own = own or mark in {";", "\n", ".", "!"}
        start = then


def _in_a_name(text: str, found: re.Match[str], last: str) -> bool:
    """Whether it stands so in the last promise: the “&” of “Harbor & Pine” divides nothing."""
    before, after = (
        text[max(0, found.start() - NAME) : found.start()].split(),
        text[found.end() : found.end() + NAME].split(),
    )
    around = f"{before[-1]}{found[0]}{after[0].strip('.,;:!')}" if before and after else ""
    return bool(around) and around.lower() in last.lower()

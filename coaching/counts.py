"""Counts of habits in a clause: `12 calls`, `appts 2`, `made 3 calls`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import dropwhile

from coaching.amounts import NUMBER_WORDS, NotUnderstood, whole_number
from coaching.habits import Habit
from coaching.heard import ALL

_TOKEN = re.compile(r"\b1:1s\b|[-−]?\d(?:[\d.,']*\d)?|[^\W\d_]+")
_BEFORE = frozenset(it for heard in ALL for it in heard.before_counts)
_AFTER = frozenset(it for heard in ALL for it in heard.after_counts)


@dataclass(frozen=True, slots=True)
class Counted:
    """Habits with their numbers; `unclear` when a number fits none or can't be; `more` when it says more than that."""

    counts: tuple[tuple[str, int], ...] = ()
    unclear: bool = False
    more: bool = False


def counted_in(clause: str, habits: tuple[Habit, ...]) -> Counted | None:
    """`12 calls`, `made 12 calls 2 appts`, `calls: 12`, `2 appointments with Acme`; None when it is words."""
    tokens = [it for it in _TOKEN.findall(clause) if it.lower() not in {"x", "×"}]
    tokens = list(dropwhile(lambda it: it.lower() in _BEFORE, tokens))
    if tokens and all(it[-1].isdigit() for it in tokens):
        return _bare_numbers(tokens, habits)
    return _number_first(tokens, habits) if tokens and _numeric(tokens[0]) else _habit_first(tokens, habits)


def _bare_numbers(tokens: list[str], habits: tuple[Habit, ...]) -> Counted:
    """Which habit is meant is clear only where there is one."""
    n = _n(tokens[0])
    if len(tokens) == len(habits) == 1 and n is not None:
        return Counted(((habits[0].id, n),))
    return Counted(unclear=True)


def _number_first(tokens: list[str], habits: tuple[Habit, ...]) -> Counted | None:
    counts: list[tuple[str, int]] = []
    while len(tokens) > 1 and _numeric(tokens[0]):
        habit, width = _leading_habit(tokens[1:], habits)
        n = _n(tokens[0])
        if habit is None or n is None or habit in dict(counts):
            break
        counts.append((habit, n))
        tokens = tokens[1 + width :]
        while tokens and tokens[0].lower() in _AFTER:
            tokens = tokens[1:]
    digits = bool(tokens) and tokens[0][-1].isdigit()
    if not counts and not (digits and (len(tokens) <= 3 or _leading_habit(tokens[1:], habits)[0])):
        return None
    return Counted(tuple(counts), unclear=digits, more=bool(tokens))


def _habit_first(tokens: list[str], habits: tuple[Habit, ...]) -> Counted | None:
    """`calls 12 appointments 2` to its end; `call 3 people` is no count."""
    counts: list[tuple[str, int]] = []
    unclear = False
    while tokens:
        habit, width = _leading_habit(tokens, habits)
        if habit is None or len(tokens) <= width or not _numeric(tokens[width]):
            return None
        n = _n(tokens[width])
        unclear = unclear or n is None or habit in dict(counts)
        if n is not None and habit not in dict(counts):
            counts.append((habit, n))
        tokens = tokens[width + 1 :]
    return Counted(tuple(counts), unclear=unclear) if counts or unclear else None


def _leading_habit(tokens: list[str], habits: tuple[Habit, ...]) -> tuple[str | None, int]:
    """The habit that the first words name, and how many words that took; the longest name wins."""
    for width in range(min(4, len(tokens)), 0, -1):
        habit = _habit(" ".join(tokens[:width]), habits)
        if habit:
            return habit, width
    return None, 0


def _numeric(text: str) -> bool:
    return text[-1].isdigit() or text.lower() in NUMBER_WORDS


def _n(text: str) -> int | None:
    try:
        return whole_number(text)
    except NotUnderstood:
        return None


def _habit(text: str, habits: tuple[Habit, ...]) -> str | None:
    """By id, name or unit, in singular or plural, or a clear beginning of one (`appts`)."""
    wanted = _stem(text)
    for habit in habits:
        names = {_stem(habit.id), _stem(habit.name), _stem(habit.unit)}
        if wanted in names:
            return habit.id
    begun = [
        it.id
        for it in habits
        if len(wanted) >= 3 and any(_abbreviates(wanted, _stem(n)) for n in (it.id, it.name, it.unit))
    ]
    return begun[0] if len(begun) == 1 else None


def _stem(text: str) -> str:
    words = re.sub(r"[\W_]+", " ", text.lower()).split()
    return " ".join(it[:-1] if len(it) > 3 and it.endswith(("s", "en")) else it for it in words)


def _abbreviates(short: str, name: str) -> bool:
    """`appt` for `appointment`, `prop` for `proposal`: the same first letter, and all letters in order."""
    if " " in short or short[:1] != name[:1] or name.startswith(short):
        return name.startswith(short)
    letters = iter(name.split(maxsplit=1)[0] if name else "")
    return all(it in letters for it in short) and len(short) >= 4

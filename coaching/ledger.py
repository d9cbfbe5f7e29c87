"""The ledger of a manager's own habits: what was done of what was planned, and on how many of their days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from coaching.habits import Habit

WEEKS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One habit over the `n` days that were counted; `days` are those on which it was done at all."""

    habit: Habit
    done: int
    planned: int
    days: int
    n: int


def ledger(habits: Iterable[Habit], counted: Iterable[Mapping[str, int]], days_a_week: int) -> tuple[Entry, ...]:
    """`counted` holds one day's counts each; a weekly target is spread evenly over the days worked in a week."""
    known = tuple(counted)
    entries = (_entry(it, [counts[it.id] for counts in known if it.id in counts], days_a_week) for it in habits)
    return tuple(it for it in entries if it.n)


def _entry(habit: Habit, counts: list[int], days_a_week: int) -> Entry:
    n = len(counts)
    planned = habit.per_day * n if habit.per_day is not None else round((habit.per_week or 0) * n / days_a_week)
    return Entry(habit=habit, done=sum(counts), planned=planned, days=sum(it > 0 for it in counts), n=n)

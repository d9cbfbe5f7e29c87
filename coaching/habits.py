"""Habits: what is practised, counted in a check-in."""

from __future__ import annotations

from dataclasses import dataclass

from coaching.people import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """One thing counted daily, with a target per day or per week (one of the two)."""

    id: str
    name: str
    unit: str
    step: str | None = None
    """The step of the company's chain that it feeds."""
    per_day: int | None = None
    per_week: int | None = None
    cue: str = ""
    """When or after what it is done: “after the Monday stand-up”."""
    role: Role = Role.REP
    """Who practises it: the reps, or the manager."""


def target_today(habit: Habit, *, done_this_week: int, working_days_left: int) -> int:
    """Today's target: `per_day`, or what is left of the week over its remaining working days, rounded up.

    `working_days_left` counts today; on a day that isn't worked it is 0 and so is the target.
    """
    if working_days_left <= 0:
        return 0
    if habit.per_day is not None:
        return habit.per_day
    left = max(0, (habit.per_week or 0) - done_this_week)
    return -(-left // working_days_left)

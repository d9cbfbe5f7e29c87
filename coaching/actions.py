"""Today's targets of the habits, from what is left of the target: at least the plan, at most what can be kept up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import Enum
from math import floor
from typing import TYPE_CHECKING

from coaching import cadence
from coaching.numbers.backsolve import Reason, Solution, rounded_up
from coaching.values import value

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.habits import Habit
    from coaching.people import Member


class Source(Enum):
    """Where a habit's target comes from."""

    PLAN = "plan"
    """What is left asks for no more than that, or can't be said, or can't be created any more."""
    NEED = "need"
    """What is left of the target asks for more than the plan."""
    MOST = "most"
    """It asks for more than can be kept up, and this much can."""


@value(frozen=True, slots=True)
class Aim:
    """Of one habit, in the habit's own unit of time: a day, or a week. `need` is None when nothing follows for it."""

    amount: int
    need: int | None
    source: Source


@value(frozen=True, slots=True)
class _Week:
    """Working days of a week, those that are over included: what is done of it has its share of them."""

    leading: int
    """Up to the last day on which a deal can be created in time."""
    following: int
    """Up to the period's end."""


def aims(
    it: Solution | None, company: Company, member: Member, day: date, holidays: frozenset[date]
) -> Mapping[str, Aim]:
    """By habit of theirs, in the week of `day`. The plan is the floor and the default."""
    habits = company.habits_of(member)
    if it is None:
        return {habit.id: Aim(_plan(habit), None, Source.PLAN) for habit in habits}
    monday, last = day - timedelta(days=day.weekday()), it.position.last_create_day or it.position.end
    week = _Week(
        *(
            len(cadence.working_days(company, member, monday, min(end, monday + timedelta(days=6)), holidays))
            for end in (last, it.position.end)
        )
    )
    return {habit.id: _aim(it, company, habit, week) for habit in habits}


def _aim(it: Solution, company: Company, habit: Habit, week: _Week) -> Aim:
    plan = _plan(habit)
    need = it.need(habit.step) if habit.step else None
    if need is None or need.per_day is None:
        return Aim(plan, None, Source.PLAN)
    days = 1 if habit.per_day is not None else week.following if need.leg.forward else week.leading
    share = days * _share(company, habit)
    wanted = rounded_up(need.per_day.value * share)
    pace = it.position.paces.get(need.leg.step)
    most = None if pace is None or pace.most is None else floor(pace.most * share)
    reachable = wanted if most is None else min(wanted, most)
    if reachable <= plan:
        return Aim(plan, wanted, Source.PLAN)
    return Aim(reachable, wanted, Source.NEED if reachable == wanted else Source.MOST)


def _plan(habit: Habit) -> int:
    return habit.per_day if habit.per_day is not None else habit.per_week or 0


def _share(company: Company, habit: Habit) -> float:
    """Of a step that several habits feed, each has its part of their plans."""
    week = len(company.checkin.days) or 5
    plans = {
        one.id: one.per_day if one.per_day is not None else (one.per_week or 0) / week
        for one in company.team_habits
        if one.step == habit.step
    }
    total = sum(plans.values())
    return plans[habit.id] / total if total else 1 / len(plans)


def wins_to_go(it: Solution) -> int | None:
    """Rounded up; None when nothing says what a deal is worth, or there is no target."""
    return None if it.wins is None else rounded_up(it.wins.value)


def says(it: Solution, reason: Reason) -> bool:
    """Whether that is among its reasons."""
    return any(why.reason is reason for why in it.why)

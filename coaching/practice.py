"""What was practised in a week: the counts that were answered, over what was planned for the days they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from coaching.card import Maths
from coaching.checkins import CheckIn, CheckInStatus
from coaching.language import number, t, tn
from coaching.phrases import percent

if TYPE_CHECKING:
    from datetime import date

    from coaching.company import Company
    from coaching.habits import Habit


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """A habit in the week: what was done against what was planned, on how many days answered, by how many people."""

    habit: str
    name: str
    done: int
    planned: float
    """To a tenth: three days of a habit of two a week are planned with 1.2, and called 1 its share would be another."""
    people: int
    days: int = 0

    @property
    def share(self) -> float:
        """Of the plan as it is shown."""
        return self.done / self.planned

    @property
    def plan(self) -> str:
        """As it is written."""
        return number(Decimal(str(self.planned)), None)


def maths(it: Practice) -> Maths:
    """How its share was made."""
    return Maths(
        figure=it.name,
        value=percent(it.share),
        formula=t("sum of counts answered this week / sum of what was planned for the days they are about"),
        inputs=((t("done"), number(it.done)), (t("planned"), it.plan)),
        n=tn("{n} answer", "{n} answers", it.days),
    )


def practised(
    company: Company, habits: Iterable[Habit], checkins: Iterable[CheckIn], first: date, last: date
) -> tuple[Practice, ...]:
    """Of whoever's check-ins these are; they begin a week before `first`, so that the first day's plan is known.

    A check-in counts the working day before. Of a habit by the day that is the target shown that day; of one by the
    week each day's equal share: the target shown then is all that is left of the week, and days add up to more than it.
    """
    done, days = Counter[str](), Counter[str]()
    planned: dict[str, Fraction] = {}
    people: dict[str, set[str]] = {}
    for before, answer in _of_each_day(checkins, first, last):
        for habit, times in answer.counts.items():
            if habit in before.targets:
                done[habit] += times
                days[habit] += 1
                planned[habit] = planned.get(habit, Fraction(0)) + _planned(company, habit, before)
                people.setdefault(habit, set()).add(answer.member)
    return tuple(
        Practice(
            habit=it.id,
            name=it.name,
            done=done[it.id],
            planned=_tenths(planned[it.id]),
            people=len(people[it.id]),
            days=days[it.id],
        )
        for it in habits
        if planned.get(it.id)
    )


def _of_each_day(checkins: Iterable[CheckIn], first: date, last: date) -> Iterable[tuple[CheckIn, CheckIn]]:
    """One answer for each day that was counted: on a weekend some are told twice, and the last word stands."""
    found: dict[tuple[str, date], tuple[CheckIn, CheckIn]] = {}
    for before, answer in pairs(checkins):
        if first <= answer.day <= last and answer.status is CheckInStatus.ANSWERED:
            found[answer.member, before.day] = before, answer
    return found.values()


def _tenths(planned: Fraction) -> float:
    return int(planned) if planned.denominator == 1 else max(0.1, round(float(planned), 1))


def _planned(company: Company, habit: str, day: CheckIn) -> Fraction:
    """For one day."""
    weekly = next((it.per_week for it in company.team_habits if it.id == habit), None)
    return Fraction(weekly, len(company.checkin.days) or 1) if weekly else Fraction(day.targets[habit])


def pairs(checkins: Iterable[CheckIn]) -> Iterator[tuple[CheckIn, CheckIn]]:
    """Each check-in with the one of the working day that it counts: the same member's last before with a plan."""
    last: dict[str, CheckIn] = {}
    for it in sorted(checkins, key=lambda it: it.day):
        if it.member in last:
            yield last[it.member], it
        if it.of_a_working_day and it.status is not CheckInStatus.DAY_OFF:
            last[it.member] = it

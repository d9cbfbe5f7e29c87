"""Every count with its yield: never a bare number, and no share where there is too little to divide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from coaching.checkins import CheckIn
from coaching.company import Company
from coaching.habits import Habit
from coaching.language import number, spoken, t
from coaching.numbers.ratios import ENOUGH
from coaching.values import value


@value(frozen=True, slots=True)
class Usual:
    """Of `tries` of one step, how many of the next came out of it."""

    got: int
    tries: int

    @property
    def known(self) -> bool:
        """Whether there is enough to call it usual."""
        return self.tries >= ENOUGH


def next_habit(company: Company, habit: Habit) -> Habit | None:
    """The habit that counts the nearest later step of the chain; None for the last, and for those outside the chain."""
    return company.following.get(habit.step) if habit.step else None


def usual(habit: Habit, following: Habit, checkins: Iterable[CheckIn]) -> Usual:
    """Over the check-ins that counted both."""
    this, after = habit.id, following.id
    got = tries = 0
    for it in checkins:
        counts = it.counts
        if this in counts and after in counts:
            got += counts[after]
            tries += counts[this]
    return Usual(got, tries)


def line(
    company: Company, habit: Habit, counts: Mapping[str, int], plan: Mapping[str, object], history: Iterable[CheckIn]
) -> str:
    """`12 calls → 2 appointments (17 %; before: 10 % of 240)`; the last of the chain stands against its plan."""
    done = counts[habit.id]
    following = next_habit(company, habit)
    if following is None or following.id not in counts:
        planned = t("plan {plan}", plan=plan[habit.id]) if habit.id in plan else _goal(habit)
        return f"{amount(done, habit.unit)} ({planned})"
    got = counts[following.id]
    share = [_percent(got, done)] if done and got <= done else []
    because = "; ".join([*share, _usually(usual(habit, following, history))])
    return f"{amount(done, habit.unit)} → {amount(got, following.unit)} ({because})"


def hint(company: Company, habit: Habit, history: Iterable[CheckIn]) -> str:
    """`usually 10 % become appointments`; empty when there is too little to say so, or nothing follows."""
    following = next_habit(company, habit)
    if following is None:
        return ""
    so_far = usual(habit, following, history)
    return (
        t("usually {percent} become {unit}", percent=_percent(so_far.got, so_far.tries), unit=following.unit)
        if so_far.known
        else ""
    )


def amount(count: int, unit: str) -> str:
    """`1 call`, `2 calls`."""
    return f"1 {single(unit)}" if count == 1 else f"{number(count)} {unit}"


def single(unit: str) -> str:
    """`call` of `calls`, as far as its ending tells."""
    return _single(unit, spoken().endings)


@lru_cache(maxsize=1000)
def _single(unit: str, endings: tuple[tuple[str, str], ...]) -> str:
    return next((unit.removesuffix(many) + one for many, one in endings if unit.endswith(many)), unit)


def _goal(habit: Habit) -> str:
    if habit.per_day is not None:
        return t("goal {n} a day", n=habit.per_day)
    return t("goal {n} a week", n=habit.per_week or 0)


def _usually(so_far: Usual) -> str:
    if so_far.known:
        return t("before: {percent} of {tries}", percent=_percent(so_far.got, so_far.tries), tries=so_far.tries)
    return t("before: not enough data yet, n = {tries}", tries=so_far.tries)


def _percent(part: int, whole: int) -> str:
    return f"{number(round(100 * part / whole))} %"

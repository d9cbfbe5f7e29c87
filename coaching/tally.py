"""What people did, step by step and day by day, and what became of their deals: usual figures are made from these."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from coaching.checkins import CheckIn, CheckInStatus
from coaching.numbers import measures
from coaching.numbers.backsolve import WINS, Estimate, Leg, Pace
from coaching.numbers.ratios import ENOUGH
from coaching.opportunities import Opportunity, Status

if TYPE_CHECKING:
    from coaching.company import Company

CREATED = "opportunity"
"""The step that the CRM counts: a deal was created. In every chain, whether the company's steps name it or not."""
Days = Mapping[date, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Of one person. Days are working days; a check-in's counts are of the working day before it."""

    done: Mapping[str, Days] = field(default_factory=dict)
    """By step, as answered in check-ins."""
    created: Days = field(default_factory=dict)
    """Deals that came up from each working day to the next."""
    won: tuple[Opportunity, ...] = ()
    closed: int = 0
    """Won or lost."""

    def days(self, step: str) -> Days:
        """What was counted of a step; where check-ins don't count deals, the CRM does."""
        return self.done.get(step) or (self.created if step == CREATED else {})


def tally(company: Company, days: Sequence[date], checkins: Iterable[CheckIn], deals: Iterable[Opportunity]) -> Tally:
    """`days` are the member's working days looked at, oldest first; check-ins and deals are theirs alone."""
    mine = tuple(deals)
    closed = [it for it in mine if it.status is not Status.OPEN]
    return Tally(
        done=_done(company, days, checkins),
        created=_created(days, mine),
        won=tuple(it for it in closed if it.status is Status.WON),
        closed=len(closed),
    )


def _done(company: Company, days: Sequence[date], checkins: Iterable[CheckIn]) -> Mapping[str, Days]:
    steps = {it.id: it.step for it in company.team_habits if it.step}
    found: dict[str, dict[date, float]] = defaultdict(dict)
    for it in checkins:
        place = bisect_right(days, it.day) - 1
        # Its own day is the last of them at or before it; what it counts is the one before that.
        about = days[place - 1] if place >= 1 and days[place] == it.day else days[place] if place >= 0 else None
        if it.status is not CheckInStatus.ANSWERED or about is None:
            continue
        for habit, count in it.counts.items():
            if habit in steps:
                of = found[steps[habit]]
                of[about] = of.get(about, 0.0) + count
    return found


def _created(days: Sequence[date], deals: Iterable[Opportunity]) -> Days:
    """A weekend's deal belongs to the working day before it. Of the days before the first deal nothing is known."""
    dates = sorted(it.created_on for it in deals if it.created_on)
    found = dict.fromkeys((it for it in days if dates and it >= dates[0]), 0.0)
    for it in dates:
        place = bisect_right(days, it) - 1
        if place >= 0 and days[place] in found:
            found[days[place]] += 1
    return found


def came_of(them: Iterable[Tally], earlier: str, later: str) -> tuple[int, int]:
    """How many of `later` for how many of `earlier`, over the days on which both were counted."""
    done = n = 0.0
    for it in them:
        first, second = it.days(earlier), it.days(later)
        both = first.keys() & second.keys()
        n += sum(first[day] for day in both)
        done += sum(second[day] for day in both)
    return round(done), round(n)


def paced(them: Sequence[Tally], step: str, plan: float | None) -> Pace:
    """A day's work of one person: theirs, or the mean of those who counted that day."""
    by_day: dict[date, list[float]] = defaultdict(list)
    for it in them:
        for day, count in it.days(step).items():
            by_day[day].append(count)
    if step == CREATED and sum(map(sum, by_day.values())) < ENOUGH:
        return Pace(plan=plan)
    return measures.pace({day: sum(it) / len(it) for day, it in by_day.items()}, plan)


def legs(company: Company, own: Sequence[Tally], team: Sequence[Tally]) -> tuple[Leg, ...]:
    """From the wins to the deals created, back to the first step, and on to the steps after a deal's creation."""
    counted = [it for it in company.steps[:-1] if any(one.done.get(it) for one in team)]
    at = company.steps.index(CREATED) if CREATED in company.steps else len(company.steps)
    before = [it for it in counted if company.steps.index(it) < at]
    after = [it for it in counted if company.steps.index(it) > at]
    won = measures.ratio(_won(own), _won(team))
    found = [Leg(step=CREATED, of=WINS, ratio=won)]
    of = CREATED
    for step in reversed(before):
        found.append(Leg(step=step, of=of, ratio=_ratio(own, team, step, of)))
        of = step
    of = CREATED
    for step in after:
        found.append(Leg(step=step, of=of, ratio=_ratio(own, team, of, step), forward=True))
        of = step
    return tuple(found)


def _ratio(own: Sequence[Tally], team: Sequence[Tally], earlier: str, later: str) -> Estimate | None:
    return measures.ratio(came_of(own, earlier, later), came_of(team, earlier, later))


def _won(them: Iterable[Tally]) -> tuple[int, int]:
    counted = tuple(them)
    return sum(len(it.won) for it in counted), sum(it.closed for it in counted)

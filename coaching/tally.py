"""What people did, step by step and day by day, and what became of their deals: usual figures are made from these."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from coaching.numbers import measures
from coaching.numbers.backsolve import WINS, Estimate, Leg, Pace
from coaching.numbers.counted import CREATED, Worked, counted
from coaching.numbers.ratios import ENOUGH, since
from coaching.opportunities import Opportunity, Status

if TYPE_CHECKING:
    from coaching.checkins import CheckIn
    from coaching.company import Company

OPPORTUNITY = "opportunity"
"""Named so where the company's steps have no name for a deal that is created: every chain goes through it."""
Days = Mapping[date, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Of one person."""

    worked: tuple[Worked, ...] = ()
    """The answered check-ins of the last thirteen weeks."""
    created: Days
    """Deals that came up from each working day of those weeks to the next, whether it was answered for or not."""
    won: tuple[Opportunity, ...] = ()
    closed: int = 0
    """Won or lost, in the last two years."""

    def sums(self, later: str, earlier: str) -> tuple[int, int]:
        """How many of the later step, of how many of the earlier."""
        return sum(it.done.get(later, 0) for it in self.worked), sum(it.done.get(earlier, 0) for it in self.worked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A company's steps with the creation of a deal among them, and which of them something counts."""

    steps: tuple[str, ...]
    created: str
    plans: Mapping[str, float]
    """By step that habits feed: what they come to on a working day."""

    @classmethod
    def of(cls, company: Company) -> Chain:
        """The last of the steps is the win itself."""
        week = len(company.checkin.days) or 5
        plans: dict[str, float] = {}
        for it in company.team_habits:
            if it.step:
                plans[it.step] = plans.get(it.step, 0.0) + (it.per_day or (it.per_week or 0) / week)
        named = next((it for it in company.steps[:-1] if it.casefold() in CREATED), None)
        steps = company.steps if named else (*company.steps[:-1], OPPORTUNITY, *company.steps[-1:])
        return cls(steps=steps, created=named or OPPORTUNITY, plans=plans)

    @property
    def before(self) -> tuple[str, ...]:
        """What leads to a deal, in order."""
        return tuple(it for it in self.steps[: self.steps.index(self.created)] if it in self.plans)

    @property
    def after(self) -> tuple[str, ...]:
        """What follows its creation, but for the win."""
        return tuple(it for it in self.steps[self.steps.index(self.created) + 1 : -1] if it in self.plans)


def tallies(
    company: Company,
    today: date,
    days: Mapping[str, Sequence[date]],
    deals: Sequence[Opportunity],
    checkins: Iterable[CheckIn],
) -> Mapping[str, Tally]:
    """By rep, whose working days are in `days`, oldest first; under "" the deals of who left, and of nobody.

    Those, too, say what is usual here.
    """
    chain = Chain.of(company)
    lately = [it for it in counted(replace(company, steps=chain.steps), checkins, deals) if it.day >= since(today)]
    found = {}
    for who in (*days, ""):
        mine = tuple(it for it in deals if (it.member == who if who else it.member not in days))
        closed = [it for it in mine if it.status is not Status.OPEN]
        found[who] = Tally(
            worked=tuple(it for it in lately if it.member == who),
            created=_created(days.get(who, ()), mine),
            won=tuple(it for it in closed if it.status is Status.WON),
            closed=len(closed),
        )
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


# --- what is usual -------------------------------------------------------------------------------------------------
def paces(company: Company, them: Sequence[Tally]) -> Mapping[str, Pace]:
    """A day's work of one person, by step: theirs, or the mean of those who counted that day."""
    chain = Chain.of(company)
    return {it: _pace(chain, them, it) for it in {chain.created, *chain.plans}}


def _pace(chain: Chain, them: Sequence[Tally], step: str) -> Pace:
    plan = chain.plans.get(step)
    by_day: dict[date, list[float]] = defaultdict(list)
    for it in them:
        # Deals are in the CRM on every day, not only on those that a check-in speaks of.
        days = it.created.items() if plan is None else ((one.day, float(one.done.get(step, 0))) for one in it.worked)
        for day, count in days:
            by_day[day].append(count)
    if plan is None and sum(map(sum, by_day.values())) < ENOUGH:
        return Pace(plan=plan)
    return measures.pace({day: sum(it) / len(it) for day, it in by_day.items()}, plan)


def legs(company: Company, own: Sequence[Tally], team: Sequence[Tally]) -> tuple[Leg, ...]:
    """From the wins to the deals created, back to the first step, and on to the steps after a deal's creation."""
    chain = Chain.of(company)
    won = measures.ratio(_added(_won(own)), _won(team))
    found = [Leg(step=chain.created, of=WINS, ratio=won)]
    of = chain.created
    for step in reversed(chain.before):
        found.append(Leg(step=step, of=of, ratio=_ratio(own, team, of, step)))
        of = step
    of = chain.created
    for step in chain.after:
        found.append(Leg(step=step, of=of, ratio=_ratio(own, team, step, of), forward=True))
        of = step
    return tuple(found)


def _ratio(own: Sequence[Tally], team: Sequence[Tally], later: str, earlier: str) -> Estimate | None:
    return measures.ratio(_added([it.sums(later, earlier) for it in own]), [it.sums(later, earlier) for it in team])


def _won(them: Iterable[Tally]) -> list[tuple[int, int]]:
    return [(len(it.won), it.closed) for it in them]


def _added(them: Iterable[tuple[int, int]]) -> tuple[int, int]:
    counts = tuple(them)
    return sum(done for done, _ in counts), sum(n for _, n in counts)

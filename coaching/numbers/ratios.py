"""Plain step ratios from check-ins: how many of one step came of how many of the one before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from coaching.checkins import CheckIn, CheckInStatus

if TYPE_CHECKING:
    from coaching.company import Company

WEEKS = 13
ENOUGH = 5
"""Below this many of the earlier step, a percentage says more about luck than about work."""


@dataclass(frozen=True, slots=True)
class StepTotal:
    """How many of a step were counted, over all habits that feed it."""

    step: str
    done: int


@dataclass(frozen=True, slots=True)
class Yield:
    """`done` of the later step for `n` of the earlier."""

    earlier: str
    later: str
    done: int
    n: int

    @property
    def rate(self) -> float | None:
        """In 0..1, or above when the later step has sources of its own; None when `n` is too small to say."""
        return self.done / self.n if self.n >= ENOUGH else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratios:
    """The chain over a stretch of days. Steps that no habit counts are left out of it."""

    first: date
    last: date
    answered: int
    steps: tuple[StepTotal, ...]
    yields: tuple[Yield, ...]


def since(day: date) -> date:
    """The first day of the last thirteen weeks, `day` included."""
    return day - timedelta(weeks=WEEKS) + timedelta(days=1)


def ratios(company: Company, checkins: Iterable[CheckIn], first: date, last: date) -> Ratios:
    """Totals and yields of the reps' answered check-ins from `first` to `last`, both included."""
    apart = company.apart
    within = (it for it in checkins if first <= it.day <= last and it.member not in apart)
    answered = [it for it in within if it.status is CheckInStatus.ANSWERED]
    done: Counter[str] = Counter()
    for it in answered:
        done.update(it.counts)
    totals = tuple(_total(company, step, done) for step in _counted_steps(company))
    return Ratios(
        first=first,
        last=last,
        answered=len(answered),
        steps=totals,
        yields=tuple(Yield(one.step, two.step, two.done, one.done) for one, two in pairwise(totals)),
    )


def _counted_steps(company: Company) -> tuple[str, ...]:
    fed = {it.step for it in company.team_habits}
    return tuple(it for it in company.steps if it in fed)


def _total(company: Company, step: str, done: Counter[str]) -> StepTotal:
    return StepTotal(step, sum(done[it.id] for it in company.team_habits if it.step == step))

"""How long deals take: of won ones, and of all with those still open counted as far as they have come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ENOUGH_WON = 8
"""Won deals from which on a usual cycle can be spoken of."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """Days from creation to the close of won deals. None when fewer than ENOUGH_WON were won."""

    n_won: int
    median_days: float | None
    p90_days: float | None

    def outside(self, age_days: int) -> bool:
        """Whether an open deal is older than nine in ten were when they were won."""
        return self.p90_days is not None and age_days > self.p90_days


def cycle(won_days: Sequence[int]) -> Cycle:
    """Quantiles by linear interpolation (type 7 of Hyndman and Fan, 1996)."""
    if len(won_days) < ENOUGH_WON:
        return Cycle(len(won_days), None, None)
    days = sorted(won_days)
    return Cycle(len(days), _quantile(days, 0.5), _quantile(days, 0.9))


def _quantile(days: Sequence[int], share: float) -> float:
    place = (len(days) - 1) * share
    below = int(place)
    above = min(below + 1, len(days) - 1)
    return days[below] + (days[above] - days[below]) * (place - below)


@dataclass(frozen=True, slots=True)
class Survival:
    """The share of deals still open after so many days: a step per day on which one closed."""

    days: tuple[int, ...]
    share: tuple[float, ...]

    @property
    def median_days(self) -> int | None:
        """The first day after which at most half are open; None when more than half always are."""
        return next((day for day, it in zip(self.days, self.share, strict=True) if it <= 0.5), None)


def kaplan_meier(closed_days: Sequence[int], open_days: Sequence[int]) -> Survival:
    """The product over days of 1 - closed / at risk (Kaplan and Meier, 1958); open deals are censored at their age."""
    events: dict[int, int] = {}
    for it in closed_days:
        events[it] = events.get(it, 0) + 1
    ages = sorted([*closed_days, *open_days])
    share, gone = 1.0, 0
    shares = []
    for day in sorted(events):
        while ages[gone] < day:
            gone += 1
        share *= 1 - events[day] / (len(ages) - gone)
        shares.append(share)
    return Survival(tuple(sorted(events)), tuple(shares))

"""How long won deals took, from creation to close."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

ENOUGH_WON = 8
"""Won deals from which on a usual cycle can be spoken of."""
ENOUGH_LONGER = 5
"""Won deals that took longer than a deal is old, from which on they say how long it still takes."""


@dataclass(frozen=True, slots=True)
class Left:
    """Days that a deal still takes, by the middle of `n` won ones.

    `longer`: of those that took longer than it is old, what they took beyond it; else of all, as if it began anew.
    """

    days: float
    n: int
    longer: bool


@dataclass(frozen=True, slots=True)
class Cycle:
    """Days from creation to the close of won deals. None when fewer than ENOUGH_WON were won."""

    n_won: int
    median_days: float | None
    p90_days: float | None
    won_days: Sequence[int] = field(default=(), repr=False, compare=False)
    """Sorted; of ENOUGH_WON and more."""

    def left(self, age_days: int | None) -> Left | None:
        """The median residual life of won deals at that age; None without a usual cycle.

        It doesn't shrink to nothing at the median, as the rest of a fixed cycle would. An unknown age is none.
        """
        if self.median_days is None:
            return None
        shorter = 0 if age_days is None else bisect_right(self.won_days, age_days)
        if age_days is not None and len(self.won_days) - shorter >= ENOUGH_LONGER:
            days = _quantile(self.won_days, 0.5, shorter) - age_days
            return Left(days, len(self.won_days) - shorter, longer=True)
        return Left(self.median_days, self.n_won, longer=False)

    def outside(self, age_days: int) -> bool:
        """Whether an open deal is older than nine in ten were when they were won."""
        return self.p90_days is not None and age_days > self.p90_days


def cycle(won_days: Sequence[int]) -> Cycle:
    """Quantiles by linear interpolation (type 7 of Hyndman and Fan, 1996)."""
    if len(won_days) < ENOUGH_WON:
        return Cycle(len(won_days), None, None)
    days = sorted(won_days)
    return Cycle(len(days), _quantile(days, 0.5), _quantile(days, 0.9), days)


def _quantile(days: Sequence[int], share: float, first: int = 0) -> float:
    """Of those from the place `first` on."""
    place = first + (len(days) - 1 - first) * share
    below = int(place)
    above = min(below + 1, len(days) - 1)
    return days[below] + (days[above] - days[below]) * (place - below)

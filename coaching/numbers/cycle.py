"""How long won deals took, from creation to close."""

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

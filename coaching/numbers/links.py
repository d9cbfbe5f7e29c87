"""What goes together: a habit's day at its target, and how much of the next step the working day after brings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import copysign, inf, sqrt
from statistics import fmean, variance

ENOUGH = 10
"""Days on each side; fewer say more about the days than about the habit."""
CLEAR = 2.0
"""Welch's t must exceed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Means of the next step's count, after days that reached the target and after days that didn't; never a cause."""

    after_target: float
    n_target: int
    after_less: float
    n_less: int
    t: float


def link(days: Iterable[tuple[int, int]], target: int) -> Link | None:
    """Each day is its count and the next step's count of the working day after. None when nothing can be said."""
    known = tuple(days)
    reached = [after for count, after in known if count >= target]
    less = [after for count, after in known if count < target]
    if min(len(reached), len(less)) < ENOUGH:
        return None
    t = welch_t(reached, less)
    if abs(t) <= CLEAR:
        return None
    return Link(after_target=fmean(reached), n_target=len(reached), after_less=fmean(less), n_less=len(less), t=t)


def welch_t(one: list[int], other: list[int]) -> float:
    """The difference of two means in its own standard errors; each side needs two values at least."""
    difference = fmean(one) - fmean(other)
    error = sqrt(variance(one) / len(one) + variance(other) / len(other))
    if error == 0:
        return copysign(inf, difference) if difference else 0.0
    return difference / error

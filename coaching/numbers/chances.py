"""Each open deal's chance to be won within a stretch of days: by age and calendar, by what was seen, as stated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import TYPE_CHECKING

from coaching.numbers.cycle import cycle
from coaching.numbers.effects import Effects, learned, levels
from coaching.numbers.hazard import AHEAD, Hazard
from coaching.numbers.known import NEVER, Pipeline

if TYPE_CHECKING:
    from numpy import bool_, float64, int64
    from numpy.typing import NDArray

ENOUGH_WON = 8
"""Won deals from which on a chance is what the company's history says of it, and no more what the company believes."""


@dataclass(frozen=True, slots=True)
class Chances:
    """Of the open deals, in their order; NaN where nothing says anything.

    `by_age` is by age and calendar alone, `moved` with what else was seen, `within` with what is stated where too few
    were won; `stale` are those older than nine in ten won deals were. `codes` are the levels of each effect, a row per
    factor.
    """

    within: NDArray[float64]
    by_age: NDArray[float64]
    moved: NDArray[float64]
    stale: NDArray[bool_]
    effects: Effects | None
    codes: NDArray[int64] | None
    learned: float
    """How much of it comes from what became of earlier deals, in 0..1; the rest is the company's word on stages."""


def chances(known: Pipeline, hazard: Hazard | None, days: Sequence[date]) -> Chances:
    """P(won within `days`) by what was known before the first of them.

    With fewer than ENOUGH_WON won deals, the company's own probabilities of stages make up for those that lack: of
    deals that are to close by the last day, the others having none.
    """
    import numpy as np

    said, ages = _stated(known, days), _ages(known, days[0])
    if hazard is None:
        return Chances(said, said, said, np.zeros(len(ages), dtype=bool), None, None, 0.0)
    effects = learned(known, hazard, days[0], len(days))
    p90 = cycle((known.closed - known.created)[known.won & (known.created < NEVER)].tolist()).p90_days
    stale = ages > p90 if p90 is not None else np.zeros(len(ages), dtype=bool)
    by_age = _by_age(hazard, ages, days, p90)
    moved, codes = by_age, None
    if effects is not None and known.history is not None:
        codes = levels(known.history, known.place[known.is_open], days[0], len(days))
        moved = hazard.chances(ages, days, *effects.of(codes, ages, p90))
        # Not even by being lost less often, first.
        moved = np.where(stale, np.minimum(moved, by_age), moved)
    share = min(1.0, int(known.won.sum()) / ENOUGH_WON)
    within = moved if share >= 1 else np.where(np.isnan(said), moved, share * moved + (1 - share) * said)
    return Chances(within, by_age, moved, stale, effects, codes, share)


def _by_age(hazard: Hazard, ages: NDArray[int64], days: Sequence[date], p90: float | None) -> NDArray[float64]:
    """Beyond the P90 of won deals a chance never rises with age, however few deals a band of such ages holds."""
    import numpy as np

    them, place = np.unique(ages, return_inverse=True)
    found = hazard.chances(them, days)
    begin, last = (None if p90 is None else ceil(p90)), int(hazard.starts[-1])
    if begin is not None and (them >= begin).any():
        # From the last band's start on, age makes no difference any more; beyond the oldest deal nobody asks.
        old = np.arange(begin, max(begin, min(last, int(them.max()))) + 1)
        least = np.minimum.accumulate(hazard.chances(old, days))
        found = np.where(them >= begin, least[np.clip(them - begin, 0, len(least) - 1)], found)
    return found[place]


def _stated(known: Pipeline, days: Sequence[date]) -> NDArray[float64]:
    """By the stage's probability: of deals due by the last day, or, over a year and more, of all. NaN without one."""
    import numpy as np

    opened, history = known.is_open, known.history
    if history is None or not history.stages:
        return np.full(int(opened.sum()), np.nan)
    place = known.place[opened]
    odds = np.array([np.nan if it is None else it for it in history.odds], dtype=float)
    stage = history.stage.last(place)
    believed = np.where(np.isnan(stage), np.nan, odds[np.nan_to_num(stage).astype(np.int64)])
    due = history.close_date.last(place) <= days[-1].toordinal()
    return np.where(due | (len(days) >= AHEAD) | np.isnan(believed), believed, 0.0)


def _ages(known: Pipeline, on: date) -> NDArray[int64]:
    found: NDArray[int64] = on.toordinal() - known.created[known.is_open]
    return found

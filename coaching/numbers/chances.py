"""Each open deal's chance to be won within a stretch of days: by age and calendar, by what was seen, as stated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from coaching.numbers.cycle import cycle
from coaching.numbers.effects import Effects, learned, levels
from coaching.numbers.hazard import AHEAD, Hazard
from coaching.numbers.known import NEVER, Pipeline

if TYPE_CHECKING:
    from numpy import float64, int64
    from numpy.typing import NDArray

ENOUGH_WON = 8
"""Won deals from which on a chance is what the company's history says of it, and no more what the company believes."""


@dataclass(frozen=True, slots=True)
class Chances:
    """Of the open deals, in their order; NaN where nothing says anything.

    `by_age` is by age and calendar alone; `codes` are the levels of each effect, a row per factor.
    """

    within: NDArray[float64]
    by_age: NDArray[float64]
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

    said, share = _stated(known, days), 0.0
    if hazard is None:
        return Chances(said, said, None, None, 0.0)
    effects = learned(known, hazard, days[0], len(days))
    by_age = _by_age(known, hazard, days)
    within, codes = by_age, None
    if effects is not None and known.history is not None:
        codes = levels(known.history, known.place[known.is_open], days[0], len(days))
        within = _moved(known, hazard, days, effects, codes)
    share = min(1.0, int(known.won.sum()) / ENOUGH_WON)
    if share < 1:
        within = np.where(np.isnan(said), within, share * within + (1 - share) * said)
    return Chances(within, by_age, effects, codes, share)


def _by_age(known: Pipeline, hazard: Hazard, days: Sequence[date]) -> NDArray[float64]:
    import numpy as np

    ages, place = np.unique(_ages(known, days[0]), return_inverse=True)
    found: NDArray[float64] = hazard.chances(ages, days)[place]
    return found


def _moved(
    known: Pipeline, hazard: Hazard, days: Sequence[date], effects: Effects, codes: NDArray[int64]
) -> NDArray[float64]:
    usual = cycle((known.closed - known.created)[known.won & (known.created < NEVER)].tolist())
    ages = _ages(known, days[0])
    winning, losing = effects.of(codes, ages, usual.p90_days)
    return hazard.chances(ages, days, winning, losing)


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

"""What else moves a deal's hazard: the stage it is in, what its close date says, how often it was put off.

Each level of each of these multiplies the rates that age and calendar give:
    times = (won + K) / (expected + K),
a rate ratio with a Gamma prior of mean 1, worth K events (the Poisson-Gamma estimate of an observed over an expected
number, as in Clayton and Kaldor, "Empirical Bayes Estimates of Age-standardized Relative Risks", Biometrics 1987).
`expected` is the sum of the rates over the days at risk, times what the other two say. With nothing seen it is 1.

Levels are those of a landmark day, and what is counted is what came of the deals within as many days from it as are
being forecast (van Houwelingen, "Dynamic Prediction by Landmarking", 2007): a deal's stage today says how it will go
in the quarter ahead, stages still to come included. Where landmarks' windows overlap, each counts for its share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from coaching.language import marked
from coaching.numbers.hazard import Hazard
from coaching.numbers.history import History
from coaching.numbers.known import Pipeline

if TYPE_CHECKING:
    from numpy import float64, int64
    from numpy.typing import NDArray

PRIOR_EVENTS = 10.0
"""K: what "it makes no difference" is worth, in events."""
LEAST, MOST = 0.2, 5.0
"""A multiplier is held between these, whatever was seen."""
STEP, LANDMARKS = 28, 13
"""Days between landmarks, and how many are looked back on: a year."""
SWEEPS = 3
"""Rounds in which each factor is fitted beside the others; they hardly move after the second."""


class Factor(StrEnum):
    """What is looked at, in the order it is told."""

    STAGE = marked("stage")
    CLOSE_DATE = marked("close date")
    PUSHES = marked("pushes")


DATES = (marked("overdue"), marked("within the period"), marked("after the period"), marked("none said"))
PUSHED = (marked("never"), marked("once"), marked("twice or more"))


@dataclass(frozen=True, slots=True)
class Effect:
    """One level of a factor: what its chance to be won is multiplied with, and what that was learned from."""

    factor: Factor
    level: str
    times: float
    won: float
    expected: float


@dataclass(frozen=True, slots=True)
class Effects:
    """Multipliers by factor and level."""

    winning: tuple[NDArray[float64], ...]
    losing: tuple[NDArray[float64], ...]
    told: tuple[tuple[Effect, ...], ...]
    """The winning ones in words, by factor and level."""

    def of(
        self, codes: NDArray[int64], ages: NDArray[int64], old: float | None
    ) -> tuple[NDArray[float64], NDArray[float64]]:
        """For winning and losing. What is older than `old` days isn't made likelier to win by anything."""
        import numpy as np

        winning = _product(self.winning, codes)
        if old is not None:
            winning = np.where(ages > old, np.minimum(winning, 1.0), winning)
        return winning, _product(self.losing, codes)

    def parts(self, codes: Sequence[int]) -> tuple[Effect, ...]:
        """Those that bear on a deal of these levels."""
        return tuple(told[at] for told, at in zip(self.told, codes, strict=True) if at >= 0)


def levels(history: History, place: NDArray[int64], on: date, window: int) -> NDArray[int64]:
    """A code per factor (rows) and deal, -1 where nothing had been seen before `on`.

    The close date is set against the `window` days from then.
    """
    import numpy as np

    stage = history.stage.before(on.toordinal()).last(place)
    said = history.close_date.before(on.toordinal())
    due = said.last(place) - on.toordinal()
    dated = np.where(np.isnan(due), 3, np.where(due < 0, 0, np.where(due < window, 1, 2)))
    watched = said.has(place)
    codes = (
        np.where(np.isnan(stage), -1, np.nan_to_num(stage)),
        np.where(watched, dated, -1),
        np.where(watched, np.minimum(said.rises(place), 2), -1),
    )
    return np.array(codes, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Risk:
    """Deals at a landmark, a column each: their levels; won and lost, as the rates expected and as it came."""

    codes: NDArray[int64]
    expected: NDArray[float64]
    came: NDArray[float64]


def learned(known: Pipeline, hazard: Hazard, on: date, window: int) -> Effects | None:
    """From what was known before `on`. None without a history, or when nothing of it is over."""
    import numpy as np

    history = known.history
    if history is None:
        return None
    step = min(window, STEP)
    days = [on - timedelta(days=step * it) for it in range(1, LANDMARKS + 1)]
    days = [it for it in days if it.toordinal() > history.begun]
    if not days:
        return None
    ends = [min(it + timedelta(days=window), on) for it in days]
    at_risk = [_at(known, history, hazard, (day, end), window) for day, end in zip(days, ends, strict=True)]
    share = 1 / max(1, min(window // step, len(days)))
    codes = np.concatenate([it.codes for it in at_risk], axis=1)
    came, foreseen = (
        share * np.concatenate([getattr(it, name) for it in at_risk], axis=1) for name in ("came", "expected")
    )
    names = (history.stages, DATES, PUSHED)
    winning, counts = _fitted(codes, came[0], foreseen[0], [len(it) for it in names])
    losing, _ = _fitted(codes, came[1], foreseen[1], [len(it) for it in names])
    told = (
        tuple(
            Effect(factor, level, float(times), float(won), float(expected))
            for level, times, (won, expected) in zip(names[at], winning[at], counts[at].T, strict=True)
        )
        for at, factor in enumerate(Factor)
    )
    return Effects(winning, losing, tuple(told))


def _at(known: Pipeline, history: History, hazard: Hazard, span: tuple[date, date], window: int) -> _Risk:
    """The deals that were open when the first day began, followed until the second begins."""
    import numpy as np

    begin, end = (it.toordinal() for it in span)
    here = (known.created < begin) & (known.closed >= begin) & (known.left >= begin)
    closed, ages = known.closed[here], begin - known.created[here]
    days = np.minimum(np.minimum(closed + 1, known.left[here]), end) - begin
    ended, won = closed < end, known.won[here]
    return _Risk(
        levels(history, known.place[here], span[0], window),
        np.array(hazard.expected(ages, span[0], days)),
        np.array((ended & won, ended & ~won), dtype=float),
    )


def _fitted(
    codes: NDArray[int64], events: NDArray[float64], expected: NDArray[float64], sizes: Sequence[int]
) -> tuple[tuple[NDArray[float64], ...], tuple[NDArray[float64], ...]]:
    """Factor by factor, each beside the others; also the events and what was expected, by level.

    What was expected of all is first brought to what came of all: how good a year it was is no deal's merit.
    """
    import numpy as np

    times = [np.ones(size) for size in sizes]
    counts = [np.zeros((2, size)) for size in sizes]
    for _ in range(SWEEPS):
        for at, size in enumerate(sizes):
            others = [it if place != at else np.ones(size) for place, it in enumerate(times)]
            told = codes[at] >= 0
            code, came = codes[at][told], events[told]
            foreseen = (expected * _product(others, codes))[told]
            foreseen = foreseen * came.sum() / max(foreseen.sum(), 1e-12)
            counts[at] = np.array([np.bincount(code, it, size) for it in (came, foreseen)])
            times[at] = np.clip((counts[at][0] + PRIOR_EVENTS) / (counts[at][1] + PRIOR_EVENTS), LEAST, MOST)
    return tuple(times), tuple(counts)


def _product(times: Sequence[NDArray[float64]], codes: NDArray[int64]) -> NDArray[float64]:
    import numpy as np

    found = np.ones(codes.shape[1])
    for it, code in zip(times, codes, strict=True):
        if len(it):
            found = found * np.where(code >= 0, it[np.maximum(code, 0)], 1.0)
    return np.clip(found, LEAST, MOST)

"""How long deals stay in a stage before they move on, and which stay longer: from the changes that were seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from coaching.numbers.incidence import Incidence, incidence
from coaching.numbers.known import NEVER, Pipeline

if TYPE_CHECKING:
    from numpy import bool_, int64
    from numpy.typing import NDArray

    from coaching.numbers.history import History

ENOUGH_MOVED = 8
"""Stays that ended with a step forward, from which on a usual time can be spoken of."""
LONG = 1.5
"""Times the usual stay is long."""
TOLD_LATE = 31
"""Days after its creation from which on a new deal may have been elsewhere before it was first seen."""


@dataclass(frozen=True, slots=True)
class StageTime:
    """A stage: stays that moved on, all stays, and the median days of those that move on; None with too few."""

    stage: str
    n_moved: int
    n: int
    median_days: int | None


@dataclass(frozen=True, slots=True)
class Stay:
    """An open deal that is in its stage for longer than LONG times the usual.

    `at_least`: it was there already when deals were first looked at.
    """

    id: str
    owner: str
    stage: str
    days: int
    at_least: bool
    usual: StageTime


@dataclass(frozen=True, slots=True)
class StageTimes:
    """Of all stages in their order; the longest stays first."""

    stages: tuple[StageTime, ...]
    long: tuple[Stay, ...]


@dataclass(frozen=True, slots=True)
class _Stays:
    """A row per stay: which deal and stage, the days it lasted so far, how it ended, whether its begin was seen."""

    row: NDArray[int64]
    stage: NDArray[int64]
    days: NDArray[int64]
    moved: NDArray[bool_]
    over: NDArray[bool_]
    seen: NDArray[bool_]


def stage_times(known: Pipeline, on: date) -> StageTimes | None:
    """By what was known before `on`; None for an export, which doesn't say since when a deal is where it is.

    The median is that of the Aalen-Johansen incidence of moving on, of those that ever do: to be lost or to go back
    competes with it, and open deals count as far as they have come. Only stays whose begin was seen count.
    """
    import numpy as np

    history = known.history
    if history is None:
        return None
    stays = _stays(known, history, on)
    found = []
    for code, name in enumerate(history.stages):
        here = (stays.stage == code) & stays.seen
        curve = incidence(stays.days[here], stays.moved[here], (stays.over & ~stays.moved)[here])
        n_moved = int(stays.moved[here].sum())
        found.append(StageTime(name, n_moved, int(here.sum()), _median(curve, n_moved)))
    medians = np.array([np.nan if it.median_days is None else it.median_days for it in found], dtype=float)
    long = ~stays.over & (stays.days > LONG * medians[stays.stage]) if found else np.zeros(0, dtype=bool)
    rows = zip(*(it[long].tolist() for it in (stays.row, stays.stage, stays.days, stays.seen)), strict=True)
    told = (
        Stay(known.ids[row], known.owners[int(known.owner[row])], history.stages[code], days, not seen, found[code])
        for row, code, days, seen in rows
    )
    return StageTimes(
        tuple(it for at, it in enumerate(found) if (stays.stage == at).any()),
        tuple(sorted(told, key=lambda it: (-it.days, it.id))),
    )


def _median(curve: Incidence, n_moved: int) -> int | None:
    return curve.won_by(0.5) if n_moved >= ENOUGH_MOVED else None


def _stays(known: Pipeline, history: History, on: date) -> _Stays:
    import numpy as np

    it = history.stage
    # From places in the history to rows of the pipeline; deals that aren't in it have none.
    row_of = np.full(max(int(it.row.max(initial=-1)), int(known.place.max(initial=-1))) + 2, -1)
    row_of[known.place] = np.arange(len(known.place))
    here = row_of[it.row] >= 0
    row, day, value = row_of[it.row[here]], it.day[here], it.value[here]
    # A stage that was set to what it was is one stay.
    fresh = np.ones(len(row), dtype=bool)
    fresh[1:] = (row[1:] != row[:-1]) | ~((value[1:] == value[:-1]) | (np.isnan(value[1:]) & np.isnan(value[:-1])))
    row, day, value = row[fresh], day[fresh], value[fresh]
    first = np.ones(len(row), dtype=bool)
    first[1:] = row[1:] != row[:-1]
    goes_on = np.append(~first[1:], False)[: len(row)]
    following = np.where(goes_on, np.append(value[1:], np.nan)[: len(row)], np.nan)
    end = np.where(goes_on, np.append(day[1:], NEVER)[: len(row)], NEVER)
    end = np.minimum(np.minimum(end, known.closed[row]), known.left[row])
    over = end < on.toordinal()
    created = known.created[row]
    late = first & ((day == history.begun) | (day - created > TOLD_LATE) | (created == NEVER))
    begin = np.where(first & ~late, np.minimum(day, created), day)
    won = known.won[row] & (~goes_on | np.isnan(following))
    staged = ~np.isnan(value)
    # Between stages that the company doesn't know there is no order: a move is a move.
    strange = np.maximum(following, value) >= history.ordered
    moved = over & ((following > value) | strange | won) & (known.left[row] > end)
    return _Stays(
        row[staged],
        value[staged].astype(np.int64),
        np.maximum(np.minimum(end, on.toordinal()) - begin, 0)[staged],
        moved[staged],
        over[staged],
        ~late[staged],
    )

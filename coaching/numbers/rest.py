"""What leads from a chance by age to the chance itself, so that the factors shown make the figure shown."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from coaching.language import marked, t
from coaching.numbers.chances import ENOUGH_WON, Chances
from coaching.numbers.effects import Effect
from coaching.numbers.hazard import Hazard
from coaching.numbers.recalibration import Recalibration
from coaching.phrases import percent

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

SAME = 0.001
"""A factor that is nearer to 1 changes nothing that is shown."""
STALE = marked("older than nine in ten won deals were: nothing makes it likelier than its age")
LOST_FIRST = marked("won only once, and only if it isn't lost first")
STATED = marked("what the company says of its stage")
SET_RIGHT = marked("corrected by what came of earlier chances")


@dataclass(frozen=True, slots=True)
class Rest:
    """What a chance was multiplied with beside what was seen of the deal, and what that was learned from."""

    what: str
    times: float
    learned: str


def set_right(right: Recalibration, it: Chances) -> NDArray[float64]:
    """By what came of earlier chances; but few of those were of stale deals, which aren't made likelier by them."""
    import numpy as np

    found = right.of(it.within)
    return np.where(it.stale, np.minimum(found, it.within), found)


def rest_of(it: Chances, within: NDArray[float64], hazard: Hazard | None, checks: str) -> list[tuple[Rest, ...]]:
    """From the product of a chance by age and its parts to `within`, step by step; a row per deal."""
    closed = (
        t("{n_won} won and {n_lost} lost deals", n_won=hazard.n_won, n_lost=hazard.n_lost)
        if hazard
        else t("no closed deal")
    )
    found = []
    for by_age, parts, moved, mixed, right, stale in zip(
        it.by_age.tolist(), parts_of(it), it.moved.tolist(), it.within.tolist(), within.tolist(), it.stale.tolist(),
        strict=True,
    ):  # fmt: skip
        steps = (
            (STALE if stale else LOST_FIRST, prod((by_age, *(one.times for one in parts))), moved, closed),
            (
                STATED,
                moved,
                mixed,
                t(
                    "{share} of the chance, until {enough_won} deals are won",
                    share=percent(1 - it.learned),
                    enough_won=ENOUGH_WON,
                ),
            ),
            (SET_RIGHT, mixed, right, checks),
        )
        found.append(tuple(Rest(what, b / a, n) for what, a, b, n in steps if a > 0 and abs(b / a - 1) > SAME))
    return found


def parts_of(it: Chances) -> list[tuple[Effect, ...]]:
    """What was seen of each deal and moves its rate of winning."""
    if it.effects is None or it.codes is None:
        return [()] * len(it.within)
    return [it.effects.parts(codes) for codes in it.codes.T.tolist()]

"""Chances set right by what came of earlier ones: how likely deals were that were held to be so likely.

logit p' = logit p + a + b logit p, with a and b from a logistic regression (Platt, 1999; Cox's calibration of 1958)
of what came within earlier stretches on what was said on their first days. Both have a normal prior around
0, and a stretch counts for as many wins as WORTH at most: its deals share one quarter's luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import bool_, float64
    from numpy.typing import NDArray

SPREAD = 0.5
"""Standard deviation that a and b are held to have before anything was seen."""
WORTH = 25.0
ROUNDS = 12
SMALLEST = 1e-6
"""A chance is held at least so far from 0 and 1 while it is set right."""


@dataclass(frozen=True, slots=True)
class Said:
    """An earlier stretch: the open deals' chances on its first day, and which were won within it."""

    chance: NDArray[float64]
    won: NDArray[bool_]


@dataclass(frozen=True, slots=True)
class Recalibration:
    """Both are 0 where nothing was seen."""

    a: float
    b: float

    def of(self, chance: NDArray[float64]) -> NDArray[float64]:
        """What such a chance was worth; 0, 1 and NaN stay as they are."""
        import numpy as np

        inside = (chance > 0) & (chance < 1)
        logit = _logit(np.where(inside, chance, 0.5))
        return np.where(inside, 1 / (1 + np.exp(-(self.a + (1 + self.b) * logit))), chance)


def recalibration(said: Sequence[Said]) -> Recalibration:
    """By Newton's method; the slope never turns chances round."""
    import numpy as np

    known = [it for it in said if len(it.chance)]
    if not known:
        return Recalibration(0.0, 0.0)
    chance = np.concatenate([it.chance for it in known])
    weight = np.concatenate([np.full(len(it.chance), min(1.0, WORTH / max(it.chance.sum(), 1e-9))) for it in known])
    won = np.concatenate([it.won for it in known]).astype(float)
    logit = _logit(np.clip(chance, SMALLEST, 1 - SMALLEST))
    features, found = np.stack((np.ones(len(logit)), logit)), np.zeros(2)
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-(logit + found @ features)))
        gradient = features @ (weight * (won - p)) - found / SPREAD**2
        curvature = (features * (weight * p * (1 - p))) @ features.T + np.eye(2) / SPREAD**2
        found = found + np.clip(np.linalg.solve(curvature, gradient), -1, 1)
    return Recalibration(float(found[0]), max(float(found[1]), -0.9))


def _logit(p: NDArray[float64]) -> NDArray[float64]:
    import numpy as np

    found: NDArray[float64] = np.log(p / (1 - p))
    return found

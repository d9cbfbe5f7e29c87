"""How far off an expectation may be: luck, and what earlier expectations of this pipeline missed by beyond it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import sqrt
from typing import TYPE_CHECKING

from coaching.numbers.expectation import Expected, expectation, won_within
from coaching.numbers.known import Pipeline
from coaching.numbers.recalibration import Said

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray


DRAWS, SEED = 4_000, 20_260
"""Of the simulation; the seed is fixed, so that the same file gives the same figures."""
PAST_FOLDS = 6
"""Earlier stretches of the same length that the uncertainty is calibrated on."""
USUAL_SHOCK, USUAL_OWN_SHOCK, SHOCK_FOLDS = 0.2, 0.35, 2.0
"""How far off a team's month is anyhow, and an owner's beside it; and what that belief is worth, in stretches."""
PRIOR_FOLDS = 4.0
"""What this model's word is worth against what came of its earlier words, in stretches."""
TINY = 1e-9
LEAST_SPREAD = 0.01
"""Relative variance of what a deal is worth, at least."""
STEPS = 200
"""Into which the distribution of a total is cut, to tell how likely it reaches an amount."""


@dataclass(frozen=True, slots=True)
class Range:
    """Of a total: what to expect, and what it stays below in 10, 50 and 90 of 100 cases."""

    expected: float
    p10: float
    p50: float
    p90: float
    cuts: tuple[float, ...] = ()
    """What it stays below in 1, 2, … of STEPS cases."""

    def at_least(self, amount: float) -> float | None:
        """The chance of that much or more, to half a percent, never quite all or nothing; None without the cuts."""
        if not self.cuts:
            return None
        return 1.0 if amount <= 0 else (sum(it >= amount for it in self.cuts) + 0.5) / STEPS


@dataclass(frozen=True, slots=True)
class Past:
    """A stretch that is over: per owner, what was expected on its first day, by luck how widely, and what came.

    `ripe`: deals had been closing for as long as it was, at least, when it began.
    """

    ripe: bool
    mean: NDArray[float64]
    variance: NDArray[float64]
    actual: NDArray[float64]
    said: Said


@dataclass(frozen=True, slots=True)
class Shock:
    """Relative standard deviations: of what hits all owners alike, and of what hits each for themselves."""

    common: float
    own: float


def past(deals: Pipeline, on: date, length: int) -> tuple[Past, ...]:
    """The last stretches of `length` days that were over before `on`, each by what was known on its own first day."""
    found = []
    for begin in _past_starts(deals, on, length):
        end = begin + timedelta(days=length - 1)
        then = deals.as_of(begin)
        it = expectation(then, begin, end)
        if it.mean.sum() > 0:
            ripe = begin.toordinal() >= int(deals.closed.min()) + length
            found.append(Past(ripe, it.mean, it.variance, won_within(deals, begin, end), _said(then, deals, it, end)))
    return tuple(found)


def _said(then: Pipeline, now: Pipeline, it: Expected, end: date) -> Said:
    import numpy as np

    won = np.zeros(int(now.place.max(initial=0)) + 1, dtype=bool)
    won[now.place[now.won & (now.closed <= end.toordinal())]] = True
    told = ~np.isnan(it.chances.within)
    return Said(it.chances.within[told], won[then.place[then.is_open]][told])


def corrected(it: Expected, folds: Sequence[Past]) -> Expected:
    """Nearer to what came of earlier expectations, for the team and for each owner.

    (sum of actual + K * expected now) / (sum of expected + K * expected now) is what the mean is multiplied with: a
    Gamma-Poisson estimate of actual over expected with a prior of 1, worth K stretches.
    """
    now = it.mean.sum()
    if not folds or now <= 0:
        return it
    import numpy as np

    actual, mean = np.sum([fold.actual for fold in folds], axis=0), np.sum([fold.mean for fold in folds], axis=0)
    # Credits can make an amount negative; no sensible factor is.
    level = (max(actual.sum(), 0.0) + PRIOR_FOLDS * now) / (mean.sum() + PRIOR_FOLDS * now)
    scale = max(actual.sum(), 0.0) / mean.sum()
    before, ahead = np.maximum(mean, 0) * scale, PRIOR_FOLDS * np.maximum(it.mean, 0)
    own = np.where(it.mean > 0, (np.maximum(actual, 0) + ahead) / (before + ahead + TINY), 1.0)
    factor = own * level * now / max((own * it.mean).sum(), TINY)
    opened = replace(it.opened, mean=it.opened.mean * factor, variance=it.opened.variance * factor)
    return replace(it, wins=it.wins * factor, mean=it.mean * factor, variance=it.variance * factor, opened=opened)


def shock(folds: Sequence[Past]) -> Shock:
    """What earlier stretches missed by, beyond luck: parameters that were uncertain, and what hit all at once.

    Method of moments: E[(actual - mean)^2] = variance + shock^2 * mean^2, for the totals, and for the owners once the
    total's miss is taken out; each shrunk towards the usual.
    """
    common, own, weight = 0.0, 0.0, 0.0
    for it in folds:
        level = it.actual.sum() / it.mean.sum()
        common += (level - 1) ** 2 - it.variance.sum() / it.mean.sum() ** 2
        own += ((it.actual - it.mean * level) ** 2 - it.variance * level).sum() / (it.mean**2).sum()
        weight += 1
    return Shock(
        sqrt((max(common, 0.0) + SHOCK_FOLDS * USUAL_SHOCK**2) / (weight + SHOCK_FOLDS)),
        sqrt((max(own, 0.0) + SHOCK_FOLDS * USUAL_OWN_SHOCK**2) / (weight + SHOCK_FOLDS)),
    )


def ranges(it: Expected, shock: Shock) -> tuple[Range, list[Range]]:
    """By simulation: how many deals is Poisson with a mean that the shocks move, what each is worth is Gamma.

    The Gamma has the relative variance c with which luck has its variance: wins * worth^2 * (1 + c) = variance.
    For who wins few deals, nothing at all is thus as likely as it should be.
    """
    import numpy as np

    rng = np.random.default_rng(SEED)
    common = _shocks(rng.standard_normal(DRAWS), shock.common)
    total = np.zeros(DRAWS)
    found = []
    for wins, mean, variance in zip(it.wins, it.mean, it.variance, strict=True):
        drawn = np.full(DRAWS, mean)
        if mean > 0:
            spread = max(variance * wins / mean**2 - 1, LEAST_SPREAD)
            n = rng.poisson(wins * common * _shocks(rng.standard_normal(DRAWS), shock.own))
            drawn = rng.gamma(n / spread, spread * mean / wins)
        total += drawn
        found.append(_range(float(mean), drawn))
    return _range(float(it.mean.sum()), total), found


def _past_starts(deals: Pipeline, on: date, length: int) -> list[date]:
    """First days of stretches over before `on`; a stretch begins when some deal has closed already."""
    first = int(deals.closed.min()) if len(deals.closed) else on.toordinal()
    starts = (on - timedelta(days=length * it) for it in range(1, PAST_FOLDS + 1) if on.toordinal() > length * it)
    return [it for it in starts if it.toordinal() > first]


def _shocks(normal: NDArray[float64], sd: float) -> NDArray[float64]:
    """Log-normal, with mean 1 and that standard deviation."""
    import numpy as np

    log = np.log1p(sd * sd)
    found: NDArray[float64] = np.exp(np.sqrt(log) * normal - log / 2)
    return found


def _range(expected: float, drawn: NDArray[float64]) -> Range:
    import numpy as np

    cuts = tuple(np.quantile(drawn, np.arange(1, STEPS) / STEPS).tolist())
    p10, p50, p90 = (cuts[STEPS * tenths // 10 - 1] for tenths in (1, 5, 9))
    return Range(expected, p10, p50, p90, cuts)

"""What will be won from one day to another: the open deals, and those not yet created; per owner, adding up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import sqrt
from typing import TYPE_CHECKING

from coaching.numbers.amounts import Moments, typical
from coaching.numbers.hazard import AHEAD, Hazard, fitted
from coaching.numbers.known import Pipeline
from coaching.opportunities import Category

if TYPE_CHECKING:
    from numpy import bool_, float64, int64
    from numpy.typing import NDArray

DRAWS, SEED = 4_000, 20_260
"""Of the simulation; the seed is fixed, so that the same file gives the same figures."""
ENOUGH_WON = 8
"""Won deals below which figures are guesses, and said to be."""
RECENT = 91
"""Days (13 weeks) from which the pace of new business is taken."""
PRIOR_CREATED = 5.0
"""What the team's pace is worth against an owner's own, in deals created."""
PAST_FOLDS = 6
"""Earlier stretches of the same length that the uncertainty is calibrated on."""
USUAL_SHOCK, USUAL_OWN_SHOCK, SHOCK_FOLDS = 0.2, 0.35, 2.0
"""How far off a team's month is anyhow, and an owner's beside it; and what that belief is worth, in stretches."""
PRIOR_FOLDS = 4.0
"""What this model's word is worth against what came of its earlier words, in stretches."""
TINY = 1e-9
COMMIT, BEST_CASE, PIPELINE = 0.6, 0.25, 0.02
"""Chances to be won within the stretch from which on a deal is in a category."""


@dataclass(frozen=True, slots=True)
class Range:
    """Of a total: what to expect, and what it stays below in 10, 50 and 90 of 100 cases."""

    expected: float
    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class Chance:
    """Of an open deal. None when nothing has closed yet to learn from."""

    id: str
    p_win: float | None
    p_win_in_period: float | None

    @property
    def category(self) -> Category:
        """By the chance to be won within the stretch."""
        chance = self.p_win_in_period or 0.0
        for least, category in ((COMMIT, Category.COMMIT), (BEST_CASE, Category.BEST_CASE)):
            if chance >= least:
                return category
        return Category.PIPELINE if chance >= PIPELINE else Category.OMITTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """Amounts in whole units. The owners' `expected` add up to the total's; their ranges need not, and don't."""

    on: date
    until: date
    total: Range
    by_owner: dict[str, Range]
    chances: tuple[Chance, ...]
    closed_so_far: float
    n_open: int
    n_won: int
    n_lost: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """Per owner: the mean of what will be won, the variance by luck alone, and each open deal's chance."""

    mean: NDArray[float64]
    variance: NDArray[float64]
    in_period: NDArray[float64] | None
    hazard: Hazard | None


@dataclass(frozen=True, slots=True)
class Past:
    """A stretch that is over: per owner, what was to be expected on its first day, by luck how widely, and what came."""

    mean: NDArray[float64]
    variance: NDArray[float64]
    actual: NDArray[float64]


@dataclass(frozen=True, slots=True)
class Shock:
    """Relative standard deviations: of what hits all owners alike, and of what hits each for themselves."""

    common: float
    own: float


def projected(deals: Pipeline, on: date, until: date) -> Projection:
    """From `on` to `until`, both included, by what was known before `on`."""
    known = deals.as_of(on)
    folds = past(known, on, (until - on).days + 1)
    expected = corrected(expectation(known, on, until), folds)
    total, by_owner = ranges(expected, shock(folds))
    here = set(known.owner.tolist())
    quarter = date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
    return Projection(
        on=on,
        until=until,
        total=total,
        by_owner={who: it for at, (who, it) in enumerate(zip(known.owners, by_owner, strict=True)) if at in here},
        chances=_chances(known, expected, on),
        closed_so_far=float(won_within(known, quarter, on - timedelta(days=1)).sum()),
        n_open=int(known.is_open.sum()),
        n_won=int(known.won.sum()),
        n_lost=int((~known.is_open & ~known.won).sum()),
        warnings=_warnings(known, expected),
    )


def won_within(deals: Pipeline, first: date, last: date) -> NDArray[float64]:
    """What each owner won from `first` to `last`, both included; an unknown amount counts 0."""
    import numpy as np  # noqa: PLC0415 - heavy, and only analyses need it

    within = deals.won & (deals.closed >= first.toordinal()) & (deals.closed <= last.toordinal())
    found: NDArray[float64] = np.bincount(
        deals.owner[within], np.nan_to_num(deals.amount[within]), len(deals.owners)
    ).astype(float)
    return found


def expectation(known: Pipeline, on: date, until: date) -> Expected:
    """Sums over open deals of chance times amount, and over the days ahead of new deals times their chance by the end."""
    import numpy as np  # noqa: PLC0415

    hazard, worth = fitted(known, on), typical(known)
    zeros = np.zeros(len(known.owners))
    if hazard is None:
        return Expected(zeros, zeros, None, None)
    opened = known.is_open
    ages, place = np.unique(on.toordinal() - known.created[opened], return_inverse=True)
    days = _days(on, until)
    in_period = hazard.chances(ages, days)[place]
    if worth is None:
        return Expected(zeros, zeros, in_period, hazard)
    open_mean, open_var = _of_open(known, opened, in_period, worth.of(known, opened))
    new_mean, new_var = _of_new(known, hazard, worth.by_owner, days)
    return Expected(open_mean + new_mean, open_var + new_var, in_period, hazard)


def _of_open(
    known: Pipeline, opened: NDArray[bool_], chance: NDArray[float64], worth: Moments
) -> tuple[NDArray[float64], NDArray[float64]]:
    """Bernoulli times amount: mean p E[a], variance p E[a^2] - (p E[a])^2."""
    import numpy as np  # noqa: PLC0415

    owner, owners = known.owner[opened], len(known.owners)
    mean = chance * worth.mean
    return (
        np.bincount(owner, mean, owners),
        np.bincount(owner, np.maximum(chance * worth.square - mean**2, 0), owners),
    )


def _of_new(
    known: Pipeline, hazard: Hazard, worth: Moments, days: Sequence[date]
) -> tuple[NDArray[float64], NDArray[float64]]:
    """Created at the pace of the last 13 weeks, a Poisson process, thinned by the chance to be won by the last day."""
    import numpy as np  # noqa: PLC0415

    fresh = np.zeros(1, dtype=np.int64)
    per_pace = sum(float(hazard.chances(fresh, days[at:])[0]) for at in range(len(days)))
    wins = _pace(known, days[0]) * per_pace
    return wins * worth.mean, wins * worth.square


def _pace(known: Pipeline, on: date) -> NDArray[float64]:
    """Deals per day and owner: (own + K * team's share) / days, shrunk towards the team's usual owner."""
    import numpy as np  # noqa: PLC0415

    begin = max(on.toordinal() - RECENT, int(min(known.created.min(), on.toordinal() - 1)))
    recent = (known.created >= begin) & (known.created < on.toordinal())
    made = np.bincount(known.owner[recent], minlength=len(known.owners)).astype(float)
    active = made > 0
    if not active.any():
        return made
    own = made / (made + PRIOR_CREATED)
    shrunk = np.where(active, own * made + (1 - own) * made[active].mean(), 0.0)
    found: NDArray[float64] = shrunk * made.sum() / shrunk.sum() / (on.toordinal() - begin)
    return found


def past(deals: Pipeline, on: date, length: int) -> tuple[Past, ...]:
    """The last stretches of `length` days that were over before `on`, each by what was known on its own first day."""
    found = []
    for begin in _past_starts(deals, on, length):
        end = begin + timedelta(days=length - 1)
        it = expectation(deals.as_of(begin), begin, end)
        if it.mean.sum() > 0:
            found.append(Past(it.mean, it.variance, won_within(deals, begin, end)))
    return tuple(found)


def corrected(it: Expected, folds: Sequence[Past]) -> Expected:
    """Nearer to what came of earlier expectations, for the team and for each owner.

    (sum of actual + K * expected now) / (sum of expected + K * expected now) is what the mean is multiplied with: a
    Gamma-Poisson estimate of actual over expected with a prior of 1, worth K stretches.
    """
    now = it.mean.sum()
    if not folds or now <= 0:
        return it
    actual, mean = sum(fold.actual for fold in folds), sum(fold.mean for fold in folds)
    level = (actual.sum() + PRIOR_FOLDS * now) / (mean.sum() + PRIOR_FOLDS * now)
    scale = actual.sum() / mean.sum()
    own = (actual + PRIOR_FOLDS * it.mean) / (mean * scale + PRIOR_FOLDS * it.mean + TINY)
    factor = own * level * now / max((own * it.mean).sum(), TINY)
    return replace(it, mean=it.mean * factor, variance=it.variance * factor)


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


def _past_starts(deals: Pipeline, on: date, length: int) -> list[date]:
    """First days of stretches over before `on`; a stretch begins when some deal has closed already."""
    first = int(deals.closed.min()) if len(deals.closed) else on.toordinal()
    starts = (on - timedelta(days=length * it) for it in range(1, PAST_FOLDS + 1) if on.toordinal() > length * it)
    return [it for it in starts if it.toordinal() > first]


def ranges(it: Expected, shock: Shock) -> tuple[Range, list[Range]]:
    """By simulation: each owner's total is Gamma with the mean and variance of luck, times the shocks (log-normal)."""
    import numpy as np  # noqa: PLC0415

    rng = np.random.default_rng(SEED)
    common = _shocks(rng.standard_normal(DRAWS), shock.common)
    total = np.zeros(DRAWS)
    found = []
    for mean, variance in zip(it.mean, it.variance, strict=True):
        if mean <= 0 or variance <= 0:
            found.append(Range(float(mean), float(mean), float(mean), float(mean)))
            total += mean
            continue
        shape = mean * mean / variance
        drawn = rng.gamma(shape, mean / shape, DRAWS) * common * _shocks(rng.standard_normal(DRAWS), shock.own)
        total += drawn
        found.append(_range(float(mean), drawn))
    return _range(float(it.mean.sum()), total), found


def _shocks(normal: NDArray[float64], sd: float) -> NDArray[float64]:
    """Log-normal, with mean 1 and that standard deviation."""
    import numpy as np  # noqa: PLC0415

    log = np.log1p(sd * sd)
    found: NDArray[float64] = np.exp(np.sqrt(log) * normal - log / 2)
    return found


def _range(expected: float, drawn: NDArray[float64]) -> Range:
    import numpy as np  # noqa: PLC0415

    p10, p50, p90 = (float(q) for q in np.quantile(drawn, (0.1, 0.5, 0.9)))
    return Range(expected, p10, p50, p90)


def _chances(known: Pipeline, it: Expected, on: date) -> tuple[Chance, ...]:
    import numpy as np  # noqa: PLC0415

    opened = known.is_open
    ids = [name for name, here in zip(known.ids, opened, strict=True) if here]
    if it.hazard is None or it.in_period is None:
        return tuple(Chance(name, None, None) for name in ids)
    ages, place = np.unique(on.toordinal() - known.created[opened], return_inverse=True)
    ever = it.hazard.chances(ages, _days(on, on + timedelta(days=AHEAD)))[place]
    return tuple(
        Chance(name, float(max(win, within)), float(within))
        for name, win, within in zip(ids, ever, it.in_period, strict=True)
    )


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=it) for it in range((last - first).days + 1)]


def _warnings(known: Pipeline, it: Expected) -> tuple[str, ...]:
    found = []
    n_won = int(known.won.sum())
    if it.hazard is None:
        found.append("not enough data: no deal whose age is known has closed before this day")
    elif n_won < ENOUGH_WON:
        found.append(f"not enough data to rely on: {n_won} won deals so far; from {ENOUGH_WON} on a range means something")
    if known.undated:
        found.append(f"{known.undated} deals without a day (created, or closed) are in no figure")
    return tuple(found)

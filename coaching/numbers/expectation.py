"""What each owner is expected to win within a stretch of days: of open deals, and of those not yet created."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from coaching.numbers.amounts import Moments, typical
from coaching.numbers.chances import Chances, chances
from coaching.numbers.hazard import Hazard, fitted
from coaching.numbers.known import Pipeline

if TYPE_CHECKING:
    from numpy import bool_, float64, int64
    from numpy.typing import NDArray


RECENT = 91
"""Days (13 weeks) from which the pace of new business is taken."""
PRIOR_CREATED = 5.0
"""What the team's pace is worth against an owner's own, in deals created."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What of it the deals bring that are open, per owner: mean, variance, and `amount` if all of them were won.

    Of `n` deals; `unpriced` ones, which nothing gives a chance or an amount, bring nothing.
    """

    mean: NDArray[float64]
    variance: NDArray[float64]
    amount: NDArray[float64]
    n: NDArray[int64]
    unpriced: NDArray[int64]


@dataclass(frozen=True, slots=True)
class Expected:
    """Per owner: deals to be won, the mean of their amount, its variance by luck; and each open deal's chance.

    `opened` is what of it the open deals bring; the rest is of deals not yet created.
    """

    wins: NDArray[float64]
    mean: NDArray[float64]
    variance: NDArray[float64]
    opened: Opened
    chances: Chances
    hazard: Hazard | None


def expectation(known: Pipeline, on: date, until: date, gates: NDArray[float64] | float = 1.0) -> Expected:
    """Sums of chance times amount over open deals, and over the days ahead of new deals times their chance by then.

    `gates` multiply the chances of the open deals.
    """
    import numpy as np

    hazard, worth, days = fitted(known, on), typical(known), days_of(on, until)
    found, opened = chances(known, hazard, days), known.is_open
    zeros = np.zeros(len(known.owners))
    if worth is None:
        n = _counted(known, opened)
        return Expected(zeros, zeros, zeros, Opened(zeros, zeros, zeros, n - n, n), found, hazard)
    of_each, known_chance = worth.of(known, opened), ~np.isnan(found.within)
    wins, mean, variance = _of_open(known, opened, np.nan_to_num(found.within) * gates, of_each)
    amount = np.bincount(known.owner[opened], of_each.mean * known_chance, len(known.owners)).astype(float)
    n, all_ = _counted(known, opened, known_chance), _counted(known, opened)
    from_open = Opened(mean, variance, amount, n, all_ - n)
    if hazard is not None:
        new_wins, new_mean, new_variance = _of_new(known, hazard, worth.by_owner, days)
        wins, mean, variance = wins + new_wins, mean + new_mean, variance + new_variance
    return Expected(wins, mean, variance, from_open, found, hazard)


def won_within(deals: Pipeline, first: date, last: date) -> NDArray[float64]:
    """What each owner won from `first` to `last`, both included; an unknown amount counts 0."""
    import numpy as np

    within = deals.won & (deals.closed >= first.toordinal()) & (deals.closed <= last.toordinal())
    found: NDArray[float64] = np.bincount(
        deals.owner[within], np.nan_to_num(deals.amount[within]), len(deals.owners)
    ).astype(float)
    return found


def days_of(first: date, last: date) -> list[date]:
    """All of them, both included."""
    return [first + timedelta(days=it) for it in range((last - first).days + 1)]


def _of_open(
    known: Pipeline, opened: NDArray[bool_], chance: NDArray[float64], worth: Moments
) -> tuple[NDArray[float64], NDArray[float64], NDArray[float64]]:
    """Bernoulli times amount: mean p E[a], variance p E[a^2] - (p E[a])^2."""
    import numpy as np

    owner, owners = known.owner[opened], len(known.owners)
    mean = chance * worth.mean
    spread = np.maximum(chance * worth.square - mean**2, 0)
    wins, total, variance = (np.bincount(owner, it, owners).astype(float) for it in (chance, mean, spread))
    return wins, total, variance


def _counted(known: Pipeline, opened: NDArray[bool_], which: NDArray[bool_] | None = None) -> NDArray[int64]:
    """Open deals per owner; those of `which`, where it is given."""
    import numpy as np

    owner = known.owner[opened]
    return np.bincount(owner if which is None else owner[which], minlength=len(known.owners)).astype(np.int64)


def _of_new(
    known: Pipeline, hazard: Hazard, worth: Moments, days: Sequence[date]
) -> tuple[NDArray[float64], NDArray[float64], NDArray[float64]]:
    """Created at the pace of the last 13 weeks, a Poisson process, thinned by the chance to be won by the last day."""
    wins = _pace(known, days[0]) * hazard.newcomers(days)
    return wins, wins * worth.mean, wins * worth.square


def _pace(known: Pipeline, on: date) -> NDArray[float64]:
    """Deals per day and owner: (own + K * team's share) / days, shrunk towards the team's usual owner."""
    import numpy as np

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

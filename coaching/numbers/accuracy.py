"""How good forecasts were: what was said of a period against what came of it.

A period counts once, however often it was forecast: F is the mean of what was said of it, |F - A| the mean miss.
    WAPE = sum |F - A| / sum A        bias = (sum F - sum A) / sum A        MAPE = mean(|F - A| / A)
MAPE explodes where little came in, so it only stands beside the others (Hyndman & Koehler, "Another look at measures of
forecast accuracy", 2006). All are shares (0.25 is 25 %), in whichever one currency the amounts are. Where nothing came
in at all there is nothing to divide by, and they are None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from math import fsum
from statistics import fmean, variance

ENOUGH = 3
"""Periods below which a share says nothing about whoever forecast them."""
GOOD, FAIR = 0.15, 0.30
"""Bands: what came in was called at 85 to 115 %, at 70 to 130 %. In between, misses to either side don't cancel."""
USUAL_STRENGTH = 4.0
"""What the team's factor is worth against a member's own, in periods, until the team itself can tell."""
LEAST_STRENGTH, MOST_STRENGTH = 1.0, 20.0
TELLING = 4
"""Members with two periods or more from which on the strength is estimated."""


class Band(StrEnum):
    """How near forecasts came, by WAPE."""

    GOOD = "good"
    FAIR = "fair"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One forecast of a period that is over. `whose` is a member's id, "" for all together."""

    period: str
    whose: str
    forecast: float
    actual: float
    low: float | None = None
    high: float | None = None
    """The range it came with: 8 of 10 cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A period of somebody: what was said of it, on average, and what came."""

    period: str
    whose: str
    forecast: float
    miss: float
    """Mean of |forecast - actual|, in which misses to either side don't cancel."""
    actual: float
    n: int
    n_ranges: int
    covered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """Shares are None below ENOUGH outcomes, or when nothing came in; `n` always says of how many they would be."""

    outcomes: tuple[Outcome, ...]
    wape: float | None
    bias: float | None
    mape: float | None
    band: Band | None
    n_ranges: int
    covered: int

    @property
    def n(self) -> int:
        """Outcomes: periods, times members where it is about several."""
        return len(self.outcomes)

    @property
    def n_periods(self) -> int:
        """Different ones."""
        return len({it.period for it in self.outcomes})

    @property
    def n_forecasts(self) -> int:
        """All that was said."""
        return sum(it.n for it in self.outcomes)

    @property
    def coverage(self) -> float | None:
        """The share of ranges that held what came; should be 0.8."""
        return self.covered / self.n_ranges if self.n_ranges and self.n >= ENOUGH else None


@dataclass(frozen=True, slots=True)
class Factor:
    """What a forecast has been worth: actual over forecast, of their own, of the team, and in between."""

    own: float
    team: float
    shrunk: float
    strength: float
    n: int


def accuracy(scored: Iterable[Scored]) -> Accuracy:
    """Of one author's forecasts."""
    rows = outcomes(scored)
    came, called = fsum(it.actual for it in rows), fsum(it.forecast for it in rows)
    missed = fsum(it.miss for it in rows)
    tells = len(rows) >= ENOUGH and came > 0
    wape = missed / came if tells else None
    apart = [it.miss / it.actual for it in rows if it.actual > 0]
    return Accuracy(
        outcomes=rows,
        wape=wape,
        bias=(called - came) / came if tells else None,
        mape=fmean(apart) if tells else None,
        band=None if wape is None else banded(wape),
        n_ranges=sum(it.n_ranges for it in rows),
        covered=sum(it.covered for it in rows),
    )


def banded(wape: float) -> Band:
    """Its colour."""
    # A hair more than the limit is the limit: 1.15 - 1 is not 0.15 in floating point.
    return Band.GOOD if wape <= GOOD + 1e-9 else Band.FAIR if wape <= FAIR + 1e-9 else Band.OFF


def outcomes(scored: Iterable[Scored]) -> tuple[Outcome, ...]:
    """One for each period and whose it is, in that order."""
    ordered = sorted(scored, key=_of)
    return tuple(_outcome(*key, tuple(rows)) for key, rows in groupby(ordered, key=_of))


def _of(it: Scored) -> tuple[str, str]:
    return it.period, it.whose


def _outcome(period: str, whose: str, rows: Sequence[Scored]) -> Outcome:
    ranges = [(it.low, it.high, it.actual) for it in rows if it.low is not None and it.high is not None]
    return Outcome(
        period=period,
        whose=whose,
        forecast=fmean(it.forecast for it in rows),
        miss=fmean(abs(it.forecast - it.actual) for it in rows),
        actual=rows[0].actual,
        n=len(rows),
        n_ranges=len(ranges),
        covered=sum(low <= actual <= high for low, high, actual in ranges),
    )


# --- what a forecast has been worth --------------------------------------------------------------------------------
def factors(scored: Iterable[Scored]) -> Mapping[str, Factor]:
    """Of each member with ENOUGH periods: (n * own + k * team) / (n + k), k being `strength`.

    own = sum A / sum F of the member's periods, team = the same over everybody's. A factor above 1 is of somebody who
    calls low. None of those who called nothing.
    """
    rows = [it for it in outcomes(scored) if it.forecast > 0]
    called = fsum(it.forecast for it in rows)
    if called <= 0:
        return {}
    team = fsum(it.actual for it in rows) / called
    by_member = _by(rows, lambda it: it.whose)
    k = strength([[it.actual / it.forecast for it in own] for own in by_member.values()])
    return {whose: factor(own, team, k) for whose, own in by_member.items() if len(own) >= ENOUGH}


def factor(own: Sequence[Outcome], team: float, k: float) -> Factor:
    """Of one member: F of more than nothing."""
    n = len(own)
    raw = fsum(it.actual for it in own) / fsum(it.forecast for it in own)
    return Factor(own=raw, team=team, shrunk=(n * raw + k * team) / (n + k), strength=k, n=n)


def strength(ratios: Sequence[Sequence[float]]) -> float:
    """k: the periods that the team's factor is worth. `ratios` holds each member's actual over forecast by period.

    Variance within members over variance between them, by moments, as in any shrinkage to a mean (Efron & Morris,
    1975): members who differ less than their own periods do are held to be alike. USUAL_STRENGTH while fewer than
    TELLING members have two periods.
    """
    telling = [it for it in ratios if len(it) > 1]
    if len(telling) < TELLING:
        return USUAL_STRENGTH
    free = sum(len(it) - 1 for it in telling)
    within = fsum(variance(it) * (len(it) - 1) for it in telling) / free
    between = variance([fmean(it) for it in telling]) - within * fmean(1 / len(it) for it in telling)
    if between <= 0:
        return MOST_STRENGTH
    return min(max(within / between, LEAST_STRENGTH), MOST_STRENGTH)


def _by(rows: Iterable[Outcome], key: Callable[[Outcome], str]) -> Mapping[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = {}
    for it in rows:
        found.setdefault(key(it), []).append(it)
    return found

"""What a back-solve is made from: the usual deal, the usual cycle, ratios and paces, each with its bounds and its n.

Own figures lean on the team's; where the team has too few as well there is None, and nothing is made up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from math import exp, log, sqrt

from coaching.numbers.amounts import PRIOR_DEALS
from coaching.numbers.backsolve import Estimate, Origin, Pace
from coaching.numbers.cycle import cycle
from coaching.numbers.exact import Kind
from coaching.numbers.ratios import ENOUGH
from coaching.numbers.shrinkage import Prior, prior

Counts = tuple[int, int]
"""How many of the later step, of how many of the earlier."""

Z80 = 1.2816
"""Standard deviations to either side that hold 80 % of a normal distribution."""
FEWEST_DEALS = 3
"""Won deals with an amount, of the team, from which on something is usual."""
WHALE = 0.95
"""The share of amounts that stand as they are; larger ones count as that quantile."""
COUNTED_DAYS = 10
"""Answered check-ins from which on a pace is one's own."""
BEST_OVER = timedelta(weeks=4)


# --- a ratio -------------------------------------------------------------------------------------------------------
def ratio(own: Counts, people: Sequence[Counts]) -> Estimate | None:
    """(done + k * team) / (n + k), of (done, n); k by how alike the people's are (shrinkage.py).

    Above 1 where a step has other sources. None below ENOUGH of the team, or when none of it ever came to anything:
    no day's work follows from that.
    """
    done, n = own
    all_done, all_n = sum(it for it, _ in people), sum(it for _, it in people)
    if all_n < ENOUGH or not all_done:
        return None
    leaning = _leaning(tuple(people))
    value, k = leaning.shrunk(done, n), leaning.k
    low, high = _bounds(value * (n + k), n + k, value)
    whose = (n, Origin.OWN) if n >= ENOUGH else (all_n, Origin.TEAM)
    return Estimate(value=value, low=low, high=high, n=whose[0], origin=whose[1])


@lru_cache(maxsize=64)
def _leaning(people: tuple[Counts, ...]) -> Prior:
    """The same for every member of a team, so it is worked out for the first of them."""
    return prior(people, Kind.RATE if any(it > of for it, of in people) else Kind.SHARE)


def _bounds(done: float, n: float, value: float) -> tuple[float, float]:
    """Of a Beta(done, n - done), normal on the log-odds; of a Gamma where the ratio isn't a share, on the log."""
    if n - done >= 1:
        off = Z80 * sqrt(1 / done + 1 / (n - done))
        return _share(log(value / (1 - value)) - off), _share(log(value / (1 - value)) + off)
    off = Z80 / sqrt(done)
    return value * exp(-off), value * exp(off)


def _share(odds: float) -> float:
    return 1 / (1 + exp(-odds))


# --- the usual deal ------------------------------------------------------------------------------------------------
def usual_deal(own: Sequence[float], team: Sequence[float]) -> Estimate | None:
    """The mean of won amounts, own ones leaning on the team's as if it were PRIOR_DEALS more.

    The mean, because wins add up: n of them bring n times the mean, and less than n medians' worth would be asked for
    or more. Amounts beyond the team's 95th percentile count as that, so that one whale isn't planned for again.
    """
    priced = [it for it in team if it > 0]
    if len(priced) < FEWEST_DEALS:
        return None
    cap = _quantile(sorted(priced), WHALE)
    mine, all_ = [min(it, cap) for it in own if it > 0], [min(it, cap) for it in priced]
    mean = sum(all_) / len(all_)
    value = (sum(mine) + PRIOR_DEALS * mean) / (len(mine) + PRIOR_DEALS)
    spread = sqrt(sum((it - mean) ** 2 for it in all_) / (len(all_) - 1)) / value
    n, origin = (len(mine), Origin.OWN) if len(mine) >= FEWEST_DEALS else (len(all_), Origin.TEAM)
    off = Z80 * spread / sqrt(len(mine) + PRIOR_DEALS)
    return Estimate(value=value, low=value * exp(-off), high=value * exp(off), n=n, origin=origin)


# --- the usual cycle -----------------------------------------------------------------------------------------------
def usual_cycle(days: Sequence[int]) -> Estimate | None:
    """The median days of everybody's won deals; bounds: the order statistics n/2 +- z sqrt(n)/2. None below 8 wins.

    The team's for everybody: where deals take a week or a quarter, the median of somebody's twenty is a matter of luck.
    """
    median = cycle(days).median_days
    if median is None:
        return None
    ordered, n = sorted(days), len(days)
    reach = Z80 * sqrt(n) / 2 / n
    return Estimate(
        value=median,
        low=_quantile(ordered, max(0.0, 0.5 - reach)),
        high=_quantile(ordered, min(1.0, 0.5 + reach)),
        n=n,
        origin=Origin.TEAM,
    )


# --- paces ---------------------------------------------------------------------------------------------------------
def pace(counted: Mapping[date, float], plan: float | None) -> Pace:
    """Of a step, by counted day. The best is the highest mean of any four weeks with COUNTED_DAYS in them."""
    if len(counted) < COUNTED_DAYS:
        return Pace(plan=plan, n=len(counted))
    return Pace(plan=plan, usual=sum(counted.values()) / len(counted), best=_best(counted), n=len(counted))


def _best(counted: Mapping[date, float]) -> float:
    """Four weeks that begin on any counted day."""
    spans = ([it for day, it in counted.items() if first <= day < first + BEST_OVER] for first in counted)
    means = [sum(it) / len(it) for it in spans if len(it) >= COUNTED_DAYS]
    return max(means, default=sum(counted.values()) / len(counted))


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)

"""Exact comparisons of two shares, right for a handful of deals as for thousands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

TIES = 1 + 1e-7
"""Tables as likely as the one seen count as extreme as it, whatever rounding did to the last digits."""


class Kind(StrEnum):
    """What one count is of another: a part of it, or so many for each, where some come from elsewhere."""

    SHARE = "share"
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class TwoShares:
    """Won out of n, with something and without it."""

    won_with: int
    n_with: int
    won_without: int
    n_without: int


def fisher(it: TwoShares) -> float:
    """Fisher's exact p, two-sided: the chance, all margins given, of a table at most as likely as this one.

    Fisher (1935); two-sided by adding up the tables whose probability is not above the observed one's.
    """
    import numpy as np

    n, won = it.n_with + it.n_without, it.won_with + it.won_without
    log = _log_factorials(n)
    with_ = np.arange(max(0, won - it.n_without), min(won, it.n_with) + 1)
    ways = -log[with_] - log[it.n_with - with_] - log[won - with_] - log[it.n_without - won + with_]
    chances = np.exp(ways - ways.max())
    seen = chances[it.won_with - with_[0]]
    return min(1.0, float(chances[chances <= seen * TIES].sum() / chances.sum()))


def same_rate(it: TwoShares) -> float:
    """The exact p, two-sided, of two Poisson rates being the same; what is counted may exceed n.

    Przyborowski and Wilenski (1940): given both counts together, the one with it is binomial with the share
    n_with / (n_with + n_without). Two-sided as Fisher's.
    """
    import numpy as np

    done, share = it.won_with + it.won_without, it.n_with / (it.n_with + it.n_without)
    if not 0 < share < 1:
        return 1.0
    log = _log_factorials(done)
    with_ = np.arange(done + 1)
    ways = with_ * np.log(share) + (done - with_) * np.log1p(-share) - log - log[::-1]
    chances = np.exp(ways - ways.max())
    return min(1.0, float(chances[chances <= chances[it.won_with] * TIES].sum() / chances.sum()))


def p_value(it: TwoShares, kind: Kind) -> float:
    """Whether the two differ, by the test that fits what is counted; 1 where there is nothing to compare."""
    if not (it.n_with and it.n_without):
        return 1.0
    return same_rate(it) if kind is Kind.RATE else fisher(it)


def probability_of_lift(it: TwoShares) -> float:
    """P(rate with > rate without), each rate uniform on 0..1 before any deal was seen: Beta(1 + won, 1 + lost).

    The closed sum for integer parameters (Miller, "Formulas for Bayesian A/B testing", 2015):
    sum over i < a of B(c + i, b + d) / ((b + i) B(1 + i, b) B(c, d)), with Beta(a, b) and Beta(c, d).
    """
    import numpy as np

    a, b = 1 + it.won_with, 1 + it.n_with - it.won_with
    c, d = 1 + it.won_without, 1 + it.n_without - it.won_without
    log = _log_factorials(a + b + c + d)
    i = np.arange(a)
    upper = log[c + i - 1] + log[b + d - 1] - log[b + c + d + i - 1]
    lower = np.log(b + i) + log[i] + log[b - 1] - log[b + i] + log[c - 1] + log[d - 1] - log[c + d - 1]
    return min(1.0, float(np.exp(upper - lower).sum()))


def adjusted(p_values: Sequence[float]) -> tuple[float, ...]:
    """Benjamini and Hochberg (1995), in the order given: the share of false claims among those up to each."""
    order = sorted(range(len(p_values)), key=lambda at: p_values[at], reverse=True)
    found, least = [1.0] * len(p_values), 1.0
    for above, at in enumerate(order):
        least = min(least, p_values[at] * len(p_values) / (len(p_values) - above))
        found[at] = least
    return tuple(found)


@lru_cache(maxsize=8)
def _log_factorials(most: int) -> NDArray[float64]:
    """The logarithms of 0! to most!."""
    import numpy as np

    return np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, most + 1)))))

"""Shares of few: the exact interval, and the estimate that leans on the team as far as the team is alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log

SURE = 0.8
"""Of all intervals: what they hold in at least this share of cases."""
MOST_ALIKE = 400.0
"""Deals that the team's share is worth at most, when its members don't differ at all."""
LEAST_ALIKE = 2.0
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Interval:
    """Of a share, both ends in 0..1."""

    low: float
    high: float


def exact(won: int, n: int, sure: float = SURE) -> Interval:
    """Clopper and Pearson (1934): all shares with which `won` or more, and `won` or fewer, is not too rare.

    Never too short, whatever the share. 0..1 when n is 0.
    """
    tail = (1 - sure) / 2
    low = _root(lambda p: _at_least(won, n, p), tail) if won else 0.0
    high = _root(lambda p: 1 - _at_least(won + 1, n, p), tail, falling=True) if won < n else 1.0
    return Interval(low, high)


def alike(shares: Sequence[tuple[int, int]]) -> float:
    """What the team's share is worth in deals, K of a Beta(K m, K (1 - m)) prior; by the method of moments.

    Kleinman (1973): with weights n, S = sum n (p - m)^2 has the mean
    m (1 - m) ((k - 1) + rho (N - sum n^2 / N - k + 1)), and K = 1 / rho - 1. A spread no wider than luck makes
    gives MOST_ALIKE.
    """
    known = [(won, n) for won, n in shares if n]
    total, won_all = sum(n for _, n in known), sum(won for won, _ in known)
    if len(known) < 2 or not 0 < won_all < total:
        return MOST_ALIKE
    m = won_all / total
    spread = sum(n * (won / n - m) ** 2 for won, n in known) / (m * (1 - m))
    room = total - sum(n * n for _, n in known) / total - len(known) + 1
    rho = (spread - (len(known) - 1)) / room if room > 0 else 0.0
    return min(MOST_ALIKE, max(LEAST_ALIKE, 1 / rho - 1)) if rho > 0 else MOST_ALIKE


def shrunk(won: int, n: int, team: float, k: float) -> float:
    """(won + k * team) / (n + k): the mean of the beta-binomial posterior. 3 of 6, team 0.25, k 10: 0.34."""
    return (won + k * team) / (n + k)


def _root(rises: Callable[[float], float], wanted: float, *, falling: bool = False) -> float:
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        over = rises(middle) > wanted
        if over is falling:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_least(won: int, n: int, p: float) -> float:
    """P(X >= won) for X binomial: the regularised incomplete beta I_p(won, n - won + 1)."""
    return _beta(won, n - won + 1, p) if won else 1.0


def _beta(a: float, b: float, x: float) -> float:
    """I_x(a, b) by its continued fraction (Abramowitz and Stegun 26.5.8, evaluated by Lentz's method)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(b, a, 1 - x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x)) / a
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d or tiny)
    found = d
    for m in range(1, 10_000):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / ((1 + step * d) or tiny)
            c = (1 + step / c) or tiny
            found *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return front * found

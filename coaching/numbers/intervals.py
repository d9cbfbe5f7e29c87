"""Shares and rates of few: exact intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma, log

SURE = 0.8
"""Of all intervals: what they hold in at least this share of cases."""
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Interval:
    """Of a share, both ends in 0..1; of a rate, from 0 on."""

    low: float
    high: float


@lru_cache(maxsize=4096)  # a report asks for the same few counts many times, and the next one again
def exact(won: int, n: int, sure: float = SURE) -> Interval:
    """Clopper and Pearson (1934): all shares with which `won` or more, and `won` or fewer, is not too rare.

    Never too short, whatever the share. 0..1 when n is 0.
    """
    tail = (1 - sure) / 2
    low = _root(lambda p: _at_least(won, n, p), tail) if won else 0.0
    high = _root(lambda p: 1 - _at_least(won + 1, n, p), tail, falling=True) if won < n else 1.0
    return Interval(low, high)


def exact_rate(done: int, n: int, sure: float = SURE) -> Interval:
    """Garwood (1936): all rates per unit of `n` with which `done` or more, and `done` or fewer, is not too rare.

    For counts that may exceed `n`, taken as Poisson. n is above 0; the upper end is never reached by luck alone.
    """
    tail = (1 - sure) / 2
    most = 2 * done + 20.0
    low = most * _root(lambda it: _gamma(done, most * it), tail) if done else 0.0
    high = most * _root(lambda it: _gamma(done + 1, most * it), 1 - tail)
    return Interval(low / n, high / n)


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


def _gamma(a: float, x: float) -> float:
    """P(a, x), regularised: the chance of `a` or more when x are expected (Abramowitz and Stegun 6.5.29, 6.5.31)."""
    if x <= 0:
        return 0.0
    front = exp(a * log(x) - x - lgamma(a))
    if x < a + 1:
        term = found = 1 / a
        more = a
        while term > found * 1e-15:
            more += 1
            term *= x / more
            found += term
        return front * found
    tiny = 1e-300
    b = x + 1 - a
    c, d = 1 / tiny, 1 / b
    rest = d
    for i in range(1, 10_000):
        numerator = -i * (i - a)
        b += 2
        d = 1 / ((numerator * d + b) or tiny)
        c = (b + numerator / c) or tiny
        rest *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return 1 - front * rest

"""The estimate that leans on the team, as far as the team's members turn out to be alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, fsum, lgamma, log
from typing import TYPE_CHECKING

from coaching.numbers.exact import Kind

if TYPE_CHECKING:
    from numpy import float64
    from numpy.random import Generator
    from numpy.typing import NDArray

_GRID = 30
_LEANINGS = tuple((at + 0.5) / _GRID for at in range(_GRID))
_NEVER_ZERO = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What is known of somebody before their own counts: the team's ratio, and what it is worth.

    `k` is in units of the earlier step: as many of them as the team's ratio stands for. `strengths` are the values
    of k that were weighed, with their `weights`.
    """

    kind: Kind
    ratio: float
    counts: tuple[tuple[int, int], ...]
    strengths: tuple[float, ...]
    weights: tuple[float, ...]

    @property
    def k(self) -> float:
        """The one k that leans as much as all those weighed do, for somebody with the team's usual count."""
        usual = self.strengths[0] * (1 - _LEANINGS[0]) / _LEANINGS[0]
        leaning = fsum(it * weight for it, weight in zip(_LEANINGS, self.weights, strict=True))
        return usual * leaning / (1 - leaning)

    def shrunk(self, done: int, n: int) -> float:
        """(done + k * team) / (n + k): between the own ratio and the team's."""
        return shrunk(done, n, self.ratio, self.k)


def shrunk(done: int, n: int, team: float, k: float) -> float:
    """(done + k * team) / (n + k): the posterior mean, beta-binomial for shares, gamma-Poisson for rates.

    3 of 6, team 0.25, k 10: 0.34. With n of 0 the team's, whatever came from elsewhere.
    """
    return (done + k * team) / (n + k) if n else team


def prior(counts: Iterable[tuple[int, int]], kind: Kind = Kind.SHARE) -> Prior:
    """From the members' own (done, n), by marginal likelihood; n of 0 says nothing.

    A member's true ratio is Beta(k m, k (1 - m)) for shares and Gamma(k m, k) for rates around the team's m, done of n
    binomial or Poisson. How far one with the usual n leans, k / (n + k), is uniform on 0..1 beforehand (the uniform
    shrinkage prior of Strawderman 1971; Christiansen and Morris 1997) and weighed by the likelihood. Never all or
    nothing: of three people who look alike by luck it is not concluded that they are. With fewer than two members, or
    where nothing or everything was reached, there is nothing to learn from and it stays uniform.
    """
    known = tuple(sorted((done, n) for done, n in counts if n))
    done, n = sum(it for it, _ in known), sum(it for _, it in known)
    usual = exp(fsum(log(it) for _, it in known) / len(known)) if known else 1.0
    strengths = tuple(usual * it / (1 - it) for it in _LEANINGS)
    ratio = done / n if n else 0.0
    tells = len(known) > 1 and ratio > 0 and (kind is Kind.RATE or ratio < 1)
    logs = [_likelihood(known, ratio, k, kind) if tells else 0.0 for k in strengths]
    most = max(logs)
    raw = [exp(it - most) for it in logs]
    weights = tuple(it / fsum(raw) for it in raw)
    return Prior(kind=kind, ratio=ratio, counts=known, strengths=strengths, weights=weights)


def drawn(it: Prior, done: int, n: int, size: int, rng: Generator) -> NDArray[float64]:
    """What somebody's true ratio may be, `size` times: k, the mean around which members vary, and their own differ.

    The mean is known as well as the members' counts tell, each counting n (k + 1) / (n + k + 1) for shares and
    n k / (n + k) for rates, because people, too, are a sample.
    """
    import numpy as np

    done = done if n else 0
    k = rng.choice(np.array(it.strengths), size, p=np.array(it.weights))
    own = np.array([float(total) for _, total in it.counts] or [0.0])
    if it.kind is Kind.RATE:
        known = (own * k[:, None] / (own + k[:, None])).sum(axis=1)
        mean = rng.gamma(it.ratio * known + 0.5) / np.maximum(known, _NEVER_ZERO)
        rates: NDArray[float64] = rng.gamma(np.maximum(done + k * mean, _NEVER_ZERO)) / (n + k)
        return np.maximum(rates, _NEVER_ZERO)
    known = (own * (k[:, None] + 1) / (own + k[:, None] + 1)).sum(axis=1)
    mean = np.clip(rng.beta(it.ratio * known + 0.5, (1 - it.ratio) * known + 0.5), _NEVER_ZERO, 1 - _NEVER_ZERO)
    shares: NDArray[float64] = rng.beta(done + k * mean, n - done + k * (1 - mean))
    return np.maximum(shares, _NEVER_ZERO)


def drawn_alone(done: int, n: int, kind: Kind, size: int, rng: Generator) -> NDArray[float64]:
    """Of a ratio that leans on nobody, with Jeffreys' prior: Beta(1/2, 1/2) for shares, Gamma(1/2, 0) for rates."""
    import numpy as np

    found = rng.gamma(done + 0.5, size=size) / n if kind is Kind.RATE else rng.beta(done + 0.5, n - done + 0.5, size)
    return np.maximum(found, _NEVER_ZERO)


def _likelihood(known: Sequence[tuple[int, int]], m: float, k: float, kind: Kind) -> float:
    """The logarithm, up to what doesn't depend on k: beta-binomial, or negative binomial."""
    a = k * m
    if kind is Kind.RATE:
        return fsum(lgamma(done + a) - lgamma(a) + a * log(k) - (done + a) * log(n + k) for done, n in known)
    b = k - a
    team = _log_beta(a, b)
    return fsum(_log_beta(done + a, n - done + b) - team for done, n in known)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)

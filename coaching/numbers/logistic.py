"""Logistic regression with a ridge, its strength tuned by cross-validation: the plain mathematics under a scorecard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Folds = NDArray[np.int64]

PRECISIONS = (64.0, 32.0, 16.0, 8.0, 4.0, 2.0, 1.0)
USUAL = 8.0
"""Beforehand, one answer moves the log odds by about 1/sqrt(8) = 0.35, give or take a factor of e in the precision."""
INNER = 5
MARGIN = 3.0
"""Of log likelihood, held out: answers that say nothing beat the plain rate by more in one table of twenty."""
TUNED_ON = 2_000
"""More rows than these don't make the strength of the ridge any better known."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Distinct rows: `x` (row, feature) is 1, 0 or, in a question left empty, nan; `n` deals share it, `won` were won.

    They come in no order that says anything.
    """

    x: Floats
    n: Floats
    won: Floats
    keys: tuple[str, ...]

    def of(self, which: NDArray[np.bool_]) -> Rows:
        """Those rows."""
        keys = tuple(key for key, it in zip(self.keys, which, strict=True) if it)
        return Rows(self.x[which], self.n[which], self.won[which], keys)


@dataclass(frozen=True, slots=True)
class Tuned:
    """The strength of the ridge, and what each row's log odds were when it was held out."""

    precision: float
    held_out: Floats


@dataclass(frozen=True, slots=True)
class Fit:
    """Log odds = `intercept` + the sum of `weights` x (feature - `usual`); what is empty adds nothing."""

    intercept: float
    weights: Floats
    usual: Floats

    def log_odds(self, x: Floats) -> Floats:
        """Of each row."""
        found: Floats = self.intercept + _centred(x, self.usual) @ self.weights
        return found


def folds(rows: Rows, of: int, salt: str) -> Folds:
    """Which fold each distinct row is in: by its content, not its place in the file; each outcome is spread evenly."""
    import numpy as np

    mostly_won = rows.won * 2 > rows.n
    mixed = [sha256(f"{salt}\x1f{it}".encode()).hexdigest() for it in rows.keys]
    order = sorted(range(len(mixed)), key=lambda at: (bool(mostly_won[at]), mixed[at]))
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.arange(len(order)) % of
    return found


def splits(rows: Rows, of: int, salt: str) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """So many times, rows to learn from and rows to try it on. Deals that share a row stay together."""
    at = folds(rows, of, salt)
    for fold in range(of):
        yield at != fold, at == fold


def fit(rows: Rows, precision: float) -> Fit:
    """The most probable weights when each is normal beforehand, of that precision."""
    return _fit(rows, *_design(rows), precision, None)


def _design(rows: Rows) -> tuple[Floats, Floats]:
    """What each row says beside a one, from the usual on; and what is usual."""
    import numpy as np

    usual = _said(_mean(rows))
    return np.column_stack((np.ones(len(rows.n)), _centred(rows.x, usual))), usual


def _fit(rows: Rows, x: Floats, usual: Floats, precision: float, start: Fit | None) -> Fit:
    """By Newton's method."""
    import numpy as np

    ridge = np.full(x.shape[1], precision)
    ridge[0] = 1e-9
    drawn = np.diag(ridge)
    weights = np.zeros(x.shape[1]) if start is None else np.array([start.intercept, *start.weights])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(x @ weights)))
        slope = x.T @ (rows.n * chance - rows.won) + ridge * weights
        curve = (x * (rows.n * chance * (1 - chance) + 1e-9)[:, None]).T @ x + drawn
        step = np.linalg.solve(curve, slope)
        weights -= np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-6:
            break
    return Fit(float(weights[0]), weights[1:], usual)


def tuned(rows: Rows) -> Tuned | None:
    """The strength that foretells held-out rows best, weighed with USUAL. None when none beats the plain rate."""
    import numpy as np

    some = rows.of(np.arange(len(rows.n)) < TUNED_ON)
    held_out = np.zeros((len(PRECISIONS), len(some.n)))
    rate = np.zeros(len(some.n))
    for train, test in splits(some, INNER, "inner"):
        rate[test] = base_log_odds(some.of(train))
        for row, found in enumerate(_path(some.of(train))):
            held_out[row, test] = found.log_odds(some.x[test])
    losses = np.array([loss(it, some) for it in held_out])
    best = int((losses + np.log(np.array(PRECISIONS) / USUAL) ** 2 / 2).argmin())
    return Tuned(PRECISIONS[best], held_out[best]) if losses.min() < loss(rate, some) - MARGIN else None


def recalibrated(held_out: Floats, rows: Rows, doubt: float) -> tuple[float, float]:
    """Shift and stretch of log odds that fit the held-out rows (Platt, 1999), with `doubt` drawing them to 0 and 1."""
    import numpy as np

    some = rows.of(np.arange(len(rows.n)) < len(held_out))
    x = np.column_stack((np.ones(len(held_out)), held_out))
    found, usual = np.array([0.0, 1.0]), np.array([0.0, 1.0])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(x @ found)))
        slope = x.T @ (some.n * chance - some.won) + doubt * (found - usual)
        curve = (x * (some.n * chance * (1 - chance))[:, None]).T @ x + doubt * np.eye(2)
        step = np.linalg.solve(curve, slope)
        found -= np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-9:
            break
    return float(found[0]), max(float(found[1]), 0.0)


def base_log_odds(rows: Rows) -> float:
    """Of the plain rate, one deal of either outcome added."""
    import numpy as np

    won, n = rows.won.sum(), rows.n.sum()
    return float(np.log((won + 1) / (n - won + 1)))


def loss(log_odds: Floats, rows: Rows) -> float:
    """Minus the log likelihood."""
    import numpy as np

    return float((rows.n * np.logaddexp(0, log_odds) - rows.won * log_odds).sum())


def _path(rows: Rows) -> Iterator[Fit]:
    """From the strongest ridge on, each fit the start of the next."""
    x, usual = _design(rows)
    found: Fit | None = None
    for precision in PRECISIONS:
        found = _fit(rows, x, usual, precision, found)
        yield found


def _mean(rows: Rows) -> Floats:
    """Of each feature, among the deals whose question isn't empty."""
    import numpy as np

    there = ~np.isnan(rows.x) * rows.n[:, None]
    found: Floats = (_said(rows.x) * rows.n[:, None]).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    return found


def _centred(x: Floats, usual: Floats) -> Floats:
    return _said(x - usual)


def _said(x: Floats) -> Floats:
    """Zero where nothing is. numpy's own nan_to_num looks for infinities, too, and takes three times as long."""
    import numpy as np

    return np.where(np.isnan(x), 0, x)

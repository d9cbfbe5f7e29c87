"""How well deals that were held out are foretold: rank (AUC), squared error (Brier), right or wrong, calibration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coaching.numbers.logistic import Rows, base_log_odds, splits

if TYPE_CHECKING:
    from coaching.numbers.logistic import Floats

FOLDS = 10
TIMES, SMALL = 3, 1_000
PARTS = 5


@dataclass(frozen=True, slots=True)
class Part:
    """A fifth of the deals, by chance: what was foretold and what came."""

    n: int
    foretold: float
    won: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """Over all deals, each foretold by a card that had not seen it or one like it."""

    folds: int
    times: int
    """How often it was cut into folds."""
    auc: float
    brier: float
    accuracy: float
    brier_of_rate: float
    """Of the plain rate, held out likewise: what any card has to beat."""
    calibration: tuple[Part, ...]
    luck: float
    """The standard error of how far `brier` is below `brier_of_rate`; deals that share a row count as one."""
    auc_luck: float
    """The standard error of an AUC where nothing tells anything (Mann and Whitney, 1947)."""

    @property
    def tells(self) -> bool:
        """Whether the card does better than the plain rate, by more than luck makes."""
        return self.brier_of_rate - self.brier > self.luck and self.auc - 0.5 > self.auc_luck


def cross_validated(rows: Rows, log_odds: Callable[[Rows, Floats], Floats]) -> Validated:
    """`log_odds` learns from rows and says those of others. Deals that share a row are in the same fold.

    With few rows the figures are means over several ways to cut them: one way's luck moves an AUC by a hundredth.
    """
    folds, times = min(FOLDS, len(rows.n)), TIMES if len(rows.n) <= SMALL else 1
    cuts = [_held_out(rows, log_odds, folds, f"outer {it}") for it in range(times)]
    return Validated(
        folds=folds,
        times=times,
        auc=sum(auc(p, rows) for p, _ in cuts) / times,
        brier=sum(brier(p, rows) for p, _ in cuts) / times,
        accuracy=sum(accuracy(p, rows) for p, _ in cuts) / times,
        brier_of_rate=sum(brier(rate, rows) for _, rate in cuts) / times,
        calibration=_calibration([p for p, _ in cuts], rows),
        luck=_luck([_errors(rate, rows) - _errors(p, rows) for p, rate in cuts], rows),
        auc_luck=_auc_luck(rows),
    )


def _held_out(rows: Rows, log_odds: Callable[[Rows, Floats], Floats], folds: int, salt: str) -> tuple[Floats, Floats]:
    """The chance of each row, and what the plain rate of the others would say."""
    import numpy as np

    found, rate = np.zeros(len(rows.n)), np.zeros(len(rows.n))
    for train, test in splits(rows, folds, salt):
        found[test] = log_odds(rows.of(train), rows.x[test])
        rate[test] = base_log_odds(rows.of(train))
    return 1 / (1 + np.exp(-found)), 1 / (1 + np.exp(-rate))


def accuracy(p: Floats, rows: Rows) -> float:
    """The share of deals whose likelier outcome came."""
    import numpy as np

    return float(np.where(p > 0.5, rows.won, rows.n - rows.won).sum() / rows.n.sum())


def brier(p: Floats, rows: Rows) -> float:
    """Mean squared error."""
    return float(_errors(p, rows).sum() / rows.n.sum())


def _errors(p: Floats, rows: Rows) -> Floats:
    """Squared, the sum of each row's deals."""
    found: Floats = rows.won * (1 - p) ** 2 + (rows.n - rows.won) * p**2
    return found


def _luck(gains: Sequence[Floats], rows: Rows) -> float:
    """The standard error of the mean gain of a deal, from the spread between rows."""
    import numpy as np

    gain, n = np.mean(gains, axis=0), float(rows.n.sum())
    return float(np.sqrt(((gain - rows.n * gain.sum() / n) ** 2).sum()) / n)


def _auc_luck(rows: Rows) -> float:
    won, n = float(rows.won.sum()), float(rows.n.sum())
    pairs = won * (n - won)
    return float(((n + 1) / (12 * pairs)) ** 0.5) if pairs else 1.0


def auc(p: Floats, rows: Rows) -> float:
    """The chance that a deal that was won has a higher `p` than one that was lost; ties are half."""
    import numpy as np

    values, at = np.unique(np.round(p, 12), return_inverse=True)
    won = np.bincount(at, rows.won, len(values))
    lost = np.bincount(at, rows.n - rows.won, len(values))
    below = np.cumsum(lost) - lost
    pairs = won.sum() * lost.sum()
    return float((won * (below + lost / 2)).sum() / pairs) if pairs else 0.5


def _calibration(cuts: Sequence[Floats], rows: Rows) -> tuple[Part, ...]:
    import numpy as np

    p, n, won = np.concatenate(cuts), np.tile(rows.n, len(cuts)), np.tile(rows.won, len(cuts))
    order = np.argsort(p, kind="stable")
    done = np.cumsum(n[order]) - n[order] / 2
    part = np.minimum((done / n.sum() * PARTS).astype(int), PARTS - 1)
    found = []
    for it in range(PARTS):
        some = order[part == it]
        if deals := float(n[some].sum()):
            share = float(won[some].sum()) / deals
            found.append(Part(round(deals / len(cuts)), float((p[some] * n[some]).sum()) / deals, share))
    return tuple(found)

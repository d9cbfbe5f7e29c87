"""By which age how many deals are won, how many lost, how many still open; these count as far as they have come.

Cumulative incidence with two competing ends (Aalen and Johansen, 1978): at each age t at which deals ended,
    won(t)  += open(t-) * won at t / at risk,   lost(t) += open(t-) * lost at t / at risk,
    open(t)  = open(t-) * (1 - ended at t / at risk),
so that won + lost + open = 1. With one kind of end, open is Kaplan and Meier's (1958) curve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import TYPE_CHECKING

from coaching.numbers.known import NEVER, Pipeline

if TYPE_CHECKING:
    from numpy import bool_, float64, int64
    from numpy.typing import NDArray

SURE = 1.2816
"""Standard errors on each side of an 80 % interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incidence:
    """A step per age (in days) at which some deal ended. Shares in 0..1; `error` is the standard error of `won`."""

    days: tuple[int, ...]
    won: tuple[float, ...]
    lost: tuple[float, ...]
    open: tuple[float, ...]
    error: tuple[float, ...]
    at_risk: tuple[int, ...]
    """Deals that were open at that age."""
    n: int

    @property
    def half_closed_days(self) -> int | None:
        """The first age after which at most half are open; None when more than half always are."""
        return next((day for day, it in zip(self.days, self.open, strict=True) if it <= 0.5), None)

    @property
    def band(self) -> tuple[tuple[float, float], ...]:
        """Around `won`, 80 %."""
        pairs = zip(self.won, self.error, strict=True)
        return tuple((max(0.0, it - SURE * error), min(1.0, it + SURE * error)) for it, error in pairs)

    def won_by(self, share: float) -> int | None:
        """The first age by which so great a share of those ever won is won; None when none was."""
        most = self.won[-1] if self.won else 0.0
        if not most:
            return None
        return next(day for day, it in zip(self.days, self.won, strict=True) if it >= share * most - 1e-12)


def incidence(
    ended: NDArray[int64], won: NDArray[bool_], lost: NDArray[bool_], entered: NDArray[int64] | None = None
) -> Incidence:
    """Of deals by the age at which each ended, or up to which it was seen open when it is neither won nor lost.

    `entered` is the age from which each was watched, 0 without. Its variance is Aalen's, as given by Marubini and
    Valsecchi, "Analysing Survival Data from Clinical Trials and Observational Studies" (1995), 10.3.
    """
    import numpy as np

    begun = np.zeros(len(ended), dtype=np.int64) if entered is None else entered
    here = ended >= begun
    ended, won, lost, begun = ended[here], won[here], lost[here], begun[here]
    days = np.unique(ended[won | lost])
    wins, losses = (_counted(ended[it], days) for it in (won, lost))
    # Who came under watch on a day may end on it.
    risk = np.searchsorted(np.sort(begun), days, side="right") - np.searchsorted(np.sort(ended), days, side="left")
    remain = np.cumprod(1 - (wins + losses) / risk)
    before = np.concatenate(([1.0], remain))[: len(days)]
    won_by, lost_by = (np.cumsum(before * it / risk) for it in (wins, losses))
    return Incidence(
        days=tuple(days.tolist()),
        won=tuple(won_by.tolist()),
        lost=tuple(lost_by.tolist()),
        open=tuple(remain.tolist()),
        error=tuple(_errors(won_by, before, wins, wins + losses, risk)),
        at_risk=tuple(risk.tolist()),
        n=len(ended),
    )


def of_pipeline(known: Pipeline, on: date, rows: NDArray[bool_] | None = None) -> Incidence:
    """Of the deals whose age is known. Before the file's first close nothing could be seen closing."""
    import numpy as np

    here = known.created < NEVER
    if rows is not None:
        here &= rows
    until = np.minimum(np.minimum(known.closed, known.left), on.toordinal())[here]
    created, closed = known.created[here], known.is_closed[here]
    first = int(known.closed.min()) if known.is_closed.any() else on.toordinal()
    won = known.won[here]
    return incidence(until - created, closed & won, closed & ~won, np.maximum(first - created, 0))


def _counted(ended: NDArray[int64], days: NDArray[int64]) -> NDArray[int64]:
    import numpy as np

    return np.bincount(np.searchsorted(days, ended), minlength=len(days))


def _errors(
    won_by: NDArray[float64], before: NDArray[float64], wins: NDArray[int64], ends: NDArray[int64], risk: NDArray[int64]
) -> Sequence[float]:
    """With g = won(t) - won(s), sums of g^2 d/(n (n - d)) + before^2 (n - w) w/n^3 - 2 g before w/n^2 over s <= t."""
    import numpy as np

    # Where all that were left ended at once, nothing after it can vary.
    left = np.maximum(risk - ends, 1)
    a = np.where(risk > ends, ends / (risk * left), 0.0)
    b, c = before**2 * (risk - wins) * wins / risk**3, before * wins / risk**2
    whole = (
        won_by**2 * np.cumsum(a) - 2 * won_by * np.cumsum(won_by * a) + np.cumsum(won_by**2 * a)
        + np.cumsum(b) - 2 * (won_by * np.cumsum(c) - np.cumsum(won_by * c))
    )  # fmt: skip
    return [sqrt(max(0.0, it)) for it in whole.tolist()]

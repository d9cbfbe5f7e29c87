"""What the deals that are open now are expected to bring within a stretch, however their chances were found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING

from coaching.numbers.backsolve import Estimate, Origin
from coaching.numbers.measures import Z80
from coaching.numbers.uncertainty import USUAL_OWN_SHOCK, USUAL_SHOCK

if TYPE_CHECKING:
    from coaching.numbers.expectation import Expected
    from coaching.numbers.uncertainty import Shock


@dataclass(frozen=True, slots=True, kw_only=True)
class StillOpen:
    """`expected` with its bounds and the number of deals; `amount` if all of them were won. Whole units.

    `unpriced`: deals of which nothing can be expected, for want of an amount or of anything that gives a chance.
    """

    expected: Estimate
    amount: float
    unpriced: int


def still_open(*, mean: float, spread: float, amount: float, n: int, unpriced: int, origin: Origin) -> StillOpen:
    """`spread` is the standard deviation. The bounds lie between nothing and everything."""
    off = Z80 * spread
    low, high = min(mean, max(0.0, mean - off)), max(mean, min(amount, mean + off))
    return StillOpen(
        expected=Estimate(value=mean, low=low, high=high, n=n, origin=origin), amount=amount, unpriced=unpriced
    )


def of_history(it: Expected, moved: Shock) -> tuple[StillOpen, list[StillOpen]]:
    """Everybody's and each owner's part of an expectation. The spread: luck, and the shocks the whole is told with.

    The shocks of owners are independent, that of all isn't.
    """
    opened, origin = it.opened, Origin.TEAM if it.chances.learned >= 1 else Origin.PLAN
    common, own = moved.common**2 * opened.mean**2, moved.own**2 * opened.mean**2
    columns = (opened.mean, (opened.variance + common + own) ** 0.5, opened.amount, opened.n, opened.unpriced)
    rows = zip(*(one.tolist() for one in columns), strict=True)
    each = [
        still_open(mean=mean, spread=spread, amount=amount, n=n, unpriced=unpriced, origin=origin)
        for mean, spread, amount, n, unpriced in rows
    ]
    mean = float(opened.mean.sum())
    whole = still_open(
        mean=mean,
        spread=sqrt(float((opened.variance + own).sum()) + moved.common**2 * mean**2),
        amount=float(opened.amount.sum()),
        n=int(opened.n.sum()),
        unpriced=int(opened.unpriced.sum()),
        origin=origin,
    )
    return whole, each


def of_stages(deals: Iterable[tuple[float, float]], unpriced: int, *, everybody: bool) -> StillOpen:
    """Of deals (amount, stage's probability): mean p a, variance a^2 p (1 - p) by luck, and the usual shock beside it.

    An owner's shock is larger than everybody's together.
    """
    them = tuple(deals)
    mean = sum(amount * chance for amount, chance in them)
    luck = sum(amount**2 * chance * (1 - chance) for amount, chance in them)
    return still_open(
        mean=mean,
        spread=sqrt(luck + ((USUAL_SHOCK if everybody else USUAL_OWN_SHOCK) * mean) ** 2),
        amount=sum(amount for amount, _ in them),
        n=len(them),
        unpriced=unpriced,
        origin=Origin.PLAN,
    )


def at(it: StillOpen, value: float) -> StillOpen:
    """The same, told as `value`: what is rounded has to add up."""
    old = it.expected
    return replace(it, expected=replace(old, value=value, low=min(old.low, value), high=max(old.high, value)))


NOTHING = of_stages((), 0, everybody=True)
"""Of nothing open, or of a period with no day left."""

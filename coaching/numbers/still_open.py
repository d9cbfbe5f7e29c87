"""What the deals that are open now are expected to bring within a period, by owner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import isnan, sqrt
from typing import TYPE_CHECKING

from coaching.numbers.amounts import typical
from coaching.numbers.backsolve import Estimate, Origin
from coaching.numbers.chances import chances
from coaching.numbers.expectation import days_of
from coaching.numbers.hazard import fitted
from coaching.numbers.measures import Z80
from coaching.numbers.pipeline import pipeline_of
from coaching.numbers.uncertainty import USUAL_OWN_SHOCK, USUAL_SHOCK
from coaching.opportunities import Category, Opportunity

if TYPE_CHECKING:
    from coaching.company import Company


@dataclass(frozen=True, slots=True)
class Chanced:
    """An open deal: whose, its worth (whole units; the usual one where nobody said), its chance within the period.

    NaN where nothing says what it is worth or how likely it is.
    """

    owner: str
    amount: float
    chance: float

    @property
    def known(self) -> bool:
        """Whether something can be expected of it."""
        return not (isnan(self.amount) or isnan(self.chance))


@dataclass(frozen=True, slots=True, kw_only=True)
class StillOpen:
    """`expected` with its bounds and the number of deals; `amount` if all of them were won.

    `unpriced`: deals of which nothing can be expected, for want of an amount or of anything that gives a chance.
    """

    expected: Estimate
    amount: float
    unpriced: int


@dataclass(frozen=True, slots=True)
class OpenDeals:
    """All of them, and whether the chances come from the company's history or from its word on stages."""

    deals: tuple[Chanced, ...]
    origin: Origin

    def of(self, owner: str | None) -> StillOpen:
        """One owner's, or everybody's: mean p a, variance a^2 p (1 - p) by luck, and the usual shock beside it."""
        mine = [it for it in self.deals if owner in {None, it.owner}]
        deals = [it for it in mine if it.known]
        mean, amount = sum(it.chance * it.amount for it in deals), sum(it.amount for it in deals)
        luck = sum(it.amount**2 * it.chance * (1 - it.chance) for it in deals)
        off = Z80 * sqrt(luck + ((USUAL_SHOCK if owner is None else USUAL_OWN_SHOCK) * mean) ** 2)
        low, high = max(0.0, mean - off), min(amount, mean + off)
        expected = Estimate(value=mean, low=low, high=high, n=len(deals), origin=self.origin)
        return StillOpen(expected=expected, amount=amount, unpriced=len(mine) - len(deals))


def open_deals(
    opened: Iterable[Opportunity], closed: Iterable[Opportunity], company: Company, on: date, until: date
) -> OpenDeals:
    """Each open deal with its chance to be won from `on` to `until`, both included (chances.py).

    Learnt from what had closed before `on`, so that a stale deal isn't counted on; a new company's stages speak until
    its history does. What was left out of the forecast by hand stays out.
    """
    here = tuple(it for it in opened if it.category is not Category.OMITTED)
    known = pipeline_of((*closed, *here), (), company).as_of(on + timedelta(days=1))
    worth, hazard, rows = typical(known), fitted(known.as_of(on), on), known.is_open
    found = chances(known, hazard, days_of(on, until))
    owners = [known.owners[it] for it in known.owner[rows]]
    amounts = worth.of(known, rows).mean.tolist() if worth else [float("nan")] * len(owners)
    return OpenDeals(
        tuple(map(Chanced, owners, amounts, found.within.tolist())),
        Origin.TEAM if found.learned >= 1 else Origin.PLAN,
    )

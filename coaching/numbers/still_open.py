"""What the deals that are open now are expected to bring within a period, by owner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import TYPE_CHECKING

from coaching.categories import in_period
from coaching.numbers.amounts import typical
from coaching.numbers.backsolve import Estimate, Origin
from coaching.numbers.expectation import days_of
from coaching.numbers.hazard import fitted
from coaching.numbers.measures import Z80
from coaching.numbers.pipeline import NOBODY, pipeline_of
from coaching.numbers.projection import ENOUGH_WON
from coaching.numbers.uncertainty import USUAL_OWN_SHOCK, USUAL_SHOCK
from coaching.opportunities import Category, Opportunity

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.numbers.known import Pipeline
    from coaching.periods import Period


@dataclass(frozen=True, slots=True)
class Chanced:
    """An open deal: whose, its worth (whole units; the usual one where nobody said), its chance within the period."""

    owner: str
    amount: float
    chance: float


@dataclass(frozen=True, slots=True)
class Chances:
    """Of all open deals, where they come from, and whose deals can't be given one (an owner for each)."""

    deals: tuple[Chanced, ...]
    origin: Origin
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StillOpen:
    """`expected` with its bounds and the number of deals; `amount` if all of them were won."""

    expected: Estimate
    amount: float
    unpriced: int


def chances(
    opened: Iterable[Opportunity], closed: Iterable[Opportunity], company: Company, on: date, period: Period
) -> Chances:
    """Of each open deal to be won from `on` to the period's end.

    By its age and the calendar, learnt from what closed before `on` (hazard.py), so that a stale deal isn't counted
    on; with fewer than ENOUGH_WON wins to learn from, by the file's stage probabilities, if it is due in the period.
    What was left out of the forecast by hand stays out.
    """
    here = tuple(it for it in opened if it.category is not Category.OMITTED)
    known = pipeline_of((*closed, *here), (), company)
    if int(known.as_of(on).won.sum()) >= ENOUGH_WON:
        return Chances(_by_hazard(known, on, period.end), Origin.TEAM)
    due = [(it.member or NOBODY, _by_stage(it, company)) for it in in_period(here, period)]
    return Chances(
        tuple(one for _, one in due if one is not None),
        Origin.PLAN,
        tuple(who for who, one in due if one is None),
    )


def still_open(them: Chances, owner: str | None) -> StillOpen:
    """One owner's, or everybody's: mean p a, variance a^2 p (1 - p) by luck, and the usual shock beside it."""
    deals = [it for it in them.deals if owner in {None, it.owner}]
    mean, amount = sum(it.chance * it.amount for it in deals), sum(it.amount for it in deals)
    luck = sum(it.amount**2 * it.chance * (1 - it.chance) for it in deals)
    off = Z80 * sqrt(luck + ((USUAL_SHOCK if owner is None else USUAL_OWN_SHOCK) * mean) ** 2)
    return StillOpen(
        expected=Estimate(
            value=mean, low=max(0.0, mean - off), high=min(amount, mean + off), n=len(deals), origin=them.origin
        ),
        amount=amount,
        unpriced=sum(owner in {None, it} for it in them.without),
    )


def _by_hazard(known: Pipeline, on: date, until: date) -> tuple[Chanced, ...]:
    import numpy as np

    past = known.as_of(on)
    hazard, worth = fitted(past, on), typical(past)
    opened = known.is_open
    if hazard is None or worth is None or not opened.any():
        return ()
    ages, place = np.unique(np.maximum(0, on.toordinal() - known.created[opened]), return_inverse=True)
    chances = hazard.chances(ages, days_of(on, until))[place]
    amounts = worth.of(known, opened).mean
    owners = [known.owners[it] for it in known.owner[opened]]
    return tuple(
        Chanced(who, float(amount), float(chance)) for who, amount, chance in zip(owners, amounts, chances, strict=True)
    )


def _by_stage(it: Opportunity, company: Company) -> Chanced | None:
    stage = company.stage(it.stage)
    priced = it.amount is not None and it.amount.currency == company.currency
    if stage is None or stage.probability is None or not priced or it.amount is None:
        return None
    return Chanced(it.member or NOBODY, float(it.amount.amount), stage.probability)

"""What a pipeline adds up to: sums per category, and the range of what independent deals may bring together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING

from coaching.categories import category
from coaching.language import t
from coaching.money import Money, total
from coaching.opportunities import Category, Opportunity

if TYPE_CHECKING:
    from coaching.company import Company

CELLS = 20_000
"""The finest grid: a cell is then 1/20,000 of everything being won, far below what anybody's amounts are good for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A sum of amounts, and what it couldn't hold: an unknown amount is unknown, not zero."""

    amount: Money
    n: int = 0
    without_amount: int = 0
    other_currency: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """What will be won, what is won already included. `chance` is of reaching the target, None without one.

    `n` is of open deals that it was made from; the others say which of them, or beside them, lacked something.
    """

    p10: Money
    p50: Money
    p90: Money
    expected: Money
    n: int
    n_without_amount: int = 0
    """No amount, or one in another currency: left out, or valued by deals like them where the range says so."""
    n_without_probability: int = 0
    """Left out: their stage has none."""
    chance: float | None = None


@dataclass(frozen=True, slots=True)
class NoRange:
    """Why there is none."""

    why: str


def summed(opportunities: Iterable[Opportunity], currency: str) -> Sum:
    """The amounts that can be added, and how many can't."""
    deals = tuple(opportunities)
    known = [it.amount for it in deals if it.amount is not None]
    fitting = [it for it in known if it.currency == currency]
    return Sum(
        amount=total(fitting, currency),
        n=len(deals),
        without_amount=len(deals) - len(known),
        other_currency=len(known) - len(fitting),
    )


def by_category(opportunities: Iterable[Opportunity], company: Company) -> dict[Category, Sum]:
    """Every category in its order, also those with nothing in them."""
    deals = tuple(opportunities)
    return {kind: summed((it for it in deals if category(it, company) is kind), company.currency) for kind in Category}


def by_stages(
    opportunities: Iterable[Opportunity], company: Company, *, won: Money, target: Money | None = None
) -> Range | NoRange:
    """The range of `won` and what the open deals add to it, each won or not by its stage's probability alone.

    Deals left out of the forecast by hand stay out. NoRange when no deal has both an amount and a probability.
    """
    deals = _counted(opportunities)
    n_priced, known = len(_priced(deals, company)), priced(deals, company)[0]
    if deals and not known:
        return NoRange(t("no stage probabilities") if n_priced else t("no amounts"))
    spread = sum_of(known)
    return Range(
        p10=won + Money(spread.quantile(0.1), company.currency),
        p50=won + Money(spread.quantile(0.5), company.currency),
        p90=won + Money(spread.quantile(0.9), company.currency),
        expected=won + Money(round(spread.mean), company.currency),
        n=len(known),
        n_without_amount=len(deals) - n_priced,
        n_without_probability=n_priced - len(known),
        chance=None if target is None else spread.at_least((target - won).minor),
    )


def priced(opportunities: Iterable[Opportunity], company: Company) -> tuple[list[tuple[int, float]], int]:
    """Minor units and stage's probability of the deals that have both, and of how many deals they are."""
    deals = _counted(opportunities)
    probability = {name: _probability(name, company) for name in {it.stage for it in deals}}
    them = ((minor, probability[it.stage]) for it, minor in _priced(deals, company))
    return [(minor, chance) for minor, chance in them if chance is not None], len(deals)


def _counted(opportunities: Iterable[Opportunity]) -> tuple[Opportunity, ...]:
    return tuple(it for it in opportunities if it.category is not Category.OMITTED)


def _priced(deals: Iterable[Opportunity], company: Company) -> list[tuple[Opportunity, int]]:
    return [(it, it.amount.minor) for it in deals if it.amount and it.amount.currency == company.currency]


def _probability(name: str, company: Company) -> float | None:
    stage = company.stage(name)
    return stage.probability if stage else None


@dataclass(frozen=True, slots=True)
class Spread:
    """The distribution of a sum: `chances[i]` is the chance of `base + i * step` minor units, or about it."""

    base: int
    step: int
    chances: tuple[float, ...]
    mean: float
    exact: bool = True
    """Whether every amount is so many steps."""

    def quantile(self, share: float) -> int:
        """The least sum that the total stays at or below with a chance of at least `share`.

        Between amounts that are no whole steps lie sums that can't occur: there it has three digits, and none that a
        step is larger than.
        """
        reached, at = 0.0, len(self.chances) - 1
        for cell, chance in enumerate(self.chances):
            reached += chance
            if reached >= share - 1e-9:
                at = cell
                break
        found = self.base + at * self.step
        if self.exact:
            return found
        unit: int = 10 ** max(len(str(abs(found))) - 3, len(str(self.step)))
        return round(found / unit) * unit

    def at_least(self, amount: int) -> float:
        """The chance of that much or more."""
        first = max(0, -((self.base - amount) // self.step))
        return min(1.0, sum(self.chances[first:]))


def sum_of(deals: Sequence[tuple[int, float]]) -> Spread:
    """The sum of independent deals (minor units, chance in 0..1), by convolution: P(s) = (1-p) P(s) + p P(s-a).

    Exact where the amounts share a divisor that gives at most CELLS cells. Else an amount between two cells is split
    between them in proportion, which keeps the mean exact.
    """
    import numpy as np

    # Losing a credit with chance 1-p is winning its opposite: so that the grid only has to grow upwards.
    base = sum(amount for amount, _ in deals if amount < 0)
    upward = [(amount, p) if amount >= 0 else (-amount, 1 - p) for amount, p in deals if amount]
    step = _step([amount for amount, _ in upward])
    chances = np.ones(1)
    for amount, p in upward:
        cell, rest = divmod(amount, step)
        grown = np.zeros(len(chances) + cell + bool(rest))
        grown[: len(chances)] += (1 - p) * chances
        grown[cell : cell + len(chances)] += p * (1 - rest / step) * chances
        if rest:
            grown[cell + 1 : cell + 1 + len(chances)] += p * (rest / step) * chances
        chances = grown
    exact = all(amount % step == 0 for amount, _ in upward)
    return Spread(base, step, tuple(chances.tolist()), sum(amount * p for amount, p in deals), exact)


def _step(amounts: Sequence[int]) -> int:
    """The largest cell that every amount is a multiple of, or the finest that CELLS allows."""
    if not amounts:
        return 1
    return max(gcd(*amounts), -(-sum(amounts) // CELLS))

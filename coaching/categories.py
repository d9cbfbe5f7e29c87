"""How sure an open deal is held to be, when neither the CRM nor the rep has said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from coaching.language import marked
from coaching.opportunities import Category, Opportunity

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.periods import Period

# A deal in a stage that is won at least seven times in ten is counted on; at least four in ten, hoped for. Without a
# probability a stage says nothing, so its deals are pipeline until somebody says more.
COMMIT_FROM = 0.7
BEST_CASE_FROM = 0.4

NAMES = {
    Category.COMMIT: marked("Commit"),
    Category.BEST_CASE: marked("Best case"),
    Category.PIPELINE: marked("Pipeline"),
    Category.OMITTED: marked("Left out"),
}


def category(it: Opportunity, company: Company) -> Category:
    """As said by the CRM or the rep, else by its stage's probability."""
    if it.category is not None:
        return it.category
    stage = company.stage(it.stage)
    probability = (stage.probability if stage else None) or 0.0
    if probability >= COMMIT_FROM:
        return Category.COMMIT
    return Category.BEST_CASE if probability >= BEST_CASE_FROM else Category.PIPELINE


def in_period(opportunities: Iterable[Opportunity], period: Period) -> tuple[Opportunity, ...]:
    """The open ones that belong to a running period: to close within it, or due before and still open."""
    return tuple(it for it in opportunities if it.is_open and it.close_date and it.close_date <= period.end)


def undated(opportunities: Iterable[Opportunity]) -> tuple[Opportunity, ...]:
    """The open ones without a close date; they belong to no period until they have one."""
    return tuple(it for it in opportunities if it.is_open and it.close_date is None)

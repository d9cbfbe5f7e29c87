"""A company's opportunities in columns, by member: what `coach analyze` sees in an export, from what is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from coaching.numbers.known import Pipeline, pipeline
from coaching.opportunities import Change, Opportunity

if TYPE_CHECKING:
    from coaching.company import Company

NOBODY = ""
"""The owner of deals that belong to no member."""


def pipeline_of(
    opportunities: Iterable[Opportunity],
    changes: Iterable[Change],  # noqa: ARG001 - which stage a deal was in on an earlier day is not used yet
    company: Company,
) -> Pipeline:
    """Everything ever known of the company's deals, gone and closed ones included.

    `owners` are member ids, NOBODY for deals that are nobody's here. Amounts in another currency than the company's
    count as unknown.
    """
    deals = [_counted(it, company.currency) for it in opportunities]
    return replace(pipeline(deals), year_starts=company.fiscal_year_start)


def _counted(it: Opportunity, currency: str) -> Opportunity:
    fits = it.amount is not None and it.amount.currency == currency
    return replace(it, owner=it.member or NOBODY, amount=it.amount if fits else None)

"""What the coach and the baselines expect of the running period, to be kept and scored when it is over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from coaching.forecasts import TEAM, Author, Estimate
from coaching.numbers.baselines import baselines
from coaching.numbers.forecast import NoRange, Range
from coaching.numbers.outlook import Outlook, outlook, staged

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.opportunities import Book


def estimates(book: Book, company: Company, on: date, *, first: bool) -> tuple[Estimate, ...]:
    """On the morning of `on`, by what was dated before it; for the team and each active rep.

    `first`: none was kept of this period yet. Baselines that go by earlier periods don't change while it runs, so they
    are kept that once. Nothing at all from a company whose deals aren't known.
    """
    if not book.deals:
        return ()
    period = company.period(on)
    coach, weighted = outlook(book, company, period, on), staged(book, company, period, on)
    found = [*_kept(coach, company, str(period)), *_weighted(weighted, company, str(period))]
    for by, said in baselines(book.deals, company, period, on).items() if first else ():
        found += [Estimate(period=str(period), on=on, by=by, member=who, expected=it) for who, it in said.items()]
    return tuple(found)


def _ranges(it: Outlook, company: Company) -> Iterator[tuple[str, Range]]:
    told: Mapping[str, Range | NoRange] = {TEAM: it.total, **{rep.id: it.of(rep.id) for rep in company.reps}}
    for who, found in told.items():
        if isinstance(found, Range):
            yield who, found


def _kept(it: Outlook, company: Company, period: str) -> Iterator[Estimate]:
    for who, found in _ranges(it, company):
        yield Estimate(
            period=period,
            on=it.on,
            by=Author.COACH,
            member=who,
            expected=found.expected,
            p10=found.p10,
            p50=found.p50,
            p90=found.p90,
            basis=it.basis.value,
        )


def _weighted(it: Outlook, company: Company, period: str) -> Iterator[Estimate]:
    for who, found in _ranges(it, company):
        yield Estimate(period=period, on=it.on, by=Author.STAGE_WEIGHTED, member=who, expected=found.expected)

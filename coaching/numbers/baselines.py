"""Forecasts that take no skill, beside which the others have to show theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from coaching.forecasts import TEAM, Author
from coaching.money import Money, total
from coaching.numbers.outlook import won_by_member
from coaching.opportunities import Opportunity, Status

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.periods import Period

TRAILING = 4
"""Periods of the trailing mean: of quarters, one of each season. Fewer when there were fewer."""

Said = Mapping[str, Money]
"""By member, and TEAM."""


def baselines(deals: Sequence[Opportunity], company: Company, period: Period, on: date) -> dict[Author, Said]:
    """Those that go by earlier periods, from what closed before `on`; none where nothing had closed yet.

    A period counts from the one in which the first deal closed. An unknown amount counts 0.
    """
    ends = [it.closed_on for it in deals if it.status is not Status.OPEN and it.closed_on and it.closed_on < on]
    if not ends:
        return {}
    first = company.period(min(ends))
    before = [it for it in _before(period) if it >= first]
    won = {it: _whole(won_by_member(deals, company, it, until=on), company) for it in before}
    found = {}
    if before:
        found[Author.LAST_PERIOD] = won[before[0]]
        found[Author.TRAILING_MEAN] = _mean([won[it] for it in before[:TRAILING]], company)
    if len(before) == TRAILING:
        found[Author.SAME_SEASON] = won[before[-1]]
    return found


def _before(period: Period) -> list[Period]:
    """The periods of a year, the latest first."""
    found = [period.previous]
    while len(found) < TRAILING:
        found.append(found[-1].previous)
    return found


def _whole(won: Mapping[str, Money], company: Company) -> Said:
    """Everybody who could be asked about, also with nothing; who has left counts in the whole."""
    return {
        TEAM: total(won.values(), company.currency),
        **{it.id: won.get(it.id, Money(0, company.currency)) for it in company.reps},
    }


def _mean(them: Sequence[Said], company: Company) -> Said:
    return {who: Money(round(sum(it[who].minor for it in them) / len(them)), company.currency) for who in them[0]}

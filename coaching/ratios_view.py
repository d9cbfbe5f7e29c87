"""Everything about a company's ratios on a day: gathered once, the same for the report and the chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from coaching.book import deals_on
from coaching.numbers.chain import TEAM, Chain, Person, chain
from coaching.numbers.counted import counted, counted_steps
from coaching.numbers.per_sale import PerSale, per_sale
from coaching.numbers.ratios import WEEKS
from coaching.numbers.trend import Direction, Trend, Week, trends, weeks
from coaching.numbers.wins import Group, Wins, known_on, wins

if TYPE_CHECKING:
    from coaching.checkins import CheckIn
    from coaching.company import Company
    from coaching.opportunities import Opportunity
    from coaching.ports import Records

_CLOSED_BEFORE = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the ratios of a day are made from: two times thirteen weeks of check-ins, and the deals of two years."""

    company: Company
    day: date
    checkins: tuple[CheckIn, ...]
    deals: tuple[Opportunity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """By what was dated up to `day`. `weeks` and `per_sale` are by member, with TEAM for all together."""

    company: Company
    day: date
    chain: Chain
    per_sale: Mapping[str, tuple[PerSale, ...]]
    weeks: Mapping[str, tuple[Week, ...]]
    trends: tuple[Trend, ...]
    wins: Wins

    @property
    def people(self) -> int:
        """How many are behind the team's figures."""
        return len(self.chain.people)

    def person(self, member: str) -> Person | None:
        """A member's chain, or with TEAM everybody's; None for a member who hasn't answered."""
        return self.chain.team if member == TEAM else self.chain.of(member)

    def moves(self, member: str) -> tuple[Trend, ...]:
        """What went up or down, of one member or of the team."""
        return tuple(it for it in self.trends if it.member == member and it.direction is not Direction.STEADY)

    def won(self, member: str) -> Group | None:
        """A member's win ratio; None when nothing of theirs has ended."""
        return next((it for it in self.wins.members if it.name == member), None)


def facts(records: Records, day: date) -> Facts:
    """Of everybody: nobody's ratio can be told without the team's."""
    return Facts(
        company=records.company,
        day=day,
        checkins=records.checkins(day - timedelta(weeks=2 * WEEKS + 1), day),
        deals=deals_on(records, day, day - _CLOSED_BEFORE),
    )


def view(it: Facts) -> View:
    """The ratios themselves."""
    deals = known_on(it.deals, it.day)
    steps = counted_steps(it.company, with_deals=bool(deals))
    worked = counted(it.company, it.checkins, deals)
    found = chain(steps, worked, it.day)
    everybody = (found.team, *found.people)
    by_week = {one.member: weeks(worked, one.member, it.day) for one in everybody}
    return View(
        company=it.company,
        day=it.day,
        chain=found,
        per_sale={one.member: per_sale(one) if _sells(it.company, found) else () for one in everybody},
        weeks=by_week,
        trends=trends(steps, found.linked, by_week),
        wins=wins(deals, it.day),
    )


def _sells(company: Company, found: Chain) -> bool:
    """Whether the chain's own last step, the sale, is counted."""
    return bool(found.linked) and found.linked[-1] == company.steps[-1]

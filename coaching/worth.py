"""What an hour of work on a deal is worth: its amount, its chance, its gates, and the hours that it still takes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from coaching.numbers.outlook import Odds, first_day_ahead, odds
from coaching.playbooks import playbook
from coaching.qualification import Deal, Qualified, by_deal, qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from coaching.company import Company
    from coaching.findings.finding import Seen
    from coaching.numbers.cycle import Left
    from coaching.numbers.known import Pipeline
    from coaching.opportunities import Book
    from coaching.qualification import Evidence

SHUT = 0.3
"""What a deal's value is multiplied with while something that a commit needs isn't known."""
LEAST_DAYS = 7
"""A deal takes a week more at least: nothing closes without any work."""
WEEK = 7


class Pace(StrEnum):
    """Whose word the hours of a week are."""

    STAGE = "stage"
    """The company's file, for the deal's stage."""
    COMPANY = "company"
    """The company's file, shared by the rep's open deals."""
    DEFAULT = "default"
    """Nobody's; shared by the rep's open deals."""


class Until(StrEnum):
    """What says how long a deal still takes."""

    CYCLE = "cycle"
    CLOSE_DATE = "close_date"
    """Where too few deals were won to know a usual cycle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Of work that a deal still takes: `days` / 7 x `per_week`, and where both are from."""

    days: float
    until: Until
    left: Left | None
    """By what won deals took, where that says it."""
    per_week: float
    pace: Pace
    in_all: float
    """Hours a week that are shared by `sharing` deals; of a stage's own, those of one."""
    sharing: int

    @property
    def hours(self) -> float:
        """In all."""
        return max(self.days, LEAST_DAYS) / WEEK * self.per_week


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """A deal with what an hour on it is worth, and everything that went into it; None where nothing says it.

    `amount` in whole units, the usual one of won deals like it where `seen.estimated`.
    """

    seen: Seen
    amount: float | None
    chance: float | None
    """To be won at all, as the forecast has it."""
    qualified: Qualified | None
    """None while nothing was written down about it: then no gate counts."""
    hours: Hours | None

    @property
    def gate(self) -> float:
        """1 if its gates pass, else SHUT."""
        return SHUT if self.qualified is not None and self.qualified.held_back else 1.0

    @property
    def expected(self) -> float | None:
        """Amount times chance times gate."""
        return None if self.amount is None or self.chance is None else self.amount * self.chance * self.gate

    @property
    def per_hour(self) -> float | None:
        """The same for each hour that it still takes."""
        return None if self.expected is None or self.hours is None else self.expected / self.hours.hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Hours a week, as the company's file has them: of all open deals of a rep, and of one deal in a stage."""

    of_all: float
    pace: Pace
    by_stage: Mapping[str, float]
    """By the stage's name, casefolded."""

    @classmethod
    def of(cls, company: Company) -> Rates:
        """Those of a company."""
        stated = ((it.name.casefold(), it.hours_per_week) for it in company.all_stages)
        return cls(
            of_all=float(company.effort.hours),
            pace=Pace.DEFAULT if company.effort.hours_per_week is None else Pace.COMPANY,
            by_stage={name: float(hours) for name, hours in stated if hours is not None},
        )


def worth(seen: Seen, odds: Odds, qualified: Qualified | None, rates: Rates, sharing: int) -> Worth:
    """Of one of a rep's `sharing` open deals."""
    return Worth(
        seen=seen,
        amount=seen.worth,
        chance=odds.of.get(seen.deal.id),
        qualified=qualified,
        hours=_hours(seen, rates, sharing),
    )


def _hours(seen: Seen, rates: Rates, sharing: int) -> Hours | None:
    found = _left(seen)
    if found is None:
        return None
    days, until, left = found
    own = rates.by_stage.get(seen.deal.stage.casefold())
    if own is not None:
        return Hours(days=days, until=until, left=left, per_week=own, pace=Pace.STAGE, in_all=own, sharing=1)
    each, whole = rates.of_all / sharing, rates.of_all
    return Hours(days=days, until=until, left=left, per_week=each, pace=rates.pace, in_all=whole, sharing=sharing)


def _left(seen: Seen) -> tuple[float, Until, Left | None] | None:
    """By the usual cycle of deals like it; before there is one, by its close date if that is ahead."""
    usual = seen.numbers.usual if seen.numbers else seen.ground.look.usual.all
    left = usual.cycle.left(seen.age_days)
    if left is not None:
        return left.days, Until.CYCLE, left
    due, today = seen.deal.close_date, seen.ground.today
    return None if due is None or due < today else (float((due - today).days), Until.CLOSE_DATE, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worths:
    """What the worth of any of a company's deals is made from, on a day."""

    odds: Odds
    qualified: Mapping[str, Qualified]
    """Of the deals about which something was written down, by id."""
    rates: Rates

    @classmethod
    def of(
        cls, company: Company, book: Book, evidence: Iterable[Evidence], today: date, whole: Pipeline | None = None
    ) -> Worths:
        """By what is dated up to the end of that day; `whole` is the book in columns, where it is at hand."""
        method, about = playbook(company), by_deal(evidence)
        begun = (Deal(opportunity=it, evidence=about[it.id]) for it in book.open if it.id in about)
        found = {it.opportunity.id: qualified(company, method, it, today) for it in begun}
        return cls(
            odds=odds(book, company, first_day_ahead(book.deals, today), whole),
            qualified={name: it for name, it in found.items() if it.begun},
            rates=Rates.of(company),
        )

    def of_rep(self, deals: Sequence[Seen]) -> tuple[Worth, ...]:
        """Of all open deals of one rep."""
        known = self.qualified
        return tuple(worth(it, self.odds, known.get(it.deal.id), self.rates, len(deals)) for it in deals)

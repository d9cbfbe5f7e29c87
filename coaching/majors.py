"""Which few deals a rep works this week and which they might drop; and the majors of the whole company."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import fsum
from typing import TYPE_CHECKING

from coaching.chosen import REST, CameOf, Choice, Pick, Ruling, Why, came_of, latest
from coaching.findings import dates, pace
from coaching.money import Money, total

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.findings.finding import Finding
    from coaching.opportunities import Change, Opportunity
    from coaching.worth import Worth

MOST = 3
"""Majors of a rep, and deals to drop, each; with no more open deals than that there is nothing to choose."""
FAR = 0.1
"""Of what an hour on the least of a rep's best three is worth, where the time would go; below that is far below.

The middle one of all deals would say less: where most of a pipeline is dead, it is dead, too.
"""
LARGE = 0.1
"""Of the value of all open deals: such a deal is never one to drop."""
A_WEEK = timedelta(days=6)


# --- of a rep ------------------------------------------------------------------------------------------------------
class By(StrEnum):
    """What a rep's deals are ranked by: as much of it as is known of them."""

    HOUR = "value_per_hour"
    VALUE = "value"
    """Amount times chance times gate: for some of them nothing says how long they still take."""
    AMOUNT = "amount"
    CHANCE = "chance"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Distraction:
    """A deal to drop: an hour on it is worth little, and that isn't all. `gates`: what a commit needs is missing."""

    worth: Worth
    signs: tuple[Finding, ...]
    gates: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RepMajors:
    """Of a rep's open deals, best first, without those that were let go.

    `third` is what an hour on the least of the best three is worth; None where hours don't compare them.
    """

    deals: tuple[Worth, ...] = ()
    by: By = By.NOTHING
    third: float | None = None
    majors: tuple[Worth, ...] = ()
    distractions: tuple[Distraction, ...] = ()

    @property
    def few(self) -> bool:
        """Whether all of them are majors anyway."""
        return len(self.deals) <= MOST


def majors(worths: Iterable[Worth], choices: Iterable[Choice], today: date) -> RepMajors:
    """Of one rep's open deals; `choices` are that rep's of the weeks before."""
    found = tuple(worths)
    by = _by(found)
    deals = tuple(sorted(found, key=lambda it: _rank_of(it, by)))
    if len(deals) <= MOST:
        return RepMajors(deals=deals, by=by)
    resting = tuple(_resting(choices, today))
    known = (it for it in deals if it.amount is not None or it.chance is not None)
    best = tuple(it for it in known if (Pick.MAJOR, it.seen.deal.id) not in resting)[:MOST]
    third = _third([it.per_hour for it in deals if it.per_hour is not None]) if by is By.HOUR else None
    rest = [it for it in reversed(deals) if it not in best and (Pick.DISTRACTION, it.seen.deal.id) not in resting]
    dropping = _distractions(rest, deals, third) if third is not None else ()
    return RepMajors(deals=deals, by=by, third=third, majors=best, distractions=tuple(dropping)[:MOST])


def _by(deals: Sequence[Worth]) -> By:
    """Hours compare deals only where all that have a value have hours."""
    valued = [it for it in deals if it.expected is not None]
    if valued:
        return By.HOUR if all(it.hours is not None for it in valued) else By.VALUE
    if any(it.amount is not None for it in deals):
        return By.AMOUNT
    return By.CHANCE if any(it.chance is not None for it in deals) else By.NOTHING


def _rank_of(it: Worth, by: By) -> tuple[tuple[bool, float], tuple[bool, float], tuple[bool, float], str]:
    hour = it.per_hour if by is By.HOUR else None
    first = hour if hour is not None else it.expected
    return _down(first), _down(it.amount), _down(it.chance), it.seen.deal.id


def _down(value: float | None) -> tuple[bool, float]:
    """The highest first, unknown last. Nine digits: what is equal but for the last ones of a float is equal."""
    return value is None, -float(f"{value or 0.0:.9g}")


def _resting(choices: Iterable[Choice], today: date) -> Iterator[tuple[Pick, str]]:
    """What the rep argued about lately, unless the manager stood by it; “not this week” rests for that week."""
    for it in choices:
        rest = A_WEEK if it.why is Why.NOT_THIS_WEEK else REST
        if it.argued and it.ruling is not Ruling.INSISTED and today - it.on < rest:
            yield it.pick, it.opportunity


def _distractions(rest: Iterable[Worth], deals: Sequence[Worth], third: float) -> Iterator[Distraction]:
    """The least worth first: far below the rep's others, with another sign, neither early nor large."""
    large = _Large(deals)
    for it in rest:
        if it.per_hour is None or it.per_hour >= FAR * third or it.seen.early or large.has(it):
            continue
        signs = tuple(found for rule in _SIGNS if (found := rule(it.seen)) is not None)
        if signs or it.gate < 1:
            yield Distraction(it, signs, it.gate < 1)


_SIGNS = (pace.outside_usual_cycle, dates.close_date_pushed, pace.stalled_in_stage)


class _Large:
    """By amount and by expected value: the largest, and those above both the mean and LARGE of all."""

    def __init__(self, deals: Sequence[Worth]) -> None:
        self._amount = _limit([it.amount for it in deals if it.amount is not None])
        self._expected = _limit([it.expected for it in deals if it.expected is not None])

    def has(self, it: Worth) -> bool:
        pairs = ((it.amount, self._amount), (it.expected, self._expected))
        return any(value is not None and float(f"{value:.9g}") >= limit for value, limit in pairs)


def _limit(values: Sequence[float]) -> float:
    """From which on a value is large. Where all are alike, none is."""
    if not values or max(values) == min(values):
        return float("inf")
    whole = fsum(values)
    return min(float(f"{max(values):.9g}"), float(f"{max(whole / len(values), LARGE * whole):.9g}"))


def _third(values: Sequence[float]) -> float | None:
    """The value of the MOST-th best."""
    return sorted(values, reverse=True)[MOST - 1] if len(values) >= MOST else None


# --- of the company ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyMajor:
    """A deal that was chosen, and what has come of it so far. `at_stake` is its amount times its chance that day."""

    choice: Choice
    deal: Opportunity | None
    """As it stands; None when the CRM lost it."""
    came_of: CameOf
    at_stake: Money | None

    @property
    def ended(self) -> bool:
        """Won, lost or gone since: nothing is at stake in it any more."""
        return self.came_of in {CameOf.WON, CameOf.LOST, CameOf.GONE}

    @property
    def title(self) -> str:
        """What people call the deal."""
        return self.deal.title if self.deal else self.choice.title


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyMajors:
    """Of a week, all reps' together, most at stake first. Nobody's name is in it.

    Of `freed` minutes a week, in deals that were let go. `amount` and `at_stake` are of those still open; `unknown` are
    those of them whose amount nobody knows.
    """

    since: date | None
    """The earliest day on which one of them was chosen; None when none was."""
    majors: tuple[CompanyMajor, ...]
    amount: Money
    at_stake: Money
    unknown: int
    dropped: tuple[CompanyMajor, ...]
    freed: int

    @property
    def open(self) -> tuple[CompanyMajor, ...]:
        """Those that haven't ended since."""
        return tuple(it for it in self.majors if not it.ended)


def of_the_company(
    choices: Iterable[Choice],
    deals: Mapping[str, Opportunity],
    company: Company,
    today: date,
    changes: Sequence[Change] = (),
    *,
    again: frozenset[str] = frozenset(),
) -> CompanyMajors:
    """Pure. `choices` of the last week (`Records.choices`), `deals` by id and `changes` as known at the end of `today`.

    Of each rep the latest day's count. A major that its rep argued about counts only where the manager stood by it.
    `again` were dropped and count again.
    """
    last = latest(it for it in choices if it.on <= today)
    majors = _ordered((it for it in last if it.pick is Pick.MAJOR and it.stands), deals, changes, today)
    gone = (it for it in last if it.dropped and it.opportunity not in again)
    dropped = _ordered(gone, deals, changes, today)
    left = [it for it in majors if not it.ended]
    known = [it for it in left if it.choice.amount and it.choice.amount.currency == company.currency]
    staked = [it.at_stake for it in known if it.at_stake]
    return CompanyMajors(
        since=min((it.on for it in last), default=None),
        majors=majors,
        amount=total((it.choice.amount for it in known if it.choice.amount), company.currency),
        at_stake=total(staked, company.currency),
        unknown=len(left) - len(known),
        dropped=dropped,
        freed=sum(it.choice.minutes or 0 for it in dropped),
    )


def _ordered(
    choices: Iterable[Choice], deals: Mapping[str, Opportunity], changes: Sequence[Change], today: date
) -> tuple[CompanyMajor, ...]:
    found = (
        CompanyMajor(
            choice=it,
            deal=deals.get(it.opportunity),
            came_of=came_of(it, deals.get(it.opportunity), changes, today),
            at_stake=it.at_stake,
        )
        for it in choices
    )
    return tuple(sorted(found, key=_rank))


def _rank(it: CompanyMajor) -> tuple[bool, int, str, str]:
    return it.at_stake is None, -(it.at_stake.minor if it.at_stake else 0), it.choice.opportunity, it.choice.member

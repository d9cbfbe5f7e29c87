"""The majors of a company: the few deals that its reps work this week, and what is at stake in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from coaching.chosen import CameOf, Choice, Pick, came_of, latest
from coaching.money import Money, total

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.opportunities import Change, Opportunity


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyMajor:
    """A deal that was chosen, and what has come of it so far. `at_stake` is its amount times its chance that day."""

    choice: Choice
    deal: Opportunity | None
    """As it stands; None when the CRM lost it."""
    came_of: CameOf
    at_stake: Money | None

    @property
    def title(self) -> str:
        """What people call the deal."""
        return self.deal.title if self.deal else self.choice.title


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyMajors:
    """Of a week, all reps' together, most at stake first. Nobody's name is in it.

    Of `freed` minutes a week, in deals that were let go. `unknown` are those whose amount nobody knows.
    """

    since: date | None
    """The earliest day on which one of them was chosen; None when none was."""
    majors: tuple[CompanyMajor, ...]
    amount: Money
    at_stake: Money
    unknown: int
    dropped: tuple[CompanyMajor, ...]
    freed: int


def of_the_company(
    choices: Iterable[Choice],
    deals: Mapping[str, Opportunity],
    company: Company,
    today: date,
    changes: Sequence[Change] = (),
) -> CompanyMajors:
    """Pure. `choices` of the last week (`Records.choices`), `deals` by id and `changes` as known at the end of `today`.

    Of each rep the latest day's count. A major that its rep argued about counts only where the manager stood by it.
    """
    last = latest(it for it in choices if it.on <= today)
    majors = _ordered((it for it in last if it.pick is Pick.MAJOR and it.stands), deals, changes, today)
    dropped = _ordered((it for it in last if it.dropped), deals, changes, today)
    known = [it for it in majors if it.choice.amount and it.choice.amount.currency == company.currency]
    staked = [it.at_stake for it in known if it.at_stake]
    return CompanyMajors(
        since=min((it.on for it in last), default=None),
        majors=majors,
        amount=total((it.choice.amount for it in known if it.choice.amount), company.currency),
        at_stake=total(staked, company.currency),
        unknown=len(majors) - len(known),
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

"""A finding, and what the functions that make one look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from coaching.reviewed import Reviewed, Rule

if TYPE_CHECKING:
    from coaching.card import Maths
    from coaching.company import Company
    from coaching.money import Money
    from coaching.numbers.accuracy import Factor
    from coaching.numbers.looked import Look, Numbers
    from coaching.numbers.shrinkage import Prior
    from coaching.opportunities import Change, Opportunity
    from coaching.people import Member
    from coaching.periods import Period


class Keeps(StrEnum):
    """What a company's data holds at all: what nobody keeps isn't missing in a deal."""

    NEXT_STEPS = "next steps"
    CLOSE_DATES = "close dates"
    ACTIVITY = "the day of the last activity"
    HISTORY = "how deals have moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What all findings of a day stand on."""

    company: Company
    today: date
    period: Period
    look: Look
    keeps: frozenset[Keeps]
    refreshed_on: date | None
    """Of the last export."""
    ratio: Prior
    """The company's win ratio of twelve months, and how far a member's leans on it."""
    staged: bool
    """Whether open deals stand in more than one of the company's stages."""

    @property
    def as_of(self) -> date:
        """The day up to which silence means something."""
        return min(self.today, self.refreshed_on or self.today)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An open deal as a review sees it, with what its rep answered laid over what the CRM says (`in_crm`).

    `worth` in whole units, `estimated` where nobody said it; `chance` is what the pipeline counts on: the higher of
    its stage's and of what earlier deals became. None where nothing says anything.
    """

    ground: Ground
    deal: Opportunity
    in_crm: Opportunity
    numbers: Numbers | None
    changes: tuple[Change, ...]
    """Oldest first."""
    answers: tuple[Reviewed, ...]
    """In earlier reviews, oldest first."""
    worth: float | None
    estimated: bool
    chance: float | None
    early: bool

    @property
    def age_days(self) -> int | None:
        """Since its creation."""
        return (self.ground.today - self.deal.created_on).days if self.deal.created_on else None

    @property
    def at_stake(self) -> float | None:
        """Worth times chance."""
        return None if self.worth is None or self.chance is None else self.worth * self.chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """All of a rep's open deals, and how they stand in the period."""

    ground: Ground
    member: Member
    deals: tuple[Seen, ...]
    target: Money | None
    next_target: Money | None
    won: float
    """In the period so far, in whole units."""
    commit: Money | None = None
    """Their last call."""
    worth_of_calls: Factor | None = None
    """What came in for each unit that they called."""

    @property
    def closed(self) -> tuple[int, int]:
        """Won, of those that closed in twelve months."""
        return self.ground.look.won_of_closed.get(self.member.id, (0, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was seen, in a sentence or two; a question that moves things; how it was worked out.

    `at_stake`, in whole units, only of those about all of a rep's deals.
    """

    rule: Rule
    said: str
    short: str
    """The same in a few words, for when it isn't the main one."""
    question: str
    maths: Maths
    facts: Mapping[str, object] = field(default_factory=dict)
    """For programs."""
    at_stake: float | None = None


AboutDeal = Callable[[Seen], Finding | None]
AboutRep = Callable[[Whose], Finding | None]

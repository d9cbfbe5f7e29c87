"""What was chosen on a Monday: the deals to work and those to drop, what the rep said to it, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from coaching.opportunities import Field, Status

if TYPE_CHECKING:
    from coaching.money import Money
    from coaching.opportunities import Change, Opportunity

REST = timedelta(weeks=4)
"""How long a deal isn't proposed again once its rep said no to it, unless the manager stood by the proposal."""


class Pick(StrEnum):
    """What a deal was proposed as."""

    MAJOR = "major"
    """One of the few to work this week."""
    DISTRACTION = "distraction"
    """One to drop."""


class Why(StrEnum):
    """Why a rep sees it differently; the first four of a major, the others of a deal to drop."""

    NOT_THIS_WEEK = "not_this_week"
    NOT_WINNABLE = "not_winnable"
    NOT_READY = "not_ready"
    BETTER = "better"
    MOVING = "moving"
    LITTLE_WORK = "little_work"
    OPENS_DOORS = "opens_doors"
    OTHER = "other"


class Ruling(StrEnum):
    """What the manager said to a disagreement."""

    AGREED = "agreed"
    """With the rep."""
    INSISTED = "insisted"
    """On the proposal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One deal as proposed to its rep on a day, with the words as they were sent, and the answers so far.

    Amounts are as of that day: `amount` what the deal is worth (`estimated` where nobody said it), `at_stake` that
    times its chance, `per_hour` what an hour of work on it was held to be worth; None where it wasn't known.
    """

    member: str
    on: date
    opportunity: str
    pick: Pick
    title: str
    said: str
    place: int = 0
    """Its rank among those of its sort, from 0."""
    amount: Money | None = None
    estimated: bool = False
    at_stake: Money | None = None
    per_hour: Money | None = None
    minutes: int | None = None
    """Of work a week that it was held to take."""
    answered_at: datetime | None = None
    agrees: bool | None = None
    why: Why | None = None
    words: str = ""
    instead: str = ""
    """The deal that the rep would rather work; its id."""
    given_up: bool = False
    """Proposed as a major, and one to drop since its rep let it go."""
    ruling: Ruling | None = None
    ruled_by: str | None = None
    ruled_at: datetime | None = None
    ruling_note: str = ""

    @property
    def answered(self) -> bool:
        """Whether the rep said anything."""
        return self.answered_at is not None

    @property
    def argued(self) -> bool:
        """Whether the rep sees it differently."""
        return self.agrees is False

    @property
    def stands(self) -> bool:
        """Whether it is what is worked, or dropped: nobody argued, or the manager stood by it."""
        return not self.argued or self.ruling is Ruling.INSISTED

    @property
    def dropped(self) -> bool:
        """Whether the rep let it go for good."""
        return self.pick is Pick.DISTRACTION and self.agrees is True


class CameOf(StrEnum):
    """What has become of a deal since it was chosen, the surest first."""

    WON = "won"
    LOST = "lost"
    GONE = "gone"
    """No longer in the CRM."""
    MOVED = "moved"
    """To another stage."""
    NOTHING = "nothing"


def ended_as(deal: Opportunity) -> CameOf | None:
    """How a deal ended; None for an open one."""
    if deal.gone_on is not None:
        return CameOf.GONE
    return {Status.WON: CameOf.WON, Status.LOST: CameOf.LOST}.get(deal.status)


def came_of(it: Choice, deal: Opportunity | None, changes: Iterable[Change], until: date) -> CameOf:
    """From the day after it was chosen up to the end of `until`; `deal` as it stood then."""
    if (end := CameOf.GONE if deal is None else ended_as(deal)) is not None:
        return end
    mine = (one for one in changes if one.opportunity == it.opportunity and one.field is Field.STAGE)
    return CameOf.MOVED if any(it.on < one.on <= until for one in mine) else CameOf.NOTHING


def unanswered(it: Choice) -> Choice:
    """As it was proposed, whatever the rep said to it."""
    pick = Pick.MAJOR if it.given_up else it.pick
    return replace(it, pick=pick, given_up=False, answered_at=None, agrees=None, why=None, words="", instead="")


def known_at(it: Choice, at: datetime) -> Choice:
    """As it stood at an instant."""
    if it.ruled_at is not None and it.ruled_at >= at:
        it = replace(it, ruling=None, ruled_by=None, ruled_at=None, ruling_note="")
    if it.answered_at is not None and it.answered_at >= at:
        return unanswered(it)
    return it


def latest(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    """Of each member those of the last day that has any, in their order."""
    last: dict[str, date] = {}
    kept = tuple(choices)
    for it in kept:
        last[it.member] = max(it.on, last.get(it.member, it.on))
    return tuple(it for it in kept if it.on == last[it.member])

"""What the core needs from outside: a company's records in one transaction, and the holidays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from contextlib import AbstractContextManager
    from datetime import date, datetime

    from coaching.card import Card
    from coaching.checkins import CheckIn, Commitment
    from coaching.chosen import Choice
    from coaching.company import Company
    from coaching.decision import Decision
    from coaching.escalation import Escalation, EscalationState
    from coaching.events import Rang
    from coaching.forecasts import Call, Estimate, Locked, Remark
    from coaching.identity import Newcomer, Standing
    from coaching.mandate import Mandate
    from coaching.opportunities import Change, Opportunity, Snapshot
    from coaching.qualification import Asked, Evidence
    from coaching.reviewed import Reviewed


class Holidays(Protocol):
    """Public holidays, looked up outside. An unknown country has none."""

    def __call__(self, country: str | None, first: date, last: date) -> frozenset[date]:
        """Those of a country (`US`, `US-NY`) from `first` to `last`, both included."""


class Records(Protocol):
    """One company's memory within one transaction: named questions. Days are inclusive at both ends."""

    @property
    def company(self) -> Company:
        """With all its members, habits, stages and targets."""

    def lock(self, members: Collection[str]) -> None:
        """Nobody else changes these members' things until the transaction ends."""

    def checkins(self, first: date, last: date, member: str | None = None) -> tuple[CheckIn, ...]:
        """Oldest first."""

    def checkins_and_before(self, first: date, last: date, member: str) -> tuple[CheckIn, ...]:
        """One member's, and the latest of theirs before `first`, if there ever was one; oldest first."""

    def commitments(self, first: date, last: date, member: str | None = None) -> tuple[Commitment, ...]:
        """By the day they were made, oldest first."""

    def open_commitments(self, member: str) -> tuple[Commitment, ...]:
        """Not yet kept, moved or dropped; oldest first."""

    def open_opportunities(self, member: str | None = None) -> tuple[Opportunity, ...]:
        """Open and not gone, by id."""

    def closed_opportunities(self, first: date, last: date, member: str | None = None) -> tuple[Opportunity, ...]:
        """Won or lost with `closed_on` in that stretch, by id."""

    def opportunities(self) -> tuple[Opportunity, ...]:
        """All that were ever known, by id."""

    def opportunity(self, opportunity_id: str) -> Opportunity | None:
        """By its CRM id."""

    def changes(self, first: date, last: date) -> tuple[Change, ...]:
        """What moved, by day, oldest first."""

    def snapshot(self, day: date) -> tuple[Snapshot, ...]:
        """The open pipeline on the latest day at or before `day` that has one; empty when none has."""

    def imported_on(self) -> date | None:
        """The day of the last import of opportunities."""

    def calls(self, period: str, member: str | None = None) -> tuple[Call, ...]:
        """Every call of a period, overlays included, oldest first."""

    def calls_of(self, periods: Collection[str], member: str | None = None) -> tuple[Call, ...]:
        """The same of several periods."""

    def remarks(self, period: str, member: str | None = None) -> tuple[Remark, ...]:
        """What was said about the calls of a period, oldest first."""

    def locks(self, period: str, member: str | None = None) -> tuple[Locked, ...]:
        """How a period stood at each of its locks, of one member (or TEAM) or of all; oldest first."""

    def estimate_days(self, first: date, last: date) -> tuple[date, ...]:
        """On which mornings of that stretch the coach's estimates were kept, oldest first."""

    def estimates(self, days: Collection[date], member: str | None = None) -> tuple[Estimate, ...]:
        """Kept on one of these days, of one member (or TEAM) or of all, oldest first."""

    def evidence(self, opportunity: str | None = None) -> tuple[Evidence, ...]:
        """What was learned from buyers, of one deal or of all; oldest first."""

    def asked(self, since: date, member: str | None = None) -> tuple[Asked, ...]:
        """Questions about deals that members were asked since a day, oldest first."""

    def reviewed(self, first: date, last: date, member: str | None = None) -> tuple[Reviewed, ...]:
        """What was asked in the reviews of these days, with its answers; oldest first, each review's in its order."""

    def choices(self, first: date, last: date, member: str | None = None) -> tuple[Choice, ...]:
        """Deals proposed on these days, and what was said to it; oldest first, each member's in their order."""

    def mandates(self, since: date) -> tuple[Mandate, ...]:
        """What was put to the owner from a day on, oldest first."""

    def mandate(self, mandate_id: str) -> Mandate | None:
        """By id."""

    def message(self, member: str, key: str) -> Card | None:
        """The card of a message to a member as it stands; None where there was none."""

    def holder(self, platform: str, handle: str) -> str | None:
        """The active member whose id that is on a platform, as of this moment."""

    def newcomer(self, platform: str, handle: str) -> Newcomer | None:
        """Somebody whom the file doesn't name there, if they were ever met. Nobody else changes it meanwhile."""

    def newcomers(self, standing: Standing) -> tuple[Newcomer, ...]:
        """Of that standing, the first met first."""

    def arrived(self, keys: Collection[str]) -> bool:
        """Whether any of these messages is there."""

    def unmet(self) -> frozenset[str]:
        """Active members to whom nothing was ever sent."""

    def absent(self) -> frozenset[str]:
        """Active members to whom something was to go, and nothing ever arrived."""

    def unreached(self) -> frozenset[str]:
        """Members with a message that no channel has an address for."""

    def escalations(self, states: Collection[EscalationState], member: str | None = None) -> tuple[Escalation, ...]:
        """Oldest first."""

    def escalation(self, escalation_id: str) -> Escalation | None:
        """By id."""

    def settled_escalations(self, since: datetime) -> tuple[Escalation, ...]:
        """Resolved or withdrawn since then, oldest first."""


class Work(Records, Protocol):
    """The records, and the means to change them; everything happens or nothing does."""

    def take(self, rang: Rang) -> bool:
        """Switch that alarm off if it still stands as it rang; False when it was moved or somebody was quicker."""

    def claim(self, *keys: str, others: Sequence[tuple[Self, Sequence[str]]] = ()) -> bool:
        """Take names once, all of them; False when any was taken before.

        `others` are works of the same transaction and their names. After a False nobody knows which of several may go
        on: the transaction is to be given up.
        """

    def release(self, *keys: str) -> None:
        """Give back names that this work took: what they stood for hasn't happened."""

    def apply(self, decision: Decision, now: datetime) -> None:
        """Keep its records, queue its messages, set its alarms."""


class Store(Protocol):
    """Where work on a company begins."""

    def work(self, company: str) -> AbstractContextManager[Work]:
        """One transaction in one company: commits on leaving, rolls back on an exception. KeyError if unknown."""

    def look(self, company: str) -> AbstractContextManager[Records]:
        """One company's records as they are, to read and nothing else; KeyError if unknown."""

    @property
    def abreast(self) -> int:
        """In how many companies a transaction can be at the same time."""

    def together(self) -> AbstractContextManager[Callable[[Sequence[str]], AbstractContextManager[Sequence[Work]]]]:
        """One transaction over several companies: all of it is kept, or nothing. KeyError if one is unknown.

        `abreast` different ones are begun at the same time at most, the next when those are done.
        """

    def due(self, now: datetime, limit: int) -> tuple[Rang, ...]:
        """Alarms that have come due, of every company, the oldest first."""

"""Check-ins and commitments: one day's answer, and what was promised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum

from coaching.values import value


class CheckInStatus(StrEnum):
    """`skipped` is what the coach did not ask, or what came to nobody; `missed` what was not answered."""

    OPEN = "open"
    ANSWERED = "answered"
    MISSED = "missed"
    SKIPPED = "skipped"
    DAY_OFF = "day_off"


@value(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """One member's check-in of one day (a date in their own zone).

    Counts are of the working day before; `targets` are today's as they were shown last: when asked, and with the answer
    counted since. Both map habit id to a whole number. `suggested` is what the form was filled with, so that "same as
    planned" is one tap.
    """

    member: str
    day: date
    status: CheckInStatus
    asked_at: datetime | None = None
    closes_at: datetime | None = None
    """The end of the window; an answer after it is kept and shown as late."""
    answered_at: datetime | None = None
    late: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    targets: Mapping[str, int] = field(default_factory=dict)
    suggested: Mapping[str, int] = field(default_factory=dict)
    question: str = ""
    """The id of the rotating question."""
    answer: str = ""
    note: str = ""
    commitment: str = ""
    """The text; the promise itself is a Commitment."""
    edits: int = 0
    """How often the answer was changed afterwards."""

    @property
    def of_a_working_day(self) -> bool:
        """Whether it was asked, or anything planned: not so of what people say on a day off."""
        return self.asked_at is not None or bool(self.targets)


class CommitmentState(StrEnum):
    """What became of a promise."""

    OPEN = "open"
    KEPT = "kept"
    MOVED = "moved"
    DROPPED = "dropped"


@value(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What a member said they will do, by when. One a day at most: `(member, made_on)` names it."""

    member: str
    made_on: date
    due_on: date
    text: str
    state: CommitmentState = CommitmentState.OPEN
    settled_on: date | None = None

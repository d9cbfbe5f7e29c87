"""What to record, say and wake up for, as data. An effect that isn't in a Decision doesn't happen."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from coaching.card import Card
from coaching.checkins import CheckIn, Commitment
from coaching.chosen import Choice
from coaching.escalation import Escalation
from coaching.forecasts import Call, Estimate, Locked, Remark
from coaching.identity import Newcomer
from coaching.mandate import Mandate
from coaching.people import Member
from coaching.qualification import Asked, Evidence
from coaching.reviewed import Reviewed
from coaching.values import value


class Kind(StrEnum):
    """What a message is for; its lateness and its priority follow from it."""

    REPLY = "reply"
    ESCALATION = "escalation"
    REMINDER = "reminder"
    CHECKIN = "checkin"
    REVIEW = "review"
    DIGEST = "digest"
    NOTICE = "notice"
    HELLO = "hello"
    """Who the coach is, before the first of anything else. One that waits is worded and timed anew."""


# How late each may still be sent, counted from when it was wanted; after that it is skipped and recorded, never sent
# at midnight. None: never dropped for lateness.
GRACE = {
    Kind.REPLY: timedelta(hours=24),
    Kind.ESCALATION: None,
    Kind.REMINDER: timedelta(hours=1),
    Kind.CHECKIN: timedelta(hours=2),
    Kind.REVIEW: timedelta(hours=4),
    Kind.DIGEST: timedelta(hours=24),
    Kind.NOTICE: timedelta(hours=24),
    Kind.HELLO: None,
}
PRIORITY = {kind: n for n, kind in enumerate(Kind)}


@value(frozen=True, slots=True, kw_only=True)
class Message:
    """A card for a member. `key` is unique in the company and names the occasion, so that it is said once.

    `replaces` is the key of an earlier message that this one overwrites where the channel can (a later version of the
    same card). Where it can't, it is sent as a new one unless `only_edit`. One in the place of an answer that was never
    sent (`reply:` and an event's key) is that answer, under a name of its own.
    """

    key: str
    to: str
    """A member's id; the address is looked up when it is sent."""
    card: Card
    kind: Kind
    replaces: str | None = None
    only_edit: bool = False
    not_before: datetime | None = None
    by_mail_too: bool = False
    """The digest: in chat, and by mail as well."""
    any_hour: bool = False
    """For the manager: outside the hours of the engagement on purpose. Quiet hours and time off win all the same."""
    at_once: bool = False
    """Who the coach is, for somebody who has just come to it: any hour is right; one that waits goes as it stands."""


@value(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Wake `alarm` for `subject` at an instant; None switches it off. One per (alarm, subject): setting replaces."""

    alarm: str
    subject: str
    at: datetime | None


Record = (
    CheckIn
    | Commitment
    | Call
    | Remark
    | Locked
    | Estimate
    | Escalation
    | Member
    | Evidence
    | Asked
    | Reviewed
    | Choice
    | Mandate
    | Newcomer
)
"""What can be kept. A Call, a Remark and Evidence are added; of an Estimate and of what was Locked the first of a day
stands; the others overwrite."""


@value(frozen=True, slots=True, kw_only=True)
class Decision:
    """The outcome of one event. `reply` is for the one who asked, best effort, within the request; it isn't stored."""

    records: tuple[Record, ...] = ()
    messages: tuple[Message, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    withdraw: tuple[str, ...] = ()
    """Keys of messages that need not be sent any more, if they haven't been."""
    shown_anew: tuple[str, ...] = ()
    """Members whose Home may show something else, although nothing of theirs is kept."""
    reply: Card | None = None

    @property
    def members(self) -> frozenset[str]:
        """Of whom something is kept, to whom something is said, and for whom something looks different."""
        named = (*map(_whose, self.records), *[it.to for it in self.messages], *self.shown_anew)
        return frozenset(filter(None, named))

    def __add__(self, other: Decision) -> Decision:
        if other is NOTHING or self is NOTHING:
            return self if other is NOTHING else other
        return Decision(
            records=self.records + other.records,
            messages=self.messages + other.messages,
            alarms=self.alarms + other.alarms,
            withdraw=self.withdraw + other.withdraw,
            shown_anew=self.shown_anew + other.shown_anew,
            reply=self.reply or other.reply,
        )


def _whose(record: Record) -> str | None:
    match record:
        case CheckIn() | Commitment():  # most of what is kept
            return record.member
        case Member():
            return record.id
        case Evidence():
            return record.by
        case Mandate():
            return record.answered_by or record.member or ""
        case _:
            return record.member


NOTHING = Decision()

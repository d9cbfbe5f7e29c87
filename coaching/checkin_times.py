"""When a check-in is asked, reminded of and closed: its alarms, and what is switched off once it is settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from coaching import cadence
from coaching.checkins import CheckIn
from coaching.company import Company
from coaching.decision import GRACE, Alarm, Kind
from coaching.people import Member, Reminders

ASK, REMIND, AGAIN, CLOSE = "checkin.ask", "checkin.remind", "checkin.again", "checkin.close"
LAST_CALL = 0.95
"""Of the window: the second reminder of those who want one."""
LATER = timedelta(hours=1)
ROOM = timedelta(minutes=15)
"""What must be left of the window when it is asked again."""


def message_key(checkin: CheckIn) -> str:
    """Of the card that asks; the local date in it is why nobody is asked twice."""
    return f"checkin:{checkin.member}:{cadence.in_writing(checkin.day)}"


def subject(checkin: CheckIn) -> str:
    """Of the alarms of one day."""
    return f"{checkin.member}:{cadence.in_writing(checkin.day)}"


def read_subject(text: str) -> tuple[str, date | None]:
    """The member, and the day when it names one."""
    member, _, day = text.rpartition(":")
    try:
        return (member, date.fromisoformat(day)) if member else (text, None)
    except ValueError:
        return text, None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the alarms of one member follow from. `latest` is their newest check-in, whatever became of it."""

    company: Company
    member: Member
    holidays: frozenset[date]
    latest: CheckIn | None = None

    def next_ask(self, now: datetime) -> Alarm:
        """Set anew. One that is due and not too late still stands; no date is asked twice."""
        at = self.after(now - GRACE_OF_ASKING) if self.asks else None
        return Alarm(alarm=ASK, subject=self.member.id, at=at)

    @property
    def asks(self) -> bool:
        """Whether they are asked at all."""
        return self.company.asks(self.member)

    def after(self, moment: datetime, not_on: date | None = None) -> datetime | None:
        """When they are next asked; None when no working day is in sight."""
        latest = max((it for it in (not_on, self.latest and self.latest.day) if it), default=None)
        return cadence.next_checkin(self.company, self.member, moment, self.holidays, not_on=latest)

    def may_write(self, at: datetime) -> bool:
        """Whether that is within their working day."""
        return cadence.polite_from(self.company, self.member, at, self.holidays) == at


GRACE_OF_ASKING = GRACE[Kind.CHECKIN] or timedelta(0)


def of_the_day(plan: Plan, checkin: CheckIn) -> tuple[Alarm, ...]:
    """The reminder, when the member wants one, and the end of the window."""
    assert checkin.asked_at is not None
    remind = None
    if plan.member.reminders is not Reminders.LIGHT:
        remind = cadence.reminder_at(plan.company, plan.member, checkin.asked_at)
    close = Alarm(alarm=CLOSE, subject=subject(checkin), at=checkin.closes_at)
    return (Alarm(alarm=REMIND, subject=subject(checkin), at=remind), close) if remind else (close,)


def last_call(checkin: CheckIn) -> datetime | None:
    """When the last reminder is due; None for one that was never asked."""
    if checkin.asked_at is None or checkin.closes_at is None:
        return None
    return checkin.asked_at + (checkin.closes_at - checkin.asked_at) * LAST_CALL


def ask_again_at(plan: Plan, checkin: CheckIn, now: datetime) -> datetime | None:
    """An hour on; None when that leaves no room in the window or runs into their evening."""
    at = now + LATER
    if checkin.closes_at is None or at > checkin.closes_at - ROOM or not plan.may_write(at):
        return None
    return at


def silenced(checkin: CheckIn) -> tuple[Alarm, ...]:
    """Nothing of that day rings any more."""
    about = subject(checkin)
    return tuple([Alarm(alarm=it, subject=about, at=None) for it in (REMIND, AGAIN, CLOSE)])


def unsent(checkin: CheckIn) -> tuple[str, ...]:
    """Keys of messages that need not go out any more."""
    key = message_key(checkin)
    return f"{key}:remind", f"{key}:last", f"{key}:again"


def asking(checkin: CheckIn) -> tuple[str, ...]:
    """Keys of all messages that ask; without one of them nobody knows that they were asked."""
    return (message_key(checkin), *unsent(checkin))

"""When a rep's review is: on the company's day, at its hour by the rep's own clock, or on their next day at work."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from coaching import cadence
from coaching.decision import Alarm
from coaching.people import Member, Reminders, Role

if TYPE_CHECKING:
    from coaching.company import Company

ASK, REMIND, TELL = "review.ask", "review.remind", "review.tell"
STILL = 5
"""Days from the review's day on which it may still take place; after that the next one says it better."""
REMIND_AT = time(15, 0)
ANSWERING = timedelta(hours=4)
"""What reps have before the manager reads how it went."""
DAY = timedelta(days=1)


def message_key(member: str, day: date) -> str:
    """Of the card that a member gets on the review's day."""
    return f"review:{member}:{day}"


def next_ask(company: Company, member: Member, after: datetime, holidays: frozenset[date]) -> Alarm:
    """Off for whoever has no pipeline to review."""
    asks = member.active and member.role is Role.REP
    return Alarm(alarm=ASK, subject=member.id, at=_next(company, member, after, holidays) if asks else None)


def _next(company: Company, member: Member, after: datetime, holidays: frozenset[date]) -> datetime | None:
    """Of each week the first day from the review's on that they work, within STILL days."""
    today = cadence.local_day(after, member.tz)
    first = today - DAY * (STILL + (today.weekday() - company.review.day) % 7)
    bases = (first + DAY * n for n in range(cadence.FAR))
    for base in (it for it in bases if it.weekday() == company.review.day):
        days = (base + DAY * n for n in range(STILL))
        day = next((it for it in days if cadence.works(company, member, it, holidays)), None)
        at = cadence.instant(day, company.review.at, member.tz) if day else None
        if at is not None and at > after:
            return at
    return None


def remind_at(member: Member, now: datetime) -> Alarm:
    """Once, that afternoon; not whoever wants few reminders."""
    at = cadence.instant(cadence.local_day(now, member.tz), REMIND_AT, member.tz)
    wanted = member.reminders is not Reminders.LIGHT and at - now >= ANSWERING / 2
    return Alarm(alarm=REMIND, subject=member.id, at=at if wanted else None)


def tell_at(company: Company, now: datetime, holidays: frozenset[date]) -> tuple[Alarm, ...]:
    """When the manager is in, after the reps had their time; each rep's review moves it on."""
    manager = company.manager
    if manager is None:
        return ()
    at = cadence.polite_from(company, manager, now + ANSWERING, holidays)
    return (Alarm(alarm=TELL, subject=manager.id, at=at),)


def week_of(today: date) -> date:
    """Its Monday: what was asked from then on is this week's review."""
    return today - DAY * today.weekday()

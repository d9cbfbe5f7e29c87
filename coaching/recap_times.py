"""When a rep's own recap comes: in the afternoon of the last day of the week that they work, by their own clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from coaching import cadence
from coaching.decision import Alarm
from coaching.people import Member, Reminders, Role

if TYPE_CHECKING:
    from coaching.company import Company

WRITE = "recap.write"
AT = time(16, 0)
"""When the week is all but done, and nobody has left yet."""
DAY = timedelta(days=1)


def wants(member: Member) -> bool:
    """Whether it is sent: whoever asked for few messages gets it by asking."""
    return member.active and member.role is Role.REP and member.reminders is not Reminders.LIGHT


def next_recap(company: Company, member: Member, after: datetime, holidays: frozenset[date]) -> Alarm:
    """Off for whoever doesn't get one."""
    at = _next(company, member, after, holidays) if wants(member) else None
    return Alarm(alarm=WRITE, subject=member.id, at=at)


def _next(company: Company, member: Member, after: datetime, holidays: frozenset[date]) -> datetime | None:
    today = cadence.local_day(after, member.tz)
    monday = today - DAY * today.weekday()
    for week in range(cadence.FAR // 7):
        first = monday + DAY * 7 * week
        worked = cadence.working_days(company, member, first, first + DAY * 6, holidays)
        at = cadence.instant(worked[-1], AT, member.tz) if worked else None
        if at is not None and at > after:
            return at
    return None

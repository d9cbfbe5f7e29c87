"""When the manager is told what a visit is best spent on: the evening before it, or as it begins."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from coaching import cadence
from coaching.company import WORKING_WEEK, Weekday
from coaching.decision import Alarm

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.people import Member

TELL = "arrival.tell"
EVENING = time(18, 0)
DAY = timedelta(days=1)


def next_brief(company: Company, manager: Member, after: datetime, holidays: frozenset[date]) -> Alarm:
    """One for each of their days here."""
    return Alarm(alarm=TELL, subject=manager.id, at=_next(company, manager, after, holidays))


def _next(company: Company, manager: Member, after: datetime, holidays: frozenset[date]) -> datetime | None:
    day = cadence.local_day(after, manager.tz)
    for _ in range(cadence.FAR):
        visit = cadence.next_manager_day(company, day, holidays)
        if visit is None:
            return None
        at = told_at(company, manager, visit, holidays)
        if at > after:
            return at
        day = visit + DAY
    return None


def told_at(company: Company, manager: Member, visit: date, holidays: frozenset[date]) -> datetime:
    """The evening before, unless that is a day off of theirs, a weekend or within their quiet hours."""
    eve = visit - DAY
    at = cadence.instant(eve, EVENING, manager.tz)
    free = Weekday(eve.weekday()) not in WORKING_WEEK or eve in holidays or manager.away(eve)
    if free or cadence.is_quiet(manager, at):
        return cadence.instant(visit, company.engagement.hours.start, manager.tz)
    return at


def visit_of(company: Company, manager: Member, now: datetime, holidays: frozenset[date]) -> date | None:
    """The day that a brief told then is for: today while their hours last, else their next."""
    today = cadence.local_day(now, manager.tz)
    over = now >= cadence.instant(today, company.engagement.hours.end, manager.tz)
    return cadence.next_manager_day(company, today + DAY if over else today, holidays)

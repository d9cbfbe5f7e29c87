"""When the week's forecast is locked, and when before that whoever is late is reminded and the manager is told.

The forecast's week runs from lock to lock, by the company's clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from coaching import cadence
from coaching.decision import Alarm
from coaching.people import Member, Role

if TYPE_CHECKING:
    from coaching.company import Company

LOCK, REMIND, BRIEF = "forecast.lock", "forecast.remind", "forecast.brief"
REMIND_AT = time(10, 0)
"""On the last day at work before the lock's: whoever is asked can still find out."""
LAST_HOURS = timedelta(hours=2)
"""Before the lock, or before the manager goes home on their last day before it."""
DAY = timedelta(days=1)
WEEKS = 60
"""Looked ahead: nobody is away for longer."""


def next_lock(company: Company, after: datetime) -> datetime:
    """The first lock after an instant."""
    return cadence.next_weekly(company.lock, company.tz, after)


def last_lock(company: Company, now: datetime) -> datetime:
    """The lock with which the week that `now` lies in began; at that very moment, this one."""
    at = next_lock(company, now - 9 * DAY)
    while (after := next_lock(company, at)) <= now:
        at = after
    return at


def lock_alarm(company: Company, after: datetime) -> Alarm:
    """One for the company: it is about everybody."""
    return Alarm(alarm=LOCK, subject="", at=next_lock(company, after))


# --- the reminder ----------------------------------------------------------------------------------------------------
def calls(member: Member) -> bool:
    """Whether a forecast is theirs to call."""
    return member.active and member.role is Role.REP


def remind_alarm(company: Company, member: Member, after: datetime, holidays: frozenset[date]) -> Alarm:
    """Off for whoever doesn't call, and where no working day lies before any lock in sight."""
    moments = (_remind_at(company, member, lock, holidays) for lock in _locks(company, after)) if calls(member) else ()
    at = next((it for it in moments if it is not None and it > after), None)
    return Alarm(alarm=REMIND, subject=member.id, at=at)


def _locks(company: Company, after: datetime) -> Iterator[datetime]:
    at = after
    for _ in range(WEEKS):
        at = next_lock(company, at)
        yield at


def _remind_at(company: Company, member: Member, lock: datetime, holidays: frozenset[date]) -> datetime | None:
    """On the last day of theirs before the lock's own; on that day where there is none other in the week."""
    begin, on = last_lock(company, lock - timedelta(seconds=1)), cadence.local_day(lock, member.tz)
    before = (cadence.instant(on - DAY * n, REMIND_AT, member.tz) for n in range(1, 8))
    for at in (*before, lock - LAST_HOURS):
        works = cadence.works(company, member, cadence.local_day(at, member.tz), holidays)
        polite = cadence.polite_from(company, member, at, holidays) if works else None
        if polite is not None and begin < at and polite < lock:
            return at
    return None


# --- the manager -----------------------------------------------------------------------------------------------------
def brief_alarm(company: Company, after: datetime, holidays: frozenset[date]) -> Alarm:
    """When the manager reads who is missing and what is still to agree; off without a manager.

    It is the company's and not the manager's own: an alarm's subject is locked, and whoever presses holds that lock.
    """
    moments = (_brief_at(company, lock, holidays) for lock in _locks(company, after)) if company.manager else ()
    at = next((it for it in moments if it is not None and it > after), None)
    return Alarm(alarm=BRIEF, subject="", at=at)


def _brief_at(company: Company, lock: datetime, holidays: frozenset[date]) -> datetime | None:
    """In the last of their working stretches before the lock, LAST_HOURS before it or the stretch ends."""
    begin, zone = last_lock(company, lock - timedelta(seconds=1)), cadence.manager_zone(company)
    for day in (cadence.local_day(lock, zone) - DAY * n for n in range(8)):
        if not cadence.manager_works(company, day, holidays):
            continue
        first, last = cadence.manager_stretch(company, day)
        at = max(first, min(last, lock) - LAST_HOURS)
        if begin < at < lock:
            return at
    return None

"""When, in a person's own working day: zones, working days, holidays, time off, quiet hours, the manager's hours.

All instants are aware and in UTC. A local time that doesn't exist becomes the first valid minute after the gap; one
that exists twice is its first occurrence. Holidays are looked up outside and passed in.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

from coaching.company import WORKING_WEEK, Company, Weekday, Weekly
from coaching.people import Hours, Member, Role

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
FAR = 400
"""Days ahead after which we stop looking: nobody is away for longer, and a loop must end."""
REMIND_AT = 0.8
"""Of the window."""
WHOLE_DAY = Hours(time(0), time(0))


def local_day(now: datetime, tz: ZoneInfo) -> date:
    """A person's day."""
    return now.astimezone(tz).date()


def written_day(text: str) -> date | None:
    """What a button carries, or somebody typed: `2026-11-23`; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@lru_cache(maxsize=1000)
def in_writing(day: date) -> str:
    """As a button carries it, and a key: `2026-11-23`. A morning's answers name the same few days, each four times."""
    return day.isoformat()


def instant(day: date, at: time, tz: ZoneInfo) -> datetime:
    """That moment of the wall clock."""
    wall = datetime.combine(day, at, tz)
    there = wall.astimezone(UTC)
    if there.astimezone(tz).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return there
    return _after_gap(wall)


def _after_gap(wall: datetime) -> datetime:
    """The clock jumped over `wall`: by halves to the first instant whose wall time is past it.

    PEP 495 maps a time in a gap, read with fold 0, to an instant after the jump, and with fold 1 to one before it.
    """
    tz = wall.tzinfo
    before, after = sorted(wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(tz).replace(tzinfo=None) < wall.replace(tzinfo=None):
            before = middle
        else:
            after = middle
    return _next_minute(after.replace(microsecond=0))


def _next_minute(at: datetime) -> datetime:
    return at if at.second == 0 else at.replace(second=0) + MINUTE


# --- working days ------------------------------------------------------------
def works(company: Company, member: Member, day: date, holidays: frozenset[date]) -> bool:
    """Whether this member works that day: a day of theirs, no holiday, not away."""
    return day.weekday() in days_of(company, member) and day not in holidays and not member.away(day)


def days_of(company: Company, member: Member) -> frozenset[Weekday]:
    """The days of the week they work: reps those of the check-in, the manager those of the engagement."""
    match member.role:
        case Role.REP:
            return company.checkin.days
        case Role.MANAGER:
            return company.engagement.days
        case _:
            return WORKING_WEEK


def working_days(
    company: Company, member: Member, first: date, last: date, holidays: frozenset[date]
) -> tuple[date, ...]:
    """Those from `first` to `last`, both included."""
    return tuple([day for day in _span(first, last) if works(company, member, day, holidays)])


def working_days_left_in_week(company: Company, member: Member, day: date, holidays: frozenset[date]) -> int:
    """From `day` to the Sunday of its week, both included."""
    sunday = day + DAY * (6 - day.weekday())
    return len(working_days(company, member, day, sunday, holidays))


def previous_working_day(company: Company, member: Member, day: date, holidays: frozenset[date]) -> date | None:
    """The nearest before `day`; None when there is none in over a year."""
    for _ in range(1, FAR):
        day -= DAY
        if works(company, member, day, holidays):
            return day
    return None


def next_working_day(company: Company, member: Member, day: date, holidays: frozenset[date]) -> date | None:
    """The nearest after `day`; None when there is none in over a year."""
    ahead = (day + DAY * n for n in range(1, FAR))
    return next((it for it in ahead if works(company, member, it, holidays)), None)


# --- check-ins ------------------------------------------------------------
def next_checkin(
    company: Company, member: Member, after: datetime, holidays: frozenset[date], *, not_on: date | None = None
) -> datetime | None:
    """The first moment after `after` at which this member is asked; at most one per local date.

    `not_on` is a local date that was asked already: when a zone changes, that date may come round a second time. A
    check-in time within quiet hours is moved to the end of quiet hours on that same day. A manager is asked from the
    engagement's first day on, and at its day's beginning when the check-in time is outside its hours.
    """
    first = local_day(after, member.tz) - DAY
    for day in (first + DAY * n for n in range(FAR)):
        if not works(company, member, day, holidays) or (not_on is not None and day <= not_on):
            continue
        if _not_begun(company, member, day):
            continue
        at = _asked(company, member, day)
        # Where the clock jumps over all that isn't quiet, or over the whole day, nobody is asked.
        if at > after and local_day(at, member.tz) == day and not is_quiet(member, at):
            return at
    return None


def _asked(company: Company, member: Member, day: date) -> datetime:
    at = instant(day, checkin_time(company, member), member.tz)
    # Where the clock jumps, another hour than the one that was meant may be quiet.
    return instant(day, member.quiet_hours.end, member.tz) if is_quiet(member, at) else at


def checkin_time(company: Company, member: Member) -> time:
    """On their own clock, when it will be: the manager's within the hours of the engagement, nobody's in quiet hours.

    An evening's time isn't moved to the next morning: that may be a Saturday, or have a check-in of its own.
    """
    at, hours = company.checkin.at, company.engagement.hours
    wanted = at if member.role is not Role.MANAGER or at in hours else hours.start
    return member.quiet_hours.end if wanted in member.quiet_hours else wanted


def _not_begun(company: Company, member: Member, day: date) -> bool:
    start = company.engagement.start
    return member.role is Role.MANAGER and start is not None and day < start


def window_end(company: Company, member: Member, asked_at: datetime) -> datetime:
    """Until when an answer is in time: the window's length, but not into the evening's quiet hours."""
    end = asked_at + company.checkin.window
    return min(end, _quiet_from(member, asked_at, end))


def reminder_at(company: Company, member: Member, asked_at: datetime) -> datetime | None:
    """At 80 % of the window; None when that would be in quiet hours."""
    at = asked_at + (window_end(company, member, asked_at) - asked_at) * REMIND_AT
    return None if is_quiet(member, at) else at


# --- politeness ------------------------------------------------------------
def is_quiet(member: Member, at: datetime) -> bool:
    """Whether the wall clock there is within the member's quiet hours."""
    return at.astimezone(member.tz).time() in member.quiet_hours


def polite_from(company: Company, member: Member, now: datetime, holidays: frozenset[date]) -> datetime:
    """The first instant from `now` on at which the coach may write to them of its own accord.

    Outside their quiet hours, on a day they work; the manager within the hours of the engagement. When that doesn't
    come within a year, the first instant outside their quiet hours.
    """
    at = awake = _after_quiet(member, now)
    for _ in range(FAR):
        at_work = _at_work(company, member, at, holidays)
        if at_work is None:
            break
        if not is_quiet(member, at_work):
            return at_work
        at = _after_quiet(member, at_work)
    return awake


def polite_any_hour(company: Company, member: Member, now: datetime, holidays: frozenset[date]) -> datetime:
    """Of what is meant for the hours around the manager's own: not in quiet hours, nor on a day away or a holiday."""
    at = _after_quiet(member, now)
    day = local_day(at, member.tz)
    away = member.away(day) or day in holidays
    return polite_from(company, member, now, holidays) if away else at


def _at_work(company: Company, member: Member, at: datetime, holidays: frozenset[date]) -> datetime | None:
    """The first instant from `at` on in the hours of a day that they work."""
    first = local_day(at, member.tz) - DAY
    for day in (first + DAY * n for n in range(FAR)):
        begin, end = _hours_of(company, member, day)
        if end > at and works(company, member, day, holidays):
            return max(begin, at)
    return None


def _hours_of(company: Company, member: Member, day: date) -> tuple[datetime, datetime]:
    hours = company.engagement.hours if member.role is Role.MANAGER else WHOLE_DAY
    return _within(hours, day, member.tz)


def _after_quiet(member: Member, at: datetime) -> datetime:
    """`at`, or the end of the quiet hours that it lies in."""
    if not is_quiet(member, at):
        return at
    ends = _both_times(member, member.quiet_hours.end, local_day(at, member.tz))
    return next(it for it in ends if it > at and not is_quiet(member, it))


def _quiet_from(member: Member, after: datetime, until: datetime) -> datetime:
    """When quiet hours next begin after `after`; `until` when not before it."""
    if member.quiet_hours.start == member.quiet_hours.end:
        return until
    starts = _both_times(member, member.quiet_hours.start, local_day(after, member.tz))
    return next((it for it in starts if after < it < until), until)


def _both_times(member: Member, at: time, day: date) -> Iterator[datetime]:
    """That time of the wall clock on `day` and the three days after it; both, where it exists twice."""
    for it in _span(day, day + DAY * 3):
        first = instant(it, at, member.tz)
        yield first
        second = datetime.combine(it, at.replace(fold=1), member.tz).astimezone(UTC)
        if second > first:
            yield second


def next_weekly(when: Weekly, tz: ZoneInfo, after: datetime) -> datetime:
    """The first such moment of a week strictly after `after`."""
    first = local_day(after, tz)
    moments = (instant(first + DAY * n, when.at, tz) for n in range(9) if (first + DAY * n).weekday() == when.day)
    return next(it for it in moments if it > after)


# --- the manager's hours ----------------------------------------------------------------------------------------------
def manager_zone(company: Company) -> ZoneInfo:
    """The manager's, or the company's while it has none."""
    return company.manager.tz if company.manager else company.tz


def manager_works(company: Company, day: date, holidays: frozenset[date]) -> bool:
    """Whether that is one of the manager's days here."""
    away = company.manager is not None and company.manager.away(day)
    started = company.engagement.start is None or day >= company.engagement.start
    return Weekday(day.weekday()) in company.engagement.days and day not in holidays and not away and started


def manager_stretch(company: Company, day: date) -> tuple[datetime, datetime]:
    """When the manager's hours begin and end on a day of theirs."""
    return _within(company.engagement.hours, day, manager_zone(company))


def next_manager_day(company: Company, day: date, holidays: frozenset[date]) -> date | None:
    """The nearest from `day` on, that day included; None when there is none in over a year."""
    ahead = (day + DAY * n for n in range(FAR))
    return next((it for it in ahead if manager_works(company, it, holidays)), None)


def manager_hours_later(company: Company, start: datetime, hours: Decimal, holidays: frozenset[date]) -> datetime:
    """The instant at which so many of the manager's working hours have passed since `start`.

    Zero hours later is `start` itself. When a year doesn't hold that many, a year later.
    """
    left = timedelta(hours=float(hours))
    if left <= timedelta(0):
        return start
    for first, last in _manager_stretches(company, start, holidays):
        begin = max(first, start)
        if last - begin >= left:
            return begin + left
        left -= last - begin
    return start + DAY * FAR


def visits(company: Company, now: datetime, holidays: frozenset[date]) -> tuple[tuple[datetime, datetime], ...]:
    """From when until when the manager is in, now or next and after that; fewer than two when a year has fewer."""
    return tuple(islice(_manager_stretches(company, now, holidays), 2))


def manager_hours_between(company: Company, start: datetime, end: datetime, holidays: frozenset[date]) -> Decimal:
    """How many of the manager's working hours lie between two instants; 0 when `end` is not after `start`."""
    passed = timedelta(0)
    for first, last in _manager_stretches(company, start, holidays):
        if first >= end:
            break
        passed += max(timedelta(0), min(last, end) - max(first, start))
    return Decimal(passed // timedelta(seconds=1)) / 3600


def _manager_stretches(
    company: Company, start: datetime, holidays: frozenset[date]
) -> Iterator[tuple[datetime, datetime]]:
    """The manager's working stretches that end after `start`, in order, for over a year."""
    tz = manager_zone(company)
    first = local_day(start, tz) - DAY
    for day in (first + DAY * n for n in range(FAR)):
        if manager_works(company, day, holidays):
            begin, end = manager_stretch(company, day)
            if end > start:
                yield begin, end


def _within(hours: Hours, day: date, tz: ZoneInfo) -> tuple[datetime, datetime]:
    last = day if hours.start < hours.end else day + DAY
    return instant(day, hours.start, tz), instant(last, hours.end, tz)


def _span(first: date, last: date) -> Iterator[date]:
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))

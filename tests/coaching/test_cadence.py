"""Whose turn it is, in their own zone: across every change of the clocks, and never at night."""

import zoneinfo
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.cadence import (
    checkin_time,
    instant,
    is_quiet,
    local_day,
    manager_hours_between,
    manager_hours_later,
    next_checkin,
    next_manager_day,
    next_weekly,
    next_working_day,
    polite_from,
    previous_working_day,
    reminder_at,
    window_end,
    working_days,
    working_days_left_in_week,
    works,
)
from coaching.company import CheckInPlan, Company, Engagement, Weekday, Weekly
from coaching.people import Hours, Role, TimeOff
from tests.builders import MONDAY, a_company, a_manager, a_member, an_owner, at, days_later

NONE = frozenset()
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
NO_QUIET = Hours(time(0), time(0))
EVERY_DAY = frozenset(Weekday)
ZONES = sorted(zoneinfo.available_timezones() - {"localtime", "posixrules"})
THANKSGIVING = frozenset({date(2026, 11, 26)})


@cache
def changes_of_2027(zone: str) -> tuple[datetime, ...]:
    """The instants, to the minute, at which the offset changes."""
    tz = ZoneInfo(zone)
    days = [datetime(2027, 1, 1, tzinfo=UTC) + DAY * n for n in range(366)]
    return tuple(_change_within(tz, a, b) for a, b in pairwise(days) if _offset(tz, a) != _offset(tz, b))


def _offset(tz, at):
    return at.astimezone(tz).utcoffset()


def _change_within(tz, a, b):
    before = _offset(tz, a)
    while b - a > MINUTE:
        middle = a + (b - a) // 2 // MINUTE * MINUTE
        a, b = (middle, b) if _offset(tz, middle) == before else (a, middle)
    return b


@cache
def all_changes() -> list[tuple[str, datetime]]:
    """When they are first asked for: they take seconds, and each worker reads this file."""
    return [(zone, change) for zone in ZONES for change in changes_of_2027(zone)]


CHANGES = st.deferred(lambda: st.sampled_from(all_changes()))


def asked_daily(clock: time, quiet: Hours = NO_QUIET, zone: str = "America/Chicago") -> Company:
    dana = a_member(zone=zone, quiet_hours=quiet)
    return a_company(dana, checkin=CheckInPlan(at=clock, days=EVERY_DAY))


def asks(company: Company, first: datetime, last: datetime) -> list[datetime]:
    """Every check-in moment of Dana from `first` to `last`, found one after the other."""
    found, moment = [], next_checkin(company, company.member("dana"), first, NONE)
    while moment is not None and moment <= last:
        found.append(moment)
        moment = next_checkin(company, company.member("dana"), moment, NONE)
    return found


# --- instants ------------------------------------------------------------------------------------------------------
def test_a_time_that_does_not_exist_becomes_the_first_minute_after_the_gap():
    there = instant(date(2027, 3, 14), time(2, 30), ZoneInfo("America/New_York"))
    assert there == datetime(2027, 3, 14, 7, 0, tzinfo=UTC)


def test_a_time_that_exists_twice_is_its_first():
    there = instant(date(2027, 11, 7), time(1, 30), ZoneInfo("America/New_York"))
    assert there == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)


def test_a_gap_of_half_an_hour_and_one_of_a_whole_day_are_passed_too():
    lord_howe = ZoneInfo("Australia/Lord_Howe")
    assert instant(date(2027, 10, 3), time(2, 10), lord_howe).astimezone(lord_howe).time() == time(2, 30)
    samoa = ZoneInfo("Pacific/Apia")
    assert instant(date(2011, 12, 30), time(9), samoa).astimezone(samoa) == datetime(2011, 12, 31, tzinfo=samoa)


@given(CHANGES, st.times(), st.integers(-1, 1))
def test_an_instant_reads_as_its_wall_time_or_as_the_first_minute_after_it(change, clock, days):
    zone, tz = change[0], ZoneInfo(change[0])
    day, clock = local_day(change[1], tz) + DAY * days, clock.replace(second=0, microsecond=0)
    wall = instant(day, clock, tz).astimezone(tz).replace(tzinfo=None)
    wanted = datetime.combine(day, clock)
    a_minute_before = (instant(day, clock, tz) - MINUTE).astimezone(tz).replace(tzinfo=None)
    assert wall == wanted or a_minute_before < wanted < wall, zone


def test_there_are_changes_to_test_with():
    assert len(all_changes()) > 300


# --- check-ins across every change of the clocks -------------------------------------------------------------------
@pytest.mark.parametrize("clock", [time(0), time(0, 15), time(1, 30), time(2, 30), time(8, 30)], ids=str)
def test_everyone_is_asked_once_on_each_day_around_every_change_of_2027(clock):
    for zone, change in all_changes():
        tz = ZoneInfo(zone)
        first, last = local_day(change, tz) - DAY * 2, local_day(change, tz) + DAY * 2
        company = asked_daily(clock, zone=zone)
        found = asks(company, instant(first, clock, tz) - MINUTE, instant(last, clock, tz))
        assert [local_day(it, tz) for it in found] == [first + DAY * n for n in range(5)], zone


@given(
    CHANGES,
    st.times().map(lambda it: it.replace(second=0, microsecond=0)),
    st.tuples(st.integers(0, 47), st.integers(0, 47)).map(lambda it: Hours(*(time(n // 2, n % 2 * 30) for n in it))),
)
def test_nobody_is_asked_in_quiet_hours_nor_twice_on_a_day(change, clock, quiet):
    zone, moment = change
    company = asked_daily(clock, quiet, zone)
    dana, tz = company.member("dana"), ZoneInfo(zone)
    found = asks(company, moment - DAY * 2, moment + DAY * 2)
    days = [local_day(it, tz) for it in found]
    assert len(set(days)) == len(days) >= 3
    assert found == sorted(set(found))
    assert not any(is_quiet(dana, it) for it in found)


@given(CHANGES, st.integers(-3000, 3000), st.integers(1, 600))
def test_the_next_check_in_stays_the_same_until_it_comes(change, minutes, later):
    company = asked_daily(time(1, 30), zone=change[0])
    dana, after = company.member("dana"), change[1] + MINUTE * minutes
    found = next_checkin(company, dana, after, NONE)
    between = after + (found - after) * later / 601
    assert next_checkin(company, dana, between, NONE) == found
    assert next_checkin(company, dana, found, NONE) > found > after


@pytest.mark.parametrize(("wanted", "comes"), [("06:15", "07:30"), ("08:30", "08:30"), ("20:00", "07:30")])
def test_what_people_read_of_their_check_in_is_the_hour_at_which_it_comes(wanted, comes):
    company = a_company(checkin=CheckInPlan(at=time.fromisoformat(wanted)))
    dana = company.members[0]
    asked = next_checkin(company, dana, at("00:00"), frozenset())
    assert f"{asked.astimezone(dana.tz):%H:%M}" == f"{checkin_time(company, dana):%H:%M}" == comes


def test_a_check_in_in_the_evening_quiet_hours_is_asked_that_morning_and_not_on_saturday():
    company = a_company(checkin=CheckInPlan(at=time(20)))
    dana = company.member("dana")
    friday = days_later(4)
    assert next_checkin(company, dana, at("05:00", friday), NONE) == at("07:30", friday)
    assert next_checkin(company, dana, at("07:30", friday), NONE) == at("07:30", days_later(7))


def test_weekends_holidays_and_time_off_are_passed_over():
    dana = a_member(time_off=(TimeOff(date(2026, 11, 27), date(2026, 11, 30)),))
    company = a_company(dana)
    assert next_checkin(company, dana, at("09:00", date(2026, 11, 25)), THANKSGIVING) == at("08:30", date(2026, 12, 1))


def test_somebody_paused_is_asked_again_on_the_day_they_named_and_one_always_away_never():
    assert next_checkin(a_company(), a_member(paused_until=days_later(3)), at(), NONE) == at("08:30", days_later(3))
    assert next_checkin(a_company(), a_member(paused_until=date(2099, 1, 1)), at(), NONE) is None


def test_after_moving_west_the_same_date_is_not_asked_again():
    company, asked = a_company(), at("08:30", zone="Asia/Tokyo")
    moved = a_member(zone="America/Los_Angeles")
    again = next_checkin(company, moved, asked, NONE)
    assert again == at("08:30", zone="America/Los_Angeles")
    assert next_checkin(company, moved, asked, NONE, not_on=MONDAY) == again + DAY


def test_after_moving_east_the_day_is_asked_at_its_next_morning():
    moved = a_member(zone="Asia/Tokyo")
    found = next_checkin(a_company(), moved, at("08:30"), NONE, not_on=MONDAY)
    assert found == at("08:30", days_later(1), "Asia/Tokyo")


def test_a_week_without_the_program_leaves_one_check_in_ahead_and_none_behind():
    assert next_checkin(a_company(), a_member(), at("10:00", days_later(7)), NONE) == at("08:30", days_later(8))


# --- the window ----------------------------------------------------------------------------------------------------
def test_the_window_is_as_long_as_planned_and_the_reminder_comes_at_four_fifths_of_it():
    company, dana, asked = a_company(), a_member(), at("08:30")
    assert window_end(company, dana, asked) == at("12:30")
    assert reminder_at(company, dana, asked) == at("11:42")


def test_a_window_ends_where_quiet_hours_begin():
    company = a_company(checkin=CheckInPlan(at=time(17), window=timedelta(hours=12)))
    assert window_end(company, a_member(), at("17:00")) == at("19:00")
    assert reminder_at(company, a_member(), at("17:00")) == at("18:36")


@given(CHANGES, st.integers(-3000, 3000), st.integers(1, 24))
def test_no_window_ends_and_no_reminder_comes_within_quiet_hours(change, minutes, hours):
    company = a_company(checkin=CheckInPlan(window=HOUR * hours))
    dana, asked = a_member(zone=change[0]), change[1] + MINUTE * minutes
    if is_quiet(dana, asked):
        return
    end, reminder = window_end(company, dana, asked), reminder_at(company, dana, asked)
    assert asked < end <= asked + HOUR * hours
    assert not is_quiet(dana, end - MINUTE)
    assert reminder is None or (asked < reminder < end and not is_quiet(dana, reminder))


# --- working days --------------------------------------------------------------------------------------------------
def test_each_role_has_working_days_of_its_own():
    saturday = days_later(5)
    company = a_company(
        checkin=CheckInPlan(days=frozenset({Weekday.SAT})),
        engagement=Engagement(days=frozenset({Weekday.TUE})),
    )
    people = {role: a_member(role=role) for role in Role}
    assert [role for role in Role if works(company, people[role], saturday, NONE)] == [Role.REP]
    assert [role for role in Role if works(company, people[role], MONDAY, NONE)] == [Role.OWNER, Role.ADMIN]
    assert works(company, people[Role.MANAGER], days_later(1), NONE)


def test_a_week_with_a_holiday_has_four_working_days():
    company, dana = a_company(), a_member()
    assert len(working_days(company, dana, MONDAY, days_later(6), THANKSGIVING)) == 4
    left = [working_days_left_in_week(company, dana, days_later(n), THANKSGIVING) for n in range(7)]
    assert left == [4, 3, 2, 1, 1, 0, 0]


def test_the_days_before_and_after_skip_what_is_not_worked():
    company, dana = a_company(), a_member()
    assert next_working_day(company, dana, date(2026, 11, 25), THANKSGIVING) == date(2026, 11, 27)
    assert previous_working_day(company, dana, date(2026, 11, 27), THANKSGIVING) == date(2026, 11, 25)
    assert previous_working_day(company, dana, MONDAY, NONE) == date(2026, 11, 20)


def test_when_no_day_is_worked_there_is_no_next_one():
    company, dana = a_company(checkin=CheckInPlan(days=frozenset())), a_member()
    assert next_working_day(company, dana, MONDAY, NONE) is None
    assert previous_working_day(company, dana, MONDAY, NONE) is None
    assert next_checkin(company, dana, at(), NONE) is None


# --- politeness ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "now", "polite"),
    [
        (a_member(), at("09:00"), at("09:00")),
        (a_member(), at("05:00"), at("07:30")),
        (a_member(), at("19:00"), at("07:30", days_later(1))),
        (a_member(), at("20:00", days_later(4)), at("07:30", days_later(7))),
        (a_member(paused_until=days_later(2)), at(), at("07:30", days_later(2))),
        (a_manager(zone="America/Chicago"), at("08:00"), at("09:00")),
        (a_manager(zone="America/Chicago"), at("17:00"), at("09:00", days_later(1))),
        (an_owner(zone="America/Chicago"), at("12:00", days_later(5)), at("07:30", days_later(7))),
        (an_owner(zone="America/Chicago"), at("12:00", days_later(3)), at("07:30", days_later(4))),
    ],
)
def test_people_are_written_to_in_their_own_working_time(who, now, polite):
    assert polite_from(a_company(who), who, now, THANKSGIVING) == polite


def test_even_somebody_who_never_works_is_left_alone_at_night():
    away = a_member(paused_until=date(2099, 1, 1))
    assert polite_from(a_company(), away, at("03:00"), NONE) == at("07:30")
    night = a_company(engagement=Engagement(hours=Hours(time(20), time(23))))
    assert polite_from(night, a_manager(zone="America/Chicago"), at("03:00"), NONE) == at("07:30")


def test_a_manager_who_works_past_midnight_is_reached_past_midnight():
    morgan = a_manager(zone="America/Chicago", quiet_hours=Hours(time(3), time(12)))
    company = a_company(morgan, engagement=Engagement(hours=Hours(time(22), time(2))))
    assert polite_from(company, morgan, at("01:00", days_later(5)), NONE) == at("01:00", days_later(5))
    assert polite_from(company, morgan, at("02:00", days_later(5)), NONE) == at("22:00", days_later(7))


@given(
    CHANGES,
    st.integers(-3000, 3000),
    st.tuples(st.integers(0, 47), st.integers(0, 47)).map(lambda it: Hours(*(time(n // 2, n % 2 * 30) for n in it))),
    st.sampled_from(list(Role)),
)
def test_the_polite_moment_is_polite_not_early_and_the_first(change, minutes, quiet, role):
    who = a_member(role=role, zone=change[0], quiet_hours=quiet)
    company, now = a_company(who, engagement=Engagement(hours=Hours(time(0), time(0)))), change[1] + MINUTE * minutes
    polite = polite_from(company, who, now, NONE)
    assert polite >= now
    assert not is_quiet(who, polite)
    assert works(company, who, local_day(polite, who.tz), NONE)
    assert polite_from(company, who, polite, NONE) == polite
    steps = (now + MINUTE * 15 * n for n in range(int((polite - now) / (MINUTE * 15)) + 1))
    open_before = [
        it for it in steps if it < polite and not is_quiet(who, it) and works(company, who, local_day(it, who.tz), NONE)
    ]
    assert open_before == []


# --- weekly --------------------------------------------------------------------------------------------------------
def test_the_weekly_moment_is_the_next_one_and_never_now():
    friday = Weekly(Weekday.FRI, time(16))
    tz = ZoneInfo("America/Chicago")
    assert next_weekly(friday, tz, at()) == at("16:00", days_later(4))
    assert next_weekly(friday, tz, at("16:00", days_later(4))) == at("16:00", days_later(11))


@pytest.mark.parametrize("clock", [time(0), time(1, 30), time(2, 30)], ids=str)
def test_every_week_has_one_weekly_moment_around_every_change(clock):
    for zone, change in all_changes():
        tz = ZoneInfo(zone)
        when = Weekly(Weekday(local_day(change, tz).weekday()), clock)
        first = next_weekly(when, tz, change - DAY * 3)
        assert local_day(first, tz) == local_day(change, tz), zone
        assert local_day(next_weekly(when, tz, first), tz) == local_day(change, tz) + DAY * 7, zone


# --- the manager's hours -------------------------------------------------------------------------------------------
TWO_DAYS = a_company(
    a_manager(zone="America/Chicago"),
    engagement=Engagement(days=frozenset({Weekday.TUE, Weekday.THU}), hours=Hours(time(9), time(13))),
)


@pytest.mark.parametrize(
    ("hours", "later"),
    [
        ("0", at("15:00")),
        ("1.5", at("10:30", days_later(1))),
        ("4", at("13:00", days_later(1))),
        ("4.5", at("09:30", days_later(8))),
    ],
)
def test_only_the_managers_own_hours_count(hours, later):
    assert manager_hours_later(TWO_DAYS, at("15:00"), Decimal(hours), THANKSGIVING) == later


def test_without_a_manager_the_companys_zone_counts():
    company = a_company(a_member(), zone="Europe/Berlin")
    assert manager_hours_later(company, at("08:00", zone="Europe/Berlin"), Decimal(1), NONE) == at(
        "10:00", zone="Europe/Berlin"
    )


def test_a_manager_away_or_not_yet_engaged_lets_no_hours_pass():
    away = a_manager(zone="America/Chicago", time_off=(TimeOff(MONDAY, days_later(1)),))
    assert manager_hours_later(a_company(away), at(), Decimal(1), NONE) == at("10:00", days_later(2))
    later = replace(TWO_DAYS, engagement=replace(TWO_DAYS.engagement, start=days_later(3)))
    assert manager_hours_later(later, at(), Decimal(1), NONE) == at("10:00", days_later(3))


def test_the_managers_next_day_may_be_today():
    assert next_manager_day(TWO_DAYS, MONDAY, THANKSGIVING) == days_later(1)
    assert next_manager_day(TWO_DAYS, days_later(1), THANKSGIVING) == days_later(1)
    assert next_manager_day(TWO_DAYS, days_later(2), THANKSGIVING) == days_later(8)
    assert next_manager_day(a_company(engagement=Engagement(days=frozenset())), MONDAY, NONE) is None


HOURS = st.integers(0, 10_000).map(lambda n: Decimal(n) / 100)
ENGAGEMENTS = st.builds(
    Engagement,
    days=st.frozensets(st.sampled_from(Weekday), min_size=1),
    hours=st.builds(
        Hours,
        st.sampled_from([time(0), time(2, 30), time(9), time(22)]),
        st.sampled_from([time(1, 30), time(17), time(2)]),
    ),
)


@given(CHANGES, st.integers(-9000, 9000), ENGAGEMENTS, HOURS, HOURS)
def test_the_managers_hours_add_up_and_can_be_counted_back(change, minutes, engagement, some, more):
    company = a_company(a_manager(zone=change[0]), engagement=engagement)
    start = change[1] + MINUTE * minutes
    mid = manager_hours_later(company, start, some, NONE)
    end = manager_hours_later(company, mid, more, NONE)
    assert start <= mid <= end
    if some + more <= 40:  # so that even one hour and a half a week holds it within the year that is looked at
        assert manager_hours_between(company, start, mid, NONE) == some
        assert manager_hours_between(company, start, end, NONE) == some + more
        assert end == manager_hours_later(company, start, some + more, NONE) or more == 0


def test_no_hours_pass_backwards():
    assert manager_hours_between(TWO_DAYS, at("12:00", days_later(1)), at("09:00", days_later(1)), NONE) == 0

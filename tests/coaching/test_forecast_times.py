"""The forecast's week: from lock to lock, in any zone, over any change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import available_timezones

from hypothesis import given
from hypothesis import strategies as st

from coaching import forecast_times as times
from coaching.company import Engagement, ForecastPlan, Weekday, Weekly
from coaching.people import Hours
from tests.builders import a_company, a_manager, a_member, at, days_later

NONE = frozenset[date]()
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
ZONES = st.sampled_from(sorted(available_timezones() - {"localtime", "posixrules"}))
LOCKS = st.builds(Weekly, st.sampled_from(Weekday), st.times().map(lambda it: it.replace(second=0, microsecond=0)))


@given(INSTANTS, LOCKS, ZONES)
def test_every_moment_lies_between_two_locks_about_a_week_apart(now, lock, zone):
    company = a_company(zone=zone, forecast=ForecastPlan(lock=lock))
    before, after = times.last_lock(company, now), times.next_lock(company, now)
    assert before <= now < after
    assert timedelta(days=5) < after - before < timedelta(days=9)
    assert times.last_lock(company, before) == before


@given(INSTANTS, LOCKS, ZONES, ZONES)
def test_a_reminder_comes_before_the_next_lock_and_outside_quiet_hours(now, lock, zone, theirs):
    member = a_member(zone=theirs)
    company = a_company(member, a_manager(), zone=zone, forecast=ForecastPlan(lock=lock))
    alarm = times.remind_alarm(company, member, now, NONE)
    assert alarm.at is not None
    assert alarm.at > now
    assert alarm.at < times.next_lock(company, alarm.at)
    assert alarm.at.astimezone(member.tz).weekday() < 5


def brief(**more):
    company = a_company(a_member(), a_manager(), engagement=Engagement(**more))
    return times.brief_alarm(company, at("08:00"), NONE).at


def test_the_manager_is_told_two_hours_before_the_lock_or_before_they_go_home():
    every_day = frozenset(Weekday)
    assert brief(days=every_day) == at("10:00", days_later(4), "America/New_York")
    assert brief(days=frozenset({Weekday.TUE, Weekday.THU})) == at("15:00", days_later(3), "America/New_York")
    evenings = Hours(time(18), time(22))
    assert brief(days=every_day, hours=evenings) == at("20:00", days_later(3), "America/New_York")
    short = Hours(time(11), time(12))
    assert brief(days=every_day, hours=short) == at("11:00", days_later(4), "America/New_York")


def test_without_a_manager_nobody_is_told():
    assert times.brief_alarm(a_company(a_member()), at(), NONE).at is None

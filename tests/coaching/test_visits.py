"""When the manager is in next: from the engagement, holidays and days off, by the clock of whoever reads it."""

from dataclasses import replace
from datetime import date, time

import pytest

from coaching.company import Engagement, Weekday
from coaching.escalation_clock import Clock
from coaching.people import Hours, TimeOff
from tests.builders import a_company, a_manager, a_member, an_owner, at, days_later

TUE_THU = Engagement(days=frozenset({Weekday.TUE, Weekday.THU}), hours=Hours(time(9), time(17)))
THANKSGIVING = days_later(3)
DANA, MORGAN, OLIVIA = a_member(), a_manager(), an_owner()


def said(reader=MORGAN, now=None, engagement=TUE_THU, holidays=frozenset(), manager=MORGAN):
    members = (DANA, OLIVIA) if manager is None else (DANA, manager, OLIVIA)
    company = a_company(*members, engagement=engagement)
    return Clock(company=company, now=now or at("09:00"), holidays=frozenset(holidays)).visit(reader)


def test_the_manager_reads_when_they_are_next_in():
    assert said() == "You’re next in on Tue 24 Nov, 09:00-17:00."


def test_a_rep_reads_it_by_their_own_clock():
    assert said(DANA) == "Morgan is next in on Tue 24 Nov, 08:00-16:00."
    assert said(a_member(zone="Asia/Tokyo")) == "Morgan is next in on Tue 24 Nov at 23:00 to Wed 25 Nov at 07:00."


def test_who_is_in_now_reads_until_when_and_the_visit_after_that():
    assert said(now=at("11:00", days_later(1))) == "You are in now, until 17:00; next on Thu 26 Nov, 09:00-17:00."
    assert said(DANA, now=at("11:00", days_later(1))) == "Morgan is in now, until 16:00."
    assert said(now=at("16:00", days_later(1))) == "You’re next in on Thu 26 Nov, 09:00-17:00."


def test_holidays_and_days_off_are_no_visits():
    after = at("18:00", days_later(1))
    assert said(now=after, holidays={THANKSGIVING}) == "You’re next in on Tue 1 Dec, 09:00-17:00."
    away = replace(MORGAN, time_off=(TimeOff(THANKSGIVING, date(2026, 12, 2)),))
    assert said(now=after, manager=away) == "You’re next in on Thu 3 Dec, 09:00-17:00."


def test_an_engagement_that_hasnt_begun_has_its_first_day_as_the_next():
    later = replace(TUE_THU, start=date(2027, 1, 4))
    assert said(DANA, engagement=later) == "Morgan is next in on Tue 5 Jan, 08:00-16:00."


def test_hours_over_midnight_are_told_with_both_days():
    night = replace(TUE_THU, hours=Hours(time(22), time(2)))
    assert said(engagement=night) == "You’re next in on Tue 24 Nov at 22:00 to Wed 25 Nov at 02:00."


@pytest.mark.parametrize("reader", [DANA, OLIVIA])
def test_without_a_manager_there_is_no_visit(reader):
    assert said(reader, manager=None) == ""


def test_where_no_day_is_in_sight_it_is_said():
    none = replace(TUE_THU, start=date(2030, 1, 1))
    assert said(engagement=none) == "You have no day here in the year ahead."
    assert said(DANA, engagement=none) == "Morgan has no day here yet."


def test_the_clocks_change_between_now_and_then():
    spring = at("12:00", date(2027, 3, 13))
    sunday = replace(TUE_THU, days=frozenset({Weekday.SUN}), hours=Hours(time(1), time(5)))
    assert said(now=spring, engagement=sunday) == "You’re next in on Sun 14 Mar, 01:00-05:00."

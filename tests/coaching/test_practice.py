"""Shares of a plan: of the working day that was counted, and of no plan at all none."""

from coaching.checkins import CheckInStatus
from coaching.practice import pairs, practised
from tests.builders import CALLS, a_checkin, a_company, days_later

THURSDAY, FRIDAY, SATURDAY, SUNDAY, NEXT = (days_later(n) for n in (3, 4, 5, 6, 7))


def said(day):
    """Of their own accord, on a weekend."""
    return a_checkin(day, asked_at=None, closes_at=None, counts={"calls": 18}, targets={})


def calls(*checkins, first=THURSDAY, last=NEXT):
    found = practised(a_company(), (CALLS,), checkins, first, last)
    return [(it.done, it.planned) for it in found]


def test_an_answer_after_a_weekends_is_held_against_the_working_day_it_counts():
    monday = a_checkin(NEXT, counts={"calls": 19})
    assert calls(a_checkin(FRIDAY), said(SATURDAY), monday, first=SATURDAY) == [(19, 20)]


def test_what_was_said_twice_of_a_working_day_is_practised_once():
    twice = (said(SATURDAY), said(SUNDAY))
    assert calls(a_checkin(FRIDAY), *twice, first=SATURDAY) == [(18, 20)]


def test_a_weekends_answer_stands_where_mondays_never_came():
    missed = a_checkin(NEXT, status=CheckInStatus.MISSED)
    assert calls(a_checkin(FRIDAY), said(SATURDAY), missed, first=SATURDAY) == [(18, 20)]


def test_the_plan_of_a_day_off_is_nobodys():
    off = a_checkin(FRIDAY, status=CheckInStatus.DAY_OFF, targets={"calls": 7})
    assert calls(a_checkin(THURSDAY), off, a_checkin(NEXT, counts={"calls": 9}), first=FRIDAY) == [(9, 20)]


def test_of_a_plan_of_nothing_there_is_no_share():
    assert calls(a_checkin(THURSDAY, targets={"calls": 0}), a_checkin(FRIDAY), first=FRIDAY) == []


def test_a_check_in_is_shown_with_the_plan_of_the_working_day_it_counts():
    monday = a_checkin(NEXT)
    plans = {it.day: before.day for before, it in pairs((a_checkin(FRIDAY), said(SATURDAY), monday))}
    assert plans == {SATURDAY: FRIDAY, NEXT: FRIDAY}

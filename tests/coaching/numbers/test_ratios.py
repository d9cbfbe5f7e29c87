"""Step ratios from check-ins."""

from coaching.checkins import CheckInStatus
from coaching.numbers.ratios import StepTotal, Yield, ratios, since
from tests.builders import MONDAY, a_checkin, a_company, days_later


def test_each_step_is_set_against_the_one_before_it():
    days = (
        a_checkin(counts={"calls": 20, "appointments": 4, "proposals": 1}),
        a_checkin(days_later(-1), counts={"calls": 30, "appointments": 2}),
    )
    found = ratios(a_company(), days, since(MONDAY), MONDAY)
    assert found.steps == (StepTotal("prospecting", 50), StepTotal("appointment", 6), StepTotal("proposal", 1))
    assert found.yields == (Yield("prospecting", "appointment", 6, 50), Yield("appointment", "proposal", 1, 6))
    assert [it.rate for it in found.yields] == [6 / 50, 1 / 6]


def test_under_five_of_the_earlier_step_there_is_no_rate():
    assert Yield("appointment", "proposal", 4, 4).rate is None
    assert Yield("appointment", "proposal", 5, 5).rate == 1


def test_only_what_was_answered_within_the_stretch_counts():
    days = (
        a_checkin(days_later(-91), counts={"calls": 1}),
        a_checkin(days_later(-90), counts={"calls": 2}),
        a_checkin(status=CheckInStatus.MISSED),
    )
    found = ratios(a_company(), days, since(MONDAY), MONDAY)
    assert (found.answered, found.steps[0].done) == (1, 2)

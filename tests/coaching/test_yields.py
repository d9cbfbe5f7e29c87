from bot.languages import language
from coaching.language import speaking
from coaching.yields import amount, hint, line
from tests.builders import APPOINTMENTS, CALLS, PROPOSALS, a_checkin, a_company, days_later

COMPANY = a_company()
BEFORE = tuple(a_checkin(days_later(-n), counts={"calls": 20, "appointments": 2}) for n in range(1, 4))


def test_a_count_comes_with_its_yield_and_the_usual_one():
    assert line(COMPANY, CALLS, {"calls": 12, "appointments": 2}, {}, BEFORE) == (
        "12 calls → 2 appointments (17 %; before: 10 % of 60)"
    )


def test_too_little_data_is_said_with_how_little():
    few = (a_checkin(counts={"calls": 4, "appointments": 1}),)
    assert line(COMPANY, CALLS, {"calls": 2, "appointments": 1}, {}, few) == (
        "2 calls → 1 appointment (50 %; before: not enough data yet, n = 4)"
    )


def test_nothing_is_divided_by_zero():
    assert line(COMPANY, CALLS, {"calls": 0, "appointments": 1}, {}, BEFORE) == (
        "0 calls → 1 appointment (before: 10 % of 60)"
    )


def test_the_end_of_the_chain_stands_against_its_plan():
    assert line(COMPANY, PROPOSALS, {"proposals": 1}, {"proposals": 2}, BEFORE) == "1 proposal (plan 2)"
    assert line(COMPANY, CALLS, {"calls": 1}, {"calls": 20}, BEFORE) == "1 call (plan 20)"
    assert line(COMPANY, PROPOSALS, {"proposals": 1}, {}, BEFORE) == "1 proposal (goal 2 a week)"
    assert line(COMPANY, CALLS, {"calls": 1}, {}, BEFORE) == "1 call (goal 20 a day)"


def test_the_usual_yield_is_hinted_only_when_known():
    assert hint(COMPANY, CALLS, BEFORE) == "usually 10 % become appointments"
    assert hint(COMPANY, CALLS, ()) == ""
    assert hint(COMPANY, APPOINTMENTS, BEFORE) == ""


def test_one_is_singular():
    assert [amount(1, "calls"), amount(2, "calls"), amount(1, "business"), amount(1200, "calls")] == [
        "1 call",
        "2 calls",
        "1 business",
        "1,200 calls",
    ]


def test_what_usually_becomes_of_it_is_german_whatever_the_company_counts():
    with speaking(language("de")):
        days = [a_checkin(days_later(-n), counts={"calls": 20, "appointments": 2}) for n in range(10)]
        assert hint(a_company(), CALLS, days) == "üblich: 10 % davon werden appointments"

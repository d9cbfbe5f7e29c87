"""A working day counts once, however often and on whatever days it is told."""

from dataclasses import replace

from coaching.checkins import CheckInStatus
from coaching.numbers.ratios import ratios
from coaching.recap import Facts, recap
from coaching.recap_card import card
from tests.builders import a_checkin, a_company, a_member, at, days_later
from tests.coaching.test_checkin import Life, values, words

FRIDAY, SATURDAY, SUNDAY, NEXT = (days_later(n) for n in (4, 5, 6, 7))
WEEK = tuple(a_checkin(days_later(n)) for n in range(5))


def over_the_weekend() -> Life:
    life = Life(*WEEK)
    life.plan(at("12:00", FRIDAY))
    life.say("18 calls", day=SATURDAY)
    return life


def calls(life: Life) -> int:
    company = a_company()
    found = ratios(company, life.memory.checkins.values(), FRIDAY, NEXT)
    return found.steps[0].done


def test_a_second_answer_on_a_weekend_changes_the_first():
    life = over_the_weekend()
    answer = life.say("17 calls", day=SUNDAY)
    assert answer.startswith("Changed; before it said 18 calls. Friday is kept:")
    assert ("dana", SUNDAY) not in life.memory.checkins
    assert calls(life) == 12 + 17


def test_on_a_weekend_the_card_of_today_shows_what_was_said_the_day_before():
    assert "Friday is kept" in over_the_weekend().say("today", day=SUNDAY)


def test_monday_asks_with_what_was_said_on_the_weekend_filled_in():
    life = over_the_weekend()
    (asked,) = life.tick("08:30", NEXT)
    assert values(asked.card)["count.calls"] == "18"
    assert asked.card.fields[0].hint.endswith("Filled in: as you wrote on Saturday")


def test_mondays_answer_counts_in_place_of_the_weekends():
    life = over_the_weekend()
    life.tick("08:30", NEXT)
    life.press("send", "09:00", NEXT, calls="19", appointments="2", proposals="1")
    assert calls(life) == 12 + 19
    assert life.checkin(SATURDAY).status is CheckInStatus.DAY_OFF


def test_in_words_monday_keeps_what_it_does_not_name():
    life = over_the_weekend()
    life.tick("08:30", NEXT)
    life.say("3 appointments", day=NEXT)
    assert life.checkin(NEXT).counts == {"calls": 18, "appointments": 3}
    assert calls(life) == 12 + 18


def test_without_an_answer_on_monday_the_weekends_counts():
    life = over_the_weekend()
    life.tick("08:30", NEXT)
    life.tick("12:30", NEXT)
    assert calls(life) == 12 + 18


def test_a_run_does_not_grow_on_days_that_nobody_asks_about():
    life = over_the_weekend()
    assert "5 check-ins in a row" in life.say("17 calls", day=SUNDAY)
    life.tick("08:30", NEXT)
    assert "6 check-ins in a row" in life.say("18 calls", day=NEXT)


def test_a_card_of_the_weekend_leads_to_mondays_answer():
    life = Life(*WEEK)
    life.say("18 calls", day=SUNDAY)
    life.plan(at("20:00", SUNDAY)).tick("08:30", NEXT)
    life.say("19 calls", day=NEXT)
    life.press("open", "10:00", NEXT, on=SUNDAY)
    shown = life.news()[-1]
    assert values(shown.card)["count.calls"] == "19"
    life.press("send", "10:01", NEXT, on=SUNDAY, calls="20")
    assert calls(life) == 12 + 20


def test_a_holiday_after_a_day_off_counts_the_day_before_both_once():
    tuesday, wednesday, thursday = (days_later(n) for n in (1, 2, 3))
    off = a_checkin(wednesday, status=CheckInStatus.DAY_OFF)
    life = Life(a_checkin(), a_checkin(tuesday), off, holidays=(thursday,))
    assert "Tuesday is kept" in life.say("12 calls", day=thursday)
    life.plan(at("20:00", thursday))
    (asked,) = life.tick("08:30", FRIDAY)
    assert values(asked.card)["count.calls"] == "12"
    life.press("send", "09:00", FRIDAY)
    found = ratios(a_company(), life.memory.checkins.values(), wednesday, FRIDAY)
    assert found.steps[0].done == 12


def test_what_was_kept_twice_before_counts_once_after_the_next_answer():
    twice = tuple(replace(a_checkin(it), asked_at=None) for it in (SATURDAY, SUNDAY))
    life = Life(*WEEK, *twice)
    life.plan(at("20:00", SUNDAY)).tick("08:30", NEXT)
    life.say("18 calls", day=NEXT)
    assert calls(life) == 12 + 18


def test_a_weekly_habit_stands_against_its_week_in_the_check_in_as_in_the_recap():
    life = Life(*WEEK)
    said = life.say("18 calls, 1 proposal", day=SATURDAY)
    assert "1 proposal (goal 2 a week)" in said
    checkins = tuple(life.memory.checkins.values())[-2:]
    told = recap(Facts(company=a_company(), member=a_member(), today=SATURDAY, checkins=checkins))
    assert "1 proposal (plan 0.4, 1 day’s share of 2 a week); 250 % of your plan" in words(card(told))


def test_a_weeks_recap_holds_a_weekends_answer_and_mondays_against_fridays_plan_once():
    life = over_the_weekend()
    life.tick("08:30", NEXT)
    life.say("18 calls", day=NEXT)
    checkins = tuple(life.memory.checkins.values())
    found = recap(Facts(company=a_company(), member=a_member(), today=NEXT, checkins=checkins))
    calls = next(it for it in found.practice if it.habit == "calls")
    assert (calls.done, calls.planned, found.answered, found.asked) == (18, 20, 1, 1)

"""The forecast, from the question to the call that is kept for ever."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coaching import escalations
from coaching.company import CheckInPlan, ForecastPlan, Weekday, Weekly
from coaching.decision import NOTHING, Alarm, Kind
from coaching.opportunities import Category, Field, Status
from coaching.people import Reminders, TimeOff
from coaching.qualification import Answer, Evidence
from coaching.refusal import NOT_YOURS
from coaching.routines.forecast import ROUTINE, Plan
from tests.builders import (
    MONDAY,
    a_change,
    a_company,
    a_manager,
    a_member,
    an_opportunity,
    an_owner,
    at,
    commanded,
    days_later,
    dollars,
    planned,
    rang,
    said,
)
from tests.fakes import MemoryStore, holidays_on, no_holidays
from tests.forecasting import FORM, PERIOD, Desk, a_call, errors, values, words


# --- what is shown -------------------------------------------------------------------------------------------------
def test_a_rep_sees_the_deals_of_the_period_by_category_and_what_is_left_to_the_target():
    desk = Desk(
        an_opportunity("O-1", name="Globex", stage="Proposal"),
        an_opportunity("O-2", name="Initech", amount=None),
        an_opportunity("O-3", name="Hooli", category=Category.COMMIT, close_date=days_later(-20)),
        an_opportunity("O-4", name="Next quarter's", close_date=days_later(90)),
        an_opportunity("O-5", name="Undated", close_date=None),
        an_opportunity("O-6", name="Somebody else's", member="bob"),
        an_opportunity("W-1", status=Status.WON, closed_on=days_later(-9), amount=dollars(96_000)),
    )
    shown = words(desk.type(""))
    assert "Won so far: $96,000" in shown
    assert "Target: $180,000, $84,000 to go" in shown
    assert "Commit: $40,000 in 1 deal\n" in shown
    assert "Best case: $40,000 in 1 deal\n" in shown
    assert "Pipeline: 1 deal without an amount" in shown
    assert "Hooli | Commit | $40,000 | Tue 3 Nov (overdue)" in shown
    assert "no close date: Undated ($40,000)" in shown
    assert "Next quarter's" not in shown
    assert "Somebody else's" not in shown


def test_the_last_call_is_shown_with_what_moved_since():
    desk = Desk(
        an_opportunity("O-1", name="Globex"),
        an_opportunity("O-2", name="Initech", status=Status.LOST, closed_on=MONDAY),
        a_change("O-1", field=Field.CLOSE_DATE, before="2026-11-30", after="2026-12-18"),
        a_change("O-2", field=Field.STATUS, before="open", after="lost"),
        a_change("O-1", field=Field.AMOUNT, before="1000000", after="4000000", on=days_later(-9)),
        a_call(),
    )
    shown = words(desk.type(""))
    assert "Your last call, Fri 20 Nov: commit $100,000, best case $140,000." in shown
    assert "Lost: Initech, $40,000\nPushed out: Globex, Mon 30 Nov to Fri 18 Dec" in shown
    assert "Amount:" not in shown, "that was before the call"


def test_the_fields_hold_the_last_call_so_that_keeping_it_is_one_press():
    assert values(Desk(a_call()).type("")) == {"commit": "$100,000", "best": "$140,000", "reason": ""}


def test_an_empty_pipeline_still_takes_a_call():
    shown = Desk().type("")
    assert [it.name for it in shown.fields] == ["commit", "best", "reason"]
    assert "No call for 2026-Q4 yet." in words(shown)


# --- calling -------------------------------------------------------------------------------------------------------
def test_a_call_is_kept_and_confirmed_with_the_difference_to_the_one_before():
    desk = Desk(a_call())
    shown = words(desk.press("forecast.submit", args=PERIOD, fields=FORM))
    assert desk.calls[1:] == [("dana", "dana", dollars(120_000), dollars(150_000), "Globex signs on Friday")]
    assert "Against the call of Fri 20 Nov: commit up $20,000, best case up $10,000." in shown
    assert "That leaves $60,000 to the target of $180,000." in shown


def test_the_same_call_can_be_typed():
    desk = Desk()
    desk.type("commit 120k best 150k because Globex signs on Friday")
    assert desk.calls == [("dana", "dana", dollars(120_000), dollars(150_000), "Globex signs on Friday")]


def test_it_works_as_a_plain_message_too():
    desk = Desk()
    desk.engine.handle(said("forecast commit $120,000 best $150,000"))
    assert desk.calls == [("dana", "dana", dollars(120_000), dollars(150_000), "")]


def test_a_second_press_or_a_second_device_makes_no_second_call():
    desk = Desk()
    first = desk.press("forecast.submit", args=PERIOD, fields=FORM)
    second = desk.press("forecast.submit", at("09:03"), args=PERIOD, fields=FORM)
    assert second == first
    assert len(desk.calls) == 1


def test_the_same_figures_an_hour_later_are_a_call_of_their_own():
    desk = Desk()
    desk.press("forecast.submit", args=PERIOD, fields=FORM)
    desk.press("forecast.submit", at("10:03"), args=PERIOD, fields=FORM)
    assert len(desk.calls) == 2


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"commit": "a lot"}, "commit"),
        ({"commit": ""}, "commit"),
        ({"commit": "-5"}, "commit"),
        ({"commit": "€120k"}, "commit"),
        ({"best": "100k"}, "best"),
        ({"best": "😀"}, "best"),
        ({"commit": "9" * 10_000}, "commit"),
    ],
)
def test_what_cannot_be_read_comes_back_as_typed_with_the_reason_at_its_field(typed, field):
    desk = Desk()
    shown = desk.press("forecast.submit", args=PERIOD, fields=FORM | typed)
    assert list(errors(shown)) == [field]
    assert values(shown) == FORM | typed
    assert desk.calls == []


def test_everything_wrong_is_said_at_once():
    shown = Desk().press("forecast.submit", args=PERIOD, fields={"commit": "x", "best": "y"})
    assert list(errors(shown)) == ["commit", "best"]


def test_nonsense_typed_is_answered_with_the_form_and_an_example():
    shown = Desk().type("how is the weather")
    assert "/forecast commit" in errors(shown)["commit"]


def test_without_a_best_case_the_one_before_stands_and_that_is_said():
    desk = Desk(a_call())
    shown = words(desk.type("commit 120k"))
    assert desk.calls[-1][2:4] == (dollars(120_000), dollars(140_000))
    assert "the one before stands: $140,000" in shown


def test_a_commit_above_the_last_best_case_lifts_it():
    desk = Desk(a_call())
    desk.type("commit 160k")
    assert desk.calls[-1][2:4] == (dollars(160_000), dollars(160_000))


def test_a_best_case_alone_keeps_the_commit_there_was_or_asks_for_it():
    desk = Desk(a_call())
    desk.type("best 150k")
    assert desk.calls[-1][2:4] == (dollars(100_000), dollars(150_000))
    assert "commit" in errors(Desk().type("best 150k"))


def test_a_card_of_a_period_that_is_over_shows_the_running_one_and_calls_nothing():
    desk = Desk()
    shown = desk.press("forecast.submit", args=PERIOD | {"period": "2026-Q3"}, fields=FORM)
    assert shown.summary == "Forecast 2026-Q4"
    assert desk.calls == []


def test_a_drop_is_announced_to_the_rep_and_the_rules_look_at_once():
    desk = Desk(a_call())
    shown = words(desk.press("forecast.submit", args=PERIOD, fields=FORM | {"commit": "80k"}))
    assert "20 % below the call of Fri 20 Nov, so Morgan will see it too" in shown
    assert desk.memory.alarms[escalations.CHECK, "dana"] == at()


def test_a_rep_cannot_call_for_somebody_else():
    desk = Desk(company=a_company(a_member(), a_member("bob"), a_manager()))
    assert words(desk.press("forecast.submit", args=PERIOD | {"member": "bob"}, fields=FORM)).startswith(NOT_YOURS)
    assert "your own forecast only" in words(desk.type("bob commit 5k"))
    assert desk.calls == []


# --- the manager beside, the owner above ---------------------------------------------------------------------------
def test_the_managers_call_lies_beside_the_reps_and_the_rep_sees_it_with_its_reason():
    desk = Desk(a_call(120_000, 150_000))
    desk.type("dana commit 100k best 140k because Globex has no budget yet", member="morgan")
    assert desk.calls == [
        ("dana", "dana", dollars(120_000), dollars(150_000), ""),
        ("morgan", "dana", dollars(100_000), dollars(140_000), "Globex has no budget yet"),
    ]
    (told,) = desk.memory.messages.values()
    assert (told.to, told.kind) == ("dana", Kind.NOTICE)
    assert "commit $100,000, best case $140,000 (“Globex has no budget yet”)" in words(told.card)
    assert "Yours stays as it is: commit $120,000, best case $150,000." in words(told.card)
    later = desk.type("", now=at("11:00"))
    assert "Morgan’s call beside it" in words(later)
    assert values(later)["commit"] == "$120,000"


@pytest.mark.parametrize("name", ["dana", "Dana", "Dana Reyes", "Dana's", "dana:"])
def test_the_manager_names_the_rep_as_they_like(name):
    desk = Desk()
    desk.type(f"{name} commit 100k best 140k", member="morgan")
    assert [it[:2] for it in desk.calls] == [("morgan", "dana")]


def test_a_call_without_a_name_asks_the_manager_whose_it_is():
    desk = Desk()
    assert "Whose forecast" in words(desk.type("commit 100k best 140k", member="morgan"))
    assert desk.calls == []


def test_the_manager_sees_every_reps_last_call_and_who_has_none():
    desk = Desk(
        a_call(90_000, 95_000, days=-9),
        a_call(),
        a_call(80_000, 85_000, by="morgan", days=-1),
        company=a_company(a_member(), a_member("bob"), a_manager()),
    )
    shown = words(desk.type("", member="morgan"))
    assert "Dana Reyes | $100,000 | $140,000 | 3 days ago | $80,000 / $85,000" in shown
    assert "Bob Smith |  |  | not yet | " in shown
    assert "1 of 2 reps have called: commit $80,000 stands, 0 agreed." in shown


def test_the_owner_sees_totals_and_nobodys_own_call():
    reps = [a_member(it) for it in ("dana", "bob", "eve", "kim")]
    calls = [a_call(member=it.id, by=it.id) for it in reps]
    company = a_company(*reps, a_manager(), an_owner())
    shown = words(Desk(*calls, company=company).type("", member="olivia"))
    assert "commit $400,000, best case $560,000, from 4 reps" in shown
    assert "Dana" not in shown
    few = words(Desk(*calls[:3], company=company).type("", member="olivia"))
    assert "$300,000" not in few
    assert "once 4 reps have made theirs (3 so far" in few
    small = a_company(*reps[:2], a_manager(), an_owner())
    two = words(Desk(*calls[:2], company=small).type("", member="olivia"))
    assert "$200,000" not in two
    assert "2 of 2 reps have called; calls of fewer than 4" in two
    assert "stay with them and Morgan" in two


def test_the_owner_cannot_call():
    desk = Desk()
    desk.type("dana commit 100k", member="olivia")
    desk.press("forecast.submit", member="olivia", args=PERIOD, fields=FORM)
    assert desk.calls == []


# --- the list of deals ---------------------------------------------------------------------------------------------
def test_deals_are_listed_largest_first_and_a_missing_next_step_is_asked_about():
    desk = Desk(
        an_opportunity("O-1", name="Small", amount=dollars(5)),
        an_opportunity("O-2", name="Unknown", amount=None),
        an_opportunity("O-3", name="Large", amount=dollars(90_000), next_step="", close_date=None),
    )
    shown = words(desk.engine.handle(commanded("coach", "deals")))
    assert "Large | $90,000 | Discovery | no date | none yet\nSmall | $5 | Discovery | Fri 18 Dec | Demo" in shown
    assert shown.index("Small") < shown.index("Unknown")
    assert "1 deal has no next step yet: Large." in shown


def test_the_manager_lists_everybodys_deals_the_owner_only_stages():
    desk = Desk(an_opportunity("O-1", name="Globex"))
    assert "| Dana Reyes" in words(desk.engine.handle(commanded("coach", "deals", member="morgan")))
    owners = words(desk.engine.handle(commanded("coach", "deals", at("10:00"), member="olivia")))
    assert "Discovery | 1 | $40,000 in 1 deal" in owners
    assert "Globex" not in owners


# --- the reminder --------------------------------------------------------------------------------------------------
FRIDAY = days_later(4)
"""The week's forecast is locked at noon, in New York."""
THURSDAY = days_later(3)


def test_reps_are_reminded_on_their_last_working_day_before_the_lock_in_their_own_morning():
    desk = Desk()
    desk.engine.handle(planned())
    assert desk.memory.alarms["forecast.remind", "dana"] == at("10:00", THURSDAY)


def test_on_a_holiday_nobody_is_reminded_but_the_day_before():
    desk = Desk(holidays=holidays_on(THURSDAY))
    desk.engine.handle(planned())
    assert desk.memory.alarms["forecast.remind", "dana"] == at("10:00", days_later(2))


def test_a_lock_in_the_middle_of_the_week_is_prepared_the_day_before():
    desk = Desk(company=a_company(forecast=ForecastPlan(lock=Weekly(Weekday.WED, at().time()))))
    desk.engine.handle(planned())
    assert desk.memory.alarms["forecast.remind", "dana"] == at("10:00", days_later(1))


def test_whoever_works_on_the_day_of_the_lock_alone_is_reminded_two_hours_before():
    desk = Desk(company=a_company(checkin=CheckInPlan(days=frozenset({Weekday.FRI}))))
    desk.engine.handle(planned())
    assert desk.memory.alarms["forecast.remind", "dana"] == at("10:00", FRIDAY, "America/New_York")


def test_whoever_is_away_all_week_is_reminded_in_the_next():
    away = a_member(time_off=(TimeOff(MONDAY, days_later(6)),))
    desk = Desk(company=a_company(away, a_manager()))
    desk.engine.handle(planned())
    assert desk.memory.alarms["forecast.remind", "dana"] == at("10:00", days_later(10))


def remind(*things, now=None, **member):
    company = a_company(a_member(**member), a_manager())
    desk = Desk(*things, company=company)
    due = at("10:00", THURSDAY)
    desk.memory.alarms["forecast.remind", "dana"] = due
    assert desk.engine.tick(now or due) == 1
    assert desk.memory.alarms["forecast.remind", "dana"] == due + timedelta(days=7)
    return [(it.kind, it.card.summary) for it in desk.memory.messages.values()]


def test_a_call_from_before_the_last_lock_is_asked_about_once():
    assert remind(a_call(days=-4)) == [(Kind.REMINDER, "Is your call for 2026-Q4 still right?")]


def test_a_first_call_that_is_missing_is_asked_for_where_there_is_something_to_call():
    assert remind(an_opportunity()) == [(Kind.REMINDER, "Your first call for 2026-Q4 is still open")]
    assert remind() == []


def test_a_call_of_this_week_light_reminders_or_a_day_off_need_no_reminder():
    assert remind(a_call(days=-2)) == []
    assert remind(a_call(days=-4), reminders=Reminders.LIGHT) == []
    assert remind(a_call(days=-4), paused_until=days_later(5)) == []


def test_a_reminder_that_comes_hours_late_is_not_sent():
    assert remind(a_call(days=-4), now=at("12:00", THURSDAY)) == []


def test_still_right_is_a_call_of_its_own_but_only_of_what_was_shown():
    desk = Desk(a_call(days=-10))
    desk.press("forecast.keep", args={"period": "2026-Q4", "commit": "10000000"})
    assert [it[2] for it in desk.calls] == [dollars(100_000)] * 2
    shown = desk.press("forecast.keep", at("11:00"), args={"period": "2026-Q4", "commit": "1"})
    assert shown.summary == "Forecast 2026-Q4"
    assert len(desk.calls) == 2


def test_whoever_left_is_reminded_no_more():
    company = a_company()
    gone = replace(company, members=(replace(company.members[0], active=False), *company.members[1:]))
    decision = ROUTINE.decide(Plan(gone, frozenset()), planned())
    assert decision.alarms[0] == Alarm(alarm="forecast.remind", subject="dana", at=None)


def test_an_alarm_of_somebody_unknown_does_nothing():
    store = MemoryStore(a_company())
    event = rang("forecast.remind", "nobody")
    with store.work("acme") as work:
        assert ROUTINE.decide(ROUTINE.gather(work, event, no_holidays), event) == NOTHING


def test_a_deal_that_lacks_what_a_commit_needs_counts_as_best_case_and_says_so():
    sure = an_opportunity("O-1", name="Acme pilot", amount=dollars(70_000), category=Category.COMMIT)
    learned = Evidence(opportunity="O-1", criterion="problem", answer=Answer.YES, by="dana", at=at())
    before, after = (words(Desk(sure, *more).type("")) for more in ((), (learned,)))
    assert "Out of Commit" not in before
    assert "Out of Commit until more is known: Acme pilot." in after

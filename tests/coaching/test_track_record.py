"""What counts of what was forecast: fixed days, last calls of weeks, and who may look when."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from coaching.accuracy_card import enough_people, told
from coaching.accuracy_words import bias_words, own_words
from coaching.forecasts import TEAM, Author
from coaching.money import Money
from coaching.opportunities import Status
from coaching.track_record import WEEKLY, days_to_read, track_record
from tests.builders import (
    a_call,
    a_company,
    a_manager,
    a_member,
    an_estimate,
    an_opportunity,
    an_owner,
    at,
    dollars,
)

START, END = date(2026, 7, 1), date(2026, 9, 30)
LATER = date(2026, 11, 23)
COMPANY = a_company(a_member("dana"), a_member("bob"), a_manager(), an_owner())
WON = tuple(
    an_opportunity(f"W-{who}", status=Status.WON, member=who, closed_on=END, amount=dollars(amount))
    for who, amount in (("dana", 100), ("bob", 50), (None, 30))
)


def called(day, commit, member="dana", clock="10:00", **more):
    on = START + timedelta(days=day - 1)
    return a_call(member, period="2026-Q3", commit=dollars(commit), called_at=at(clock, on), **more)


def kept(day, expected, **more):
    on = START + timedelta(days=day - 1)
    usual = {"period": "2026-Q3", "expected": dollars(expected), "p10": None, "p50": None, "p90": None}
    return an_estimate(on, **(usual | more))


def record(*calls, estimates=(), today=LATER, company=COMPANY, **more):
    return track_record(company, today, WON, calls, estimates, **more)


def forecasts(it, by, mark, whose="dana"):
    return [row.scored.forecast for row in it.rows if (row.by, row.mark, row.scored.whose) == (by, mark, whose)]


def test_what_stood_at_the_end_of_a_fixed_day_counts_and_no_later_call():
    it = record(called(1, 90), called(30, 120, clock="23:30"), called(31, 70), called(60, 110), called(61, 10))
    assert [forecasts(it, Author.REP, mark) for mark in (1, 30, 60)] == [[90.0], [120.0], [110.0]]


def test_of_each_week_the_last_call_counts():
    # The first is a Wednesday.
    it = record(called(1, 90), called(3, 95), called(5, 96), called(6, 70), called(20, 80))
    assert forecasts(it, Author.REP, WEEKLY) == [96.0, 70.0, 80.0]
    assert it.own("dana").n == 1


def test_a_day_is_that_of_whoever_called():
    tokyo = a_company(a_member("dana", zone="Asia/Tokyo"), a_manager())
    evening = called(30, 77, clock="13:00")  # in Chicago; in Tokyo the next day has begun
    assert forecasts(record(evening), Author.REP, 30) == [77.0]
    assert forecasts(record(evening, company=tokyo), Author.REP, 30) == []


def test_a_call_made_after_the_period_is_no_forecast():
    late = a_call(period="2026-Q3", commit=dollars(100), called_at=at(day=END + timedelta(days=1)))
    assert record(late).own("dana").n == 0


def test_overlays_are_the_managers_and_where_there_is_none_the_reps_call_stands():
    it = record(called(10, 90), called(10, 60, "bob"), called(12, 80, by="morgan"))
    assert forecasts(it, Author.MANAGER, 30) == [80.0]
    assert forecasts(it, Author.MANAGER, 30, TEAM) == [140.0]
    assert forecasts(it, Author.REP, 30, TEAM) == [150.0]
    assert forecasts(it, Author.MANAGER, WEEKLY) == [80.0]


def test_a_sum_of_calls_is_held_against_what_those_who_called_won():
    (row,) = [it for it in record(called(10, 90)).rows if (it.mark, it.scored.whose) == (30, TEAM)]
    assert row.scored.actual == 100.0


def test_who_called_and_won_nothing_is_scored_with_nothing():
    (row,) = [it for it in track_record(COMPANY, LATER, (), [called(50, 90)]).rows if it.mark == 60 and it.scored.whose]
    assert row.scored.actual == 0.0


def test_a_company_without_calls_has_no_record_and_says_so():
    it = record()
    assert (it.rows, it.own("dana").n) == ((), 0)
    assert "not enough data" in own_words(it.own("dana"), "USD")


def test_calls_in_another_currency_are_counted_out():
    euros = replace(called(10, 90), commit=Money.of(90, "EUR"))
    assert record(euros, called(12, 80)).foreign == 1
    assert record(euros).own("dana").n == 0


# --- the coach and the baselines ------------------------------------------------------------------------------------
def test_the_coachs_morning_counts_on_a_fixed_day_while_it_is_fresh():
    it = record(estimates=[kept(24, 500), kept(29, 510), kept(31, 520), kept(50, 530)])
    assert forecasts(it, Author.COACH, 30, TEAM) == [510.0]
    assert forecasts(it, Author.COACH, 60, TEAM) == []
    assert forecasts(it, Author.COACH, 1, TEAM) == []


def test_a_baseline_that_goes_by_earlier_periods_stands_to_the_end():
    it = record(estimates=[kept(3, 170, by=Author.LAST_PERIOD)])
    assert [forecasts(it, Author.LAST_PERIOD, mark, TEAM) for mark in (1, 30, 60)] == [[], [170.0], [170.0]]
    assert it.together(Author.LAST_PERIOD).outcomes[0].actual == 180.0


def test_ranges_are_scored_with_what_they_held():
    ranged = kept(1, 170, p10=dollars(150), p90=dollars(179))
    assert record(estimates=[ranged]).together(Author.COACH).covered == 0
    assert record(estimates=[replace(ranged, p90=dollars(180))]).together(Author.COACH).covered == 1


def test_only_the_days_that_can_count_are_read():
    days = [START + timedelta(days=it) for it in range(92)]
    found = days_to_read(COMPANY, LATER, [*days[2:58], *days[70:], LATER])
    assert found == (days[2], days[29], days[57])


# --- who sees what, and when ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(("days", "seen"), [(1, False), (7, False), (8, True)])
def test_a_rep_sees_it_first_and_the_manager_a_week_later(days, seen):
    today = END + timedelta(days=days)
    calls = [called(10, 90)]
    assert record(*calls, today=today, reader="dana").own("dana").n == 1
    theirs = record(*calls, today=today)
    assert theirs.own("dana").n == seen
    assert theirs.waiting == (() if seen else ("2026-Q3",))


def test_the_running_period_is_in_no_record():
    assert record(called(10, 90), today=END, reader="dana").rows == ()


def test_the_owner_sees_the_teams_calls_from_four_people_on():
    four = a_company(*(a_member(it) for it in ("dana", "bob", "eve", "kim")), an_owner())
    calls = [called(10, 90, it) for it in ("dana", "bob", "eve", "kim")]
    assert enough_people(record(*calls, company=four))
    assert not enough_people(record(*calls[:3], company=four))
    shown = str(told(four, an_owner(), record(*calls[:3], company=four)))
    assert "Dana" not in shown
    assert "shown once 4 of them" in shown


def test_words_never_say_more_than_the_n_has():
    periods = [("2025-Q3", date(2025, 9, 30)), ("2025-Q4", date(2025, 12, 31)), ("2026-Q1", date(2026, 3, 31))]
    won = [an_opportunity(name, status=Status.WON, closed_on=on, amount=dollars(100)) for name, on in periods]
    calls = [
        a_call(period=name, commit=dollars(112), called_at=at(day=on - timedelta(days=40))) for name, on in periods
    ]
    for n, words in (
        (0, "not enough data yet (n = 0)"),
        (1, "2025-Q3: called $112, $100 came in. Not enough data for a habit yet (n = 1"),
        (3, "Your calls of the last 3 periods came in 12 % high, and 12 % off to either side; n = 3"),
    ):
        it = track_record(COMPANY, LATER, won, calls[:n], reader="dana")
        assert words in own_words(it.own("dana"), "USD")


@pytest.mark.parametrize(
    ("bias", "words"),
    [(0.12, "12 % high"), (-0.08, "8 % low"), (0.004, "on the mark"), (-0.006, "1 % low"), (12.5, "1,250 % high")],
)
def test_a_bias_in_words(bias, words):
    assert bias_words(bias) == words

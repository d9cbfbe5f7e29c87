from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.checkins import CheckIn
from coaching.opportunities import Opportunity
from coaching.questions import ABOUT_A_DEAL, GENERAL, Background, question_for, stuck_words, words_of
from tests.builders import MONDAY, a_checkin, a_company, an_opportunity, days_later, dollars

WHALE = an_opportunity("W", name="Initech line", amount=dollars(400_000), close_date=days_later(-10))
VAGUE = an_opportunity("V", name="Hooli pilot", amount=dollars(90_000), next_step=" ")
HEALTHY = an_opportunity("H", amount=dollars(900_000))


def background(*things: CheckIn | Opportunity) -> Background:
    return Background(
        company=a_company(),
        checkins=tuple(it for it in things if isinstance(it, CheckIn)),
        opportunities=tuple(it for it in things if isinstance(it, Opportunity)),
    )


def asked_over(days: int, *deals: Opportunity, member: str = "dana", start: date = MONDAY) -> list[tuple[date, str]]:
    """What a member is asked on each weekday, answering every time."""
    seen: list[CheckIn] = []
    for day in (start + timedelta(days=n) for n in range(days)):
        if day.weekday() < 5:
            seen.append(a_checkin(day, question=question_for(member, day, background(*seen, *deals))))
    return [(it.day, it.question) for it in seen]


def test_there_are_at_least_twelve_short_questions_in_the_bank():
    assert len(GENERAL) >= 12
    assert all(it.endswith("?") and len(it) <= 90 for it in GENERAL.values())


def test_a_deal_past_its_close_date_is_asked_about_before_a_larger_healthy_one():
    question = question_for("dana", MONDAY, background(HEALTHY, VAGUE, WHALE))
    assert question == "overdue@W"
    assert words_of(question, background(WHALE)) == (
        "Initech line was due to close on 13 November. What is the buyer's own date, and what has to happen first?"
    )


def test_a_deal_without_a_next_step_is_asked_for_one():
    assert question_for("dana", MONDAY, background(HEALTHY, VAGUE)) == "no_step@V"


def test_a_question_about_a_deal_is_followed_by_one_about_selling():
    kinds = [it.partition("@")[0] for _, it in asked_over(12, WHALE, VAGUE, HEALTHY)]
    assert all((one in ABOUT_A_DEAL) != (two in ABOUT_A_DEAL) for one, two in pairwise(kinds))


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.sampled_from(["dana", "sam", "åsa", "x"]))
def test_none_comes_again_within_two_weeks_and_no_deal_within_one(start: date, member: str):
    asked = asked_over(45, WHALE, VAGUE, HEALTHY, member=member, start=start)
    for n, (day, question) in enumerate(asked):
        for later, again in asked[n + 1 :]:
            assert question != again or (later - day).days >= 14
            same_deal = "@" in question and question.partition("@")[2] == again.partition("@")[2]
            assert not same_deal or (later - day).days >= 7


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_the_same_day_brings_the_same_question(day: date):
    assert question_for("dana", day, background(WHALE)) == question_for("dana", day, background(WHALE))


def test_two_members_are_not_asked_in_the_same_order():
    assert asked_over(5) != asked_over(5, member="sam")


def test_whoever_was_stuck_is_asked_whether_it_moves():
    last = a_checkin(days_later(-3), note="Still BLOCKED by legal at Acme")
    question = question_for("dana", MONDAY, background(last, WHALE))
    assert question == "blocked@2026-11-20"
    assert words_of(question, background(last)) == (
        "Last time you wrote “Still BLOCKED by legal at Acme”. Is it moving, and who could help?"
    )


@pytest.mark.parametrize(
    ("note", "stuck"),
    [
        ("Ich stecke bei Hooli fest", True),
        ("ich stecke fest", True),
        ("Bei Hooli hängt es im Einkauf fest, sonst alles gut", True),
        ("Komme bei Acme und beim Einkauf nicht weiter.", True),
        ("Das Angebot ist stecken geblieben", True),
        ("weil ich bei Hooli feststecke", True),
        ("I can't get any further with legal", True),
        ("Stecke viel Zeit in das Fest der Firma", False),
        ("Ich komme um drei. Dann geht es weiter, nicht vorher", False),
        ("Termin steht fest", False),
        ("20 Anrufe, alles gut", False),
    ],
)
def test_being_stuck_is_heard_where_its_words_stand_apart(note, stuck):
    assert bool(stuck_words(a_checkin(MONDAY, note=note))) is stuck


def test_a_blocker_is_followed_up_once():
    wrote = a_checkin(days_later(-1), note="stuck")
    again = a_checkin(MONDAY, question="blocked@2026-11-22", answer="still stuck")
    assert not question_for("dana", days_later(1), background(wrote, again)).startswith("blocked@")


def test_no_calls_two_days_running_asks_what_got_in_the_way():
    idle = [a_checkin(days_later(-n), counts={"calls": 0}) for n in (1, 2)]
    question = question_for("dana", MONDAY, background(*idle, WHALE))
    assert words_of(question, background(*idle)) == "No calls two days running; that happens. What got in the way?"


def test_no_calls_once_asks_nothing_about_it():
    days = (a_checkin(days_later(-2)), a_checkin(days_later(-1), counts={"calls": 0}))
    assert not question_for("dana", MONDAY, background(*days)).startswith("zero@")


def test_a_slow_week_is_asked_about_once():
    idle = [a_checkin(days_later(-n), counts={"calls": 0}, question="zero@calls" if n == 1 else "") for n in (1, 2, 3)]
    assert not question_for("dana", MONDAY, background(*idle)).startswith("zero@")


def test_a_very_long_crm_id_still_fits_what_is_kept():
    deal = an_opportunity("9" * 120, name="Long", close_date=days_later(-1))
    question = question_for("dana", MONDAY, background(deal))
    assert len(question) <= 64
    assert words_of(question, background(deal)).startswith("Long was due to close")


def test_a_question_whose_deal_is_gone_has_no_words():
    assert words_of("overdue@W", background()) == ""
    assert words_of("from a later version", background()) == ""

"""Whose word stands, what is agreed, what was locked and what has changed since."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coaching.agreed import State, agreed_forecast, as_of, stand, summed
from coaching.company import Company, DigestPlan, ForecastPlan, Weekday, Weekly
from coaching.forecasts import TEAM, RemarkKind
from coaching.money import Money
from tests.builders import a_call, a_company, a_locked, a_manager, a_member, a_remark, an_owner, at, days_later, dollars

CALL = a_call()
LATER = a_call(called_at=at("14:00"), commit=dollars(130_000))
OVERLAY = a_call(by="morgan", commit=dollars(90_000), best_case=dollars(110_000), called_at=at("12:00"))
AGREED = a_remark(CALL)
REPS = tuple(a_member(it) for it in ("dana", "bob", "eve", "kim"))
TEAM_OF_FOUR = a_company(*REPS, a_manager(), an_owner())
PERIOD = TEAM_OF_FOUR.period(days_later(0))


# --- whose word stands -----------------------------------------------------------------------------------------------
def test_nothing_called_is_said():
    assert stand("dana", ()).state is State.NOT_CALLED
    assert stand("dana", ()).commit is None


def test_a_call_stands_until_the_manager_has_agreed_to_exactly_it():
    assert stand("dana", [CALL]).state is State.CALLED
    assert stand("dana", [CALL], [AGREED]).state is State.AGREED
    assert stand("dana", [CALL], [replace(AGREED, call="0" * 16)]).state is State.CHANGED


def test_a_changed_call_is_agreed_no_longer():
    it = stand("dana", [CALL, LATER], [AGREED])
    assert it.state is State.CHANGED
    assert it.undone == AGREED
    assert it.commit == dollars(130_000)


def test_called_back_to_exactly_what_was_agreed_is_agreed_again():
    back = replace(CALL, called_at=at("15:00"))
    it = stand("dana", [CALL, LATER, back], [AGREED])
    assert (it.state, it.agreed, it.undone) == (State.AGREED, AGREED, None)


def test_called_back_to_what_was_agreed_before_the_managers_last_word_is_open():
    back = replace(CALL, called_at=at("15:00"))
    to_the_other = a_remark(LATER, at=at("14:30"))
    assert stand("dana", [CALL, LATER, back], [AGREED, to_the_other]).state is State.CHANGED
    beside = replace(OVERLAY, called_at=at("14:30"))
    assert stand("dana", [CALL, LATER, beside, back], [AGREED]).state is State.OVERLAID


def test_half_of_what_was_agreed_is_not_what_was_agreed():
    back = replace(CALL, best_case=dollars(140_000), called_at=at("15:00"))
    assert stand("dana", [CALL, LATER, back], [AGREED]).state is State.CHANGED


def test_what_figures_rest_on_is_said_once_for_them():
    evidence = a_remark(CALL, RemarkKind.EVIDENCE, text="Globex has signed")
    back = replace(CALL, called_at=at("15:00"))
    assert stand("dana", [CALL, LATER, back], [evidence]).evidence == (evidence,)


def test_saying_the_same_again_takes_nothing_back():
    again = replace(CALL, called_at=at("15:00"), reason="Still right")
    assert stand("dana", [CALL, again], [AGREED]).state is State.AGREED


def test_the_managers_figure_lies_beside_the_reps_and_counts():
    it = stand("dana", [CALL, OVERLAY])
    assert it.state is State.OVERLAID
    assert it.call == CALL
    assert it.commit == dollars(90_000)


def test_the_managers_last_word_is_theirs_be_it_a_figure_or_yes():
    agreed_later = replace(AGREED, at=at("13:00"))
    assert stand("dana", [CALL, OVERLAY], [agreed_later]).state is State.AGREED
    assert stand("dana", [CALL, OVERLAY], [AGREED]).state is State.OVERLAID, "agreed at 11:00, a figure at 12:00"


def test_a_figure_without_a_call_stands_alone():
    it = stand("dana", [OVERLAY])
    assert (it.state, it.call, it.commit) == (State.OVERLAID, None, dollars(90_000))


def test_evidence_holds_for_the_figures_it_was_given_for():
    evidence = a_remark(CALL, RemarkKind.EVIDENCE, text="Globex has signed")
    again = replace(CALL, called_at=at("15:00"))
    assert stand("dana", [CALL, again], [evidence]).evidence == (evidence,)
    assert stand("dana", [CALL, LATER], [evidence]).evidence == ()


def test_an_answer_is_to_the_figure_that_lies_beside():
    answer = a_remark(OVERLAY, RemarkKind.ANSWER, text="The board met on Friday", by="dana")
    assert stand("dana", [CALL, OVERLAY], [answer]).answer == answer
    newer = replace(OVERLAY, called_at=at("14:00"))
    assert stand("dana", [CALL, OVERLAY, newer], [answer]).answer is None


def test_others_words_are_others():
    assert stand("bob", [CALL, OVERLAY], [AGREED]).state is State.NOT_CALLED


# --- a call's id -----------------------------------------------------------------------------------------------------
def test_an_id_means_exactly_these_figures_of_that_moment():
    assert CALL.id == replace(CALL, reason="Other words").id
    others = [
        replace(CALL, commit=dollars(120_001)),
        replace(CALL, best_case=dollars(150_001)),
        replace(CALL, commit=Money(12_000_000, "EUR"), best_case=Money(15_000_000, "EUR")),
        replace(CALL, called_at=CALL.called_at + timedelta(microseconds=1)),
        replace(CALL, member="bob", by="bob"),
        replace(CALL, by="morgan"),
        replace(CALL, period="2026-Q3"),
    ]
    assert len({CALL.id, *(it.id for it in others)}) == 1 + len(others)


def test_an_overlay_keeps_its_id_when_its_author_is_erased():
    assert OVERLAY.id == replace(OVERLAY, by="former-member").id


# --- sums ------------------------------------------------------------------------------------------------------------
CALLS = tuple(
    a_call(it.id, commit=dollars(10_000 * n), best_case=dollars(20_000 * n)) for n, it in enumerate(REPS[:3], 1)
)


def test_a_sum_counts_what_stands_and_says_of_how_many():
    overlay = a_call("bob", by="morgan", commit=dollars(5_000), best_case=dollars(6_000), called_at=at("12:00"))
    rows = as_of(TEAM_OF_FOUR, PERIOD, [*CALLS, overlay], [a_remark(CALLS[0])], at("13:00"))
    it = summed((*rows, a_locked(TEAM, commit=None)), TEAM_OF_FOUR)
    assert (it.reps, it.called, it.agreed, it.overlaid) == (4, 3, 1, 1)
    assert (it.commit, it.best_case) == (dollars(45_000), dollars(86_000))
    assert it.own_commit == dollars(60_000)


def test_a_commit_of_nothing_is_a_call():
    it = summed(as_of(TEAM_OF_FOUR, PERIOD, [a_call(commit=dollars(0))], (), at("13:00")), TEAM_OF_FOUR)
    assert (it.commit, it.called) == (dollars(0), 1)


def test_a_managers_nothing_beside_it_stands():
    overlay = a_call(by="morgan", commit=dollars(0), best_case=dollars(0), called_at=at("12:00"))
    assert summed(as_of(TEAM_OF_FOUR, PERIOD, [a_call(), overlay], (), at("13:00")), TEAM_OF_FOUR).commit == dollars(0)


def test_other_currencies_are_left_out_and_counted():
    euros = a_call("bob", commit=Money(100, "EUR"), best_case=Money(100, "EUR"))
    it = summed(as_of(TEAM_OF_FOUR, PERIOD, [CALLS[0], euros], (), at("13:00")), TEAM_OF_FOUR)
    assert (it.commit, it.called, it.foreign) == (dollars(10_000), 2, 1)


# --- what was locked, and what has changed since ---------------------------------------------------------------------
def forecast(calls=CALLS, remarks=(), locks=(), until=None):
    return agreed_forecast(TEAM_OF_FOUR, PERIOD, calls, remarks, locks, until or at("18:00"))


def a_lock(calls, days, **more):
    when = at("12:00", days_later(days), "America/New_York")
    rows = as_of(TEAM_OF_FOUR, PERIOD, calls, (), when)
    return tuple(replace(it, **more) for it in rows)


def test_without_a_lock_there_is_only_what_stands():
    it = forecast()
    assert it.now.commit == dollars(60_000)
    assert (it.locked, it.locked_at, it.change, it.before, it.moved) == (None, None, None, None, ())


def test_what_changed_since_the_lock_is_told_with_whose_it_is():
    lock = a_lock(CALLS, 0)
    newer = a_call("bob", commit=dollars(25_000), called_at=at("14:00"))
    it = forecast((*CALLS, newer), locks=lock)
    assert (it.locked.commit, it.now.commit, it.change) == (dollars(60_000), dollars(65_000), dollars(5_000))
    [moved] = it.moved
    assert (moved.member, moved.before, moved.after, moved.by) == (
        "bob",
        dollars(20_000),
        dollars(25_000),
        dollars(5_000),
    )
    assert it.locked_at == at("12:00", zone="America/New_York")


def test_a_first_call_after_the_lock_is_a_change_too():
    it = forecast(CALLS, locks=a_lock(CALLS[:2], 0))
    assert [(one.member, one.before, one.by) for one in it.moved] == [("eve", None, None)]
    assert it.change == dollars(30_000)


def test_a_first_call_beside_a_figure_of_the_managers_is_told_once():
    beside = a_call("bob", by="morgan", called_at=at("08:00"), commit=dollars(15_000))
    mine = a_call("bob", called_at=at("14:00"))
    it = forecast((beside, mine), locks=a_lock((beside,), 0))
    assert it.moved == ()
    [one] = it.recalled
    assert (one.commit_before, one.commit, one.beside) == (None, mine.commit, dollars(15_000))


def test_two_locks_are_compared_with_each_other():
    it = forecast(locks=(*a_lock(CALLS[:1], -7), *a_lock(CALLS, 0)))
    assert (it.before.commit, it.locked.commit, it.week_change) == (dollars(10_000), dollars(60_000), dollars(50_000))


def test_what_was_said_after_that_moment_is_unknown():
    newer = a_call("bob", commit=dollars(25_000), called_at=at("18:00"))
    lock = a_lock(CALLS, 1)
    it = forecast((*CALLS, newer), [a_remark(CALLS[0], at=at("18:00"))], lock)
    assert (it.now.commit, it.now.agreed, it.locked) == (dollars(60_000), 0, None)


# --- when it is locked -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("company", "lock"),
    [
        (a_company(), Weekly(Weekday.FRI, at("12:00", zone="UTC").time())),
        (a_company(forecast=ForecastPlan(lock=Weekly(Weekday.WED, at("09:30", zone="UTC").time()))),
         Weekly(Weekday.WED, at("09:30", zone="UTC").time())),
        (a_company(digest=DigestPlan(at=Weekly(Weekday.MON, at("02:15", zone="UTC").time()))),
         Weekly(Weekday.SUN, at("22:15", zone="UTC").time())),
    ],
)  # fmt: skip
def test_it_is_locked_four_hours_before_the_digest_unless_the_file_says_when(company: Company, lock: Weekly):
    assert company.lock == lock

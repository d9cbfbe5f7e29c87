"""A rep's own week: in acts, from their own rows, at the end of the days they work, and never sent for nothing."""

import re
from dataclasses import replace
from datetime import date

import pytest

from coaching.card import plain
from coaching.checkins import CheckInStatus
from coaching.credits import Acts, credits_of
from coaching.opportunities import Field, Status
from coaching.people import Reminders, TimeOff
from coaching.practice import Practice
from coaching.recap import Promise, Question, recap
from coaching.recap_card import card
from coaching.recap_times import WRITE, next_recap
from coaching.routines import recap as routine
from tests.builders import (
    CALLS,
    MONDAY,
    PROPOSALS,
    a_change,
    a_checkin,
    a_commitment,
    a_company,
    a_manager,
    a_member,
    an_opportunity,
    an_owner,
    at,
    commanded,
    days_later,
    planned,
    rang,
)
from tests.fakes import MemoryStore, holidays_on, no_holidays, remember
from tests.golden_cards.weeks import ANSWERED, FRIDAY, OPEN, QUIET, WON, a_rep_week

DUE = at("16:00", FRIDAY)
MORNING = at("09:00")
CHECKINS = a_rep_week().checkins


def words(it):
    lines = []
    for element in card(recap(it)).elements:
        for spans in [getattr(element, "spans", ()), *getattr(element, "items", ())]:
            lines.append(plain(spans))
    return "\n".join(lines)


# --- what is in it -----------------------------------------------------------------------------------------------------
def test_no_money_and_nobody_else_is_in_it():
    said = words(a_rep_week())
    assert not re.search(r"[$€£]|USD|target", said)
    assert "Morgan" not in said


def test_counts_come_with_their_yield_their_n_and_the_plan():
    calls = next(it for it in recap(a_rep_week()).practice if it.habit == "calls")
    # The days counted are those before the five answers, each planned with twenty.
    assert (calls.done, calls.planned, calls.days) == (12 + 13 + 14 + 15 + 16, 100, 5)
    assert "70 calls → 10 appointments (14 %; before: 14 % of 171); 70 % of your plan" in words(a_rep_week())


def first_week():
    """Five answers, the first ever among them; two proposals a week are the goal."""
    counted = [(7, 3), (4, 1), (6, None), (5, 1), (8, 2)]
    answers = []
    for day, (calls, proposals) in enumerate(counted):
        counts = {"calls": calls} | ({} if proposals is None else {"proposals": proposals})
        targets = {"calls": 5, "proposals": 1}
        answers.append(a_checkin(days_later(day), targets=targets, counts=counts))
    company = a_company(habits=(CALLS, PROPOSALS))
    return a_rep_week(company=company, checkins=tuple(answers))


def test_a_count_its_plan_and_its_share_are_of_the_same_answers():
    said = words(first_week())
    assert "23 calls → 4 proposals" in said, "the first answer is about a day that had no plan"
    assert "4 proposals (plan 1.2, 3 days’ share of 2 a week); 333 % of your plan" in said
    assert "Only answers about days that had a plan are counted here." in said
    assert "Only answers about" not in words(a_rep_week())


def test_nothing_counted_beside_a_plan_is_no_plan_that_was_met():
    alone = first_week()
    alone = replace(alone, checkins=alone.checkins[4:], commitments=(), acts=Acts())
    assert recap(alone).practice == ()
    assert "More of the same" not in words(alone)
    assert "Answer the check-ins: then there are counts to set beside a plan." in words(alone)


def test_a_week_of_silence_is_no_plan_that_was_met_either():
    met = [replace(it, counts={"calls": 20, "appointments": 2}) for it in CHECKINS]
    quiet = [
        it
        if it.day in {MONDAY, days_later(1)} or it.day < MONDAY
        else replace(it, status=CheckInStatus.MISSED, counts={})
        for it in met
    ]
    said, silent = (words(a_rep_week(checkins=tuple(it), commitments=(), acts=Acts())) for it in (met, quiet))
    assert "More of the same" in said
    assert "More of the same" not in silent


def test_a_deal_is_told_with_an_answer_only_where_the_answer_came_first():
    [moved] = recap(a_rep_week()).moved
    assert (moved.deal.id, moved.answered.next_step, moved.to) == ("O-1", "Ask who signs", "Proposal")
    late = replace(moved.answered, answered_at=at("10:00", days_later(3)))
    assert recap(a_rep_week(acts=Acts(reviewed=(late,)))).moved == ()


def won_week(answered_at, closed_on, **seen):
    """Dana answered about Initech, which was won, as an import told on Tuesday."""
    answered = replace(ANSWERED, opportunity="O-2", answered_at=answered_at)
    told = a_change("O-2", field=Field.STATUS, before="open", after="won", on=days_later(1), **seen)
    deals = {"O-2": replace(WON, closed_on=closed_on)}
    return recap(a_rep_week(deals=deals, changes=(told,), acts=Acts(reviewed=(answered,))))


@pytest.mark.parametrize("closed_on", [MONDAY, days_later(1)])
def test_an_answer_that_came_when_the_deal_had_ended_is_told_with_nothing(closed_on):
    noon = at("12:00", days_later(1))
    assert won_week(at("14:00", days_later(1)), closed_on, at=noon).moved == ()
    assert won_week(at("10:00", days_later(1)), closed_on, at=noon).moved == (), "nothing says which came first"


def test_an_answer_of_the_day_before_is_told_with_the_day_of_the_win_itself():
    [moved] = won_week(at("14:00"), days_later(1)).moved
    assert (moved.on, moved.to) == (days_later(1), "")
    lost = replace(WON, status=Status.LOST, closed_on=MONDAY)
    told = a_change("O-2", before="Proposal", after="Lost", on=days_later(1))
    late = replace(ANSWERED, opportunity="O-2", answered_at=at("14:00"))
    assert recap(a_rep_week(deals={"O-2": lost}, changes=(told,), acts=Acts(reviewed=(late,)))).moved == ()


def test_of_one_day_the_instants_tell_whether_the_answer_came_before_the_move():
    moved = a_change("O-1", on=MONDAY, at=at("12:00"))
    early, late = (replace(ANSWERED, answered_at=at(it)) for it in ("10:00", "13:00"))
    assert len(recap(a_rep_week(changes=(moved,), acts=Acts(reviewed=(early,)))).moved) == 1
    assert recap(a_rep_week(changes=(moved,), acts=Acts(reviewed=(late,)))).moved == ()


def test_the_one_thing_is_a_promise_then_a_question_then_what_is_behind():
    week = a_rep_week()
    assert recap(week).next == Promise(text="Book the plant visit at Globex")
    assert isinstance(recap(replace(week, commitments=())).next, Question)
    behind = recap(replace(week, commitments=(), acts=Acts())).next
    assert isinstance(behind, Practice)
    assert behind.habit == "calls"
    assert recap(replace(week, commitments=(), acts=Acts(), checkins=())).next is None


# --- what went before a win --------------------------------------------------------------------------------------------
KEPT = a_rep_week().commitments[0]


def test_a_win_has_credit_only_where_a_row_lies_before_it():
    company = a_company()
    [credit] = credits_of((WON,), Acts(promises=(KEPT,)), company)
    assert (credit.member, credit.words) == ("dana", "Send Initech the offer")
    assert credits_of((WON,), Acts(), company) == ()
    old = replace(KEPT, made_on=days_later(-60))
    assert credits_of((WON,), Acts(promises=(old,)), company) == ()
    after = replace(KEPT, made_on=days_later(4))
    assert credits_of((WON,), Acts(promises=(after,)), company) == ()


@pytest.mark.parametrize("text", ["Send the offer", "Call the init team", "Send Hooli the offer"])
def test_a_promise_that_names_no_customer_is_nobodys_credit(text):
    assert credits_of((WON,), Acts(promises=(replace(KEPT, text=text),)), a_company()) == ()


def test_a_first_word_that_two_customers_share_names_neither():
    one = replace(WON, account="Initech North")
    two = replace(WON, id="O-3", account="Initech South")
    assert credits_of((one, two), Acts(promises=(KEPT,)), a_company()) == ()
    both = replace(KEPT, text="Send Initech South the offer")
    assert [it.deal.id for it in credits_of((one, two), Acts(promises=(both,)), a_company())] == ["O-3"]


def test_a_first_word_that_an_open_deals_customer_shares_names_nobody():
    other = replace(WON, id="O-9", account="Initech Plastics", status=Status.OPEN, closed_on=None)
    alone = replace(WON, account="Initech Paper")
    promises = Acts(promises=(replace(KEPT, text="Get a date at Initech Plastics"),))
    assert credits_of((alone,), promises, a_company(), (alone, other)) == ()


@pytest.mark.parametrize(("step", "told"), [("asdf", 0), ("Ask who signs", 1)])
def test_a_step_of_one_word_is_nobodys_credit(step, told):
    reviewed = replace(ANSWERED, opportunity="O-2", next_step=step)
    assert len(credits_of((WON,), Acts(reviewed=(reviewed,)), a_company())) == told


def test_two_wins_of_one_name_are_told_apart_without_money():
    other = replace(WON, id="O-3", stage="Signed")
    said = words(a_rep_week(deals={"O-2": WON, "O-3": other}))
    assert "Initech line (Discovery)" in said
    assert "Initech line (Signed)" in said


# --- when --------------------------------------------------------------------------------------------------------------
def asked_at(member=None, after=MORNING, holidays=frozenset()):
    company = a_company(member or a_member(), a_manager(), an_owner())
    return next_recap(company, company.members[0], after, holidays).at


def test_it_comes_on_friday_at_four_by_their_own_clock():
    assert asked_at() == at("16:00", FRIDAY)
    assert asked_at(a_member(zone="Europe/London")) == at("16:00", FRIDAY, "Europe/London")
    assert asked_at(after=DUE) == at("16:00", days_later(11))


def test_time_off_and_holidays_bring_it_forward_to_the_last_day_they_work():
    away = a_member(time_off=(TimeOff(FRIDAY, days_later(6)),))
    assert asked_at(away) == at("16:00", days_later(3))
    assert asked_at(holidays=frozenset({FRIDAY, days_later(3)})) == at("16:00", days_later(2))
    gone = a_member(time_off=(TimeOff(MONDAY, days_later(6)),))
    assert asked_at(gone) == at("16:00", days_later(11))


def test_whoever_wants_few_messages_gets_it_by_asking():
    assert asked_at(a_member(reminders=Reminders.LIGHT)) is None
    reply = decided(commanded("coach", "recap", now=DUE), a_member(reminders=Reminders.LIGHT)).reply
    assert reply is not None
    assert reply.summary.startswith("Your week, Dana")


def test_owners_and_managers_have_none():
    company = a_company()
    assert [next_recap(company, it, at(), frozenset()).at for it in company.members[1:]] == [None, None]


# --- the routine -------------------------------------------------------------------------------------------------------
def decided(event, member=None, holidays=no_holidays, checkins=CHECKINS):
    company = a_company(member or a_member(), a_member("eli"), a_manager(), an_owner())
    store = MemoryStore(company)
    remember(
        store.of["acme"],
        *checkins,
        a_checkin(FRIDAY, "eli", counts={"calls": 99}),
        OPEN,
        a_commitment(MONDAY, "eli", text="CANARY"),
    )
    with store.work("acme") as work:
        return routine.decide(routine.gather(work, event, holidays), event)


def test_it_is_sent_once_to_the_rep_alone_and_set_for_the_next_week():
    decision = decided(rang(WRITE, "dana", DUE, due_at=DUE))
    [message] = decision.messages
    assert (message.key, message.to) == ("recap:dana:2026-W48", "dana")
    assert decision.alarms[0].at == at("16:00", days_later(11))
    assert "CANARY" not in repr(message.card)
    assert "99" not in repr(message.card)


def test_nothing_is_sent_about_a_week_without_anything_or_on_a_day_taken_off_since():
    missed = tuple(a_checkin(days_later(day), status=CheckInStatus.MISSED) for day in range(5))
    assert decided(rang(WRITE, "dana", DUE, due_at=DUE), checkins=missed).messages == ()
    paused = a_member(paused_until=date(2026, 12, 7))
    assert decided(rang(WRITE, "dana", DUE, due_at=DUE), paused).messages == ()
    assert decided(rang(WRITE, "dana", DUE, due_at=DUE), holidays=holidays_on(FRIDAY)).messages == ()
    assert recap(QUIET).empty


def test_nobody_else_gets_a_reps_recap_by_asking():
    for who in ("morgan", "olivia", "stranger"):
        reply = decided(commanded("coach", "recap", now=DUE, member=who)).reply
        assert reply is not None
        assert "each rep’s own" in reply.summary


def test_planning_sets_everybodys():
    alarms = {it.subject: it.at for it in decided(planned(at("09:00"))).alarms}
    assert alarms == {"dana": DUE, "eli": DUE, "morgan": None, "olivia": None}


def test_what_was_lost_is_no_win():
    lost = an_opportunity("O-2", status=Status.LOST, closed_on=days_later(3))
    assert recap(a_rep_week(deals={"O-2": lost})).won == ()

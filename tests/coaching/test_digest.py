"""The owner's digest: each figure is right, says what it is about, and is about nobody alone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from coaching.card import Figure, Maths, plain
from coaching.checkins import CommitmentState
from coaching.company import Stage, Target
from coaching.credits import Acts
from coaching.digest import digest
from coaching.digest_card import card
from coaching.digest_rows import rows_card
from coaching.escalation import EscalationKind, EscalationState
from coaching.escalation_card import Queue
from coaching.numbers.forecast import NoRange
from coaching.opportunities import Book, Status
from coaching.people import TimeOff
from coaching.refusal import Refused
from coaching.review import Facts as ReviewFacts
from coaching.review import review
from coaching.routines import digest as routine
from tests.builders import (
    MONDAY,
    a_call,
    a_checkin,
    a_commitment,
    a_company,
    a_history,
    a_manager,
    a_member,
    a_remark,
    a_reviewed,
    an_escalation,
    an_opportunity,
    an_owner,
    at,
    commanded,
    days_later,
    dollars,
    planned,
    rang,
)
from tests.fakes import MemoryStore, no_holidays
from tests.golden_cards.digest import FRIDAY, NAMES, a_full_week, a_small_week, a_team, a_week


def words(it):
    lines = []
    for element in card(digest(it)).elements:
        for spans in [getattr(element, "spans", ()), *list(getattr(element, "items", ()))]:
            lines.append(plain(spans))
        lines.append(getattr(element, "text", "") if isinstance(getattr(element, "text", ""), str) else "")
    return "\n".join(lines)


def test_what_is_won_counts_within_the_period_and_the_week_apart():
    it = digest(a_week())
    assert (it.won.amount, len(it.won.deals)) == (dollars(200_000), 2)
    assert (it.won_week.amount, it.lost_week.amount) == (dollars(90_000), dollars(20_000))


def test_an_unknown_amount_is_counted_as_unknown_not_as_zero():
    it = digest(a_week())
    assert (it.new.amount, it.new.unknown, len(it.new.deals)) == (dollars(0), 1, 1)
    assert "1 without an amount" in words(a_week())


def test_only_the_last_call_of_each_rep_stands_in_the_sum_and_no_overlay():
    calls = (
        a_call("dana", commit=dollars(10_000)),
        a_call("dana", commit=dollars(70_000), best_case=dollars(90_000)),
        a_call("dana", by="morgan", commit=dollars(5_000)),
        a_call("gone", commit=dollars(999_000)),
    )
    it = digest(a_week(calls=calls))
    assert (it.commit, it.best_case, it.called) == (dollars(70_000), dollars(90_000), 1)


def test_without_a_call_there_is_none_rather_than_zero():
    assert digest(a_week(calls=())).commit is None
    assert "None of 5 reps has called" in words(a_week(calls=()))


def test_reps_at_goal_is_by_what_they_won_or_commit_to():
    it = digest(a_week())
    assert {goal.member: goal.on_course for goal in it.goals} == {
        "dana": True,
        "eli": True,
        "fay": False,
        "gus": False,
        "hana": False,
    }
    assert "2 of 5 (40 %)" in words(a_week())


def test_reps_at_goal_goes_by_what_stands_and_not_by_a_call_that_the_manager_set_lower():
    mine, hers = a_call("fay", commit=dollars(130_000)), a_call("fay", by="morgan", commit=dollars(60_000))
    own = a_call("gus", commit=dollars(110_000))
    it = digest(a_week(calls=(mine, own, hers), remarks=(a_remark(own),)))
    goals = {goal.member: (goal.commit, goal.on_course) for goal in it.goals}
    assert goals["fay"] == (dollars(60_000), False)
    assert goals["gus"] == (dollars(110_000), True)


def test_a_figure_of_the_managers_that_reaches_the_target_counts_until_they_agree_to_less():
    mine = a_call("fay", commit=dollars(70_000))
    hers = a_call("fay", by="morgan", commit=dollars(130_000), called_at=at("11:00"))
    yes = a_remark(mine, at=at("12:00"))
    before, after = digest(a_week(calls=(mine, hers))), digest(a_week(calls=(mine, hers), remarks=(yes,)))
    assert [goal.on_course for it in (before, after) for goal in it.goals if goal.member == "fay"] == [True, False]


def test_the_maths_of_reps_at_goal_says_by_whose_word():
    mine, hers = a_call("fay", commit=dollars(130_000)), a_call("fay", by="morgan", commit=dollars(60_000))
    own = a_call("gus", commit=dollars(110_000))
    shown = rows_card(digest(a_week(calls=(mine, own, hers), remarks=(a_remark(own),))), "goals")
    maths = next(it for it in shown.elements if isinstance(it, Maths))
    said = dict(maths.inputs)
    assert (said["at goal"], said["by a call that is agreed"], said["by the manager’s figure"]) == ("2", "1", "0")
    assert said["with a manager’s figure in place of the call"] == "1"


def test_habits_are_the_teams_counts_over_the_targets_of_the_days_they_are_about():
    calls = next(it for it in digest(a_week()).practice if it.habit == "calls")
    # Five people, five answers each (Gus one), each about a day with a target of twenty; counts 15, 16, 17, 18, 19.
    assert calls.planned == 20 * (4 * 5 + 1)
    assert calls.done == 5 * (15 + 16 + 17 + 19) + 18
    assert calls.people == 5


@pytest.mark.parametrize("people", [1, 2, 3])
def test_no_figure_is_shown_about_fewer_than_four_people(people):
    reps = [a_member(it, name=NAMES[it]) for it in list(NAMES)[:people]]
    targets = tuple(Target(period="2026-Q4", amount=dollars(1), member=it.id) for it in reps)
    told = words(a_week(a_company(*reps, an_owner(), targets=targets)))
    assert "Check-ins answered" not in told
    assert "Reps at goal, by" not in told
    assert told.count("fewer than 4 people") == 2


def test_with_four_people_the_figures_are_shown():
    reps = [a_member(it, name=NAMES[it]) for it in list(NAMES)[:4]]
    assert "Check-ins answered" in words(a_week(a_company(*reps, an_owner())))


def everything(shown):
    """All that a reader can see of a card, the words for a picture among it."""
    return repr(shown)


def called_by(people):
    return tuple(a_call(it, commit=dollars(71_234), best_case=dollars(98_765), reason="a word") for it in people)


OWN = ("71,234", "71234", "98,765", "98765", "a word")


@pytest.mark.parametrize("people", [1, 2, 3])
def test_a_call_is_nobodys_but_the_reps_and_the_managers_in_a_small_team(people):
    names = list(NAMES)[:people]
    company = a_company(*(a_member(it, name=NAMES[it]) for it in names), a_manager(), an_owner())
    it = digest(a_week(company, calls=called_by(names[:1])))
    for shown in (card(it), rows_card(it, "calls")):
        assert [own for own in OWN if own in everything(shown)] == []
        assert f"1 of {people} rep" in everything(shown)
        assert "stay with them and Morgan" in everything(shown)
        assert "once" not in everything(shown), "nothing is promised that such a team never gets"
    assert "Called by the reps" not in everything(card(it))
    alone = replace(company, members=tuple(one for one in company.members if one.id != "morgan"))
    assert "stay with them, as" in everything(card(digest(a_week(alone, calls=called_by(names)))))


@pytest.mark.parametrize("called", [1, 2, 3])
def test_in_a_team_that_is_large_enough_the_sum_waits_for_four(called):
    it = digest(a_week(calls=called_by(list(NAMES)[:called])))
    for shown in (card(it), rows_card(it, "calls")):
        assert f"once 4 reps have made theirs ({called} so far" in everything(shown)
    assert "Called by the reps" not in everything(card(it))


def test_the_owner_reads_the_sum_of_four_calls_and_of_nobody_which_is_whose():
    it = digest(a_week(calls=called_by(list(NAMES)[:4])))
    assert "$284,936 commit, $395,060 best case" in words(it.facts)
    assert "Called by the reps" in everything(card(it))
    behind = everything(rows_card(it, "calls"))
    assert "$284,936" in behind
    for one in (*NAMES.values(), *OWN):
        assert one not in behind


def test_the_page_of_reps_at_goal_says_how_many_and_not_who():
    behind = everything(rows_card(digest(a_week()), "goals"))
    assert [name for name in (*NAMES.values(), "120,000", "60,000") if name in behind] == []


def test_promises_that_a_small_team_dropped_are_not_counted_for_the_owner():
    dropped = a_commitment(MONDAY, state=CommitmentState.DROPPED, settled_on=days_later(1))
    assert "dropped" not in words(a_week(a_company(a_member(), an_owner()), commitments=(dropped,)))


@pytest.mark.parametrize("name", ["goals", "habits", "checkins"])
def test_rows_about_a_small_team_are_refused_too(name):
    with pytest.raises(Refused):
        rows_card(digest(a_small_week()), name)


def test_a_figure_that_does_not_exist_is_refused_in_words():
    with pytest.raises(Refused, match="no figure 'nonsense'"):
        rows_card(digest(a_week()), "nonsense")


def test_every_figure_of_the_digest_has_its_rows():
    it = digest(a_week())
    figures = [
        span
        for element in card(it).elements
        for spans in [getattr(element, "spans", ()), *getattr(element, "items", ())]
        for span in spans
        if isinstance(span, Figure)
    ]
    assert len(figures) >= 8
    for figure in figures:
        assert rows_card(it, figure.rows.rpartition("/")[2]).elements


def test_an_old_pipeline_is_said_to_be_old():
    assert "last refreshed" in words(a_small_week())
    assert "last refreshed" not in words(a_week())
    assert "Nothing had been imported by that day" in words(a_week(refreshed_on=None))
    nothing = a_week(refreshed_on=None, book=Book(deals=(), open=()))
    assert "No opportunities have been imported" in words(nothing)


def test_what_waits_for_the_owner_and_what_was_put_off_are_told_apart():
    it = digest(a_week())
    assert [one.subject for one in it.decisions] == ["e-1"]
    assert [one.id for one in it.undone] == ["e-2"]


def test_a_commitment_dropped_this_week_is_told_as_left_undone():
    dropped = a_commitment(MONDAY, state=CommitmentState.DROPPED, settled_on=days_later(1))
    assert "1 commitment dropped" in words(a_week(commitments=(dropped,)))


# --- the routine -------------------------------------------------------------------------------------------------------
def store_with(company):
    return MemoryStore(company)


def decided(event, company=None, **kept):
    company = company or a_team()
    store = store_with(company)
    with store.work(company.slug) as work:
        return routine.decide(routine.gather(work, event, no_holidays), event)


def test_planning_sets_the_next_digest_in_the_companys_zone():
    (alarm,) = decided(planned(at("09:00"))).alarms
    assert (alarm.alarm, alarm.at) == ("digest.write", at("16:00", FRIDAY, "America/New_York"))


def test_the_digest_goes_to_the_owner_once_a_week_in_chat_and_by_mail():
    due = at("16:00", FRIDAY, "America/New_York")
    decision = decided(rang("digest.write", "", due, due_at=due))
    message, managers = decision.messages
    assert managers.to == "morgan"
    assert (message.to, message.key, message.by_mail_too) == ("olivia", "digest:olivia:2026-W48", True)
    assert decision.alarms[0].at == due + timedelta(days=7)


def test_a_digest_that_is_more_than_a_day_late_is_left_to_the_next_week():
    due = at("16:00", FRIDAY, "America/New_York")
    decision = decided(rang("digest.write", "", due + timedelta(hours=25), due_at=due))
    assert decision.messages == ()
    assert decision.alarms[0].at == due + timedelta(days=7)


def test_a_reader_who_left_is_not_written_to():
    gone = a_company(a_member(), an_owner(active=False))
    due = at("16:00", FRIDAY, "America/New_York")
    assert decided(rang("digest.write", "", due, due_at=due), gone).messages == ()


def test_a_rep_who_asks_for_the_digest_is_pointed_to_their_own_week():
    reply = decided(commanded("coach", "digest")).reply
    assert reply == routine.not_for_reps()


def test_the_owner_may_ask_at_any_time():
    reply = decided(commanded("coach", "digest", member="olivia")).reply
    assert reply is not None
    assert reply.summary.startswith("Acme Robotics, 2026-Q4")


def test_people_away_change_nothing_about_when_it_is_written():
    away = a_company(a_member(), an_owner(time_off=(TimeOff(date(2026, 11, 1), date(2026, 12, 31)),)))
    assert decided(planned(at("09:00")), away).alarms[0].at == at("16:00", FRIDAY, "America/New_York")


def test_a_check_in_of_the_first_day_known_has_no_plan_to_be_held_against():
    assert digest(a_week(checkins=(a_checkin(MONDAY),))).practice == ()


def test_open_deals_without_a_close_date_are_said_to_be_unknown_not_taken_as_nothing():
    undated = (an_opportunity("O-1", close_date=None), an_opportunity("O-2", close_date=None))
    said = words(a_week(open=undated))
    assert (
        "No range for where 2026-Q4 will land: no open deal is due in it, and 2 open deals have no close date" in said
    )
    assert isinstance(digest(a_week(open=undated)).outlook.total, NoRange)
    beside = words(a_week(open=(*undated[:1], an_opportunity("O-3"))))
    assert "1 open deal has no close date and can’t count" in beside


def test_a_week_without_check_ins_is_told_as_that():
    assert "No check-ins were asked for this week" in words(a_week(checkins=()))


def test_a_weekly_habit_is_planned_by_equal_shares_not_by_what_was_left_of_the_week_each_day():
    it = a_week()
    reps = [one.id for one in it.company.reps]
    left = (2, 2, 3, 5, 9)
    late = tuple(
        a_checkin(days_later(day), rep, targets={"appointments": left[day]}, counts={"appointments": 0})
        for rep in reps
        for day in range(5)
    )
    found = digest(replace(it, checkins=late)).practice
    appointments = next(one for one in found if one.habit == "appointments")
    # Four pairs of days each; a week's five over five days.
    assert appointments.planned == 4 * len(reps)


def test_the_deals_that_decide_are_told_with_the_forecasts_chance_and_not_with_what_a_review_counts_on():
    # By the stage 75 % likely, and older than any that was ever won.
    company = replace(a_company(targets=()), stages=(Stage(name="Proposal", probability=0.75),))
    old = an_opportunity("O-1", name="Marlowe", stage="Proposal", created_on=days_later(-700), amount=dollars(90_000))
    young = an_opportunity("O-2", name="Acme", stage="Proposal", created_on=days_later(-25), amount=dollars(40_000))
    book = Book(deals=(*a_history(), old, young), open=(old, young))
    found = review(ReviewFacts(company=company, today=MONDAY, book=book))
    it = digest(replace(a_week(), company=company, book=book, review=found))
    counted = {one.deal.id: one.chance for one in found.of("dana").deals}
    assert counted["O-1"] >= 0.75
    assert [one.seen.deal.id for one in it.deciding] == ["O-2"]
    assert [one.chance for one in it.deciding] == [found.odds.of["O-2"]]


# --- deals that have ended, or were let go ---------------------------------------------------------------------------
def put_off(subject):
    return an_escalation("e-9", state=EscalationState.SNOOZED, kind=EscalationKind.ASKED, subject=subject)


@pytest.mark.parametrize(
    "ended",
    [
        {"status": Status.LOST, "stage": "Lost", "closed_on": days_later(2)},
        {"status": Status.WON, "stage": "Won", "closed_on": days_later(2)},
        {"gone_on": days_later(2)},
    ],
)
def test_nothing_is_at_stake_in_a_deal_that_has_ended(ended):
    deal = an_opportunity("O-5", amount=dollars(70_000))
    alive, dead = (
        digest(a_week(live=(put_off("O-5"),), closed=() if it.is_open else (it,), open=(it,) if it.is_open else ()))
        for it in (deal, replace(deal, **ended))
    )
    assert (alive.worth(alive.undone[0]), dead.worth(dead.undone[0])) == (dollars(70_000), None)
    told = words(a_week(live=(put_off("O-5"),), closed=(replace(deal, **ended),), open=()))
    assert "Put off by the manager: 1 matter" in told
    assert "1 matter, $70,000 at stake" not in told
    assert Queue(items=(), deals={"O-5": replace(deal, **ended)}).worth(put_off("O-5")) is None


def test_the_owner_is_asked_nothing_about_a_deal_that_has_ended():
    late = an_escalation("e-9", kind=EscalationKind.OVERDUE_OPPORTUNITY, subject="O-5")
    deal = an_opportunity("O-5", amount=dollars(70_000), close_date=days_later(-3))
    lost = replace(deal, status=Status.LOST, closed_on=days_later(1))
    assert len(digest(a_week(live=(late,), open=(deal,))).decisions) == 1
    assert digest(a_week(live=(late,), open=(), closed=(lost,))).decisions == ()


def test_a_deal_is_let_go_in_the_week_of_the_answer_whichever_week_asked():
    last_weeks = a_reviewed(on=days_later(-7), let_go=True, answered_at=at("09:00", days_later(1)))
    before = a_reviewed(on=days_later(-7), let_go=True, answered_at=at("09:00", days_later(-5)))
    assert digest(a_week(acts=Acts(reviewed=(before, last_weeks)))).let_go == (last_weeks,)


def test_a_deal_that_was_let_go_is_no_risk_and_decides_nothing():
    week = a_full_week()
    gone = next(it for it in week.book.open if it.id == "O-1")
    left = tuple(replace(it, gone_on=days_later(1)) if it.id == gone.id else it for it in week.book.deals)
    book = replace(week.book, deals=left, open=tuple(it for it in week.book.open if it.id != gone.id))
    named = {one.seen.deal.id for one in digest(week).deciding} | {
        it.deal.id for one in digest(week).risks for it in one.deals
    }
    assert gone.id in named
    it = digest(replace(week, book=book))
    assert gone.id not in {one.seen.deal.id for one in it.deciding}
    assert gone.id not in {deal.deal.id for one in it.risks for deal in one.deals}


def test_a_sum_with_an_estimate_in_it_is_told_as_one():
    week = a_full_week()
    assert week.majors is not None
    guessed = tuple(replace(it, choice=replace(it.choice, estimated=True)) for it in week.majors.majors)
    told = words(replace(week, majors=replace(week.majors, majors=guessed, amount=dollars(141_842))))
    assert "(about $142,000 in all)" in told
    assert "141,842" not in told

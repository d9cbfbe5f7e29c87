"""What a review notices in a deal, and in all of a rep's deals; and what it leaves alone."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from coaching.company import Target
from coaching.findings import OF_A_DEAL, OF_A_REP
from coaching.numbers.accuracy import Factor
from coaching.opportunities import Book, Field, Snapshot, Status
from coaching.periods import Period
from coaching.qualification import Asked
from coaching.review import EARLY, MOST, MOST_WHOLE, Facts, not_looked_at, review
from coaching.review_facts import reviewed_on
from coaching.review_words import worth
from coaching.reviewed import Reason, Rule, at_stake
from tests.builders import (
    MONDAY,
    a_call,
    a_change,
    a_company,
    a_manager,
    a_member,
    a_reviewed,
    an_opportunity,
    at,
    days_later,
    dollars,
)
from tests.fakes import MemoryStore, remember

WINS = tuple(
    an_opportunity(
        f"W-{n}",
        status=Status.WON,
        stage="Won",
        amount=dollars(20_000),
        created_on=days_later(-200 + n),
        closed_on=days_later(-200 + n + 20 + n),
        next_step="",
    )
    for n in range(12)
)
"""Won after 20 to 31 days: nine in ten by day 30."""
LOSSES = tuple(
    an_opportunity(f"L-{n}", status=Status.LOST, stage="Lost", created_on=days_later(-150), closed_on=days_later(-120))
    for n in range(12)
)
HEALTHY = an_opportunity("O-0", created_on=days_later(-5), last_activity_on=days_later(-1))


def facts(*opened, changes=(), company=None, today=MONDAY, **more):
    deals = (*WINS, *LOSSES, *opened)
    book = Book(deals=deals, open=tuple(opened), changes=tuple(changes))
    return Facts(company=company or a_company(targets=()), today=today, book=book, **more)


def entry_of(found, name="O-1"):
    return next((it for it in found.of("dana").found if it.subject == name), None)


def rules_of(deal, *changes, **more):
    entry = entry_of(review(facts(deal, HEALTHY, changes=changes, **more)), deal.id)
    return [it.rule for it in entry.findings] if entry else []


def fresh(name="O-1", **more):
    usual = {"created_on": days_later(-10), "last_activity_on": days_later(-2)}
    return an_opportunity(name, **(usual | more))


def test_a_healthy_deal_is_left_alone():
    assert rules_of(fresh(stage="Proposal")) == []


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"next_step": ""}, Rule.NO_NEXT_STEP),
        ({"next_step_on": days_later(-1)}, Rule.NEXT_STEP_PAST),
        ({"close_date": days_later(-1)}, Rule.CLOSE_DATE_PAST),
        ({"created_on": days_later(-31)}, Rule.OUTSIDE_USUAL_CYCLE),
        ({"last_activity_on": days_later(-14)}, Rule.NO_ACTIVITY),
    ],
)
def test_what_is_amiss_is_seen(more, rule):
    assert rules_of(fresh(stage="Proposal", **more)) == [rule]


@pytest.mark.parametrize(
    "more",
    [
        {"next_step_on": MONDAY},
        {"close_date": MONDAY},
        {"close_date": None},
        {"created_on": days_later(-29)},
        {"last_activity_on": days_later(-13)},
        {"last_activity_on": None},
        {"next_step": "", "created_on": days_later(-2)},
    ],
)
def test_what_is_on_its_last_good_day_is_left_alone(more):
    assert rules_of(fresh(stage="Proposal", **more)) == []


def test_what_nobody_keeps_is_not_missing_in_a_deal():
    deal = fresh(next_step="", next_step_on=None, last_activity_on=None, close_date=None, stage="Proposal")
    found = review(facts(deal, company=a_company(targets=())))
    assert entry_of(found) is None
    told = " ".join(not_looked_at(found))
    assert all(it in told for it in ("single-threaded", "next steps", "silence", "close dates", "no second export"))


def test_of_a_past_day_next_steps_are_not_known_and_not_missed():
    found = review(facts(fresh(next_step="", stage="Proposal"), HEALTHY, as_then=False))
    assert entry_of(found) is None
    assert "kept for today only" in " ".join(not_looked_at(found))


def test_there_is_no_usual_cycle_below_eight_wins():
    old = an_opportunity("O-1", created_on=days_later(-400), stage="Proposal")
    book = Book(deals=(*WINS[:7], old), open=(old,), changes=())
    found = review(Facts(company=a_company(targets=()), today=MONDAY, book=book))
    assert entry_of(found) is None
    assert "the usual cycle: not enough data, 7 won deals" in not_looked_at(found)


def dated(*days, name="O-1"):
    steps = itertools.pairwise(days)
    return [
        a_change(
            name,
            on=days_later(-30 + n),
            field=Field.CLOSE_DATE,
            before=before.isoformat(),
            after=after.isoformat(),
        )
        for n, (before, after) in enumerate(steps)
    ]


def test_a_close_date_pushed_twice_is_a_habit_and_once_is_not():
    moves = dated(days_later(-9), days_later(5), days_later(3), days_later(25))
    assert rules_of(fresh(stage="Proposal"), *moves) == [Rule.CLOSE_DATE_PUSHED]
    assert rules_of(fresh(stage="Proposal"), *dated(days_later(-9), days_later(5))) == []
    found = entry_of(review(facts(fresh(stage="Proposal"), HEALTHY, changes=moves)))
    assert found.main.said == "Its close date was pushed 2 times, by 34 days in all."


def test_an_amount_that_moved_by_a_fifth_within_the_week_is_asked_about():
    def moved(before, after, on=0):
        return a_change(on=days_later(on), field=Field.AMOUNT, before=str(before * 100), after=str(after * 100))

    deal = fresh(stage="Proposal", amount=dollars(48_000))
    assert rules_of(deal, moved(60_000, 48_000)) == [Rule.AMOUNT_CHANGED]
    assert rules_of(deal, moved(50_000, 48_000)) == []
    assert rules_of(deal, moved(60_000, 48_000, on=-8)) == []
    assert rules_of(deal, a_change(field=Field.AMOUNT, before=None, after="4800000")) == []


def test_a_long_stay_in_a_stage_is_told_by_those_that_moved_on():
    others = [
        an_opportunity(f"M-{n}", created_on=days_later(-60), stage="Proposal", next_step_on=days_later(9))
        for n in range(9)
    ]
    moves = [
        *(
            a_change(f"M-{n}", on=days_later(-60), field=Field.CREATED, before=None, after="Discovery")
            for n in range(9)
        ),
        *(a_change(f"M-{n}", on=days_later(-50), before="Discovery", after="Proposal") for n in range(9)),
        a_change("O-1", on=days_later(-20), field=Field.CREATED, before=None, after="Discovery"),
    ]
    deal = fresh(created_on=days_later(-20))
    found = entry_of(review(facts(deal, *others, HEALTHY, changes=moves)))
    assert [it.rule for it in found.findings] == [Rule.STALLED_IN_STAGE]
    assert found.main.said.startswith(
        "Day 20 in Discovery; those that move on have usually done so by day 10 (9 moved on)"
    )


# --- what was answered ---------------------------------------------------------------------------------------------
def answered(**more):
    return a_reviewed(**({"on": days_later(-7), "answered_at": at(day=days_later(-7))} | more))


def test_a_reason_that_was_given_is_not_asked_for_again_within_four_weeks():
    old = fresh(created_on=days_later(-90), stage="Proposal")
    for reason, expected in ((Reason.BUDGET_CYCLE, []), (Reason.WE_STALLED, [Rule.OUTSIDE_USUAL_CYCLE])):
        assert rules_of(old, answers=(answered(reason=reason),)) == expected
    long_ago = answered(reason=Reason.BUDGET_CYCLE, on=days_later(-28))
    assert rules_of(old, answers=(long_ago,)) == [Rule.OUTSIDE_USUAL_CYCLE]


def test_an_answer_lies_over_the_crm_and_a_week_later_asks_to_be_written_down():
    late = fresh(close_date=days_later(-9), stage="Proposal")
    told = answered(close_date=days_later(20))
    assert rules_of(late, answers=(told,)) == [Rule.NOT_IN_CRM]
    just_now = answered(close_date=days_later(20), on=days_later(-3))
    assert rules_of(late, answers=(just_now,)) == []
    confirmed = answered(close_date=days_later(20), confirmed_on=days_later(-5))
    assert rules_of(fresh(close_date=days_later(20), stage="Proposal"), answers=(confirmed,)) == []


def test_what_the_crm_says_after_an_answer_counts_more_than_the_answer():
    moves = dated(days_later(-9), days_later(-2))
    moved = [
        it if n else a_change(field=Field.CLOSE_DATE, on=days_later(-1), before=it.before, after=it.after)
        for n, it in enumerate(moves)
    ]
    late = fresh(close_date=days_later(-2), stage="Proposal")
    assert rules_of(late, *moved, answers=(answered(close_date=days_later(20)),)) == [Rule.CLOSE_DATE_PAST]


def test_of_a_deal_that_was_let_go_only_the_crm_is_asked_about():
    gone = a_reviewed(on=days_later(-3), let_go=True, answered_at=at())
    assert rules_of(fresh(close_date=days_later(-30)), answers=(gone,)) == []
    week = a_reviewed(on=days_later(-7), let_go=True, answered_at=at())
    assert rules_of(fresh(close_date=days_later(-30)), answers=(week,)) == [Rule.NOT_IN_CRM]


def test_a_next_step_that_was_answered_holds_until_its_day():
    stepless = fresh(next_step="", stage="Proposal")
    ahead = answered(next_step="Call the board", next_step_on=days_later(2), on=days_later(-3))
    assert rules_of(stepless, answers=(ahead,)) == []
    over = answered(next_step="Call the board", next_step_on=days_later(-1), on=days_later(-3))
    assert rules_of(stepless, answers=(over,)) == [Rule.NEXT_STEP_PAST]


def test_a_next_step_in_quotes_is_not_quoted_twice():
    late = fresh(stage="Proposal", next_step="“Agree the start date”", next_step_on=days_later(-1))
    assert entry_of(review(facts(late, HEALTHY))).main.said.startswith("“Agree the start date” was for")


# --- all of a rep's deals ------------------------------------------------------------------------------------------
def whole(found):
    return {it.main.rule: it.main for it in found.of("dana").found if it.seen is None}


def test_coverage_is_what_the_gap_takes_at_the_own_win_ratio():
    company = a_company(targets=(Target(period="2026-Q4", amount=dollars(100_000), member="dana"),))
    due = fresh(amount=dollars(150_000), stage="Proposal")
    told = whole(review(facts(due, HEALTHY, company=company)))[Rule.LITTLE_COVERAGE]
    # 12 of 24 won: half of what is open comes in, so 100,000 take 200,000.
    assert told.facts["needed"] == pytest.approx(200_000, rel=0.01)
    assert told.facts["open"] == 190_000
    assert told.at_stake == pytest.approx(5_000, rel=0.2)
    enough = fresh(amount=dollars(170_000), stage="Proposal")
    assert Rule.LITTLE_COVERAGE not in whole(review(facts(enough, HEALTHY, company=company)))
    later = fresh(amount=dollars(500_000), close_date=days_later(60), stage="Proposal")
    assert Rule.LITTLE_COVERAGE in whole(review(facts(later, HEALTHY, company=company)))


def test_what_a_gap_takes_is_said_with_three_digits_like_every_estimate():
    company = a_company(targets=(Target(period="2026-Q4", amount=dollars(123_457), member="dana"),))
    found = review(facts(fresh(amount=dollars(50_000), stage="Proposal"), company=company))
    assert "that takes $247,000 in open deals" in whole(found)[Rule.LITTLE_COVERAGE].said


def test_what_no_amount_is_known_of_is_not_worth_nothing():
    company = a_company(targets=())
    alone = an_opportunity("O-1", amount=None, stage="Proposal")
    book = Book(deals=(alone,), open=(alone,), changes=())
    assert review(Facts(company=company, today=MONDAY, book=book)).of("dana").worth is None
    assert review(Facts(company=company, today=MONDAY, book=Book(deals=(), open=(), changes=()))).of("dana").worth == 0


def test_few_new_deals_are_told_only_when_luck_does_not_explain_them():
    company = a_company(targets=(Target(period="2027-Q1", amount=dollars(200_000), member="dana"),))
    told = whole(review(facts(HEALTHY, company=company)))[Rule.LITTLE_BEGUN]
    # 200,000 are ten deals of 20,000; at half won that takes twenty.
    assert (told.facts["begun"], told.facts["needed"]) == (1, pytest.approx(20, abs=0.5))
    many = tuple(fresh(f"N-{n}", stage="Proposal") for n in range(17))
    assert Rule.LITTLE_BEGUN not in whole(review(facts(*many, company=company)))


def test_one_deal_that_outweighs_the_others_is_told_from_three_deals_up():
    whale = an_opportunity("O-9", name="Harbor", amount=dollars(300_000), stage="Proposal")
    small = [fresh(f"O-{n}", amount=dollars(10_000), stage="Proposal") for n in range(2)]
    told = whole(review(facts(whale, *small)))[Rule.ONE_LARGE_DEAL]
    assert told.said == "Harbor is 94 % of what you have open."
    assert Rule.ONE_LARGE_DEAL not in whole(review(facts(whale, small[0])))


def test_calls_that_come_in_higher_are_told_after_three_periods():
    def factor(own, n=4):
        return {"dana": Factor(own=own, team=1.0, shrunk=(own + 1) / 2, strength=4.0, n=n)}

    said = review(facts(HEALTHY, calls=(a_call(),), worth_of_calls=factor(1.5)))
    assert whole(said)[Rule.CALLS_LOW].said.startswith(
        "In 4 periods, 50 % more came in than you called. Your call is $120,000"
    )
    for quiet in (factor(1.2), factor(0.6), factor(1.5, n=2), {}):
        assert Rule.CALLS_LOW not in whole(review(facts(HEALTHY, worth_of_calls=quiet)))


# --- what is asked -------------------------------------------------------------------------------------------------
def late(n, amount, stage="Proposal"):
    return fresh(f"O-{n}", amount=dollars(amount), stage=stage, close_date=days_later(-3))


def test_at_most_five_things_most_at_stake_first_with_two_early_ones():
    deals = [late(n, 10_000 * n) for n in range(1, 9)] + [late(20, 1_000, "Discovery"), late(21, 2_000, "Discovery")]
    asked = review(facts(*deals)).of("dana").asked
    assert [it.subject for it in asked] == ["O-8", "O-7", "O-6", "O-21", "O-20"]
    assert len(asked) == MOST
    assert sum(it.early for it in asked) == EARLY


def test_healthy_early_deals_are_asked_about_on_purpose_unless_they_were_this_week():
    early = [fresh(f"E-{n}", amount=dollars(1_000 * n)) for n in range(1, 4)]
    deals = [*(late(n, 10_000 * n) for n in range(1, 9)), *early]
    asked = review(facts(*deals)).of("dana").asked
    assert [(it.subject, it.main.rule) for it in asked[-2:]] == [("E-3", Rule.EARLY_STAGE), ("E-2", Rule.EARLY_STAGE)]
    assert asked[-1].criterion == "problem"
    rested = Asked(member="dana", opportunity="E-3", criterion="problem", on=days_later(-2))
    again = review(facts(*deals, asked=(rested,))).of("dana").asked
    assert [it.subject for it in again[-2:]] == ["E-2", "E-1"]


def test_at_most_one_thing_is_about_all_deals():
    company = a_company(targets=(Target(period="2026-Q4", amount=dollars(900_000), member="dana"),))
    found = review(facts(late(1, 300_000), late(2, 9_000), late(3, 8_000), company=company)).of("dana")
    assert len([it for it in found.found if it.seen is None]) > MOST_WHOLE
    assert len([it for it in found.asked if it.seen is None]) == MOST_WHOLE


def test_deals_that_no_rep_works_on_are_nobodys_and_in_nobodys_review():
    nobodys = late(1, 10_000)
    other = fresh("O-2", member=None, close_date=days_later(-3), stage="Proposal")
    found = review(facts(nobodys, other))
    assert [it.subject for it in found.others.asked] == ["O-2"]
    assert [it.subject for it in found.of("dana").asked if it.seen] == ["O-1"]


def test_an_unknown_amount_counts_as_the_usual_one_and_says_so():
    found = entry_of(review(facts(fresh(amount=None, close_date=days_later(-3), stage="Proposal"), HEALTHY)))
    assert found.seen.estimated
    assert found.seen.worth == pytest.approx(20_000)
    assert found.at_stake == pytest.approx(20_000 * found.seen.chance)


@pytest.mark.parametrize(("priced", "said"), [(8, "about $20,000, Proposal"), (7, "no amount yet, Proposal")])
def test_what_is_usual_takes_eight_won_amounts_to_say(priced, said):
    unknown = fresh(amount=None, close_date=days_later(-3), stage="Proposal")
    wins = tuple(replace(it, amount=it.amount if n < priced else None) for n, it in enumerate(WINS))
    book = Book(deals=(*wins, *LOSSES, unknown), open=(unknown,), changes=())
    company = a_company(targets=())
    found = entry_of(review(Facts(company=company, today=MONDAY, book=book)))
    assert worth(found, company) == said
    assert found.seen.estimated is (priced == 8)
    assert (found.at_stake is None) is (priced == 7)


def test_an_amount_that_is_known_needs_no_usual_one():
    known = fresh(amount=dollars(5_000), close_date=days_later(-3), stage="Proposal")
    found = entry_of(
        review(Facts(company=a_company(), today=MONDAY, book=Book(deals=(known,), open=(known,), changes=())))
    )
    assert (found.seen.worth, found.seen.estimated) == (5_000, False)


def test_the_chance_is_the_higher_of_the_stages_and_of_what_became_of_earlier_deals():
    old = fresh(created_on=days_later(-300), stage="Proposal")
    dead = entry_of(review(facts(old, HEALTHY)))
    assert dead.seen.numbers.chance < dead.seen.chance == 0.5
    young = entry_of(review(facts(fresh(next_step=""), HEALTHY)))
    assert young.seen.chance == young.seen.numbers.chance > 0.2


def test_every_finding_asks_something_and_shows_its_maths():
    company = a_company(targets=(Target(period="2026-Q4", amount=dollars(900_000), member="dana"),))
    deals = (
        fresh(next_step="", close_date=days_later(-40), created_on=days_later(-99), amount=dollars(300_000)),
        late(2, 9_000),
        late(3, 8_000),
    )
    found = review(facts(*deals, company=company, changes=dated(days_later(-80), days_later(-60), days_later(-40))))
    told = [one for it in found.of("dana").found for one in it.findings]
    assert len({it.rule for it in told}) >= 6
    for it in told:
        assert it.question.endswith("?")
        assert it.said.endswith((".", "!"))
        assert it.maths.formula
        assert it.short


def test_a_new_company_gets_a_review_that_says_what_it_cannot_say():
    first = an_opportunity("O-1", created_on=None, amount=None, close_date=days_later(-3))
    book = Book(deals=(first,), open=(first,), changes=())
    found = review(Facts(company=a_company(a_member(), a_manager(), stages=(), targets=()), today=MONDAY, book=book))
    [entry] = found.of("dana").asked
    assert (entry.main.rule, entry.at_stake) == (Rule.CLOSE_DATE_PAST, None)
    nothing = Book(deals=(), open=(), changes=())
    assert review(Facts(company=a_company(), today=MONDAY, book=nothing)).of("dana").asked == ()


def test_what_is_dated_later_is_not_known():
    deal = fresh(close_date=days_later(-3), stage="Proposal")
    later = an_opportunity("W-99", status=Status.WON, created_on=days_later(-300), closed_on=days_later(10))
    before = review(facts(deal, HEALTHY))
    book = Book(deals=(*WINS, *LOSSES, deal, HEALTHY, later), open=(deal, HEALTHY), changes=())
    after = review(Facts(company=a_company(targets=()), today=MONDAY, book=book))
    assert after.ground.look.usual.all.cycle == before.ground.look.usual.all.cycle
    assert [it.findings for it in after.of("dana").asked] == [it.findings for it in before.of("dana").asked]


def test_the_tuples_hold_every_rule_but_those_that_are_asked_otherwise():
    assert len(OF_A_DEAL) + len(OF_A_REP) == len(set(Rule) - {Rule.EARLY_STAGE, Rule.DISTRACTION})


def test_before_anything_was_imported_the_deals_own_days_say_what_was_open():
    store = MemoryStore(a_company(targets=()))
    remember(
        store.of["acme"],
        *WINS,
        an_opportunity("P-1", created_on=days_later(-40), status=Status.WON, stage="Won", closed_on=days_later(-2)),
        an_opportunity("P-2", created_on=days_later(-5)),
        an_opportunity("P-3", created_on=days_later(-90), stage="Proposal"),
        Snapshot(
            opportunity="P-2", day=MONDAY, member="dana", stage="Discovery", amount=None, close_date=None, category=None
        ),
    )
    with store.work("acme") as work:
        seen = {it.deal.id: it for it in reviewed_on(work, days_later(-10)).of("dana").deals}
    assert set(seen) == {"P-1", "P-3"}
    # What became of it later isn't known yet.
    assert (seen["P-1"].deal.status, seen["P-1"].deal.stage, seen["P-1"].deal.amount) == (Status.OPEN, "", None)
    assert seen["P-1"].estimated


def test_few_new_deals_are_about_the_next_period_where_they_come_too_late_for_this():
    company = a_company(targets=(Target(period="2026-Q4", amount=dollars(200_000), member="dana"),))
    late = Period.parse("2026-Q4").end - timedelta(days=2)
    told = whole(review(facts(HEALTHY, company=company, today=late)))[Rule.LITTLE_BEGUN]
    assert "A target like that of 2026-Q4 takes about" in told.said
    assert "usually closes after 2026-Q4: it is 2027-Q1 that it counts for." in told.said


def test_what_lacks_is_not_at_stake_and_a_deal_is_at_stake_once():
    items = [
        a_reviewed(at_stake=dollars(8_000)),
        a_reviewed(at_stake=dollars(8_000), rule=Rule.NO_NEXT_STEP),
        a_reviewed(at_stake=dollars(200_000), opportunity="", rule=Rule.LITTLE_BEGUN),
    ]
    assert at_stake(items, "USD") == dollars(8_000)
    assert at_stake(items[2:], "USD") is None

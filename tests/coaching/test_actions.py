"""Today's targets of the habits, and what is said of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.actions import Aim, Source, aims, wins_to_go
from coaching.actions_maths import maths
from coaching.actions_words import in_acts, in_money, levers, owner_lines, split_lines, standing_line, where_from
from coaching.habits import Habit
from coaching.numbers.allotment import allotted
from coaching.numbers.backsolve import Estimate, Origin, Pace, Reason, Verdict, solved
from tests.builders import CALLS, a_company, a_manager, a_member, an_owner
from tests.solving import of_acme

COMPANY = a_company()
DANA = COMPANY.reps[0]
PERIOD = COMPANY.period(date(2026, 10, 26))
MONDAY = date(2026, 10, 26)


def aimed(it, day=MONDAY, company=COMPANY, holidays=frozenset()):
    return aims(it, company, DANA, day, holidays)


# --- targets -------------------------------------------------------------------------------------------------------
def test_what_is_left_raises_a_habits_target_above_the_plan():
    found = aimed(solved(of_acme()))
    # 4 wins, 8 deals, 20 appointments, 400 calls; on 15 days.
    assert found["calls"] == Aim(27, 27, Source.NEED)
    assert found["appointments"] == Aim(7, 7, Source.NEED)


def test_what_follows_a_deals_creation_is_spread_over_the_rest_of_the_period():
    assert aimed(solved(of_acme()))["proposals"] == Aim(2, 2, Source.PLAN)


def test_a_target_is_never_below_the_plan():
    found = aimed(solved(of_acme(won=130_000.0)))
    assert found["calls"].amount == 20
    assert found["calls"].source is Source.PLAN


def test_a_target_is_never_above_what_can_be_kept_up():
    found = aimed(solved(of_acme(target=900_000.0)))
    assert found["calls"] == Aim(36, 267, Source.MOST)
    assert found["appointments"].amount == 9  # 1.5 x 1.2 x 5 days


def test_without_a_target_or_enough_data_the_plan_stands():
    plan = {"calls": 20, "appointments": 5, "proposals": 2}
    for it in (None, solved(of_acme(target=None)), solved(of_acme(deal=None)), solved(of_acme(legs=()))):
        assert {name: (aim.amount, aim.source) for name, aim in aimed(it).items()} == {
            name: (amount, Source.PLAN) for name, amount in plan.items()
        }


def test_once_nothing_can_be_created_in_time_the_plan_stands():
    found = aimed(solved(of_acme(working_days=0)))
    assert [aim.amount for aim in found.values()] == [20, 5, 2]


def test_a_weeks_target_counts_its_working_days_up_to_the_last_for_creating():
    whole = solved(of_acme())
    assert aimed(whole, holidays=frozenset({date(2026, 10, 28)}))["appointments"].amount == 6
    # The last day for creating is Monday 16 November: one day of that week.
    assert aimed(whole, day=date(2026, 11, 16))["appointments"] == Aim(5, 2, Source.PLAN)


def test_two_habits_of_a_step_share_what_it_needs_by_their_plans():
    mails = Habit(id="mails", name="Mails", unit="mails", step="prospecting", per_day=60)
    company = a_company(habits=(CALLS, mails))
    it = solved(of_acme(paces={"prospecting": Pace(plan=80.0)}, legs=of_acme().legs[:3], target=700_000.0))
    found = aimed(it, company=company)
    assert found["mails"].need == pytest.approx(3 * found["calls"].need, abs=2)
    assert (found["calls"].amount, found["mails"].amount) == (40, 120)


def test_a_habit_outside_the_chain_keeps_its_plan():
    thanks = Habit(id="thanks", name="Thanks", unit="thanks", per_day=1)
    assert aimed(solved(of_acme()), company=a_company(habits=(CALLS, thanks)))["thanks"] == Aim(1, None, Source.PLAN)


positions = st.builds(
    of_acme, target=st.floats(10_000, 2_000_000), won=st.floats(0, 500_000), working_days=st.integers(1, 40)
)


def amounts(position):
    return [it.amount for it in aimed(solved(position)).values()]


@given(positions, st.floats(0, 500_000))
def test_more_won_never_asks_for_more(position, more):
    after = amounts(replace(position, won=position.won + more))
    assert all(one <= two for one, two in zip(after, amounts(position), strict=True))


@given(positions, st.integers(0, 3), st.floats(1, 3))
def test_a_better_ratio_never_asks_for_more(position, at, better):
    if position.legs[at].forward:
        return
    legs, it = list(position.legs), position.legs[at].ratio
    legs[at] = replace(legs[at], ratio=replace(it, value=it.value * better, high=it.high * better))
    after = amounts(replace(position, legs=tuple(legs)))
    assert all(one <= two for one, two in zip(after, amounts(position), strict=True))


@given(positions)
def test_targets_lie_between_the_plan_and_what_can_be_kept_up(position):
    calls, appointments, _ = amounts(position)
    assert 20 <= calls <= 36
    assert 5 <= appointments <= 9
    if not solved(position).residual:
        assert [calls, appointments] == [20, 5]


@given(positions)
def test_a_day_later_with_nothing_done_never_asks_for_fewer(position):
    later = replace(position, working_days=max(1, position.working_days - 1))
    assert all(one >= two for one, two in zip(amounts(later), amounts(position), strict=True))


# --- words ---------------------------------------------------------------------------------------------------------
def test_a_target_says_where_it_comes_from_in_a_few_words():
    it = solved(of_acme())
    assert wins_to_go(it) == 4
    assert where_from(aimed(it)["calls"], it) == "4 wins to go, see the maths"
    most = solved(of_acme(target=900_000.0))
    assert where_from(aimed(most)["calls"], most) == "as much as can be kept up; 40 wins to go, see the maths"
    late = solved(of_acme(working_days=0))
    assert where_from(aimed(late)["calls"], late) == "your plan; a new deal now lands in the next period"
    one = solved(of_acme(won=70_000.0, working_days=30))
    assert where_from(aimed(one)["calls"], one) == "your plan, and enough for the 4 wins to go"
    assert where_from(aimed(solved(of_acme(target=None)))["calls"], solved(of_acme(target=None))) == ""


@pytest.mark.parametrize(
    ("more", "begins"),
    [
        ({}, "4 wins to go: 8 opportunities by Mon 16 Nov, 27 calls a day. That is tight: 1.3 appointments"),
        ({"won": 150_000.0}, "What is won and what is open is enough for this period, on average."),
        ({"working_days": 0}, "A new opportunity can hardly close in this period any more. Won deals usually take 45"),
        ({"deal": None}, "Not enough data yet to say how many wins are to go"),
        ({"legs": ()}, "4 wins to go. Not enough data yet to say what that takes"),
        ({"target": 900_000.0}, "40 wins to go: 80 opportunities by Mon 16 Nov, 267 calls a day. That can’t be done by"),
        ({"target": None}, ""),
    ],
)  # fmt: skip
def test_where_a_rep_stands_is_said_in_acts_without_an_amount(more, begins):
    line = standing_line(solved(of_acme(**more)), COMPANY)
    assert line.startswith(begins)
    assert "$" not in line


def test_estimates_are_told_to_three_digits_and_the_parts_add_up_as_shown():
    odd = Estimate(value=40_128.0, low=12_000.0, high=70_000.0, n=5, origin=Origin.TEAM)
    it = solved(of_acme(target=400_000.0, open=odd, forecast=123_456.0, working_days=0))
    assert in_money(it, COMPANY, PERIOD, 4).startswith(
        "$400,000 in 2026-Q4: $60,000 is won and $40,100 can be expected of what is open, which leaves $299,900."
    )
    [_, larger, plan] = levers(it, COMPANY)
    assert larger == "Enlarge what is open: $186,000 instead of $22,000 a deal (n = 5 open). That alone can’t do it."
    assert plan == "Plan anew with Morgan: what can be expected is $123,000 instead of $400,000."
    assert any(
        line.endswith("8.5 times as large as now. That alone can’t do it.") for line in in_acts(it, manager="Morgan")
    )


@pytest.mark.parametrize("more", [{"target": 900_000.0}, {"working_days": 0, "target": 400_000.0}])
def test_the_reps_other_ways_have_no_sums_and_the_managers_have(more):
    it = solved(of_acme(**more))
    assert it.verdict is Verdict.INFEASIBLE
    assert not any("$" in line for line in in_acts(it, manager="Morgan"))
    assert sum("$" in line for line in levers(it, COMPANY)) == 2
    assert [*in_acts(it, manager="Morgan")][-1].endswith("Talk to Morgan.")


def test_the_owner_hears_in_money_and_dates_that_new_business_cannot_close_any_more():
    late = solved(of_acme(today=date(2026, 12, 14), working_days=0, target=400_000.0))
    [line] = owner_lines(late, allotted({}, None), COMPANY, PERIOD)
    assert line == (
        "New business can no longer close in 2026-Q4 if it began after Mon 16 Nov (won deals usually take 45 days): the "
        "$340,000 to go must come from the 5 open deals, of which $40,000 can be expected."
    )
    many = solved(of_acme(target=900_000.0))
    [line] = owner_lines(many, allotted({}, None), COMPANY, PERIOD)
    assert line.startswith(
        "$840,000 is to go in 2026-Q4, of which $40,000 can be expected of open deals. New business alone can’t bring the "
        "rest: it would take 80 opp"
    )


@pytest.mark.parametrize("more", [{}, {"won": 150_000.0}, {"target": None}, {"deal": None}])
def test_the_owner_hears_nothing_while_it_can_be_done_or_nothing_is_known(more):
    assert owner_lines(solved(of_acme(**more)), allotted({}, None), COMPANY, PERIOD) == ()


# --- how it is divided ---------------------------------------------------------------------------------------------
EVEN = {
    f"r{at}": of_acme(target=100_000.0, won=0.0, working_days=0, open=Estimate(value=it, low=it, high=it, n=3, origin=Origin.TEAM))
    for at, it in enumerate((120_000.0, 60_000.0, 40_000.0, 20_000.0))
}  # fmt: skip
FOUR = a_company(*(a_member(f"r{at}", name=f"R{at} Smith") for at in range(4)), a_manager(), an_owner())


def test_the_manager_reads_an_allocation_by_name_and_the_owner_none():
    split = allotted(EVEN, 450_000.0)
    [difference, same, by_name] = split_lines(split, FOUR, named=True)
    assert difference.startswith("The company’s target is $450,000, $50,000 more than the $400,000")
    assert same == "Each of 4 people has the same target, $100,000, whatever each can reach."
    assert by_name.endswith("R0 $200,000, R1 $100,000, R2 $66,667 and R3 $33,333.")
    owner = [*split_lines(split, FOUR, named=False)]
    assert owner[-1] == "By what people can reach, the same total would be divided into $33,333 to $200,000."
    assert not any(f"R{at}" in line for line in owner for at in range(4))


def test_of_fewer_than_four_the_owner_reads_no_amount_of_anybodys():
    split = allotted(dict(list(EVEN.items())[:3]), 300_000.0)
    assert [*split_lines(split, FOUR, named=False)][-1].endswith("divided into quite different amounts.")


def test_a_fair_division_is_not_worth_a_word():
    assert [*split_lines(allotted({"r0": of_acme(target=5.0)}, 5.0), FOUR, named=True)] == []


# --- the maths -----------------------------------------------------------------------------------------------------
def test_every_figure_of_a_solution_has_its_maths():
    it = solved(of_acme())
    found = {one.figure: one for one in maths(it, aimed(it), COMPANY)}
    assert list(found) == [
        "Left to win", "Wins to go", "Last day for a new opportunity", "Opportunities", "Appointments", "Calls",
        "Proposals", "Calls: the target", "First appointments: the target", "Proposals sent: the target",
    ]  # fmt: skip
    assert found["Left to win"].value == "$80,000"
    assert ("Won so far", "$60,000, 2 deals") in found["Left to win"].inputs
    assert found["Left to win"].uncertainty == "$50,000 to $108,000 in 8 of 10 cases"
    assert (found["Wins to go"].value, found["Wins to go"].n) == ("4", "12 won deals")
    assert found["Calls"].value == "400.0 in all, 26.67 a day"
    assert found["Calls: the target"].value == "27 a day"
    assert all(one.source and one.formula for one in found.values())


def test_a_covered_target_still_says_how_unsure_that_is():
    it = solved(of_acme(won=150_000.0))
    assert it.why[0].reason is Reason.COVERED
    wins = next(one for one in maths(it, aimed(it), COMPANY) if one.figure == "Wins to go")
    assert (wins.value, wins.uncertainty) == ("0", "0 to 0.9 in 8 of 10 cases")


def test_without_a_target_there_is_no_maths():
    assert maths(solved(of_acme(target=None)), {}, COMPANY) == ()

"""The chain: what counts as a step, who differs, how many of a step a sale takes, and trends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from coaching.checkins import CheckInStatus
from coaching.numbers.chain import TEAM, chain
from coaching.numbers.counted import Worked, counted, counted_steps
from coaching.numbers.differences import Claim
from coaching.numbers.exact import Kind
from coaching.numbers.per_sale import per_sale
from coaching.numbers.trend import Direction, trends, weeks
from coaching.opportunities import Status
from tests.builders import MONDAY, a_checkin, a_company, an_opportunity, days_later
from tests.thorough import often

STEPS = ("prospecting", "appointment", "proposal", "close")
COMPANY = a_company(steps=STEPS)


def made(member: str, day, *counts: int, steps=STEPS) -> Worked:
    return Worked(member, day, dict(zip(steps, counts, strict=True)))


def won(day, name="one"):
    return an_opportunity(name, status=Status.WON, closed_on=day, created_on=days_later(-60))


# --- what counts ---------------------------------------------------------------------------------------------------
def test_a_sale_counts_on_the_check_in_that_speaks_of_its_day():
    days = [a_checkin(days_later(it), counts={"calls": 20}) for it in (0, 1)]
    found = counted(COMPANY, days, [won(days_later(0)), won(days_later(-1), "two"), won(days_later(1), "ahead")])
    assert [it.done["close"] for it in found] == [1, 1]


def test_of_days_that_nobody_wrote_down_the_sales_are_left_out_as_well():
    days = [a_checkin(days_later(0)), a_checkin(days_later(1), status=CheckInStatus.MISSED), a_checkin(days_later(2))]
    found = counted(COMPANY, days, [won(days_later(0)), won(days_later(-30), "before")])
    assert sum(it.done["close"] for it in found) == 0


def test_a_day_off_is_spoken_of_by_the_next_check_in():
    days = [a_checkin(days_later(0)), a_checkin(days_later(1), status=CheckInStatus.DAY_OFF), a_checkin(days_later(9))]
    found = counted(COMPANY, days, [won(days_later(4)), won(days_later(0), "two")])
    assert [it.done["close"] for it in found] == [0, 2]


def test_a_habit_that_counts_a_step_is_believed_before_the_crm():
    sold = replace(COMPANY.habits[0], id="sold", name="Sold", unit="orders", step="close")
    company = replace(COMPANY, habits=(*COMPANY.habits, sold))
    found = counted(company, [a_checkin(counts={"sold": 3})], [won(days_later(-1))])
    assert found[0].done["close"] == 3


def test_steps_that_nothing_counts_are_left_out():
    named = replace(COMPANY, steps=("prospecting", "appointment", "Opportunity", "renewal", "close"))
    assert counted_steps(named, with_deals=False) == ("prospecting", "appointment")
    assert counted_steps(named, with_deals=True) == ("prospecting", "appointment", "Opportunity", "close")


def test_the_managers_own_answers_are_in_no_ratio():
    assert counted(COMPANY, [a_checkin(member="morgan", counts={"calls": 9})], []) == ()


# --- the links -----------------------------------------------------------------------------------------------------
def test_each_link_has_its_counts_interval_and_what_the_team_makes_of_it():
    found = chain(STEPS, [made("dana", MONDAY, 40, 4, 2, 1), made("bob", MONDAY, 60, 16, 8, 2)], MONDAY)
    first = found.of("dana").links[0]
    assert (first.done, first.n, first.rate, first.kind) == (4, 40, 0.1, Kind.SHARE)
    assert first.interval.low < 0.1 < first.shrunk < 0.2 == found.team.links[0].rate
    assert found.of("dana").links[1].rate is None  # of four appointments


def test_a_step_with_sources_of_its_own_is_a_rate_for_everybody():
    found = chain(STEPS, [made("dana", MONDAY, 10, 12, 5, 1), made("bob", MONDAY, 40, 8, 2, 1)], MONDAY)
    assert {it.links[0].kind for it in (found.team, *found.people)} == {Kind.RATE}
    assert found.of("dana").links[0].interval.high > 1
    assert found.of("bob").links[1].kind is Kind.SHARE


def test_a_step_that_nobody_writes_down_is_stepped_over():
    found = chain(STEPS, [made("dana", MONDAY, 40, 8, 0, 2)], MONDAY)
    assert [(it.earlier, it.later) for it in found.team.links] == [
        ("prospecting", "appointment"),
        ("appointment", "close"),
    ]
    assert per_sale(found.team)[1].value == 4
    early = chain(STEPS, [made("dana", MONDAY, 40, 8, 0, 0)], MONDAY)
    assert [it.done for it in early.team.links] == [8, 0, 0]


def test_what_is_outside_the_thirteen_weeks_is_the_past_or_nothing():
    old, older, later = (made("dana", days_later(it), 10, 1, 1, 1) for it in (-91, -182, 1))
    found = chain(STEPS, [old, older, later, made("dana", days_later(-90), 20, 1, 1, 0)], MONDAY)
    assert found.team.steps == {"prospecting": 20, "appointment": 1, "proposal": 1, "close": 0}
    assert found.first == days_later(-90)


def test_who_really_differs_is_told_on_which_step_and_against_what():
    now = [made("dana", days_later(-it), 20, 8, 4, 1) for it in range(20)]
    now += [made("bob", days_later(-it), 20, 2, 1, 0) for it in range(20)]
    past = [made("dana", days_later(-100 - it), 20, 2, 1, 0) for it in range(20)]
    found = chain(STEPS, now + past, MONDAY)
    dana = found.strongest("dana")
    assert (dana.link.later, dana.claim, dana.other) == ("appointment", Claim.ABOVE, 0.1)
    assert {it.past for it in found.standings["dana"]} == {True, False}
    assert found.weakest("bob").link.later == "appointment"
    assert found.strongest("bob") is None
    assert found.n_compared == 2 * 3 + 3


def test_nobody_has_answered_yet():
    found = chain(STEPS, [], MONDAY)
    assert (found.people, found.standings, per_sale(found.team)) == ((), {}, ())
    assert chain((), [], MONDAY).team.links == ()


# --- per sale ------------------------------------------------------------------------------------------------------
def test_so_many_of_each_step_to_a_sale():
    found = chain(STEPS, [made("dana", MONDAY, 400, 40, 20, 5), made("bob", MONDAY, 600, 60, 30, 15)], MONDAY)
    team = {it.step: it for it in per_sale(found.team)}
    assert {step: it.value for step, it in team.items()} == pytest.approx(
        {"prospecting": 50, "appointment": 5, "proposal": 2.5}
    )
    for it in per_sale(found.of("dana")):
        assert it.interval.low < it.value < it.interval.high
    assert per_sale(found.of("dana"))[1].value > 5 > per_sale(found.of("bob"))[1].value


def test_before_the_first_sale_there_is_nothing_to_divide_by():
    assert per_sale(chain(STEPS, [made("dana", MONDAY, 40, 8, 4, 0)], MONDAY).team) == ()


def test_the_same_counts_give_the_same_interval_whoever_is_named_first():
    days = [made("dana", MONDAY, 400, 40, 20, 5), made("bob", MONDAY, 600, 60, 30, 15)]
    one, two = chain(STEPS, days, MONDAY), chain(STEPS, days[::-1], MONDAY)
    assert [per_sale(it) for it in one.people] == [per_sale(it) for it in two.people]


# --- simulated teams -----------------------------------------------------------------------------------------------
TRUE = (0.1, 0.5, 0.35)


def a_team(rng, spread=0.0, days=182):
    """Five members, each of whose ratios is drawn around the true one; with what each of them truly needs per sale."""
    found, needs = [], {}
    for member in (f"rep{it}" for it in range(5)):
        own = [rng.beta(p / spread, (1 - p) / spread) if spread else p for p in TRUE]
        needs[member] = 1 / (own[1] * own[2])
        for day in range(0, days, 2):
            counts = [int(rng.integers(8, 25))]
            for p in own:
                counts.append(int(rng.binomial(counts[-1], p)))
            found.append(made(member, days_later(-day), *counts))
    return found, needs


def test_in_teams_where_nothing_differs_hardly_anything_is_claimed():
    rng = np.random.default_rng(5)
    claims = moves = 0
    for _ in range(often(60)):
        days, _ = a_team(rng)
        found = chain(STEPS, days, MONDAY)
        claims += bool(found.standings)
        them = {it: weeks(days, it, MONDAY) for it in (TEAM, *(one.member for one in found.people))}
        moves += any(it.direction is not Direction.STEADY for it in trends(STEPS, STEPS, them))
    assert claims <= often(5)
    assert moves <= often(5)


@pytest.mark.parametrize("spread", [0.0, 0.01])
def test_eight_in_ten_ranges_per_sale_hold_the_truth(spread):
    rng, held = np.random.default_rng(9), []
    for _ in range(often(40)):
        days, needs = a_team(rng, spread, days=91)
        for it in chain(STEPS, days, MONDAY).people:
            held += [one.interval.low <= needs[it.member] <= one.interval.high for one in per_sale(it)[1:2]]
    assert 0.72 <= np.mean(held) <= 0.93


# --- trends --------------------------------------------------------------------------------------------------------
def test_weeks_lie_side_by_side_and_end_on_the_day():
    found = weeks([made("dana", MONDAY, 5, 1, 0, 0), made("bob", days_later(-90), 7, 2, 0, 0)], TEAM, MONDAY)
    assert [it.first for it in found[:2]] == [days_later(-90), days_later(-83)]
    assert (found[0].done["prospecting"], found[-1].done["prospecting"]) == (7, 5)
    assert [it.answered for it in found] == [1, *[0] * 11, 1]
    assert sum(it.answered for it in weeks([made("dana", MONDAY, 5, 1, 0, 0)], "bob", MONDAY)) == 0


def steady_then(late: int) -> list[Worked]:
    days = [days_later(-it) for it in range(91) if days_later(-it).weekday() < 5]
    return [made("dana", it, 20 + it.day % 3 if it < days_later(-48) else late + it.day % 3, 2, 1, 0) for it in days]


@pytest.mark.parametrize(("late", "went"), [(40, Direction.UP), (5, Direction.DOWN), (20, Direction.STEADY)])
def test_a_count_goes_up_or_down_only_when_the_weeks_say_so(late, went):
    found = trends(STEPS, STEPS, {"dana": weeks(steady_then(late), "dana", MONDAY)})
    calls = next(it for it in found if (it.earlier, it.later) == ("", "prospecting"))
    assert calls.direction is went


def test_a_yield_moves_too():
    days = [
        made("dana", days_later(-it), 20, 6 if it < 45 else 1, 1, 0)
        for it in range(91)
        if days_later(-it).weekday() < 5
    ]
    moved = {
        (it.earlier, it.later)
        for it in trends(STEPS, STEPS, {"dana": weeks(days, "dana", MONDAY)})
        if it.direction is Direction.UP
    }
    assert ("prospecting", "appointment") in moved


def test_one_busy_week_or_none_is_no_trend():
    busy = [made("dana", MONDAY - timedelta(days=it), 200, 9, 1, 0) for it in range(3)]
    for days in (busy, []):
        assert {it.direction for it in trends(STEPS, STEPS, {"dana": weeks(days, "dana", MONDAY)})} == {
            Direction.STEADY
        }

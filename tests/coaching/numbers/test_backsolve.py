"""From what is left of a target to what has to be done on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.numbers.allotment import allotted
from coaching.numbers.backsolve import (
    Estimate,
    Later,
    Leg,
    Origin,
    Pace,
    Reason,
    Verdict,
    rounded_up,
    solved,
)
from coaching.numbers.levers import Lever, creatable, moves
from tests.solving import END, TODAY, a_position, chain, exactly


# --- the worked example --------------------------------------------------------------------------------------------
def test_the_worked_example_to_the_digit():
    found = solved(a_position())
    assert found.residual == 132_000
    assert found.wins.value == pytest.approx(5.5)
    totals = {it.leg.step: it.total.value for it in found.needs}
    assert totals == pytest.approx({"opportunity": 22, "meeting": 44, "talk": 176, "dial": 1_760})
    at = found.position
    assert ((END - TODAY).days + 1, at.create_days, int(at.working_days)) == (62, 17, 12)
    assert at.last_create_day == END - timedelta(days=45)
    assert found.need("dial").today == 145
    assert found.verdict is Verdict.INFEASIBLE
    [why] = found.why
    assert (why.reason, why.step, round(why.need), why.most) == (Reason.TOO_MANY, "dial", 145, 80)


def test_on_a_calendar_the_twelve_days_of_the_example_are_whole_and_the_dials_147():
    assert solved(a_position(working_days=12)).need("dial").today == 147


def test_the_other_levers_of_the_worked_example():
    later = (Later("Globex", 60_000.0, date(2027, 1, 20)),)
    found = {it.lever: it for it in moves(solved(a_position(later=later)))}
    assert list(found) == [Lever.WIN_RATE, Lever.DEAL_SIZE, Lever.DATES, Lever.TARGET]
    rate = found[Lever.WIN_RATE]
    assert (rate.now, rate.needed, rate.n, rate.possible) == pytest.approx((0.4, 204 / 180, 6, False))
    # 40 dials a day on 12.14 days, at a win for every 320 of them.
    wins = 40 * 17 * 5 / 7 / 320
    assert found[Lever.DEAL_SIZE].needed == pytest.approx(132_000 / wins)
    assert (found[Lever.DATES].now, found[Lever.DATES].needed, found[Lever.DATES].possible) == (60_000, 132_000, False)
    assert found[Lever.TARGET].needed == pytest.approx(96_000 + 72_000 + wins * 24_000)


# --- properties ----------------------------------------------------------------------------------------------------
share = st.floats(0.02, 1.0)
amount = st.floats(1_000, 1_000_000)
positions = st.builds(
    a_position,
    target=amount,
    won=st.floats(0, 500_000),
    deal=amount.map(exactly),
    legs=st.builds(chain, share, share, share, share),
    working_days=st.integers(1, 60),
)


def days_work(position):
    """What a day asks for, by step."""
    return {it.leg.step: it.per_day.value for it in solved(position).needs}


def no_more(them, than):
    return all(them[step] <= than[step] * (1 + 1e-9) for step in than)


@given(positions, st.floats(0, 500_000))
def test_more_won_never_asks_for_more(position, more):
    assert no_more(days_work(replace(position, won=position.won + more)), days_work(position))


@given(positions, st.integers(0, 3), st.floats(1, 5))
def test_a_better_ratio_never_asks_for_more(position, at, better):
    legs = list(position.legs)
    legs[at] = replace(legs[at], ratio=exactly(legs[at].ratio.value * better))
    assert no_more(days_work(replace(position, legs=tuple(legs))), days_work(position))


@given(positions, st.integers(1, 30))
def test_a_day_later_with_nothing_done_never_asks_for_fewer(position, days):
    later = replace(position, working_days=max(1, position.working_days - days))
    assert no_more(days_work(position), days_work(later))


@given(positions, st.floats(1, 3))
def test_larger_deals_never_ask_for_more(position, larger):
    deal = exactly(position.deal.value * larger)
    assert no_more(days_work(replace(position, deal=deal)), days_work(position))


@given(positions, st.floats(0.3, 0.99), st.floats(1.01, 3))
def test_the_range_holds_its_value_and_widens_along_the_chain(position, low, high):
    legs = tuple(
        replace(it, ratio=replace(it.ratio, low=it.ratio.value * low, high=it.ratio.value * high))
        for it in position.legs
    )
    found = solved(replace(position, legs=legs))
    for it in found.needs:
        assert it.total.low <= it.total.value * (1 + 1e-9)
        assert it.total.value <= it.total.high * (1 + 1e-9)
    if found.residual:
        widths = [it.total.high / it.total.low for it in found.needs]
        assert widths == sorted(widths)


# --- verdicts ------------------------------------------------------------------------------------------------------
def test_a_reached_target_asks_for_nothing():
    found = solved(a_position(won=240_000.0))
    assert (found.residual, found.verdict, found.why[0].reason) == (0, Verdict.FEASIBLE, Reason.COVERED)
    assert {it.today for it in found.needs} == {0}
    assert moves(found) == ()


def test_after_the_last_day_for_creating_no_number_of_calls_will_do():
    found = solved(a_position(today=END - timedelta(days=44), working_days=0))
    assert (found.position.create_days, found.verdict, found.why[0].reason) == (0, Verdict.INFEASIBLE, Reason.TOO_LATE)
    assert [it.per_day for it in found.needs] == [None] * 4
    assert found.need("dial").today is None
    # What can't be created can't be larger either: the open ones would have to be.
    assert [it.lever for it in moves(found)] == [Lever.WIN_RATE, Lever.OPEN_SIZE, Lever.TARGET]
    assert creatable(found.position) == 0


def test_that_every_deal_becomes_more_than_twice_as_large_is_beyond_reason():
    late = a_position(today=END - timedelta(days=44), working_days=0)
    for target, possible in ((96_000 + 2 * 72_000, True), (96_000 + 2 * 72_001, False)):
        larger = next(it for it in moves(solved(replace(late, target=target))) if it.lever is Lever.OPEN_SIZE)
        assert larger.possible is possible


def test_what_can_be_expected_is_what_the_forecast_says_and_nothing_where_that_is_the_target():
    def target(**more):
        return next((it for it in moves(solved(a_position(**more))) if it.lever is Lever.TARGET), None)

    assert target(forecast=250_000.0).needed == 250_000
    assert target(forecast=300_000.0) is None
    assert target().needed >= 96_000 + 72_000


def test_too_late_is_only_tight_while_the_open_deals_may_well_bring_the_rest():
    open_ = Estimate(value=190_000.0, low=90_000.0, high=250_000.0, n=8, origin=Origin.TEAM)
    found = solved(a_position(working_days=0, open=open_, open_amount=400_000.0))
    assert (found.verdict, found.why[0].reason) == (Verdict.TIGHT, Reason.TOO_LATE)


@pytest.mark.parametrize(
    ("pace", "verdict", "reasons"),
    [
        (Pace(plan=20.0, usual=150.0, best=160.0, n=40), Verdict.FEASIBLE, []),
        (Pace(plan=20.0, usual=90.0, best=100.0, n=40), Verdict.TIGHT, [Reason.ABOVE_BEST]),
        (Pace(plan=20.0, usual=60.0, best=90.0, n=40), Verdict.INFEASIBLE, [Reason.TOO_MANY]),
        (Pace(plan=90.0), Verdict.FEASIBLE, []),
        (Pace(plan=70.0), Verdict.INFEASIBLE, [Reason.TOO_MANY]),
        (Pace(), Verdict.UNKNOWN, [Reason.NO_PACE]),
    ],
)
def test_a_verdict_is_by_what_somebody_has_ever_kept_up(pace, verdict, reasons):
    found = solved(a_position(paces={"dial": pace}))
    assert (found.verdict, [it.reason for it in found.why]) == (verdict, reasons)


def test_what_was_counted_nearest_to_the_win_decides_and_steps_further_out_are_a_doubt():
    deals = Pace(usual=2.0, best=2.2, n=60)
    found = solved(a_position(paces={"dial": Pace(plan=40.0), "opportunity": deals}))
    assert (found.verdict, [it.step for it in found.why]) == (Verdict.TIGHT, ["dial"])
    slow = Pace(usual=0.5, best=0.6, n=60)
    found = solved(a_position(paces={"dial": Pace(plan=400.0), "opportunity": slow}))
    assert (found.verdict, [it.step for it in found.why]) == (Verdict.INFEASIBLE, ["opportunity"])


def test_what_may_be_too_many_at_the_far_end_of_the_range_is_tight():
    wide = replace(chain()[0], ratio=Estimate(value=0.25, low=0.1, high=0.4, n=12, origin=Origin.OWN))
    found = solved(a_position(legs=(wide, *chain()[1:]), paces={"dial": Pace(plan=80.0)}))
    assert (found.verdict, found.why[0].reason) == (Verdict.TIGHT, Reason.MAY_BE_TOO_MANY)
    assert found.why[0].need == pytest.approx(found.need("dial").per_day.high)


def test_without_a_known_cycle_the_days_run_to_the_end_and_it_says_so():
    found = solved(a_position(cycle=None, working_days=44, paces={"dial": Pace(plan=100.0)}))
    assert (found.position.last_create_day, found.position.create_days) == (None, 62)
    assert (found.verdict, found.why[0].reason) == (Verdict.TIGHT, Reason.CYCLE_UNKNOWN)


def test_a_plan_is_never_too_much_for_whoever_is_below_it():
    assert Pace(plan=20.0, usual=8.0, best=9.0, n=30).most == 20


# --- cold starts ---------------------------------------------------------------------------------------------------
def test_a_ratio_that_nobody_knows_ends_the_chain_there():
    legs = (*chain()[:2], replace(chain()[2], ratio=None), chain()[3])
    found = solved(a_position(legs=legs, paces={"meeting": Pace(plan=5.0), "dial": Pace(plan=40.0)}))
    assert [it.leg.step for it in found.needs] == ["opportunity", "meeting"]
    assert found.verdict is Verdict.FEASIBLE


def test_without_a_won_deal_nothing_says_what_one_is_worth():
    found = solved(a_position(deal=None))
    assert (found.residual, found.wins, found.needs) == (132_000, None, ())
    assert (found.verdict, found.why[0].reason) == (Verdict.UNKNOWN, Reason.NO_AMOUNTS)


def test_without_a_win_ratio_the_wins_are_known_and_nothing_else():
    found = solved(a_position(legs=(replace(chain()[0], ratio=None), *chain()[1:])))
    assert found.wins.value == pytest.approx(5.5)
    assert (found.needs, found.verdict, found.why[0].reason) == ((), Verdict.UNKNOWN, Reason.NO_WIN_RATIO)


def test_without_a_target_nothing_follows():
    found = solved(a_position(target=None))
    assert (found.verdict, found.why[0].reason, moves(found)) == (Verdict.UNKNOWN, Reason.NO_TARGET, ())


def test_what_follows_a_deals_creation_has_until_the_periods_end():
    legs = (*chain(), Leg(step="proposal", of="opportunity", ratio=exactly(1.5), forward=True))
    found = solved(a_position(legs=legs, working_days=12, working_days_left=44))
    assert found.need("proposal").total.value == pytest.approx(33)
    assert found.need("proposal").per_day.value == pytest.approx(0.75)


@pytest.mark.parametrize(("figure", "whole"), [(0, 0), (144.94, 145), (12.000000000001, 12), (12.01, 13), (0.2, 1)])
def test_rounding_is_up_and_forgives_only_the_last_digit(figure, whole):
    assert rounded_up(figure) == whole


# --- how a target is divided ---------------------------------------------------------------------------------------
def able(open_=50_000.0, **more):
    usual = {"target": 100_000.0, "won": 0.0, "open": exactly(open_), "working_days": 0}
    return a_position(**(usual | more))


def test_a_target_that_is_divided_evenly_whatever_people_can_reach_is_noticed():
    found = allotted({"a": able(80_000.0), "b": able(20_000.0)}, 200_000.0)
    assert found.evenly
    assert [it.by_capacity for it in found.shares] == pytest.approx([160_000, 40_000])
    assert [it.member for it in found.beyond] == ["a", "b"]


def test_an_equal_target_for_equals_is_fair():
    assert not allotted({"a": able(50_000.0), "b": able(55_000.0)}, 200_000.0).evenly


def test_targets_by_capacity_are_not_an_equal_split():
    assert not allotted({"a": able(80_000.0, target=160_000.0), "b": able(20_000.0, target=40_000.0)}, None).evenly


def test_a_capacity_is_what_is_won_what_is_open_and_what_can_still_be_created():
    [one] = allotted({"a": a_position()}, None).shares
    assert (one.won, one.open) == (96_000, 72_000)
    assert one.creatable == pytest.approx(40 * 17 * 5 / 7 / 320 * 24_000)
    assert one.capacity == one.won + one.open + one.creatable


def test_the_companys_target_may_be_another_than_the_members():
    two = {"a": able(), "b": able(), "c": able(target=None)}
    found = allotted(two, 250_000.0)
    assert (found.total, found.difference, found.without) == (200_000, 50_000, ("c",))
    assert allotted(two, 200_000.0).difference == 0
    assert allotted({}, 200_000.0).difference == 0


def test_with_no_capacity_at_all_there_is_nothing_to_divide_by():
    found = allotted({"a": able(0.0), "b": able(0.0)}, None)
    assert (found.evenly, [it.by_capacity for it in found.shares]) == (False, [None, None])

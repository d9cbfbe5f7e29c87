"""Usual figures of few: they lean on the team's, and aren't made up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from coaching.numbers.backsolve import Origin
from coaching.numbers.measures import pace, ratio, usual_cycle, usual_deal

FIRST = date(2026, 9, 7)


TEAM = ((10, 50), (7, 20), (5, 24), (3, 6))


def test_a_ratio_leans_on_the_teams_until_there_is_enough_of_ones_own():
    found = ratio((3, 6), TEAM)
    assert 0.25 < found.value < 0.5
    assert (found.n, found.origin) == (6, Origin.OWN)
    assert found.low < found.value < found.high


def test_who_has_few_of_their_own_gets_the_teams_and_its_n():
    found = ratio((0, 2), TEAM)
    assert (found.n, found.origin) == (100, Origin.TEAM)
    assert ratio((0, 0), TEAM).value == pytest.approx(0.25)


@pytest.mark.parametrize("team", [[], [(2, 4)], [(0, 200), (0, 100)]])
def test_a_ratio_of_too_few_or_of_nothing_is_none(team):
    assert ratio((0, 0), team) is None


def test_a_step_with_sources_of_its_own_may_come_to_more_than_one():
    found = ratio((30, 10), [(30, 10), (30, 20)])
    assert 2 < found.value < 3
    assert 1 < found.low < found.value < found.high


def test_more_cases_make_a_narrower_range():
    few, many = (ratio((3 * it, 12 * it), [(3 * it, 12 * it), (22 * it, 88 * it)]) for it in (1, 100))
    assert few.high - few.low > 3 * (many.high - many.low)


def test_the_usual_deal_is_a_mean_that_no_whale_sets():
    own = [20_000.0] * 12
    plain, whale = usual_deal(own, own * 3), usual_deal([*own, 400_000.0], [*own * 3, 400_000.0])
    assert plain.value == pytest.approx(20_000)
    assert whale.value < 22_000
    assert (plain.n, plain.origin) == (12, Origin.OWN)


def test_a_usual_deal_leans_on_the_teams():
    found = usual_deal([10_000.0] * 4, [10_000.0] * 4 + [30_000.0] * 4)
    assert found.value == pytest.approx((4 * 10_000 + 4 * 20_000) / 8)
    alone = usual_deal([], [30_000.0] * 5)
    assert (alone.value, alone.n, alone.origin) == (pytest.approx(30_000), 5, Origin.TEAM)


@pytest.mark.parametrize("team", [[], [5_000.0, 6_000.0], [0.0, 0.0, 0.0, 0.0]])
def test_without_won_amounts_no_deal_is_usual(team):
    assert usual_deal([], team) is None


def test_a_cycle_needs_eight_wins():
    assert usual_cycle([10] * 7) is None
    team = usual_cycle([*[90] * 19, *[30] * 30])
    assert (team.value, team.n, team.origin) == (30, 49, Origin.TEAM)


def test_a_cycles_bounds_lie_around_its_median():
    found = usual_cycle(list(range(1, 101)))
    assert found.low < 44.6 < 50.5 == found.value < 56.4 < found.high


def test_a_pace_is_ones_own_from_ten_counted_days_on():
    nine = {FIRST + timedelta(days=it): 30.0 for it in range(9)}
    assert pace(nine, 20.0).usual is None
    ten = nine | {FIRST + timedelta(days=9): 10.0}
    found = pace(ten, 20.0)
    assert (found.usual, found.best, found.n, found.plan) == (28, 28, 10, 20)


def test_the_best_four_weeks_are_the_best_of_any():
    low = {FIRST + timedelta(days=it): 10.0 for it in range(28)}
    high = {FIRST + timedelta(days=40 + it): 25.0 for it in range(14)}
    assert pace(low | high, None).best == 25

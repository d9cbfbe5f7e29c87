"""How good forecasts were, on the worked example and on everything odd."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.numbers.accuracy import (
    MOST_STRENGTH,
    USUAL_STRENGTH,
    Band,
    Scored,
    accuracy,
    banded,
    factor,
    factors,
    outcomes,
    strength,
)

FORECAST, ACTUAL = (100, 120, 90, 110), (80, 100, 85, 70)


def scored(forecast, actual, period=0, whose="dana", **more):
    return Scored(period=f"P{period}", whose=whose, forecast=forecast, actual=actual, **more)


def example(whose="dana", times=1.0):
    pairs = zip(FORECAST, ACTUAL, strict=True)
    return [scored(f, a * times, at, whose) for at, (f, a) in enumerate(pairs)]


def test_the_worked_example_comes_out():
    it = accuracy(example())
    assert (round(it.mape, 2), round(it.wape, 2), round(it.bias, 2)) == (0.27, 0.25, 0.25)
    assert (it.n, it.band) == (4, Band.FAIR)
    found = factor(outcomes(example()), 0.9, 4)
    assert (round(found.own, 2), round(found.shrunk, 2), found.n) == (0.80, 0.85, 4)


def test_misses_to_either_side_cancel_in_the_bias_and_nowhere_else():
    it = accuracy([scored(150, 100, 0), scored(50, 100, 1), scored(100, 100, 2)])
    assert it.bias == 0
    assert isclose(it.wape, 1 / 3)
    assert it.band is Band.OFF


def test_a_period_counts_once_however_often_it_was_forecast():
    weekly = [scored(110, 100, 0)] * 9 + [scored(100, 100, 1), scored(100, 100, 2)]
    assert isclose(accuracy(weekly).wape, 10 / 300)
    assert (accuracy(weekly).n, accuracy(weekly).n_forecasts) == (3, 11)


def test_within_a_period_high_and_low_calls_are_misses_both():
    it = accuracy([scored(120, 100, 0), scored(80, 100, 0), scored(100, 100, 1), scored(100, 100, 2)])
    assert it.bias == 0
    assert isclose(it.wape, 20 / 300)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_of_fewer_than_three_periods_no_share_is_told_but_the_n_is(n):
    it = accuracy(example()[:n])
    assert (it.wape, it.bias, it.mape, it.band, it.coverage) == (None,) * 5
    assert it.n == n


def test_where_nothing_came_in_there_is_nothing_to_divide_by():
    it = accuracy([scored(100, 0, at) for at in range(4)])
    assert (it.n, it.wape, it.bias, it.mape, it.band) == (4, None, None, None, None)
    mixed = accuracy([scored(100, 0, 0), scored(100, 100, 1), scored(100, 100, 2)])
    assert (mixed.wape, mixed.bias, mixed.mape) == (0.5, 0.5, 0.0)


def test_the_bands_are_85_to_115_and_70_to_130_percent_both_ends_included():
    assert [banded(it) for it in (0, 1.15 - 1, 0.151, 1.3 - 1, 0.301)] == [
        Band.GOOD,
        Band.GOOD,
        Band.FAIR,
        Band.FAIR,
        Band.OFF,
    ]


def test_coverage_counts_the_ranges_that_held_what_came_ends_included():
    rows = [scored(100, it, at, low=80, high=120) for at, it in enumerate((80, 120, 121, 100))]
    it = accuracy([*rows, scored(100, 500, 9)])
    assert (it.covered, it.n_ranges, it.coverage) == (3, 4, 0.75)


MONEY = st.integers(0, 10**11).map(lambda it: it / 100)
"""Whole cents: a share of 1e-300 of a dollar is nobody's."""


@given(st.lists(st.tuples(MONEY, MONEY), min_size=3, max_size=20))
def test_the_bias_is_never_larger_than_what_it_is_off_by(pairs):
    it = accuracy([scored(f, a, at) for at, (f, a) in enumerate(pairs)])
    if it.wape is not None:
        assert abs(it.bias) <= it.wape * (1 + 1e-9) + 1e-12
        assert it.wape >= 0


@given(st.lists(st.tuples(MONEY, MONEY), min_size=3, max_size=20), st.floats(0.01, 1000))
def test_shares_are_the_same_in_any_currency(pairs, rate):
    here = accuracy([scored(f, a, at) for at, (f, a) in enumerate(pairs)])
    there = accuracy([scored(f * rate, a * rate, at) for at, (f, a) in enumerate(pairs)])
    if here.wape is not None and there.wape is not None:
        assert isclose(here.wape, there.wape, rel_tol=1e-6, abs_tol=1e-9)


# --- what a forecast has been worth --------------------------------------------------------------------------------
def test_a_factor_lies_between_the_members_own_and_the_teams():
    rows = [*example("dana"), *example("bob", 1.5), *example("eve", 1.1)]
    found = factors(rows)
    assert set(found) == {"dana", "bob", "eve"}
    for it in found.values():
        assert min(it.own, it.team) <= it.shrunk <= max(it.own, it.team)
    assert found["dana"].strength == USUAL_STRENGTH


def test_who_called_two_periods_only_has_no_factor_yet_but_counts_for_the_team():
    found = factors([*example("dana"), *example("bob", 2.0)[:2]])
    assert set(found) == {"dana"}
    assert found["dana"].team > found["dana"].own


def test_calls_of_nothing_have_no_worth():
    assert factors([scored(0, 100, at) for at in range(4)]) == {}
    assert factors([]) == {}


def test_members_who_differ_less_than_their_own_periods_lean_on_the_team_entirely():
    noisy = [[0.5, 1.5, 1.0], [1.5, 0.5, 1.0], [1.0, 0.5, 1.5], [0.6, 1.4, 1.0]]
    assert strength(noisy) == MOST_STRENGTH


def test_steady_members_who_differ_are_taken_at_their_word():
    assert strength([[0.5, 0.51, 0.49], [1.0, 1.01, 0.99], [1.5, 1.51, 1.49], [0.8, 0.81, 0.79]]) == 1.0


def test_a_team_of_three_cannot_tell_how_alike_it_is():
    assert strength([[0.5, 0.6], [1.0, 1.1], [1.5, 1.4], [1.0]]) == USUAL_STRENGTH

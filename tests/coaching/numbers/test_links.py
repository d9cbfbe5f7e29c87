"""What goes together is said only of enough days, and only when it stands out."""

from math import inf, sqrt

import pytest

from coaching.numbers.links import link, welch_t

GOOD, BAD = [1, 2, 3] * 5, [0, 1, 2] * 7
DAYS = [(20, it) for it in GOOD] + [(19, it) for it in BAD]


def test_days_at_the_target_are_set_against_the_days_below_it():
    found = link(DAYS, 20)
    assert found
    assert (found.after_target, found.n_target) == (2.0, 15)
    assert (found.after_less, found.n_less) == (1.0, 21)
    assert found.t == pytest.approx(1 / sqrt((10 / 14) / 15 + (14 / 20) / 21))


@pytest.mark.parametrize("days", [DAYS[:9] + DAYS[15:], DAYS[:15] + DAYS[15:24], []])
def test_fewer_than_ten_days_on_a_side_say_nothing(days: list[tuple[int, int]]):
    assert link(days, 20) is None


def test_ten_days_on_each_side_are_enough():
    assert link([(20, 3)] * 10 + [(5, 1)] * 10, 20)


def test_a_difference_within_two_standard_errors_says_nothing():
    assert link([(20, it) for it in [0, 1, 2] * 5] + [(5, it) for it in [0, 0, 2] * 5], 20) is None


def test_a_link_the_other_way_round_is_one_too():
    found = link([(20, it) for it in BAD] + [(19, it) for it in GOOD], 20)
    assert found
    assert found.t < -2


def test_days_that_never_vary_differ_clearly_or_not_at_all():
    assert welch_t([2, 2], [1, 1]) == inf
    assert welch_t([1, 1], [2, 2]) == -inf
    assert welch_t([1, 1], [1, 1]) == 0

"""Chances that were too high are lowered by what came of earlier ones; those that were right stay."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from coaching.numbers.recalibration import Recalibration, Said, recalibration


def stretches(times: float, seed: int = 4, n: int = 6):
    """Chances of which `times` as much came true."""
    rng = np.random.default_rng(seed)
    for _ in range(n):
        chance = rng.uniform(0.02, 0.8, 300)
        yield Said(chance, rng.random(300) < chance * times)


def test_chances_that_were_right_stay():
    found = recalibration(list(stretches(1.0)))
    assert found.of(np.array([0.1, 0.5, 0.8])) == pytest.approx([0.1, 0.5, 0.8], abs=0.06)


def test_chances_that_were_too_high_are_lowered_most_of_the_way():
    found = recalibration(list(stretches(0.5)))
    assert found.of(np.array([0.4]))[0] == pytest.approx(0.2, abs=0.05)


def test_one_stretch_of_few_deals_hardly_moves_them():
    found = recalibration([Said(np.array([0.5, 0.5]), np.array([False, False]))])
    assert 0.4 < found.of(np.array([0.5]))[0] < 0.5


def test_nothing_seen_changes_nothing():
    assert recalibration([]) == recalibration([Said(np.zeros(0), np.zeros(0, dtype=bool))]) == Recalibration(0, 0)


@given(some.lists(some.tuples(some.floats(0, 1), some.booleans()), min_size=1, max_size=60))
def test_what_was_likelier_stays_likelier(rows):
    chance, won = (np.array(it) for it in zip(*rows, strict=True))
    found = recalibration([Said(chance, won)] * 6).of(np.array([0.0, 0.01, 0.3, 0.99, 1.0]))
    assert all(np.diff(found) > 0)
    assert (found[0], found[-1]) == (0, 1)


def test_a_chance_nobody_knows_stays_unknown():
    assert np.isnan(Recalibration(-1, 0).of(np.array([np.nan]))[0])

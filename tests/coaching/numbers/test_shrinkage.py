"""The estimate that leans on the team: what it must be for any counts, and whether it is nearer the truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from coaching.numbers.exact import Kind, TwoShares, same_rate
from coaching.numbers.intervals import exact_rate
from coaching.numbers.shrinkage import drawn, drawn_alone, prior, shrunk

shares = some.integers(0, 80).flatmap(lambda n: some.tuples(some.integers(0, n), some.just(n)))
rates = some.tuples(some.integers(0, 200), some.integers(0, 80))
teams = some.one_of(
    some.tuples(some.lists(shares, max_size=8), some.just(Kind.SHARE)),
    some.tuples(some.lists(rates, max_size=8), some.just(Kind.RATE)),
)
quick = settings(max_examples=80, deadline=None)
TOLD = 1e-12
"""Rounding."""


@given(teams)
@quick
def test_the_estimate_lies_between_the_own_ratio_and_the_teams(team):
    counts, kind = team
    it = prior(counts, kind)
    for done, n in counts:
        own = done / n if n else it.ratio
        assert min(own, it.ratio) - TOLD <= it.shrunk(done, n) <= max(own, it.ratio) + TOLD


@given(teams, some.integers(0, 20), some.integers(1, 40), some.integers(2, 9))
@quick
def test_the_more_of_their_own_the_nearer_to_their_own(team, done, n, times):
    assume(done <= n)
    it = prior(*team)
    far, near = it.shrunk(done, n), it.shrunk(done * times, n * times)
    assert abs(near - done / n) <= abs(far - done / n) + TOLD


@given(teams.flatmap(lambda team: some.tuples(some.just(team), some.permutations(team[0]))))
@quick
def test_who_comes_first_changes_nothing(both):
    (counts, kind), other = both
    assert prior(counts, kind) == prior(other, kind)


@given(teams)
@quick
def test_what_a_true_ratio_may_be_is_always_a_number(team):
    counts, kind = team
    it = prior(counts, kind)
    for done, n in counts[:2]:
        found = drawn(it, done, n, 200, np.random.default_rng(1))
        assert np.isfinite(1 / found).all()
        assert kind is Kind.RATE or found.max() <= 1


@pytest.mark.parametrize("kind", Kind)
def test_one_alone_is_their_own_team_and_nobody_has_none(kind):
    assert prior([(3, 6)], kind).shrunk(3, 6) == pytest.approx(0.5)
    assert prior([], kind).shrunk(0, 0) == 0
    assert prior([(0, 5), (0, 9)], kind).shrunk(0, 5) == 0
    assert prior([(5, 5), (9, 9)], kind).shrunk(5, 5) == 1


def test_the_worked_examples_of_the_formula():
    assert shrunk(3, 6, 0.25, 10) == pytest.approx(0.34375)
    assert shrunk(1, 9, 0.25, 10) == pytest.approx(0.1842, abs=1e-4)


def test_members_who_are_all_alike_are_taken_as_the_team_and_those_who_differ_as_themselves():
    alike, different = [(40 + it % 2, 100) for it in range(12)], [(5, 60), (55, 60), (30, 60)]
    assert prior(alike).k > 500
    assert prior(different).k < 10
    assert prior([(it * 10, 10) for it in (1, 2, 9)], Kind.RATE).k < 5


def test_without_anything_to_learn_from_half_is_leaned():
    it = prior([(3, 20)])
    assert it.k == pytest.approx(20)


@pytest.mark.parametrize(("members", "most"), [(3, 30), (6, 50), (12, 60)])
@pytest.mark.parametrize("spread", [0.0, 0.05, 0.1])
def test_in_simulated_teams_it_errs_less_than_the_own_ratio(members, most, spread):
    raw, leaning, _ = _simulated(members, most, spread)
    assert leaning < 0.85 * raw


@pytest.mark.parametrize("kind", Kind)
def test_eight_in_ten_true_ratios_are_within_eight_tenths_of_the_draws(kind):
    """On average over how much members differ; 70 to 90 % for each, because what isn't known can't be adapted to."""
    held = [_simulated(5, 40, it, kind)[2] for it in (0.0, 0.03, 0.06, 0.1)]
    assert 0.76 <= np.mean(held) <= 0.9
    assert min(held) >= 0.7


def _simulated(members: int, most: int, spread: float, kind: Kind = Kind.SHARE, runs: int = 80):
    """Mean squared errors of the own ratio and of the estimate; and how often the middle 80 % hold the truth."""
    rng, m = np.random.default_rng(11), 0.3
    raw = leaning = held = 0.0
    for _ in range(runs):
        k = m * (1 - m) / spread**2 - 1 if spread else 1e9
        n = rng.integers(5, most + 1, members)
        if kind is Kind.SHARE:
            true = rng.beta(k * m, k * (1 - m), members)
            done = rng.binomial(n, true)
        else:
            true = rng.gamma(k * m, 1 / k, members)
            done = rng.poisson(n * true)
        it = prior([(int(a), int(b)) for a, b in zip(done, n, strict=True)], kind)
        for own, of, truth in zip(done.tolist(), n.tolist(), true, strict=True):
            raw += (own / of - truth) ** 2
            leaning += (it.shrunk(own, of) - truth) ** 2
            low, high = np.quantile(drawn(it, own, of, 600, rng), (0.1, 0.9))
            held += low <= truth <= high
    return raw, leaning, held / runs / members


def test_a_ratio_that_leans_on_nobody_is_drawn_from_its_own_counts():
    rng = np.random.default_rng(3)
    share, rate = drawn_alone(30, 100, Kind.SHARE, 4_000, rng), drawn_alone(300, 100, Kind.RATE, 4_000, rng)
    assert (np.median(share), np.median(rate)) == pytest.approx((0.3, 3.0), rel=0.02)
    assert np.quantile(rate, (0.1, 0.9)) == pytest.approx((2.79, 3.23), abs=0.05)


def test_the_exact_interval_of_a_rate_is_garwoods():
    # R: poisson.test(3, conf.level = .8), poisson.test(0, conf.level = .8); 5,000 by the normal approximation
    three = exact_rate(3, 1)
    assert (three.low, three.high) == pytest.approx((1.1021, 6.6808), abs=1e-4)
    assert (exact_rate(0, 1).low, exact_rate(0, 1).high) == pytest.approx((0, 2.302585))
    many = exact_rate(5_000, 1_000)
    assert (many.low, many.high) == pytest.approx((4.9096, 5.0918), abs=1e-3)


@given(some.integers(0, 300), some.integers(1, 100))
@quick
def test_a_rates_interval_holds_it(done, n):
    it = exact_rate(done, n)
    assert 0 <= it.low <= done / n <= it.high


def test_two_rates_are_compared_exactly():
    # R: poisson.test(c(5, 20), c(20, 20)), poisson.test(c(9, 1), c(1, 1))
    assert same_rate(TwoShares(5, 20, 20, 20)) == pytest.approx(0.004077, abs=1e-5)
    assert same_rate(TwoShares(9, 1, 1, 1)) == pytest.approx(0.02148, abs=1e-5)
    assert same_rate(TwoShares(10, 10, 10, 10)) == 1

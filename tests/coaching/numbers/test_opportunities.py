"""Cycle, ratios, hazards, projections and backtests: right on few, honest on none, blind to the future."""

from __future__ import annotations

from dataclasses import astuple, replace
from datetime import date, timedelta
from math import isfinite

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from coaching.money import Money
from coaching.numbers.backtest import Length, backtested
from coaching.numbers.cycle import cycle
from coaching.numbers.differences import Claim, compared
from coaching.numbers.exact import TwoShares
from coaching.numbers.expectation import won_within
from coaching.numbers.hazard import fitted
from coaching.numbers.inspection import inspected
from coaching.numbers.intervals import exact
from coaching.numbers.known import pipeline
from coaching.numbers.projection import projected
from coaching.opportunities import Category, Status
from tests.selling import FIRST, deal, history

DAY = date(2026, 3, 1)
END = date(2026, 3, 31)


@pytest.fixture(scope="module")
def deals():
    return history()


def test_the_exact_interval_is_the_one_of_clopper_and_pearson():
    # R: binom.test(3, 6, conf.level = .8), binom.test(60, 100, conf.level = .8)
    three = exact(3, 6)
    assert (three.low, three.high) == pytest.approx((0.2009, 0.7991), abs=1e-4)
    assert exact(0, 10).low == 0
    assert exact(0, 10).high == pytest.approx(1 - 0.1 ** (1 / 10))
    assert exact(10, 10).low == pytest.approx(0.1 ** (1 / 10))
    assert (exact(0, 0).low, exact(0, 0).high) == (0, 1)


@given(some.integers(1, 400).flatmap(lambda n: some.tuples(some.integers(0, n), some.just(n))))
@settings(max_examples=60, deadline=None)
def test_an_interval_holds_the_share_it_is_of(share):
    won, n = share
    assert 0 <= exact(won, n).low <= won / n <= exact(won, n).high <= 1


def test_who_really_differs_is_found_and_on_which_side():
    found = {it.who: it.claim for it in compared({"a": (90, 100), "b": (50, 100), "c": (50, 100), "d": (0, 0)})}
    assert found == {"a": Claim.ABOVE, "b": None, "c": None}


def test_on_shuffled_outcomes_hardly_anybody_is_told_to_differ():
    rng = np.random.default_rng(7)
    false = 0
    for _ in range(200):
        won = rng.binomial(30, 0.4, 12)
        false += any(it.claim for it in compared({str(at): (int(it), 30) for at, it in enumerate(won)}))
    assert false <= 10


def test_beside_a_star_the_usual_are_not_called_below_the_others():
    rng = np.random.default_rng(4)
    stars = others = 0
    for _ in range(200):
        won = [int(rng.binomial(80, rate)) for rate in (0.3, 0.3, 0.3, 0.65)]
        found = {it.who: it.claim for it in compared({f"r{at}": (it, 80) for at, it in enumerate(won)})}
        stars += found.pop("r3") is Claim.ABOVE
        others += any(found.values())
    assert stars >= 195
    assert others <= 10


def test_two_who_differ_on_both_sides_are_both_found_in_whatever_order_they_come():
    counts = {"low": (10, 100), "a": (40, 100), "b": (42, 100), "c": (38, 100), "high": (80, 100)}
    want = {"low": Claim.BELOW, "high": Claim.ABOVE, "a": None, "b": None, "c": None}
    for order in (list(counts), list(reversed(counts))):
        found = compared({who: counts[who] for who in order})
        assert [it.who for it in found] == order
        assert {it.who: it.claim for it in found} == want


def test_of_two_each_is_what_the_other_is_not():
    found = {it.who: it.claim for it in compared({"a": (80, 100), "b": (20, 100)})}
    assert found == {"a": Claim.ABOVE, "b": Claim.BELOW}


def test_who_was_claimed_is_told_by_what_they_were_compared_with_and_the_rest_without_them():
    found = {it.who: it.shares for it in compared({"a": (90, 100), "b": (50, 100), "c": (51, 100)})}
    assert found["a"] == TwoShares(90, 100, 101, 200)
    assert found["b"] == TwoShares(50, 100, 51, 100)


def test_one_alone_differs_from_nobody():
    assert [it.claim for it in compared({"a": (9, 10)})] == [None]


def test_the_usual_cycle_needs_eight_won_deals():
    assert cycle(range(1, 8)).p90_days is None
    assert not cycle(range(1, 8)).outside(10_000)
    usual = cycle(range(21, 76, 6))
    assert (usual.n_won, usual.median_days) == (10, 48)
    assert usual.p90_days == pytest.approx(69.6)
    assert usual.outside(70)
    assert not usual.outside(69)


def test_stale_deals_are_worth_next_to_nothing(deals):
    hazard = fitted(pipeline(deals).as_of(DAY), DAY)
    days = [DAY + timedelta(days=it) for it in range(31)]
    young, stale = hazard.chances(np.array([30, 300]), days)
    assert young > 10 * stale
    assert stale < 0.02


def a_young_company(won: int, lost: int = 20):
    """Deals end after 20 to 95 days, or, lost ones, after up to 120; one has been open for ever so long."""
    closes = [DAY - timedelta(days=5 * it + 1) for it in range(won + lost)]
    rows = [
        deal(
            f"d{at}",
            day - timedelta(days=20 + at * 75 // (won - 1) if at < won else 20 + (at - won) * 100 // lost),
            day,
            won=at < won,
        )
        for at, day in enumerate(closes)
    ]
    return pipeline([*rows, *(deal(f"o{age}", DAY - timedelta(days=age)) for age in (5, 40, 60, *STALE))])


STALE = (90, 94, 97, 110, 125, 200, 301, 500)


@pytest.mark.parametrize("won", [8, 20, 80])
def test_a_deal_older_than_every_win_has_a_small_chance_and_a_smaller_one_the_older_it_is(won):
    chances = {it.id: it for it in projected(a_young_company(won), DAY, END).chances}
    stale = [chances[f"o{age}"] for age in STALE]
    for ever in (True, False):
        told = [it.p_win if ever else it.p_win_in_period for it in stale]
        assert told == sorted(told, reverse=True)
        assert max(told[2:]) < 0.12
        assert told[-1] < 0.6 * told[0]
    assert chances["o301"].p_win < 0.3 * chances["o40"].p_win


def test_an_age_that_no_deal_has_reached_yet_is_not_likelier_to_win_than_the_one_before():
    rows = [deal(f"d{it}", FIRST + timedelta(days=it), FIRST + timedelta(days=45 + it), won=it % 2) for it in range(60)]
    kept = [deal(f"o{it}", FIRST + timedelta(days=it)) for it in range(60)]
    on = FIRST + timedelta(days=110)
    chances = projected(pipeline([*rows, *kept]), on, on + timedelta(days=30)).chances
    assert max(it.p_win for it in chances) < 0.05


def test_a_period_that_the_file_does_not_reach_the_end_of_is_not_scored_and_it_is_said(deals):
    them = pipeline(deals)
    known_to = them.last_day
    cut = backtested(them, Length.MONTH, last=known_to + timedelta(days=200))
    assert cut.folds == backtested(them, Length.MONTH).folds
    assert cut.folds[-1].end <= known_to + timedelta(days=3)
    assert str(known_to) in cut.warnings[0]
    assert not any("last day" in it for it in backtested(them, Length.MONTH, last=known_to).warnings)


def test_a_projection_long_after_the_last_known_day_says_so_first(deals):
    them = pipeline(deals)
    on = them.last_day + timedelta(days=60)
    late = projected(them, on, on + timedelta(days=30))
    assert str(them.last_day) in late.warnings[0]
    assert "60 days" in late.warnings[0]
    assert not any("last day" in it for it in projected(them, DAY, END).warnings)


def test_owners_add_up_to_the_total(deals):
    found = projected(pipeline(deals), DAY, END)
    assert sum(it.expected for it in found.by_owner.values()) == pytest.approx(found.total.expected)
    assert found.total.p10 < found.total.p50 < found.total.p90
    for it in found.chances:
        assert 0 <= it.p_win_in_period <= it.p_win <= 1


def test_eight_in_ten_months_of_a_steady_seller_are_within_the_range():
    owners, totals = [], []
    for seed in range(5):
        them = pipeline(history(seed=seed, n=1_200))
        for month in (10, 12, 14):
            begin = FIRST + timedelta(days=30 * month)
            end = begin + timedelta(days=29)
            found, actual = projected(them, begin, end), won_within(them, begin, end)
            totals.append(found.total.p10 <= actual.sum() <= found.total.p90)
            owners += [
                found.by_owner[who].p10 <= it <= found.by_owner[who].p90
                for who, it in zip(them.owners, actual, strict=True)
            ]
    assert 0.7 <= np.mean(owners) <= 0.97
    assert np.mean(totals) >= 0.7


def test_nothing_at_all_is_within_the_range_of_who_wins_a_deal_now_and_then():
    few = pipeline(history(n=60, owners=3))
    found = projected(few, DAY, END)
    assert all(it.p10 == 0 < it.expected < it.p90 for it in found.by_owner.values())


def future_changed(deals, on, how):
    return tuple(how(it) if (it.closed_on or date.max) >= on or it.created_on >= on else it for it in deals)


def left_open(it):
    return replace(it, status=Status.OPEN, closed_on=None, amount=None)


def lost_later(it):
    return replace(it, status=Status.LOST, closed_on=date(2027, 1, 1), stage="Lost", amount=None)


def won_big_later(it):
    return replace(it, status=Status.WON, closed_on=date(2027, 1, 1), amount=Money.of(999_999, "USD"))


@pytest.mark.parametrize("how", [left_open, lost_later, won_big_later])
def test_what_happens_later_changes_nothing_said_before(deals, how):
    other = future_changed(deals, DAY, how)
    assert other != deals
    assert projected(pipeline(deals), DAY, END) == projected(pipeline(other), DAY, END)
    assert inspected(pipeline(deals), DAY) == inspected(pipeline(other), DAY)


def test_deals_not_created_yet_change_nothing(deals):
    new = deal("new", DAY, DAY + timedelta(days=3), owner="Somebody New", product="New", amount=Money.of(10**6, "USD"))
    here = tuple(it for it in deals if it.created_on < DAY)
    assert projected(pipeline((*here, new)), DAY, END) == projected(pipeline(here), DAY, END)
    assert inspected(pipeline((*here, new)), DAY) == inspected(pipeline(here), DAY)


def test_a_fold_says_what_it_would_have_said_then(deals):
    whole = backtested(pipeline(deals), Length.MONTH, DAY, END).folds[0]
    blind = backtested(pipeline(future_changed(deals, DAY, left_open)), Length.MONTH, DAY, END).folds[0]
    assert (whole.model, whole.last_period, whole.trailing_mean) == (
        blind.model,
        blind.last_period,
        blind.trailing_mean,
    )
    assert (whole.stage_weighted, whole.same_season) == (blind.stage_weighted, blind.same_season)
    assert whole.actual > 0 == blind.actual


def test_a_steady_seller_is_foretold_no_worse_than_by_the_baselines(deals):
    found = backtested(pipeline(deals), Length.MONTH, date(2025, 10, 1), date(2026, 5, 31))
    best = min(found.wape(lambda it: it.last_period), found.wape(lambda it: it.trailing_mean))
    assert found.wape(lambda it: it.model.expected) <= 1.1 * best
    assert found.wape(lambda it: it.stage_weighted) > best


ODD = {
    "none": (),
    "one open": (deal(),),
    "one won": (deal(closed=DAY - timedelta(days=9)),),
    "one lost": (deal(closed=DAY - timedelta(days=9), won=False),),
    "all won the day they began": tuple(deal(str(it), FIRST, FIRST) for it in range(7)),
    "no day of creation": (deal(created=None, closed=FIRST), deal("two", created=None)),
    "won without an amount": (deal(closed=FIRST, amount=None), deal("two")),
    "worth nothing": (deal(closed=FIRST, amount=Money.of(0, "USD")), deal("two")),
    "closed before created": (deal(created=DAY - timedelta(days=2), closed=FIRST),),
    "only later": (deal(created=END),),
    "all open": tuple(deal(str(it), FIRST + timedelta(days=it)) for it in range(40)),
    "all lost": tuple(deal(str(it), FIRST, FIRST + timedelta(days=it), won=False) for it in range(40)),
    "all open but one lost": (*(deal(str(it)) for it in range(40)), deal("lost", closed=FIRST, won=False)),
    "long ago": (deal(created=date(1, 1, 2), closed=date(1, 2, 2)), deal("two", created=date(1, 1, 1))),
    "at the end of all days": (deal(created=date(9999, 12, 30)), deal("two", FIRST, date(9999, 12, 31))),
    "owed": (deal(closed=FIRST, amount=Money.of(-500, "USD")), deal("two", amount=Money.of(-500, "USD"))),
    "all on one day": tuple(deal(str(it), DAY - timedelta(days=1), DAY - timedelta(days=1), won=it < 7) for it in range(14)),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_too_little_is_no_reason_to_crash_or_to_say_nan(name):
    them = pipeline(ODD[name])
    found = projected(them, DAY, END)
    figures = [it for owner in (found.total, *found.by_owner.values()) for it in astuple(owner)[:4]]
    assert all(map(isfinite, (*figures, *found.total.cuts)))
    assert found.warnings
    assert inspected(them, DAY).cycles.usual.all.cycle.n_won in (0, 1, 7)
    for fold in backtested(them, Length.QUARTER).folds:
        assert isfinite(fold.model.expected)


def test_chances_that_could_not_be_checked_are_no_commits_and_it_is_said():
    begun = DAY - timedelta(days=60)
    sure = [deal(f"w{it}", begun, begun + timedelta(days=20 + it % 20)) for it in range(60)]
    found = projected(pipeline([*sure, *(deal(f"o{it}", DAY - timedelta(days=20)) for it in range(3))]), DAY, END)
    assert all(it.p_win_in_period > 0.6 and it.category is Category.BEST_CASE for it in found.chances)
    assert "none is a commit" in found.warnings[0]
    months = backtested(pipeline(history(n=300)), Length.MONTH)
    assert any("commit" in it for it in months.warnings) == any(not it.checked for it in months.folds)
    assert not months.folds[0].checked


def test_categories_keep_what_they_promise():
    found = backtested(pipeline(history(n=4_000)), Length.QUARTER, date(2025, 10, 1), date(2026, 5, 31)).calibration
    for it in found.values():
        if it.n >= 100:
            assert it.rate == pytest.approx(it.expected / it.n, abs=0.08)
    assert found[Category.BEST_CASE].rate > 2 * found[Category.PIPELINE].rate


def test_a_deal_said_to_close_in_the_year_9999_adds_no_periods():
    them = (*history(n=200), deal("never", FIRST, date(9999, 12, 31), won=False))
    assert len(backtested(pipeline(them), Length.QUARTER).folds) < 16

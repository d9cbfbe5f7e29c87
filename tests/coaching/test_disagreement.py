"""How far a call is from the coach's range, and from where on that is asked about."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.disagreement import Held, gaps
from coaching.money import Money
from coaching.numbers.forecast import NoRange, Range
from coaching.numbers.outlook import Basis
from tests.builders import a_call, an_outlook, dollars

OUTLOOK = an_outlook("dana")
"""Dana's: P10 120,000, P50 180,000, P90 260,000."""


def of(commit, best=None, outlook=OUTLOOK):
    return gaps(a_call(commit=dollars(commit), best_case=dollars(best or max(commit, 200_000))), outlook)


def ranged(**more):
    found = OUTLOOK.by_member["dana"]
    assert isinstance(found, Range)
    return replace(OUTLOOK, by_member={"dana": replace(found, **more)})


@pytest.mark.parametrize(
    ("commit", "wide"), [(180_000, False), (207_000, False), (207_001, True), (153_000, False), (152_999, True)]
)
def test_a_commit_more_than_15_percent_off_the_middle_asks_to_either_side(commit, wide):
    assert of(commit).commit.is_wide == wide


@pytest.mark.parametrize(("best", "wide"), [(299_000, False), (299_001, True), (180_000, False)])
def test_a_best_case_asks_only_when_it_is_more_than_15_percent_above_p90(best, wide):
    found = of(180_000, best)
    assert found.best_case.is_wide == wide
    assert found.wide == (found.best_case if wide else None)


def test_of_two_the_commit_is_asked_about():
    assert of(400_000, 500_000).wide.of is Held.COMMIT


def test_the_share_has_a_sign_and_the_coachs_figure_for_a_base():
    assert of(216_000).commit.share == pytest.approx(0.2)
    assert of(144_000).commit.share == pytest.approx(-0.2)


def test_where_the_coach_expects_nothing_any_amount_is_far_off():
    nothing = ranged(p10=dollars(0), p50=dollars(0))
    it = of(1, outlook=nothing).commit
    assert (it.share, it.is_wide) == (None, True)
    assert not of(0, 1, nothing).commit.is_wide


def test_without_a_range_nothing_is_asked():
    assert of(1, outlook=replace(OUTLOOK, by_member={"dana": NoRange("no amounts")})) is None
    assert of(1, outlook=replace(OUTLOOK, by_member={})) is None
    assert of(1, outlook=ranged(n=0, p10=dollars(5), p90=dollars(5))) is None
    assert of(1, outlook=replace(OUTLOOK, basis=Basis.OVER)) is None


def test_another_currency_is_not_compared():
    euros = a_call(commit=Money(1, "EUR"), best_case=Money(1, "EUR"))
    assert gaps(euros, OUTLOOK) is None


@given(st.integers(0, 10**15), st.integers(0, 10**15))
def test_any_two_amounts_are_compared_exactly(commit, middle):
    p90 = Money(middle + 1, "USD")
    found = gaps(
        a_call(commit=Money(commit, "USD"), best_case=Money(commit, "USD")), ranged(p50=Money(middle, "USD"), p90=p90)
    )
    assert found.commit.is_wide == (abs(commit - middle) * 100 > 15 * middle)

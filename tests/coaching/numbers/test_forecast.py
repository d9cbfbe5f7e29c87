"""Sums and ranges of a pipeline."""

from itertools import combinations, product
from math import isclose, prod

from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.company import Stage
from coaching.money import Money
from coaching.numbers.forecast import NoRange, Range, Sum, by_category, by_stages, sum_of, summed
from coaching.opportunities import Category
from tests.builders import a_company, an_opportunity, dollars

WORKED_EXAMPLE = ((40, 0.7), (25, 0.6), (30, 0.4), (20, 0.5), (60, 0.2), (15, 0.8))


def test_the_worked_example_comes_out():
    spread = sum_of(WORKED_EXAMPLE)
    assert isclose(spread.mean, 89)
    assert (spread.quantile(0.1), spread.quantile(0.9)) == (40, 140)
    assert round(spread.at_least(100), 2) == 0.42


DEALS = st.lists(st.tuples(st.integers(-50, 50), st.floats(0, 1)), max_size=6)


@settings(max_examples=60, deadline=None)
@given(DEALS)
def test_the_spread_is_the_one_that_listing_every_outcome_gives(deals):
    spread = sum_of(deals)
    for asked in (-20, 0, 1, 37):
        assert isclose(spread.at_least(asked), _listed_at_least(deals, asked), abs_tol=1e-9)


def _listed_at_least(deals, asked):
    outcomes = product((True, False), repeat=len(deals))
    return sum(
        prod(p if won else 1 - p for (_, p), won in zip(deals, fate, strict=True))
        for fate in outcomes
        if sum(amount for (amount, _), won in zip(deals, fate, strict=True) if won) >= asked
    )


def test_amounts_without_a_common_cell_keep_their_mean_and_stay_close():
    deals = [(12_345_679 + 7_919 * n, 0.1 + 0.02 * n) for n in range(30)]
    spread = sum_of(deals)
    assert isclose(
        sum(chance * (spread.base + cell * spread.step) for cell, chance in enumerate(spread.chances)), spread.mean
    )
    assert isclose(sum(spread.chances), 1)
    assert len(spread.chances) < 25_000


def test_where_a_cell_is_larger_than_a_cent_no_sum_is_told_to_the_cent():
    """Won or not, five deals make 32 sums; one to the cent that is none of them would be invented."""
    amounts = (40_000.50, 12_000, 25_000, 60_000, 8_000)
    deals = tuple(
        an_opportunity(f"O-{n}", amount=Money.of(str(it), "USD"), stage="Proposal") for n, it in enumerate(amounts)
    )
    found = by_stages(deals, a_company(), won=dollars(30_000))
    possible = {30_000 + sum(it) for n in range(6) for it in combinations(amounts, n)}
    for told in (found.p10, found.p50, found.p90):
        assert told.minor % 100 == 0
        assert min(abs(float(told.amount) - it) for it in possible) < 1, told


def test_sums_of_round_amounts_stay_exact():
    assert sum_of(((1_250_000, 0.5), (733_300, 0.5))).quantile(0.9) == 1_983_300


def test_nothing_open_is_what_is_won_and_no_more():
    won = dollars(96_000)
    expected = Range(p10=won, p50=won, p90=won, expected=won, n=0, chance=0.0)
    assert by_stages((), a_company(), won=won, target=dollars(100_000)) == expected


def test_an_unknown_amount_is_unknown_and_not_zero():
    deals = (an_opportunity("O-1"), an_opportunity("O-2", amount=None), an_opportunity("O-3", amount=Money(5, "EUR")))
    assert summed(deals, "USD") == Sum(amount=dollars(40_000), n=3, without_amount=1, other_currency=1)
    found = by_stages(deals, a_company(), won=dollars(0))
    assert isinstance(found, Range)
    assert (found.n, found.n_without_amount, found.chance) == (1, 2, None)


def test_what_is_won_already_moves_the_whole_range():
    deals = (an_opportunity(stage="Proposal"),)
    found = by_stages(deals, a_company(), won=dollars(10_000), target=dollars(50_000))
    assert isinstance(found, Range)
    assert (found.p10, found.p90, found.expected) == (dollars(10_000), dollars(50_000), dollars(30_000))
    assert found.chance == 0.5


def test_without_probabilities_there_is_no_range_and_the_reason_is_said():
    company = a_company(stages=(Stage(name="Discovery"),))
    assert by_stages((an_opportunity(),), company, won=dollars(0)) == NoRange("no stage probabilities")
    assert by_stages((an_opportunity(amount=None),), company, won=dollars(0)) == NoRange("no amounts")


def test_a_deal_left_out_by_hand_stays_out_of_the_range():
    found = by_stages((an_opportunity(category=Category.OMITTED),), a_company(), won=dollars(0))
    assert isinstance(found, Range)
    assert found.n == 0


def test_every_category_has_its_sum_and_the_stage_decides_where_nobody_has():
    company = a_company(
        stages=(
            Stage(name="Talk", probability=0.39),
            Stage(name="Offer", probability=0.4),
            Stage(name="Ink", probability=0.7),
        )
    )
    deals = (
        an_opportunity("O-1", stage="Talk"),
        an_opportunity("O-2", stage="Offer"),
        an_opportunity("O-3", stage="Ink"),
        an_opportunity("O-4", stage="Talk", category=Category.COMMIT),
        an_opportunity("O-5", stage="a stage of yesteryear"),
    )
    found = by_category(deals, company)
    assert {kind: (it.n, it.amount) for kind, it in found.items()} == {
        Category.COMMIT: (2, dollars(80_000)),
        Category.BEST_CASE: (1, dollars(40_000)),
        Category.PIPELINE: (2, dollars(80_000)),
        Category.OMITTED: (0, dollars(0)),
    }

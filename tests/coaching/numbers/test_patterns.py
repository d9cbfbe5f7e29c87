"""What goes with winning: exact figures, honest about luck and about columns that know the end."""

from __future__ import annotations

import random
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.numbers.answers import Deals, Written, answers
from coaching.numbers.exact import TwoShares, adjusted, fisher, probability_of_lift
from coaching.numbers.hindsight import named_for_the_end
from coaching.numbers.patterns import Verdict, patterns
from tests.thorough import often

NINE_OF_TWELVE = TwoShares(9, 12, 6, 20)
FOUR_OF_SIX = TwoShares(4, 6, 5, 14)


def table(shares: TwoShares) -> Deals:
    """One tactic, present or absent."""
    with_ = [True] * shares.won_with + [False] * (shares.n_with - shares.won_with)
    without = [True] * shares.won_without + [False] * (shares.n_without - shares.won_without)
    return Deals(cells={"Demo": ["yes"] * len(with_) + ["no"] * len(without)}, won=(*with_, *without))


@pytest.mark.parametrize(
    ("shares", "p", "lift", "verdict"),
    [(NINE_OF_TWELVE, 0.027, 0.99, Verdict.LIKELY), (FOUR_OF_SIX, 0.34, 0.89, Verdict.HUNCH)],
)
def test_the_worked_examples_come_out(shares, p, lift, verdict):
    found = {it.value: it for it in patterns(table(shares)).looked_at}
    assert found["yes"].shares == shares
    assert found["yes"].p_value == pytest.approx(p, abs=0.005)
    assert found["yes"].probability_of_lift == pytest.approx(lift, abs=0.005)
    assert found["yes"].verdict is verdict
    assert found["no"].p_value == pytest.approx(found["yes"].p_value)
    assert found["no"].probability_of_lift == pytest.approx(1 - found["yes"].probability_of_lift)


@given(st.integers(1, 30), st.integers(1, 30), st.data())
def test_fisher_adds_up_exactly_what_is_no_likelier_than_what_was_seen(n_with, n_without, data):
    won_with, won_without = data.draw(st.integers(0, n_with)), data.draw(st.integers(0, n_without))
    won = won_with + won_without
    ways = [comb(n_with, k) * comb(n_without, won - k) for k in range(max(0, won - n_without), min(won, n_with) + 1)]
    seen = comb(n_with, won_with) * comb(n_without, won_without)
    exact = Fraction(sum(it for it in ways if it <= seen), sum(ways))
    assert fisher(TwoShares(won_with, n_with, won_without, n_without)) == pytest.approx(float(exact), rel=1e-9)


def test_the_chance_of_lift_is_what_drawing_both_rates_gives():
    draw = random.Random(5)
    rates = [(draw.betavariate(5, 3), draw.betavariate(6, 10)) for _ in range(40_000)]
    assert probability_of_lift(FOUR_OF_SIX) == pytest.approx(sum(a > b for a, b in rates) / len(rates), abs=0.006)


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200), st.integers(0, 200))
def test_one_of_two_rates_is_the_better_one(a, b, c, d):
    forth, back = TwoShares(a, a + b, c, c + d), TwoShares(c, c + d, a, a + b)
    assert probability_of_lift(forth) + probability_of_lift(back) == pytest.approx(1)


def test_a_hundred_thousand_deals_are_counted_as_exactly():
    many = TwoShares(30_300, 60_000, 20_000, 40_000)
    assert fisher(many) == pytest.approx(0.12133579475, rel=1e-7)
    assert probability_of_lift(many) == pytest.approx(0.9393, abs=0.0005)


def test_what_was_looked_at_is_adjusted_for_in_the_order_given():
    assert adjusted([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.02, 0.04, 0.04, 0.02))
    assert adjusted([]) == ()


def test_shuffled_outcomes_are_called_likely_in_at_most_one_table_of_twenty(b2b):
    draw, false = random.Random(11), 0
    won = list(b2b.won)
    for _ in range(often(100)):
        draw.shuffle(won)
        found = patterns(Deals(cells=b2b.cells, won=tuple(won)))
        false += any(it.verdict is Verdict.LIKELY for it in found.looked_at)
    assert false <= often(5)


def test_real_deals_show_what_everybody_would_expect(b2b):
    found = patterns(b2b)
    assert (found.n, found.won, found.warnings) == (258, 124, ())
    likely = {(it.column, it.value) for it in found.looked_at if it.verdict is Verdict.LIKELY}
    assert {("Client", "Current"), ("Client", "New"), ("Purch_dept", "Unknown")} <= likely
    assert not {it for it in likely if it[0] in ("RFI", "Cross_sale", "Growth")}
    assert all(it.shares.n_with + it.shares.n_without == 258 for it in found.looked_at)


def test_an_empty_answer_is_neither_yes_nor_no():
    deals = Deals(cells={"Demo": ["yes", "no", "", " ", "yes"]}, won=(True, False, True, True, True))
    assert {(it.value, it.shares) for it in patterns(deals).looked_at} == {
        ("yes", TwoShares(2, 2, 0, 1)),
        ("no", TwoShares(0, 1, 2, 2)),
    }


def test_capitals_and_blanks_make_no_other_answer():
    found = answers(Deals(cells={"Demo": ["Yes", "yes ", "Yes", "NO"]}, won=(True, False, True, False)))
    assert found.columns[0].answers == ("NO", "Yes")
    assert found.columns[0].answer(" YES") == "Yes"
    assert found.columns[0].answer("Maybe") == "Maybe"


def test_numbers_are_cut_into_bands_with_readable_names():
    cells = [str(it) for it in range(1, 81)]
    draw = random.Random(1)
    [column] = answers(Deals(cells={"Employees": cells}, won=tuple(draw.random() < 0.5 for _ in cells))).columns
    assert column.answers == ("up to 20", "over 20, up to 40", "over 40, up to 60", "over 60")
    assert [column.answer(it) for it in ("20", "20.5", "1,000", "")] == [
        "up to 20",
        "over 20, up to 40",
        "over 60",
        None,
    ]


def test_a_few_grades_stay_as_they_are_and_unknown_stays_an_answer():
    deals = Deals(cells={"Fit": ["10", "2", "1", "unknown"] * 5}, won=(True, False, False, True, False) * 4)
    assert answers(deals).columns[0].answers == ("1", "2", "10", "unknown")


def test_amounts_may_be_written_with_a_comma_and_days_by_a_pattern():
    cells = {
        "Size": [f"1.{it:03},50 €" for it in range(40)],
        "Met": [f"{it % 28 + 1:02}/0{it % 3 + 1}/2026" for it in range(40)],
    }
    deals = Deals(cells=cells, won=(True, False, False, True) * 10, written=Written("%d/%m/%Y", ","))
    size, met = answers(deals).columns
    assert size.answers == ("up to 1,019.5", "over 1,019.5")
    assert met.answers == ("month 1 of a quarter", "month 2 of a quarter", "month 3 of a quarter")


def test_names_notes_and_numbers_of_deals_are_left_out_and_said_so():
    cells = {
        "deal_id": [str(it) for it in range(60)],
        "Note": [f"Spoke to somebody, {it}" for it in range(60)],
        "Country": ["US"] * 60,
        "Fax": [""] * 60,
    }
    found = answers(Deals(cells=cells, won=(True, False) * 30))
    assert found.columns == ()
    assert [it.split(": left out, as ")[1].split(",")[0] for it in found.warnings] == [
        "it numbers the deals", "it has 60 different answers in 60 deals", "all deals have the same answer", "it is empty",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["Close Date", "closedOn", "closed_at", "Loss Reason", "lost_reason", "Stage", "Deal Status Code", "final_price",
     "Elapsed Days In Sales Stage", "Sales Stage Change Count", "Total Days Identified Through Closing", "is_won",
     "won_date", "close_value", "Days to close", "Reason for loss", "Forecast Category", "Actual revenue"],
)  # fmt: skip
def test_names_that_know_the_end_are_known(name):
    assert named_for_the_end(name)


@pytest.mark.parametrize(
    "name",
    ["Client Category", "Deal_type", "Source", "created_on", "Competitors", "Authority", "Closeness", "Wonder", "Strat_deal",
     "Company status", "Lead source", "Contract length", "Decision maker", "Start date", "Stages of approval", "Budgt_alloc"],
)  # fmt: skip
def test_names_that_can_be_known_before_are_kept(name):
    assert not named_for_the_end(name)


def test_days_written_in_a_way_of_their_own_are_guessed_at():
    cells = [f"{it % 28 + 1:02}.{it % 12 + 1:02}.2026" for it in range(60)]
    [why] = answers(Deals(cells={"Met": cells}, won=(True, False) * 30)).warnings
    assert why.endswith('if they are days, a mapping can say how they are written, such as dates: "%d.%m.%Y"')


def test_what_tells_every_outcome_was_written_afterwards():
    won = (True, False, False, True) * 10
    cells = {
        "Handover": ["done" if it else "" for it in won],
        "Paid": [str(900 + at) if it else "0" for at, it in enumerate(won)],
        "Demo": ["yes", "no"] * 20,
    }
    found = answers(Deals(cells=cells, won=won))
    assert [it.name for it in found.columns] == ["Demo"]
    assert ["tells nearly every outcome" in it for it in found.warnings] == [True, True]


def test_a_rare_outcome_is_not_told_by_guessing_the_usual_one():
    won = (True,) * 195 + (False,) * 5
    found = answers(Deals(cells={"Demo": ["yes", "no"] * 100}, won=won))
    assert [it.name for it in found.columns] == ["Demo"]


def test_many_deals_that_all_ended_alike_are_kept_and_doubted():
    won = (True,) * 25 + (True, False) * 20
    found = answers(Deals(cells={"Champion": ["yes"] * 25 + ["no"] * 40}, won=won))
    assert [it.name for it in found.columns] == ["Champion"]
    assert found.warnings == (
        "Champion: all deals with 'yes' ended alike; make sure that it is known before they close",
    )


def test_a_column_that_a_mapping_names_for_the_end_is_left_out():
    found = answers(
        Deals(cells={"Finale": ["a", "b"] * 5}, won=(True, False, False, True, True) * 2, ended=frozenset({"Finale"}))
    )
    assert found.columns == ()

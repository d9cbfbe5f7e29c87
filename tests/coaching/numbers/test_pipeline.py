"""A company's own deals, as the numbers see them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from coaching.money import Money
from coaching.numbers.expectation import expectation
from coaching.numbers.known import pipeline
from coaching.numbers.pipeline import NOBODY, pipeline_of
from coaching.numbers.projection import Gate, projected
from coaching.numbers.uncertainty import corrected, past
from coaching.opportunities import Status
from tests.builders import a_company, an_opportunity, dollars
from tests.selling import history

DAY = date(2026, 3, 1)
END = date(2026, 3, 31)


def test_deals_are_counted_by_member_and_the_rest_is_nobodys():
    found = pipeline_of((an_opportunity(), an_opportunity("O-2", owner="Who", member=None)), (), a_company())
    assert found.owners == (NOBODY, "dana")
    assert found.amount.tolist() == [40_000, 40_000]


def test_an_amount_in_another_currency_is_unknown():
    found = pipeline_of((an_opportunity(amount=Money.of(5, "EUR")),), (), a_company())
    assert np.isnan(found.amount).all()


def test_a_deal_that_left_the_crm_is_open_until_the_day_it_did():
    them = pipeline_of((an_opportunity(gone_on=date(2026, 11, 1)), an_opportunity("O-2")), (), a_company())
    assert them.as_of(date(2026, 11, 1)).is_open.tolist() == [True, True]
    later = them.as_of(date(2026, 11, 2))
    assert (later.is_open.tolist(), later.is_closed.tolist()) == ([False, True], [False, False])


def test_quarters_are_the_companys_own():
    won = an_opportunity(status=Status.WON, stage="Won", closed_on=date(2026, 10, 31))
    for starts, so_far in ((10, 40_000), (11, 0)):
        found = projected(
            pipeline_of((won,), (), a_company(fiscal_year_start=starts)), date(2026, 11, 20), date(2026, 11, 30)
        )
        assert found.closed_so_far == so_far == found.closed_by_owner.get("dana", 0)


def test_members_add_up_to_the_company():
    deals = tuple(an_opportunity(it.id, owner=it.owner, member=it.owner[-1], stage=it.stage, status=it.status, created_on=it.created_on, closed_on=it.closed_on, amount=it.amount or dollars(500)) for it in history())  # fmt: skip
    found = projected(pipeline_of(deals, (), a_company()), DAY, END)
    assert sorted(found.by_owner) == list("01234567")
    assert sum(it.expected for it in found.by_owner.values()) == pytest.approx(found.total.expected)


def test_open_deals_and_new_business_add_up_to_what_is_expected_after_the_same_corrections():
    deals = history()
    them = pipeline(deals)
    found = projected(them, DAY, END)
    assert found.made.times != pytest.approx(1, abs=0.01)
    for who, it in found.by_owner.items():
        opened, new = found.open_by_owner[who].expected, found.new_business(who)
        assert opened.value + new == pytest.approx(it.expected)
        assert (0 < opened.low < opened.value < opened.high, new > 0) == (True, True)
    assert found.open.expected.value == pytest.approx(sum(it.expected.value for it in found.open_by_owner.values()))
    assert found.new_business(None) == pytest.approx(sum(map(found.new_business, found.by_owner)))
    assert (found.open.expected.n, found.open.unpriced) == (found.n_open, 0)


def test_where_nobody_creates_deals_any_more_the_open_ones_are_all_that_is_expected():
    found = projected(pipeline([it for it in history() if it.created_on < DAY - timedelta(days=91)]), DAY, END)
    assert found.open.expected.value == pytest.approx(found.total.expected)
    assert found.total.expected > 0


def test_deals_without_an_amount_or_a_chance_bring_nothing_and_are_counted():
    unpriced, unheard = an_opportunity("a", amount=None), an_opportunity("b", stage="Who knows", member="bob")
    on, until = date(2026, 11, 23), date(2026, 12, 31)
    found = projected(pipeline_of((unpriced,), (), a_company()), on, until).open
    assert (found.expected.value, found.expected.n, found.amount, found.unpriced) == (0, 0, 0, 1)
    found = projected(pipeline_of((unheard, an_opportunity()), (), a_company()), on, until)
    assert (found.open.expected.n, found.open.amount, found.open.unpriced) == (1, 40_000, 1)
    assert (found.open_by_owner["bob"].unpriced, found.open_by_owner["dana"].unpriced) == (1, 0)


def test_credits_turn_no_expectation_about():
    """An owner whose deals are mostly credits is expected to bring less than nothing; a factor below 0 would be more."""
    them = pipeline(history(600))
    plain, folds = expectation(them.as_of(DAY), DAY, END), past(them.as_of(DAY), DAY, 31)
    owing = replace(plain, mean=plain.mean * np.array([-1e-6, *[1] * 7]))
    found = corrected(owing, [replace(it, mean=it.mean * np.array([-4e-6, *[1] * 7])) for it in folds])
    assert (np.sign(found.mean) == np.sign(owing.mean)).all()
    assert (found.wins >= 0).all()


def test_a_new_company_is_told_what_its_own_stages_say_and_that_it_is_only_that():
    due, later = an_opportunity("due"), an_opportunity("later", close_date=date(2027, 1, 9), stage="Proposal")
    found = projected(pipeline_of((due, later), (), a_company()), date(2026, 11, 23), date(2026, 12, 31))
    assert [(it.p_win, it.p_win_in_period) for it in found.chances] == [(0.2, 0.2), (0.5, 0.0)]
    assert found.total.expected == found.by_owner["dana"].expected == pytest.approx(8_000)
    assert found.learned == 0
    assert "not enough data" in found.warnings[0]
    assert "the probability that its stage was given" in found.warnings[1]


def test_history_takes_over_win_by_win():
    deals = tuple(
        an_opportunity(f"w{it}", status=Status.WON, stage="Won", closed_on=date(2026, 11, it + 1)) for it in range(6)
    )
    learned = [
        projected(pipeline_of((an_opportunity(), *deals[:n]), (), a_company()), date(2026, 11, 23), date(2026, 12, 31)).learned
        for n in (0, 2, 6)
    ]  # fmt: skip
    assert learned == [0, 0.25, 0.75]


def test_a_gate_lowers_a_deals_chance_and_says_why():
    deals, on, until = (an_opportunity("O-1"), an_opportunity("O-2")), date(2026, 11, 23), date(2026, 12, 31)
    shut = Gate(0.3, "no economic buyer")
    free, gated = projected(pipeline_of(deals, (), a_company()), on, until, {"O-2": shut}).chances
    assert (gated.p_win_in_period, gated.gate) == (pytest.approx(free.p_win_in_period * 0.3), shut)


def test_an_amount_nobody_said_is_estimated_and_counted_as_such():
    deals = (an_opportunity("O-1"), an_opportunity("O-2", amount=None))
    found = projected(pipeline_of(deals, (), a_company()), date(2026, 11, 23), date(2026, 12, 31))
    assert (found.n_estimated, found.total.expected) == (1, pytest.approx(16_000))


def test_without_any_amount_that_is_said():
    found = projected(
        pipeline_of((an_opportunity(amount=None),), (), a_company()), date(2026, 11, 23), date(2026, 12, 31)
    )
    assert found.total.expected == 0
    assert found.unknown == "no deal has an amount"
    assert any("no deal has an amount" in it for it in found.warnings)

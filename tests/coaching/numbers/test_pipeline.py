"""A company's own deals, as the numbers see them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from coaching.money import Money
from coaching.numbers.pipeline import NOBODY, pipeline_of
from coaching.numbers.projection import projected
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

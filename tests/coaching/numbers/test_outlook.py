"""Where a period will land: by history where there is enough, else by stages, and always the same to everybody."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.estimating import estimates
from coaching.forecasts import TEAM, Author
from coaching.money import Money, total
from coaching.numbers.baselines import baselines
from coaching.numbers.forecast import NoRange, Range, by_stages
from coaching.numbers.hazard import fitted
from coaching.numbers.known import pipeline
from coaching.numbers.outlook import Basis, first_day_ahead, outlook, won_by_member
from coaching.numbers.pipeline import pipeline_of
from coaching.numbers.projection import projected
from coaching.opportunities import Book, Status
from coaching.periods import Period
from tests.builders import MONDAY, a_company, a_history, a_member, an_opportunity, dollars
from tests.selling import history

COMPANY = a_company(a_member("dana"), a_member("bob"), a_member("eve"))
PERIOD = Period(2026, 4)
OPEN = (
    an_opportunity("O-1", stage="Proposal", amount=dollars(80_000)),
    an_opportunity("O-2", member="bob", amount=None),
    an_opportunity("O-3", member=None, amount=dollars(30_000)),
)
WON = an_opportunity("W-1", status=Status.WON, closed_on=date(2026, 10, 20), amount=dollars(96_000))


def a_book(*more, past=60, open_=OPEN):
    return Book(deals=(*a_history(("dana", "bob", "eve"), past), *open_, *more), open=open_)


def test_with_enough_won_deals_it_is_by_history_and_says_of_how_many():
    it = outlook(a_book(WON), COMPANY, PERIOD, MONDAY)
    assert (it.basis, it.why) == (Basis.HISTORY, "")
    assert it.n_won > 30
    assert it.total.n == 3
    assert it.total.n_without_amount == 1
    assert dollars(96_000) <= it.total.p10 <= it.total.p50 <= it.total.p90


def test_with_too_few_it_is_by_stages_as_before_and_says_so():
    it = outlook(a_book(WON, past=9), COMPANY, PERIOD, MONDAY)
    assert it.basis is Basis.STAGES
    assert "8 are needed" in it.why
    assert it.total == by_stages(OPEN, COMPANY, won=dollars(96_000), target=dollars(500_000))


def test_what_is_expected_of_members_and_of_nobodys_deals_adds_up():
    priced = tuple(replace(it, amount=it.amount or dollars(9_000)) for it in OPEN)
    for past in (60, 0):
        it = outlook(a_book(WON, past=past, open_=priced), COMPANY, PERIOD, MONDAY)
        assert total((one.expected for one in it.by_member.values()), "USD") == it.total.expected
        assert set(it.by_member) == {"", "dana", "bob", "eve"}


def test_what_is_won_open_and_new_is_what_is_expected():
    it = outlook(a_book(WON), COMPANY, PERIOD, MONDAY)
    by_hand = projected(pipeline_of(a_book(WON).deals, (), COMPANY), MONDAY, PERIOD.end)
    assert it.open.expected.value == sum(one.expected.value for one in it.open_by_member.values())
    for who, won in {"": 0, "dana": 96_000, "bob": 0, "eve": 0}.items():
        new = float(it.of(who).expected.amount) - won - it.open_of(who).expected.value
        assert new == pytest.approx(by_hand.new_business(who), abs=1)
    assert by_hand.new_business("dana") > 100
    assert {who: one.expected.n for who, one in it.open_by_member.items()} == {"": 1, "dana": 1, "bob": 1, "eve": 0}


def test_by_stages_what_is_won_and_open_is_all_that_is_expected():
    it = outlook(a_book(WON, past=0), COMPANY, PERIOD, MONDAY)
    for who, won in {"": 0, "dana": 96_000, None: 96_000}.items():
        assert float(it.of(who).expected.amount) == won + it.open_of(who).expected.value
    assert (it.open.expected.n, it.open.unpriced, it.open.amount) == (2, 1, 110_000)


def test_what_is_expected_of_open_deals_is_of_the_same_days_as_the_forecast():
    after = outlook(a_book(WON), COMPANY, PERIOD, PERIOD.next.start)
    assert (after.open.expected.value, after.open_of("dana").expected.n) == (0, 0)
    ended = replace(OPEN[0], status=Status.WON, closed_on=MONDAY - timedelta(days=1))
    seen_later = Book(deals=(*OPEN[1:], ended), open=OPEN)
    assert outlook(seen_later, COMPANY, PERIOD, MONDAY).open_of("dana").expected.n == 0


def test_a_period_that_is_over_ended_with_what_was_won():
    it = outlook(a_book(WON), COMPANY, PERIOD, PERIOD.next.start)
    assert it.basis is Basis.OVER
    assert (it.total.p10, it.total.p90, it.total.expected) == (dollars(96_000),) * 3
    assert it.of("dana").expected == dollars(96_000)


def test_a_period_that_has_not_begun_counts_by_stages():
    it = outlook(a_book(), COMPANY, PERIOD.next, MONDAY)
    assert it.basis is Basis.STAGES
    assert it.why.startswith("2027-Q1 begins on")


def test_what_closes_on_the_day_or_later_changes_nothing():
    later = [an_opportunity(f"L-{it}", status=Status.WON, closed_on=MONDAY + timedelta(days=it)) for it in range(20)]
    then = [replace(it, status=Status.OPEN, closed_on=None) for it in later]
    with_ends = replace(a_book(*later), open=(*OPEN, *then))
    known = outlook(with_ends, COMPANY, PERIOD, MONDAY)
    blind = outlook(a_book(open_=(*OPEN, *then)), COMPANY, PERIOD, MONDAY)
    assert known.n_won == blind.n_won
    assert known.total.n == blind.total.n


def test_a_deal_that_closed_today_is_won_and_the_outlook_begins_tomorrow():
    today = replace(WON, closed_on=MONDAY)
    on = first_day_ahead((today, *OPEN), MONDAY)
    assert on == MONDAY + timedelta(days=1)
    assert first_day_ahead(OPEN, MONDAY) == MONDAY
    assert outlook(a_book(today), COMPANY, PERIOD, on).total.p10 >= dollars(96_000)


def test_another_currency_is_left_out_and_counted():
    euros = an_opportunity("E-1", amount=Money.of(1_000_000, "EUR"), status=Status.WON, closed_on=date(2026, 10, 9))
    assert outlook(a_book(euros), COMPANY, PERIOD, MONDAY).n_other_currency == 1
    without = outlook(a_book(), COMPANY, PERIOD, MONDAY)
    assert outlook(a_book(euros), COMPANY, PERIOD, MONDAY).total == without.total


def test_deals_that_left_the_crm_are_not_expected():
    gone = replace(OPEN[0], id="G-1", gone_on=MONDAY - timedelta(days=3), amount=dollars(5_000_000))
    assert outlook(a_book(gone), COMPANY, PERIOD, MONDAY).total.n == 3


@pytest.mark.parametrize("deals", [(), (an_opportunity(amount=None),), (an_opportunity(created_on=None),)])
def test_next_to_nothing_is_no_reason_to_crash(deals):
    it = outlook(Book(deals=deals, open=deals), COMPANY, PERIOD, MONDAY)
    assert it.basis is Basis.STAGES
    assert it.of("eve").expected == dollars(0)
    assert isinstance(it.of("nobody here"), NoRange)


@settings(max_examples=25, deadline=None)
@given(st.integers(8, 90), st.integers(0, 91), st.sampled_from(["dana", "bob", None]))
def test_a_range_is_never_below_what_is_won_and_its_middle_is_inside(past, day, member):
    on = PERIOD.start + timedelta(days=day)
    it = outlook(a_book(replace(WON, member=member), past=past), COMPANY, PERIOD, on)
    for found in (it.total, *it.by_member.values()):
        if isinstance(found, Range):
            assert found.p10 <= found.p50 <= found.p90
    won = total(won_by_member(a_book(replace(WON, member=member)).deals, COMPANY, PERIOD, until=on).values(), "USD")
    assert it.total.p10 >= won


def test_the_chance_of_the_target_falls_with_the_target():
    chances = []
    for target in (96_000, 150_000, 300_000, 3_000_000):
        company = replace(COMPANY, targets=(replace(COMPANY.targets[0], amount=dollars(target)),))
        chances.append(outlook(a_book(WON), company, PERIOD, MONDAY).total.chance)
    assert chances == sorted(chances, reverse=True)
    assert (chances[0], chances[-1]) == (1.0, 0.0025)


def test_deals_created_day_by_day_are_won_as_if_each_were_asked_alone():
    import numpy as np

    on = date(2026, 6, 1)
    hazard = fitted(pipeline(history(400)).as_of(on), on)
    for n in (1, 2, 31, 92):
        days = [on + timedelta(days=it) for it in range(n)]
        alone = sum(float(hazard.chances(np.zeros(1, dtype=int), days[it:])[0]) for it in range(n))
        assert hazard.newcomers(days) == pytest.approx(alone)


# --- baselines -----------------------------------------------------------------------------------------------------
def won(period, amount, member="dana"):
    on = Period.parse(period).start + timedelta(days=40)
    return an_opportunity(f"{period}-{member}", status=Status.WON, closed_on=on, member=member, amount=dollars(amount))


def test_baselines_are_the_last_period_the_mean_of_four_and_a_year_before():
    deals = [
        won("2025-Q4", 10), won("2026-Q1", 20), won("2026-Q2", 30), won("2026-Q3", 40), won("2026-Q3", 60, member=None),
    ]  # fmt: skip
    found = baselines(deals, COMPANY, PERIOD, PERIOD.start)
    assert {by: said[TEAM] for by, said in found.items()} == {
        Author.LAST_PERIOD: dollars(100), Author.TRAILING_MEAN: dollars(40), Author.SAME_SEASON: dollars(10),
    }  # fmt: skip
    assert found[Author.LAST_PERIOD]["dana"] == dollars(40)
    assert found[Author.LAST_PERIOD]["bob"] == dollars(0)


def test_of_a_young_company_the_mean_is_of_the_periods_that_there_were():
    found = baselines([won("2026-Q2", 30), won("2026-Q3", 40)], COMPANY, PERIOD, PERIOD.start)
    assert found[Author.TRAILING_MEAN][TEAM] == dollars(35)
    assert Author.SAME_SEASON not in found
    assert baselines([won("2026-Q4", 30)], COMPANY, PERIOD, PERIOD.start) == {}
    assert baselines(OPEN, COMPANY, PERIOD, PERIOD.start) == {}


# --- what is kept --------------------------------------------------------------------------------------------------
def test_what_is_kept_of_a_morning_is_of_the_team_and_each_rep_by_every_author():
    found = estimates(a_book(WON), COMPANY, MONDAY, first=True)
    assert {(it.by, it.member) for it in found} >= {
        (by, who) for by in (Author.COACH, Author.STAGE_WEIGHTED, Author.LAST_PERIOD) for who in (TEAM, "dana", "eve")
    }
    assert {it.by for it in estimates(a_book(WON), COMPANY, MONDAY, first=False)} == {
        Author.COACH, Author.STAGE_WEIGHTED,
    }  # fmt: skip
    assert all((it.p10 is not None) == (it.by is Author.COACH) for it in found)
    assert len({(it.on, it.by, it.member) for it in found}) == len(found)
    assert estimates(Book(deals=(), open=()), COMPANY, MONDAY, first=True) == ()


def test_in_a_period_that_hasnt_begun_only_what_is_dated_in_it_counts():
    next_one = PERIOD.next
    deals = (*OPEN, an_opportunity("O-9", stage="Proposal", amount=dollars(10_000), close_date=next_one.start))
    it = outlook(a_book(open_=deals), COMPANY, next_one, MONDAY)
    assert it.basis is Basis.STAGES
    assert "begins on" in it.why
    assert (it.total.n, it.total.expected) == (1, dollars(5_000))
    assert it.open.amount == 10_000

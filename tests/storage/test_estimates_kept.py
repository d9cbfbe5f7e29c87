"""What the coach expected, on real databases: kept once a day, found again, never changed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from coaching.decision import Decision
from coaching.engine import Engine
from coaching.forecasts import TEAM, Author
from coaching.money import Money
from coaching.routines import ROUTINES
from storage.store import SqlStore
from tests.builders import MONDAY, a_company, a_history, an_estimate, at, commanded, days_later, dollars, planned
from tests.fakes import no_holidays

if TYPE_CHECKING:
    from sqlalchemy import Engine as Database


@pytest.fixture
def store(each_engine: Database) -> SqlStore:
    """Acme, with a year of closed deals."""
    store = SqlStore(each_engine)
    with store.opened(a_company(), at("06:00")) as work:
        work.keep_company(a_company())
        work.keep_pipeline(opportunities=a_history(), changes=[], snapshots=[], on=MONDAY)
    return store


def keep(store: SqlStore, *them):
    with store.work("acme") as work:
        work.apply(Decision(records=them), at())


def test_everything_comes_back_as_it_was_kept(store):
    whole = an_estimate(p10=Money(-5, "USD"), expected=Money(9_007_199_254_740_993, "USD"))
    bare = an_estimate(by=Author.SAME_SEASON, member="dana", p10=None, p50=None, p90=None, basis="")
    keep(store, whole, bare)
    with store.work("acme") as work:
        assert set(work.estimates({MONDAY})) == {whole, bare}
        assert work.estimates({MONDAY}, "dana") == (bare,)
        assert work.estimates({MONDAY}, TEAM) == (whole,)
        assert work.estimates(()) == ()


def test_the_first_word_of_a_day_stands(store):
    keep(store, an_estimate())
    keep(store, an_estimate(expected=dollars(1)), an_estimate(days_later(1), expected=dollars(2)))
    with store.work("acme") as work:
        assert [it.expected for it in work.estimates({MONDAY, days_later(1)})] == [dollars(400_000), dollars(2)]


def test_days_are_those_of_the_coachs_own_for_the_team_ends_included(store):
    days = [days_later(it) for it in (3, 0, 9)]
    keep(store, *(an_estimate(it) for it in days), an_estimate(days_later(4), by=Author.LAST_PERIOD))
    with store.work("acme") as work:
        assert work.estimate_days(MONDAY, days_later(9)) == (MONDAY, days_later(3), days_later(9))
        assert work.estimate_days(days_later(1), days_later(8)) == (days_later(3),)


def test_a_week_of_mornings_with_a_gap_and_two_processes_is_kept_without_doubles(store):
    engines = [Engine(store, no_holidays, ROUTINES) for _ in range(2)]
    engines[0].handle(planned(at("12:00")))
    for it in (1, 2, 5, 6):
        for engine in engines:
            engine.tick(at("06:00", days_later(it)))
    with store.work("acme") as work:
        assert work.estimate_days(MONDAY, days_later(9)) == tuple(days_later(it) for it in (1, 2, 5, 6))
        kept = work.estimates([days_later(1), days_later(6)])
    assert {(it.on, it.by, it.member) for it in kept} >= {
        (days_later(day), Author.COACH, who) for day in (1, 6) for who in (TEAM, "dana")
    }


def test_the_card_is_made_from_what_is_kept(store):
    engine = Engine(store, no_holidays, ROUTINES)
    shown = str(engine.handle(commanded("forecast", now=at(day=MONDAY + timedelta(days=1)))))
    assert "By how deals have gone so far (from 40 won and 20 lost deals)" in shown
    assert "not enough data yet (n = 0)" in shown


def test_what_is_asked_of_several_periods_comes_together(store):
    keep(store, *(an_estimate(days_later(it)) for it in range(3)))
    with store.work("acme") as work:
        assert work.calls_of(["2026-Q3", "2026-Q4"]) == ()
        assert work.calls_of([]) == ()

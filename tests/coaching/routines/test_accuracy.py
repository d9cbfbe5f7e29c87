"""The ledger of what was expected, kept morning by morning, and what is told of it once a period is over."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from coaching.company import Target
from coaching.engine import Engine
from coaching.forecasts import BASELINES, TEAM, Author
from coaching.opportunities import Status
from coaching.routines import accuracy, forecast
from tests.builders import (
    a_company,
    a_history,
    a_manager,
    a_member,
    an_opportunity,
    an_owner,
    at,
    commanded,
    dollars,
    imported,
    planned,
    pressed,
)
from tests.coaching.routines.test_forecast import words
from tests.fakes import MemoryStore, no_holidays, remember

FIRST, LAST = date(2026, 7, 1), date(2026, 12, 31)
REPS = ("dana", "bob")
COMPANY = a_company(
    *(a_member(it) for it in REPS), a_manager(), an_owner(),
    targets=(Target(period="2026-Q3", amount=dollars(300_000)),),
)  # fmt: skip
DOWN = {FIRST + timedelta(days=it) for it in (*range(20, 26), *range(58, 63))}
"""Days on which the program stood still; day 60 of the quarter is one of them."""


class Office:
    """A company, its memory, and an engine that is asked what is due each morning."""

    def __init__(self, *things, company=COMPANY):
        self.store = MemoryStore(company)
        self.memory = remember(self.store.of["acme"], *a_history(REPS, until=FIRST - timedelta(days=1)), *things)
        self.engine = Engine(self.store, no_holidays, (accuracy.ROUTINE, forecast.ROUTINE))

    def morning(self, day, clock="06:00"):
        return self.engine.tick(at(clock, day))

    def types(self, name, text, day, member="dana", clock="10:00"):
        now = at(clock, day)
        return self.engine.handle(commanded(name, text, now, member=member, key=f"{member}{name}{now}"))

    def wins(self, name, day, amount, member="dana"):
        won = an_opportunity(name, status=Status.WON, member=member, closed_on=day, amount=dollars(amount))
        remember(self.memory, replace(won, created_on=day - timedelta(days=40)))

    @property
    def mornings(self):
        return [on for on, by, who in sorted(self.memory.estimates) if (by, who) == (Author.COACH, TEAM)]


@pytest.fixture(scope="module")
def two_quarters():
    """Dana calls every Monday, always a quarter too high; the coach looks every morning but those it was down."""
    office = Office()
    office.engine.handle(planned(at("12:00", FIRST - timedelta(days=1))))
    for day in (FIRST + timedelta(days=it) for it in range((LAST - FIRST).days + 5)):
        if day not in DOWN:
            office.morning(day)
            office.morning(day, "06:30")
        if day.weekday() == 0 and day <= LAST:
            office.types("forecast", "commit 125k best 150k", day)
        if day in {date(2026, 8, 20), date(2026, 11, 20)}:
            office.wins(f"W-{day}", day, 100_000)
    return office


def test_every_morning_but_those_it_stood_still_is_kept_once(two_quarters):
    days = {FIRST + timedelta(days=it) for it in range((LAST - FIRST).days + 5)}
    assert two_quarters.mornings == sorted(days - DOWN)


def test_each_author_and_member_is_kept_and_what_does_not_change_only_once(two_quarters):
    kept = two_quarters.memory.estimates.values()
    for period in ("2026-Q3", "2026-Q4"):
        mine = [it for it in kept if it.period == period]
        assert {it.member for it in mine} == {TEAM, *REPS}
        n = len([it for it in mine if (it.by, it.member) == (Author.COACH, TEAM)])
        for by in BASELINES:
            lasting = [it for it in mine if (it.by, it.member) == (by, TEAM)]
            assert len(lasting) == (n if by is Author.STAGE_WEIGHTED else 1)


def test_nothing_is_said_by_it(two_quarters):
    assert [it for it in two_quarters.memory.messages if not it.startswith("reply:")] == []


def test_what_was_kept_knew_nothing_of_what_came_later(two_quarters):
    before, after = (
        two_quarters.memory.estimates[day, Author.COACH, TEAM] for day in (date(2026, 8, 20), date(2026, 8, 21))
    )
    assert before.expected < dollars(100_000) + after.expected
    assert before.p10 < dollars(100_000) <= after.p10


def test_the_rep_hears_how_the_calls_came_in(two_quarters):
    card = two_quarters.types("accuracy", "", LAST + timedelta(days=2))
    assert "2026-Q4: called on average $125,000, $100,000 came in" in card.summary
    assert "n = 2" in card.summary
    told = words(card)
    assert "2026-Q3 | $125,000 | $100,000 | $25,000 high" in told
    assert "$25,000 high" in told


def test_the_manager_hears_of_the_last_quarter_a_week_later(two_quarters):
    early = words(two_quarters.types("accuracy", "", LAST + timedelta(days=3), "morgan"))
    assert "Calls of 2026-Q4 are the reps’ own" in early
    assert "Dana Reyes | 1 | not enough data" in early
    later = words(two_quarters.types("accuracy", "", LAST + timedelta(days=8), "morgan"))
    assert "Dana Reyes | 2 | not enough data" in later
    assert "The coach | 2 |" in later
    assert "As the last period | 2 |" in later


def test_the_owner_of_two_reps_hears_of_nobodys_calls(two_quarters):
    told = words(two_quarters.types("accuracy", "", LAST + timedelta(days=8), "olivia"))
    assert "is shown of 4 reps or more only" in told
    assert "Dana" not in told
    assert "The coach | 2 |" in told


def test_somebody_from_outside_hears_nothing(two_quarters):
    assert "for the people who make or use them" in words(two_quarters.types("accuracy", "", LAST, "stranger"))


def test_the_form_says_how_calls_came_in_so_far(two_quarters):
    form = words(two_quarters.types("forecast", "", LAST + timedelta(days=2)))
    assert "2026-Q4: called on average $125,000, $100,000 came in" in form
    assert "Not enough data for a habit yet (n = 2" in form


# --- the alarm ------------------------------------------------------------------------------------------------------
def test_it_rings_at_five_by_the_companys_clock_also_when_that_changes():
    office = Office()
    for day in (date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 1)):
        office.engine.handle(planned(at("12:00", day)))
        ring = office.memory.alarms[accuracy.KEEP, ""]
        assert ring == at("05:00", day + timedelta(days=1), "America/New_York")


def test_an_import_sets_it_too_for_a_company_that_was_there_before_it():
    office = Office()
    office.engine.handle(imported(at("12:00", FIRST)))
    assert (accuracy.KEEP, "") in office.memory.alarms


def test_a_company_without_deals_keeps_nothing_and_goes_on():
    store = MemoryStore(COMPANY)
    engine = Engine(store, no_holidays, (accuracy.ROUTINE,))
    engine.handle(planned(at("12:00", FIRST)))
    assert engine.tick(at("06:00", FIRST + timedelta(days=1))) == 1
    assert store.of["acme"].estimates == {}
    assert store.of["acme"].alarms[accuracy.KEEP, ""] > at("06:00", FIRST + timedelta(days=1))


def test_the_maths_is_a_press_away():
    office = Office()
    office.types("forecast", "commit 100k", FIRST + timedelta(days=5))
    office.wins("W-1", date(2026, 9, 1), 80_000)
    press = pressed("accuracy.maths", at("09:00", date(2026, 10, 2)))
    office.engine.handle(press)
    shown = office.memory.messages[f"reply:{press.key}"].card
    assert [it.figure for it in shown.elements if hasattr(it, "formula")] == ["Your calls: off by, bias"]
    nothing = pressed("accuracy.maths", at("09:01", date(2026, 10, 2)), member="bob")
    office.engine.handle(nothing)
    assert "nothing to work out yet" in office.memory.messages[f"reply:{nothing.key}"].card.summary


def test_a_press_for_the_maths_of_the_forecast_tells_it():
    office = Office()
    for member in ("dana", "morgan", "olivia"):
        press = pressed("forecast.maths", at("09:00", FIRST), member=member, key=member)
        office.engine.handle(press)
        shown = office.memory.messages[f"reply:{press.key}"].card
        assert "The maths of the forecast 2026-Q3" in shown.summary

"""What an export tells after a digest was written, of a day before it, is in the next one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.commands.apply import apply
from bot.commands.import_csv import import_rows
from coaching.card import plain
from coaching.digest import digest
from coaching.digest_card import card
from coaching.digest_facts import facts_on, with_all
from coaching.opportunities import Opportunity, Status
from storage.database import create_engine
from storage.store import SqlStore
from tests.builders import a_company, an_opportunity, at, dollars
from tests.fakes import no_holidays

LAST, THIS = date(2026, 11, 20), date(2026, 11, 27)
"""Fridays with a digest, at 16:00 in New York."""
THURSDAY, MONDAY = LAST - timedelta(days=1), LAST + timedelta(days=3)
STAYS = an_opportunity("O-2", name="Initech", amount=dollars(30_000), close_date=date(2026, 12, 15))
DEAL = an_opportunity("O-1", name="Globex", amount=dollars(50_000), close_date=date(2026, 12, 10))
WON = replace(DEAL, status=Status.WON, stage="Won", closed_on=THURSDAY, amount=dollars(55_000))
LOST = replace(DEAL, status=Status.LOST, stage="Lost", closed_on=THURSDAY)


class Weeks:
    def __init__(self, url: str) -> None:
        self.store = SqlStore(create_engine(url))
        apply(self.store, a_company(), at(day=LAST - timedelta(days=14)))
        self.brings(LAST - timedelta(days=9), DEAL, STAYS)

    def brings(self, on: date, *rows: Opportunity, clock: str = "08:00", seen: date | None = None) -> None:
        """An export of a day, imported then or on a later one."""
        moment = at(clock, seen or on, "America/New_York")
        import_rows(self.store, "acme", rows, on, at=moment)

    def digest(self, day: date):
        with self.store.look("acme") as records:
            facts = replace(facts_on(records, day), now=at("16:00", day, "America/New_York"))
            return digest(with_all(facts, records, no_holidays))

    def read(self, day: date) -> str:
        found = card(self.digest(day)).elements
        spans = [it.spans for it in found if hasattr(it, "spans")]
        items = [item for it in found for item in getattr(it, "items", ())]
        return "\n".join(plain(it) for it in (*spans, *items))


@pytest.fixture
def weeks(migrated_sqlite_url: str) -> Weeks:
    return Weeks(migrated_sqlite_url)


@pytest.mark.parametrize(("ended", "named"), [(WON, "Won before Sat 21 Nov"), (LOST, "Lost before Sat 21 Nov")])
def test_what_ended_last_week_and_was_told_this_week_is_named_once(weeks, ended, named):
    weeks.brings(LAST, DEAL, STAYS)
    before = weeks.read(LAST)
    weeks.brings(MONDAY, ended, STAYS)
    told = weeks.read(THIS)
    assert "Globex" not in before.replace("Globex, closes", "")
    assert f"{named}, told only now: {ended.amount} in 1 deal, Globex (Thu 19 Nov)" in told
    weeks.brings(THIS, ended, STAYS)
    assert "told only now" not in weeks.read(THIS + timedelta(days=7))


def test_the_waterfall_says_why_it_does_not_begin_where_the_page_before_ended(weeks):
    weeks.brings(LAST, DEAL, STAYS)
    closing = weeks.digest(LAST).facts.changed.closing
    weeks.brings(MONDAY, WON, STAYS)
    weeks.brings(THIS, WON, STAYS)
    found = weeks.digest(THIS).facts.changed
    assert (closing, found.opening, found.opening_as_told) == (dollars(80_000), dollars(30_000), closing)
    assert not found.left_over
    assert (
        "At the end of Fri 20 Nov it was told as $80,000: 1 deal had ended by then and was told later."
        in weeks.read(THIS)
    )


def test_an_export_of_friday_noon_was_in_that_days_page(weeks):
    weeks.brings(LAST, replace(WON, closed_on=LAST), STAYS, clock="12:00")
    assert "told only now" not in weeks.read(THIS)


def test_an_export_of_friday_night_is_in_the_next_page(weeks):
    weeks.brings(LAST, DEAL, STAYS, clock="12:00")
    weeks.brings(LAST, replace(WON, closed_on=LAST), STAYS, clock="20:00")
    assert "Won before Sat 21 Nov, told only now: $55,000 in 1 deal, Globex (Fri 20 Nov)" in weeks.read(THIS)


def test_an_export_of_last_week_that_was_brought_in_this_week_counts_from_when_it_was(weeks):
    weeks.brings(LAST, WON, STAYS, seen=MONDAY)
    assert "Won before Sat 21 Nov, told only now: $55,000 in 1 deal, Globex (Thu 19 Nov)" in weeks.read(THIS)


def test_a_win_that_was_entered_late_and_never_seen_open_is_named_too(weeks):
    weeks.brings(LAST, DEAL, STAYS)
    new = an_opportunity("O-3", name="Hooli", status=Status.WON, stage="Won", closed_on=THURSDAY, created_on=MONDAY)
    weeks.brings(MONDAY, DEAL, STAYS, new)
    assert "told only now: $40,000 in 1 deal, Hooli (Thu 19 Nov)" in weeks.read(THIS)


def test_what_ended_in_the_week_is_told_as_before(weeks):
    weeks.brings(LAST, DEAL, STAYS)
    weeks.brings(MONDAY, replace(WON, closed_on=MONDAY), STAYS)
    told = weeks.read(THIS)
    assert "Won: $55,000 in 1 deal, Globex" in told
    assert "told only now" not in told


def test_a_wider_export_of_old_deals_is_no_news(weeks):
    old = [
        replace(WON, id=f"P-{n}", closed_on=LAST - timedelta(days=30), created_on=date(2026, 1, 5)) for n in range(3)
    ]
    weeks.brings(LAST, DEAL, STAYS)
    weeks.brings(MONDAY, DEAL, STAYS, *old)
    assert "told only now" not in weeks.read(THIS)

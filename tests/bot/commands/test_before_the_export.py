"""On the morning of a review, before that day's export: what changed is told by the exports that there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import plain
from coaching.card import Card
from coaching.review_facts import changed_since
from coaching.review_summary import changed
from tests.bot.commands.test_told_late import DEAL, LAST, STAYS, Weeks
from tests.builders import dollars

FIRST, NEXT, REVIEW = (LAST + timedelta(days=n) for n in (-9, -2, 5))
"""Wednesdays; `Weeks` begins with an export of the first."""
GROWN = replace(DEAL, amount=dollars(60_000))


@pytest.fixture
def weeks(migrated_sqlite_url: str) -> Weeks:
    """Exports of two weeks; that of the third is still to come."""
    found = Weeks(migrated_sqlite_url)
    found.brings(NEXT, GROWN, STAYS)
    return found


def on_the_day(weeks: Weeks):
    with weeks.store.look("acme") as records:
        return changed_since(records, REVIEW)


def test_the_last_week_that_is_known_is_told_and_that_nothing_is_newer(weeks):
    found = on_the_day(weeks)
    assert (found.first, found.last, found.behind) == (FIRST, NEXT, True)
    assert (found.opening, found.closing) == (dollars(80_000), dollars(90_000))
    text = plain.text(Card("", changed(found)), room=100)
    assert "Wed 11 Nov to Wed 18 Nov" in text
    assert "Nothing newer than the export of Wed 18 Nov has come yet." in text


def test_once_the_export_has_come_it_is_that_weeks(weeks):
    weeks.brings(REVIEW, GROWN, STAYS)
    found = on_the_day(weeks)
    assert (found.first, found.last, found.behind) == (NEXT, REVIEW, False)
    assert "Nothing newer" not in plain.text(Card("", changed(found)), room=100)


def test_one_export_is_nothing_to_compare(migrated_sqlite_url):
    alone = Weeks(migrated_sqlite_url)
    assert on_the_day(alone) is None

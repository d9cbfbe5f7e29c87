"""Deals as they stood: their own days, and what was seen to change since."""

from __future__ import annotations

from datetime import date

import pytest

from coaching.book import book_on, closed_between
from coaching.opportunities import Category, Field, Opportunity, Snapshot, Status
from coaching.stood import as_stood
from tests.builders import MONDAY, a_change, a_company, a_member, an_opportunity, days_later, dollars
from tests.fakes import MemoryStore, remember

OURS = a_company(a_member(), a_member("theo", name="Theo Marsh"))
LATER = days_later(3)


def the_one(now: Opportunity, *changes: object, day: date = MONDAY) -> Opportunity | None:
    """How it stood on Monday."""
    found = as_stood([now], changes, OURS, day)
    return found[0] if found else None


def test_what_changed_later_stands_as_before_the_first_change():
    changes = [
        a_change(on=LATER, before="Demo", after="Proposal"),
        a_change(on=days_later(9), before="Proposal", after="Negotiation"),
        a_change(on=LATER, field=Field.AMOUNT, before="900", after="1200"),
        a_change(on=LATER, field=Field.CLOSE_DATE, before="2026-12-01", after="2026-12-20"),
        a_change(on=LATER, field=Field.OWNER, before="Theo Marsh", after="Dana Reyes"),
    ]
    found = the_one(an_opportunity(stage="Negotiation", amount=dollars(12), category=Category.COMMIT), *changes)
    assert found is not None
    assert (found.stage, found.amount, found.close_date) == ("Demo", dollars(9), date(2026, 12, 1))
    assert (found.owner, found.member, found.category) == ("Theo Marsh", "theo", None)


def test_what_changed_by_then_stays():
    change = a_change(on=MONDAY, before="Discovery", after="Proposal")
    now = an_opportunity(stage="Proposal")
    assert the_one(now, change) == now


def test_what_had_not_begun_is_not_there():
    assert the_one(an_opportunity(created_on=LATER)) is None


def test_what_ended_later_was_open_and_unknown_unless_it_was_seen_open():
    now = an_opportunity(status=Status.WON, stage="Won", closed_on=LATER, amount=dollars(12))
    unseen = the_one(now)
    assert unseen is not None
    assert (unseen.status, unseen.closed_on, unseen.stage, unseen.amount) == (Status.OPEN, None, "", None)
    ends = [
        a_change(on=LATER, field=Field.STATUS, before="open", after="won"),
        a_change(on=LATER, before="Demo", after="Won"),
        a_change(on=LATER, field=Field.AMOUNT, before="900", after="1200"),
    ]
    seen = the_one(now, *ends)
    assert seen is not None
    assert (seen.status, seen.stage, seen.amount) == (Status.OPEN, "Demo", dollars(9))


def test_an_end_that_was_told_late_counts_from_its_own_day_with_what_it_ended_with():
    now = an_opportunity(status=Status.WON, stage="Won", closed_on=MONDAY, amount=dollars(15))
    told = [
        a_change(on=LATER, field=Field.STATUS, before="open", after="won"),
        a_change(on=LATER, field=Field.AMOUNT, before="900", after="1200"),
        a_change(on=days_later(20), field=Field.AMOUNT, before="1200", after="1500"),
    ]
    found = the_one(now, *told)
    assert found is not None
    assert (found.status, found.closed_on, found.amount) == (Status.WON, MONDAY, dollars(12))


def test_what_was_lost_and_taken_up_again_since_was_lost():
    seen = [
        a_change(on=MONDAY, field=Field.STATUS, before="open", after="lost"),
        a_change(on=LATER, field=Field.STATUS, before="lost", after="open"),
    ]
    found = the_one(an_opportunity(), *seen)
    assert found is not None
    assert (found.status, found.closed_on) == (Status.LOST, MONDAY)


@pytest.mark.parametrize(("gone", "there"), [(MONDAY, False), (LATER, True)])
def test_what_left_the_crm_later_was_still_in_it(gone, there):
    found = the_one(an_opportunity(gone_on=gone))
    assert found is not None
    assert found.is_open is there


def test_before_the_first_import_deals_are_open_by_their_own_days():
    store = MemoryStore(OURS)
    kept = Snapshot(
        opportunity="O-1", day=days_later(9), member="dana", stage="Demo", amount=None, close_date=None, category=None
    )
    closed_later = an_opportunity("later", status=Status.WON, closed_on=LATER, amount=dollars(9))
    closed = an_opportunity("closed", status=Status.LOST, closed_on=MONDAY)
    new = an_opportunity("new", created_on=days_later(2))
    remember(store.of["acme"], an_opportunity(), closed_later, closed, new, kept)
    with store.work("acme") as work:
        book, refreshed_on = book_on(work, MONDAY)
    assert refreshed_on is None
    assert {it.id for it in book.open} == {"later", "O-1"}
    assert [it.id for it in closed_between(book, MONDAY, MONDAY)] == ["closed"]
    assert {it.id for it in book.deals} == {"later", "O-1", "closed"}


def test_what_had_closed_by_its_own_day_is_not_open_though_the_last_export_held_it():
    store = MemoryStore(OURS)
    more = {"member": "dana", "stage": "Demo", "amount": None, "close_date": None, "category": None}
    kept = [Snapshot(opportunity=it, day=MONDAY, **more) for it in ("O-1", "told late")]
    newer = Snapshot(opportunity="O-1", day=days_later(7), **more)
    late = an_opportunity("told late", status=Status.WON, closed_on=days_later(1))
    remember(store.of["acme"], an_opportunity(), late, *kept, newer)
    with store.work("acme") as work:
        book, refreshed_on = book_on(work, days_later(2))
        assert ([it.id for it in book.open], refreshed_on) == (["O-1"], MONDAY)
        assert len(book_on(work, MONDAY)[0].open) == 2

"""Gathering a company's book of business as it stood at the end of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from coaching.opportunities import Book, Opportunity, Snapshot, Status

if TYPE_CHECKING:
    from coaching.ports import Records


def book_of(records: Records, today: date) -> Book:
    """As it is now."""
    return Book(
        deals=records.opportunities(), open=records.open_opportunities(), changes=records.changes(date.min, today)
    )


def book_on(records: Records, day: date) -> tuple[Book, date | None]:
    """As it stood on a day, and when it was last refreshed by then."""
    open_, refreshed_on = open_on(records, day)
    return Book(deals=records.opportunities(), open=open_, changes=records.changes(date.min, day)), refreshed_on


def open_on(records: Records, day: date) -> tuple[tuple[Opportunity, ...], date | None]:
    """The open pipeline on a day, and the day it was last refreshed: as it is now, unless a later import changed it."""
    kept = records.snapshot(day)
    newest = records.snapshot(date.max)
    refreshed_on = kept[0].day if kept else None
    if not kept or not newest or newest[0].day == kept[0].day:
        return records.open_opportunities(), refreshed_on
    known = {it.id: it for it in records.opportunities()}
    found = ((it, known.get(it.opportunity)) for it in kept)
    return tuple(_as_it_was(then, now) for then, now in found if now is not None), refreshed_on


def _as_it_was(then: Snapshot, now: Opportunity) -> Opportunity:
    return replace(
        now,
        status=Status.OPEN,
        gone_on=None,
        closed_on=None,
        member=then.member,
        stage=then.stage,
        amount=then.amount,
        close_date=then.close_date,
        category=then.category,
    )

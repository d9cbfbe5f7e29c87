"""Gathering a company's book of business as it stood at the end of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from coaching.opportunities import Book, Opportunity, Snapshot, Status
from coaching.stood import as_stood

if TYPE_CHECKING:
    from coaching.ports import Records

DAY = timedelta(days=1)


def book_of(records: Records, today: date) -> Book:
    """As it is now."""
    return Book(
        deals=records.opportunities(), open=records.open_opportunities(), changes=records.changes(date.min, today)
    )


def book_on(records: Records, day: date) -> tuple[Book, date | None]:
    """As it stood on a day, and when it was last refreshed by then: nothing in it is dated later.

    Before the first import, None: then it is told by the deals' own days, as far as these say.
    """
    changes = records.changes(date.min, date.max)
    deals = as_stood(records.opportunities(), changes, records.company, day)
    open_, refreshed_on = _open_on(records, deals, day)
    return Book(deals=deals, open=open_, changes=tuple(it for it in changes if it.on <= day)), refreshed_on


def closed_between(book: Book, first: date, last: date) -> tuple[Opportunity, ...]:
    """Won or lost in that stretch, as far as the book knows."""
    return tuple(
        it for it in book.deals if it.status is not Status.OPEN and it.closed_on and first <= it.closed_on <= last
    )


def deals_on(records: Records, day: date, closed_since: date) -> tuple[Opportunity, ...]:
    """Open ones and those closed since a day, as they stood on another; who closed later may be among them as closed.

    The same as a book's deals, without reading all that were ever known where nothing has changed since.
    """
    if not records.changes(day + DAY, date.max):
        return (*records.open_opportunities(), *records.closed_opportunities(closed_since, date.max))
    deals = as_stood(records.opportunities(), records.changes(date.min, date.max), records.company, day)
    return tuple(it for it in deals if it.is_open or (it.closed_on and it.closed_on >= closed_since))


def _open_on(
    records: Records, deals: tuple[Opportunity, ...], day: date
) -> tuple[tuple[Opportunity, ...], date | None]:
    """As kept on the day; by the deals' own days before anything was kept, and as it is now after the last import."""
    kept, newest = records.snapshot(day), records.snapshot(date.max)
    if not newest:
        return tuple(it for it in records.open_opportunities() if not it.created_on or it.created_on <= day), None
    if not kept:
        return tuple(it for it in deals if it.is_open and it.created_on), None
    if newest[0].day == kept[0].day:
        return records.open_opportunities(), kept[0].day
    known = {it.id: it for it in records.opportunities()} | {it.id: it for it in deals}
    found = ((it, known.get(it.opportunity)) for it in kept)
    return tuple(_as_it_was(then, deal) for then, deal in found if deal and not _ended(deal, day)), kept[0].day


def _ended(it: Opportunity, day: date) -> bool:
    """What had ended by then, though it was told only later."""
    return it.status is not Status.OPEN and it.closed_on is not None and it.closed_on <= day


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

"""Gathering a company's book of business as it stood at the end of a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from coaching.opportunities import Book, Change, Field, Opportunity, Snapshot, Status
from coaching.reviewed import REMEMBERED, known_on, let_go_by, over, own_day
from coaching.stood import as_stood

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.ports import Records
    from coaching.reviewed import Over, Reviewed

DAY = timedelta(days=1)


def book_of(records: Records, today: date) -> Book:
    """As it is now, to forecast from: deals that were let go are out of it."""
    book = Book(
        deals=records.opportunities(), open=records.open_opportunities(), changes=records.changes(date.min, today)
    )
    return without_let_go(book, records.reviewed(today - REMEMBERED, today), today, records.company.tz)


def counted_on(records: Records, day: date) -> tuple[Book, date | None]:
    """The same of a day, to forecast from; in what was kept of it, those that were let go are open still."""
    book, refreshed_on = book_on(records, day)
    return without_let_go(book, _answered_by(records, day), day, records.company.tz), refreshed_on


def let_go_as_of(records: Records, day: date) -> dict[str, date]:
    """What had been let go by the end of a day and since when, as far as that stood then; whatever came of it since."""
    answers = _answered_by(records, day)
    if not any(it.let_go for it in answers):
        return {}
    found = _still_let_go(answers, records.changes(day - REMEMBERED, day), day, records.company.tz)
    return _since(found, records.company, day)


def _answered_by(records: Records, day: date) -> tuple[Reviewed, ...]:
    found = (known_on(it, day, records.company.tz) for it in records.reviewed(day - REMEMBERED, day))
    return tuple(it for it in found if it.answered)


def without_let_go(book: Book, answers: Iterable[Reviewed], today: date, tz: tzinfo) -> Book:
    """Deals that their rep let go count as no longer in the CRM, which neither won nor lost them.

    They had left before that day began, so that a forecast of the same day is made without them. What became of them
    up to then stays among what is learned from: to leave them out would make old deals look likelier than they are.
    """
    gone = _let_go(book, answers, today, tz)
    if not gone:
        return book
    left = {name: min(it.said_on(tz), today) - DAY for name, it in gone.items()}
    deals = tuple(replace(it, gone_on=left[it.id]) if it.id in left and it.is_open else it for it in book.deals)
    moves = (Change(opportunity=name, on=on, field=Field.GONE, before=None, after=str(on)) for name, on in left.items())
    return Book(
        deals=deals,
        open=tuple(it for it in book.open if it.id not in gone),
        changes=tuple(sorted((*book.changes, *moves), key=lambda it: it.on)),
    )


def _let_go(book: Book, answers: Iterable[Reviewed], today: date, tz: tzinfo) -> dict[str, Reviewed]:
    """Of those still open, the answer by which each was."""
    open_ = {it.id for it in book.open}
    return _still_let_go((it for it in answers if it.opportunity in open_), book.changes, today, tz)


def _since(gone: Mapping[str, Reviewed], company: Company, today: date) -> dict[str, date]:
    """The day on which each was let go, by its rep's clock."""
    return {name: min(own_day(it, company), today) for name, it in gone.items()}


def _still_let_go(
    answers: Iterable[Reviewed], changes: Iterable[Change], today: date, tz: tzinfo
) -> dict[str, Reviewed]:
    """Of those that the answers are about."""
    told: dict[str, list[Reviewed]] = {}
    for it in answers:
        if it.answered:
            told.setdefault(it.opportunity, []).append(it)
    about = {name for name, its in told.items() if any(it.let_go for it in its)}
    if not about:
        return {}
    moves: dict[str, list[Change]] = {}
    for change in changes:
        if change.opportunity in about:
            moves.setdefault(change.opportunity, []).append(change)
    found = ((name, let_go_by(told[name], moves.get(name, ()), today, tz)) for name in sorted(about))
    return {name: it for name, it in found if it is not None}


def open_of(records: Records, today: date, member: str | None = None) -> tuple[Opportunity, ...]:
    """Open deals that weren't let go, of one member or of all."""
    deals = records.open_opportunities(member)
    gone = let_go_of(records, deals, today, member)
    return tuple(it for it in deals if it.id not in gone)


def let_go_of(
    records: Records, deals: tuple[Opportunity, ...], today: date, member: str | None = None
) -> dict[str, date]:
    """Of these open deals those that were let go, by one member or by anybody, and since when."""
    answers = records.reviewed(today - REMEMBERED, today, member)
    if not any(it.let_go for it in answers):
        return {}
    book = Book(deals=deals, open=deals, changes=records.changes(today - REMEMBERED, today))
    return _since(_let_go(book, answers, today, records.company.tz), records.company, today)


def said_of(
    records: Records,
    deals: Iterable[Opportunity],
    today: date,
    *,
    member: str | None = None,
    until: datetime | None = None,
) -> dict[str, Over]:
    """Of these deals those of which their rep has said something else than the CRM does; as known before `until`."""
    told: dict[str, list[Reviewed]] = {}
    for it in records.reviewed(today - REMEMBERED, today, member):
        if it.answered_at and it.tells_crm and (until is None or it.answered_at < until):
            told.setdefault(it.opportunity, []).append(it)
    about = [it for it in deals if it.is_open and it.id in told]
    moves: dict[str, list[Change]] = {}
    for change in records.changes(today - REMEMBERED, today) if about else ():
        moves.setdefault(change.opportunity, []).append(change)
    found = {it.id: over(it, told[it.id], moves.get(it.id, ()), today, records.company.tz) for it in about}
    return {name: it for name, it in found.items() if it.dated or it.stepped}


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

"""Gathering what a review of a day is made from, and what changed in the pipeline since a week before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from coaching import cadence
from coaching.book import DAY, book_on, let_go_as_of
from coaching.chosen import REST
from coaching.one_question import taken_on
from coaching.review import Facts, Review, review
from coaching.reviewed import REMEMBERED, known_on
from coaching.track_record import remembered
from coaching.waterfall import Pipelines, Waterfall, waterfall

if TYPE_CHECKING:
    from coaching.opportunities import Book
    from coaching.ports import Records

WEEK = timedelta(days=7)
_books: WeakKeyDictionary[Records, dict[date, Book]] = WeakKeyDictionary()
_asked: WeakKeyDictionary[Records, dict[date, Review]] = WeakKeyDictionary()
"""Of transactions that are running: all reps asked at once share what was read and worked out for the first."""


def reviewed_on(records: Records, today: date) -> Review:
    """The review of a day. A transaction sees the same rows throughout, so asking again costs nothing."""
    known = _asked.setdefault(records, {})
    if today not in known:
        known[today] = review(facts_on(records, today))
    return known[today]


def facts_on(records: Records, today: date) -> Facts:
    """Everything that is dated up to the end of that day; answers of the reviews before it."""
    company = records.company
    book, refreshed_on = book_on(records, today)
    _books.setdefault(records, {})[today] = book
    newest, until = records.snapshot(date.max), cadence.instant(today + DAY, time(0), company.tz)
    return Facts(
        company=company,
        today=today,
        book=book,
        answers=tuple(known_on(it, today, company.tz) for it in records.reviewed(today - REMEMBERED, today - DAY)),
        choices=records.choices(today - REST, today - DAY),
        calls=records.calls(str(company.period(today))),
        worth_of_calls=remembered(records, today, ours=False).factors,
        evidence=tuple(it for it in records.evidence() if it.at < until),
        asked=records.asked(today - WEEK),
        refreshed_on=refreshed_on,
        taken=taken_on(records, today),
        as_then=not newest or newest[0].day == refreshed_on,
    )


def _book(records: Records, today: date) -> Book:
    """Read before, if the same transaction has reviewed that day."""
    known = _books.get(records, {}).get(today)
    return known if known is not None else book_on(records, today)[0]


def changed_since(
    records: Records, today: date, member: str | None = None, *, book: Book | None = None
) -> Waterfall | None:
    """Since the latest pipeline that was kept a week ago or earlier; None when none was. `book`: of that day's end.

    Where nothing newer than that has come, as on a Monday before its export, what changed in the week up to it.
    """
    company, since = records.company, today - WEEK
    before, after = records.snapshot(since), records.snapshot(today)
    behind = bool(before and after) and before[0].day == after[0].day
    if behind:
        since = after[0].day - WEEK
        before = records.snapshot(since)
    if not before or not after:
        return None
    changes = records.changes(before[0].day + DAY, after[0].day)
    found = waterfall(
        Pipelines(
            before=before,
            after=after,
            changes=changes,
            deals={it.id: it for it in (book or _book(records, today)).deals},
            currency=company.currency,
            period=company.period(today),
            member=member,
            # As the pages of these days had it, which may be later than the exports they were made from.
            let_go_before=frozenset(let_go_as_of(records, since)),
            let_go=frozenset(let_go_as_of(records, today)),
        )
    )
    return replace(found, behind=behind) if found else None

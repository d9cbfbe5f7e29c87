"""Gathering what a digest is made from: the week's figures, and all that an owner's page tells beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from coaching import cadence
from coaching.agreed import agreed_forecast
from coaching.book import closed_between, counted_on
from coaching.chosen import known_at
from coaching.credits import BEFORE, Acts, acts_on
from coaching.digest import Facts
from coaching.escalation import EscalationState
from coaching.escalations import live_at
from coaching.majors import of_the_company
from coaching.majors_facts import counted_again
from coaching.mandate import REST_OF_TARGET, as_of
from coaching.movements import movements
from coaching.review_facts import changed_since, reviewed_on
from coaching.standing import standing_on
from coaching.told_late import told_late

if TYPE_CHECKING:
    from coaching.periods import Period
    from coaching.ports import Holidays, Records

DAY, WEEK = timedelta(days=1), timedelta(days=7)
FAR = timedelta(days=60)


def facts_on(records: Records, today: date, period: Period | None = None, known: date | None = None) -> Facts:
    """What the figures of the week to `today` are made from, as it stood at that day's end.

    `known` is a later day, by what of which a period that is over is told.
    """
    company = records.company
    period = period or company.period(today)
    first = today - timedelta(days=6)
    at = company.digest.at.at
    book, refreshed_on = counted_on(records, known or today)
    closed = closed_between(book, min(period.start, first), today)
    by_id = {it.id: it for it in (*book.open, *closed)}
    until = end_of(records, today)
    return Facts(
        company=company,
        today=today,
        now=cadence.instant(today, at, company.tz),
        period=period,
        book=book,
        closed=closed,
        movements=movements(records.changes(first, today), by_id),
        calls=tuple(it for it in records.calls(str(period)) if it.called_at < until),
        checkins=records.checkins(first - WEEK, today),
        commitments=records.commitments(first - WEEK, today),
        live=live_at(records.escalations(tuple(EscalationState)), until),
        settled=tuple(
            it
            for it in records.settled_escalations(cadence.instant(first, at, company.tz))
            if it.settled_at and it.settled_at < until
        ),
        refreshed_on=refreshed_on,
        late=told_late(
            {it.id: it for it in book.deals},
            records.changes(first - DAY, today),
            first,
            cadence.instant(first - DAY, at, company.tz),
        ),
        remarks=tuple(it for it in records.remarks(str(period)) if it.at < until),
    )


def end_of(records: Records, day: date) -> datetime:
    """The instant at which a company's day is over."""
    return cadence.instant(day + DAY, time(0), records.company.tz)


def with_all(facts: Facts, records: Records, holidays: Holidays) -> Facts:
    """Everything that an owner's page tells beside the figures: what is left, what changed, risks, wins, decisions."""
    company, today, period = facts.company, facts.today, facts.period
    review = reviewed_on(records, today)
    until = min(facts.now, end_of(records, today))
    choices = tuple(known_at(it, until) for it in records.choices(facts.first, today))
    deals = {it.id: it for it in facts.book.deals}
    calls, remarks, locks = facts.calls, facts.remarks, records.locks(str(period))
    near = holidays(company.country, today, today + FAR)
    return replace(
        facts,
        standing=standing_on(records, today, holidays, facts.book),
        review=review,
        changed=changed_since(records, today, book=facts.book),
        acts=acts_on(
            Acts(
                evidence=review.facts.evidence,
                reviewed=records.reviewed(today - BEFORE, today),
                promises=records.commitments(today - BEFORE, today),
            ),
            today,
            end_of(records, today),
        ),
        mandates=as_of(records.mandates(today - REST_OF_TARGET), until),
        majors=of_the_company(
            choices,
            deals,
            company,
            today,
            records.changes(facts.first, today),
            again=counted_again(records, choices, deals, today, then=True),
        ),
        agreed=agreed_forecast(company, period, calls, remarks, locks, until),
        answer_by=cadence.next_manager_day(company, today + DAY, near),
        expires_at=min(cadence.next_weekly(company.digest.at, company.tz, facts.now), facts.now + WEEK),
    )

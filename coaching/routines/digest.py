"""The owner's weekly digest: written on its hour, and whenever the owner or the manager asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import assert_never

from coaching import cadence
from coaching.book import book_on, closed_between
from coaching.card import Card, note
from coaching.decision import GRACE, Alarm, Decision, Kind, Message
from coaching.digest import Facts, digest
from coaching.digest_card import card
from coaching.escalation import EscalationState
from coaching.escalations import live_at
from coaching.events import Commanded, Event, Imported, Planned, Pressed, Rang, Said
from coaching.movements import movements
from coaching.people import Role
from coaching.periods import Period
from coaching.ports import Holidays, Records
from coaching.routine import Routine
from coaching.standing import standing_on

WRITE = "digest.write"
NOT_FOR_REPS = note("The digest is written for the owner. Your own week is under “today” and “ratios”.")


@dataclass(frozen=True, slots=True)
class Gathered:
    """`reader` is the member who asked; None on the hour."""

    facts: Facts
    reader: Role | None = None


def facts_on(records: Records, today: date, period: Period | None = None, known: date | None = None) -> Facts:
    """Everything that the digest of the week to `today` is made from, as it stood at that day's end.

    `known` is a later day, by what of which a period that is over is told.
    """
    company = records.company
    period = period or company.period(today)
    first = today - timedelta(days=6)
    at = company.digest.at.at
    book, refreshed_on = book_on(records, known or today)
    closed = closed_between(book, min(period.start, first), today)
    by_id = {it.id: it for it in (*book.open, *closed)}
    until = cadence.instant(today + timedelta(days=1), time(0), company.tz)
    return Facts(
        company=company,
        today=today,
        now=cadence.instant(today, at, company.tz),
        period=period,
        book=book,
        closed=closed,
        movements=movements(records.changes(first, today), by_id),
        calls=tuple(it for it in records.calls(str(period)) if it.called_at < until),
        checkins=records.checkins(first - timedelta(days=7), today),
        commitments=records.commitments(first - timedelta(days=7), today),
        live=live_at(records.escalations(tuple(EscalationState)), until),
        settled=tuple(
            it
            for it in records.settled_escalations(cadence.instant(first, at, company.tz))
            if it.settled_at and it.settled_at < until
        ),
        refreshed_on=refreshed_on,
    )


def with_standing(facts: Facts, records: Records, holidays: Holidays) -> Facts:
    """Knowing what is left of the targets, too: the digest says it, the pages behind its figures need not."""
    return replace(facts, standing=standing_on(records, facts.today, holidays, facts.book))


def gather(records: Records, event: Event, holidays: Holidays) -> Gathered:
    """The week that ends on the day of the event, or, for an alarm, on the day it should have rung."""
    at = event.due_at if isinstance(event, Rang) else event.at
    facts = replace(facts_on(records, cadence.local_day(at, records.company.tz)), now=event.at)
    if isinstance(event, Planned | Imported):
        return Gathered(facts)
    facts = with_standing(facts, records, holidays)
    if isinstance(event, Pressed | Said | Commanded):
        member = records.company.member(event.member)
        return Gathered(facts, member.role if member else Role.REP)
    return Gathered(facts)


def decide(gathered: Gathered, event: Event) -> Decision:
    """Pure."""
    match event:
        case Planned():
            return Decision(alarms=(_next(gathered.facts, event),))
        case Rang():
            return _written(gathered.facts, event)
        case Pressed() | Said() | Commanded():
            return Decision(reply=_asked(gathered))
        case Imported():
            return Decision()
        case _:
            assert_never(event)


def _asked(gathered: Gathered) -> Card:
    return NOT_FOR_REPS if gathered.reader is Role.REP else card(digest(gathered.facts))


def _written(facts: Facts, rang: Rang) -> Decision:
    """Once a week and reader; a week that was slept through is covered by the next."""
    after = Decision(alarms=(_next(facts, rang),))
    grace = GRACE[Kind.DIGEST]
    if grace is not None and rang.at - rang.due_at > grace:
        return after
    written = card(digest(facts))
    year, week, _ = facts.today.isocalendar()
    to = facts.company.digest.to or tuple(it.id for it in facts.company.with_role(Role.OWNER))
    readers = [it for it in to if (member := facts.company.member(it)) and member.active]
    return after + Decision(
        messages=tuple(
            Message(key=f"digest:{it}:{year}-W{week:02}", to=it, card=written, kind=Kind.DIGEST, by_mail_too=True)
            for it in readers
        )
    )


def _next(facts: Facts, event: Planned | Rang) -> Alarm:
    after = max(event.at, event.due_at) if isinstance(event, Rang) else event.at
    return Alarm(alarm=WRITE, subject="", at=cadence.next_weekly(facts.company.digest.at, facts.company.tz, after))


ROUTINE = Routine(name="digest", gather=gather, decide=decide, words=frozenset({"digest"}), refreshed=True)

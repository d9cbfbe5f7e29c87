"""The week: the owner's digest on its hour and whenever it is asked for, and the answers to what it asks them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import assert_never

from coaching import cadence
from coaching.agreed import agreed_forecast
from coaching.book import closed_between, counted_on
from coaching.card import Card, note
from coaching.credits import BEFORE, Acts
from coaching.decision import GRACE, Alarm, Decision, Kind, Message
from coaching.digest import Facts, digest
from coaching.digest_card import card
from coaching.digest_rows import maths_card
from coaching.escalation import EscalationState
from coaching.escalations import live_at
from coaching.events import Commanded, Event, Imported, PersonEvent, Planned, Pressed, Rang, Said
from coaching.language import t
from coaching.mandate import REST_OF_TARGET, Mandate, as_of
from coaching.mandate_card import DECIDE
from coaching.mandate_desk import Desk, decided, desk, weekly_key
from coaching.movements import movements
from coaching.people import Role
from coaching.periods import Period
from coaching.ports import Holidays, Records
from coaching.review_facts import changed_since, reviewed_on
from coaching.routine import Routine
from coaching.standing import standing_on

WRITE, MATHS = "digest.write", "digest.maths"
DAY, WEEK = timedelta(days=1), timedelta(days=7)
FAR = timedelta(days=60)


def not_for_reps() -> Card:
    """What a rep reads who asks for it."""
    return note(t("The digest is written for the owner. Your own week is under “today” and “ratios”."))


@dataclass(frozen=True, slots=True)
class Gathered:
    """`reader` is the role of whoever asked; None on the hour. `maths`: they want to see how it was worked out."""

    facts: Facts
    reader: Role | None = None
    maths: bool = False


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
    )


def end_of(records: Records, day: date) -> datetime:
    """The instant at which a company's day is over."""
    return cadence.instant(day + DAY, time(0), records.company.tz)


def with_all(facts: Facts, records: Records, holidays: Holidays) -> Facts:
    """Everything that an owner's page tells beside the figures: what is left, what changed, risks, wins, decisions."""
    company, today, period = facts.company, facts.today, facts.period
    review = reviewed_on(records, today)
    until = min(facts.now, end_of(records, today))
    calls, remarks, locks = facts.calls, records.remarks(str(period)), records.locks(str(period))
    near = holidays(company.country, today, today + FAR)
    return replace(
        facts,
        standing=standing_on(records, today, holidays, facts.book),
        review=review,
        changed=changed_since(records, today, book=facts.book),
        acts=Acts(
            evidence=review.facts.evidence,
            reviewed=records.reviewed(today - BEFORE, today),
            promises=records.commitments(today - BEFORE, today),
        ),
        mandates=as_of(records.mandates(today - REST_OF_TARGET), until),
        agreed=agreed_forecast(company, period, calls, remarks, locks, until),
        answer_by=cadence.next_manager_day(company, today + DAY, near),
        expires_at=min(cadence.next_weekly(company.digest.at, company.tz, facts.now), facts.now + WEEK),
    )


# --- gather --------------------------------------------------------------------------------------------------------
def gather(records: Records, event: Event, holidays: Holidays) -> Gathered | Desk | None:
    """The week that ends on the day of the event, or, for an alarm, on the day it should have rung."""
    if isinstance(event, Pressed) and event.action == DECIDE:
        return desk(records, event, holidays)
    if isinstance(event, Pressed | Said | Commanded):
        return _for_person(records, event, holidays)
    if isinstance(event, Imported):
        return None
    at = event.due_at if isinstance(event, Rang) else event.at
    facts = replace(facts_on(records, cadence.local_day(at, records.company.tz)), now=event.at)
    return Gathered(with_all(facts, records, holidays) if isinstance(event, Rang) else facts)


def _for_person(records: Records, event: PersonEvent, holidays: Holidays) -> Gathered | None:
    member = records.company.member(event.member)
    if member is None or not member.active:
        return None
    today = cadence.local_day(event.at, records.company.tz)
    maths = isinstance(event, Pressed) and event.action == MATHS
    if maths and isinstance(event, Pressed):
        today = min(today, _day(event.args.get("on", "")) or today)
    facts = replace(facts_on(records, today), now=event.at)
    if member.role in {Role.OWNER, Role.MANAGER}:
        facts = with_all(facts, records, holidays)
    return Gathered(facts, member.role, maths)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# --- decide --------------------------------------------------------------------------------------------------------
def decide(gathered: Gathered | Desk | None, event: Event) -> Decision:
    """Pure."""
    match event, gathered:
        case Planned(), Gathered():
            return Decision(alarms=(_next(gathered.facts, event),))
        case Rang(), Gathered():
            return _written(gathered.facts, event)
        case Pressed(), Desk():
            return decided(gathered, event)
        case ((Pressed() | Said() | Commanded()), Gathered()):
            return _asked(gathered)
        case ((Pressed() | Said() | Commanded()), _):
            return Decision(reply=not_for_reps())
        case _:
            return Decision()


def _asked(gathered: Gathered) -> Decision:
    """What it asks the owner is kept, so that it can be answered."""
    match gathered.reader:
        case Role.OWNER | Role.MANAGER:
            it = digest(gathered.facts)
            if gathered.maths:
                return Decision(reply=maths_card(it))
            if gathered.reader is Role.MANAGER:
                return Decision(reply=card(it, answerable=False))
            return Decision(records=_new(it.decisions, gathered.facts), reply=card(it))
        case Role.REP | Role.ADMIN | None:
            return Decision(reply=not_for_reps())
        case _:
            assert_never(gathered.reader)


def _new(put: tuple[Mandate, ...], facts: Facts) -> tuple[Mandate, ...]:
    known = {it.id for it in facts.mandates}
    return tuple(it for it in put if it.id not in known)


def _written(facts: Facts, rang: Rang) -> Decision:
    """Once a week and reader; a week that was slept through is covered by the next."""
    after = Decision(alarms=(_next(facts, rang),))
    grace = GRACE[Kind.DIGEST]
    if grace is not None and rang.at - rang.due_at > grace:
        return after
    it = digest(facts)
    company = facts.company
    to = company.digest.to or tuple(one.id for one in company.with_role(Role.OWNER))
    readers = [one for who in to if (one := company.member(who)) and one.active]
    pages = {True: card(it), False: card(it, answerable=False)}
    messages = tuple(
        Message(
            key=weekly_key(one.id, facts.today),
            to=one.id,
            card=pages[one.role is Role.OWNER],
            kind=Kind.DIGEST,
            by_mail_too=True,
        )
        for one in readers
    )
    return after + Decision(records=_new(it.decisions, facts), messages=messages)


def _next(facts: Facts, event: Planned | Rang) -> Alarm:
    after = max(event.at, event.due_at) if isinstance(event, Rang) else event.at
    return Alarm(alarm=WRITE, subject="", at=cadence.next_weekly(facts.company.digest.at, facts.company.tz, after))


ROUTINE = Routine(name="digest", gather=gather, decide=decide, words=frozenset({"digest"}), refreshed=True)

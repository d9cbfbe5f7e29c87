"""The week: the owner's digest on its hour and whenever it is asked for, and the answers to what it asks them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, assert_never

from coaching import arrival_times, cadence, week_card
from coaching.arrival_facts import gathered, own_ledger
from coaching.card import Card, note
from coaching.decision import GRACE, NOTHING, Alarm, Decision, Kind, Message
from coaching.digest import Digest, Facts, digest
from coaching.digest_card import card
from coaching.digest_facts import DAY, facts_on, with_all
from coaching.digest_rows import maths_card
from coaching.events import Commanded, Event, Imported, PersonEvent, Planned, Pressed, Rang, Said
from coaching.language import t
from coaching.mandate_card import DECIDE
from coaching.mandate_desk import Desk, decided, desk, weekly_key
from coaching.people import Role
from coaching.routine import Routine
from coaching.week_card import ManagersWeek

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from coaching.company import Company
    from coaching.mandate import Mandate
    from coaching.people import Member
    from coaching.ports import Holidays, Records

WRITE, MATHS = "digest.write", "digest.maths"


def not_for_reps() -> Card:
    """What a rep reads who asks for it."""
    return note(t("The digest is written for the owner. Your own week is under “recap”."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The week, `theirs` as each manager reads it, by id. `reader` is whoever asked; None on the hour.

    `maths`: they want to see how it was worked out.
    """

    facts: Facts
    theirs: Mapping[str, ManagersWeek] = field(default_factory=dict)
    reader: Role | None = None
    maths: bool = False


# --- gather --------------------------------------------------------------------------------------------------------
def gather(records: Records, event: Event, holidays: Holidays) -> Gathered | Desk | Company | None:
    """The week that ends on the day of the event, or, for an alarm, on the day it should have rung."""
    match event:
        case Pressed(action=action) if action == DECIDE:
            return desk(records, event, holidays)
        case Pressed() | Said() | Commanded():
            return _for_person(records, event, holidays)
        case Planned():
            return records.company
        case Imported():
            return None
        case Rang():
            today = cadence.local_day(event.due_at, records.company.tz)
            theirs = managers_weeks(records, records.company.managers, today, event.at, holidays)
            one = next(iter(theirs.values()), None)
            return Gathered(facts=one.week.facts if one else _week(records, today, event.at, holidays), theirs=theirs)
        case _:
            assert_never(event)


def managers_weeks(
    records: Records, managers: tuple[Member, ...], today: date, now: datetime, holidays: Holidays
) -> Mapping[str, ManagersWeek]:
    """The same of the team for each of them, by id; with their own habits, which no other manager sees."""
    if not managers:
        return {}
    company = records.company
    away = holidays(company.country, today, today + DAY * 60)
    visit = arrival_times.visit_of(company, managers[0], now, away) or today
    found = gathered(records, today, now, visit, holidays)
    return {it.id: ManagersWeek(facts=found, ledger=own_ledger(records, it, today)) for it in managers}


def _for_person(records: Records, event: PersonEvent, holidays: Holidays) -> Gathered | None:
    member = records.company.member(event.member)
    if member is None or not member.active or member.role not in {Role.OWNER, Role.MANAGER}:
        return None
    today = cadence.local_day(event.at, records.company.tz)
    maths = isinstance(event, Pressed) and event.action == MATHS
    if isinstance(event, Pressed) and maths:
        today = min(today, cadence.written_day(event.args.get("on", "")) or today)
    if member.role is Role.MANAGER and not maths:
        theirs = managers_weeks(records, (member,), today, event.at, holidays)
        return Gathered(facts=theirs[member.id].week.facts, theirs=theirs, reader=member.role)
    return Gathered(facts=_week(records, today, event.at, holidays), reader=member.role, maths=maths)


def _week(records: Records, today: date, now: datetime, holidays: Holidays) -> Facts:
    return with_all(replace(facts_on(records, today), now=now), records, holidays)


# --- decide --------------------------------------------------------------------------------------------------------
def decide(found: Gathered | Desk | Company | None, event: Event) -> Decision:
    """Pure."""
    match event, found:
        case Rang(), Gathered():
            return _written(found, event)
        case Pressed(), Desk():
            return decided(found, event)
        case ((Pressed() | Said() | Commanded()), Gathered()):
            return _asked(found)
        case ((Pressed() | Said() | Commanded()), _):
            return Decision(reply=not_for_reps())
        case Planned(), company if company is not None and not isinstance(company, Gathered | Desk):
            return Decision(alarms=(_next(company, event),))
        case _:
            return NOTHING


def _asked(found: Gathered) -> Decision:
    """What it asks the owner is kept, so that it can be answered."""
    for theirs in found.theirs.values():
        return Decision(reply=week_card.card(theirs))
    it = digest(found.facts)
    if found.maths:
        return Decision(reply=maths_card(it, managers=found.reader is Role.MANAGER))
    if found.reader is Role.OWNER:
        return Decision(records=_new(it), reply=card(it))
    return Decision(reply=card(it, answerable=False))


def _new(it: Digest) -> tuple[Mandate, ...]:
    known = {one.id for one in it.facts.mandates}
    return tuple(one for one in it.decisions if one.id not in known)


def _written(found: Gathered, rang: Rang) -> Decision:
    """Once a week and reader; a week that was slept through is covered by the next."""
    facts = found.facts
    after = Decision(alarms=(_next(facts.company, rang),))
    grace = GRACE[Kind.DIGEST]
    if grace is not None and rang.at - rang.due_at > grace:
        return after
    it = digest(facts)
    messages = tuple(_page(one, it, found.theirs.get(one.id)) for one in _readers(facts.company))
    return after + Decision(records=_new(it), messages=messages)


def _readers(company: Company) -> tuple[Member, ...]:
    """Whom the file names, else the owners; and the managers, who shouldn't hear from the owner what it says."""
    to = company.digest.to or tuple(one.id for one in company.with_role(Role.OWNER))
    found = (company.member(who) for who in dict.fromkeys((*to, *(it.id for it in company.managers))))
    return tuple(one for one in found if one and one.active)


def _page(reader: Member, it: Digest, theirs: ManagersWeek | None) -> Message:
    managers = theirs is not None
    shown = week_card.card(theirs) if theirs else card(it, answerable=reader.role is Role.OWNER)
    return Message(
        key=weekly_key(reader.id, it.facts.today),
        to=reader.id,
        card=shown,
        kind=Kind.DIGEST,
        by_mail_too=not managers,
        any_hour=managers,
    )


def _next(company: Company, event: Planned | Rang) -> Alarm:
    after = max(event.at, event.due_at) if isinstance(event, Rang) else event.at
    return Alarm(alarm=WRITE, subject="", at=cadence.next_weekly(company.digest.at, company.tz, after))


ROUTINE = Routine(name="digest", gather=gather, decide=decide, words=frozenset({"digest"}), refreshed=True)

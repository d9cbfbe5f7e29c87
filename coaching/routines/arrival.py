"""Before each visit of the manager: the few people, deals and things that it is best spent on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from coaching import arrival_times as times
from coaching import cadence
from coaching.arrival import Facts, brief
from coaching.arrival_card import card, maths
from coaching.arrival_facts import gathered
from coaching.card import Card, Heading, note
from coaching.decision import GRACE, NOTHING, Decision, Kind, Message
from coaching.events import Commanded, Event, Imported, Planned, Pressed, Rang, Said
from coaching.language import t
from coaching.routine import Routine

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.people import Member
    from coaching.ports import Holidays, Records

FAR = timedelta(days=cadence.FAR + 60)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """For one of the managers; `facts` when a brief is due or asked for."""

    company: Company
    manager: Member
    holidays: frozenset[date]
    facts: Facts | None = None


def gather(records: Records, event: Event, holidays: Holidays) -> Plan | tuple[Plan, ...] | None:
    """For the manager whose it is, or all of them; None for anybody else."""
    company = records.company
    if isinstance(event, Imported):
        return None
    first = event.at.date() - timedelta(days=7)
    away = holidays(company.country, first, first + FAR)
    if isinstance(event, Planned):
        return tuple(Plan(company=company, manager=it, holidays=away) for it in company.managers)
    asks = event.subject if isinstance(event, Rang) else event.member
    manager = next((it for it in company.managers if it.id == asks), None)
    if manager is None:
        return None
    visit = times.visit_of(company, manager, event.at, away)
    if visit is None:
        return Plan(company=company, manager=manager, holidays=away)
    today = cadence.local_day(event.at, company.tz)
    found = gathered(records, today, event.at, visit, holidays)
    return Plan(company=company, manager=manager, holidays=away, facts=found)


def decide(found: Plan | tuple[Plan, ...] | None, event: Event) -> Decision:
    """Pure."""
    match event, found:
        case Planned(), tuple():
            return Decision(
                alarms=tuple(times.next_brief(it.company, it.manager, event.at, it.holidays) for it in found)
            )
        case Rang(), Plan():
            return _told(found, event)
        case ((Pressed() | Said() | Commanded()), (Plan() | None)):
            return Decision(reply=_asked(found, event))
        case _:
            return NOTHING


def _asked(plan: Plan | None, event: Pressed | Said | Commanded) -> Card:
    if plan is None:
        return note(t("The brief is the manager’s, before each day here."))
    if plan.facts is None:
        return note(t("No day of yours here is known yet; they stand under “engagement” in the company’s file."))
    it = brief(plan.facts)
    if isinstance(event, Pressed) and event.action == "arrival.maths":
        title = t("The maths of the brief")
        risks = (it.worry.maths,) if it.worry else ()
        return Card(title, (Heading(title), maths(it), *risks, *(one.main.maths for one in it.deals)))
    return card(it)


def _told(plan: Plan, rang: Rang) -> Decision:
    """Once for each visit; one that comes too late is left to the queue."""
    again = Decision(alarms=(times.next_brief(plan.company, plan.manager, max(rang.at, rang.due_at), plan.holidays),))
    grace = GRACE[Kind.REVIEW]
    late = grace is not None and rang.at - rang.due_at > grace
    if late or plan.facts is None:
        return again
    message = Message(
        key=f"arrival:{plan.manager.id}:{plan.facts.visit}",
        to=plan.manager.id,
        card=card(brief(plan.facts)),
        kind=Kind.REVIEW,
        any_hour=True,
    )
    return again + Decision(messages=(message,))


ROUTINE = Routine(name="arrival", gather=gather, decide=decide, words=frozenset({"brief", "arrival"}), refreshed=True)

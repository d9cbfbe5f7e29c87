"""The week's majors: confirmed in one tap or argued about, and a disagreement taken to the manager."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from coaching import cadence, escalations, majors_card, telling
from coaching.card import Card, Heading, note
from coaching.chosen import Choice, Pick
from coaching.decision import NOTHING, Decision
from coaching.escalation import LIVE, Escalation, EscalationKind
from coaching.escalation_clock import Clock
from coaching.events import Commanded, Event, PersonEvent, Pressed, Said
from coaching.language import t
from coaching.majors import of_the_company
from coaching.majors_answers import Wrong, agreed, argued, dropped, let_go, matter
from coaching.majors_card import Week
from coaching.majors_facts import counted_again, questions, week_of
from coaching.majors_maths import maths, rule
from coaching.majors_words import chosen
from coaching.monday_card import monday
from coaching.naming import meant, only, told_whose, which
from coaching.people import Member, Role
from coaching.review_facts import reviewed_on
from coaching.review_times import week_of as monday_of
from coaching.routine import Routine, in_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coaching.company import Company
    from coaching.majors import CompanyMajors
    from coaching.opportunities import Opportunity
    from coaching.ports import Holidays, Records
    from coaching.review import Review
    from coaching.reviewed import Reviewed

OPEN_FOR = timedelta(days=13)
"""How long an answer is still taken."""
FAR = timedelta(days=420)


# --- facts ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A rep with their week. `new` are proposals made now, because there were none this week."""

    company: Company
    member: Member
    reader: Member
    now: datetime
    today: date
    week: Week
    new: tuple[Choice, ...] = ()
    items: tuple[Reviewed, ...] = ()
    """Of the review that is on the same card."""
    clock: Clock | None = None
    """For what goes to the manager."""
    live: tuple[Escalation, ...] = ()
    """Their own."""
    review: Review | None = None
    """For the maths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Everybodys:
    """The company's week, for the manager and the owner."""

    company: Company
    reader: Member
    today: date
    choices: tuple[Choice, ...]
    majors: CompanyMajors
    deals: Mapping[str, Opportunity] = field(default_factory=dict)
    """Those of the choices, by id, as they stand now."""
    again: frozenset[str] = frozenset()
    """Ids of those that were dropped and count again."""


# --- gather --------------------------------------------------------------------------------------------------------
def gather(records: Records, event: Event, holidays: Holidays) -> Own | Everybodys | None:
    """Who asked decides what is shown."""
    if not isinstance(event, Pressed | Said | Commanded):
        return None
    reader = records.company.member(event.member)
    if reader is None or not reader.active or reader.role is Role.ADMIN:
        return None
    if isinstance(event, Pressed) and event.action != "majors.show":
        return _answering(records, reader, event, holidays) if reader.role is Role.REP else None
    named = only(meant(records.company, event)) if reader.role is Role.MANAGER else None
    if reader.role is Role.REP or named:
        return _own(records, named or reader, reader, event)
    return _everybodys(records, reader, event.at)


def _own(records: Records, member: Member, reader: Member, event: PersonEvent) -> Own:
    """Of the running week; made now for a rep who can't wait for them."""
    company, today = records.company, cadence.local_day(event.at, member.tz)
    whole = isinstance(event, Pressed) and "whole" in event.args
    kept = records.choices(monday_of(today), today, member.id)
    found = reviewed_on(records, today).of(member.id) if not kept and member.id == reader.id else None
    new = chosen(found.majors, company) if found else ()
    items = questions(records.reviewed(monday_of(today), today, member.id)) if whole else ()
    return Own(
        company=company,
        member=member,
        reader=reader,
        now=event.at,
        today=today,
        week=week_of(records, member, kept or new, today, asked=(it.opportunity for it in items)),
        new=new,
        items=items,
    )


def _answering(records: Records, member: Member, event: Pressed, holidays: Holidays) -> Own:
    company, today = records.company, cadence.local_day(event.at, member.tz)
    on = cadence.written_day(event.args.get("on", "")) or date.min
    kept = records.choices(on, on, member.id) if today - OPEN_FOR <= on <= today else ()
    items = questions(records.reviewed(on, on, member.id)) if kept and "whole" in event.args else ()
    first = event.at.date() - timedelta(days=35)
    return Own(
        company=company,
        member=member,
        reader=member,
        now=event.at,
        today=today,
        week=week_of(
            records,
            member,
            kept,
            today,
            asked=(it.opportunity for it in items),
            named=event.action in {"majors.argue", "majors.send"},
        ),
        items=items,
        clock=Clock(company=company, now=event.at, holidays=holidays(company.country, first, first + FAR)),
        live=tuple(it for it in records.escalations(LIVE, member.id) if it.kind is EscalationKind.MAJORS),
        review=reviewed_on(records, today) if event.action == "majors.maths" else None,
    )


def _everybodys(records: Records, reader: Member, now: datetime) -> Everybodys:
    company, today = records.company, cadence.local_day(now, reader.tz)
    first = monday_of(today)
    choices = records.choices(first, today)
    deals = {it.opportunity: deal for it in choices if (deal := records.opportunity(it.opportunity))}
    again = counted_again(records, choices, deals, today)
    found = of_the_company(choices, deals, company, today, records.changes(first, today), again=again)
    return Everybodys(
        company=company, reader=reader, today=today, choices=choices, majors=found, deals=deals, again=again
    )


# --- decide --------------------------------------------------------------------------------------------------------
def decide(facts: Own | Everybodys | None, event: Event) -> Decision:
    """Pure."""
    match event, facts:
        case (Pressed(), Own()) if event.action != "majors.show":
            return _pressed(facts, event)
        case ((Pressed() | Said() | Commanded()), Own()):
            own = Decision(records=facts.new) + in_place(event, _shown(facts, whole=bool(facts.items)))
            return told_whose(facts.company, facts.reader, event, own)
        case ((Pressed() | Said() | Commanded()), Everybodys()):
            return told_whose(facts.company, facts.reader, event, in_place(event, _overview(facts, event)))
        case ((Pressed() | Said() | Commanded()), _):
            return Decision(reply=note(t("Majors are between the reps and their manager.")))
        case _:
            return NOTHING


def _shown(facts: Own, *, whole: bool) -> Card:
    return monday(facts.items, facts.week, facts.today) if whole else majors_card.majors(facts.week)


def _overview(facts: Everybodys, event: PersonEvent) -> Card:
    if facts.reader.role is not Role.MANAGER:
        return _owners(facts)
    them = meant(facts.company, event)
    return which(facts.company, them) if len(them) > 1 else _summary(facts)


def _summary(facts: Everybodys) -> Card:
    names = facts.company.names
    parts = majors_card.summed(facts.choices, names, (), facts.deals, facts.again)
    head = t("The week’s majors")
    return Card(head, parts) if parts else note(t("No majors have been proposed yet this week."))


def _owners(facts: Everybodys) -> Card:
    """Deals and what is at stake in them; whose they are is between the reps and the manager."""
    shown = majors_card.of_all(facts.majors, facts.company)
    head = t("The week’s majors")
    return Card(head, (Heading(head), *shown)) if shown else note(t("No majors have been proposed yet this week."))


# --- answering -----------------------------------------------------------------------------------------------------
def _pressed(facts: Own, event: Pressed) -> Decision:
    week, whole = facts.week, "whole" in event.args
    if not week.choices:
        return in_place(event, majors_card.over())
    one = week.one(event.args.get("about", ""))
    end = majors_card.end_of(one.opportunity, week.deals) if one else None
    match event.action.partition(".")[2]:
        case "yes" | "drop" | "argue" | "send" if one and end is not None:
            return in_place(event, majors_card.ended(one, end, _shown(facts, whole=whole)))
        case "all":
            return _agreed(facts, event, week.open)
        case "yes" if one:
            return _agreed(facts, event, (one,))
        case "drop" if one:
            gone = (dropped(one, facts.now),)
            return _after(facts, event, gone) + _settled(facts, event, gone)
        case "argue" if one:
            return in_place(event, majors_card.form(one, week, whole=whole))
        case "send" if one:
            return _sent(facts, event, one)
        case "each":
            return in_place(event, majors_card.each(week, whole=whole))
        case "maths":
            return Decision(reply=_maths(facts))
        case _:
            return in_place(event, _shown(facts, whole=whole))


def _maths(facts: Own) -> Card:
    """Of all that was proposed and is still open."""
    found = facts.review.of(facts.member.id) if facts.review else None
    wanted = {it.opportunity for it in facts.week.choices}
    worths = [it for it in found.majors.deals if it.seen.deal.id in wanted] if found else []
    if facts.review is None or not worths:
        return note(t("What was proposed has changed since, and there is nothing left to work out."))
    head = t("The maths of your majors")
    return Card(head, (Heading(head), *(maths(it, facts.review.odds, facts.company) for it in worths), rule()))


def _after(facts: Own, event: Pressed, changed: tuple[Choice, ...]) -> Decision:
    """What is kept, and the card with it."""
    by_deal = {it.opportunity: it for it in changed}
    choices = tuple(by_deal.get(it.opportunity, it) for it in facts.week.choices)
    after = replace(facts, week=replace(facts.week, choices=choices, again=facts.week.again - by_deal.keys()))
    dropping = tuple(let_go(it) for it in changed if it.pick is Pick.DISTRACTION and _matters(it, facts))
    alarms = (escalations.check_soon(facts.member.id, facts.now),) if dropping else ()
    kept = Decision(records=(*changed, *dropping), alarms=alarms)
    return kept + in_place(event, _shown(after, whole="whole" in event.args))


def _matters(it: Choice, facts: Own) -> bool:
    """Whether the deal is dropped now, or was before."""
    before = facts.week.one(it.opportunity)
    return it.dropped or (before is not None and before.dropped)


def _agreed(facts: Own, event: Pressed, them: tuple[Choice, ...]) -> Decision:
    """What counts again is dropped anew."""
    asked = (replace(it, agrees=None) if it.opportunity in facts.week.again else it for it in them)
    changed = tuple(after for it in asked if (after := agreed(it, facts.now)) != it)
    return _after(facts, event, changed) + _settled(facts, event, changed)


def _settled(facts: Own, event: Pressed, changed: tuple[Choice, ...]) -> Decision:
    """What was with the manager about these is no more."""
    subjects = {it.opportunity for it in changed}
    name = facts.company.called(facts.member)
    gone = any(it.dropped for it in changed)
    why = t("{name} lets it go.", name=name) if gone else t("{name} goes along with it.", name=name)
    ended = [escalations.withdrawn(it, why, facts.now) for it in facts.live if it.subject in subjects]
    return sum((telling.withdrawn(it, facts.clock, event.key) for it in ended if facts.clock), NOTHING)


def _sent(facts: Own, event: Pressed, it: Choice) -> Decision:
    week = facts.week
    after = argued(it, event.fields, frozenset(week.titles or ()), facts.now)
    if isinstance(after, Wrong):
        shown = majors_card.form(it, week, whole="whole" in event.args, typed=event.fields, errors=after.errors)
        return in_place(event, shown)
    if after == it:
        return in_place(event, _shown(facts, whole="whole" in event.args))
    return _after(facts, event, (after,)) + _raised(facts, event, after)


def _raised(facts: Own, event: Pressed, it: Choice) -> Decision:
    """To the manager's queue, where it is one matter however often it is put."""
    clock = facts.clock
    handler = clock.handler(facts.member.id) if clock else None
    if clock is None or handler is None:
        return NOTHING
    found = matter(it, facts.company.called(facts.member), facts.week.called(it.instead), facts.today)
    same = next((one for one in facts.live if one.subject == found.subject), None)
    if same is not None:
        put = replace(same, text=found.text)
        return Decision(records=(put,)) + telling.updated(put, clock, event.key)
    new = escalations.raised(found, facts.company.escalation, facts.now)
    return telling.raised(new, clock) + telling.brief([new], handler, clock, event.key)


ROUTINE = Routine(name="majors", gather=gather, decide=decide, words=frozenset({"majors", "major"}))

"""The weekly review: a few questions to each rep, their answers kept, and how it went told to the manager."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, assert_never

from coaching import cadence, escalations, review_card, telling
from coaching import escalation_card as matter_card
from coaching import review_times as times
from coaching.card import Card, note
from coaching.company import Company
from coaching.decision import GRACE, NOTHING, Decision, Kind, Message
from coaching.escalation import LIVE, Escalation, EscalationKind
from coaching.escalation_clock import Clock
from coaching.escalations import Finding
from coaching.events import Commanded, Event, Imported, PersonEvent, Planned, Pressed, Rang, Said
from coaching.language import t
from coaching.majors_card import Week, end_of
from coaching.majors_facts import came_before, counted_again, deals_of, questions, week_of
from coaching.majors_words import chosen
from coaching.monday_card import monday
from coaching.naming import meant, only, told_whose, which
from coaching.people import Member, Role
from coaching.qualification import Asked
from coaching.review_answers import Wrong, answered_at, learned, read, tapped
from coaching.review_facts import changed_since, reviewed_on
from coaching.review_summary import Summary, owners, summary
from coaching.review_words import kept
from coaching.reviewed import REMEMBERED, WHOLE, Reviewed, Rule, agrees
from coaching.routine import Routine, in_place

if TYPE_CHECKING:
    from coaching.chosen import Choice
    from coaching.opportunities import Opportunity
    from coaching.ports import Holidays, Records
    from coaching.review import RepReview

OPEN_FOR = timedelta(days=13)
"""How long an answer is still taken."""
MOST_HELP = 5
"""Open requests of one member, as anywhere else."""


# --- facts ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Whose reviews are to be set."""

    company: Company
    holidays: frozenset[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A rep whose review is due, or who asked for it. `items` are those of this week, if there were any."""

    company: Company
    member: Member
    now: datetime
    today: date
    holidays: frozenset[date]
    items: tuple[Reviewed, ...]
    week: Week
    """The majors of this week, kept already or `proposed` now."""
    proposed: tuple[Choice, ...]
    found: RepReview | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """A rep who pressed something. `items` are the review's that it was on."""

    company: Company
    member: Member
    now: datetime
    today: date
    items: tuple[Reviewed, ...]
    one: Reviewed | None
    week: Week = field(default_factory=Week)
    """The majors on the same card."""
    found: RepReview | None = None
    """For the maths."""
    clock: Clock | None = None
    """For help."""
    live: tuple[Escalation, ...] = ()
    """Their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconfirmed:
    """Answers that the CRM may say too by now, with their deals."""

    today: date
    items: tuple[tuple[Reviewed, Opportunity], ...]


Facts = Plan | Turn | Answering | Unconfirmed | Summary | None


# --- gather --------------------------------------------------------------------------------------------------------
def gather(records: Records, event: Event, holidays: Holidays) -> Facts:
    """What the event needs; the whole pipeline only for a review that has to be made."""
    company = records.company
    match event:
        case Planned():
            return Plan(company=company, holidays=_holidays(company, event.at, holidays))
        case Imported():
            return _unconfirmed(records, event.at)
        case Rang(alarm=alarm, subject=subject):
            member = company.member(subject)
            # An alarm may be older than somebody's role.
            if (
                member is None
                or not member.active
                or member.role is not (Role.MANAGER if alarm == times.TELL else Role.REP)
            ):
                return None
            if alarm == times.TELL:
                return _summary(records, member, event.at)
            return _turn(records, member, event.at, holidays, anew=alarm == times.ASK)
        case Pressed() | Said() | Commanded():
            member = company.member(event.member)
            return _of_person(records, member, event, holidays) if member and member.active else None
        case _:
            assert_never(event)


def _of_person(records: Records, member: Member, event: PersonEvent, holidays: Holidays) -> Facts:
    if member.role is Role.ADMIN:
        return None
    named = only(meant(records.company, event)) if member.role is Role.MANAGER else None
    if member.role is not Role.REP and named is None:
        return _summary(records, member, event.at)
    if named is not None:
        turn = _turn(records, named, event.at, holidays, anew=False)
        return replace(turn, member=member)
    if isinstance(event, Pressed):
        return _answering(records, member, event, holidays)
    return _turn(records, member, event.at, holidays, anew=True)


def _holidays(company: Company, now: datetime, holidays: Holidays) -> frozenset[date]:
    return holidays(company.country, now.date() - timedelta(days=15), now.date() + timedelta(days=cadence.FAR + 20))


def _turn(records: Records, member: Member, now: datetime, holidays: Holidays, *, anew: bool) -> Turn:
    """`anew` looks at the pipeline unless that was done this week."""
    company, today = records.company, cadence.local_day(now, member.tz)
    items = questions(records.reviewed(times.week_of(today), today, member.id))
    kept = records.choices(times.week_of(today), today, member.id)
    found = reviewed_on(records, today).of(member.id) if anew and not items else None
    proposed = chosen(found.majors, company) if found and not kept else ()
    return Turn(
        company=company,
        member=member,
        now=now,
        today=today,
        holidays=_holidays(company, now, holidays),
        items=items,
        week=week_of(records, member, kept or proposed, today, asked=_asked_about(items, found)),
        proposed=proposed,
        found=found,
    )


def _asked_about(items: tuple[Reviewed, ...], found: RepReview | None = None) -> tuple[str, ...]:
    """The deals that are, or will be in a moment."""
    new = found.asked if found else ()
    return tuple(it.opportunity for it in items) or tuple(it.subject for it in new)


def _answering(records: Records, member: Member, event: Pressed, holidays: Holidays) -> Answering:
    company, today = records.company, cadence.local_day(event.at, member.tz)
    on = cadence.written_day(event.args.get("on", "")) or date.min
    items = questions(records.reviewed(on, on, member.id)) if today - OPEN_FOR <= on <= today else ()
    name = (event.args.get("about", ""), event.args.get("rule", ""))
    one = next((it for it in items if (it.opportunity, it.rule.value) == name), None)
    helps = event.action == "review.help"
    return Answering(
        company=company,
        member=member,
        now=event.at,
        today=today,
        items=items,
        one=one,
        week=week_of(records, member, records.choices(on, on, member.id), today, asked=_asked_about(items))
        if items
        else Week(),
        found=reviewed_on(records, today).of(member.id) if event.action == "review.maths" else None,
        clock=Clock(company=company, now=event.at, holidays=_holidays(company, event.at, holidays)) if helps else None,
        live=records.escalations(LIVE, member.id) if helps else (),
    )


def _unconfirmed(records: Records, now: datetime) -> Unconfirmed:
    today = cadence.local_day(now, records.company.tz)
    waiting = [it for it in records.reviewed(today - REMEMBERED, today) if _waits(it)]
    if not waiting:
        return Unconfirmed(today=today, items=())
    # Their answers hold the lock of whose they are, so an import must hold it too before it reads.
    records.lock({it.member for it in waiting})
    again = [it for it in records.reviewed(today - REMEMBERED, today) if _waits(it)]
    found = ((it, records.opportunity(it.opportunity)) for it in again)
    return Unconfirmed(today=today, items=tuple((it, deal) for it, deal in found if deal))


def _waits(it: Reviewed) -> bool:
    return it.answered and it.tells_crm and it.confirmed_on is None


def _summary(records: Records, reader: Member, now: datetime) -> Summary:
    company, today = records.company, cadence.local_day(now, reader.tz)
    recent = questions(records.reviewed(today - REMEMBERED, today))
    choices = records.choices(times.week_of(today) - timedelta(days=7), today)
    days = (*(it.on for it in recent), *(it.on for it in choices))
    first = max(days, default=today) - timedelta(days=6)
    absent = records.absent()
    there = [it for it in recent if it.member not in absent]
    items = tuple(it for it in there if it.on >= max(first, times.week_of(today) - timedelta(days=7)))
    latest = tuple(it for it in choices if it.on >= first and it.member not in absent)
    deals = deals_of(records, (*(it.opportunity for it in items), *(it.opportunity for it in latest)))
    return Summary(
        company=company,
        reader=reader,
        today=today,
        items=items,
        recent=recent,
        choices=latest,
        absent=absent,
        deals=deals,
        again=counted_again(records, latest, deals, today),
        before=tuple(what for _, what in came_before(records, None, first, today)),
        changed=changed_since(records, today),
    )


# --- decide --------------------------------------------------------------------------------------------------------
def decide(facts: Facts, event: Event) -> Decision:
    """What follows from the event."""
    match event, facts:
        case Planned(), Plan():
            company = facts.company
            alarms = (times.next_ask(company, it, event.at, facts.holidays) for it in company.members)
            return Decision(alarms=tuple(alarms))
        case Imported(), Unconfirmed():
            said = (replace(it, confirmed_on=facts.today) for it, deal in facts.items if agrees(it, deal))
            return Decision(records=tuple(said))
        case Rang(alarm=times.REMIND), Turn():
            return _reminded(facts)
        case Rang(), Turn():
            return _asked(facts, event)
        case Rang(), Summary():
            return _told(facts)
        case Pressed(), Answering():
            return _pressed(facts, event)
        case ((Pressed() | Said() | Commanded()), Turn()):
            return told_whose(facts.company, facts.member, event, _shown(facts, event))
        case ((Pressed() | Said() | Commanded()), Summary()):
            return told_whose(facts.company, facts.reader, event, in_place(event, _overview(facts, event)))
        case ((Pressed() | Said() | Commanded()), _):
            return Decision(reply=note(t("The review is between the reps and their manager.")))
        case _:
            return NOTHING


def _overview(facts: Summary, event: PersonEvent) -> Card:
    if facts.reader.role is not Role.MANAGER:
        return owners(facts)
    them = meant(facts.company, event)
    return which(facts.company, them) if len(them) > 1 else summary(facts)


# --- asking --------------------------------------------------------------------------------------------------------
def _asked(turn: Turn, event: Rang) -> Decision:
    """Once a week; one that comes too late is left to the next week's."""
    again = Decision(alarms=(times.next_ask(turn.company, turn.member, event.at, turn.holidays),))
    grace = GRACE[Kind.REVIEW]
    late = grace is not None and event.at - event.due_at > grace
    if (
        late
        or turn.items
        or turn.found is None
        or not cadence.works(turn.company, turn.member, turn.today, turn.holidays)
    ):
        return again
    items = _items(turn)
    if not items and not turn.proposed:
        return again
    card = monday(items, turn.week, turn.today)
    message = Message(key=times.message_key(turn.member.id, turn.today), to=turn.member.id, card=card, kind=Kind.REVIEW)
    alarms = (times.remind_at(turn.member, turn.now), *times.tell_at(turn.company, turn.now, turn.holidays))
    return again + _kept(items) + Decision(records=turn.proposed, messages=(message,), alarms=alarms)


def _items(turn: Turn) -> tuple[Reviewed, ...]:
    entries = turn.found.asked if turn.found else ()
    return tuple(kept(it, turn.today, place, turn.company) for place, it in enumerate(entries))


def _kept(items: tuple[Reviewed, ...]) -> Decision:
    """With what of a deal was asked about, so that nobody else asks about that deal this week."""
    about = (it for it in items if it.rule is Rule.EARLY_STAGE and it.criterion)
    told = (Asked(member=it.member, opportunity=it.opportunity, criterion=it.criterion, on=it.on) for it in about)
    return Decision(records=(*items, *told))


def _shown(turn: Turn, event: PersonEvent) -> Decision:
    """The week's, as it stands; made now for a rep who can't wait for it."""
    items = turn.items or _items(turn)
    kept_now = _kept(items) if not turn.items and items else NOTHING
    shown = in_place(event, monday(items, turn.week, turn.today))
    return kept_now + Decision(records=turn.proposed) + shown


def _reminded(turn: Turn) -> Decision:
    left = review_card.waiting(turn.items, turn.week.deals)
    if not left or any(it.answered for it in turn.items):
        return NOTHING
    message = Message(
        key=f"{times.message_key(turn.member.id, turn.today)}:again",
        to=turn.member.id,
        card=review_card.reminder(turn.items, turn.week.deals),
        kind=Kind.REMINDER,
    )
    return Decision(messages=(message,))


def _told(it: Summary) -> Decision:
    """Once a week."""
    if not it.items and not it.choices:
        return NOTHING
    year, week, _ = it.today.isocalendar()
    key = f"review:summary:{it.reader.id}:{year}-W{week:02}"
    return Decision(messages=(Message(key=key, to=it.reader.id, card=summary(it), kind=Kind.REVIEW),))


# --- answering -----------------------------------------------------------------------------------------------------
def _pressed(facts: Answering, event: Pressed) -> Decision:
    action = event.action.partition(".")[2]
    if action == "maths":
        return Decision(reply=_maths(facts))
    if not facts.items:
        return in_place(event, review_card.over())
    if facts.one is None:
        return in_place(event, monday(facts.items, facts.week, facts.today))
    if end_of(facts.one.opportunity, facts.week.deals) is not None:
        # Nothing is asked any more about a deal that has ended since, so that nothing said now is an answer.
        return in_place(event, monday(facts.items, facts.week, facts.today))
    match action:
        case "open":
            return in_place(event, review_card.form(facts.one))
        case "send":
            return _sent(facts, event, facts.one)
        case "help":
            return _helped(facts, event, facts.one)
        case _:
            after = tapped(facts.one, action, event.args, facts.now, facts.today)
            return _answered(facts, event, facts.one, after or facts.one)


def _maths(facts: Answering) -> Card:
    if facts.found is None:
        return review_card.over()
    shown = (it.opportunity or it.rule.value for it in facts.items)
    return review_card.maths_card(facts.found, facts.company, shown)


def _sent(facts: Answering, event: Pressed, it: Reviewed) -> Decision:
    after = read(it, event.fields, facts.now, facts.today)
    if isinstance(after, Wrong):
        return in_place(event, review_card.form(it, typed=event.fields, errors=after.errors))
    return _answered(facts, event, it, after)


def _answered(facts: Answering, event: Pressed, before: Reviewed, after: Reviewed) -> Decision:
    items = tuple(after if it == before else it for it in facts.items)
    shown = in_place(event, monday(items, facts.week, facts.today))
    if after == before:
        return shown
    told = Decision(records=(after, *learned(before, after, event.fields, facts.company))) + shown
    if after.let_go == before.let_go:
        return told
    return told + Decision(alarms=(escalations.check_soon(facts.member.id, facts.now),))


def _helped(facts: Answering, event: Pressed, it: Reviewed) -> Decision:
    """To the manager's queue, like any other request; the same again finds the first."""
    clock = facts.clock
    handler = clock.handler(facts.member.id) if clock else None
    # Who wants help with a deal hasn't let it go.
    kept = replace(it, help=True, let_go=False)
    after = replace(kept, answered_at=answered_at(kept, facts.now))
    if clock is None or handler is None:
        return in_place(event, note(t("There is nobody yet to take this to: the company has no manager here.")))
    subject = it.opportunity or f"review:{it.rule.value}"
    live = [one for one in facts.live if one.kind is EscalationKind.ASKED]
    if any(one.subject == subject for one in live) or len(live) >= MOST_HELP:
        return _answered(facts, event, it, after)
    raised = escalations.raised(_finding(facts, it, subject), facts.company.escalation, facts.now)
    mine = Message(
        key=telling.members_key(raised),
        to=facts.member.id,
        card=matter_card.members_copy(raised, clock, facts.member),
        kind=Kind.REPLY,
    )
    told = telling.brief([raised], handler, clock, event.key)
    return telling.raised(raised, clock) + Decision(messages=(mine,)) + told + _answered(facts, event, it, after)


def _finding(facts: Answering, it: Reviewed, subject: str) -> Finding:
    about = f"{it.title}: {it.said}" if it.opportunity != WHOLE else it.said
    text = t("{name} would like help with {about}", name=facts.company.called(facts.member), about=about)
    return Finding(member=facts.member.id, kind=EscalationKind.ASKED, subject=subject, text=text, since=facts.today)


ROUTINE = Routine(name="review", gather=gather, decide=decide, words=frozenset({"review"}), refreshed=True)

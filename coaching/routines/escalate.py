"""Matters for the manager: asked for by a rep or noticed by a rule, seen by both, and nobody's for too long."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, assert_never

from coaching import cadence, escalations, telling
from coaching import escalation_card as card
from coaching.agreed import Sum, as_of, summed
from coaching.book import let_go_of
from coaching.company import Company
from coaching.decision import NOTHING, Alarm, Decision
from coaching.escalation import LIVE, Escalation, EscalationKind, EscalationState
from coaching.escalation_card import Queue
from coaching.escalation_clock import Clock
from coaching.escalation_desk import PHRASES, Desk, Sent, pressed, written
from coaching.escalations import CHECK, WEEK
from coaching.events import Commanded, Event, Imported, PersonEvent, Planned, Pressed, Rang, Said
from coaching.identity import Standing, decides
from coaching.majors_facts import questions, week_of
from coaching.one_question import By, reviewed_today, taken_on
from coaching.people import Member, Role
from coaching.review_times import message_key
from coaching.routine import Routine
from coaching.watching import Evidence, answered, in_words, resolved_itself, to_raise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from coaching.chosen import Choice
    from coaching.opportunities import Opportunity
    from coaching.ports import Holidays, Records

EVERYBODY = "*"
_BY_DEAL = frozenset({EscalationKind.OVERDUE_OPPORTUNITY, EscalationKind.MAJORS, EscalationKind.ASKED})
"""What resolves itself with the deal that it is about."""
CHECK_AT = time(13, 0)
"""Once a day in the company's zone, when most windows have closed; whatever changes a fact rings it sooner."""
LOOK_BACK = timedelta(days=35)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What the rules look at, and what telling needs."""

    clock: Clock
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What is live, when the clock of one of them rings."""

    clock: Clock
    queue: Queue
    one: Escalation | None


# --- gather --------------------------------------------------------------------------------------------------------
def gather(records: Records, event: Event, holidays: Holidays) -> Desk | Check | Waiting | Company | None:
    """Everything live is needed by all: there is never much of it."""
    match event:
        case Planned():
            return records.company
        case Imported():
            return _check(records, event.at, holidays, None)
        case Rang(alarm=alarm, subject=subject) if alarm == CHECK:
            return _check(records, event.at, holidays, None if subject == EVERYBODY else subject)
        case Rang(subject=subject):
            one = records.escalation(subject.partition(":")[2])
            return Waiting(clock=_clock(records, event.at, holidays), queue=_queue(records, event.at), one=one)
        case Pressed() | Said() | Commanded():
            return _desk(records, event, holidays)
        case _:
            assert_never(event)


def _clock(records: Records, now: datetime, holidays: Holidays) -> Clock:
    first = now.date() - LOOK_BACK
    found = holidays(records.company.country, first, first + timedelta(days=cadence.FAR + 60))
    return Clock(company=records.company, now=now, holidays=found)


def _queue(records: Records, now: datetime) -> Queue:
    live = records.escalations(LIVE)
    found = (records.opportunity(it.subject) for it in live if it.kind in _BY_DEAL)
    fell = any(it.kind is EscalationKind.FORECAST_DROP for it in live)
    return Queue(items=live, deals={it.id: it for it in found if it}, together=_together(records, now) if fell else {})


def _together(records: Records, now: datetime) -> Mapping[str, Sum]:
    """What the running period's calls come to: what falls in it is read beside that."""
    company = records.company
    period = company.period(cadence.local_day(now, company.tz))
    rows = as_of(company, period, records.calls(str(period)), records.remarks(str(period)), now)
    return {str(period): summed(rows, company)}


def _desk(records: Records, event: PersonEvent, holidays: Holidays) -> Desk | None:
    reader = records.company.member(event.member)
    if reader is None or not reader.active:
        return None
    args = event.args if isinstance(event, Pressed) else {}
    if records.company.member(args.get("member", "")):
        # The rules write under the lock of whom it is about, so a press must hold it too before it reads.
        records.lock((args["member"],))
    one = records.escalation(args["id"]) if "id" in args else None
    choice = _choice(records, one) if one else None
    settled, manages = records.settled_escalations(event.at - 2 * WEEK), reader.role is Role.MANAGER
    asked = decides(records.company, reader)
    return Desk(
        clock=_clock(records, event.at, holidays),
        reader=reader,
        queue=_queue(records, event.at),
        settled=tuple(it for it in settled if it.member == reader.id),
        closed=tuple(it for it in settled if manages and _closed_itself(records, it, event.at)),
        one=one if one and _may_touch(records.company, reader, one) else None,
        about=records.opportunity(args["about"]) if "about" in args else None,
        newcomers=records.newcomers(Standing.WAITING) if asked else (),
        absent=records.absent() if asked else frozenset(),
        choice=choice,
        sent=_sent(records, choice, event.at) if choice else None,
    )


def _closed_itself(records: Records, it: Escalation, now: datetime) -> bool:
    """A request that nobody had to settle, within the week: whoever meant to come to it sees why it isn't there.

    What was taken back before anybody saw it stays between its rep and the coach.
    """
    asked = it.kind is EscalationKind.ASKED and it.state is EscalationState.WITHDRAWN
    if not asked or it.settled_at is None or it.settled_at <= now - WEEK:
        return False
    deal = records.opportunity(it.subject)
    return it.acknowledged_at is not None or (deal is not None and not deal.is_open)


def _choice(records: Records, it: Escalation) -> Choice | None:
    """The latest that its rep argued about."""
    if it.kind is not EscalationKind.MAJORS:
        return None
    until = it.raised_at.date() + timedelta(days=1)
    found = records.choices(until - LOOK_BACK, until, it.member)
    return next((one for one in reversed(found) if one.opportunity == it.subject and one.argued), None)


def _sent(records: Records, choice: Choice, now: datetime) -> Sent | None:
    """The Monday card with that choice, as all on it stands now."""
    rep, on = records.company.member(choice.member), choice.on
    key = message_key(choice.member, on)
    if rep is None or records.message(rep.id, key) is None:
        return None
    today = cadence.local_day(now, rep.tz)
    items = questions(records.reviewed(on, on, rep.id))
    week = week_of(records, rep, records.choices(on, on, rep.id), today, asked=(it.opportunity for it in items))
    return Sent(key=key, today=today, items=items, week=week)


def _may_touch(company: Company, reader: Member, it: Escalation) -> bool:
    """The member themself, a manager, and the owner where it has reached them."""
    if reader.id == it.member or reader.role is Role.MANAGER:
        return True
    return reader.role is Role.OWNER and (it.owner_told_at is not None or company.manager is None)


def _check(records: Records, now: datetime, holidays: Holidays, only: str | None) -> Check:
    company = records.company
    today = cadence.local_day(now, company.tz)
    period = company.period(today)
    # People's presses on what is live hold the lock of whom it is about.
    members = _in_question(company, only)
    records.lock({it.id for it in members})
    live = records.escalations(LIVE, only)
    about = (records.opportunity(it.subject) for it in live if it.kind in _BY_DEAL)
    deals = {it.id: it for it in (*records.open_opportunities(only), *(it for it in about if it))}
    open_ = tuple(it for it in deals.values() if it.is_open)
    clock = _clock(records, now, holidays)
    evidence = Evidence(
        company=company,
        now=now,
        today=today,
        period=period,
        members=members,
        checkins=records.checkins(today - LOOK_BACK, today + timedelta(days=1), only),
        calls=records.calls(str(period), only),
        remarks=records.remarks(str(period), only),
        deals=deals,
        live=live,
        settled=records.settled_escalations(now - WEEK),
        waits=_asked_about(records, open_, now, clock.holidays),
        let_go=frozenset(let_go_of(records, open_, today)),
    )
    return Check(clock=clock, evidence=evidence)


def _asked_about(
    records: Records, deals: Iterable[Opportunity], now: datetime, holidays: frozenset[date]
) -> frozenset[str]:
    """Of what is overdue that which its rep is asked about today, or may be: the review of the day comes first."""
    company, found = records.company, set[str]()
    today, least = cadence.local_day(now, company.tz), company.escalation.overdue_amount
    late = [it for it in deals if escalations.overdue(it, today, least)]
    for rep in company.reps:
        mine = [it for it in late if it.member == rep.id]
        if not mine:
            continue
        theirs = cadence.local_day(now, rep.tz)
        review, taken = reviewed_today(company, rep, theirs, holidays), taken_on(records, theirs, rep.id)
        before = review is not None and now < review
        found |= {it.id for it in mine if before or taken.by(it, By.MATTER)}
    return frozenset(found)


def _in_question(company: Company, only: str | None) -> tuple[Member, ...]:
    """The reps, and whoever answers for the deals that are no rep's; or one of them."""
    stand_in = company.manager or company.owner
    everybody = (*company.reps, *((stand_in,) if stand_in else ()))
    return tuple(it for it in everybody if only in {None, it.id})


# --- decide --------------------------------------------------------------------------------------------------------
def decide(facts: Desk | Check | Waiting | Company | None, event: Event) -> Decision:
    """What follows from the event."""
    match event, facts:
        case Planned(), Company():
            return Decision(alarms=(_next_check(facts, event.at),))
        case Imported(), Check():
            return _checked(facts, event.key)
        case Rang(), Check():
            daily = event.subject == EVERYBODY
            again = Decision(alarms=(_next_check(facts.clock.company, event.at),)) if daily else NOTHING
            return _checked(facts, event.key) + again
        case Rang(alarm="escalate.wake"), Waiting():
            return _woken(facts, event)
        case Rang(alarm="escalate.brief"), Waiting():
            return _briefed(facts, event)
        case Rang(), Waiting():
            return _waited(facts, event)
        case Pressed(), Desk():
            return pressed(facts, event)
        case ((Said() | Commanded()), Desk()):
            return written(facts, event)
        case _:
            return NOTHING


def _next_check(company: Company, after: datetime) -> Alarm:
    today = cadence.local_day(after, company.tz)
    moments = (cadence.instant(today + timedelta(days=n), CHECK_AT, company.tz) for n in range(3))
    return Alarm(alarm=CHECK, subject=EVERYBODY, at=next(it for it in moments if it > after))


# --- the rules -----------------------------------------------------------------------------------------------------
def _checked(check: Check, key: str) -> Decision:
    """What has resolved itself goes, what is new comes; several at once for one reader are one message."""
    evidence, clock = check.evidence, check.clock
    over = [ended for it in evidence.live if (ended := _ended(it, evidence))]
    policy = evidence.company.escalation
    new = [escalations.raised(it, policy, evidence.now) for it in to_raise(evidence)]
    quiet = sum((telling.withdrawn(it, clock, key) for it in over), NOTHING)
    return quiet + sum((telling.raised(it, clock) for it in new), NOTHING) + telling.tell(new, clock, key)


def _ended(it: Escalation, evidence: Evidence) -> Escalation | None:
    """Settled by what the manager said elsewhere, whoever saw it first; or by itself."""
    word = answered(it, evidence)
    if word is not None:
        return replace(escalations.resolved(it, word.by, in_words(word), evidence.now), acknowledged_by=word.by)
    why = resolved_itself(it, evidence)
    return escalations.withdrawn(it, why, evidence.now) if why else None


# --- what comes due ------------------------------------------------------------------------------------------------
def _woken(waiting: Waiting, event: Rang) -> Decision:
    """A snooze is over: the manager finds it on the table again."""
    it = waiting.one
    if it is None or it.state is not EscalationState.SNOOZED:
        return NOTHING
    clock, back = waiting.clock, escalations.awake(it)
    handler = clock.handler(it.member)
    key = f"escalation:{it.id}:again:{event.due_at:%Y-%m-%d}"
    again = telling.say(key, handler, card.handlers_copy(back, clock, handler)) if handler else NOTHING
    return Decision(records=(back,)) + telling.updated(back, clock, event.key) + again


def _briefed(waiting: Waiting, event: Rang) -> Decision:
    """The handler is in: what gathered for this hour and is still unseen. What was said before isn't said again."""
    clock = waiting.clock
    handler = clock.company.member(event.subject.partition(":")[0])
    if handler is None or not handler.active:
        return NOTHING
    since = event.due_at - timedelta(hours=12)
    mine = [it for it in waiting.queue.items if clock.handler(it.member) == handler]
    unseen = [it for it in mine if it.state is EscalationState.OPEN and clock.brief_at(it) > since]
    return telling.brief(unseen, handler, clock, f"{event.due_at:%Y-%m-%dT%H:%M}")


def _waited(waiting: Waiting, event: Rang) -> Decision:
    """All that have waited as long are said in one message: a reminder first, then the owner."""
    it, clock = waiting.one, waiting.clock
    if it is None or it.state is not EscalationState.OPEN or it.owner_told_at is not None:
        return NOTHING
    if clock.now < clock.acknowledge_by(it):
        return Decision(alarms=(telling.alarm(it, telling.OVERDUE, clock.acknowledge_by(it)),))
    if clock.fallback(it) is not None and clock.now >= clock.owner_by(it):
        return _owner_told(waiting, it, event)
    again = (telling.alarm(it, telling.OVERDUE, clock.owner_by(it)),) if clock.fallback(it) else ()
    return Decision(alarms=again) + _reminded(waiting, it)


def _reminded(waiting: Waiting, it: Escalation) -> Decision:
    clock, handler = waiting.clock, waiting.clock.handler(it.member)
    if handler is None:
        return NOTHING
    late = [found for found in waiting.queue.items if clock.late(found) and clock.handler(found.member) == handler]
    today = cadence.local_day(clock.now, handler.tz)
    return telling.say(f"escalations:reminder:{handler.id}:{today}", handler, card.reminder(late))


def _owner_told(waiting: Waiting, it: Escalation, event: Rang) -> Decision:
    clock, owner = waiting.clock, waiting.clock.fallback(it)
    if owner is None:
        return NOTHING
    late = [found for found in waiting.queue.items if _is_the_owners(found, clock)]
    told = [replace(found, owner_told_at=clock.now) for found in late]
    message = telling.say(f"escalations:owner:{it.id}", owner, card.owners_notice(told, waiting.queue, clock))
    updated = sum((telling.updated(found, clock, event.key) for found in told), NOTHING)
    return Decision(records=tuple(told)) + message + updated


def _is_the_owners(it: Escalation, clock: Clock) -> bool:
    unseen = it.state is EscalationState.OPEN and it.owner_told_at is None
    return unseen and clock.fallback(it) is not None and clock.owner_by(it) <= clock.now


ROUTINE = Routine(
    name="escalate",
    gather=gather,
    decide=decide,
    words=frozenset({"manager", "escalate", "queue", "ask"}),
    phrases=PHRASES,
    refreshed=True,
)

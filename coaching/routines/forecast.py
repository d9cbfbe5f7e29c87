"""The forecast: shown with what moved, called by the rep, agreed with the manager, locked each week; and the deals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, assert_never

from coaching import cadence
from coaching import forecast_times as times
from coaching import team_forecast_card as team
from coaching.book import book_of, let_go_of, said_of
from coaching.called_card import reminder
from coaching.card import note
from coaching.company import Company
from coaching.decision import GRACE, NOTHING, Alarm, Decision, Kind, Message
from coaching.events import Commanded, Event, Imported, PersonEvent, Planned, Pressed, Rang, Said
from coaching.forecast_desk import pressed, written
from coaching.forecast_view import View, committable
from coaching.forecast_words import NAMES, agreeing_with, is_call, landing, sentence
from coaching.language import t
from coaching.locking import Locking, locked
from coaching.naming import by_id, named_first, only, which
from coaching.numbers.outlook import first_day_ahead, outlook, won_by_member
from coaching.people import Member, Reminders, Role
from coaching.playbooks import playbook
from coaching.qualification import gated
from coaching.routine import Routine, asked
from coaching.track_record import remembered

if TYPE_CHECKING:
    from coaching.ports import Holidays, Records

_POSSESSIVE = re.compile(r"^(?:['’]s\b)?[\s:,]*")
STILL_DUE = timedelta(days=1)
"""A lock that a company's file is applied over is rung again: what is locked already stays as it is."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the alarms follow from."""

    company: Company
    holidays: frozenset[date]


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody whose alarm rang, and what they would be shown."""

    plan: Plan
    view: View | None


# --- gather ----------------------------------------------------------------------------------------------------------
def gather(records: Records, event: Event, holidays: Holidays) -> View | Plan | Turn | Locking | Member | None:
    """The pipeline that the event is about; the company alone for planning."""
    company = records.company
    match event:
        case Planned() | Imported():
            return _plan(company, event.at, holidays)
        case Rang(alarm=times.LOCK):
            return _locking(records, event.due_at, event.at)
        case Rang(alarm=times.BRIEF):
            reader = company.manager
            view = _view(records, reader, None, event.at) if reader else None
            return Turn(_plan(company, event.at, holidays), view)
        case Rang(subject=subject):
            member = company.member(subject)
            view = _view(records, member, member, event.at, plain=True) if member and times.calls(member) else None
            return Turn(_plan(company, event.at, holidays), view)
        case Pressed() | Said() | Commanded():
            reader = company.member(event.member)
            if reader is None or not reader.active or reader.role is Role.ADMIN:
                return reader
            return _view(records, reader, _about(company, reader, event), event.at)
        case _:
            assert_never(event)


def _plan(company: Company, now: datetime, holidays: Holidays) -> Plan:
    far = now.date() + DAY * cadence.FAR
    return Plan(company, holidays(company.country, now.date() - 14 * DAY, far + 14 * DAY))


def _about(company: Company, reader: Member, event: PersonEvent) -> Member | None:
    """Whose forecast: a rep's own always, whatever was asked; for the manager whom they named, else everybody's."""
    if reader.role is Role.REP:
        return reader
    if reader.role is not Role.MANAGER:
        return None
    if isinstance(event, Pressed):
        # A yes is said looking at everybody, and what comes next is the next one.
        return None if event.action == "forecast.agree" else by_id(company, event.args.get("member", ""))
    return only(named_first(company, _said(event))[0])


def _said(event: Said | Commanded) -> str:
    """What is said about the forecast: `commit 190k` is all of it, `forecast commit 190k` without its first word."""
    word, rest = asked(event)
    whose = agreeing_with(event.text) or agreeing_with(rest)
    if whose is not None:
        return whose
    return event.text.strip() if word in NAMES else landing(event.text) or sentence(event.text) or rest


def _view(records: Records, reader: Member, member: Member | None, now: datetime, *, plain: bool = False) -> View:
    """`plain`: without what the coach expects and how calls came in, which take the whole company's history."""
    company = records.company
    today = cadence.local_day(now, reader.tz)
    period = company.period(today)
    whose = member.id if member else None
    calls = records.calls(str(period), whose)
    own = [it for it in calls if not it.is_overlay]
    since = cadence.local_day(own[-1].called_at, reader.tz) if own and member else None
    book = None if plain else book_of(records, today)
    every = records.open_opportunities(whose)
    let_go = let_go_of(records, every, today, whose)
    open_ = tuple(it for it in every if it.id not in let_go)
    held = gated(company, playbook(company), open_, records.evidence(), today)
    return View(
        company=company,
        reader=reader,
        member=member,
        now=now,
        today=today,
        period=period,
        open=committable(open_, held, company),
        held=held,
        let_go=let_go,
        gone=tuple(it for it in every if it.id in let_go),
        said=said_of(records, open_, today, member=whose),
        closed=records.closed_opportunities(period.start, today, whose),
        calls=calls,
        remarks=records.remarks(str(period), whose),
        locks=records.locks(str(period), whose),
        imported_on=records.imported_on(),
        changes=records.changes(since, today) if since else (),
        book=book,
        record=remembered(records, today, whose, deals=book.deals, reader=reader.id, ours=False) if book else None,
    )


def _locking(records: Records, due: datetime, now: datetime) -> Locking:
    """By what had been said when it was due. A call on its way holds its rep's lock: it is in, or comes after."""
    company = records.company
    records.lock({it.id for it in company.reps})
    on, today = cadence.local_day(due, company.tz), cadence.local_day(now, company.tz)
    period, book = company.period(on), book_of(records, today)
    return Locking(
        company=company,
        period=period,
        on=on,
        at=due,
        now=now,
        calls=records.calls(str(period)),
        remarks=records.remarks(str(period)),
        won=won_by_member(book.deals, company, period, until=on + DAY),
        outlook=outlook(book, company, period, first_day_ahead(book.deals, today)) if on == today else None,
        estimates=records.estimates((on,)) if on != today else (),
        done=any(it.on == on for it in records.locks(str(period))),
    )


def still(records: Records, facts: View | Plan | Turn | Locking | Member | None) -> bool:
    """Whether the calls, and what was said about them, are those that were looked at."""
    if not isinstance(facts, View):
        return True
    period, whose = str(facts.period), facts.member.id if facts.member else None
    now = (records.calls(period, whose), records.remarks(period, whose), records.locks(period, whose))
    return now == (facts.calls, facts.remarks, facts.locks)


# --- decide ----------------------------------------------------------------------------------------------------------
def decide(facts: View | Plan | Turn | Locking | Member | None, event: Event) -> Decision:
    """What follows from the event."""
    match event, facts:
        case Planned(), Plan():
            return Decision(alarms=(*_reminders(facts, event.at), *_everybodys(facts, event.at)))
        case Imported(), Plan():
            # A company from before there were locks gets its first without anybody applying its file.
            return Decision(alarms=_everybodys(facts, event.at))
        case Rang(), Locking():
            kept = () if facts.done else locked(facts)
            # From when it was due: weeks in which the program stood still are each locked as they were.
            return Decision(records=kept, alarms=(times.lock_alarm(facts.company, event.due_at),))
        case Rang(alarm=times.BRIEF), Turn():
            return _briefed(facts, event)
        case Rang(), Turn():
            return _reminded(facts, event)
        case Pressed(), View():
            return pressed(facts, event)
        case ((Said() | Commanded()), View()):
            return _written(facts, event)
        case ((Pressed() | Said() | Commanded()), _):
            return Decision(reply=note(t("Forecast and deals are for the reps, the manager and the owner.")))
        case _:
            return NOTHING


def _written(view: View, event: Said | Commanded) -> Decision:
    """A figure is never kept for one of two who go by the same name."""
    them, behind = named_first(view.company, _said(event))
    if len(them) > 1 and view.reader.role in {Role.REP, Role.MANAGER}:
        return Decision(reply=which(view.company, them))
    rest = _POSSESSIVE.sub("", behind) if them else behind
    named = only(them)
    else_ = view.reader.role is Role.REP and named is not None and named.id != view.reader.id
    return written(view, event, rest, somebody_else=else_)


def _reminders(plan: Plan, now: datetime) -> tuple[Alarm, ...]:
    return tuple(times.remind_alarm(plan.company, it, now, plan.holidays) for it in plan.company.members)


def _everybodys(plan: Plan, now: datetime) -> tuple[Alarm, ...]:
    """One that is due and hasn't rung yet still stands; one that has, rings again and finds all done."""
    lock = times.lock_alarm(plan.company, now - STILL_DUE)
    return times.brief_alarm(plan.company, now - times.LAST_HOURS, plan.holidays), lock


def _reminded(turn: Turn, event: Rang) -> Decision:
    """Whoever has something to call and hasn't since the last lock; not who wants few reminders, and not too late."""
    view, company = turn.view, turn.plan.company
    member = view.reader if view else company.member(event.subject)
    if member is None:
        return NOTHING
    again = Decision(alarms=(times.remind_alarm(company, member, event.at, turn.plan.holidays),))
    if view is None or not _late(view, event, turn.plan.holidays):
        return again
    key = f"forecast:{member.id}:{view.today.isoformat()}"
    return again + Decision(messages=(Message(key=key, to=member.id, card=reminder(view), kind=Kind.REMINDER),))


def _late(view: View, event: Rang, holidays: frozenset[date]) -> bool:
    reader, something = view.reader, bool(view.open or view.closed or view.last)
    missed = event.at - event.due_at > (GRACE[Kind.REMINDER] or DAY)
    polite = cadence.polite_from(view.company, reader, event.at, holidays)
    wanted = reader.reminders is not Reminders.LIGHT and not view.called_this_week(reader.id)
    return wanted and something and not missed and polite < view.lock_at


def _briefed(turn: Turn, event: Rang) -> Decision:
    """Once a week, as long as there is still something to do before the lock."""
    view, company = turn.view, turn.plan.company
    again = Decision(alarms=(times.brief_alarm(company, event.at, turn.plan.holidays),))
    if view is None or not company.reps or times.next_lock(company, event.due_at) <= event.at:
        return again
    if not team.worth_a_brief(view):
        return again
    key = f"forecast:lock:{view.reader.id}:{view.lock_at:%Y-%m-%d}"
    return again + Decision(messages=(Message(key=key, to=view.reader.id, card=team.brief(view), kind=Kind.REVIEW),))


ROUTINE = Routine(
    name="forecast",
    gather=gather,
    decide=decide,
    words=frozenset({"forecast", "deals"}),
    hears=is_call,
    still=still,
    refreshed=True,
)
"""“commit 190k” is a call, “commit to the demo” a promise: a word alone can't tell."""

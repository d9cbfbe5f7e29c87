"""The forecast: shown with what moved, called by the rep, with the manager's call beside it; and the list of deals."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, assert_never

from coaching import cadence, deals_card, escalations
from coaching import forecast_card as card
from coaching import team_forecast_card as team
from coaching.book import book_of
from coaching.calling import Figures, Unreadable, from_fields, from_words
from coaching.card import Card, note
from coaching.company import Company, Weekday, Weekly
from coaching.decision import NOTHING, Alarm, Decision, Kind, Message
from coaching.events import Commanded, Event, Imported, PersonEvent, Planned, Pressed, Rang, Said
from coaching.forecast_view import View, committable, maths
from coaching.forecasts import Call
from coaching.people import Member, Reminders, Role
from coaching.playbooks import playbook
from coaching.qualification import gated
from coaching.routine import Routine, asked, in_place
from coaching.track_record import remembered

if TYPE_CHECKING:
    from coaching.ports import Holidays, Records

REMIND = "forecast.remind"
STALE_AFTER = timedelta(days=7)
REMIND_AT = time(15, 0)
DOUBLE_PRESS = timedelta(minutes=10)
"""The same figures again within that time are one call: a second press, or the same on another device."""
_POSSESSIVE = re.compile(r"^(?:['’]s\b)?[\s:,]*")


# --- gather --------------------------------------------------------------------------------------------------------
def gather(records: Records, event: Event, holidays: Holidays) -> View | Company | Member | None:
    """The pipeline that the event is about; the company alone for planning."""
    del holidays
    company = records.company
    match event:
        case Planned():
            return company
        case Imported():
            return None
        case Rang(subject=subject):
            member = company.member(subject)
            return _view(records, member, member, event.at, plain=True) if member and _calls(member) else member
        case Pressed() | Said() | Commanded():
            reader = company.member(event.member)
            if reader is None or not reader.active:
                return reader
            return _view(records, reader, _about(company, reader, event), event.at)
        case _:
            assert_never(event)


def _calls(member: Member) -> bool:
    return member.active and member.role is Role.REP


def _about(company: Company, reader: Member, event: PersonEvent) -> Member | None:
    """Whose forecast: a rep's own always, whatever was asked; for the manager whom they named, else everybody's."""
    if reader.role is Role.REP:
        return reader
    if reader.role is not Role.MANAGER:
        return None
    wanted = event.args.get("member", "") if isinstance(event, Pressed) else asked(event)[1]
    return _named(company, wanted)[0]


def _named(company: Company, text: str) -> tuple[Member | None, str]:
    """The rep whom a text begins with, by id or name, and what follows."""
    for rep in company.reps:
        for name in (rep.name, rep.id, rep.first_name):
            head, rest = text[: len(name)], text[len(name) :]
            if head.lower() == name.lower() and not rest[:1].isalnum():
                return rep, _POSSESSIVE.sub("", rest)
    return None, text


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
    open_ = records.open_opportunities(whose)
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
        closed=records.closed_opportunities(period.start, today, whose),
        calls=calls,
        changes=records.changes(since, today) if since else (),
        book=book,
        record=remembered(records, today, whose, deals=book.deals, first_hand=whose == reader.id, ours=False)
        if book
        else None,
    )


# --- decide --------------------------------------------------------------------------------------------------------
def decide(facts: View | Company | Member | None, event: Event) -> Decision:
    """What follows from the event."""
    match event, facts:
        case Planned(), Company():
            return Decision(alarms=tuple(_next_reminder(facts, it, event.at) for it in facts.members))
        case Rang(), View():
            return _remind(facts, event)
        case Pressed(), View():
            return _pressed(facts, event)
        case ((Said() | Commanded()), View()):
            return _written(facts, event)
        case ((Pressed() | Said() | Commanded()), _):
            return Decision(reply=note("The forecast is for the people of this company. Ask whoever set up the coach."))
        case _:
            return NOTHING


def _written(view: View, event: Said | Commanded) -> Decision:
    word, rest = asked(event)
    named, rest = _named(view.company, rest)
    if view.reader.role is Role.REP and named is not None and named.id != view.reader.id:
        return Decision(reply=note("You call your own forecast only; “forecast” shows it."))
    if word == "deals":
        return Decision(reply=_deals(view))
    if not rest or view.reader.role in {Role.OWNER, Role.ADMIN}:
        return Decision(reply=_shown(view))
    if view.member is None:
        return Decision(reply=_whose(view))
    return _called(view, event, from_words(rest, _before(view), view.company.currency))


def _deals(view: View) -> Card:
    if view.member:
        return deals_card.list_card(view.open, view.company, view.today)
    if view.reader.role is Role.MANAGER:
        return deals_card.list_card(view.open, view.company, view.today, owners=True)
    return deals_card.stage_card(view.open, view.company)


def _shown(view: View) -> Card:
    if view.member:
        return card.form(view)
    return team.overview(view) if view.reader.role is Role.MANAGER else team.totals(view)


def _whose(view: View) -> Card:
    reps = view.company.reps
    example = f" Such as “forecast {reps[0].id} commit 100k best 140k because …”." if reps else ""
    return note(f"Whose forecast is that about? Name the rep first.{example}")


def _pressed(view: View, event: Pressed) -> Decision:
    match event.action:
        case "forecast.show":
            return in_place(event, _shown(view))
        case "forecast.maths":
            return Decision(reply=maths(view))
        case "forecast.deals":
            return in_place(event, _deals(view))
        case "forecast.keep":
            return _kept(view, event)
        case "forecast.submit":
            return _submitted(view, event)
        case _:
            return Decision(reply=note("That button is from an earlier version. Say “forecast” for a fresh card."))


def _submitted(view: View, event: Pressed) -> Decision:
    if view.member is None or _over(view, event):
        return in_place(event, _shown(view))
    return _called(view, event, from_fields(event.fields, _before(view), view.company.currency))


def _kept(view: View, event: Pressed) -> Decision:
    """Still right: the same figures, called again; unless there is another call by now, which is shown."""
    last = view.last
    if view.member is None or last is None or _over(view, event) or str(last.commit.minor) != event.args.get("commit"):
        return in_place(event, _shown(view))
    return _called(view, event, Figures(commit=last.commit, best_case=last.best_case, reason=last.reason))


def _over(view: View, event: Pressed) -> bool:
    """A card of a period that has ended since; what is shown instead is the running one."""
    return event.args.get("period", str(view.period)) != str(view.period)


# --- a call --------------------------------------------------------------------------------------------------------
def _before(view: View) -> Call | None:
    """The last one by whoever is calling now."""
    mine = view.member is not None and view.member.id == view.reader.id
    return view.last if mine else view.overlay


def _called(view: View, event: PersonEvent, read: Figures | Unreadable) -> Decision:
    match read:
        case Unreadable():
            return in_place(event, card.form(replace(view, typed=read.typed, errors=read.errors)))
        case Figures():
            return _accepted(view, event, read)
        case _:
            assert_never(read)


def _accepted(view: View, event: PersonEvent, figures: Figures) -> Decision:
    member = view.member or view.reader
    call = Call(
        member=member.id,
        period=str(view.period),
        by=view.reader.id,
        commit=figures.commit,
        best_case=figures.best_case,
        reason=figures.reason,
        called_at=event.at,
    )
    last = _before(view)
    if last is not None and _twice(last, call):
        return in_place(event, card.confirmation(view, last, _one_before(view, last), aside=figures.aside))
    kept = Decision(records=(call,))
    if call.is_overlay:
        told = Message(key=f"overlay:{event.key}", to=member.id, card=_for_rep(view, member, call), kind=Kind.NOTICE)
        return (
            kept
            + Decision(messages=(told,))
            + in_place(event, card.confirmation(view, call, last, aside=figures.aside))
        )
    fell = escalations.drop((*view.own, call), event.at)
    confirmed = card.confirmation(view, call, last, aside=figures.aside, fell=fell)
    return kept + Decision(alarms=(escalations.check_soon(member.id, event.at),)) + in_place(event, confirmed)


def _for_rep(view: View, member: Member, call: Call) -> Card:
    return card.overlaid(replace(view, reader=member), call)


def _twice(last: Call, call: Call) -> bool:
    same = replace(call, called_at=last.called_at) == last
    return same and call.called_at - last.called_at <= DOUBLE_PRESS


def _one_before(view: View, last: Call) -> Call | None:
    earlier = [it for it in view.calls if it.by == last.by and it.called_at < last.called_at]
    return earlier[-1] if earlier else None


# --- the reminder --------------------------------------------------------------------------------------------------
def _next_reminder(company: Company, member: Member, after: datetime) -> Alarm:
    """On the last working day before the weekly review, in the afternoon; off for whoever doesn't call."""
    at = cadence.next_weekly(_day_before_review(company), member.tz, after) if _calls(member) else None
    return Alarm(alarm=REMIND, subject=member.id, at=at)


def _day_before_review(company: Company) -> Weekly:
    days = company.checkin.days or frozenset(Weekday)
    before = (Weekday((company.review.day - n) % 7) for n in range(1, 8))
    return Weekly(next(it for it in before if it in days), REMIND_AT)


def _remind(view: View, event: Rang) -> Decision:
    """To whoever has deals to call and hasn't for a week; not on a day off, and not if they want few reminders."""
    again = Decision(alarms=(_next_reminder(view.company, view.reader, event.at),))
    fresh = view.last is not None and event.at - view.last.called_at <= STALE_AFTER
    nothing = not (view.open or view.closed or view.last)
    if fresh or nothing or view.reader.reminders is Reminders.LIGHT or view.reader.away(view.today):
        return again
    key = f"forecast:{view.reader.id}:{view.today.isoformat()}"
    message = Message(key=key, to=view.reader.id, card=card.reminder(view), kind=Kind.REMINDER)
    return again + Decision(messages=(message,))


ROUTINE = Routine(name="forecast", gather=gather, decide=decide, words=frozenset({"forecast", "deals"}), refreshed=True)

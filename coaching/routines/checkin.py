"""The daily check-in: asked in a rep's own morning, answered in a minute, never held against anyone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import assert_never

from coaching import cadence
from coaching import checkin_card as card
from coaching import checkin_times as times
from coaching.card import Action, Buttons, Card, note, say
from coaching.checkin_answer import Answer, Unreadable, as_planned, kept, read
from coaching.checkin_plan import Facts, fresh
from coaching.checkin_times import Plan
from coaching.checkin_words import is_answer, laid_over, understood, unplaced
from coaching.checkins import CheckIn, CheckInStatus
from coaching.company import Company
from coaching.decision import GRACE, NOTHING, Alarm, Decision, Kind, Message
from coaching.escalations import check_soon
from coaching.events import Commanded, Event, Imported, PersonEvent, Planned, Pressed, Rang, Said
from coaching.people import Member, Reminders, Role
from coaching.ports import Holidays, Records
from coaching.routine import Routine, asked
from coaching.words import UnderstoodCheckIn

REMEMBERED = timedelta(days=90)
DEALS_REMEMBERED = timedelta(days=14)
FAR = timedelta(days=420)
TODAY = frozenset({"today", "checkin", "check-in"})
WORDS = TODAY | {"", "later", "same", "off"}


@dataclass(frozen=True, slots=True)
class Everyone:
    """What planning needs: the newest check-in of each member."""

    company: Company
    latest: Mapping[str, CheckIn]
    holidays: frozenset[date]


@dataclass(frozen=True, slots=True)
class NotARep:
    """Somebody who isn't asked: a manager or owner, or one who left."""

    member: Member | None


# --- gather --------------------------------------------------------------------------------------------------------
def gather(records: Records, event: Event, holidays: Holidays) -> Facts | Everyone | NotARep | None:
    """Everybody's newest for a plan; one rep's last weeks for anything else."""
    match event:
        case Planned():
            return _everyone(records, event.at, holidays)
        case Imported():
            return None
        case Rang():
            return _facts(records, times.read_subject(event.subject)[0], event.at, event.due_at, holidays)
        case _:
            return _facts(records, event.member, event.at, event.at, holidays)


def _everyone(records: Records, now: datetime, holidays: Holidays) -> Everyone:
    today = now.date()
    latest = {it.member: it for it in records.checkins(today - timedelta(days=7), today + timedelta(days=2))}
    return Everyone(records.company, latest, holidays(records.company.country, today - REMEMBERED, today + FAR))


def _facts(records: Records, member_id: str, now: datetime, since: datetime, holidays: Holidays) -> Facts | NotARep:
    company = records.company
    member = company.member(member_id)
    if member is None or not member.active or member.role is not Role.REP:
        return NotARep(member)
    today, first = cadence.local_day(now, member.tz), cadence.local_day(since, member.tz)
    lately = today - DEALS_REMEMBERED
    closed = records.closed_opportunities(lately, today, member.id)
    return Facts(
        company=company,
        member=member,
        today=today,
        holidays=holidays(company.country, first - REMEMBERED, today + FAR),
        checkins=records.checkins(first - REMEMBERED, today + timedelta(days=1), member.id),
        commitments=records.commitments(first - REMEMBERED, today, member.id),
        opportunities=(*records.open_opportunities(member.id), *closed),
        changes=records.changes(lately, today),
    )


# --- decide --------------------------------------------------------------------------------------------------------
def decide(facts: Facts | Everyone | NotARep | None, event: Event) -> Decision:
    """What follows from the event."""
    match event, facts:
        case Planned(), Everyone():
            return sum((_planned(facts, it, event.at) for it in facts.company.members), NOTHING)
        case Rang(), Facts():
            return _rung(facts, event)
        case Pressed(), Facts():
            return _pressed(facts, event)
        case ((Said() | Commanded()), Facts()):
            return _written(facts, event)
        case ((Pressed() | Said() | Commanded()), NotARep()):
            return Decision(reply=_for_others(event))
        case _:
            return NOTHING


def _planned(everyone: Everyone, member: Member, now: datetime) -> Decision:
    latest = everyone.latest.get(member.id)
    plan = Plan(company=everyone.company, member=member, holidays=everyone.holidays, latest=latest)
    alarms = Decision(alarms=(plan.next_ask(now),))
    if latest is None or latest.status is not CheckInStatus.OPEN or plan.asks:
        return alarms
    return alarms + _settled(replace(latest, status=CheckInStatus.SKIPPED), withdraw=(times.message_key(latest),))


# --- what comes due ------------------------------------------------------------------------------------------------
def _rung(facts: Facts, rang: Rang) -> Decision:
    if rang.alarm == times.ASK:
        return _ask(facts, rang)
    _, day = times.read_subject(rang.subject)
    checkin = facts.checkin(day) if day else None
    if checkin is None or checkin.status is not CheckInStatus.OPEN:
        return NOTHING
    match rang.alarm:
        case times.REMIND:
            return _remind(facts, checkin, rang)
        case times.AGAIN:
            return _ask_again(facts, checkin, rang)
        case times.CLOSE:
            return _close(facts, checkin, rang.at)
        case _:
            return NOTHING


def _ask(facts: Facts, rang: Rang) -> Decision:
    """Ask, or record that it was too late to; and set the next.

    The alarm says that it is time to look; whether and when is worked out afresh, since the zone, the hours or the
    days off may be others than when it was set.
    """
    at = _plan(facts).after(rang.due_at - times.GRACE_OF_ASKING)
    if at is None or at > rang.at:
        return _next_ask(facts, at)
    day = cadence.local_day(at, facts.member.tz)
    in_time = rang.at - at <= times.GRACE_OF_ASKING and facts.today == day
    if not in_time or not _plan(facts).may_write(rang.at):
        return _skip(facts, day, at, rang.at)
    return _asked(facts, day, rang.at) + _next_ask(facts, _plan(facts).after(at, day))


def _asked(facts: Facts, day: date, now: datetime) -> Decision:
    closes = cadence.window_end(facts.company, facts.member, now)
    checkin = replace(fresh(facts, day), asked_at=now, closes_at=closes)
    shown = card.form(facts, checkin, may_wait=True)
    message = Message(key=times.message_key(checkin), to=facts.member.id, card=shown, kind=Kind.CHECKIN)
    return Decision(records=(checkin,), messages=(message,), alarms=times.of_the_day(_plan(facts), checkin))


def _skip(facts: Facts, day: date, at: datetime, now: datetime) -> Decision:
    """After a long downtime, all the days that went by at once."""
    skipped = [_not_asked(facts, day)]
    following = _plan(facts).after(at, day)
    while following is not None and now - following > times.GRACE_OF_ASKING:
        day = cadence.local_day(following, facts.member.tz)
        skipped.append(_not_asked(facts, day))
        following = _plan(facts).after(following, day)
    return Decision(records=tuple(skipped)) + _next_ask(facts, following)


def _not_asked(facts: Facts, day: date) -> CheckIn:
    """Its question wasn't put to anyone, so it may come again soon."""
    return replace(fresh(facts, day), status=CheckInStatus.SKIPPED, question="")


def _next_ask(facts: Facts, at: datetime | None) -> Decision:
    return Decision(alarms=(Alarm(alarm=times.ASK, subject=facts.member.id, at=at),))


def _remind(facts: Facts, checkin: CheckIn, rang: Rang) -> Decision:
    wish, last = facts.member.reminders, times.last_call(checkin)
    grace = GRACE[Kind.REMINDER] or timedelta(0)
    closing = checkin.closes_at is not None and rang.at >= checkin.closes_at
    if wish is Reminders.LIGHT or closing or rang.at - rang.due_at > grace or not _plan(facts).may_write(rang.at):
        return NOTHING
    is_last = last is not None and rang.due_at >= last
    again = last if wish is Reminders.ACTIVE and not is_last else None
    message = Message(
        key=f"{times.message_key(checkin)}:{'last' if is_last else 'remind'}",
        to=facts.member.id,
        card=card.reminder(facts, checkin, last=is_last),
        kind=Kind.REMINDER,
    )
    alarm = Alarm(alarm=times.REMIND, subject=rang.subject, at=again)
    return Decision(messages=(message,), alarms=(alarm,) if again else ())


def _ask_again(facts: Facts, checkin: CheckIn, rang: Rang) -> Decision:
    """Once, as they wished; without a second "later"."""
    closing = checkin.closes_at is not None and rang.at >= checkin.closes_at
    if closing or not _plan(facts).may_write(rang.at):
        return NOTHING
    key, shown = f"{times.message_key(checkin)}:again", card.form(facts, checkin)
    return Decision(messages=(Message(key=key, to=facts.member.id, card=shown, kind=Kind.CHECKIN),))


def _close(facts: Facts, checkin: CheckIn, now: datetime) -> Decision:
    """Missed, unless the day turned out to be off after it was asked."""
    if facts.member.away(checkin.day):
        off = replace(checkin, status=CheckInStatus.DAY_OFF)
        return _settled(off) + _on_the_first_card(checkin, card.day_off(off), "closed")
    missed = replace(checkin, status=CheckInStatus.MISSED)
    looked_at = Decision(alarms=(check_soon(checkin.member, now),))
    return _settled(missed) + looked_at + _on_the_first_card(checkin, card.closed(missed), "closed")


# --- what people press ---------------------------------------------------------------------------------------------
def _pressed(facts: Facts, event: Pressed) -> Decision:
    day = _day(event.args.get("day", ""))
    if day is None or day > facts.today:
        return Decision(reply=_old_button(facts))
    if facts.today - day > timedelta(days=1):
        return Decision(reply=card.too_late(day, facts.today, facts.member.first_name))
    checkin = facts.checkin(day) or fresh(facts, day)
    match event.action.partition(".")[2]:
        case "send":
            return _sent(facts, checkin, event)
        case "same":
            return _answered(facts, checkin, as_planned(facts, checkin, event.fields), event)
        case "later":
            return _later(facts, checkin, event)
        case "off":
            return _off(facts, checkin, event)
        case "open":
            return _show(facts, checkin, event, card.form(facts, checkin))
        case "keep":
            return _show(facts, checkin, event, card.confirmation(facts, checkin, card.thanks(facts)))
        case _:
            return Decision(reply=_old_button(facts))


def _sent(facts: Facts, checkin: CheckIn, event: Pressed) -> Decision:
    answer = read(facts, checkin, event.fields)
    match answer:
        case Answer():
            return _answered(facts, checkin, answer, event)
        case Unreadable():
            form = card.form(facts, checkin, typed=event.fields, errors=answer.errors)
            return _show(facts, checkin, event, form)
        case _:
            assert_never(answer)


def _answered(facts: Facts, checkin: CheckIn, answer: Answer, event: PersonEvent, aside: str = "") -> Decision:
    """Kept and confirmed. The same answer again, from a second device, changes nothing and says nothing new."""
    records = kept(facts, checkin, answer, event.at)
    if not records and isinstance(event, Pressed):
        return _on_the_pressed_card(checkin, event, card.confirmation(facts, checkin, card.thanks(facts)))
    now = next((it for it in records if isinstance(it, CheckIn)), checkin)
    first = checkin.status is not CheckInStatus.ANSWERED
    opening = card.thanks(facts) if first else "Changed." if records else "That is what I have already."
    confirmed = card.confirmation(facts, now, opening, aside)
    withdraw = () if isinstance(event, Pressed) and checkin.asked_at else (times.message_key(checkin),)
    settled = replace(_settled(now, withdraw=withdraw), records=records)
    return settled + Decision(alarms=(check_soon(now.member, event.at),)) + _show(facts, now, event, confirmed)


def _later(facts: Facts, checkin: CheckIn, event: PersonEvent) -> Decision:
    if checkin.status is CheckInStatus.ANSWERED:
        return _show(facts, checkin, event, card.confirmation(facts, checkin, card.thanks(facts)))
    if checkin.status is not CheckInStatus.OPEN or checkin.asked_at is None:
        return _show(facts, checkin, event, card.nothing_waits(checkin))
    at = times.ask_again_at(_plan(facts), checkin, event.at)
    if at is None:
        return _show(facts, checkin, event, card.no_later(facts, checkin))
    alarm = Alarm(alarm=times.AGAIN, subject=times.subject(checkin), at=at)
    return Decision(alarms=(alarm,)) + _show(facts, checkin, event, card.waits(facts, checkin, at))


def _off(facts: Facts, checkin: CheckIn, event: PersonEvent) -> Decision:
    if checkin.status is CheckInStatus.ANSWERED:
        return Decision(reply=card.answered_already(checkin))
    off = replace(checkin, status=CheckInStatus.DAY_OFF)
    withdraw = () if isinstance(event, Pressed) else (times.message_key(checkin),)
    return _settled(off, withdraw=withdraw) + _show(facts, off, event, card.day_off(off))


# --- what people write ---------------------------------------------------------------------------------------------
def _written(facts: Facts, event: Said | Commanded) -> Decision:
    """A check-in in words wherever there is one; else the word alone; else what would work."""
    word, rest = asked(event)
    checkin = facts.checkin(facts.today) or fresh(facts, facts.today)
    said = understood(facts, word, rest, event.text)
    match said:
        case UnderstoodCheckIn(same_as_planned=True):
            return _answered(facts, checkin, as_planned(facts, checkin, {}), event)
        case UnderstoodCheckIn(day_off=True):
            return _off(facts, checkin, event)
        case UnderstoodCheckIn(later=True):
            return _later(facts, checkin, event)
        case _ if is_answer(said, event.text):
            in_words = laid_over(facts, checkin, said)
            return _answered(facts, checkin, in_words.answer, event, in_words.aside)
        case _ if word in TODAY:
            return _today(facts, checkin)
        case _:
            why = unplaced(facts, said.leftovers) if said.leftovers else ""
            return Decision(reply=card.not_understood(checkin, why))


def _today(facts: Facts, checkin: CheckIn) -> Decision:
    match checkin.status:
        case CheckInStatus.ANSWERED:
            return Decision(reply=card.status(facts, checkin))
        case CheckInStatus.DAY_OFF:
            return Decision(reply=card.day_off(checkin))
        case _:
            return Decision(reply=card.form(facts, checkin))


def _for_others(event: PersonEvent) -> Card:
    if isinstance(event, Pressed) or asked(event)[0] in WORDS - {""}:
        return card.for_others()
    return note(
        "I didn't follow that. Say `queue` for what waits for you, `digest` for the week, or `help` for the rest."
    )


# --- helpers -------------------------------------------------------------------------------------------------------
def _show(facts: Facts, checkin: CheckIn, event: PersonEvent, shown: Card) -> Decision:
    """In place of the card that was pressed, or as a reply to words; the card that asked follows suit once settled."""
    key = times.message_key(checkin)
    if not isinstance(event, Pressed):
        follows = _on_the_first_card(checkin, shown, event.key) if checkin.status in SETTLED else NOTHING
        return Decision(reply=shown) + follows
    place = event.message or (key if checkin.asked_at else None)
    message = Message(key=f"{key}:{event.key}", to=facts.member.id, card=shown, kind=Kind.REPLY, replaces=place)
    elsewhere = checkin.status in SETTLED and place != key
    follows = _on_the_first_card(checkin, shown, f"{event.key}:first") if elsewhere else NOTHING
    return Decision(messages=(message,)) + follows


SETTLED = frozenset({CheckInStatus.ANSWERED, CheckInStatus.DAY_OFF})


def _on_the_first_card(checkin: CheckIn, shown: Card, occasion: str) -> Decision:
    """Overwrites the card that asked, if it was asked; never a message of its own."""
    if checkin.asked_at is None:
        return NOTHING
    key = times.message_key(checkin)
    message = Message(
        key=f"{key}:{occasion}", to=checkin.member, card=shown, kind=Kind.REPLY, replaces=key, only_edit=True
    )
    return Decision(messages=(message,))


def _on_the_pressed_card(checkin: CheckIn, event: Pressed, shown: Card) -> Decision:
    key = times.message_key(checkin)
    place = event.message or key
    message = Message(
        key=f"{key}:{event.key}", to=checkin.member, card=shown, kind=Kind.REPLY, replaces=place, only_edit=True
    )
    return Decision(messages=(message,))


def _settled(checkin: CheckIn, withdraw: tuple[str, ...] = ()) -> Decision:
    return Decision(records=(checkin,), alarms=times.silenced(checkin), withdraw=(*times.unsent(checkin), *withdraw))


def _plan(facts: Facts) -> Plan:
    latest = max(facts.checkins, key=lambda it: it.day, default=None)
    return Plan(company=facts.company, member=facts.member, holidays=facts.holidays, latest=latest)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _old_button(facts: Facts) -> Card:
    words = f"That button is from an earlier version, {facts.member.first_name}, and did nothing. Here is today's card."
    button = Action("checkin.open", "Open today's", {"day": facts.today.isoformat()})
    return Card(words, (say(words), Buttons((button,))))


ROUTINE = Routine(name="checkin", gather=gather, decide=decide, words=WORDS, refreshed=True)

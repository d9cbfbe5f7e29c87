"""What comes due in a check-in: it is asked, reminded of, asked again and closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from coaching import cadence
from coaching import checkin_card as card
from coaching import checkin_times as times
from coaching.checkin_plan import Facts, fresh
from coaching.checkin_shown import on_the_first_card, settled
from coaching.checkin_times import Plan
from coaching.checkins import CheckIn, CheckInStatus
from coaching.decision import GRACE, NOTHING, Alarm, Decision, Kind, Message
from coaching.escalations import check_soon
from coaching.events import Rang
from coaching.people import Reminders


def plan_of(facts: Facts) -> Plan:
    """What the member's alarms follow from."""
    latest = max(facts.checkins, key=lambda it: it.day, default=None)
    return Plan(company=facts.company, member=facts.member, holidays=facts.holidays, latest=latest)


def rung(facts: Facts, rang: Rang) -> Decision:
    """What one alarm of the check-in leads to."""
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
    at = plan_of(facts).after(rang.due_at - times.GRACE_OF_ASKING)
    if at is None or at > rang.at:
        return _next_ask(facts, at)
    day = cadence.local_day(at, facts.member.tz)
    in_time = rang.at - at <= times.GRACE_OF_ASKING and facts.today == day
    if not in_time or not plan_of(facts).may_write(rang.at):
        return _skip(facts, day, at, rang.at)
    return _asked(facts, day, rang.at) + _next_ask(facts, plan_of(facts).after(at, day))


def _asked(facts: Facts, day: date, now: datetime) -> Decision:
    closes = cadence.window_end(facts.company, facts.member, now)
    checkin = replace(fresh(facts, day), asked_at=now, closes_at=closes)
    shown = card.form(facts, checkin, may_wait=True)
    message = Message(key=times.message_key(checkin), to=facts.member.id, card=shown, kind=Kind.CHECKIN)
    return Decision(records=(checkin,), messages=(message,), alarms=times.of_the_day(plan_of(facts), checkin))


def _skip(facts: Facts, day: date, at: datetime, now: datetime) -> Decision:
    """After a long downtime, all the days that went by at once."""
    skipped = [_not_asked(facts, day)]
    following = plan_of(facts).after(at, day)
    while following is not None and now - following > times.GRACE_OF_ASKING:
        day = cadence.local_day(following, facts.member.tz)
        skipped.append(_not_asked(facts, day))
        following = plan_of(facts).after(following, day)
    return Decision(records=tuple(skipped)) + _next_ask(facts, following)


def _not_asked(facts: Facts, day: date) -> CheckIn:
    return _put_to_nobody(fresh(facts, day))


def _put_to_nobody(checkin: CheckIn) -> CheckIn:
    """Its question may come again soon, and whoever answers it by themselves isn't late on its day."""
    return replace(checkin, status=CheckInStatus.SKIPPED, question="", asked_at=None, closes_at=None)


def _next_ask(facts: Facts, at: datetime | None) -> Decision:
    return Decision(alarms=(Alarm(alarm=times.ASK, subject=facts.member.id, at=at),))


def _remind(facts: Facts, checkin: CheckIn, rang: Rang) -> Decision:
    wish, last = facts.member.reminders, times.last_call(checkin)
    grace = GRACE[Kind.REMINDER] or timedelta(0)
    closing = checkin.closes_at is not None and rang.at >= checkin.closes_at
    if wish is Reminders.LIGHT or closing or rang.at - rang.due_at > grace or not plan_of(facts).may_write(rang.at):
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
    if closing or not plan_of(facts).may_write(rang.at):
        return NOTHING
    key, shown = f"{times.message_key(checkin)}:again", card.form(facts, checkin)
    return Decision(messages=(Message(key=key, to=facts.member.id, card=shown, kind=Kind.CHECKIN),))


def _close(facts: Facts, checkin: CheckIn, now: datetime) -> Decision:
    """Missed, unless the day turned out to be off after it was asked, or nothing that asked ever came to them."""
    if facts.member.away(checkin.day):
        off = replace(checkin, status=CheckInStatus.DAY_OFF)
        return settled(off) + on_the_first_card(checkin, card.day_off(off), "closed")
    if not facts.reached:
        # What still waits would come as news of yesterday.
        return settled(_put_to_nobody(checkin), withdraw=(times.message_key(checkin),))
    missed = replace(checkin, status=CheckInStatus.MISSED)
    looked_at = NOTHING if facts.manages else Decision(alarms=(check_soon(checkin.member, now),))
    return settled(missed) + looked_at + on_the_first_card(checkin, card.closed(facts, missed), "closed")

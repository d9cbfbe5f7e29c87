"""The first thing somebody sees: their own day, the team's, or the period; as a card anywhere, as Slack's Home tab.

What a file or an export changes may have been brought in by a process that knows no Home; the alarm that it sets is
rung by one that does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, assert_never

from coaching import cadence, checkin_plan, streaks
from coaching.absent import not_here
from coaching.actions import aims
from coaching.book import book_of, open_of
from coaching.checkin_times import Plan
from coaching.checkins import CheckIn
from coaching.company import Company
from coaching.decision import NOTHING, Alarm, Decision
from coaching.escalation import LIVE
from coaching.escalation_card import Queue
from coaching.escalation_clock import Clock
from coaching.events import Commanded, Event, Imported, Planned, Pressed, Rang, Said
from coaching.forecast_view import View
from coaching.home_card import Home, ManagersDay, OwnersDay, RepsDay, SetUp, card
from coaching.identity import Standing, decides
from coaching.majors_facts import week_of
from coaching.numbers.allotment import allotted
from coaching.numbers.backsolve import solved
from coaching.numbers.ratios import ratios, since
from coaching.people import Member, Role
from coaching.review_times import week_of as monday_of
from coaching.routine import Routine, in_place
from coaching.standing import standing

if TYPE_CHECKING:
    from coaching.ports import Holidays, Records

FOLLOW = "home.follow"
WEEK = timedelta(days=7)
FAR = timedelta(days=420)


# --- gather --------------------------------------------------------------------------------------------------------
def gather(records: Records, event: Event, holidays: Holidays) -> Home | Company | None:
    """Of whoever asks, as things are now; or who there is, for what is about everybody."""
    if not isinstance(event, Pressed | Said | Commanded):
        return records.company
    member = records.company.member(event.member)
    return home_of(records, member, event.at, holidays) if member and member.active else None


def home_of(records: Records, member: Member, now: datetime, holidays: Holidays) -> Home:
    """Also asked without any event: when the Home tab is opened, and when something of theirs has changed."""
    match member.role:
        case Role.REP:
            return _rep(records, member, now, holidays)
        case Role.MANAGER:
            return _manager(records, member, now, holidays)
        case Role.OWNER:
            return _owner(records, member, now, holidays)
        case Role.ADMIN:
            return SetUp(records.company, member.first_name, not_here(records.company, records.absent()))
        case _:
            assert_never(member.role)


def _view(records: Records, reader: Member, member: Member | None, now: datetime) -> View:
    company, today = records.company, cadence.local_day(now, reader.tz)
    period, whose = company.period(today), member.id if member else None
    return View(
        company=company,
        reader=reader,
        member=member,
        now=now,
        today=today,
        period=period,
        open=open_of(records, today, whose),
        closed=records.closed_opportunities(period.start, today, whose),
        calls=records.calls(str(period), whose),
        remarks=records.remarks(str(period), whose),
        locks=records.locks(str(period), whose),
        # What the coach expects takes everybody's history; a rep's day does without.
        book=None if member else book_of(records, today),
    )


def _rep(records: Records, member: Member, now: datetime, holidays: Holidays) -> RepsDay:
    company, today = records.company, cadence.local_day(now, member.tz)
    first = since(today)
    away = holidays(company.country, first - WEEK, today + FAR)
    checkins, before = streaks.with_earlier(records, first, today + timedelta(days=1), member.id)
    solution = solved(standing(records, today, holidays).positions[member.id])
    plan = checkin_plan.Facts(
        company=company,
        member=member,
        today=today,
        holidays=away,
        checkins=checkins,
        before=before,
        solution=solution,
    )
    latest = checkins[-1] if checkins else None
    asked = Plan(company=company, member=member, holidays=away, latest=latest)
    return RepsDay(
        plan=plan,
        view=_view(records, member, member, now),
        ratios=ratios(company, checkins, first, today),
        promises=records.open_commitments(member.id),
        asked_next=asked.after(now) if asked.asks else None,
        clock=Clock(company=company, now=now, holidays=away),
        aims=aims(solution, company, member, today, away),
        majors=week_of(records, member, records.choices(monday_of(today), today, member.id), today),
    )


def _queue(records: Records) -> Queue:
    live = records.escalations(LIVE)
    found = (records.opportunity(it.subject) for it in live)
    return Queue(items=live, deals={it.id: it for it in found if it})


def _clock(records: Records, now: datetime, holidays: Holidays) -> Clock:
    first = now.date() - 5 * WEEK
    away = holidays(records.company.country, first, first + FAR)
    return Clock(company=records.company, now=now, holidays=away)


def _manager(records: Records, member: Member, now: datetime, holidays: Holidays) -> ManagersDay:
    company, day = records.company, cadence.local_day(now, records.company.tz)
    found = records.checkins(since(day), day + timedelta(days=1))
    runs = (*streaks.earlier(records, found, since(day)), *found)
    return ManagersDay(
        view=_view(records, member, None, now),
        queue=_queue(records),
        clock=_clock(records, now, holidays),
        today={it.id: its for it in company.reps if (its := _of_today(it, found, now))},
        runs={it.id: _run(it, runs) for it in company.reps},
        practises=company.asks(member),
        newcomers=records.newcomers(Standing.WAITING),
        unreached=records.unreached(),
        absent=records.absent(),
    )


def _of_today(rep: Member, checkins: tuple[CheckIn, ...], now: datetime) -> CheckIn | None:
    today = cadence.local_day(now, rep.tz)
    return next((it for it in checkins if (it.member, it.day) == (rep.id, today)), None)


def _run(rep: Member, checkins: tuple[CheckIn, ...]) -> str:
    found = streaks.streak(it for it in checkins if it.member == rep.id)
    return str(found.days) if found.days else ""


def _owner(records: Records, member: Member, now: datetime, holidays: Holidays) -> OwnersDay:
    view, asked = _view(records, member, None, now), decides(records.company, member)
    stand = standing(records, view.today, holidays)
    return OwnersDay(
        view=replace(view, outlook=stand.outlook),
        queue=_queue(records),
        clock=_clock(records, now, holidays),
        solution=solved(stand.team),
        split=allotted(stand.positions, stand.team.target),
        newcomers=records.newcomers(Standing.WAITING) if asked else (),
        absent=records.absent() if asked else frozenset(),
    )


# --- decide --------------------------------------------------------------------------------------------------------
def decide(found: Home | Company | None, event: Event) -> Decision:
    """Shown, and nothing else."""
    match event, found:
        case ((Planned() | Imported()), _):
            return Decision(alarms=(Alarm(alarm=FOLLOW, subject="", at=event.at),))
        case Rang(), Company():
            return Decision(shown_anew=tuple(it.id for it in found.members if it.active))
        case ((Pressed() | Said() | Commanded()), (RepsDay() | ManagersDay() | OwnersDay() | SetUp())):
            return in_place(event, card(found))
        case _:
            return NOTHING


ROUTINE = Routine(name="home", gather=gather, decide=decide, words=frozenset({"home"}), refreshed=True)

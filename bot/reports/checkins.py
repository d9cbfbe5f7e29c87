"""Check-ins as kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from bot.reports.report import Report, instant
from coaching.card import Card, Element, Heading, Spans, Table, quiet, say
from coaching.checkins import CheckIn, CheckInStatus
from coaching.company import Company
from coaching.habits import Habit
from coaching.language import marked, t, tn, worded
from coaching.people import Role
from coaching.ports import Records
from coaching.practice import pairs

A_WEEK = timedelta(days=7)
"""So much earlier a check-in may lie that says what was planned."""
Plans = Mapping[tuple[str, date], Mapping[str, int]]
"""Of whom and which check-in: what was planned for the day that it counts."""
WORDS = {
    CheckInStatus.OPEN: marked("open"),
    CheckInStatus.ANSWERED: marked("answered"),
    CheckInStatus.MISSED: marked("missed"),
    CheckInStatus.SKIPPED: marked("not asked"),
    CheckInStatus.DAY_OFF: marked("day off"),
}


def checkins(records: Records, first: date, last: date, member: str | None) -> Report:
    """From `first` to `last`, both included; of one member or of all."""
    company = records.company
    read = records.checkins(first - A_WEEK, last, member)
    found = tuple(it for it in read if it.day >= first)
    plans = {(it.member, it.day): before.targets for before, it in pairs(read)}
    data = {"company": company.slug, "checkins": [_data(it) for it in found]}
    title = t("Check-ins of {name}, {first} to {last}", name=company.name, first=first, last=last)
    if not found:
        return Report(data, Card(title, (Heading(title), say(t("No check-ins are kept from these days.")))))
    apart = company.apart
    team = tuple(it for it in found if it.member not in apart)
    others = tuple(it for it in found if it.member in apart)
    tables: tuple[Element, ...] = (_table(team, plans, company, company.team_habits),) if team else ()
    if others:
        own = tuple(it for it in company.habits if it.role is Role.MANAGER)
        tables += (Heading(t("The manager’s own, in no figure of the team")), _table(others, plans, company, own))
    foot = quiet(
        tn(
            "{n} check-in. Counts are done / planned, of the working day before.",
            "{n} check-ins. Counts are done / planned, of the working day before.",
            len(found),
        )
    )
    return Report(data, Card(title, (Heading(title), *tables, foot)))


def _table(found: tuple[CheckIn, ...], plans: Plans, company: Company, habits: tuple[Habit, ...]) -> Table:
    headers = (t("Day"), t("Member"), t("State"), *(it.name for it in habits), t("Commitment"), t("Note"))
    return Table(headers, tuple(_row(it, plans, company, habits) for it in found), frozenset(range(3, 3 + len(habits))))


def _data(it: CheckIn) -> Mapping[str, Any]:
    return {
        "member": it.member,
        "day": it.day.isoformat(),
        "status": it.status.value,
        "asked_at": instant(it.asked_at),
        "closes_at": instant(it.closes_at),
        "answered_at": instant(it.answered_at),
        "late": it.late,
        "counts": dict(it.counts),
        "targets": dict(it.targets),
        "question": it.question,
        "answer": it.answer,
        "note": it.note,
        "commitment": it.commitment,
        "edits": it.edits,
    }


def _row(it: CheckIn, plans: Plans, company: Company, habits: tuple[Habit, ...]) -> tuple[Spans, ...]:
    member = company.member(it.member)
    state = worded(WORDS[it.status])
    if it.late:
        state = t("{state} late", state=state)
    plan = plans.get((it.member, it.day), {})
    counts = tuple((_counted(it, plan, habit.id),) for habit in habits)
    return ((str(it.day),), (member.name if member else it.member,), (state,), *counts, (it.commitment,), (it.note,))


def _counted(it: CheckIn, plan: Mapping[str, int], habit: str) -> str:
    """Against the plan of the day that is counted, which the check-in before had."""
    done = it.counts.get(habit)
    return "" if done is None else f"{done} / {plan.get(habit, '?')}"

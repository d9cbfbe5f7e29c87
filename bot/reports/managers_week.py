"""The manager's week, and what the next visit is best spent on, as a report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.problem import Problem
from bot.reports.digest import owners_data
from bot.reports.report import Report, number
from bot.reports.tactics import tactics_data
from coaching.arrival import Brief, brief, practice_of
from coaching.arrival_card import card as brief_card
from coaching.arrival_card import maths
from coaching.card import Card, Maths
from coaching.digest_facts import end_of
from coaching.digest_rows import maths_card
from coaching.people import Member
from coaching.ports import Holidays, Records
from coaching.practice import Practice
from coaching.routines.digest import managers_weeks
from coaching.tactics import tried
from coaching.week_card import ManagersWeek, card, needed


def managers(records: Records, day: date, holidays: Holidays) -> Report:
    """As it stood at the end of that day; the brief is for the next visit after it."""
    manager = records.company.manager
    if manager is None:
        raise Problem(f"{records.company.slug} has no manager whose week it could be; see --for owner")
    found = managers_weeks(records, (manager,), day, end_of(records, day), holidays)[manager.id]
    next_ = brief(found.facts)
    folded = [it for it in maths_card(found.week, managers=True).elements if isinstance(it, Maths)]
    shown, after = card(found, buttons=False), brief_card(next_, buttons=False)
    elements = (*shown.elements, *after.elements, *folded, maths(next_))
    return Report(_data(found, next_), Card(shown.summary, elements))


def _data(it: ManagersWeek, next_: Brief) -> dict[str, Any]:
    done, company = practice_of(it.facts), it.week.facts.company
    return owners_data(it.week) | {
        "for": "manager",
        "commit": number(it.week.commit),
        "best_case": number(it.week.best_case),
        "dropped_commitments": len(it.week.dropped),
        "reps": [_rep(rep, done) for rep in company.reps],
        "needs": [
            {"member": one.member.id, "why": one.why.name.lower(), "text": one.words, "at_stake": number(one.at_stake)}
            for one in needed(it)
        ],
        "tactics": tactics_data(tried(it.week.facts.review)) if it.week.facts.review else [],
        "ledger": [
            {"habit": one.habit.id, "done": one.done, "planned": one.planned, "days": one.days, "n": one.n}
            for one in it.ledger
        ],
        "brief": {
            "visit": next_.facts.visit.isoformat(),
            "people": [one.member.id for one in next_.people],
            "deals": [one.subject for one in next_.deals],
            "praise": next_.praise.member.id if next_.praise else None,
            "decision": next_.decision.id if next_.decision else None,
            "worry": next_.worry.hazard.value if next_.worry else None,
            "hours": float(next_.hours),
            "minutes": next_.minutes,
            "more": next_.more,
            "fit": next_.fit,
        },
    }


def _rep(rep: Member, done: Mapping[str, tuple[Practice, ...]]) -> dict[str, Any]:
    habits = [{"habit": one.habit, "done": one.done, "planned": one.planned, "days": one.days} for one in done[rep.id]]
    return {"member": rep.id, "habits": habits}

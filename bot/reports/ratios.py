"""Step ratios, the win ratio both ways, thirteen weeks and the cycle: each with its n and how sure it is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from bot.reports.cycles import cycle_data, days
from bot.reports.ratios_data import data
from bot.reports.ratios_tables import (
    cohorts,
    counts,
    lines,
    link_tables,
    sale_table,
    sayings,
    step_picture,
    thirteen_weeks,
    win_table,
)
from bot.reports.report import Report
from coaching.card import Card, Heading, quiet
from coaching.cycle_card import maths, said
from coaching.language import t, worded
from coaching.numbers.chain import TEAM
from coaching.numbers.counted import CREATED, SOLD
from coaching.numbers.cycles import Cycles, cycles
from coaching.numbers.pipeline import pipeline_of
from coaching.numbers.ratios import ENOUGH, ratios
from coaching.people import Member
from coaching.ports import Records
from coaching.ratios_view import Facts, View, facts, view

LOOK_BACK = timedelta(days=2 * 366)
"""For how deals moved."""


def step_ratios(records: Records, day: date, member: str | None) -> Report:
    """Of the thirteen weeks to `day`, and twelve months of deals: each rep, or one member, and the team."""
    company, gathered = records.company, facts(records, day)
    found = view(gathered)
    people = [it for it in company.reps if member is None] or [it for it in company.members if it.id == member]
    first = found.chain.first
    plain = {
        it.id: ratios(company, [one for one in gathered.checkins if one.member == it.id], first, day) for it in people
    }
    plain[TEAM] = ratios(company, gathered.checkins, first, day)
    paces = _cycles(records, gathered)
    told = {**data(found, people, plain), "cycle": {**cycle_data(paces), "own": _own(paces, member)}}
    return Report(told, _card(found, people, member, paces))


def _cycles(records: Records, it: Facts) -> Cycles:
    """By what is dated up to the day."""
    after = it.day + timedelta(days=1)
    changes = records.changes(it.day - LOOK_BACK, it.day)
    return cycles(pipeline_of(it.deals, changes, it.company).as_of(after), after)


def _own(it: Cycles, member: str | None) -> dict[str, Any] | None:
    mine = it.usual.of_owner(member) if member else None
    if mine is None:
        return None
    usual = mine.cycle
    return {"n_won": usual.n_won, "median_days": days(usual.median_days), "p90_days": days(usual.p90_days)}


def _card(it: View, people: list[Member], member: str | None, paces: Cycles) -> Card:
    title = t("Ratios of {name}, {first} to {day}", name=it.company.name, first=it.chain.first, day=it.day)
    return Card(
        title,
        (
            Heading(title),
            counts(it, people),
            *link_tables(it, people),
            *sale_table(it, people),
            *sayings(it, people),
            *step_picture(it, people, member),
            Heading(t("Won of what ended, {first} to {day}", first=it.wins.first, day=it.day)),
            *win_table(it, people),
            *(lines(it) if member is None else ()),
            Heading(t("Month by month, all deals")),
            *cohorts(it),
            Heading(t("How long deals take")),
            *said(paces, people[0] if member else None),
            *maths(paces),
            *thirteen_weeks(it, member),
            *(quiet(foot) for foot in _feet(it)),
        ),
    )


def _feet(it: View) -> tuple[str, ...]:
    crm = [step for step in it.chain.steps if not any(habit.step == step for habit in it.company.team_habits)]
    counted = [
        t("“{step}” is counted in the CRM (created on days that a check-in speaks of)", step=worded(step))
        if step.casefold() in CREATED
        else t("“{step}” is counted in the CRM (won on days that a check-in speaks of)", step=worded(step))
        for step in crm
        if step.casefold() in CREATED | SOLD
    ]
    return (
        t(
            "Below {enough} of the earlier step there is not enough data to say. "
            "Leaning on the team: as far as it is alike.",
            enough=ENOUGH,
        ),
        *((f"{'; '.join(counted)}.",) if counted else ()),
    )

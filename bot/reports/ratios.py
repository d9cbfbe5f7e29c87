"""Step ratios: plain counts, each with its n."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.reports.report import Report
from coaching.card import Card, Heading, Spans, Table, quiet
from coaching.numbers.ratios import ENOUGH, Ratios, Yield, ratios, since
from coaching.phrases import count, percent
from coaching.ports import Records


def step_ratios(records: Records, day: date, member: str | None) -> Report:
    """Of the thirteen weeks to `day`: each rep, or one member, and the team."""
    company, first = records.company, since(day)
    found = records.checkins(first, day)
    people = [it for it in company.reps if member is None] or [it for it in company.members if it.id == member]
    parts = [
        (it.id, it.name, ratios(company, [one for one in found if one.member == it.id], first, day)) for it in people
    ]
    team = ratios(company, found, first, day)
    data = {
        "company": company.slug,
        "from": first.isoformat(),
        "to": day.isoformat(),
        "members": [{"member": id_, **_data(it)} for id_, _, it in parts],
        "team": _data(team),
    }
    title = f"Ratios of {company.name}, {first} to {day}"
    lines = [_row(name, it) for _, name, it in parts] + [_row("The team", team)]
    table = Table(("Member", "Check-ins", *_headers(team)), tuple(lines), frozenset(range(1, 2 + len(team.steps))))
    foot = (
        f"A yield is the later count over the earlier; below {ENOUGH} of the earlier there is not enough data to say."
    )
    return Report(data, Card(title, (Heading(title), table, quiet(foot))))


def _data(it: Ratios) -> dict[str, Any]:
    return {
        "answered": it.answered,
        "steps": [{"step": one.step, "done": one.done} for one in it.steps],
        "ratios": [
            {"from": one.earlier, "to": one.later, "done": one.done, "n": one.n, "rate": one.rate} for one in it.yields
        ],
    }


def _headers(team: Ratios) -> tuple[str, ...]:
    return (*(it.step for it in team.steps), *(f"{it.earlier} to {it.later}" for it in team.yields))


def _row(name: str, it: Ratios) -> tuple[Spans, ...]:
    steps = tuple((f"{one.done:,}",) for one in it.steps)
    return ((name,), (count(it.answered, "answer"),), *steps, *((_yield(one),) for one in it.yields))


def _yield(it: Yield) -> str:
    return f"not enough data (n = {it.n})" if it.rate is None else f"{percent(it.rate)} ({it.done:,} of {it.n:,})"

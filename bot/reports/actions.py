"""What is left of everybody's target, and what it asks for today: a section of the ratios."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.reports.report import Report
from coaching import actions_words as words
from coaching.actions import Aim, aims
from coaching.actions_maths import maths
from coaching.book import counted_on
from coaching.card import Bullets, Card, Element, Heading, Spans, Table, quiet, say
from coaching.company import Company
from coaching.digest_card import REBUILT
from coaching.language import t, worded
from coaching.numbers.allotment import Allotment, allotted
from coaching.numbers.backsolve import Band, Estimate, Need, Solution, solved
from coaching.numbers.levers import moves
from coaching.people import Member
from coaching.phrases import day as named_day
from coaching.ports import Holidays, Records
from coaching.standing import Standing, standing_on


def with_actions(
    report: Report, records: Records, today: date, member: str | None, holidays: Holidays, *, folded: bool
) -> Report:
    """The same report with the section, of one member or of all.

    Where the maths can't be `folded` away, that of a whole team would bury what it explains: it is left to each one's.
    """
    book, refreshed_on = counted_on(records, today)
    found = standing_on(records, today, holidays, book)
    rebuilt = refreshed_on is None and bool(book.deals)
    reps = [it for it in found.company.reps if member in {None, it.id}]
    around = holidays(found.company.country, today - 7 * date.resolution, found.period.end)
    solved_ = {it.id: solved(found.positions[it.id]) for it in reps}
    aimed = {it.id: aims(solved_[it.id], found.company, it, today, around) for it in reps}
    split = allotted(found.positions, found.team.target)
    shown = folded or member is not None
    data = {
        **report.data,
        "actions": [_data(it.id, solved_[it.id], aimed[it.id]) for it in reps],
        "team_actions": _data(None, solved(found.team), {}),
        "split": _split(split),
    }
    section = (
        Heading(t("Today’s actions from the target, {period}", period=found.period)),
        *((quiet(REBUILT),) if rebuilt else ()),
        *_whole(found, split, member),
        _table(reps, solved_, split, found.company),
        *(
            element
            for it in reps
            for element in (
                *(_member(it, solved_[it.id], aimed[it.id], found.company) if shown or solved_[it.id].residual else ()),
                *(maths(solved_[it.id], aimed[it.id], found.company) if shown else ()),
            )
        ),
        *(() if shown or not reps else (quiet(t("How each figure was made: --member ID, or --format html.")),)),
    )
    return Report(data, Card(report.card.summary, (*report.card.elements, *section)))


# --- to read -------------------------------------------------------------------------------------------------------
def _whole(found: Standing, split: Allotment, member: str | None) -> tuple[Element, ...]:
    if member is not None:
        return ()
    cannot = words.cannot_close(solved(found.team), found.company, found.period)
    lines = (cannot, *words.split_lines(split, found.company, named=True))
    return tuple(say(it) for it in lines if it)


def _table(reps: list[Member], solved_: Mapping[str, Solution], split: Allotment, company: Company) -> Table:
    """By capacity only where targets were divided evenly: elsewhere somebody had their reasons."""
    able = {it.member: it.by_capacity for it in split.shares} if split.evenly else {}
    more = (t("By capacity"),) if able else ()
    headers = (
        t("Member"),
        t("Verdict"),
        t("Target"),
        *more,
        t("Won"),
        t("Expected of open"),
        t("Left"),
        t("Wins to go"),
        t("Create until"),
    )
    rows = tuple(_row(it, solved_[it.id], able, company) for it in reps)
    return Table(headers, rows, frozenset(range(2, 7 + len(more))))


def _row(member: Member, it: Solution, able: Mapping[str, float | None], company: Company) -> tuple[Spans, ...]:
    at = it.position
    if at.target is None:
        return (member.name,), (t("no target"),), *([("",)] * (7 if able else 6))
    amounts = (
        at.target,
        *((able.get(member.id),) if able else ()),
        at.won,
        words.roughly(at.open.value),
        words.left(it),
    )
    return (
        (member.name,),
        (worded(words.VERDICTS[it.verdict]),),
        *((str(words.money(one, company)) if one is not None else t("unknown"),) for one in amounts),
        (words.a_day(it.wins.value) if it.wins and it.wins.value else "0" if it.wins else t("unknown"),),
        (named_day(at.last_create_day, at.today) if at.last_create_day else t("unknown"),),
    )


def _aimed(it: Aim, *, daily: bool) -> str:
    return t("{n} a day", n=it.amount) if daily else t("{n} a week", n=it.amount)


def _member(member: Member, it: Solution, aimed: Mapping[str, Aim], company: Company) -> tuple[Element, ...]:
    if it.position.target is None:
        return ()
    habits = {one.id: one for one in company.team_habits}
    goals = [
        f"{habits[name].name} {_aimed(aim, daily=habits[name].per_day is not None)}"
        for name, aim in aimed.items()
        if name in habits
    ]
    ways = tuple((line,) for line in words.levers(it, company))
    return (
        Heading(member.name),
        say(words.standing_line(it, company)),
        *((quiet(t("Asked for: {goals}.", goals="; ".join(goals))),) if goals else ()),
        *((Bullets(ways),) if ways else ()),
    )


# --- to compute with -----------------------------------------------------------------------------------------------
def _data(member: str | None, it: Solution, aimed: Mapping[str, Aim]) -> Mapping[str, Any]:
    at = it.position
    return {
        **({"member": member} if member else {}),
        "verdict": it.verdict.value,
        "why": [
            {"reason": one.reason.value, "step": one.step or None, "need": one.need, "most": one.most} for one in it.why
        ],
        "target": at.target,
        "won": at.won,
        "n_won": at.n_won,
        "open": {**_estimate(at.open), "amount": at.open_amount, "not_counted": at.unpriced},
        "residual": {"value": it.residual, "low": it.residual_low, "high": it.residual_high},
        "deal": _estimate(at.deal) if at.deal else None,
        "wins": _band(it.wins) if it.wins else None,
        "cycle_days": _estimate(at.cycle) if at.cycle else None,
        "last_create_day": at.last_create_day.isoformat() if at.last_create_day else None,
        "create_days": at.create_days,
        "working_days": at.working_days,
        "needs": [_need(one, it) for one in it.needs],
        "targets": {name: aim.amount for name, aim in aimed.items()},
        "levers": [
            {"lever": one.lever.value, "now": one.now, "needed": one.needed, "n": one.n, "possible": one.possible}
            for one in moves(it)
        ],
    }


def _need(need: Need, it: Solution) -> Mapping[str, Any]:
    pace = it.position.paces.get(need.leg.step)
    return {
        "step": need.leg.step,
        "of": need.leg.of,
        "ratio": _estimate(need.leg.ratio) if need.leg.ratio else None,
        "total": _band(need.total),
        "per_day": _band(need.per_day) if need.per_day else None,
        "today": need.today,
        "planned": pace.plan if pace else None,
        "usual": pace.usual if pace else None,
        "most": pace.most if pace else None,
    }


def _estimate(it: Estimate) -> Mapping[str, Any]:
    return {"value": it.value, "low": it.low, "high": it.high, "n": it.n, "from": it.origin.value}


def _band(it: Band) -> Mapping[str, float]:
    return {"value": it.value, "low": it.low, "high": it.high}


def _split(it: Allotment) -> Mapping[str, Any]:
    return {
        "evenly": it.evenly,
        "company": it.company,
        "members": it.total,
        "difference": it.difference,
        "shares": [
            {
                "member": one.member,
                "target": one.target,
                "won": one.won,
                "open": one.open,
                "creatable": one.creatable,
                "by_capacity": one.by_capacity,
            }
            for one in it.shares
        ],
    }

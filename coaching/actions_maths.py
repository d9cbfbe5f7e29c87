"""“See the maths” of a back-solve: each figure with its formula, what went into it, its n and its range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from coaching.actions import Aim
from coaching.actions_words import a_day, left, money, roughly, units
from coaching.card import Maths
from coaching.language import number, precise, t, tn
from coaching.numbers.backsolve import STRETCH, WINS, Band, Estimate, Need, Origin, Pace, Solution
from coaching.phrases import capital, day, percent

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.habits import Habit

DOCS = "docs/numbers.md, From the target to today’s actions"


def maths(it: Solution, aims: Mapping[str, Aim], company: Company) -> tuple[Maths, ...]:
    """In the order in which one follows from the other; none without a target."""
    if it.position.target is None:
        return ()
    return (
        _left(it, company),
        *_wins(it, company),
        *_last_day(it),
        *(found for need in it.needs if it.residual > 0 for found in _need(need, it, company)),
        *(_goal(habit, aims[habit.id], it) for habit in company.team_habits if habit.id in aims),
    )


def _left(it: Solution, company: Company) -> Maths:
    at = it.position
    source = (
        t("by the company’s own word on stages") if at.open.origin is Origin.PLAN else t("learnt from closed deals")
    )
    opened = money(roughly(at.open.value), company)
    without = t("; {unpriced} more can’t be counted", unpriced=at.unpriced) if at.unpriced else ""
    return Maths(
        figure=t("Left to win"),
        value=str(money(left(it), company)),
        formula=t("target − won − expected from what is open now, at least 0"),
        inputs=(
            (t("Target"), str(money(at.target or 0.0, company))),
            (t("Won so far"), f"{money(at.won, company)}, {tn('{n} deal', '{n} deals', at.n_won)}"),
            (
                t("Expected from what is open"),
                t(
                    "{opened} of {open_amount}: amount × chance, {source}; the forecast’s own",
                    opened=opened,
                    open_amount=money(at.open_amount, company),
                    source=source,
                ),
            ),
        ),
        n=f"{tn('{n} open deal', '{n} open deals', at.open.n)}{without}",
        uncertainty=_in_8_of_10(str(money(it.residual_low, company)), str(money(it.residual_high, company))),
        source=DOCS,
    )


def _wins(it: Solution, company: Company) -> Iterator[Maths]:
    deal = it.position.deal
    if it.wins is None or deal is None:
        return
    yield Maths(
        figure=t("Wins to go"),
        value=a_day(it.wins.value) if it.wins.value else "0",
        formula=t("left to win / what a deal usually brings"),
        inputs=(
            (t("Left to win"), str(money(left(it), company))),
            (
                t("A usual deal"),
                t(
                    "{value}: the mean of won deals, {whose}, without the excess of whales",
                    value=money(deal.value, company),
                    whose=_whose(deal),
                ),
            ),
        ),
        n=tn("{n} won deal", "{n} won deals", deal.n),
        uncertainty=_range(it.wins) if it.residual > 0 else _in_8_of_10("0", _shown(it.residual_high / deal.value)),
        source=DOCS,
    )


def _last_day(it: Solution) -> Iterator[Maths]:
    at = it.position
    if at.cycle is None or at.last_create_day is None:
        return
    low, high = at.cycle.low, at.cycle.high
    yield Maths(
        figure=t("Last day for a new opportunity"),
        value=day(at.last_create_day, at.today),
        formula=t("the period’s last day − the usual cycle"),
        inputs=(
            (t("Period ends"), day(at.end, at.today)),
            (
                t("Usual cycle"),
                t(
                    "{value} days: the median of won deals, {whose}",
                    value=a_day(at.cycle.value),
                    whose=_whose(at.cycle),
                ),
            ),
            (
                t("Working days until then"),
                t(
                    "{working_days}, without holidays and time off",
                    working_days=a_day(at.working_days) if at.working_days else 0,
                ),
            ),
        ),
        n=tn("{n} won deal", "{n} won deals", at.cycle.n),
        uncertainty=t(
            "{low} to {high} days in 8 of 10 cases; every second won deal takes longer than the median",
            low=a_day(low),
            high=a_day(high),
        ),
        source=DOCS,
    )


def _need(need: Need, it: Solution, company: Company) -> Iterator[Maths]:
    leg, ratio, each = need.leg, need.leg.ratio, need.per_day
    if ratio is None:
        return
    name, before = units(leg.step, company), t("wins to go") if leg.of == WINS else units(leg.of, company)
    of = it.wins if leg.of == WINS else (found.total if (found := it.need(leg.of)) else None)
    yield Maths(
        figure=capital(name),
        value=t("{n} in all, {each} a day", n=number(need.total.value, 1), each=number(each.value, 2))
        if each
        else t("{n} in all", n=number(need.total.value, 1)),
        formula=_formula(before, forward=leg.forward, daily=each is not None),
        inputs=(
            (capital(before), number(of.value, 1) if of else ""),
            (
                t("So many for each") if leg.forward else t("Ratio"),
                f"{_ratio(ratio)}, {_whose(ratio)} ({_ratio_range(ratio)})",
            ),
            *_days(need, it),
        ),
        n=t("{n} closed deals", n=ratio.n)
        if leg.of == WINS
        else f"{number(ratio.n)} {units(leg.of if leg.forward else leg.step, company)}",
        uncertainty=t("{whole}; a day {each}", whole=_range(need.total), each=_range(each))
        if each
        else _range(need.total),
        source=DOCS,
    )


def _formula(before: str, *, forward: bool, daily: bool) -> str:
    whole = t("{before} × so many for each", before=before) if forward else t("{before} / ratio", before=before)
    return t("{whole}; a day: by the working days, rounded up at the end", whole=whole) if daily else whole


def _days(need: Need, it: Solution) -> Iterator[tuple[str, str]]:
    if need.per_day is None:
        return
    at, pace = it.position, it.position.paces.get(need.leg.step)
    if need.leg.forward:
        yield t("Working days until the period’s end"), a_day(at.working_days_left)
    else:
        yield t("Working days until the last day for a new opportunity"), a_day(at.working_days)
    if pace:
        yield from _paces(pace)


def _paces(it: Pace) -> Iterator[tuple[str, str]]:
    if it.plan is not None:
        yield t("Planned a day"), a_day(it.plan)
    if it.usual is not None and it.best is not None:
        yield t("Usual a day"), t("{usual} (n = {n} days)", usual=a_day(it.usual), n=it.n)
        yield (
            t("At most a day"),
            t(
                "{most}: the plan, or {stretch} × the best four weeks ({best})",
                most=a_day(it.most or 0),
                stretch=precise(STRETCH),
                best=a_day(it.best),
            ),
        )
    elif it.most is not None:
        yield t("At most a day"), t("{most}: twice the plan, until ten days are counted", most=a_day(it.most))


def _goal(habit: Habit, aim: Aim, it: Solution) -> Maths:
    daily = habit.per_day is not None
    plan = habit.per_day if habit.per_day is not None else habit.per_week or 0

    def each(n: int) -> str:
        return t("{n} a day", n=n) if daily else t("{n} a week", n=n)

    pace = it.position.paces.get(habit.step or "")
    most = t("{most} a day", most=a_day(pace.most)) if pace and pace.most is not None else t("not known")
    return Maths(
        figure=t("{name}: the target", name=habit.name),
        value=each(aim.amount),
        formula=t("what is needed, but at least the plan and at most what can be kept up"),
        inputs=(
            (t("Plan"), each(plan)),
            (t("Needed"), each(aim.need) if aim.need is not None else t("nothing follows from what is left")),
            (t("At most"), most),
        ),
        source=DOCS,
    )


def _whose(it: Estimate) -> str:
    return t("the team’s") if it.origin is Origin.TEAM else t("own, leaning on the team’s")


def _ratio(it: Estimate) -> str:
    return percent(it.value) if it.value <= 1 else number(it.value, 1)


def _ratio_range(it: Estimate) -> str:
    return (
        t("{share} to {share2}", share=percent(it.low), share2=percent(it.high))
        if it.high <= 1
        else t("{low} to {high}", low=number(it.low, 2), high=number(it.high, 2))
    )


def _range(it: Band) -> str:
    return _in_8_of_10(_shown(it.low), _shown(it.high))


def _in_8_of_10(low: str, high: str) -> str:
    return t("{low} to {high} in 8 of 10 cases", low=low, high=high)


def _shown(it: float) -> str:
    return a_day(it) if it else "0"

"""“See the maths” of a back-solve: each figure with its formula, what went into it, its n and its range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from coaching.actions import Aim
from coaching.actions_words import a_day, left, money, roughly, units
from coaching.card import Maths
from coaching.numbers.backsolve import STRETCH, WINS, Band, Estimate, Need, Origin, Pace, Solution
from coaching.phrases import count, day, percent

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.habits import Habit

DOCS = "docs/numbers.md, From the target to today’s actions"
_CASES = "in 8 of 10 cases"


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
    source = "by the company’s own word on stages" if at.open.origin is Origin.PLAN else "learnt from closed deals"
    opened = money(roughly(at.open.value), company)
    without = f"; {at.unpriced} more can’t be counted" if at.unpriced else ""
    return Maths(
        figure="Left to win",
        value=str(money(left(it), company)),
        formula="target − won − expected from what is open now, at least 0",
        inputs=(
            ("Target", str(money(at.target or 0.0, company))),
            ("Won so far", f"{money(at.won, company)}, {count(at.n_won, 'deal')}"),
            (
                "Expected from what is open",
                f"{opened} of {money(at.open_amount, company)}: amount × chance, {source}; the forecast’s own",
            ),
        ),
        n=f"{count(at.open.n, 'open deal')}{without}",
        uncertainty=f"{money(it.residual_low, company)} to {money(it.residual_high, company)} {_CASES}",
        source=DOCS,
    )


def _wins(it: Solution, company: Company) -> Iterator[Maths]:
    deal = it.position.deal
    if it.wins is None or deal is None:
        return
    yield Maths(
        figure="Wins to go",
        value=a_day(it.wins.value) if it.wins.value else "0",
        formula="left to win / what a deal usually brings",
        inputs=(
            ("Left to win", str(money(left(it), company))),
            (
                "A usual deal",
                f"{money(deal.value, company)}: the mean of won deals, {_whose(deal)}, without the excess of whales",
            ),
        ),
        n=f"{count(deal.n, 'won deal')}",
        uncertainty=_range(it.wins) if it.residual > 0 else f"0 to {_shown(it.residual_high / deal.value)} {_CASES}",
        source=DOCS,
    )


def _last_day(it: Solution) -> Iterator[Maths]:
    at = it.position
    if at.cycle is None or at.last_create_day is None:
        return
    low, high = at.cycle.low, at.cycle.high
    yield Maths(
        figure="Last day for a new opportunity",
        value=day(at.last_create_day, at.today),
        formula="the period’s last day − the usual cycle",
        inputs=(
            ("Period ends", day(at.end, at.today)),
            ("Usual cycle", f"{a_day(at.cycle.value)} days: the median of won deals, {_whose(at.cycle)}"),
            (
                "Working days until then",
                f"{a_day(at.working_days) if at.working_days else 0}, without holidays and time off",
            ),
        ),
        n=count(at.cycle.n, "won deal"),
        uncertainty=f"{a_day(low)} to {a_day(high)} days {_CASES}; every second won deal takes longer than the median",
        source=DOCS,
    )


def _need(need: Need, it: Solution, company: Company) -> Iterator[Maths]:
    leg, ratio, each = need.leg, need.leg.ratio, need.per_day
    if ratio is None:
        return
    name, before = units(leg.step, company), "wins to go" if leg.of == WINS else units(leg.of, company)
    of = it.wins if leg.of == WINS else (found.total if (found := it.need(leg.of)) else None)
    yield Maths(
        figure=name.capitalize(),
        value=f"{need.total.value:,.1f} in all" + (f", {each.value:,.2f} a day" if each else ""),
        formula=(f"{before} × so many for each" if leg.forward else f"{before} / ratio")
        + ("; a day: by the working days, rounded up at the end" if each else ""),
        inputs=(
            (before.capitalize(), f"{of.value:,.1f}" if of else ""),
            (
                "So many for each" if leg.forward else "Ratio",
                f"{_ratio(ratio)}, {_whose(ratio)} ({_ratio_range(ratio)})",
            ),
            *_days(need, it),
        ),
        n=f"{ratio.n:,} {'closed deals' if leg.of == WINS else units(leg.of if leg.forward else leg.step, company)}",
        uncertainty=f"{_range(need.total)}" + (f"; a day {_range(each)}" if each else ""),
        source=DOCS,
    )


def _days(need: Need, it: Solution) -> Iterator[tuple[str, str]]:
    if need.per_day is None:
        return
    at, pace = it.position, it.position.paces.get(need.leg.step)
    days, until = (
        (at.working_days_left, "the period’s end")
        if need.leg.forward
        else (at.working_days, "the last day for a new opportunity")
    )
    yield f"Working days until {until}", a_day(days)
    if pace:
        yield from _paces(pace)


def _paces(it: Pace) -> Iterator[tuple[str, str]]:
    if it.plan is not None:
        yield "Planned a day", a_day(it.plan)
    if it.usual is not None and it.best is not None:
        yield "Usual a day", f"{a_day(it.usual)} (n = {it.n} days)"
        yield "At most a day", f"{a_day(it.most or 0)}: the plan, or {STRETCH} × the best four weeks ({a_day(it.best)})"
    elif it.most is not None:
        yield "At most a day", f"{a_day(it.most)}: twice the plan, until ten days are counted"


def _goal(habit: Habit, aim: Aim, it: Solution) -> Maths:
    each, plan = ("day", habit.per_day) if habit.per_day is not None else ("week", habit.per_week or 0)
    pace = it.position.paces.get(habit.step or "")
    most = f"{a_day(pace.most)} a day" if pace and pace.most is not None else "not known"
    return Maths(
        figure=f"{habit.name}: the target",
        value=f"{aim.amount:,} a {each}",
        formula="what is needed, but at least the plan and at most what can be kept up",
        inputs=(
            ("Plan", f"{plan} a {each}"),
            ("Needed", f"{aim.need:,} a {each}" if aim.need is not None else "nothing follows from what is left"),
            ("At most", most),
        ),
        source=DOCS,
    )


def _whose(it: Estimate) -> str:
    return "the team’s" if it.origin is Origin.TEAM else "own, leaning on the team’s"


def _ratio(it: Estimate) -> str:
    return percent(it.value) if it.value <= 1 else f"{it.value:.1f}"


def _ratio_range(it: Estimate) -> str:
    return f"{percent(it.low)} to {percent(it.high)}" if it.high <= 1 else f"{it.low:.2f} to {it.high:.2f}"


def _range(it: Band) -> str:
    return f"{_shown(it.low)} to {_shown(it.high)} {_CASES}"


def _shown(it: float) -> str:
    return a_day(it) if it else "0"

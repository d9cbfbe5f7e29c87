"""From the target to today: the rep's own card, the manager's of everybody, the owner's lines, and the maths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from coaching.actions import Aim, Source, says, wins_to_go
from coaching.actions_maths import maths
from coaching.actions_words import (
    VERDICTS,
    a_day,
    cannot_close,
    in_acts,
    in_money,
    left,
    levers,
    money,
    reason,
    split_lines,
    standing_line,
    units,
)
from coaching.card import Action, Bold, Bullets, Buttons, Card, Element, Heading, Spans, Table, note, quiet, say
from coaching.language import t, worded
from coaching.naming import to_write
from coaching.numbers.backsolve import Need, Reason, Solution
from coaching.phrases import capital, day, planner
from coaching.talk import talk

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.habits import Habit
    from coaching.numbers.allotment import Allotment
    from coaching.people import Member
    from coaching.standing import Standing

Solutions = Mapping[str, Solution]


def _no_target() -> Card:
    return note(
        t(
            "You have no target of your own in this period, so nothing follows for a day from it: "
            "your habits’ plan stands."
        )
    )


def see_the_maths(member: str) -> Action:
    """Answered by a card of how each figure was made."""
    return Action("actions.maths", t("See the maths"), {"member": member})


# --- one member ----------------------------------------------------------------------------------------------------
def own(it: Solution, aims: Mapping[str, Aim], company: Company, member: Member) -> Card:
    """For the rep: acts first, and what else would do when acts alone won't."""
    if it.position.target is None:
        return _no_target()
    line = standing_line(it, company)
    return Card(
        line,
        (
            Heading(t("From your target to today")),
            say(line),
            *_targets(aims, company),
            *_table(it, company),
            *_listed(in_acts(it, manager=planner(company))),
            Buttons((see_the_maths(member.id), *talk(company, member.id, t("my target")))),
        ),
    )


def one(it: Solution, aims: Mapping[str, Aim], company: Company, member: Member) -> Card:
    """The same for the manager, of one rep."""
    if it.position.target is None:
        return note(t("{name} has no target in this period; without one nothing follows for a day.", name=member.name))
    title = f"{member.name}: {worded(VERDICTS[it.verdict])}"
    return Card(
        title,
        (
            Heading(title),
            say(standing_line(it, company)),
            *_targets(aims, company),
            *_table(it, company),
            *_listed(levers(it, company)),
            Buttons((see_the_maths(member.id),)),
        ),
    )


def _targets(aims: Mapping[str, Aim], company: Company) -> tuple[Element, ...]:
    habits = {it.id: it for it in company.team_habits}
    lines: list[Spans] = [_target(habits[name], aim) for name, aim in aims.items() if name in habits]
    return (Bullets(tuple(lines)),) if lines else ()


def _target(habit: Habit, aim: Aim) -> Spans:
    daily = habit.per_day is not None
    aimed = t("{n} a day", n=aim.amount) if daily else t("{n} a week", n=aim.amount)
    plan = habit.per_day if habit.per_day is not None else habit.per_week or 0
    match aim.source:
        case Source.NEED:
            why = t(", instead of the planned {plan}: what is left asks for it", plan=plan)
        case Source.MOST:
            why = t(
                ", instead of the planned {plan}: what is left asks for {need}, and this is what can be kept up",
                plan=plan,
                need=aim.need,
            )
        case Source.PLAN:
            why = t(", as planned")
    return Bold(f"{habit.name}: {aimed}"), why


def _table(it: Solution, company: Company) -> tuple[Element, ...]:
    rows = tuple(_row(one, it, company) for one in it.needs if one.per_day is not None and one.total.value > 0)
    if not rows:
        return ()
    title = (t("Step"), t("In all"), t("A day"), t("8 of 10 cases"), t("Usual"), t("At most"))
    return (Table(title, rows, frozenset({1, 2, 3, 4, 5})),)


def _row(need: Need, it: Solution, company: Company) -> tuple[Spans, ...]:
    pace, each = it.position.paces.get(need.leg.step), need.per_day
    most = a_day(pace.most) if pace and pace.most is not None else ""
    usual = a_day(pace.usual) if pace and pace.usual is not None else ""
    span = t("{shown} to {shown2}", shown=_shown(each.low), shown2=_shown(each.high)) if each else ""
    name = capital(units(need.leg.step, company))
    return (name,), (a_day(need.total.value),), (a_day(each.value) if each else "",), (span,), (usual,), (most,)


def _shown(it: float) -> str:
    return a_day(it) if it else "0"


def _listed(ways: Iterable[str]) -> tuple[Element, ...]:
    lines = tuple((line,) for line in ways)
    return (Heading(t("Other ways, each by itself")), Bullets(lines)) if lines else ()


def maths_card(it: Solution, aims: Mapping[str, Aim], company: Company, whose: str) -> Card:
    """Every figure with its formula and what went into it. `whose`: how the card is called."""
    found = maths(it, aims, company)
    if not found:
        return note(t("There is no target in this period, so there is nothing to work out."))
    title = f"{whose}, {day(it.position.today)}"
    return Card(title, (Heading(title), *found))


# --- everybody -----------------------------------------------------------------------------------------------------
def team(it: Standing, solutions: Solutions, whole: Solution, split: Allotment) -> Card:
    """For the manager: a verdict on each target, and what else would do where it isn't in reach."""
    company = it.company
    title = t("From target to today, {period}", period=it.period)
    rows = tuple(_member_row(rep, solutions[rep.id], company) for rep in company.reps)
    return Card(
        title,
        (
            Heading(title),
            *_whole(whole, split, it),
            Table(
                (t("Rep"), t("Verdict"), t("Left"), t("Wins to go"), t("New deals until"), t("Why")),
                rows,
                frozenset({2, 3}),
            ),
            quiet(_left_over(), " ", _example(company)),
        ),
    )


def _whole(whole: Solution, split: Allotment, it: Standing) -> tuple[Element, ...]:
    lines = (cannot_close(whole, it.company, it.period), *split_lines(split, it.company, named=True))
    return tuple(say(line) for line in lines if line)


def _member_row(rep: Member, it: Solution, company: Company) -> tuple[Spans, ...]:
    if it.position.target is None:
        return (rep.name,), (t("no target"),), ("",), ("",), ("",), ("",)
    to_go = wins_to_go(it)
    last = it.position.last_create_day
    why = next((reason(one, company) for one in it.why), "")
    return (
        (rep.name,),
        (worded(VERDICTS[it.verdict]),),
        (str(money(left(it), company)),),
        (str(to_go) if to_go is not None else t("unknown"),),
        (day(last, it.position.today) if last else t("unknown"),),
        (why,),
    )


def _left_over() -> str:
    """Elsewhere “to go” is what isn't won yet, whatever is open."""
    return t("Left: the target, less what is won and what can be expected of open deals.")


def _example(company: Company) -> str:
    rep = to_write(company, company.reps[0].id) if company.reps else t("dana")
    return t("“actions {rep}” shows one in full, with the other ways and the maths.", rep=rep)


def for_owner(it: Standing, whole: Solution, split: Allotment) -> Card:
    """Money and dates; nothing about anybody."""
    if whole.position.target is None:
        return note(t("{period} has no target yet. “actions 500k” says what one would ask for.", period=it.period))
    first = in_money(whole, it.company, it.period, len(it.company.reps))
    late = cannot_close(whole, it.company, it.period) if says(whole, Reason.TOO_LATE) else ""
    lines = (first, *((late,) if late else ()), *split_lines(split, it.company, named=False))
    return Card(
        first,
        (
            Heading(t("From target to action, {period}", period=it.period)),
            *(say(line) for line in lines),
            quiet(t("“actions 500k” says what another target would ask for.")),
        ),
    )


def what_if(it: Standing, solutions: Solutions, whole: Solution) -> Card:
    """Another target, for the manager: what it would ask of each, divided by capacity. Nothing is kept."""
    first = in_money(whole, it.company, it.period, len(it.company.reps))
    return Card(
        first,
        (
            Heading(
                t(
                    "If the target of {period} were {target}",
                    period=it.period,
                    target=money(whole.position.target or 0.0, it.company),
                )
            ),
            say(first),
            Table(
                (t("Rep"), t("By capacity"), t("Verdict"), t("Left"), t("Wins to go"), t("Why")),
                tuple(_what_if_row(rep, solutions[rep.id], it.company) for rep in it.company.reps),
                frozenset({1, 3, 4}),
            ),
            quiet(_left_over(), " ", t("Nobody’s target has changed: this only says what it would ask for.")),
        ),
    )


def _what_if_row(rep: Member, it: Solution, company: Company) -> tuple[Spans, ...]:
    name, verdict, left, wins, _, why = _member_row(rep, it, company)
    return name, (str(money(it.position.target or 0.0, company)),), verdict, left, wins, why

"""What is left of a target, in words: acts for the rep, money and dates for the owner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from coaching.actions import Aim, Source, says, wins_to_go
from coaching.language import marked, number, precise, t, tn, worded
from coaching.money import Money
from coaching.numbers.backsolve import Need, Reason, Solution, Verdict, Why, rounded_up
from coaching.numbers.levers import Lever, Move, moves
from coaching.phrases import day, listed, percent, planner
from coaching.yields import amount

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.numbers.allotment import Allotment
    from coaching.periods import Period

ALONE = marked("That alone can’t do it.")
VERDICTS = {
    Verdict.FEASIBLE: marked("can be done"),
    Verdict.TIGHT: marked("tight"),
    Verdict.INFEASIBLE: marked("out of reach"),
    Verdict.UNKNOWN: marked("not enough data"),
}


STEPS = (
    (marked("prospecting"), marked("prospectings")),
    (marked("appointment"), marked("appointments")),
    (marked("opportunity"), marked("opportunities")),
    (marked("proposal"), marked("proposals")),
    (marked("close"), marked("closes")),
)
"""Of the chain that a company has unless its file names another, for one and for several."""


def money(it: float, company: Company) -> Money:
    """Whole units are all that a figure like these is good for."""
    return Money.of(round(it), company.currency)


def roughly(it: float) -> float:
    """Three digits: to the dollar an estimate would say more than it knows."""
    return float(f"{it:.3g}")


def left(it: Solution) -> float:
    """To win, so that target, won and what is expected of open deals add up as they are shown."""
    at = it.position
    return max(0.0, (at.target or 0.0) - at.won - roughly(at.open.value)) if it.residual > 0 else 0.0


def units(step: str, company: Company) -> str:
    """What a step is counted in: its habit's unit, else its name."""
    found = next((it.unit for it in company.team_habits if it.step == step), None)
    return found or worded(step[:-1] + "ies" if step.endswith("y") else step if step.endswith("s") else step + "s")


def counted(n: int, step: str, company: Company) -> str:
    """`1 opportunity`, `24 calls`."""
    return f"1 {worded(step)}" if n == 1 and not _fed(step, company) else amount(n, units(step, company))


def a_day(it: float) -> str:
    """`24`, `1.6`, `0.25`: as fine as it tells something."""
    if it >= 10:
        return number(it)
    return number(it, 1 if f"{it:.1f}"[-2:] != ".0" else 0) if it >= 1 else precise(it, 2)


def _fed(step: str, company: Company) -> bool:
    return any(it.step == step for it in company.team_habits)


# --- a habit's target ----------------------------------------------------------------------------------------------
def where_from(aim: Aim, it: Solution) -> str:
    """Behind a target, in a few words; empty where nothing follows from the target for this habit."""
    to_go = wins_to_go(it)
    if to_go is None or it.position.target is None:
        return ""
    wins = tn("{n} win", "{n} wins", to_go)
    if says(it, Reason.TOO_LATE):
        return t("your plan; a new deal now lands in the next period")
    if aim.need is None:
        return ""
    match aim.source:
        case Source.NEED:
            return t("{wins} to go, see the maths", wins=wins)
        case Source.MOST:
            return t("as much as can be kept up; {wins} to go, see the maths", wins=wins)
        case Source.PLAN:
            return (
                t("your plan, and enough for the {wins} to go", wins=wins)
                if to_go and aim.need <= aim.amount
                else t("your plan")
            )


# --- for the rep, in acts ------------------------------------------------------------------------------------------
def standing_line(it: Solution, company: Company) -> str:
    """Where somebody stands, without an amount in it. Empty without a target."""
    at = it.position
    if at.target is None:
        return ""
    if says(it, Reason.COVERED):
        return t(
            "What is won and what is open is enough for this period, on average. The plan keeps the next one coming."
        )
    if says(it, Reason.TOO_LATE):
        usual = (
            tn(" Won deals usually take {n} day.", " Won deals usually take {n} days.", rounded_up(at.cycle.value))
            if at.cycle
            else ""
        )
        return t(
            "A new opportunity can hardly close in this period any more.{usual} What is left has to come "
            "from {open_deals}; what you create now is for the next period.",
            usual=usual,
            open_deals=_open_deals(it),
        )
    to_go = wins_to_go(it)
    if to_go is None or not it.needs:
        return _not_enough(it)
    last = at.last_create_day or at.end
    first, outermost = it.needs[0], _outermost(it)
    made = counted(rounded_up(first.total.value), first.leg.step, company)
    each = (
        t(", {counted} a day", counted=counted(outermost.today or 0, outermost.leg.step, company)) if outermost else ""
    )
    return tn(
        "{n} win to go: {made} by {day}{each}. {verdict}",
        "{n} wins to go: {made} by {day}{each}. {verdict}",
        to_go,
        made=made,
        day=day(last),
        each=each,
        verdict=_verdict(it, company),
    )


def _outermost(it: Solution) -> Need | None:
    """The first step of the chain that can be said: what a day begins with."""
    leading = [one for one in it.needs[1:] if not one.leg.forward and one.today is not None]
    return leading[-1] if leading else None


def _open_deals(it: Solution) -> str:
    n = it.position.open.n
    return t("the {n} open deals", n=n) if n > 1 else t("the one open deal") if n else t("deals that are not there yet")


def _not_enough(it: Solution) -> str:
    to_go = wins_to_go(it)
    if to_go is None:
        return t(
            "Not enough data yet to say how many wins are to go: too few won deals with an amount. The plan stands."
        )
    return tn(
        "{n} win to go. Not enough data yet to say what that takes: too few deals have closed.",
        "{n} wins to go. Not enough data yet to say what that takes: too few deals have closed.",
        to_go,
    )


def _verdict(it: Solution, company: Company) -> str:
    why = next(iter(it.why), None)
    match it.verdict:
        case Verdict.FEASIBLE:
            return t("That can be done.")
        case Verdict.TIGHT:
            return t("That is tight: {reason}.", reason=reason(why, company)) if why else t("That is tight.")
        case Verdict.INFEASIBLE:
            return t("That can’t be done by new business alone: {reason}.", reason=reason(why, company)) if why else ""
        case Verdict.UNKNOWN:
            return t("Whether that can be done, there is not enough data to say.")


def reason(it: Why, company: Company) -> str:
    """As a clause; empty for what needs none."""
    n = a_day(it.need)
    each = (
        t("{counted} a day", counted=counted(1, it.step, company) if n == "1" else f"{n} {units(it.step, company)}")
        if it.step
        else ""
    )
    match it.reason:
        case Reason.TOO_MANY:
            return t("{each} is more than {most}, the most that can be kept up", each=each, most=a_day(it.most))
        case Reason.ABOVE_BEST:
            return t("{each} is more than in the best four weeks ({most})", each=each, most=a_day(it.most))
        case Reason.MAY_BE_TOO_MANY:
            return t(
                "it may take up to {each}, and {most} is the most that can be kept up", each=each, most=a_day(it.most)
            )
        case Reason.CYCLE_UNKNOWN:
            return t("how long a deal usually takes isn’t known yet, so there may be less time than it looks")
        case Reason.TOO_LATE:
            return t("a new opportunity can hardly close in the period any more")
        case Reason.COVERED:
            return t("what is won and open is enough, on average")
        case Reason.NO_TARGET:
            return t("there is no target")
        case Reason.NO_AMOUNTS:
            return t("too few won deals have an amount")
        case Reason.NO_WIN_RATIO:
            return t("too few deals have closed")
        case Reason.NO_PACE:
            return t("nothing says yet how much a day can hold")


def levers(it: Solution, company: Company) -> Iterator[str]:
    """What else would have to become what; each by itself, with what it is now and its n. None where it can be done."""
    if it.verdict in {Verdict.FEASIBLE, Verdict.UNKNOWN}:
        return
    for move in moves(it):
        yield _lever(move, it, company)


def in_acts(it: Solution, *, manager: str) -> Iterator[str]:
    """The same for the rep: no sums of money, but what to do."""
    if it.verdict in {Verdict.FEASIBLE, Verdict.UNKNOWN}:
        return
    for move in moves(it):
        yield _act(move, it, manager)


def _act(it: Move, of: Solution, manager: str) -> str:
    alone = "" if it.possible else f" {worded(ALONE)}"
    times = number(it.needed / it.now, 1) if it.now > 0 else ""
    match it.lever:
        case Lever.WIN_RATE if it.possible:
            return tn(
                "Your {n} open deal: {share} instead of {usual} of what is open would have to be won.",
                "Your {n} open deals: {share} instead of {usual} of what is open would have to be won.",
                it.n,
                share=percent(it.needed),
                usual=percent(it.now),
            )
        case Lever.WIN_RATE:
            return tn(
                "Your {n} open deal: even all of them would not be enough.",
                "Your {n} open deals: even all of them would not be enough.",
                it.n,
            )
        case Lever.DEAL_SIZE:
            return t(
                "Larger deals: at your usual pace, each new one would have to be {times} times as large as usual "
                "(n = {n} won).{alone}",
                times=times,
                n=it.n,
                alone=alone,
            )
        case Lever.OPEN_SIZE:
            return t(
                "What more could they need? The open deals would have to be {times} times as large as now.{alone}",
                times=times,
                alone=alone,
            )
        case Lever.DATES:
            names = listed([one.name for one in of.position.later], 3)
            return t(
                "What would have to happen for {names} to close in this period? They are due in the next.", names=names
            )
        case Lever.TARGET:
            return t(
                "The plan: {share} of your target is in reach as it stands. Talk to {manager}.",
                share=percent(it.needed / it.now),
                manager=manager,
            )


def _lever(it: Move, of: Solution, company: Company) -> str:
    alone = "" if it.possible else f" {worded(ALONE)}"

    def about(amount: float) -> Money:
        return money(roughly(amount), company)

    match it.lever:
        case Lever.WIN_RATE:
            would = percent(it.needed) if it.possible else t("more than all of it")
            return tn(
                "Win more of what is open: {would} instead of {share} of its amount (n = {n} open deal).{alone}",
                "Win more of what is open: {would} instead of {share} of its amount (n = {n} open deals).{alone}",
                it.n,
                would=would,
                share=percent(it.now),
                alone=alone,
            )
        case Lever.DEAL_SIZE:
            return t(
                "Larger deals: {about} instead of {about2} for each new one, at the usual pace (n = {n} won).{alone}",
                about=about(it.needed),
                about2=about(it.now),
                n=it.n,
                alone=alone,
            )
        case Lever.OPEN_SIZE:
            return t(
                "Enlarge what is open: {about} instead of {about2} a deal (n = {n} open).{alone}",
                about=about(it.needed),
                about2=about(it.now),
                n=it.n,
                alone=alone,
            )
        case Lever.DATES:
            names = listed([one.name for one in of.position.later], 3)
            due = t(
                "{now} that is due in the next period ({names}; n = {n})",
                now=money(it.now, company),
                names=names,
                n=it.n,
            )
            if not it.possible:
                return t(
                    "Bring dates forward: even all of the {due} would not bring the {left}.",
                    due=due,
                    left=money(left(of), company),
                )
            return t(
                "Bring dates forward: {left} of the {due} would have to be won in this one.",
                left=money(left(of), company),
                due=due,
            )
        case Lever.TARGET:
            return t(
                "Plan anew with {manager}: what can be expected is {about} instead of {now}.",
                manager=planner(company),
                about=about(it.needed),
                now=money(it.now, company),
            )


# --- for the owner, in money and dates -----------------------------------------------------------------------------
def owner_lines(it: Solution, split: Allotment, company: Company, period: Period) -> tuple[str, ...]:
    """Nothing about anybody; empty when there is nothing to say."""
    found = (cannot_close(it, company, period), *split_lines(split, company, named=False))
    return tuple(line for line in found if line)


def in_money(it: Solution, company: Company, period: Period, people: int) -> str:
    """A target of the whole team in one paragraph: what it leaves, what that takes of each, whether it can be done."""
    at = it.position
    begin = t(
        "{target} in {period}: {won} is won and {value} can be expected of what is open, which leaves {left}.",
        target=money(at.target or 0.0, company),
        period=period,
        won=money(at.won, company),
        value=money(roughly(at.open.value), company),
        left=money(left(it), company),
    )
    if it.residual <= 0:
        return t(
            "{target} in {period}: {won} is won and {value} can be expected of what is open. "
            "That is enough, on average.",
            target=money(at.target or 0.0, company),
            period=period,
            won=money(at.won, company),
            value=money(roughly(at.open.value), company),
        )
    if says(it, Reason.TOO_LATE) or not it.needs:
        return begin
    first, outermost = it.needs[0], _outermost(it)
    made = counted(rounded_up(first.total.value), first.leg.step, company)
    each = ""
    if outermost and people:
        each = t(
            ", {counted} a day from each of {people}",
            counted=counted(outermost.today or 0, outermost.leg.step, company),
            people=people,
        )
    return t(
        "{begin} That takes {made} by {day}{each}. {verdict}",
        begin=begin,
        made=made,
        day=day(at.last_create_day or at.end),
        each=each,
        verdict=_verdict(it, company),
    )


def cannot_close(it: Solution, company: Company, period: Period) -> str:
    """That new business can't bring what is left, and why; empty where it can."""
    at = it.position
    if at.target is None or it.residual <= 0 or not (it.verdict is Verdict.INFEASIBLE or says(it, Reason.TOO_LATE)):
        return ""
    to_go = money(max(0.0, at.target - at.won), company)
    if says(it, Reason.TOO_LATE):
        after = t(" after {day}", day=day(at.last_create_day, at.today)) if at.last_create_day else ""
        usual = (
            tn(" (won deals usually take {n} day)", " (won deals usually take {n} days)", rounded_up(at.cycle.value))
            if at.cycle
            else ""
        )
        return t(
            "New business can no longer close in {period} if it began{after}{usual}: the {left} to go must "
            "come from {open_deals}, of which {value} can be expected.",
            period=period,
            after=after,
            usual=usual,
            left=to_go,
            open_deals=_open_deals(it),
            value=money(roughly(at.open.value), company),
        )
    first = it.needs[0]
    return t(
        "{left} is to go in {period}, of which {value} can be expected of open deals. New business alone can’t bring "
        "the rest: it would take {counted} by {day}, more than can be kept up.",
        left=to_go,
        value=money(roughly(at.open.value), company),
        period=period,
        counted=counted(rounded_up(first.total.value), first.leg.step, company),
        day=day(at.last_create_day or at.end),
    )


def split_lines(it: Allotment, company: Company, *, named: bool) -> Iterator[str]:
    """Whether targets were divided evenly whatever people can reach, and whether they add up. `named`: for whom."""
    if it.difference:
        yield _difference(it, company)
    if not it.evenly:
        return
    each = money(it.total / len(it.shares), company)
    yield t("Each of {n} people has the same target, {each}, whatever each can reach.", n=len(it.shares), each=each)
    if named:
        names = company.names
        parts = [
            f"{names.get(one.member, one.member)} {money(one.by_capacity, company)}"
            for one in it.shares
            if one.by_capacity is not None
        ]
        yield t(
            "By capacity (won, expected of what is open, and what can still be created): {names}.",
            names=listed(parts, 8),
        )
    else:
        by = [one.by_capacity for one in it.shares if one.by_capacity is not None]
        span = (
            t("{min} to {max}", min=money(min(by), company), max=money(max(by), company))
            if len(by) >= 4
            else t("quite different amounts")
        )
        yield t("By what people can reach, the same total would be divided into {span}.", span=span)


def _difference(it: Allotment, company: Company) -> str:
    values = {
        "company": money(it.company or 0, company),
        "difference": money(abs(it.difference), company),
        "total": money(it.total, company),
        "without": _without(it),
    }
    if it.difference > 0:
        return t(
            "The company’s target is {company}, {difference} more than the {total} "
            "that the members’ targets add up to{without}.",
            **values,
        )
    return t(
        "The company’s target is {company}, {difference} less than the {total} "
        "that the members’ targets add up to{without}.",
        **values,
    )


def _without(it: Allotment) -> str:
    return tn(" ({n} rep has none)", " ({n} reps have none)", len(it.without)) if it.without else ""

"""What is left of a target, in words: acts for the rep, money and dates for the owner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from coaching.actions import Aim, Source, says, wins_to_go
from coaching.money import Money
from coaching.numbers.backsolve import Need, Reason, Solution, Verdict, Why, rounded_up
from coaching.numbers.levers import Lever, Move, moves
from coaching.phrases import count, day, listed, percent
from coaching.yields import amount

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.numbers.allotment import Allotment
    from coaching.periods import Period

ALONE = "That alone can’t do it."
VERDICTS = {
    Verdict.FEASIBLE: "can be done",
    Verdict.TIGHT: "tight",
    Verdict.INFEASIBLE: "out of reach",
    Verdict.UNKNOWN: "not enough data",
}


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
    return found or (step[:-1] + "ies" if step.endswith("y") else step if step.endswith("s") else step + "s")


def counted(n: int, step: str, company: Company) -> str:
    """`1 opportunity`, `24 calls`."""
    return f"1 {step}" if n == 1 and not _fed(step, company) else amount(n, units(step, company))


def a_day(it: float) -> str:
    """`24`, `1.6`, `0.25`: as fine as it tells something."""
    return f"{it:,.0f}" if it >= 10 else f"{it:.1f}".removesuffix(".0") if it >= 1 else f"{it:.2g}"


def _fed(step: str, company: Company) -> bool:
    return any(it.step == step for it in company.team_habits)


# --- a habit's target ----------------------------------------------------------------------------------------------
def where_from(aim: Aim, it: Solution) -> str:
    """Behind a target, in a few words; empty where nothing follows from the target for this habit."""
    to_go = wins_to_go(it)
    if to_go is None or it.position.target is None:
        return ""
    wins = count(to_go, "win")
    if says(it, Reason.TOO_LATE):
        return "your plan; a new deal now lands in the next period"
    if aim.need is None:
        return ""
    match aim.source:
        case Source.NEED:
            return f"{wins} to go, see the maths"
        case Source.MOST:
            return f"as much as can be kept up; {wins} to go, see the maths"
        case Source.PLAN:
            return f"your plan, and enough for the {wins} to go" if to_go and aim.need <= aim.amount else "your plan"


# --- for the rep, in acts ------------------------------------------------------------------------------------------
def standing_line(it: Solution, company: Company) -> str:
    """Where somebody stands, without an amount in it. Empty without a target."""
    at = it.position
    if at.target is None:
        return ""
    if says(it, Reason.COVERED):
        return "What is won and what is open is enough for this period, on average. The plan keeps the next one coming."
    if says(it, Reason.TOO_LATE):
        usual = f" Won deals usually take {count(rounded_up(at.cycle.value), 'day')}." if at.cycle else ""
        return (
            f"A new opportunity can hardly close in this period any more.{usual} What is left has to come from "
            f"{_open_deals(it)}; what you create now is for the next period."
        )
    to_go = wins_to_go(it)
    if to_go is None or not it.needs:
        return _not_enough(it)
    last = at.last_create_day or at.end
    first, outermost = it.needs[0], _outermost(it)
    made = counted(rounded_up(first.total.value), first.leg.step, company)
    each = f", {counted(outermost.today or 0, outermost.leg.step, company)} a day" if outermost else ""
    return f"{count(to_go, 'win')} to go: {made} by {day(last)}{each}. {_verdict(it, company)}"


def _outermost(it: Solution) -> Need | None:
    """The first step of the chain that can be said: what a day begins with."""
    leading = [one for one in it.needs[1:] if not one.leg.forward and one.today is not None]
    return leading[-1] if leading else None


def _open_deals(it: Solution) -> str:
    n = it.position.open.n
    return f"the {n} open deals" if n > 1 else "the one open deal" if n else "deals that are not there yet"


def _not_enough(it: Solution) -> str:
    to_go = wins_to_go(it)
    if to_go is None:
        return "Not enough data yet to say how many wins are to go: too few won deals with an amount. The plan stands."
    return f"{count(to_go, 'win')} to go. Not enough data yet to say what that takes: too few deals have closed."


def _verdict(it: Solution, company: Company) -> str:
    why = next(iter(it.why), None)
    match it.verdict:
        case Verdict.FEASIBLE:
            return "That can be done."
        case Verdict.TIGHT:
            return f"That is tight: {reason(why, company)}." if why else "That is tight."
        case Verdict.INFEASIBLE:
            return f"That can’t be done by new business alone: {reason(why, company)}." if why else ""
        case Verdict.UNKNOWN:
            return "Whether that can be done, there is not enough data to say."


def reason(it: Why, company: Company) -> str:
    """As a clause; empty for what needs none."""
    n = a_day(it.need)
    each = f"{counted(1, it.step, company) if n == '1' else f'{n} {units(it.step, company)}'} a day" if it.step else ""
    match it.reason:
        case Reason.TOO_MANY:
            return f"{each} is more than {a_day(it.most)}, the most that can be kept up"
        case Reason.ABOVE_BEST:
            return f"{each} is more than in the best four weeks ({a_day(it.most)})"
        case Reason.MAY_BE_TOO_MANY:
            return f"it may take up to {each}, and {a_day(it.most)} is the most that can be kept up"
        case Reason.CYCLE_UNKNOWN:
            return "how long a deal usually takes isn’t known yet, so there may be less time than it looks"
        case Reason.TOO_LATE:
            return "a new opportunity can hardly close in the period any more"
        case Reason.COVERED:
            return "what is won and open is enough, on average"
        case Reason.NO_TARGET:
            return "there is no target"
        case Reason.NO_AMOUNTS:
            return "too few won deals have an amount"
        case Reason.NO_WIN_RATIO:
            return "too few deals have closed"
        case Reason.NO_PACE:
            return "nothing says yet how much a day can hold"


def levers(it: Solution, company: Company, *, manager: str = "the manager") -> Iterator[str]:
    """What else would have to become what; each by itself, with what it is now and its n. None where it can be done."""
    if it.verdict in {Verdict.FEASIBLE, Verdict.UNKNOWN}:
        return
    for move in moves(it):
        yield _lever(move, it, company, manager)


def in_acts(it: Solution, *, manager: str) -> Iterator[str]:
    """The same for the rep: no sums of money, but what to do."""
    if it.verdict in {Verdict.FEASIBLE, Verdict.UNKNOWN}:
        return
    for move in moves(it):
        yield _act(move, it, manager)


def _act(it: Move, of: Solution, manager: str) -> str:
    alone = "" if it.possible else f" {ALONE}"
    times = f"{it.needed / it.now:.1f} times as large as" if it.now > 0 else ""
    match it.lever:
        case Lever.WIN_RATE:
            would = f"{percent(it.needed)} instead of {percent(it.now)} of what is open would have to be won"
            return (
                f"Your {count(it.n, 'open deal')}: {would if it.possible else 'even all of them would not be enough'}."
            )
        case Lever.DEAL_SIZE:
            each = f"each new one would have to be {times} usual"
            return f"Larger deals: at your usual pace, {each} (n = {it.n} won).{alone}"
        case Lever.OPEN_SIZE:
            return f"What more could they need? The open deals would have to be {times} now.{alone}"
        case Lever.DATES:
            names = listed([one.name for one in of.position.later], 3)
            return f"What would have to happen for {names} to close in this period? They are due in the next."
        case Lever.TARGET:
            return (
                f"The plan: {percent(it.needed / it.now)} of your target is in reach as it stands. Talk to {manager}."
            )


def _lever(it: Move, of: Solution, company: Company, manager: str) -> str:
    alone = "" if it.possible else f" {ALONE}"

    def about(amount: float) -> Money:
        return money(roughly(amount), company)

    match it.lever:
        case Lever.WIN_RATE:
            would = percent(it.needed) if it.possible else "more than all of it"
            return (
                f"Win more of what is open: {would} instead of {percent(it.now)} of its amount "
                f"(n = {count(it.n, 'open deal')}).{alone}"
            )
        case Lever.DEAL_SIZE:
            return (
                f"Larger deals: {about(it.needed)} instead of {about(it.now)} for each new one, at the usual pace "
                f"(n = {it.n} won).{alone}"
            )
        case Lever.OPEN_SIZE:
            return (
                f"Enlarge what is open: {about(it.needed)} instead of {about(it.now)} a deal (n = {it.n} open).{alone}"
            )
        case Lever.DATES:
            names = listed([one.name for one in of.position.later], 3)
            due = f"{money(it.now, company)} that is due in the next period ({names}; n = {it.n})"
            if not it.possible:
                return f"Bring dates forward: even all of the {due} would not bring the {money(left(of), company)}."
            return f"Bring dates forward: {money(left(of), company)} of the {due} would have to be won in this one."
        case Lever.TARGET:
            return (
                f"Plan anew with {manager}: what can be expected is {about(it.needed)} instead of "
                f"{money(it.now, company)}."
            )


# --- for the owner, in money and dates -----------------------------------------------------------------------------
def owner_lines(it: Solution, split: Allotment, company: Company, period: Period) -> tuple[str, ...]:
    """Nothing about anybody; empty when there is nothing to say."""
    found = (cannot_close(it, company, period), *split_lines(split, company, named=False))
    return tuple(line for line in found if line)


def in_money(it: Solution, company: Company, period: Period, people: int) -> str:
    """A target of the whole team in one paragraph: what it leaves, what that takes of each, whether it can be done."""
    at = it.position
    begin = (
        f"{money(at.target or 0.0, company)} in {period}: {money(at.won, company)} is won and "
        f"{money(roughly(at.open.value), company)} can be expected of what is open, which leaves "
        f"{money(left(it), company)}."
    )
    if it.residual <= 0:
        return f"{begin[: begin.rindex(',')]}. That is enough, on average."
    if says(it, Reason.TOO_LATE) or not it.needs:
        return begin
    first, outermost = it.needs[0], _outermost(it)
    made = counted(rounded_up(first.total.value), first.leg.step, company)
    each = ""
    if outermost and people:
        each = f", {counted(outermost.today or 0, outermost.leg.step, company)} a day from each of {people}"
    return f"{begin} That takes {made} by {day(at.last_create_day or at.end)}{each}. {_verdict(it, company)}"


def cannot_close(it: Solution, company: Company, period: Period) -> str:
    """That new business can't bring what is left, and why; empty where it can."""
    at = it.position
    if at.target is None or it.residual <= 0 or not (it.verdict is Verdict.INFEASIBLE or says(it, Reason.TOO_LATE)):
        return ""
    left = money(max(0.0, at.target - at.won), company)
    if says(it, Reason.TOO_LATE):
        after = f" after {day(at.last_create_day, at.today)}" if at.last_create_day else ""
        usual = f" (won deals usually take {count(rounded_up(at.cycle.value), 'day')})" if at.cycle else ""
        return (
            f"New business can no longer close in {period} if it began{after}{usual}: the {left} to go must come "
            f"from {_open_deals(it)}, of which {money(roughly(at.open.value), company)} can be expected."
        )
    first = it.needs[0]
    return (
        f"The {left} to go in {period} can’t be reached by new business alone: it would take "
        f"{counted(rounded_up(first.total.value), first.leg.step, company)} by {day(at.last_create_day or at.end)}, "
        "more than can be kept up."
    )


def split_lines(it: Allotment, company: Company, *, named: bool) -> Iterator[str]:
    """Whether targets were divided evenly whatever people can reach, and whether they add up. `named`: for whom."""
    if it.difference:
        more = "more" if it.difference > 0 else "less"
        yield (
            f"The company’s target is {money(it.company or 0, company)}, {money(abs(it.difference), company)} {more} "
            f"than the {money(it.total, company)} that the members’ targets add up to{_without(it)}."
        )
    if not it.evenly:
        return
    each = money(it.total / len(it.shares), company)
    yield f"Each of {len(it.shares)} people has the same target, {each}, whatever each can reach."
    if named:
        parts = [
            f"{_first_name(one.member, company)} {money(one.by_capacity, company)}"
            for one in it.shares
            if one.by_capacity is not None
        ]
        yield f"By capacity (won, expected of what is open, and what can still be created): {listed(parts, 8)}."
    else:
        by = [one.by_capacity for one in it.shares if one.by_capacity is not None]
        span = f"{money(min(by), company)} to {money(max(by), company)}" if len(by) >= 4 else "quite different amounts"
        yield f"By what people can reach, the same total would be divided into {span}."


def _without(it: Allotment) -> str:
    return f" ({count(len(it.without), 'rep has', 'reps have')} none)" if it.without else ""


def _first_name(member: str, company: Company) -> str:
    found = company.member(member)
    return found.first_name if found else member

"""Findings about all of a rep's deals: coverage, new deals, one that outweighs the rest, calls that come in higher."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from coaching.card import Maths
from coaching.findings.finding import Finding, Keeps, Seen, Whose
from coaching.money import Money
from coaching.numbers.intervals import exact_rate
from coaching.numbers.ratios import ENOUGH
from coaching.phrases import count, day, percent
from coaching.reviewed import Rule

if TYPE_CHECKING:
    from coaching.findings.finding import Ground

WHALE = 0.5
"""Of the worth of all open deals."""
LEAST_DEALS = 3
"""Below that one deal always outweighs the others."""
LOW = 1.15
"""What came in for each unit called, from which on calls are low: the good band ends there."""
PERIODS = 3
QUARTERS = 4


def little_coverage(it: Whose) -> Finding | None:
    """What is open and due is worth less than the gap takes: gap / own win ratio."""
    rate, gap = _rate(it), _gap(it)
    if rate is None or gap is None or gap <= 0:
        return None
    due = [one for one in it.deals if _due(one, it)]
    have = sum(one.worth or 0.0 for one in due)
    need = gap / rate
    if have >= need:
        return None
    ground = it.ground
    won, closed = it.closed
    more = _deals_for(it, need - have)
    return Finding(
        rule=Rule.LITTLE_COVERAGE,
        short="little coverage",
        said=(
            f"{_money(ground, gap)} are still to win by {day(ground.period.end, ground.today)}. At your win ratio of "
            f"{percent(rate)} that takes {_money(ground, need)} in open deals; due by then are {_money(ground, have)}."
            f"{more}"
        ),
        question=_way_on(it),
        facts={"gap": round(gap, 2), "needed": round(need, 2), "open": round(have, 2), "win_ratio": round(rate, 4)},
        at_stake=gap - have * rate,
        maths=Maths(
            figure="Coverage",
            value=f"{have / gap:.1f} times the gap, of {1 / rate:.1f} times",
            formula="worth of open deals due in the period / (target - won), against 1 / own win ratio",
            inputs=(
                ("target", str(it.target)),
                ("won so far", str(_money(ground, it.won))),
                ("open and due", f"{_money(ground, have)}, {count(len(due), 'deal')}"),
                ("estimated among them", f"{sum(one.estimated for one in due)}, at the usual amount"),
                ("own win ratio", f"{won} of {closed} in twelve months; leaning on the team’s {percent(rate)}"),
            ),
            n=count(closed, "closed deal"),
            source="beta-binomial shrinkage to the team, as for ratios",
        ),
    )


def _due(it: Seen, whose: Whose) -> bool:
    """In the period, or before and still open; all of them where nobody keeps close dates."""
    if Keeps.CLOSE_DATES not in whose.ground.keeps:
        return True
    return it.deal.close_date is not None and it.deal.close_date <= whose.ground.period.end


def _gap(it: Whose) -> float | None:
    return None if it.target is None else float(it.target.amount) - it.won


def _rate(it: Whose) -> float | None:
    """Own, leaning on the team's; None below ENOUGH closed deals of the team, or when none was won."""
    prior = it.ground.ratio
    if sum(n for _, n in prior.counts) < ENOUGH:
        return None
    return prior.shrunk(*it.closed) or None


def _deals_for(it: Whose, amount: float) -> str:
    usual = _usual_deal(it)
    return f" That is about {count(ceil(amount / usual), 'deal')} of your usual size." if usual else ""


def _usual_deal(it: Whose) -> float | None:
    """The mean of own wins in twelve months, of everybody's where they are fewer than LEAST_DEALS."""
    won = it.ground.look.won_amounts
    own = won.get(it.member.id, ())
    amounts = own if len(own) >= LEAST_DEALS else [one for them in won.values() for one in them]
    return sum(amounts) / len(amounts) if len(amounts) >= LEAST_DEALS and sum(amounts) > 0 else None


def _way_on(it: Whose) -> str:
    usual, ground = it.ground.look.usual.all.cycle.median_days, it.ground
    last = ground.period.end - timedelta(days=ceil(usual)) if usual is not None else None
    if last is not None and last < ground.today:
        return (
            f"What begins now usually closes after that ({usual:,.0f} days). "
            "Which later deal could the buyer want sooner, and why?"
        )
    until = f" by {day(last, ground.today)}" if last else ""
    return f"Which accounts could you open{until}, so that they close in time?"


def little_begun(it: Whose) -> Finding | None:
    """Fewer new deals in thirteen weeks than a quarter's wins take, by more than luck makes."""
    rate, wins = _rate(it), _wins_a_quarter(it)
    if rate is None or wins is None:
        return None
    needed, begun = wins[0] / rate, it.ground.look.begun.get(it.member.id, 0)
    if begun >= needed or (interval := exact_rate(begun, 1)).high >= needed:
        return None
    usual = _usual_deal(it)
    worth = (needed - begun) * rate * usual if usual else None
    return Finding(
        rule=Rule.LITTLE_BEGUN,
        short="few new deals",
        said=(
            f"{count(begun, 'deal')} of yours began in the last thirteen weeks. {wins[1]} takes about "
            f"{needed:.0f}, at {percent(rate)} won."
        ),
        question="Which two first appointments could you get this week, and with whom?",
        facts={"begun": begun, "needed": round(needed, 1), "win_ratio": round(rate, 4)},
        at_stake=worth,
        maths=Maths(
            figure="New deals",
            value=f"{begun} of {needed:.0f}",
            formula="deals created in thirteen weeks < wins a quarter / own win ratio",
            inputs=(("wins a quarter", f"{wins[0]:.1f} ({wins[1].lower()})"), ("own win ratio", percent(rate))),
            n=count(begun, "deal"),
            uncertainty=f"80 %: {interval.low:.1f} to {interval.high:.1f}; told only when even that is too few",
            source="exact Poisson interval, Garwood 1936",
        ),
    )


def _wins_a_quarter(it: Whose) -> tuple[float, str] | None:
    """What the next target, or this one, takes in usual deals; without one, as many as in the last year."""
    target, usual = it.next_target or it.target, _usual_deal(it)
    if target is not None and usual:
        period = it.ground.period.next if it.next_target else it.ground.period
        return float(target.amount) / usual, f"The target of {period}"
    won, closed = it.closed
    return (won / QUARTERS, "Winning as many as in the last year") if closed >= ENOUGH and won else None


def one_large_deal(it: Whose) -> Finding | None:
    """One deal is worth as much as all the others together, or as half of what the period is to bring."""
    deals = sorted((one for one in it.deals if one.worth), key=lambda one: -(one.worth or 0.0))
    largest, whole = (deals[0] if deals else None), sum(one.worth or 0.0 for one in deals)
    if largest is None:
        return None
    share, of_target = (largest.worth or 0.0) / whole, _of_target(largest, it)
    if (share < WHALE or len(deals) < LEAST_DEALS) and of_target < WHALE:
        return None
    title = largest.deal.title
    hangs = f"as much as {percent(of_target)} of your target" if of_target >= WHALE else ""
    said = f"{title} is {percent(share)} of what you have open" + (f", and {hangs}." if hangs else ".")
    return Finding(
        rule=Rule.ONE_LARGE_DEAL,
        short="one large deal",
        said=said,
        question="If it came a quarter later, what would make up for it, and what of that begins this week?",
        facts={"opportunity": largest.deal.id, "share": round(share, 4), "n_open": len(deals)},
        at_stake=largest.at_stake,
        maths=Maths(
            figure="One large deal",
            value=percent(share),
            formula=(
                f"worth of the largest / worth of all open deals, from {percent(WHALE)} on and {LEAST_DEALS} deals; "
                f"or / target of the period, from {percent(WHALE)} on"
            ),
            inputs=(
                ("the largest", str(_money(it.ground, largest.worth or 0.0))),
                ("all open deals", f"{_money(it.ground, whole)}, {count(len(deals), 'deal')}"),
                ("estimated among them", f"{sum(one.estimated for one in deals)}, at the usual amount"),
                ("target of the period", str(it.target or "none")),
            ),
            n=count(len(deals), "deal"),
        ),
    )


def _of_target(largest: Seen, whose: Whose) -> float:
    """Its share of the period's target, where it is due in it."""
    if not whose.target or not _due(largest, whose):
        return 0.0
    return (largest.worth or 0.0) / float(whose.target.amount)


def calls_low(it: Whose) -> Finding | None:
    """More came in than was called, period after period."""
    found = it.worth_of_calls
    if found is None or found.n < PERIODS or min(found.own, found.shrunk) < LOW:
        return None
    commit = float(it.commit.amount) if it.commit else None
    now = f" Your call is {it.commit} now." if it.commit else ""
    return Finding(
        rule=Rule.CALLS_LOW,
        short="calls come in higher",
        said=f"In {count(found.n, 'period')}, {percent(found.own - 1)} more came in than you called.{now}",
        question="Which deal that you don’t count would you count if it cost you nothing?",
        facts={"factor": round(found.own, 4), "shrunk": round(found.shrunk, 4), "n": found.n},
        at_stake=(found.shrunk - 1) * commit if commit else None,
        maths=Maths(
            figure="Calls",
            value=f"{found.own:.2f} came in for 1.00 called",
            formula="won / called over periods that are over; (n own + k team) / (n + k)",
            inputs=(
                ("own", f"{found.own:.2f}"),
                ("the team’s", f"{found.team:.2f}"),
                ("leaning on the team’s", f"{found.shrunk:.2f}"),
            ),
            n=count(found.n, "period"),
            uncertainty=f"told from {PERIODS} periods and {LOW} on",
        ),
    )


def _money(ground: Ground, amount: float) -> Money:
    return Money.of(round(amount), ground.company.currency)

"""Findings about all of a rep's deals: coverage, new deals, one that outweighs the rest, calls that come in higher."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from coaching.card import Maths
from coaching.findings.finding import Finding, Keeps, Seen, Whose
from coaching.language import number, t, tn
from coaching.money import Money, rough
from coaching.numbers.intervals import exact_rate
from coaching.numbers.ratios import ENOUGH
from coaching.phrases import day, inside, percent
from coaching.reviewed import Rule

if TYPE_CHECKING:
    from datetime import date

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
        short=t("little coverage"),
        said=(
            t(
                "{gap} are still to win by {day}. At your win ratio of {share} that takes {needed} in open "
                "deals; due by then are {due}.{more}",
                gap=_money(ground, gap),
                day=day(ground.period.end, ground.today),
                share=percent(rate),
                needed=rough(_money(ground, need)),
                due=_money(ground, have),
                more=more,
            )
        ),
        question=_way_on(it),
        facts={"gap": round(gap, 2), "needed": round(need, 2), "open": round(have, 2), "win_ratio": round(rate, 4)},
        at_stake=gap - have * rate,
        maths=Maths(
            figure=t("Coverage"),
            value=t("{have} times the gap, of {need} times", have=number(have / gap, 1), need=number(1 / rate, 1)),
            formula=t("worth of open deals due in the period / (target - won), against 1 / own win ratio"),
            inputs=(
                (t("target"), str(it.target)),
                (t("won so far"), str(_money(ground, it.won))),
                (t("open and due"), f"{_money(ground, have)}, {tn('{n} deal', '{n} deals', len(due))}"),
                (t("estimated among them"), t("{n}, at the usual amount", n=sum(one.estimated for one in due))),
                (
                    t("own win ratio"),
                    t(
                        "{won} of {closed} in twelve months; leaning on the team’s {share}",
                        won=won,
                        closed=closed,
                        share=percent(rate),
                    ),
                ),
            ),
            n=tn("{n} closed deal", "{n} closed deals", closed),
            source=t("beta-binomial shrinkage to the team, as for ratios"),
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
    return (
        tn(
            " That is about {n} deal of your usual size.",
            " That is about {n} deals of your usual size.",
            ceil(amount / usual),
        )
        if usual
        else ""
    )


def _usual_deal(it: Whose) -> float | None:
    """The mean of own wins in twelve months, of everybody's where they are fewer than LEAST_DEALS."""
    won = it.ground.look.won_amounts
    own = won.get(it.member.id, ())
    amounts = own if len(own) >= LEAST_DEALS else [one for them in won.values() for one in them]
    return sum(amounts) / len(amounts) if len(amounts) >= LEAST_DEALS and sum(amounts) > 0 else None


def _last_start(it: Whose) -> date | None:
    """The last day on which a deal could begin that usually still closes in the period; None where too few were won."""
    usual = it.ground.look.usual.all.cycle.median_days
    return it.ground.period.end - timedelta(days=ceil(usual)) if usual is not None else None


def _way_on(it: Whose) -> str:
    usual, ground, last = it.ground.look.usual.all.cycle.median_days, it.ground, _last_start(it)
    if usual is not None and last is not None and last < ground.today:
        return t(
            "What begins now usually closes after that ({usual} days). Which later deal could the buyer want "
            "sooner, and why?",
            usual=number(usual),
        )
    until = t(" by {day}", day=day(last, ground.today)) if last else ""
    return t("Which accounts could you open{until}, so that they close in time?", until=until)


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
        short=t("few new deals"),
        said=(
            tn(
                "{n} deal of yours began in the last thirteen weeks. {wins} takes about {needed}, "
                "at {share} won.{late}",
                "{n} deals of yours began in the last thirteen weeks. {wins} takes about {needed}, "
                "at {share} won.{late}",
                begun,
                wins=wins[1],
                needed=number(needed),
                share=percent(rate),
                late=_late(it),
            )
        ),
        question=t("Which two first appointments could you get this week, and with whom?"),
        facts={"begun": begun, "needed": round(needed, 1), "win_ratio": round(rate, 4)},
        at_stake=worth,
        maths=Maths(
            figure=t("New deals"),
            value=t("{begun} of {needed}", begun=begun, needed=number(needed)),
            formula=t("deals created in thirteen weeks < wins a quarter / own win ratio"),
            inputs=(
                (t("wins a quarter"), f"{number(wins[0], 1)} ({inside(wins[1])})"),
                (t("own win ratio"), percent(rate)),
            ),
            n=tn("{n} deal", "{n} deals", begun),
            uncertainty=t(
                "80 %: {low} to {high}; told only when even that is too few",
                low=number(interval.low, 1),
                high=number(interval.high, 1),
            ),
            source=t("exact Poisson interval, Garwood 1936"),
        ),
    )


def _late(it: Whose) -> str:
    """That what begins now is the next period's, where it is."""
    ground, last = it.ground, _last_start(it)
    if last is None or last >= ground.today:
        return ""
    return t(
        " What begins now usually closes after {period}: it is {next} that it counts for.",
        period=ground.period,
        next=ground.period.next,
    )


def _wins_a_quarter(it: Whose) -> tuple[float, str] | None:
    """What the next target, or this one, takes in usual deals; without one, as many as in the last year."""
    target, usual = it.next_target or it.target, _usual_deal(it)
    if target is not None and usual:
        wins = float(target.amount) / usual
        if it.next_target:
            return wins, t("The target of {period}", period=it.ground.period.next)
        if _late(it):
            return wins, t("A target like that of {period}", period=it.ground.period)
        return wins, t("The target of {period}", period=it.ground.period)
    won, closed = it.closed
    return (won / QUARTERS, t("Winning as many as in the last year")) if closed >= ENOUGH and won else None


def one_large_deal(it: Whose) -> Finding | None:
    """One deal is worth as much as all the others together, or as half of what the period is to bring."""
    deals = sorted((one for one in it.deals if one.worth), key=lambda one: -(one.worth or 0.0))
    largest, whole = (deals[0] if deals else None), sum(one.worth or 0.0 for one in deals)
    if largest is None:
        return None
    share, of_target = (largest.worth or 0.0) / whole, _of_target(largest, it)
    if (share < WHALE or len(deals) < LEAST_DEALS) and of_target < WHALE:
        return None
    said = (
        t(
            "{title} is {share} of what you have open, and as much as {of_target} of your target.",
            title=largest.deal.title,
            share=percent(share),
            of_target=percent(of_target),
        )
        if of_target >= WHALE
        else t("{title} is {share} of what you have open.", title=largest.deal.title, share=percent(share))
    )
    return Finding(
        rule=Rule.ONE_LARGE_DEAL,
        short=t("one large deal"),
        said=said,
        question=t("If it came a quarter later, what would make up for it, and what of that begins this week?"),
        facts={"opportunity": largest.deal.id, "share": round(share, 4), "n_open": len(deals)},
        at_stake=largest.at_stake,
        maths=Maths(
            figure=t("One large deal"),
            value=percent(share),
            formula=(
                t(
                    "worth of the largest / worth of all open deals, from {share} on and {least_deals} deals; or / "
                    "target of the period, from {share} on",
                    share=percent(WHALE),
                    least_deals=LEAST_DEALS,
                )
            ),
            inputs=(
                (t("the largest"), str(_money(it.ground, largest.worth or 0.0))),
                (t("all open deals"), f"{_money(it.ground, whole)}, {tn('{n} deal', '{n} deals', len(deals))}"),
                (t("estimated among them"), t("{n}, at the usual amount", n=sum(one.estimated for one in deals))),
                (t("target of the period"), str(it.target or t("none"))),
            ),
            n=tn("{n} deal", "{n} deals", len(deals)),
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
    now = t(" Your call is {commit} now.", commit=it.commit) if it.commit else ""
    if commit is not None and commit < it.won:
        now = t(" Your call is {commit} now, and more than that is won already.", commit=it.commit)
    return Finding(
        rule=Rule.CALLS_LOW,
        short=t("calls come in higher"),
        said=tn(
            "In {n} period, {share} more came in than you called.{now}",
            "In {n} periods, {share} more came in than you called.{now}",
            found.n,
            share=percent(found.own - 1),
            now=now,
        ),
        question=t("Which deal do you hold back from your call, and what would have to happen for you to count it?"),
        facts={"factor": round(found.own, 4), "shrunk": round(found.shrunk, 4), "n": found.n},
        at_stake=(found.shrunk - 1) * commit if commit else None,
        maths=Maths(
            figure=t("Calls"),
            value=t("{own} came in for 1.00 called", own=number(found.own, 2)),
            formula=t("won / called over periods that are over; (n own + k team) / (n + k)"),
            inputs=(
                (t("own"), number(found.own, 2)),
                (t("the team’s"), number(found.team, 2)),
                (t("leaning on the team’s"), number(found.shrunk, 2)),
            ),
            n=tn("{n} period", "{n} periods", found.n),
            uncertainty=t("told from {periods} periods and {low} on", periods=PERIODS, low=LOW),
        ),
    )


def _money(ground: Ground, amount: float) -> Money:
    return Money.of(round(amount), ground.company.currency)

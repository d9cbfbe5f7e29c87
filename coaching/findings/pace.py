"""Findings by what deals usually do: the cycle, the stay in a stage, an amount that has moved."""

from __future__ import annotations

from datetime import timedelta

from coaching.card import Maths
from coaching.cycle_card import reason, segment_name, stay_reason
from coaching.findings.finding import Finding, Seen
from coaching.language import number, t, tn
from coaching.money import Money
from coaching.numbers.stage_times import ENOUGH_MOVED, LONG
from coaching.opportunities import Change, Field
from coaching.phrases import day, percent
from coaching.reviewed import REST, Reason, Rule

WEEK = timedelta(days=7)
MUCH = 0.2
"""Of what an amount was."""


def outside_usual_cycle(it: Seen) -> Finding | None:
    """Older than nine in ten were when they were won; not again for REST once it is known why."""
    if it.numbers is None or it.age_days is None or _explained(it):
        return None
    usual, age = it.numbers.usual, it.age_days
    if not usual.cycle.outside(age) or usual.cycle.p90_days is None:
        return None
    return Finding(
        rule=Rule.OUTSIDE_USUAL_CYCLE,
        short=t("day {age}, outside the usual cycle", age=age),
        said=reason(age, usual),
        question=t("What is it waiting for?"),
        facts={"age_days": age, "usual_p90_days": usual.cycle.p90_days, "n_won": usual.cycle.n_won},
        maths=Maths(
            figure=t("Outside the usual cycle"),
            value=t("day {age}", age=age),
            formula=t("days since creation > the 90 % point of the days won deals took"),
            inputs=(
                (t("days since creation"), number(age)),
                (t("nine in ten wins by day"), number(usual.cycle.p90_days)),
                (t("whose wins"), segment_name(usual) or t("all")),
            ),
            n=tn("{n} won deal", "{n} won deals", usual.cycle.n_won),
            source=t("linear interpolation, type 7 of Hyndman and Fan, 1996"),
        ),
    )


def _explained(it: Seen) -> bool:
    """Its reason was given lately; a wrong stage or our own stalling is no reason to wait for."""
    lasting = {Reason.BUDGET_CYCLE, Reason.NEW_STAKEHOLDER, Reason.LOST_CHAMPION, Reason.OTHER}
    return any(one.reason in lasting and it.ground.today - one.on < REST for one in it.answers)


def stalled_in_stage(it: Seen) -> Finding | None:
    """In its stage for much longer than those that move on."""
    stay = it.numbers.stay if it.numbers else None
    if stay is None or stay.usual.median_days is None:
        return None
    return Finding(
        rule=Rule.STALLED_IN_STAGE,
        short=tn("{n} day in {stage}", "{n} days in {stage}", stay.days, stage=stay.stage.capitalize()),
        said=stay_reason(stay),
        question=t("What would have to happen for it to move on, and who can make it happen?"),
        facts={"stage": stay.stage, "days": stay.days, "usual_days": stay.usual.median_days},
        maths=Maths(
            figure=t("Long in its stage"),
            value=tn("at least {n} day", "at least {n} days", stay.days)
            if stay.at_least
            else tn("{n} day", "{n} days", stay.days),
            formula=t("days in the stage > {long} x the middle of those that move on", long=LONG),
            inputs=(
                (t("days in the stage"), number(stay.days)),
                (t("usual days until it moves on"), number(stay.usual.median_days)),
            ),
            n=t(
                "{n_moved} of {n} moved on; it needs {enough_moved}",
                n_moved=stay.usual.n_moved,
                n=stay.usual.n,
                enough_moved=ENOUGH_MOVED,
            ),
            source=t("cumulative incidence, Aalen and Johansen, 1978"),
        ),
    )


def amount_changed(it: Seen) -> Finding | None:
    """By a fifth or more within the last week."""
    since = it.ground.today - WEEK
    moves = [one for one in it.changes if one.field is Field.AMOUNT and one.on > since]
    before, after = (_minor(moves[0].before), _minor(moves[-1].after)) if moves else (None, None)
    if not before or after is None or abs(after - before) < MUCH * before:
        return None
    return _changed(it, before, after, moves)


def _changed(it: Seen, before: int, after: int, moves: list[Change]) -> Finding:
    currency = it.deal.amount.currency if it.deal.amount else it.ground.company.currency
    was, now = Money(before, currency), Money(after, currency)
    by = percent(abs(after - before) / before)
    return Finding(
        rule=Rule.AMOUNT_CHANGED,
        short=t("its amount went from {was} to {now}", was=was, now=now),
        said=t(
            "Its amount went from {was} to {now}, seen {day}.", was=was, now=now, day=day(moves[-1].on, it.ground.today)
        ),
        question=t("What changed on the buyer’s side?"),
        facts={"before": float(was.amount), "after": float(now.amount)},
        maths=Maths(
            figure=t("Amount changed"),
            value=t("up {share}", share=by) if after > before else t("down {share}", share=by),
            formula=t("|after - before| / before, from {share} on, within a week", share=percent(MUCH)),
            inputs=((t("before"), str(was)), (t("after"), str(now))),
        ),
    )


def _minor(text: str | None) -> int | None:
    return int(text) if text else None

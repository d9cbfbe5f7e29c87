"""The pipeline's condition, for a person and for a program."""

from __future__ import annotations

from typing import Any

from bot.reports.cycles import cycle_data, days
from bot.reports.project import warned
from bot.reports.report import Report
from coaching.card import Bold, Card, Element, Heading, Table, quiet, say
from coaching.cycle_card import maths, reason, said, stay_reason
from coaching.numbers.differences import Compared
from coaching.numbers.inspection import Inspection, Stale
from coaching.numbers.stage_times import Stay
from coaching.phrases import count, percent

SHOWN = 20
"""Deals and owners, in words; JSON has all."""


def told(it: Inspection) -> Report:
    """As the contract's keys, and as a card."""
    stages = it.cycles.stages
    data = {
        "on": it.on.isoformat(),
        "n_open": it.n_open,
        "n_closed": it.n_closed,
        "cycle": cycle_data(it.cycles),
        "findings": [*map(_outside, it.findings), *map(_stay, stages.long if stages else ())],
        "ratios": [
            {
                "owner": row.owner,
                "won": row.won,
                "closed": row.closed,
                "rate": row.rate,
                "shrunk": row.shrunk,
                "low": row.interval.low,
                "high": row.interval.high,
            }
            for row in it.ratios
        ],
        "differences": [
            {"what": "owner", "who": row.who, "claim": row.claim.value, "p_adjusted": row.p_adjusted}
            for row in it.differences
            if row.claim
        ],
        "calendar": [_month(row) for row in it.months],
        "warnings": list(it.warnings),
    }
    return Report(data, _card(it))


def _outside(it: Stale) -> dict[str, Any]:
    usual = it.usual
    return {
        "id": it.id,
        "owner": it.owner,
        "rule": "outside_usual_cycle",
        "age_days": it.age_days,
        "usual_p90_days": days(usual.cycle.p90_days),
        "n_won": usual.cycle.n_won,
        "segment": {"what": usual.by, "name": usual.name} if usual.by else None,
        "reason": reason(it.age_days, usual),
    }


def _stay(it: Stay) -> dict[str, Any]:
    return {
        "id": it.id,
        "owner": it.owner,
        "rule": "long_in_stage",
        "stage": it.stage,
        "days_in_stage": it.days,
        "usual_days": it.usual.median_days,
        "n_moved": it.usual.n_moved,
        "reason": stay_reason(it),
    }


def _month(it: Compared) -> dict[str, Any]:
    return {
        "what": "month_of_quarter",
        "level": int(it.who),
        "won": it.shares.won_with,
        "closed": it.shares.n_with,
        "rate": it.shares.won_with / it.shares.n_with,
        "p_adjusted": it.p_adjusted,
        "verdict": it.verdict.value,
    }


def _card(it: Inspection) -> Card:
    title = f"The pipeline on {it.on}"
    lines: list[Element] = [
        Heading(title),
        say(f"{count(it.n_open, 'open deal')}; {it.n_closed:,} closed, {it.n_won:,} of them won."),
        *said(it.cycles),
        *_stale(it),
        *_ratios(it),
        *_differences(it),
        say(_calendar_words(it)),
        quiet(
            "Intervals are exact (Clopper-Pearson, 80 %); nearer to the team: beta-binomial, as far as it is alike; "
            "differences: Fisher's exact test against the others who don't differ, adjusted for all that was looked at "
            "(Benjamini-Hochberg)."
        ),
        *maths(it.cycles),
        *warned(it.warnings),
    ]
    return Card(title, tuple(lines))


def _stale(it: Inspection) -> list[Element]:
    if not it.findings:
        return []
    more = f" The oldest {SHOWN}:" if len(it.findings) > SHOWN else ""
    rows = tuple(
        ((deal.id,), (deal.owner,), (f"{deal.age_days:,}",), (f"{deal.usual.cycle.p90_days:,.0f}",))
        for deal in it.findings[:SHOWN]
    )
    return [
        say(
            Bold(f"Outside the usual cycle: {len(it.findings):,} of {it.n_open:,}."),
            f" Ask what is new, or let go.{more}",
        ),
        Table(("Deal", "Owner", "Days", "Nine in ten won by"), rows, frozenset({2, 3})),
    ]


def _ratios(it: Inspection) -> list[Element]:
    rows = tuple(
        (
            (row.owner or "(nobody)",),
            (f"{row.won:,} of {row.closed:,}",),
            (f"{percent(row.interval.low)} – {percent(row.interval.high)}",),
            (percent(row.shrunk),),
        )
        for row in it.ratios[: 2 * SHOWN]
    )
    return [Table(("Owner", "Won", "8 of 10 cases", "Nearer to the team"), rows, frozenset({1, 2, 3}))] if rows else []


def _differences(it: Inspection) -> list[Element]:
    """Nothing where there is nobody to compare."""
    return [say(_difference_words(it))] if len(it.differences) > 1 else []


def _difference_words(it: Inspection) -> str:
    claims = [f"{row.who} is {row.claim.value} the others" for row in it.differences if row.claim]
    if claims:
        return "; ".join(claims) + "."
    return "Nobody's win rate differs from the others' by more than luck makes."


def _calendar_words(it: Inspection) -> str:
    months = ", ".join(
        f"month {row.who}: {percent(row.shares.won_with / row.shares.n_with)} won ({row.verdict.value})"
        for row in it.months
    )
    return f"By month of the quarter: {months}." if months else "Nothing has closed yet."

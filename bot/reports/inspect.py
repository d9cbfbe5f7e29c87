"""The pipeline's condition, for a person and for a program."""

from __future__ import annotations

from typing import Any

from bot.reports.project import warned
from bot.reports.report import Report
from coaching.card import Bold, Card, Element, Heading, Table, quiet, say
from coaching.numbers.differences import Compared
from coaching.numbers.inspection import Inspection
from coaching.phrases import count, percent

SHOWN = 20
"""Deals and owners, in words; JSON has all."""


def told(it: Inspection) -> Report:
    """As the contract's keys, and as a card."""
    usual = it.cycle
    data = {
        "on": it.on.isoformat(),
        "n_open": it.n_open,
        "n_closed": it.n_closed,
        "cycle": {
            "n_won": usual.n_won,
            "median_days": _days(usual.median_days),
            "p90_days": _days(usual.p90_days),
            "half_closed_days": it.half_closed_days,
        },
        "findings": [
            {
                "id": deal.id,
                "owner": deal.owner,
                "rule": "outside_usual_cycle",
                "age_days": deal.age_days,
                "usual_p90_days": _days(usual.p90_days),
                "n_won": usual.n_won,
            }
            for deal in it.findings
        ],
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


def _days(it: float | None) -> float | int | None:
    return it if it is None or it % 1 else int(it)


def _card(it: Inspection) -> Card:
    title = f"The pipeline on {it.on}"
    lines: list[Element] = [
        Heading(title),
        say(f"{count(it.n_open, 'open deal')}; {it.n_closed:,} closed, {it.n_won:,} of them won."),
        say(_cycle_words(it)),
        *_stale(it),
        *_ratios(it),
        say(_difference_words(it)),
        say(_calendar_words(it)),
        quiet(
            "Intervals are exact (Clopper-Pearson, 80 %); nearer to the team: beta-binomial, as far as it is alike; "
            "differences: Fisher's exact test, adjusted for all that was looked at (Benjamini-Hochberg)."
        ),
        *warned(it.warnings),
    ]
    return Card(title, tuple(lines))


def _cycle_words(it: Inspection) -> str:
    usual = it.cycle
    if usual.median_days is None or usual.p90_days is None:
        return "There is no usual cycle yet."
    half = f" Half of all deals have closed after {it.half_closed_days:,} days." if it.half_closed_days else ""
    return (
        f"Won deals usually took {usual.median_days:,.0f} days, nine in ten at most {usual.p90_days:,.0f} "
        f"({count(usual.n_won, 'won deal')}).{half}"
    )


def _stale(it: Inspection) -> list[Element]:
    if not it.findings:
        return []
    more = f" The oldest {SHOWN}:" if len(it.findings) > SHOWN else ""
    rows = tuple(((deal.id,), (deal.owner,), (f"{deal.age_days:,}",)) for deal in it.findings[:SHOWN])
    return [
        say(
            Bold(f"Outside the usual cycle: {len(it.findings):,} of {it.n_open:,}."),
            f" Ask what is new, or let go.{more}",
        ),
        Table(("Deal", "Owner", "Days"), rows, frozenset({2})),
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

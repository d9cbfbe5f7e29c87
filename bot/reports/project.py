"""What will be won, with a range, for a person and for a program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.reports.report import Report
from coaching.card import Bold, Bullets, Card, Element, Heading, Interval, Intervals, Maths, Picture, Table, say
from coaching.numbers.projection import Projection
from coaching.numbers.uncertainty import Range
from coaching.opportunities import Category
from coaching.phrases import count, percent

SHOWN = 40
"""Owners, in words; JSON has everybody."""
DRAWN = 15
"""Owners that a picture has room for."""


def told(it: Projection, currency: str) -> Report:
    """As the contract's keys, and as a card."""
    total = {**_data(it.total), "closed_so_far": _amount(it.closed_so_far), "n_open": it.n_open}
    data = {
        "on": it.on.isoformat(),
        "until": it.until.isoformat(),
        "currency": currency,
        "total": total,
        "by_owner": {who: _data(found) for who, found in it.by_owner.items()},
        "opportunities": [
            {
                "id": deal.id,
                "p_win": _chance(deal.p_win),
                "p_win_in_period": _chance(deal.p_win_in_period),
                "category": deal.category.value,
            }
            for deal in it.chances
        ],
        "made": {
            "from_open": _amount(it.made.from_open),
            "from_new": _amount(it.total.expected - it.made.from_open),
            "n_estimated_amounts": it.n_estimated,
            "checked_stretches": it.made.checked,
            "correction": round(it.made.times, 4),
        },
        "warnings": list(it.warnings),
    }
    return Report(data, _card(it, currency))


def warned(warnings: Sequence[str]) -> list[Element]:
    """What to know beside the figures."""
    return [say(Bold("To know:")), Bullets(tuple((it,) for it in warnings))] if warnings else []


def _data(it: Range) -> dict[str, float]:
    return {"expected": _amount(it.expected), "p10": _amount(it.p10), "p50": _amount(it.p50), "p90": _amount(it.p90)}


def _amount(it: float) -> float:
    return round(it, 2)


def _chance(it: float | None) -> float | None:
    return None if it is None else round(it, 6)


def _card(it: Projection, currency: str) -> Card:
    title = f"What will be won from {it.on} to {it.until}"
    kinds = Counter(deal.category for deal in it.chances)
    categories = ", ".join(f"{kinds[kind]:,} {kind.value.replace('_', ' ')}" for kind in Category)
    lines: list[Element] = [
        Heading(title),
        *(warned(it.warnings) if it.known_to else []),
        _said(it, currency),
        say(f"{count(it.n_open, 'open deal')}: {categories}."),
        *([] if it.unknown else [*_picture(it, currency), _table(it), *_maths(it, currency)]),
        *([] if it.known_to else warned(it.warnings)),
    ]
    return Card(title, tuple(lines))


def _said(it: Projection, currency: str) -> Element:
    """What to expect, or why that can't be said."""
    so_far = f"Won earlier in the quarter: {it.closed_so_far:,.0f}."
    if it.unknown:
        return say(Bold("What will be won can't be said:"), f" {it.unknown}. {so_far}")
    return say(
        Bold(f"About {it.total.expected:,.0f} {currency}"),
        f"; in 8 of 10 cases between {it.total.p10:,.0f} and {it.total.p90:,.0f}. {so_far}",
    )


def _picture(it: Projection, currency: str) -> list[Element]:
    """Everybody's range, for a team that fits. Of rare and large wins more may be expected than p90."""
    rows = [(who or "(nobody)", found) for who, found in it.by_owner.items() if found.p90 > 0]
    if not rows or len(rows) > DRAWN:
        return []
    plot = Intervals(
        tuple(
            Interval(who, found.expected, min(found.p10, found.expected), max(found.p90, found.expected))
            for who, found in rows
        )
    )
    alt = f"8 in 10 cases are within the lines. In all, {it.total.p10:,.0f} to {it.total.p90:,.0f} {currency}."
    return [Picture(alt, f"By owner, {currency}: expected, and 8 of 10 cases", plot)]


def _table(it: Projection) -> Table:
    best = sorted(it.by_owner.items(), key=lambda row: -row[1].expected)[:SHOWN]
    rows = tuple(
        ((who or "(nobody)",), (f"{found.expected:,.0f}",), (f"{found.p10:,.0f} – {found.p90:,.0f}",))
        for who, found in best
    )
    return Table(("Owner", "Expected", "8 of 10 cases"), rows, frozenset({1, 2}))


def _maths(it: Projection, currency: str) -> list[Element]:
    made = it.made
    new = it.total.expected - made.from_open
    learned = f"{it.n_won:,} won and {it.n_lost:,} lost deals"
    return [
        Maths(
            figure="Expected",
            value=f"{it.total.expected:,.0f} {currency}",
            formula="(sum of chance x amount over open deals + new deals a day x their chance to be won by then x what "
            "won deals are worth) x what earlier forecasts were off by",
            inputs=(
                ("from open deals", f"{made.from_open:,.0f}, {count(it.n_open, 'deal')}"),
                ("from deals not yet created", f"{new:,.0f}, at the pace of the last 13 weeks"),
                ("amounts estimated", f"{it.n_estimated:,} of {it.n_open:,}: the mean of won deals like them"),
                ("earlier forecasts", f"{count(made.checked, 'stretch', 'stretches')}: times {made.times:.2f}"),
            ),
            n=learned,
            uncertainty=f"8 of 10 cases: {it.total.p10:,.0f} to {it.total.p90:,.0f}",
            source="chances: hazard by age and month of the quarter (Allison, 1982), Gamma-Poisson shrinkage; "
            "docs/numbers.md, The chance of a deal",
        ),
        Maths(
            figure="The range",
            value=f"{it.total.p10:,.0f} – {it.total.p90:,.0f} {currency}",
            formula="how many deals: Poisson, its mean moved by shocks; what each is worth: Gamma; 4,000 draws",
            inputs=(
                ("shock common to all", f"{percent(made.common)} standard deviation"),
                ("shock of each owner", f"{percent(made.own)}"),
            ),
            n=count(made.checked, "earlier stretch", "earlier stretches"),
            uncertainty="owners' expectations add up to the total; their ranges are wider than its share",
        ),
    ]  # fmt: skip

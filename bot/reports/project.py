"""What will be won, with a range, for a person and for a program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.reports.report import Report
from coaching.card import Bold, Bullets, Card, Element, Heading, Table, quiet, say
from coaching.numbers.projection import Projection
from coaching.numbers.uncertainty import Range
from coaching.opportunities import Category
from coaching.phrases import count

SHOWN = 40
"""Owners, in words; JSON has everybody."""


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
        say(
            Bold(f"About {it.total.expected:,.0f} {currency}"),
            f"; in 8 of 10 cases between {it.total.p10:,.0f} and {it.total.p90:,.0f}. "
            f"Won earlier in the quarter: {it.closed_so_far:,.0f}.",
        ),
        say(f"{count(it.n_open, 'open deal')}: {categories}."),
        _table(it),
        quiet(_maths(it)),
        *warned(it.warnings),
    ]
    return Card(title, tuple(lines))


def _table(it: Projection) -> Table:
    best = sorted(it.by_owner.items(), key=lambda row: -row[1].expected)[:SHOWN]
    rows = tuple(
        ((who or "(nobody)",), (f"{found.expected:,.0f}",), (f"{found.p10:,.0f} – {found.p90:,.0f}",))
        for who, found in best
    )
    return Table(("Owner", "Expected", "8 of 10 cases"), rows, frozenset({1, 2}))


def _maths(it: Projection) -> str:
    return (
        f"From {it.n_won:,} won and {it.n_lost:,} lost deals: the chance to be won on a day by age and month of the "
        "quarter, times what won deals like it were worth; new deals at the 13 weeks’ pace; ranges widened by "
        "what earlier forecasts missed. Owners add up to the total; their ranges are wider than its share."
    )

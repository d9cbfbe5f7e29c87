"""One report, in whichever format it was asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bot import html, plain
from bot.web.templates import render, styles
from coaching.card import Card
from coaching.money import Money

COLUMNS = 100
"""Of a terminal; nothing is wider."""


@dataclass(frozen=True, slots=True)
class Report:
    """`data` has the keys of the public contract; `card` says the same to a person."""

    data: Mapping[str, Any]
    card: Card


def written(report: Report, form: str) -> str:
    """As `text`, `json` or `html` (a whole page that needs no network)."""
    match form:
        case "json":
            return json.dumps(report.data, ensure_ascii=False, indent=2)
        case "html":
            return render("report.html", title=report.card.summary, card=html.fragment(report.card), css=styles())
        case _:
            return plain.text(report.card, room=COLUMNS)


def number(it: Money | None) -> float | int | None:
    """Money as JSON holds it: a decimal number in the company's currency."""
    if it is None:
        return None
    amount: Decimal = it.amount
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def instant(it: datetime | None) -> str | None:
    """ISO 8601, in UTC."""
    return it.astimezone(UTC).isoformat().replace("+00:00", "Z") if it else None

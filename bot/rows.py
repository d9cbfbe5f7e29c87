"""The rows behind a figure, by the name that the figure carries."""

from __future__ import annotations

from datetime import date

from bot.holidays import public_holidays
from coaching.card import Card
from coaching.digest import digest
from coaching.digest_facts import facts_on, with_all
from coaching.digest_rows import rows_card
from coaching.ports import Records
from coaching.refusal import Refused


def rows_of(records: Records, name: str) -> Card:
    """The page that lists them: `digest/2026-11-27/won`. Refused, in a sentence, when no figure has that name."""
    match name.split("/"):
        case ["digest", day, figure]:
            return rows_card(digest(with_all(facts_on(records, _day(day)), records, public_holidays)), figure)
    raise Refused("There is no figure of that name.")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"'{text}' is not a day.") from None

"""How a figure was made, folded away under a line that opens it."""

from __future__ import annotations

from typing import Any

from bot.teams.markdown import alone
from coaching.card import Maths

Item = dict[str, Any]  # an element of the card; its JSON has no narrower type

FIGURE_MAX = 150
NAME_MAX = 100
VALUE_MAX = 1000


def fold(it: Maths, fold_id: str) -> list[Item]:
    """A line with a sign that turns, and what it shows or hides."""
    closed, opened, rows = f"{fold_id}:closed", f"{fold_id}:open", f"{fold_id}:rows"
    title = f"See the maths: {alone(it.figure, FIGURE_MAX)} **{alone(it.value, NAME_MAX) or '–'}**"
    toggle = {
        "type": "Action.ToggleVisibility",
        "title": "See the maths",
        "targetElements": [closed, opened, rows],
    }
    signs = [_words("▸", id=closed), _words("▾", id=opened, isVisible=False)]
    line = {
        "type": "ColumnSet",
        "columns": [
            {"type": "Column", "width": "auto", "items": signs},
            {"type": "Column", "width": "stretch", "items": [_words(title, wrap=True)], "spacing": "Small"},
        ],
        "selectAction": toggle,
        "spacing": "Small",
    }
    return [line, {"type": "Container", "id": rows, "isVisible": False, "spacing": "Small", "items": [_facts(it)]}]


def _facts(it: Maths) -> Item:
    facts = [{"title": alone(name, NAME_MAX), "value": alone(value, VALUE_MAX) or "–"} for name, value in it.pairs]
    return {"type": "FactSet", "facts": facts}


def _words(text: str, **look: str | bool) -> Item:
    return {"type": "TextBlock", "text": text, "size": "Small", "isSubtle": True, **look}

"""How a figure was made, folded away under a line that opens it."""

from __future__ import annotations

from typing import Any

from bot.teams.markdown import alone
from coaching.card import Card, Heading, Maths, Text
from coaching.language import t

Item = dict[str, Any]  # an element of the card; its JSON has no narrower type

FIGURE_MAX = 150
NAME_MAX = 100
VALUE_MAX = 1000


def asked_for(card: Card) -> bool:
    """Whether the card is the answer to `See the maths`: there is nothing else in it."""
    return all(isinstance(it, Heading | Text | Maths) for it in card.elements)


def fold(it: Maths, fold_id: str, *, asked: bool, opened: bool) -> list[Item]:
    """A line with a sign that turns, and what it shows or hides."""
    ids = [f"{fold_id}:closed", f"{fold_id}:open", f"{fold_id}:rows"]
    look: dict[str, Any] = {} if asked else {"size": "Small", "isSubtle": True}
    see = t("See the maths")
    figure = f"{alone(it.figure, FIGURE_MAX)} **{alone(it.value, NAME_MAX) or '–'}**"
    title = figure if asked else f"{see}: {figure}"
    signs = [
        {"type": "TextBlock", "text": "▸", "id": ids[0], **_hidden(opened), **look},
        {"type": "TextBlock", "text": "▾", "id": ids[1], **_hidden(not opened), **look},
    ]
    words = {"type": "TextBlock", "text": title, "wrap": True, **look}
    line = {
        "type": "ColumnSet",
        "columns": [
            {"type": "Column", "width": "auto", "items": signs},
            {"type": "Column", "width": "stretch", "items": [words], "spacing": "Small"},
        ],
        "selectAction": {"type": "Action.ToggleVisibility", "title": see, "targetElements": ids},
        "spacing": "Small",
    }
    rows = {"type": "Container", "id": ids[2], "spacing": "Small", "items": [_facts(it)], **_hidden(not opened)}
    return [line, rows]


def _hidden(yes: bool) -> Item:  # noqa: FBT001 - beside what it is about
    return {"isVisible": False} if yes else {}


def _facts(it: Maths) -> Item:
    facts = [{"title": alone(name, NAME_MAX), "value": alone(value, VALUE_MAX) or "–"} for name, value in it.pairs]
    return {"type": "FactSet", "facts": facts}

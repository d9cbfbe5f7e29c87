"""A card's field -> Adaptive Card inputs, with its hint and what was wrong under them."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, assert_never

from bot.teams.markdown import alone
from bot.words import clean, cut, line
from coaching.card import Field, Input
from coaching.language import t

Item = dict[str, Any]  # an element of the card; its JSON has no narrower type

LABEL_MAX = 300
ERROR_MAX = 900
"""Several lines of a field may be wrong."""
TYPED_MAX = 3000
OPTIONS_MAX = 60
OPTION_TEXT_MAX = 75
OPTION_VALUE_MAX = 150

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def input_items(field: Field, input_id: str) -> list[Item]:
    """The input and the lines that belong to it.

    Never required by the client: that would hold back `Day off` until the form is filled in, and we check all the same.
    """
    label = line(field.label) or line(field.name) or "…"
    return noted({**_element(field), "id": input_id, "label": cut(label, LABEL_MAX)}, field.hint, field.error)


def noted(element: Item, hint: str, error: str) -> list[Item]:
    """An input, with its hint and what was wrong under it."""
    items: list[Item] = [element | {"spacing": "Medium"}]
    if said := _note(hint, LABEL_MAX):
        items.append(said | {"isSubtle": True})
    if said := _note(error, ERROR_MAX, "⚠️ "):
        items.append(said | {"color": "Attention", "weight": "Bolder"})
    return items


def _note(text: str, most: int, sign: str = "") -> Item | None:
    words = alone(text, most)
    return (
        {"type": "TextBlock", "text": sign + words, "size": "Small", "spacing": "Small", "wrap": True}
        if words
        else None
    )


def _element(field: Field) -> Item:
    match field.input:
        case Input.NUMBER | Input.LINE:
            # Input.Number refuses `1.234,50`, which we read.
            return _typed(field, many_lines=False)
        case Input.LONG:
            return _typed(field, many_lines=True)
        case Input.DATE:
            return {"type": "Input.Date"} | ({"value": field.value} if _is_date(field.value) else {})
        case Input.CHOICE:
            return _choice(field)
        case _:
            assert_never(field.input)


def _typed(field: Field, *, many_lines: bool) -> Item:
    value = cut(clean(field.value) if many_lines else line(field.value), TYPED_MAX)
    return {"type": "Input.Text", "maxLength": TYPED_MAX, **({"isMultiline": True} if many_lines else {})} | (
        {"value": value} if value else {}
    )


def _choice(field: Field) -> Item:
    options = {value: _option(value, label) for value, label in field.options if 0 < len(value) <= OPTION_VALUE_MAX}
    if not options:  # typing always works
        return _typed(field, many_lines=False)
    shown = list(options.items())[:OPTIONS_MAX]
    if field.value in options and field.value not in dict(shown):
        shown[-1] = (field.value, options[field.value])
    menu = {
        "type": "Input.ChoiceSet",
        "style": "compact",
        "placeholder": t("Choose"),
        "choices": [it for _, it in shown],
    }
    return menu | ({"value": field.value} if field.value in options else {})


def _option(value: str, label: str) -> Item:
    return {"title": cut(line(label) or line(value) or "…", OPTION_TEXT_MAX), "value": value}


def _is_date(value: str) -> bool:
    try:
        return bool(_ISO_DATE.fullmatch(value) and date.fromisoformat(value))
    except ValueError:
        return False

"""A card's field -> Slack's input block."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, assert_never

from bot.slack.mrkdwn import escape, inert, shorten
from bot.words import cut, line
from coaching.card import Field, Input

LABEL_MAX = 2000
TYPED_MAX = 3000
OPTIONS_MAX = 100
OPTION_TEXT_MAX = 75
OPTION_VALUE_MAX = 150
ACTION_ID = "value"
"""Of every element; the block's id, `field:{name}`, says which field it is."""

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def input_block(field: Field, block_id: str) -> dict[str, Any]:
    """Labelled, with its value filled in where Slack can show it."""
    block = {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(field.label, LABEL_MAX, field.name),
        "element": {**_element(field), "action_id": ACTION_ID},
        "optional": field.optional,
    }
    return block | ({"hint": plain_text(field.hint, LABEL_MAX)} if line(field.hint) else {})


def plain_text(text: str, limit: int, otherwise: str = "…") -> dict[str, Any]:
    """A plain_text object: one line, never empty, at most `limit` characters."""
    words = line(text) or line(otherwise) or "…"
    return {"type": "plain_text", "text": shorten(escape(words), limit), "emoji": False}


def _element(field: Field) -> dict[str, Any]:
    match field.input:
        case Input.NUMBER | Input.LINE:
            # Slack's number_input works in modals only, and would refuse `1.234,50` besides.
            return _typed(field, many_lines=False)
        case Input.LONG:
            return _typed(field, many_lines=True)
        case Input.DATE:
            return {"type": "datepicker"} | ({"initial_date": field.value} if _is_date(field.value) else {})
        case Input.CHOICE:
            return _choice(field)
        case _:
            assert_never(field.input)


def _typed(field: Field, *, many_lines: bool) -> dict[str, Any]:
    value = cut(inert(field.value) if many_lines else line(inert(field.value)), TYPED_MAX)
    element = {"type": "plain_text_input", "multiline": many_lines}
    return element | ({"initial_value": value} if value else {})


def _choice(field: Field) -> dict[str, Any]:
    options = {value: _option(value, label) for value, label in field.options if 0 < len(value) <= OPTION_VALUE_MAX}
    if not options:  # a menu without options is refused; typing always works
        return _typed(field, many_lines=False)
    shown = list(options.items())[:OPTIONS_MAX]
    if field.value in options and field.value not in dict(shown):
        shown[-1] = (field.value, options[field.value])
    element = {"type": "static_select", "options": [it for _, it in shown]}
    return element | ({"initial_option": options[field.value]} if field.value in options else {})


def _option(value: str, label: str) -> dict[str, Any]:
    return {"text": plain_text(label, OPTION_TEXT_MAX, value), "value": value}


def _is_date(value: str) -> bool:
    try:
        return bool(_ISO_DATE.fullmatch(value) and date.fromisoformat(value))
    except ValueError:
        return False

"""What Slack refuses, as far as its documentation says: independent of the renderer, so that the two can disagree."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

TYPES = {"header", "section", "context", "actions", "input", "image", "table", "divider", "rich_text"}
IN_MESSAGES = {
    "plain_text_input",
    "datepicker",
    "timepicker",
    "static_select",
    "users_select",
    "multi_users_select",
    "checkboxes",
}
"""In windows, too; some others are for windows alone."""
KEYS = {
    "header": {"type", "text", "block_id"},
    "section": {"type", "text", "block_id", "fields", "accessory", "expand"},
    "context": {"type", "elements", "block_id"},
    "actions": {"type", "elements", "block_id"},
    "input": {"type", "label", "element", "block_id", "hint", "optional", "dispatch_action"},
    "image": {"type", "alt_text", "title", "image_url", "slack_file", "block_id"},
    "table": {"type", "rows", "column_settings", "block_id"},
    "divider": {"type", "block_id"},
    "rich_text": {"type", "elements", "block_id"},
}
INTENDED = re.compile(r"<@[UW][A-Z0-9]+>|<https?://[^|>\s]+\|[^>|]+>")


def problems(message: dict[str, Any], users: set[str] = frozenset()) -> list[str]:
    """Empty when Slack would take the message and it calls nobody but `users`."""
    return list(_message(message, set(users)))


def _message(message: dict[str, Any], users: set[str]) -> Iterator[str]:
    if set(message) != {"text", "blocks"}:
        yield f"keys {sorted(message)}"
    if not 0 < len(message["text"]) <= 4000:
        yield f"text has {len(message['text'])} characters"
    yield from _markup(message["text"], set(), "text")
    blocks = message["blocks"]
    if not 0 < len(blocks) <= 50:
        yield f"{len(blocks)} blocks"
    if sum(it["type"] == "table" for it in blocks) > 1:
        yield "more than one table"
    ids = [it["block_id"] for it in blocks if "block_id" in it]
    if len(set(ids)) < len(ids):
        yield "block_id twice"
    actions = [element["action_id"] for it in blocks if it["type"] == "actions" for element in it["elements"]]
    if len(set(actions)) < len(actions):
        yield "action_id twice"
    for at, block in enumerate(blocks):
        for it in _block(block, users):
            yield f"block {at} ({block.get('type')}): {it}"
    if sum(len(it) for block in blocks if block["type"] != "actions" for it in _texts(_read(block))) > 12_000:
        yield "too much text in all"
    try:
        json.dumps(message).encode()
        json.dumps(message, ensure_ascii=False).encode()
    except ValueError as error:
        yield f"not JSON: {error}"


def _block(block: dict[str, Any], users: set[str]) -> Iterator[str]:
    kind = block.get("type")
    if kind not in TYPES:
        yield "unknown type"
        return
    yield from (f"unknown key {it}" for it in set(block) - KEYS[kind])
    if not 0 < len(block.get("block_id", "x")) <= 255:
        yield "block_id length"
    match kind:
        case "header":
            yield from _text(block["text"], 150, users, only="plain_text")
        case "section":
            yield from _text(block["text"], 3000, users)
        case "context":
            if not 0 < len(block["elements"]) <= 10:
                yield "context elements"
            for it in block["elements"]:
                yield from _text(it, 3000, users)
        case "actions":
            if not 0 < len(block["elements"]) <= 25:
                yield f"{len(block['elements'])} buttons"
            for it in block["elements"]:
                yield from _button(it, users)
        case "input":
            yield from _input(block, users)
        case "image":
            yield from _image(block, users)
        case "table":
            yield from _table(block, users)


def _text(text: dict[str, Any], limit: int, users: set[str], only: str = "") -> Iterator[str]:
    kind = text.get("type")
    if kind not in {"plain_text", "mrkdwn"} or (only and kind != only):
        yield f"text object of type {kind}"
    if set(text) - ({"type", "text", "emoji"} if kind == "plain_text" else {"type", "text", "verbatim"}):
        yield f"text object with {sorted(text)}"
    if not 0 < len(text["text"]) <= limit or not text["text"].strip():
        yield f"text of {len(text['text'])} characters, limit {limit}"
    yield from _markup(text["text"], users if kind == "mrkdwn" else set(), kind)
    if kind == "mrkdwn" and text.get("verbatim") is not True:
        yield "Slack may link names by itself"


def _markup(text: str, users: set[str], where: str) -> Iterator[str]:
    """Every `<` must be a link or one of the intended mentions; every `&` one of Slack's three entities."""
    for it in re.findall(r"<[^>]*>?", text):
        if where != "mrkdwn" or not INTENDED.fullmatch(it):
            yield f"markup {it!r} in {where}"
        elif it.startswith("<@") and it[2:-1] not in users:
            yield f"calls {it}"
    if re.search(r"&(?!amp;|lt;|gt;)", text):
        yield f"a bare or halved entity in {where}: {text[-20:]!r}"


def _button(button: dict[str, Any], users: set[str]) -> Iterator[str]:
    if button.get("type") != "button" or set(button) - {"type", "action_id", "text", "value", "style", "url"}:
        yield f"button with {sorted(button)}"
    yield from _text(button["text"], 75, users, only="plain_text")
    if not 0 < len(button["action_id"]) <= 255:
        yield "action_id length"
    if len(button["value"]) > 2000:
        yield "value too long"
    if button.get("style", "primary") not in {"primary", "danger"}:
        yield "style"


def _input(block: dict[str, Any], users: set[str]) -> Iterator[str]:
    yield from _text(block["label"], 2000, users, only="plain_text")
    if "hint" in block:
        yield from _text(block["hint"], 2000, users, only="plain_text")
    element = block["element"]
    if element["type"] not in IN_MESSAGES:
        yield f"{element['type']} isn't allowed in a message"
    if not 0 < len(element["action_id"]) <= 255:
        yield "action_id length"
    if not 0 < len(element.get("initial_value", "x")) <= 3000:
        yield "initial_value length"
    if "initial_date" in element:
        date.fromisoformat(element["initial_date"])
    if element["type"] == "static_select":
        yield from _select(element, users)
    if element["type"] == "checkboxes" and not 0 < len(element["options"]) <= 10:
        yield f"{len(element['options'])} boxes"


def _select(element: dict[str, Any], users: set[str]) -> Iterator[str]:
    options = element["options"]
    if not 0 < len(options) <= 100:
        yield f"{len(options)} options"
    for it in options:
        yield from _text(it["text"], 75, users, only="plain_text")
        if not 0 < len(it["value"]) <= 150:
            yield "option value length"
    if "initial_option" in element and element["initial_option"] not in options:
        yield "initial_option is none of the options"


def _image(block: dict[str, Any], users: set[str]) -> Iterator[str]:
    if ("image_url" in block) == ("slack_file" in block):
        yield "one of image_url and slack_file"
    if not 0 < len(block["alt_text"]) <= 2000:
        yield "alt_text length"
    if len(block.get("image_url", "")) > 3000:
        yield "image_url length"
    if "title" in block:
        yield from _text(block["title"], 2000, users, only="plain_text")


def _table(block: dict[str, Any], users: set[str]) -> Iterator[str]:
    rows = block["rows"]
    if not 0 < len(rows) <= 100:
        yield f"{len(rows)} rows"
    if len({len(it) for it in rows}) != 1 or not 0 < len(rows[0]) <= 20:
        yield f"columns {sorted({len(it) for it in rows})}"
    if len(block.get("column_settings", [])) > 20 or any("align" not in it for it in block.get("column_settings", [])):
        yield "column_settings"
    if sum(map(len, _texts(rows))) > 10_000:
        yield "more than 10,000 characters in the table"
    for cell in (it for row in rows for it in row):
        yield from _rich(cell, users)


def _rich(cell: dict[str, Any], users: set[str]) -> Iterator[str]:
    if cell["type"] != "rich_text" or not cell["elements"]:
        yield f"cell of type {cell['type']}"
    for element in (it for section in cell["elements"] for it in section["elements"]):
        match element["type"]:
            case "text" if element["text"]:
                if re.search("<[!@#]", element["text"]):
                    yield "text that looks like a call"
            case "link" if element["url"].startswith("http") and element["text"]:
                pass
            case "user" if element["user_id"] in users:
                pass
            case other:
                yield f"cell element {other}: {element}"


def _read(block: dict[str, Any]) -> dict[str, Any]:
    """Without what a menu offers."""
    return {key: it for key, it in block.items() if key != "element"}


def _texts(node: Any) -> Iterator[str]:
    match node:
        case dict():
            for key, it in node.items():
                if key in {"text", "alt_text"} and isinstance(it, str):
                    yield it
                else:
                    yield from _texts(it)
        case list():
            for it in node:
                yield from _texts(it)

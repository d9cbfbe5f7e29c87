"""A window of ours -> Slack's, and what comes back of one. Pure.

Slack's own pickers of people, days and times: nothing else of ours needs them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, assert_never

from bot import buttons
from bot.languages import NAMES
from bot.slack.inputs import plain_text
from bot.slack.mrkdwn import escape, shorten
from bot.slack.views import SUBMIT_MAX, View
from coaching.card import Action, Card, Heading, Text, plain
from coaching.language import spoken, t, worded
from coaching.window import DAYS, Ask, Lines, Part, Question, Way, Window

Block = dict[str, Any]  # Slack's JSON, which has no narrower type

SECTION_MAX = 2900
BLOCKS_MAX = 90
LABEL_MAX = 2000
TEXT_MAX = 3000
ERROR_MAX = 300
_ID = "setup:"


def view(window: Window) -> View:
    """For views.open, views.update and an update in answer."""
    blocks = [block for part in window.parts for block in _blocks(part)]
    shown = {
        "type": "modal",
        "callback_id": "setup",
        "title": plain_text(window.title, 24),
        "close": plain_text(t("Close"), SUBMIT_MAX),
        "blocks": blocks[:BLOCKS_MAX],
    }
    return shown | (_sent_by(window.action) if window.action else {})


def home(card: Card) -> View:
    """The Home tab of whoever is to fill in the first of them."""
    (title,) = (it.text for it in card.elements if isinstance(it, Heading))
    (words,) = (plain(it.spans) for it in card.elements if isinstance(it, Text))
    (action,) = card.actions
    button = {
        "type": "button",
        "action_id": action.name,
        "style": "primary",
        "text": plain_text(action.label, 75),
        "value": buttons.write(action),
    }
    return {
        "type": "home",
        "blocks": [
            {"type": "header", "text": plain_text(title, 150)},
            _says(words),
            {"type": "actions", "elements": [button]},
        ],
    }


# --- what came back ------------------------------------------------------------------------------------------------
def filled(view: Mapping[str, Any]) -> dict[str, Any]:
    """By field: a text, or a list of what was picked."""
    values = view.get("state", {}).get("values", {})
    found: dict[str, Any] = {}
    for block, inputs in values.items():
        if block.startswith(_ID) and isinstance(inputs, Mapping):
            found[block.removeprefix(_ID)] = _entered(next(iter(inputs.values()), {}))
    return found


def errors(found: Mapping[str, str], there: Iterable[str]) -> dict[str, str]:
    """By block of the window; what concerns another window is said at the first field."""
    blocks = [it for it in there if it.startswith(_ID)]
    said = {name: shorten(text, ERROR_MAX) for name, text in found.items()}
    return {(_ID + name if _ID + name in blocks else blocks[0]): text for name, text in said.items() if blocks}


def _entered(element: object) -> Any:
    match element:
        case {"selected_users": list(users)}:
            return [it for it in users if isinstance(it, str)]
        case {"selected_options": list(chosen)}:
            return [str(it.get("value", "")) for it in chosen if isinstance(it, Mapping)]
        case {"selected_option": {"value": str(value)}}:
            return value
        case {"selected_user": str(value)} | {"selected_time": str(value)} | {"value": str(value)}:
            return value
    return ""


# --- parts ---------------------------------------------------------------------------------------------------------
def _blocks(part: Part) -> list[Block]:
    match part:
        case str():
            return [_says(part)]
        case Lines(lines):
            return _code(lines)
        case Way():
            return [_linking(f"<{part.url}|{part.text}>{part.more}")]
        case Question():
            return [_input(part)]
        case _:
            assert_never(part)


def _sent_by(action: Action) -> View:
    # Names the step only: what was filled in before is kept with the installation, not in the window.
    return {"submit": plain_text(worded(action.label), SUBMIT_MAX), "private_metadata": buttons.write(action)}


def _says(text: str) -> Block:
    return {"type": "section", "text": plain_text(text, TEXT_MAX)}


def _linking(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _code(lines: Iterable[str]) -> list[Block]:
    """In as few blocks as they need."""
    packed: list[str] = [""]
    for it in lines:
        words = shorten(escape(it).replace("`", "'"), 400)
        if len(packed[-1]) + len(words) > SECTION_MAX - 10:
            packed.append("")
        packed[-1] += f"{words}\n"
    return [_linking(f"```{it.rstrip()}```") for it in packed if it.strip()]


def _input(it: Question) -> Block:
    block = {
        "type": "input",
        "block_id": f"{_ID}{it.name}",
        "label": plain_text(it.label, LABEL_MAX),
        "element": {**_element(it), "action_id": "value"},
        "optional": it.optional,
    }
    return block | ({"hint": plain_text(it.hint, LABEL_MAX)} if it.hint else {})


def _element(it: Question) -> Block:
    match it.ask:
        case Ask.LINE:
            return {"type": "plain_text_input"} | _initial("value", it.text[:TEXT_MAX])
        case Ask.LONG:
            return {"type": "plain_text_input", "multiline": True} | _initial("value", it.text[:TEXT_MAX])
        case Ask.DAYS:
            return _ticked(it.picked)
        case Ask.TIME:
            return {"type": "timepicker", "initial_time": it.text}
        case Ask.LANGUAGE:
            return _languages(it.text)
        case Ask.PERSON:
            return {"type": "users_select"} | _initial("user", it.text)
        case Ask.PEOPLE:
            most = {"max_selected_items": it.most} if it.most else {}
            return {"type": "multi_users_select"} | most | _initial("users", list(it.picked))
        case _:
            assert_never(it.ask)


def _initial(what: str, value: str | Sequence[str]) -> Block:
    return {f"initial_{what}": value} if value else {}


def _languages(chosen: str) -> Block:
    """Each by its own name: whoever looks for it may read no other."""
    options = {code: {"text": plain_text(name, 75), "value": code} for code, name in NAMES.items()}
    return {"type": "static_select", "options": list(options.values()), "initial_option": options[chosen]}


def _ticked(ticked: Sequence[str]) -> Block:
    names = zip(DAYS, spoken().whole_weekdays, strict=True)
    options = {value: {"text": plain_text(day, 75), "value": value} for value, day in names}
    initial = [options[it] for it in ticked if it in options]
    element: Block = {"type": "checkboxes", "options": list(options.values())}
    return element | ({"initial_options": initial} if initial else {})

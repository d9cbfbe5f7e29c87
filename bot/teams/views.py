"""What a rendered card gets for its way: which showing it is, whose eyes it is for, and the form it may be. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from bot.teams.inbound import FIELDS, LOOK, STAMP
from bot.teams.markdown import alone
from bot.teams.render import FIELD, MESSAGE, PARAGRAPH_MAX, SCHEMA, TO_OPEN, VERSION
from coaching.card import Buttons, Card, Field, Look
from coaching.language import marked, t, worded

Item = dict[str, Any]  # an element of a card; its JSON has no narrower type

PRESS_VERB = "press"
FORM_FIELDS = 10
"""A card that asks for more than this becomes a message with a button that opens the form: a dialog scrolls."""
FILL_IN = marked("Fill in")
SHOW = marked("Show")
DIALOG_MAX = "large"


def stamped(card: Item, stamp: str) -> Item:
    """Each button says which showing it was on, and which fields there are: some clients leave out empty ones."""
    card = deepcopy(card)
    names = [it["id"].removeprefix(FIELD) for it in _elements(card) if str(it.get("id", "")).startswith(FIELD)]
    for action in _actions(card):
        action["data"] = {**action.get("data", {}), STAMP: stamp} | ({FIELDS: names} if names else {})
    return card


def among_others(card: Item, key: str, user: str) -> Item:
    """The card as its reader alone gets it in a group: each press is answered in place, for them only."""
    card = deepcopy(card)
    for action in _actions(card):
        action["type"], action["verb"] = "Action.Execute", PRESS_VERB
        action.pop("msTeams", None)
        action["data"].pop("msteams", None)  # no dialog opens from these: the press is answered in words
    return card | {"refresh": _refresh(key, user)}


def covering(name: str) -> str:
    """What the others read of a card that is for one of them: on its cover, and in what tells them of it."""
    return t("{name}, here is what you asked for. Only you can see it.", name=name)


def cover(words: str, key: str, user: str) -> Item:
    """What the others see of it."""
    return {
        "$schema": SCHEMA,
        "type": "AdaptiveCard",
        "version": VERSION,
        "fallbackText": words,
        "refresh": _refresh(key, user),
        "body": [{"type": "TextBlock", "text": alone(words, PARAGRAPH_MAX), "wrap": True, "isSubtle": True}],
        # For clients that don't ask by themselves.
        "actions": [{"type": "Action.Execute", "title": worded(SHOW), "verb": LOOK, "data": {MESSAGE: key}}],
    }


def is_long(card: Card) -> bool:
    """Whether its form is longer than a message should be."""
    return len(card.fields) > FORM_FIELDS


def without_form(card: Card) -> Card:
    """The message in whose place the form opens: what can be pressed without it stays."""
    kept = [_plain_buttons(it) if isinstance(it, Buttons) else it for it in card.elements if not isinstance(it, Field)]
    return replace(card, elements=tuple(kept))


def opening(card: Item, key: str) -> Item:
    """With the button that opens the form of that message."""
    data = {**TO_OPEN, MESSAGE: key}
    button = {"type": "Action.Submit", "title": worded(FILL_IN), "style": "positive", "data": data}
    return card | {"body": [*card["body"], {"type": "ActionSet", "actions": [button]}]}


def dialog(title: str, card: Item) -> Item:
    """A form, as `task/fetch` and `task/submit` are answered with one."""
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    value = {"title": title, "height": DIALOG_MAX, "width": "medium", "card": content}
    return {"task": {"type": "continue", "value": value}}


def closing(words: str) -> Item:
    """The end of a dialog, with a word."""
    return {"task": {"type": "message", "value": words}}


def instead(card: Item) -> Item:
    """A card in place of the one whose button was pressed, for who pressed it."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": card}


def aside(words: str) -> Item:
    """A line beside the card, for who pressed it."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": words}


def _plain_buttons(it: Buttons) -> Buttons:
    return Buttons(tuple(one for one in it.actions if one.look is not Look.PRIMARY))


def _refresh(key: str, user: str) -> Item:
    action = {"type": "Action.Execute", "title": worded(SHOW), "verb": LOOK, "data": {MESSAGE: key}}
    return {"action": action, "userIds": [user]}


def _actions(card: Mapping[str, Any]) -> Iterator[Item]:
    return (it for it in _elements(card) if it.get("type") == "Action.Submit")


def _elements(node: object) -> Iterator[Item]:
    """Every object in it, whatever holds it."""
    if isinstance(node, dict):
        yield node
        for it in node.values():
            yield from _elements(it)
    elif isinstance(node, list):
        for it in node:
            yield from _elements(it)

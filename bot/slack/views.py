"""Card -> Slack's views: the Home tab, and a window whose one submit button is the card's main one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot import buttons
from bot.links import Links
from bot.slack.inputs import plain_text
from bot.slack.mrkdwn import Mentions
from bot.slack.render import blocks
from coaching.card import Action, Buttons, Card, Element, Look
from coaching.language import t

View = dict[str, Any]  # Slack's JSON, which has no narrower type

TITLE = "Coach"
SUBMIT_MAX = 24
METADATA_MAX = 3000
TAKES_THE_FIELDS = frozenset({"escalate.resolve", "forecast.submit"})
"""Where another button stands out, and the fields are this one's: a note typed must not be lost with “Seen”."""


def home(card: Card, *, mentions: Mentions, links: Links) -> View:
    """For views.publish."""
    return {"type": "home", "blocks": blocks(card, mentions=mentions, links=links)}


def window(card: Card, *, mentions: Mentions, links: Links, whose: str = "") -> View:
    """For views.open, views.update and an update in answer. ValueError when a button carries too much.

    `whose` it is goes with its one button: nothing that Slack tells of a window says for whom we opened it.
    """
    main = _main(card)
    shown = card if main is None else replace(card, elements=tuple(_without(card.elements, main)))
    view: View = {
        "type": "modal",
        "callback_id": "coach",
        "title": plain_text(TITLE, SUBMIT_MAX),
        "close": plain_text(t("Close"), SUBMIT_MAX),
        "blocks": blocks(shown, mentions=mentions, links=links),
    }
    if main is None:
        return view
    carried = buttons.write(main, whose)
    if len(carried) > METADATA_MAX:
        raise ValueError(f"the window's {main.name} carries {len(carried)} characters; Slack takes {METADATA_MAX}")
    return view | {"submit": plain_text(main.label, SUBMIT_MAX, t("Send")), "private_metadata": carried}


def told(text: str) -> View:
    """A window that says one thing."""
    words = {"type": "section", "text": plain_text(text, 3000)}
    return {
        "type": "modal",
        "title": plain_text(TITLE, SUBMIT_MAX),
        "close": plain_text(t("Close"), SUBMIT_MAX),
        "blocks": [words],
    }


def errors(card: Card, there: frozenset[str]) -> dict[str, str]:
    """What was wrong, by block, when it is about fields of the window that was sent in."""
    found = {f"field:{it.name}": it.error for it in card.fields if it.error}
    return found if found and set(found) <= there else {}


def _main(card: Card) -> Action | None:
    """What sends the fields: the button that stands out, else the first. None for a card without fields."""
    if not card.fields:
        return None
    takes_them = [it for it in card.actions if it.name in TAKES_THE_FIELDS]
    stands_out = [it for it in card.actions if it.look is Look.PRIMARY]
    return next(iter((*takes_them, *stands_out, *card.actions)), None)


def _without(elements: Sequence[Element], main: Action) -> Sequence[Element]:
    """Without that button, and without a row that it leaves empty."""
    kept: list[Element] = []
    for it in elements:
        if not isinstance(it, Buttons):
            kept.append(it)
            continue
        others = tuple(action for action in it.actions if action is not main)
        if others:
            kept.append(Buttons(others))
    return kept

"""What one message takes: 28 KB, of which what can be answered goes first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from coaching.language import t

Item = dict[str, Any]  # an element of the card; its JSON has no narrower type

CARD_MAX = 26_000
"""Bytes of the body's JSON, pictures included: 28 KB with the message around it, under every limit ever published."""
PICTURES_MAX = 20_000
"""Bytes of the pictures that travel inside a card."""
URL_MAX = 2000

Groups = Sequence[Sequence[Item]]
"""The items of each element of a card."""


def fits(groups: Groups) -> bool:
    """Whether all of it does."""
    return size([it for group in groups for it in group]) <= CARD_MAX


def fit(groups: Groups) -> list[Item]:
    """The items in order. Words that don't fit leave, with all the words after them, a line that says so."""
    if fits(groups):
        return [it for group in groups for it in group]
    rest = _rest()
    room, kept, left_out = CARD_MAX - size(rest), set[int](), False
    for at, group in sorted(enumerate(groups), key=lambda it: _rank(it[1])):
        cost = size(group)
        left_out = left_out or cost > room
        if cost <= room and (not left_out or _rank(group) < WORDS):
            kept.add(at)
            room -= cost
    first = min(set(range(len(groups))) - kept)
    part = _part(groups[first], room) if _rank(groups[first]) == WORDS else []
    before = [it for at in range(first) for it in groups[at]]
    return [*before, *part, rest, *(it for at in sorted(kept) if at > first for it in groups[at])]


def _rest() -> Item:
    words = t("… There is more than fits into one message.")
    return {"type": "TextBlock", "text": words, "wrap": True, "isSubtle": True, "size": "Small"}


def size(node: object) -> int:
    """In bytes, as sent."""
    return len(json.dumps(node, ensure_ascii=False).encode())


def picture_cost(place: str) -> int | None:
    """The bytes of a picture that travels in the card, 0 for an address that Teams fetches; None for anything else."""
    if place.startswith(("data:image/png;base64,", "data:image/jpeg;base64,", "data:image/gif;base64,")):
        return len(place)
    return 0 if place.startswith("https://") and len(place) <= URL_MAX else None


BUTTONS, FIELDS, WORDS = range(3)


def _rank(group: Sequence[Item]) -> int:
    kinds = {it["type"] for it in group}
    return BUTTONS if "ActionSet" in kinds else FIELDS if any(it.startswith("Input.") for it in kinds) else WORDS


def _part(group: Sequence[Item], room: int) -> list[Item]:
    """As much of it as there is room for: some lines of a paragraph, some items of a list."""
    part: list[Item] = []
    for it in group:
        room -= size(it) + 2
        if room < 0:
            break
        part.append(it)
    return part

"""What one message takes: 28 KB, of which what can be answered goes first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

Item = dict[str, Any]  # an element of the card; its JSON has no narrower type

CARD_MAX = 26_000
"""Bytes of the body's JSON, pictures included: 28 KB with the message around it, under every limit ever published."""
PICTURE_MAX = 20_000
URL_MAX = 2000
REST: Item = {
    "type": "TextBlock",
    "text": "… There is more than fits into one message.",
    "wrap": True,
    "isSubtle": True,
    "size": "Small",
}


def fit(groups: Sequence[list[Item]]) -> list[Item]:
    """The items of all elements in order; an element that doesn't fit leaves, once, a line that says so."""
    if size([it for group in groups for it in group]) <= CARD_MAX:
        return [it for group in groups for it in group]
    room = CARD_MAX - size(REST)
    kept: set[tuple[int, int]] = set()
    places = [(at, n) for at, group in enumerate(groups) for n in range(len(group))]
    for at, n in sorted(places, key=lambda it: _rank(groups[it[0]])):
        cost = size(groups[at][n]) + 2
        whole = n == 0 or (at, n - 1) in kept  # what belongs together is never shown without its beginning
        if cost <= room and whole:
            kept.add((at, n))
            room -= cost
    first = next(it for it in places if it not in kept)
    before = [groups[at][n] for at, n in places if (at, n) < first]
    return [*before, REST, *(groups[at][n] for at, n in sorted(kept) if (at, n) > first)]


def size(node: object) -> int:
    """In bytes, as sent."""
    return len(json.dumps(node, ensure_ascii=False).encode())


def is_picture(place: str) -> bool:
    """An address that Teams fetches, or a picture in itself that leaves room for words."""
    if place.startswith(("data:image/png;base64,", "data:image/jpeg;base64,", "data:image/gif;base64,")):
        return len(place) <= PICTURE_MAX
    return place.startswith("https://") and len(place) <= URL_MAX


def _rank(group: Sequence[Item]) -> int:
    kinds = {it["type"] for it in group}
    return 0 if "ActionSet" in kinds else 1 if any(it.startswith("Input.") for it in kinds) else 2

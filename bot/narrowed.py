"""One question of a card with several, for whoever comes from that question's button in a mail."""

from __future__ import annotations

from dataclasses import replace

from coaching.card import Buttons, Card, Heading, Text

AT = "at"
"""The name under which an address says where in the card its question is."""


def place(card: Card, element: Buttons) -> str:
    """What to put behind the address; nothing where there is but one question."""
    several = sum(isinstance(it, Buttons) for it in card.elements) > 1
    found = next((n for n, it in enumerate(card.elements) if it is element), None)
    return f"?{AT}={found}" if several and found is not None else ""


def narrowed(card: Card, at: str) -> Card | None:
    """Its title, the question there, and its buttons or what stands in their place; None where there is none."""
    n = int(at) if at.isdecimal() and len(at) < 4 else 0
    if not 0 < n < len(card.elements):
        return None
    question, answer = card.elements[n - 1], card.elements[n]
    if not isinstance(question, Text) or not isinstance(answer, Buttons | Text):
        return None
    title = tuple(it for it in card.elements[:1] if isinstance(it, Heading))
    return replace(card, elements=(*title, question, answer))

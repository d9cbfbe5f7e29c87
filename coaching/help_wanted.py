"""Whoever writes that they need help, or are stuck, is shown the way to a human. Nothing is sent without their tap."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coaching.card import Buttons, Card, note, say
from coaching.heard import ALL
from coaching.language import t
from coaching.phrases import takers
from coaching.questions import STUCK, shortened
from coaching.small_talk import talk as small_talk
from coaching.talk import talk

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.people import Member

_ASKS = re.compile("|".join(it.asks_help for it in ALL), re.IGNORECASE)
BEFORE = 2
"""Words before it that say nothing of what it is about: “I am”."""
_COURTESY = frozenset(word for it in ALL for word in it.courtesy)


def asks(text: str) -> bool:
    """Whether a message begins as a call for help; `help` alone asks for the words there are."""
    return small_talk(text) is None and _ASKS.match(_flat(text)) is not None


def is_wanted(text: str) -> bool:
    """The same, or words of somebody who is stuck, where nothing else was understood."""
    return asks(text) or STUCK.search(_flat(text)) is not None


def the_way(company: Company, member: Member, text: str, deal: Card | None = None, about: str = "") -> Card:
    """To whoever takes it, on top of the deal's card where they named one."""
    buttons = talk(company, member.id, about or _about(text))
    if not buttons:
        nobody = t("There is nobody yet to take this to: the company has neither a manager nor an owner here.")
        return deal or note(nobody)
    words = t(
        "Thank you for saying so, {name}. That is best said to a human: {takers}. The button opens a line to write, "
        "and nothing goes out before you send it.",
        name=member.first_name,
        takers=takers(company, member.id),
    )
    return Card(words, (say(words), Buttons(buttons), *(deal.elements if deal else ())))


def _about(text: str) -> str:
    """Their words, where they say more than that they need help."""
    flat = _flat(text)
    found = _ASKS.match(flat) or STUCK.search(flat)
    if found is None:
        return ""
    before, after = flat[: found.start()].split(), set(flat[found.end() :].lower().split())
    return shortened(flat) if len(before) > BEFORE or after - _COURTESY else ""


def _flat(text: str) -> str:
    return " ".join(text.replace("’", "'").split()).strip(" .!?")

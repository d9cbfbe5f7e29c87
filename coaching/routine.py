"""The shape of a coaching behaviour, and which one an event is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, assert_never

from coaching.card import Card
from coaching.decision import Decision, Kind, Message
from coaching.events import (
    Account,
    Commanded,
    Expiring,
    Happening,
    Imported,
    Knocked,
    PersonEvent,
    Planned,
    Pressed,
    Rang,
    Said,
)
from coaching.heard import ALL, NAMED, command
from coaching.ports import Holidays, Records


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine:
    """One behaviour: gather the facts (the only part that reads), then decide (pure).

    Its actions are named `name.something`, and so are its alarms. `words` are what people may type to it: a word after
    `/coach`, a slash command's own name, or the first word of a direct message. Exactly one routine has the word `""`:
    it gets whatever nobody else understands. `phrases` are beginnings of several words (`talk to the manager`), heard
    before any word; `hears` is for what takes more than a beginning to tell. `refreshed` asks for Imported and Planned.
    """

    name: str
    gather: Callable[[Records, Any, Holidays], Any]
    decide: Callable[[Any, Any], Decision]
    words: frozenset[str] = frozenset()
    phrases: tuple[str, ...] = ()
    hears: Callable[[str], bool] | None = None
    still: Callable[[Records, Any], bool] | None = None
    """Where deciding takes long: whether what was gathered a moment ago still is so. Then what a person does is decided
    before the transaction that keeps it, and decided anew within it only when somebody was quicker."""
    refreshed: bool = False


UPKEEP = "upkeep"
"""The routine for what isn't about anybody's work, but about the installation."""
IDENTITY = "identity"
"""The routine that hears whoever nobody knows."""
GREETINGS = frozenset(it for heard in ALL for it in heard.greetings)


def asked(event: Said | Commanded) -> tuple[str, str]:
    """The word that chooses a routine, as the routine has it, and the words after it. A greeting may stand before it.

    `/forecast commit 120k` -> `("forecast", "commit 120k")`; `/coach queue` and the message `queue` -> `("queue", "")`.
    """
    if isinstance(event, Commanded) and event.name != "coach":
        return event.name.lower(), event.text.strip()
    whole = " ".join(event.text.lower().replace("’", "'").split()).rstrip(".!")
    if whole and (not whole.strip("?") or whole.rstrip("? ") in NAMED):
        return NAMED.get(whole.rstrip("? "), "help"), ""
    first, rest = _first(event.text)
    return _first(rest) if first in GREETINGS and rest else (first, rest)


def _first(text: str) -> tuple[str, str]:
    first, _, rest = text.strip().partition(" ")
    return command(first.lower().lstrip("/").rstrip(":,.!?")), rest.strip()


def after_phrase(text: str, phrases: tuple[str, ...]) -> str | None:
    """What follows the first of these that a text begins with; None when it begins with none of them."""
    flat = " ".join(text.replace("’", "'").split())
    for phrase in phrases:
        rest = flat[len(phrase) :]
        if flat[: len(phrase)].lower() == phrase and not rest[:1].isalnum():
            return rest.lstrip(" :,.!?")
    return None


def chosen(routines: tuple[Routine, ...], event: Happening) -> tuple[Routine, ...]:
    """The routines that an event is for, in order; one at most for what a person did."""
    match event:
        case Pressed(action=name) | Rang(alarm=name):
            named = name.partition(".")[0]
            for it in routines:
                if it.name == named:
                    return (it,)
            return ()
        case Said() | Commanded():
            spoken = tuple(it for it in routines if _hears(it, event.text))
            if spoken:
                return spoken[:1]
            word, _ = asked(event)
            exact = tuple(it for it in routines if word and word in it.words)
            return exact or tuple(it for it in routines if "" in it.words)
        case Imported() | Planned():
            return tuple(it for it in routines if it.refreshed)
        case Expiring():
            return tuple(it for it in routines if it.name == UPKEEP)
        case Knocked() | Account():
            return tuple(it for it in routines if it.name == IDENTITY)
        case _:
            assert_never(event)


def _hears(it: Routine, text: str) -> bool:
    return after_phrase(text, it.phrases) is not None or (it.hears is not None and it.hears(text))


def in_place(event: PersonEvent, card: Card) -> Decision:
    """Overwrites the card whose button was pressed; an answer of its own to words, or where that card isn't known."""
    if not isinstance(event, Pressed) or event.message is None:
        return Decision(reply=card)
    key = f"reply:{event.key}"
    shown = Message(key=key, to=event.member, card=card, kind=Kind.REPLY, replaces=event.message)
    return Decision(messages=(shown,))

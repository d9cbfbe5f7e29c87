"""A form to fill in, described once: Slack opens it as a window, Teams as a dialog.

It is more than a card's form: people are picked in it, days and times, and it has one button, which sends all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from coaching.card import Action

PICKERS = frozenset({"slack"})
"""The platforms with a list of people of their own to pick from."""
LONGEST = 3000
"""Characters that a field holds."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""What comes back of the days that are ticked."""
Typed = Mapping[str, str | Sequence[str]]
"""What came back, by question: a text, or what was picked."""


class Ask(StrEnum):
    """How something is asked for."""

    LINE = "line"
    LONG = "long"
    DAYS = "days"
    TIME = "time"
    LANGUAGE = "language"
    PERSON = "person"
    PEOPLE = "people"
    """From the platform's own list, by its ids; where it has none, people are asked for as lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A field. `value` is what stands in it; several for days and people."""

    name: str
    label: str
    ask: Ask = Ask.LINE
    value: str | tuple[str, ...] = ""
    hint: str = ""
    optional: bool = False
    most: int = 0
    """People that may be picked; 0 for any number."""

    @property
    def text(self) -> str:
        """Of a field that holds one."""
        return self.value if isinstance(self.value, str) else ", ".join(self.value)

    @property
    def picked(self) -> tuple[str, ...]:
        """Of a field that holds several."""
        return self.value if isinstance(self.value, tuple) else (self.value,) if self.value else ()


@dataclass(frozen=True, slots=True)
class Lines:
    """As they stand, under each other."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """A way to a page, and what stands behind it."""

    text: str
    url: str
    more: str


Part = str | Lines | Way | Question
"""Words alone are a paragraph."""


@dataclass(frozen=True, slots=True)
class Window:
    """From top to bottom. Without `action` there is nothing to send."""

    title: str
    parts: tuple[Part, ...]
    action: Action | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """Those to be answered, in order."""
        return tuple(it for it in self.parts if isinstance(it, Question))


def as_sent(window: Window, typed: Typed) -> Window:
    """With what was typed in it still there."""
    parts = (
        replace(it, value=_held(typed[it.name])) if isinstance(it, Question) and it.name in typed else it
        for it in window.parts
    )
    return replace(window, parts=tuple(parts))


def _held(typed: str | Sequence[str]) -> str | tuple[str, ...]:
    return typed if isinstance(typed, str) else tuple(typed)


def text_of(typed: Typed, name: str, otherwise: str) -> str:
    """What was typed, else what is."""
    found = typed.get(name, otherwise)
    return found if isinstance(found, str) else otherwise


def several_of(typed: Typed, name: str, otherwise: Sequence[str]) -> tuple[str, ...]:
    """What was picked, else what is."""
    found = typed.get(name, otherwise)
    return tuple(otherwise if isinstance(found, str) else found)

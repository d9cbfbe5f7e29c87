"""Two places of a form that can't both stand: one person in two, one address or account for two, two of one name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from coaching.identity import same_address
from coaching.language import t
from coaching.window import PICKERS

if TYPE_CHECKING:
    from coaching.setting_up import Errors, Person


def one_person(first: Person, second: Person) -> str:
    """Why two can't be who are one to us, and what to do instead."""
    if first.name.casefold() != second.name.casefold():
        return _anothers(first, second)
    if first.email and second.email and not same_address(first.email, second.email):
        return _alike(second.name, "")
    if first.role is second.role:
        return t("{name} is named twice; once is enough.", name=second.name)
    return t(
        "{name} is named twice; one person, one role. Take them out of one field; the owner may stay empty.",
        name=second.name,
    )


def namesakes(named: Iterable[tuple[str, str]], platform: str, errors: Errors) -> None:
    """Whose deals couldn't be told apart: by each name in the CRM, and the field in which its owner stands."""
    held: set[str] = set()
    for name, field in named:
        if name.casefold() in held:
            errors.setdefault(field, _alike(name, platform))
        held.add(name.casefold())


def _anothers(first: Person, second: Person) -> str:
    if second.handle and first.handle == second.handle:
        return t("That is {name}’s account already; an account is one person’s.", name=first.name)
    return t("{email} is {name}’s address already; an address is one person’s.", email=second.email, name=first.name)


def _alike(name: str, platform: str) -> str:
    first, _, last = name.partition(" ")
    other = f"{first} B. {last}".strip()
    if platform in PICKERS:
        return t(
            "Two people are called {name}: their deals couldn’t be told apart. "
            "Let one of them be called differently in Slack, such as {other}.",
            name=name,
            other=other,
        )
    return t(
        "Two people are called {name}: their deals couldn’t be told apart. Write one differently, such as {other}.",
        name=name,
        other=other,
    )

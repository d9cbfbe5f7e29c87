"""Which rep somebody means: by the whole name, the first name or the id. What two answer to means neither of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from coaching.card import Card, led_by, note
from coaching.decision import Decision
from coaching.events import PersonEvent, Pressed
from coaching.language import t
from coaching.people import Role
from coaching.phrases import listed, managers
from coaching.routine import asked

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.people import Member

Reps = tuple["Member", ...]


def meant(company: Company, event: PersonEvent) -> Reps:
    """By the id that a button names, or by the name behind a word, such as “review dana”."""
    if isinstance(event, Pressed):
        one = by_id(company, event.args.get("member", ""))
        return (one,) if one else ()
    return named(company, asked(event)[1])


def named(company: Company, text: str) -> Reps:
    """Whoever answers to that, all of it: nobody, one, or those between whom it doesn't tell."""
    found, name = _answering(company), text.strip().casefold()
    return found.get(name) or found.get(name.rstrip("."), ())


def named_first(company: Company, text: str) -> tuple[Reps, str]:
    """Whom a text begins with, by the longest name that fits, and what follows it."""
    found = _answering(company)
    for name in sorted({name for it in company.reps for name in (*_names(it), it.id)}, key=len, reverse=True):
        head, rest = text[: len(name)], text[len(name) :]
        if head.casefold() == name.casefold() and not rest[:1].isalnum():
            return found[name.casefold()], rest
    return (), text


def only(them: Reps) -> Member | None:
    """The one who is meant; nobody where there are several."""
    return them[0] if len(them) == 1 else None


def by_id(company: Company, member_id: str) -> Member | None:
    """One of them who is here."""
    return next((it for it in company.reps if it.id == member_id), None)


def to_write(company: Company, member_id: str) -> str:
    """What means that rep and nobody else, in an example of what to write."""
    it = by_id(company, member_id)
    if it is None or by_name(company).get(member_id.casefold()) == it:
        return member_id
    return company.in_full(it).lower()


def by_name(company: Company) -> Mapping[str, Member]:
    """Every name in small letters that only one answers to."""
    return {name: one for name, them in _answering(company).items() if (one := only(them))}


def which(company: Company, them: Reps) -> Card:
    """Asks, and keeps nothing: the answer is what was written, with all of the name."""
    return note(
        t(
            "{names} go by that name. Which one? Please write it again with the whole name; I have kept nothing.",
            names=listed([company.in_full(it) for it in them], most=len(them)),
        )
    )


def told_whose(company: Company, reader: Member, event: PersonEvent, shown: Decision) -> Decision:
    """What is shown to somebody who named a rep: a rep sees nobody else's, and the owner the team's, which is said."""
    if isinstance(event, Pressed) or shown.reply is None:
        return shown
    them = meant(company, event)
    if reader.role is Role.REP and them and reader not in them:
        word = asked(event)[0]
        return Decision(reply=note(t("You see your own only; “{word}” alone shows it.", word=word)))
    if reader.role is Role.OWNER and them:
        return replace(shown, reply=led_by(_not_by_name(company), shown.reply))
    return shown


def _not_by_name(company: Company) -> str:
    them = managers(company)
    if not them:
        return t("Who is behind a figure stays with the reps; what I show you is the team’s.")
    return t(
        "Who is behind a figure stays between the reps and {managers}; what I show you is the team’s.", managers=them
    )


def _answering(company: Company) -> Mapping[str, Reps]:
    """By name in small letters. A name goes before an id: many an id is the first name of the first who had it."""
    found: dict[str, dict[str, Member]] = {}
    for it in company.reps:
        for name in _names(it):
            found.setdefault(name.casefold(), {})[it.id] = it
    for it in company.reps:
        found.setdefault(it.id.casefold(), {it.id: it})
    return {name: tuple(them.values()) for name, them in found.items()}


def _names(it: Member) -> tuple[str, ...]:
    return it.name, it.first_name, f"{it.name} ({it.id})"

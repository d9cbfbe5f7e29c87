"""People as they stand in a form: picked where a platform lists them, else a line each with name and address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coaching.identity import PLATFORMS, same_address
from coaching.language import t
from coaching.setting_up import LONGEST_NAME, MAIL, MOST_LINES, Errors, Person
from coaching.window import LONGEST, Ask, Question, Typed, text_of

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.people import Member, Role

PICKERS = frozenset({"slack"})
"""The platforms with a list of their own to pick from."""
_BETWEEN = re.compile(r"[\s,;<>()]+")
_EDGES = " ,;:<>()"


def several(question: Question, platform: str, them: Sequence[tuple[str, str, str]]) -> Question:
    """Asks for people; `them` are each one's id there, name and address."""
    if platform in PICKERS:
        return replace(question, ask=Ask.PEOPLE, value=tuple(handle for handle, _, _ in them))
    lines = "\n".join(written(name, email) for _, name, email in them)
    return replace(question, ask=Ask.LONG, value=lines, hint=_hint(question, t("A line each: name, e-mail address.")))


def one(question: Question, platform: str, them: Sequence[tuple[str, str, str]]) -> Question:
    """Asks for nobody or one."""
    handle, name, email = them[0] if them else ("", "", "")
    if platform in PICKERS:
        return replace(question, ask=Ask.PERSON, value=handle)
    hint = _hint(question, t("Name, e-mail address."))
    return replace(question, ask=Ask.LINE, value=written(name, email), hint=hint)


def again(question: Question, typed: str | Sequence[str]) -> Question:
    """As it was picked or written."""
    return replace(question, value=typed if isinstance(typed, str) else tuple(typed))


def _hint(question: Question, how: str) -> str:
    return f"{question.hint} {how}".strip()


def zone_hint(platform: str) -> str:
    """Where each person's own time zone comes from."""
    return t("Each person’s own comes from {platform}.", platform=PLATFORMS[platform])


def written(name: str, email: str) -> str:
    """`Dana Reyes, dana@acme.example`."""
    return ", ".join(filter(None, (name, email)))


def fits(members: Iterable[Member]) -> bool:
    """Whether a field holds them: who can't be written there isn't asked for, and stays."""
    return len("\n".join(written(it.name, it.email or "") for it in members)) <= LONGEST


# --- what a line means -----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """How they are read: over a company, if there is one. The address says who it is, then the name.

    Who is new needs both: a name that was only misspelt would be somebody new, and whoever it meant would have left.
    """

    zone: str
    """Of whoever is new, until it is known better."""
    company: Company | None = None
    newcomer: Person | None = None
    """Has written, so that the name as it stood there is enough, or the address."""

    def read(self, typed: Typed, roles: Mapping[str, Role], errors: Errors) -> tuple[Person, ...]:
        """Everybody written in these fields, the company's own by their id. What can't be read is among `errors`."""
        found: list[Person] = []
        for field, role in roles.items():
            for line in (" ".join(it.split()) for it in text_of(typed, field, "").splitlines()[:MOST_LINES]):
                person = self._person(line, role) if line else None
                if isinstance(person, str):
                    errors.setdefault(field, person)
                elif person is not None:
                    found.append(person)
        return tuple(found)

    def _person(self, line: str, role: Role) -> Person | str:
        email = next((it.strip(_EDGES) for it in _BETWEEN.split(line) if "@" in it), "")
        before, _, after = line.partition(email) if email else (line, "", "")
        name = before.strip(_EDGES)
        if len(name) > LONGEST_NAME:
            return t("At most {longest_name} characters.", longest_name=LONGEST_NAME)
        right = not email or (MAIL.fullmatch(email) and not after.strip(_EDGES))
        known = self._whoever(name, email) if right else None
        if known is None and not (right and name and email):
            return t(
                "“{line}”: write a name and an e-mail address, such as Kim Novak, kim@acme.example.", line=line[:60]
            )
        if known is None:
            return Person(name=name, zone=self.zone, role=role, email=email)
        return replace(known, role=role, name=name or known.name, email=email or known.email)

    def _whoever(self, name: str, email: str) -> Person | None:
        """A member, else who came anew."""
        it = _known(self.company, name, email) if self.company else None
        if it is not None:
            return Person(member=it.id, name=it.name, zone=it.zone, role=it.role, email=it.email or "")
        came = self.newcomer
        theirs = came is not None and (name == came.name or same_address(came.email, email))
        return came if theirs else None


def _known(company: Company, name: str, email: str) -> Member | None:
    """Whoever is here before whoever has left."""
    for active in (True, False):
        there = [it for it in company.members if it.active is active]
        for found in (
            [it for it in there if email and same_address(it.email or "", email)],
            [it for it in there if name and it.name.casefold() == name.casefold()],
        ):
            named = [it for it in found if it.name.casefold() == name.casefold()] or found
            if len(named) == 1:
                return named[0]
    return None

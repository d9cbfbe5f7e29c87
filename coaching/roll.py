"""People as they stand in a form: picked where a platform lists them, else a line each with name and address."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coaching.amounts import NotUnderstood
from coaching.identity import PLATFORMS, same_address
from coaching.language import t
from coaching.people import Role, spoken
from coaching.setting_up import LONGEST_NAME, MAIL, MOST_LINES, Errors, Person, at_once
from coaching.window import LONGEST, PICKERS, Ask, Question, Typed, text_of

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.people import Member

_ID = re.compile(r"(?<![\w@.-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w@.-])", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;<>()]+")


def several(question: Question, platform: str, them: Sequence[tuple[str, str]]) -> Question:
    """Asks for people; `them` are each one's id there, and the line they are written in."""
    if platform in PICKERS:
        return replace(question, ask=Ask.PEOPLE, value=tuple(handle for handle, _ in them))
    hint = _hint(question, t("A line each: name, e-mail address."))
    return replace(question, ask=Ask.LONG, value="\n".join(line for _, line in them), hint=hint)


def one(question: Question, platform: str, them: Sequence[tuple[str, str]]) -> Question:
    """Asks for nobody or one."""
    handle, line = them[0] if them else ("", "")
    if platform in PICKERS:
        return replace(question, ask=Ask.PERSON, value=handle)
    return replace(question, ask=Ask.LINE, value=line, hint=_hint(question, t("Name, e-mail address.")))


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
    return _flat(", ".join(filter(None, (name, email))))


def lines_of(company: Company) -> Mapping[str, str]:
    """By id, whoever is here; the id itself where two would read alike."""
    lines = {it.id: written(it.name, it.email or "") for it in company.members if it.active}
    alike = Counter(it.casefold() for it in lines.values())
    return {member: line if alike[line.casefold()] == 1 else member for member, line in lines.items()}


def fits(lines: Iterable[str]) -> bool:
    """Whether a field holds them: who can't be written there isn't asked for, and stays."""
    return len("\n".join(lines)) <= LONGEST


def _flat(line: str) -> str:
    return " ".join(line.split())


# --- what a line means -----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """How they are read: over a company, if there is one. The name says who it is; an address alone does, too.

    Who is new needs both: a name that was only misspelt would be somebody new, and whoever it meant would have left.
    An account's id may stand there as well, for whom no address proves anything: a guest.
    """

    zone: str
    """Of whoever is new, until it is known better."""
    platform: str
    """Where an id in a line is theirs."""
    company: Company | None = None
    newcomer: Person | None = None
    """Has written, so that the name as it stood there is enough, or the address."""

    def read(self, typed: Typed, roles: Mapping[str, Role], errors: Errors) -> tuple[Person, ...]:
        """Everybody written in these fields, the company's own by their id. What can't be read is among `errors`."""
        found: list[Person] = []
        for field, role in roles.items():
            wrong: list[str] = []
            for line in map(_flat, text_of(typed, field, "").splitlines()[:MOST_LINES]):
                try:
                    if line:
                        found.append(replace(self._person(line), role=role))
                except NotUnderstood as why:
                    wrong.append(str(why))
            if wrong:
                errors[field] = at_once(wrong)
        return tuple(found)

    def _person(self, line: str) -> Person:
        it = self._as_shown(line)
        if it is not None:
            return _of(it)
        rest, account = _account(line)
        name, email = _parts(rest)
        known = self._whoever(name, email)
        if known is not None:
            named = replace(known, handle=account, platform=self.platform) if account else known
            return replace(named, email=email or known.email)
        if not (name and (email or account)):
            raise _unreadable(line)
        return Person(
            name=spoken(name), zone=self.zone, role=Role.REP, email=email, handle=account, platform=self.platform
        )

    def _as_shown(self, line: str) -> Member | None:
        """Whoever stood there so: a name may hold anything."""
        shown = lines_of(self.company) if self.company else {}
        found = [member for member, it in shown.items() if line.casefold() in {it.casefold(), member}]
        return self.company.member(found[0]) if self.company and len(found) == 1 else None

    def _whoever(self, name: str, email: str) -> Person | None:
        """A member, else who came anew."""
        it = _known(self.company, name, email) if self.company else None
        if it is not None:
            return _of(it)
        came = self.newcomer
        theirs = came is not None and (spoken(name) == came.name or same_address(came.email, email))
        return came if theirs else None


def _of(it: Member) -> Person:
    return Person(member=it.id, name=it.name, zone=it.zone, role=it.role, email=it.email or "")


def _known(company: Company, name: str, email: str) -> Member | None:
    """Whoever is here before whoever has left."""
    for active in (True, False):
        there = [it for it in company.members if it.active is active]
        exact = [it for it in there if it.name.casefold() == name.casefold()]
        named = exact or [it for it in there if spoken(it.name).casefold() == spoken(name).casefold()]
        having = [it for it in there if same_address(it.email or "", email)]
        both = [it for it in named if it in having]
        if active and name and having and not both:
            raise NotUnderstood(
                t(
                    "{email} is the address of {name}, who is in your list. Names are changed in the company’s file.",
                    email=email,
                    name=having[0].name,
                )
            )
        found = both or named or ([] if name else having)
        if len(found) == 1:
            return found[0]
    return None


def _account(line: str) -> tuple[str, str]:
    """The line without it, and the id of an account; '' where there is none."""
    found = _ID.search(line)
    return (_flat(line.replace(found[0], " ")), found[0].lower()) if found else (line, "")


def _parts(line: str) -> tuple[str, str]:
    """The name and the address, each empty where there is none."""
    emails = [it for it in _BETWEEN.split(line) if "@" in it and it != "@"]
    if not emails:
        return _short(line.strip(" ,;:")), ""
    before, _, after = line.rpartition(emails[0])
    if len(emails) > 1 or not MAIL.fullmatch(emails[0]) or after.strip(" ,;:>()"):
        raise _unreadable(line)
    return _short(before.strip(" ,;:<(")), emails[0]


def _short(name: str) -> str:
    if len(name) > LONGEST_NAME:
        raise NotUnderstood(t("At most {longest_name} characters.", longest_name=LONGEST_NAME))
    return name


def _unreadable(line: str) -> NotUnderstood:
    return NotUnderstood(
        t("“{line}”: write a name and an e-mail address, such as Kim Novak, kim@acme.example.", line=line[:60])
    )

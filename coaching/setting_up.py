"""A company set up in the chat: what was typed, what is wrong with it, and the company that comes of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from coaching.amounts import NotUnderstood, whole_number
from coaching.company import CheckInPlan, Company, DigestPlan, Engagement, Stage, Target, Weekday
from coaching.habits import Habit
from coaching.identity import same_address
from coaching.language import marked, t, worded
from coaching.money import Money
from coaching.naming import by_name
from coaching.people import Member, Role
from coaching.periods import Period
from coaching.phrases import capital
from coaching.target_words import doubt, target
from coaching.twice import namesakes, one_person

HABITS = (
    ("calls", "", marked("calls"), "prospecting", "per_day"),
    ("appointments", marked("First appointments"), marked("appointments"), "appointment", "per_week"),
    ("proposals", marked("Proposals sent"), marked("proposals"), "proposal", "per_week"),
)
"""Id, name where it isn't the unit, unit, step, and how it is counted: what a team begins with."""
STAGES = marked("Discovery 20 %\nProposal 50 %\nNegotiation 70 %\nWon\nLost")
WON, LOST = frozenset({"won", "gewonnen"}), frozenset({"lost", "verloren"})
"""With what the name of a stage ends that a deal ends in."""
LONGEST_NAME = 80
MOST_LINES = 1_500
"""As many as a form's field can hold: whoever stands in one and isn't read would have left."""
MOST_TOLD = 5
"""Lines of a field whose faults are told at once."""
_STAGE = re.compile(
    r"(?P<name>[^\s:;,=(\[%–—-].*?)[\s:;,=(\[–—-]*"
    r"(?<!\d)(?P<chance>\d{1,3}(?:[.,]\d+)?)\s*(?P<percent>%|percent|prozent)?\s*[)\]]?",
    re.IGNORECASE,
)
TARGET_LINE = re.compile(r"(?P<who>[^:=]+)[:=](?P<amount>.*)")
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_CHANCE_AT_END = re.compile(r"\d\s*%?\s*[)\]]?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who was picked, as their chat knows them, or written down where a chat has no list of its people."""

    handle: str = ""
    """Empty until they write."""
    name: str
    zone: str
    role: Role
    email: str = ""
    """As their chat vouches for it, or as it was written."""
    platform: str = "slack"
    member: str = ""
    """Who that is, where a company has them already."""
    there: bool = False
    """Their own profile says that they are in that zone."""

    @property
    def key(self) -> str:
        """Tells two apart."""
        return self.member or self.handle or self.email.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """As typed and picked, step by step; nothing of it is trusted before it is read."""

    name: str = ""
    language: str = "en"
    zone: str = ""
    currency: str = "USD"
    country: str = ""
    people: tuple[Person, ...] = ()
    days: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")
    at: str = "08:30"
    visits: tuple[str, ...] | None = None
    """None until it was asked. A shared manager is here on a day or two; days that are ticked already stay ticked."""
    counts: Mapping[str, str] = field(
        default_factory=lambda: {"calls": "20", "appointments": "5", "proposals": "2"}, hash=False
    )
    target: str = ""
    targets: str = ""
    stages: str = STAGES


Errors = dict[str, str]
Typed = TypeVar("Typed")
Meant = TypeVar("Meant")


def company(draft: Draft, slug: str, today: date, **where: str | None) -> tuple[Company, Errors]:
    """The company as far as it can be read; by field, what has to be said differently. `where`: its place somewhere."""
    errors: Errors = {}
    zone = read(errors, "zone", read_zone, draft.zone) or "UTC"
    members = _members(draft, errors)
    days = read(errors, "days", read_days, draft.days) or frozenset()
    found = Company(
        slug=slug,
        name=read(errors, "name", read_name, draft.name) or "-",
        language=draft.language,
        zone=zone,
        currency=draft.currency.strip().upper(),
        country=draft.country.strip().upper() or None,
        members=members,
        engagement=_engagement(draft, errors),
        checkin=CheckInPlan(at=read(errors, "at", read_time, draft.at) or time(8, 30), days=days),
        habits=_habits(draft, errors),
        stages=read(errors, "stages", _stages, draft.stages) or (),
        digest=DigestPlan(to=tuple(it.id for it in members if it.role is Role.OWNER)),
    )
    targets = _targets(draft, found, today, errors)
    return replace(found, targets=targets, **where), errors  # type: ignore[arg-type]  # each by its name


def slug_of(name: str, taken: Iterable[str], otherwise: str = "company") -> str:
    """A short name from a long one; a number behind it where it is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    short = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or otherwise
    known = set(taken)
    tries = (short, *(f"{short}-{n}" for n in range(2, len(known) + 3)))
    return next(it for it in tries if it not in known)


def period_of(draft: Draft, today: date) -> Period:
    """The one that targets are asked for: there is no fiscal year of their own here yet."""
    del draft
    return Period.of(today)


def managed(draft: Draft) -> bool:
    """Whether somebody is to manage."""
    return any(it.role is Role.MANAGER for it in draft.people)


def _engagement(draft: Draft, errors: Errors) -> Engagement:
    if draft.visits is None or not managed(draft):
        return Engagement()
    return Engagement(days=read(errors, "visits", read_days, draft.visits) or frozenset())


# --- parts ---------------------------------------------------------------------------------------------------------
def read(errors: Errors, name: str, reader: Callable[[Typed], Meant], typed: Typed) -> Meant | None:
    """What a field means; None, and why not kept under its name, where that can't be read."""
    try:
        return reader(typed)
    except NotUnderstood as why:
        errors[name] = str(why)
        return None


def each_line(lines: Iterable[str], reader: Callable[[str], Meant]) -> tuple[Meant, ...]:
    """What each means; raises what is wrong with all of them."""
    found: list[Meant] = []
    wrong: list[str] = []
    for line in lines:
        try:
            found.append(reader(line))
        except NotUnderstood as why:
            wrong.append(str(why))
    if wrong:
        raise NotUnderstood(at_once(wrong))
    return tuple(found)


def at_once(wrong: Iterable[str]) -> str:
    """Under one field, what is wrong with several of its lines."""
    said = list(dict.fromkeys(wrong))
    more = len(said) - MOST_TOLD
    return " ".join((*said[:MOST_TOLD], *([t("And {n} more.", n=more)] if more > 0 else ())))


def read_name(typed: str) -> str:
    """A company's."""
    words = " ".join(typed.split())
    if not words:
        raise NotUnderstood(t("The company’s name, as people say it."))
    if len(words) > LONGEST_NAME:
        raise NotUnderstood(t("At most {longest_name} characters.", longest_name=LONGEST_NAME))
    return words


def read_zone(typed: str) -> str:
    """An IANA zone."""
    try:
        return ZoneInfo(typed.strip()).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise NotUnderstood(t("Write a zone such as America/New_York or Europe/Berlin.")) from None


def read_days(typed: Sequence[str]) -> frozenset[Weekday]:
    """Some of the week's."""
    found = frozenset(it for it in Weekday if it.name.lower() in typed)
    if not found:
        raise NotUnderstood(t("One day at least."))
    return found


def read_time(typed: str) -> time:
    """Hours and minutes."""
    try:
        return time.fromisoformat(typed)
    except ValueError:
        raise NotUnderstood(t("A time such as 08:30.")) from None


def read_count(typed: str) -> int:
    """How often something is to be done."""
    if typed.strip().startswith(("-", "−")):
        raise NotUnderstood(t("That is below zero; write how many there should be, such as 12."))
    return whole_number(typed)


def _members(draft: Draft, errors: Errors) -> tuple[Member, ...]:
    picked: dict[str, Person] = {}
    for it in draft.people:
        if it.key in picked:
            errors[_FIELDS[it.role]] = one_person(picked[it.key], it)
        picked.setdefault(it.key, it)
    if not any(it.role is Role.REP for it in picked.values()):
        errors["reps"] = t("Pick one rep at least: whom shall I ask in the morning?")
    ids: list[str] = []
    for it in picked.values():
        ids.append(member_id(it.name, ids))
    people = tuple(picked.values())
    for_the_crm = ((it.name, "reps") for it in people if it.role is Role.REP)
    namesakes(for_the_crm, next((it.platform for it in people), ""), errors)
    return tuple(new_member(it, member, kept_address(it, people)) for it, member in zip(people, ids, strict=True))


def kept_address(it: Person, people: Sequence[Person]) -> str:
    """Nobody's where two have it, or where mail couldn't go: it isn't worth a refusal."""
    shared = any(same_address(it.email, other.email) for other in people if other is not it)
    return "" if shared or not MAIL.fullmatch(it.email) else it.email


_FIELDS = {Role.REP: "reps", Role.MANAGER: "manager", Role.OWNER: "owner", Role.ADMIN: "owner"}


def new_member(it: Person, member: str, email: str) -> Member:
    """Somebody who was picked, as a member."""
    crm = it.name if it.role is Role.REP else None
    seen = it.zone if it.there else ""
    return Member(
        id=member,
        name=it.name,
        role=it.role,
        zone=it.zone,
        email=email or None,
        crm_owner=crm,
        handles={it.platform: it.handle} if it.handle else {},
        zone_seen=seen,
        zone_filed=seen,
    )


def member_id(name: str, taken: Sequence[str]) -> str:
    """`dana`; `dana-reyes` where there are two; a number where that doesn't do."""
    first = slug_of(" ".join(name.split()[:1]), (), "somebody")
    return first if first not in taken else slug_of(name, taken, "somebody")


def called(name: str, unit: str) -> str:
    """A habit that a team begins with."""
    return worded(name) if name else capital(worded(unit))


def _habits(draft: Draft, errors: Errors) -> tuple[Habit, ...]:
    found: list[Habit] = []
    for habit_id, name, unit, step, each in HABITS:
        typed = draft.counts.get(habit_id, "").strip()
        count = read(errors, habit_id, read_count, typed) if typed else None
        if count is not None:
            said = {"name": called(name, unit), "unit": worded(unit), "step": step}
            found.append(Habit(id=habit_id, **said, **{each: count}))  # type: ignore[arg-type]
    if not found and not any(it[0] in errors for it in HABITS):
        errors["calls"] = t("One habit at least: what shall be counted?")
    return tuple(found)


def _stages(typed: str) -> tuple[Stage, ...]:
    lines = [" ".join(it.split()) for it in typed.splitlines() if it.strip()][:MOST_LINES]
    found = each_line(lines, _stage)
    names = [it.name.casefold() for it in found]
    twice = next((it.name for n, it in enumerate(found) if it.name.casefold() in names[:n]), None)
    if twice:
        raise NotUnderstood(t("“{twice}” stands there twice.", twice=twice))
    return (*found, *_ends(found)) if found else ()


def _ends(found: Iterable[Stage]) -> Iterable[Stage]:
    """Those that every deal ends in, where nobody wrote them down: without them none could be won, or lost."""
    stages = tuple(found)
    if not any(it.won for it in stages):
        yield Stage(name=t("Won"), won=True)
    if not any(it.lost for it in stages):
        yield Stage(name=t("Lost"), lost=True)


def _stage(line: str) -> Stage:
    """`Proposal 50 %`, `Demo (20 %)`, `Negotiation: 0.7`, `Won`, `Closed lost`."""
    found = _STAGE.fullmatch(line)
    name = found["name"] if found else line
    last = name.casefold().split()[-1]
    if last in WON | LOST:
        return Stage(name=name, won=last in WON, lost=last in LOST)
    if not found:
        if _CHANCE_AT_END.search(line):
            raise NotUnderstood(t("“{line}”: write a stage and its chance, such as Proposal 50 %.", line=line[:40]))
        return Stage(name=line)
    chance = _chance(found)
    if chance > 1:
        raise NotUnderstood(t("“{line}”: a chance is at most 100 %.", line=line[:40]))
    return Stage(name=name, probability=chance)


def _chance(found: re.Match[str]) -> float:
    """In percent; in 0..1 where it is a decimal of that size without a sign."""
    written = Decimal(found["chance"].replace(",", "."))
    whole = found["percent"] or found["chance"].isdigit() or written > 1
    return float(written / 100 if whole else written)


def _targets(draft: Draft, it: Company, today: date, errors: Errors) -> tuple[Target, ...]:
    period = str(period_of(draft, today))
    typed = draft.target.strip()
    whole = read(errors, "target", lambda text: target(text, it.currency), typed) if typed else None
    found = (Target(period=period, amount=whole),) if whole else ()
    own = read(errors, "targets", lambda text: _each(text, it, period), draft.targets)
    if whole and own and (asked := doubt(whole, [each.amount for each in own])):
        errors["target"] = asked
    return (*found, *(own or ()))


def _each(typed: str, it: Company, period: str) -> tuple[Target, ...]:
    said = by_rep(typed, by_name(it), lambda _rep, text: target(text, it.currency))
    return tuple(Target(period=period, amount=one, member=rep) for rep, one in said.items())


def by_rep(typed: str, names: Mapping[str, Member], read_amount: Callable[[str, str], Money]) -> dict[str, Money]:
    """A line for each rep, by their id; one without an amount has none. `read_amount` has the id and what was typed."""
    found: dict[str, Money] = {}

    def one(line: str) -> None:
        split = TARGET_LINE.fullmatch(line)
        if not line or (split and not split["amount"].strip()):
            return
        known = next((it.name for it in names.values()), "")
        rep = names.get(split["who"].strip().casefold()) if split else None
        if split and rep is None:
            raise NotUnderstood(
                t("“{line}”: that names no rep, or more than one. Such as {name}: 180k.", line=line[:40], name=known)
            )
        if split is None or rep is None:
            raise NotUnderstood(
                t("“{line}”: write a rep and an amount, such as {split}: 180k.", line=line[:40], split=known)
            )
        if rep.id in found:
            raise NotUnderstood(t("{name} stands there twice; one target each.", name=rep.name))
        found[rep.id] = read_amount(rep.id, split["amount"].strip())

    each_line((it.strip() for it in typed.splitlines()[:MOST_LINES]), one)
    return found

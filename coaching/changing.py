"""A company changed from its chat: what was picked and typed, over what is there. What isn’t asked for stays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from coaching.company import Company, Target
from coaching.habits import Habit
from coaching.identity import having, same_address
from coaching.language import t, worded
from coaching.money import Money
from coaching.naming import by_name
from coaching.people import LOOKS_AFTER, Member, Role
from coaching.periods import Period
from coaching.roll import Roll, fits, lines_of
from coaching.setting_up import (
    HABITS,
    Errors,
    Person,
    by_rep,
    called,
    kept_address,
    member_id,
    new_member,
    read,
    read_count,
    read_days,
    read_name,
    read_time,
    read_zone,
)
from coaching.target_words import doubt, target
from coaching.twice import namesakes, one_person
from coaching.window import PICKERS, Typed

PICKED = {"reps": Role.REP, "managers": Role.MANAGER, "owners": Role.OWNER, "admins": Role.ADMIN}
"""The fields in which people are picked."""
_FIELD = {role: name for name, role in PICKED.items()}
HABIT, TARGET, TARGETS = "habit.", "target.", "targets."
"""How the fields begin that there are several of; the habit or the period follows."""
SLACK = "slack"


# --- people --------------------------------------------------------------------------------------------------------
def pickable(company: Company, platform: str = SLACK) -> tuple[Member, ...]:
    """Who stands in the form: where people are picked, those who can be; the others stay as they are.

    Written down, they are everybody, but for those of a role who are too many to be written into one field.
    """
    here = tuple(it for it in company.members if it.active)
    if platform in PICKERS:
        return tuple(it for it in here if platform in it.open_handles)
    lines = lines_of(company)
    held = {role for role in Role if fits(lines[it.id] for it in here if it.role is role)}
    return tuple(it for it in here if it.role in held)


def with_people(company: Company, typed: Mapping[str, str], people: Sequence[Person]) -> tuple[Company, Errors]:
    """Who is who from now on, by who was picked in Slack; by field, what has to be said differently."""
    shown = {it.id for it in pickable(company)}
    return _told_apart(SLACK, *_with(company, typed, tuple(_by_account(company, people)), shown, {}))


def with_lines(
    company: Company, typed: Mapping[str, str], platform: str, newcomer: Person | None = None
) -> tuple[Company, Errors]:
    """The same, by what was written down; a role that wasn't asked for stays. `newcomer` wrote, and has an account."""
    errors: Errors = {}
    asked = {name: role for name, role in PICKED.items() if name in typed}
    zone = _zone(company, typed, {})
    came = replace(newcomer, zone=zone) if newcomer else None
    people = Roll(zone=zone, platform=platform, company=company, newcomer=came).read(typed, asked, errors)
    shown = {it.id for it in pickable(company, "") if it.role in asked.values()}
    return _told_apart(platform, *_with(company, typed, people, shown, errors))


def _told_apart(platform: str, after: Company, errors: Errors) -> tuple[Company, Errors]:
    """Also from those who have left, whose deals are still there."""
    namesakes(((it.crm_owner, _FIELD[it.role]) for it in after.members if it.crm_owner), platform, errors)
    return after, errors


def _with(
    company: Company, typed: Mapping[str, str], people: Sequence[Person], shown: Collection[str], errors: Errors
) -> tuple[Company, Errors]:
    picked = _picked(people, errors)
    by_member = {it.member: it for it in picked if it.member}
    zone = _zone(company, typed, errors)
    known = (_by_the_clock_of(it, company.zone, zone) for it in _known(company, by_member, shown))
    members = (*known, *_new(company, picked, errors))
    _accounts(members, errors)
    _somebody(members, errors)
    after = replace(
        company,
        name=read(errors, "name", read_name, typed.get("name", "")) or company.name,
        language=typed.get("language") or company.language,
        zone=zone,
        country=typed.get("country", "").strip().upper() or None,
        members=members,
    )
    return _without_those_who_left(company, after), errors


def _zone(company: Company, typed: Mapping[str, str], errors: Errors) -> str:
    return read(errors, "zone", read_zone, typed.get("zone", "")) or company.zone


def _by_the_clock_of(it: Member, before: str, now: str) -> Member:
    """Whose zone was only the company's moves with it; one of their own stays, and so does what their chat said."""
    filed = now if it.zone_filed == before else it.zone_filed
    theirs = it.zone != before or bool(it.zone_seen)
    return replace(it, zone=it.zone if theirs else now, zone_filed=filed)


def _by_account(company: Company, people: Sequence[Person]) -> Iterable[Person]:
    """Whose account each is: somebody's who is here, who has left, or who has its address and no account yet."""
    # Of two with one account, whoever is here.
    by_here = sorted(company.members, key=lambda it: it.active)
    held = {it.handles[SLACK]: it for it in by_here if SLACK in it.handles}
    new = [it for it in people if it.handle not in held]
    for it in people:
        known = held.get(it.handle) or _by_address(company, it, new)
        yield replace(it, member=known.id, name=known.name, email=known.email or "") if known else it


def _by_address(company: Company, person: Person, new: Sequence[Person]) -> Member | None:
    """Somebody of the list without an account here, whose address this account has and no other."""
    found = [it for it in having(company, (person.email,)) if SLACK not in it.handles]
    alike = {it.handle for it in new if same_address(it.email, person.email)}
    return found[0] if len(found) == 1 and len(alike) == 1 else None


def _picked(people: Sequence[Person], errors: Errors) -> tuple[Person, ...]:
    picked: dict[str, Person] = {}
    for it in people:
        if it.key in picked:
            errors[_FIELD[it.role]] = one_person(picked[it.key], it)
        picked.setdefault(it.key, it)
    return tuple(picked.values())


def _known(company: Company, picked: Mapping[str, Person], shown: Collection[str]) -> tuple[Member, ...]:
    """In their order. Who isn't picked any more has left; who is picked again is back."""
    left = (replace(it, active=False) if it.id in shown else it for it in company.members)
    return tuple(_as_picked(it, picked[it.id]) if it.id in picked else it for it in left)


def _as_picked(it: Member, person: Person) -> Member:
    handles = {**it.handles, person.platform: person.handle} if person.handle else it.handles
    now = replace(it, active=True, name=person.name, email=person.email or None, handles=handles)
    owner = it.crm_owner or (it.name if person.role is Role.REP else None)
    return now if it.role is person.role else replace(now, role=person.role, crm_owner=owner)


def _new(company: Company, picked: Sequence[Person], errors: Errors) -> tuple[Member, ...]:
    ids = [it.id for it in company.members]
    found: list[Member] = []
    for it in (one for one in picked if not one.member):
        unknown_here = (one for one in company.members if one.active and it.platform not in one.handles)
        if it.handle and any(one.name == it.name for one in unknown_here):
            errors[_FIELD[it.role]] = t(
                "{name} is in your list already, without an account here. When they write to me I ask you who it is.",
                name=it.name,
            )
        ids.append(member_id(it.name, ids))
        found.append(new_member(it, ids[-1], _free_address(it, company, picked)))
    return tuple(found)


def _free_address(it: Person, company: Company, picked: Sequence[Person]) -> str:
    taken = any(same_address(it.email, one.email or "") for one in company.members if one.active)
    return "" if taken else kept_address(it, picked)


def _accounts(members: Iterable[Member], errors: Errors) -> None:
    """Each is one person's."""
    held: dict[tuple[str, str], Member] = {}
    for it in (one for one in members if one.active):
        for account in it.open_handles.items():
            other = held.setdefault(account, it)
            if other is not it:
                why = t("That is {name}’s account already; an account is one person’s.", name=other.name)
                errors.setdefault(_FIELD[it.role], why)


def _somebody(members: Iterable[Member], errors: Errors) -> None:
    roles = {it.role for it in members if it.active}
    if Role.REP not in roles:
        errors.setdefault("reps", t("Pick one rep at least: whom shall I ask in the morning?"))
    if not roles & LOOKS_AFTER:
        errors.setdefault("managers", t("Somebody must look after the set-up: a manager, an owner or an admin."))


def _without_those_who_left(before: Company, after: Company) -> Company:
    """A digest goes to nobody who isn't there, and a target is nobody's; a new owner reads the week."""
    here = {it.id: it for it in after.members if it.active}
    were = {it.id for it in before.members if it.active and it.role is Role.OWNER}
    owners = tuple(it.id for it in here.values() if it.role is Role.OWNER and it.id not in were)
    to = tuple(it for it in before.digest.to if it in here)
    return replace(
        after,
        digest=replace(before.digest, to=(*to, *(it for it in owners if it not in to))),
        targets=tuple(it for it in before.targets if it.member is None or it.member in here),
    )


# --- the week ------------------------------------------------------------------------------------------------------
def periods(company: Company, today: date) -> tuple[Period, Period]:
    """Whose targets are asked for: this one's and the next one's."""
    period = company.period(today)
    return period, period.next


def habits_to_ask(company: Company) -> tuple[tuple[str, str, bool, str], ...]:
    """Id, name, whether it is counted by the day, and how many; those that a team begins with last, if not there."""
    own = tuple(
        (it.id, it.name, it.per_day is not None, str(it.per_week if it.per_day is None else it.per_day))
        for it in company.team_habits
    )
    there = {it.id for it in company.habits}
    more = tuple(
        (name, called(name_of, unit), each == "per_day", "")
        for name, name_of, unit, _, each in HABITS
        if name not in there
    )
    return own + more


def typed_target(company: Company, period: Period) -> str:
    """The company's, as it may be typed."""
    found = company.target(period)
    return _typed(found) if found else ""


def typed_targets(company: Company, period: Period) -> str:
    """A line for each rep."""
    found = ((it, company.target(period, it.id)) for it in company.reps)
    return "\n".join(f"{_line_of(company, rep)}: {_typed(own) if own else ''}".rstrip() for rep, own in found)


def _typed(it: Money) -> str:
    return f"{it.amount:f}".removesuffix(".00")


def with_week(company: Company, typed: Typed, today: date) -> tuple[Company, Errors]:
    """Days, habits and targets from now on."""
    errors: Errors = {}
    days = read(errors, "days", read_days, typed.get("days", ()))
    visits = read(errors, "visits", read_days, typed.get("visits", ()))
    at = read(errors, "at", read_time, str(typed.get("at", "")))
    after = replace(
        company,
        checkin=replace(company.checkin, days=days or company.checkin.days, at=at or company.checkin.at),
        engagement=replace(company.engagement, days=visits or company.engagement.days),
        habits=_habits(company, typed, errors),
        targets=_targets(company, typed, today, errors),
    )
    return after, errors


def _habits(company: Company, typed: Typed, errors: Errors) -> tuple[Habit, ...]:
    """In their order; what comes back empty isn't counted any more. The manager's own aren't asked for."""
    found: list[Habit] = []
    for it in company.habits:
        field = f"{HABIT}{it.id}"
        count = _count(field, typed, errors)
        if it.role is not Role.REP or field not in typed:
            found.append(it)
        elif count is not None:
            found.append(replace(it, per_day=count) if it.per_day is not None else replace(it, per_week=count))
    there = {it.id for it in company.habits}
    for name, name_of, unit, step, each in HABITS:
        count = _count(f"{HABIT}{name}", typed, errors) if name not in there else None
        if count is not None:
            feeds = step if step in company.steps else None
            made = {"name": called(name_of, unit), "unit": worded(unit), "step": feeds, each: count}
            found.append(Habit(id=name, **made))  # type: ignore[arg-type]  # each by its name
    if not any(it.role is Role.REP for it in found) and not errors:
        errors[f"{HABIT}{HABITS[0][0]}"] = t("One habit at least: what shall be counted?")
    return tuple(found)


def _count(name: str, typed: Typed, errors: Errors) -> int | None:
    text = str(typed.get(name, "")).strip()
    return read(errors, name, read_count, text) if text else None


def _targets(company: Company, typed: Typed, today: date, errors: Errors) -> tuple[Target, ...]:
    """In their places; other periods' stay, and so does whoever's isn't asked for."""
    reps = {it.id for it in company.reps}
    found = {(it.period, it.member): it for it in company.targets}
    for period in periods(company, today):
        asked = {key for key in found if key[0] == str(period) and _asks(key[1], period, reps, typed)}
        said = _said(company, period, typed, errors)
        found = {key: it for key, it in found.items() if key not in asked or key in said}
        found |= {key: Target(period=key[0], amount=it, member=key[1]) for key, it in said.items()}
    return tuple(found.values())


def _asks(member: str | None, period: Period, reps: set[str], typed: Typed) -> bool:
    if member is None:
        return f"{TARGET}{period}" in typed
    return member in reps and f"{TARGETS}{period}" in typed


def _said(company: Company, period: Period, typed: Typed, errors: Errors) -> dict[tuple[str, str | None], Money]:
    whole = str(typed.get(f"{TARGET}{period}", "")).strip()
    found: dict[tuple[str, str | None], Money] = {}
    one = read(errors, f"{TARGET}{period}", _amount_in(company, period, None), whole) if whole else None
    if one is not None:
        found[str(period), None] = one
    lines = str(typed.get(f"{TARGETS}{period}", ""))
    own = read(errors, f"{TARGETS}{period}", lambda text: _each(text, company, period), lines) or {}
    said = found | {(str(period), member): it for member, it in own.items()}
    known = all(company.target(period, member) == it for (_, member), it in said.items())
    if one and not known and (asked := doubt(one, own.values())):
        errors[f"{TARGET}{period}"] = asked
    return said


def _amount_in(company: Company, period: Period, member: str | None) -> Callable[[str], Money]:
    """What is typed as it was shown means what it was, whatever the language would read in it."""
    before = company.target(period, member)
    return lambda text: before if before and text == _typed(before) else target(text, company.currency)


def _each(typed: str, company: Company, period: Period) -> dict[str, Money]:
    names = {**by_name(company), **{_line_of(company, it).casefold(): it for it in company.reps}}
    return by_rep(typed, names, lambda rep, text: _amount_in(company, period, rep)(text))


def _line_of(company: Company, rep: Member) -> str:
    """Their name; their id where it is another's name, too, or would end before its end."""
    alike = [it for it in company.reps if it.name.casefold() == rep.name.casefold()]
    return rep.name if len(alike) == 1 and not set(":=") & set(rep.name) else rep.id

"""What a set-up in the chat would create or change, in lines that whoever sets it up reads before saying yes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from bot.languages import NAMES
from coaching.language import marked, spoken, t, worded
from coaching.people import Role
from coaching.phrases import listed, percent

if TYPE_CHECKING:
    from collections.abc import Collection

    from coaching.company import Company, Stage, Weekday
    from coaching.habits import Habit
    from coaching.people import Member

ROLES: Mapping[Role, str] = {
    Role.REP: marked("Rep: {name}"),
    Role.MANAGER: marked("Manager: {name}"),
    Role.OWNER: marked("Owner: {name}"),
    Role.ADMIN: marked("Admin: {name}"),
}

NAMED = 8
"""People whose clock changes, by name; beyond that how many more."""


def outline(it: Company) -> list[str]:
    """Not the file's keys: who sets it up here has never seen the file."""
    return [*(f"+ {line}" for line in _lines(it)), *_addresses(it, None)]


def changed(before: Company, after: Company) -> list[str]:
    """What would go and what would come, each in its line; empty where the two read alike."""
    # Counted, as two people may be called the same.
    was, now = Counter(_lines(before)), Counter(_lines(after))
    went, came = (f"- {it}" for it in (was - now).elements()), (f"+ {it}" for it in (now - was).elements())
    return [*went, *came, *_moved(before, after), *_addresses(after, before)]


def _lines(it: Company) -> Iterator[str]:
    yield from _whole(it)
    yield from _people(it)
    yield from map(_habit, it.habits)
    yield from _targets(it)
    yield from map(_stage, it.stages)


def _whole(it: Company) -> Iterator[str]:
    yield t("Company: {name} ({slug})", name=it.name, slug=it.slug)
    yield t("Language: {language}", language=NAMES[it.language])
    yield t("Time zone: {zone}", zone=it.zone)
    yield t("Currency: {currency}", currency=it.currency)
    if it.country:
        yield t("Public holidays: {country}", country=it.country)
    yield _asking(it)
    yield _managing(it)


def _asking(it: Company) -> str:
    """When it will be, and why that is another hour than was written."""
    days, wanted = _days(it.checkin.days), f"{it.checkin.at:%H:%M}"
    if it.checkin.at not in it.quiet_hours:
        return t("Check-in: {days} at {time}", days=days, time=wanted)
    return t(
        "Check-in: {days} at {time}, when the quiet hours ({quiet}) end, and not at {wanted}",
        days=days,
        time=f"{it.quiet_hours.end:%H:%M}",
        quiet=it.quiet_hours,
        wanted=wanted,
    )


def _managing(it: Company) -> str:
    """When, or else who gets what a manager would."""
    if it.managers:
        hours = f"{it.engagement.hours.start:%H:%M}-{it.engagement.hours.end:%H:%M}"
        return t("The manager is here: {days}, {hours}", days=_days(it.engagement.days), hours=hours)
    if it.owner:
        return t("No manager: what a rep can’t settle goes to the owner, {name}", name=it.owner.name)
    return t("No manager and no owner: what a rep can’t settle goes to nobody")


def _days(days: Collection[Weekday]) -> str:
    return ", ".join(spoken().weekdays[it] for it in sorted(days))


def _people(it: Company) -> Iterator[str]:
    return (worded(ROLES[one.role]).format(name=one.name) for one in it.members if one.active)


def _moved(before: Company, after: Company) -> Iterator[str]:
    """Whose check-ins come by another clock, where that isn't their own doing."""
    names: dict[tuple[str, str], list[str]] = {}
    for it in after.members:
        was = before.member(it.id)
        if it.active and was and was.active and was.zone != it.zone:
            names.setdefault((was.zone, it.zone), []).append(it.name)
    for (old, new), them in names.items():
        line = t("Time zone of {names}: {before} → {after}", names=listed(them, NAMED), before=old, after=new)
        yield f"+ {line}"


def _addresses(after: Company, before: Company | None) -> Iterator[str]:
    """Those that were written down: by them somebody is known. Who was picked from a list came with theirs."""
    for it in (one for one in after.members if one.active):
        was = before.member(it.id) if before else None
        if was is not None and was.active:
            then, now = _known_by(was), _known_by(it)
        else:
            then, now = [], [] if "slack" in it.handles else _known_by(it)
        yield from (f"- {line}" for line in then if line not in now)
        yield from (f"+ {line}" for line in now if line not in then)


def _known_by(it: Member) -> list[str]:
    slack, teams = it.handles.get("slack"), it.handles.get("teams")
    return [
        *([t("E-mail of {name}: {address}", name=it.name, address=it.email)] if it.email else ()),
        *([t("Slack account of {name}: {account}", name=it.name, account=slack)] if slack else ()),
        *([t("Teams account of {name}: {account}", name=it.name, account=teams)] if teams else ()),
    ]


def _habit(it: Habit) -> str:
    if it.per_day is not None:
        return t("Counted: {name}, {n} a day", name=it.name, n=it.per_day)
    return t("Counted: {name}, {n} a week", name=it.name, n=it.per_week or 0)


def _targets(it: Company) -> Iterator[str]:
    for one in it.targets:
        member = it.member(one.member) if one.member else None
        if member is None:
            yield t("Target {period}: {amount}", period=one.period, amount=one.amount)
        else:
            yield t("Target {period}, {name}: {amount}", period=one.period, name=member.name, amount=one.amount)


def _stage(it: Stage) -> str:
    if it.won:
        return t("Stage: {name}, won", name=it.name)
    if it.lost:
        return t("Stage: {name}, lost", name=it.name)
    if it.probability is None:
        return t("Stage: {name}", name=it.name)
    return t("Stage: {name}, {share}", name=it.name, share=percent(it.probability))

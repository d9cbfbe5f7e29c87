"""How a company differs from what it was, in lines that a person reads before saying yes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.files.plain import Plain, as_plain
from coaching.company import Company
from coaching.identity import How, Newcomer
from coaching.target_words import far_below, is_tiny


def changes(before: Company | None, after: Company) -> list[str]:
    """`+` is new, `~` differs, `-` goes; empty when nothing does. `after` holds those who left as inactive."""
    old, new = (as_plain(before) if before else {}), as_plain(after)
    first = [] if before else [f"+ company {after.slug} ({after.name})"]
    left = {it.id for it in after.members if not it.active}
    back = {it.id for it in before.members if not it.active} if before else set()
    lists = [line for it in _LISTS for line in _listed(it, old, new, left, back)]
    listed = {it.key for it in _LISTS} | (set() if before else {"company", "name"})
    return first + list(_differences("", _without(old, listed), _without(new, listed))) + lists


def stays(file: Company, after: Company, known: Iterable[Newcomer]) -> list[str]:
    """`=` lines: what chat said and applying the file leaves as it is: zones, wishes, and ids that it doesn't name."""
    return [*_zones(file, after), *_wishes(file, after), *_ids(file, after, known)]


def doubts(file: Company) -> Iterator[str]:
    """`!` lines: what a file may say, and what is most likely a slip in it."""
    for it in file.targets:
        name = f"{it.period} {it.member}" if it.member else it.period
        if is_tiny(it.amount):
            yield f"! target {name}: {it.amount} is little for a quarter; are thousands meant?"
            continue
        own = (other.amount for other in file.targets if other.member and other.period == it.period)
        reps = None if it.member else far_below(it.amount, own)
        if reps is not None:
            yield f"! target {name}: {it.amount} is far below the {reps} that the reps' targets add up to"


def _zones(file: Company, after: Company) -> Iterator[str]:
    for it in file.members:
        now = after.member(it.id)
        if now and now.zone != it.zone:
            yield f"= member {it.id}: timezone: {now.zone} stays (as chat has it; the file says {it.zone} as before)"


def _wishes(file: Company, after: Company) -> Iterator[str]:
    for it in file.members:
        now = after.member(it.id) or it
        both = (("reminders", now.reminders, it.reminders), ("quiet_hours", now.quiet_hours, it.quiet_hours))
        for what, own, filed in both:
            if own != filed:
                yield f"= member {it.id}: {what}: {own} stays (their own wish; the file says {filed})"


def _ids(file: Company, after: Company, known: Iterable[Newcomer]) -> list[str]:
    """And where from."""
    said = {(it.platform, it.handle, it.member): it for it in known}
    named = {it.id: it.handles for it in file.members}
    return [
        f"= member {it.id}: {platform}: {handle} stays ({_from(said.get((platform, handle, it.id)))}; not in the file)"
        for it in after.members
        for platform, handle in it.handles.items()
        if it.id in named and platform not in named[it.id]
    ]


def _from(link: Newcomer | None) -> str:
    match link:
        case Newcomer(how=How.EMAIL, settled_at=datetime() as at):
            return f"by their e-mail address, {at:%Y-%m-%d}"
        case Newcomer(how=How.MANAGER, settled_at=datetime() as at, by=by):
            return f"{by} said so, {at:%Y-%m-%d}"
        case _:
            return "from before"


@dataclass(frozen=True, slots=True)
class _List:
    """A list of the file whose items are known by a key of theirs."""

    key: str
    noun: str
    detail: str | None = None
    """What a new one is shown with."""

    def name(self, item: Plain) -> str:
        if self.key == "targets":
            return f"{item['period']} {item['member']}" if "member" in item else str(item["period"])
        return str(item["name"] if self.key == "stages" else item["id"])


_LISTS = (
    _List("members", "member", "role"),
    _List("habits", "habit"),
    _List("targets", "target", "amount"),
    _List("stages", "stage", "probability"),
)


def _listed(it: _List, old: Plain, new: Plain, left: set[str], back: set[str]) -> Iterator[str]:
    before = {it.name(item): item for item in old.get(it.key, [])}
    after = {it.name(item): item for item in new.get(it.key, [])}
    for name, item in after.items():
        if name not in before:
            again = " is back" if it.key == "members" and name in back else ""
            yield f"+ {it.noun} {name}{_detail(it, item)}{again}"
        else:
            yield from _differences(f"{it.noun} {name}: ", before[name], item)
    for name in [it for it in before if it not in after]:
        gone = "left (history is kept)" if it.key == "members" and name in left else "(history is kept)"
        yield f"- {it.noun} {name} {gone}" if it.key in {"members", "habits"} else f"- {it.noun} {name}"
    if [it for it in before if it in after] != [it for it in after if it in before]:
        yield f"~ {it.key}: in another order ({', '.join(after)})"


def _detail(it: _List, item: Plain) -> str:
    return f" ({_shown(item[it.detail])})" if it.detail and it.detail in item else ""


def _differences(prefix: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    before, after = dict(_leaves("", old)), dict(_leaves("", new))
    for path in list(after) + [it for it in before if it not in after]:
        match before.get(path), after.get(path):
            case None, now:
                yield f"+ {prefix}{path}: {now}"
            case was, None:
                yield f"- {prefix}{path}: {was}"
            case was, now if was != now:
                yield f"~ {prefix}{path}: {was} -> {now}"


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, it in value.items():
            yield from _leaves(f"{path}.{key}" if path else str(key), it)
    else:
        yield path, _shown(value)


def _shown(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Mapping():
            return " ".join(f"{key} {_shown(it)}" for key, it in value.items())
        case list():
            return ", ".join(_shown(it) for it in value)
        case int() | float():
            return f"{value:,}"
        case _:
            return str(value)


def _without(plain: Plain, keys: set[str]) -> Plain:
    return {key: it for key, it in plain.items() if key not in keys}

"""Members of a company: who they are, where they are, and when they may be written to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo


class Role(StrEnum):
    """What a member is in this company."""

    REP = "rep"
    MANAGER = "manager"
    OWNER = "owner"
    ADMIN = "admin"


LOOKS_AFTER = frozenset({Role.MANAGER, Role.OWNER, Role.ADMIN})
"""Who may bring deals in, take the company's file, and change its set-up."""


class Reminders(StrEnum):
    """How much reminding a member wants: none, once, or once and at the end of the window."""

    LIGHT = "light"
    STANDARD = "standard"
    ACTIVE = "active"


_AFTER_A_NAME = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md", "mba"})


def spoken(name: str) -> str:
    """As people say it: `Müller, Karl` of a directory is Karl Müller; `Fox, Jr.` stays."""
    if "," not in name:
        return name
    last, _, first = (it.strip() for it in name.partition(","))
    if not (first and last) or "," in first or first.casefold().replace(".", "") in _AFTER_A_NAME:
        return name
    return f"{first} {last}"


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of the day by the wall clock; `19:00-07:30` runs over midnight."""

    start: time
    end: time

    def __contains__(self, at: time) -> bool:
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


QUIET_HOURS = Hours(time(19, 0), time(7, 30))


@dataclass(frozen=True, slots=True)
class TimeOff:
    """Days away, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person in one company. `id` is the company's own short name for them, unique in it.

    `handles` maps a platform (`slack`, `teams`) to the person's id there; `email` is where mail goes.
    `crm_owner` is the name that the CRM's export uses for them.
    """

    id: str
    name: str
    role: Role
    zone: str
    email: str | None = None
    crm_owner: str | None = None
    handles: Mapping[str, str] = field(default_factory=dict)
    reminders: Reminders = Reminders.STANDARD
    quiet_hours: Hours = QUIET_HOURS
    reminders_filed: Reminders | None = None
    """What the file says of them, once they have said in chat how they want them: only another word there undoes it."""
    quiet_filed: Hours | None = None
    """The same of their quiet hours."""
    time_off: tuple[TimeOff, ...] = ()
    paused_until: date | None = None
    """Asked for in chat: no check-ins before this day."""
    paused_from: date | None = None
    """The day on which they asked for it; the days before are what they were."""
    zone_seen: str = ""
    """The zone that their chat last said they are in; it is followed when it changes, unless they say otherwise."""
    zone_filed: str = ""
    """What the file says of it, once chat has said something: only another word there undoes what chat said."""
    zone_before: str = ""
    """The one before it: whoever has two devices in two zones goes back and forth between these two."""
    zone_refused: str = ""
    """Seen, and they said that they stay with the other; it isn't followed until a third one is seen."""
    zone_told_at: datetime | None = None
    """When they last read that another zone is followed."""
    closed: Mapping[str, str] = field(default_factory=dict)
    """By platform the id whose account is closed there: nobody is written to under it, and nobody speaks by it."""
    active: bool = True
    """False once the company's file no longer names them; their history stays."""

    @property
    def tz(self) -> ZoneInfo:
        """Their zone, ready for arithmetic."""
        return ZoneInfo(self.zone)

    @property
    def first_name(self) -> str:
        """What a coach calls them."""
        return spoken(self.name).split()[0].rstrip(",")

    @property
    def open_handles(self) -> Mapping[str, str]:
        """Where they can be, and speak."""
        return {it: handle for it, handle in self.handles.items() if self.closed.get(it) != handle}

    def away(self, day: date) -> bool:
        """Whether they have that day off, by plan or by pause."""
        return self._paused(day) or (bool(self.time_off) and any(day in off for off in self.time_off))

    def _paused(self, day: date) -> bool:
        begun = self.paused_from is None or day >= self.paused_from
        return begun and self.paused_until is not None and day < self.paused_until

    def with_pause(self, until: date | None, today: date) -> Member:
        """With a pause from today on; one that is running began when it began. None ends it."""
        running = self.paused_until is not None and today < self.paused_until
        begun = self.paused_from if running else today
        return replace(self, paused_until=until, paused_from=begun if until else None)

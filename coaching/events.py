"""What a person did, in any channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from coaching.values import value


@value(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A button, with the card's fields as they stood. `message` is the key of the message it was on, if known."""

    company: str
    member: str
    key: str
    """Unique per doing: a redelivery or a double press carries the same one."""
    at: datetime
    action: str
    args: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    message: str | None = None
    again: tuple[str, ...] = ()
    """Other names of this doing, for platforms that may bring it once more under a new key."""
    direct: bool = False
    """In a window that shows the answer itself: the reply is handed back, not sent."""
    on_page: bool = False
    """On a page that shows the answer itself: what is said to whoever pressed is kept for it, and never sent anew."""


@value(frozen=True, slots=True, kw_only=True)
class Said:
    """Words in a direct message."""

    company: str
    member: str
    key: str
    at: datetime
    text: str
    again: tuple[str, ...] = ()
    """Other names of this doing, for platforms that may bring it once more under a new key."""


@value(frozen=True, slots=True, kw_only=True)
class Commanded:
    """A slash command: its name without the slash, and the words after it."""

    company: str
    member: str
    key: str
    at: datetime
    name: str
    text: str = ""
    again: tuple[str, ...] = ()
    """Other names of this doing, for platforms that may bring it once more under a new key."""


@value(frozen=True, slots=True, kw_only=True)
class Knocked:
    """Somebody whom nobody knows wrote, or looked. `name` is what they call themselves there.

    `addresses` are those that the platform vouches for; none for a guest, whatever they say.
    """

    company: str
    key: str
    at: datetime
    platform: str
    handle: str
    name: str = ""
    addresses: tuple[str, ...] = ()
    guest: bool = False
    aloud: bool = True
    """An answer is a message to them; otherwise it stands in what they opened or asked."""


@value(frozen=True, slots=True, kw_only=True)
class Account:
    """A platform says that somebody's account was closed, or that it is open again."""

    company: str
    key: str
    at: datetime
    platform: str
    handle: str
    closed: bool


@value(frozen=True, slots=True, kw_only=True)
class Rang:
    """An alarm of ours came due. `due_at` is when it should have rung; `at` is now."""

    company: str
    key: str
    at: datetime
    alarm: str
    subject: str
    due_at: datetime


@value(frozen=True, slots=True, kw_only=True)
class Imported:
    """The pipeline was refreshed; what depends on it may have resolved itself, or be worth raising."""

    company: str
    key: str
    at: datetime


@value(frozen=True, slots=True, kw_only=True)
class Planned:
    """The company's file was applied: people, hours and plans may have changed, so alarms are set anew."""

    company: str
    key: str
    at: datetime


@value(frozen=True, slots=True, kw_only=True)
class Expiring:
    """A platform's access to the company ends `until` then, unless somebody opens `link` and allows it anew."""

    company: str
    key: str
    at: datetime
    workspace: str
    until: datetime
    link: str


PersonEvent = Pressed | Said | Commanded
Event = PersonEvent | Rang | Imported | Planned
"""What people's work is about; the routines hear of these."""
Happening = Event | Knocked | Account | Expiring

"""The words of delivery: a message on its way, what may become of it, and how patient we are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from coaching.card import Card
from coaching.company import Company
from coaching.decision import Kind

Reference = Mapping[str, Any]


class State(StrEnum):
    """Of a delivery row. The last four are final, unless somebody asks for another try."""

    QUEUED = "queued"
    SENDING = "sending"
    """Leased to a worker. When the lease runs out nobody knows whether it went: it becomes unknown, never queued."""
    UNKNOWN = "unknown"
    SENT = "sent"
    DEAD = "dead"
    SKIPPED_LATE = "skipped_late"
    WITHDRAWN = "withdrawn"


IN_FLIGHT = (State.SENDING, State.UNKNOWN)
NOT_FINAL = (State.QUEUED, *IN_FLIGHT)
NOTHING_REACHES = "nothing reaches "
"""So begins why a message is dead that no channel has an address for; with one it goes again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long things may take, on real time. Tests shorten them in proportion."""

    lease: timedelta = timedelta(seconds=60)
    fence: timedelta = timedelta(seconds=15)
    """With less of its lease left, a message isn't started any more."""
    send: timedelta = timedelta(seconds=12)
    """One call of a channel, where it doesn't say otherwise; less than the fence, so that it ends within the lease."""
    first_look: timedelta = timedelta(seconds=1)
    settle: timedelta = timedelta(seconds=30)
    """Only then does "it isn't there" count: a platform may store, or show, a message late."""
    backoff: timedelta = timedelta(seconds=1)
    """Before the second try twice as long, and so on."""
    pause: timedelta = timedelta(hours=1)
    """For a company whose installation is refused."""
    upkeep: timedelta = timedelta(seconds=5)
    """Between looks for leases that ran out and outcomes that have settled."""
    attempts: int = 6
    per_company: int = 5
    """New messages of one company in flight at once."""
    edits: int = 25
    """With those that change a message that is there: somebody has pressed a button and looks at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The time between two messages, of one company and in one conversation. A channel may have its own."""

    company: timedelta = timedelta(seconds=0.25)
    conversation: timedelta = timedelta(seconds=1)
    edit: timedelta = timedelta(0)
    """What one that changes a message takes of its company's time. With nothing, changes wait for nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A message leased to this worker. `reference` is the earlier message to overwrite, `platform` where that one is.

    For one whose outcome is unknown, `platform` is where it was sent, if that is known.
    """

    id: int
    company_id: int
    company: Company
    member: str
    key: str
    kind: Kind
    card: Card
    nonce: str
    lease: str
    attempts: int
    attempt_at: datetime | None
    expires_at: datetime | None
    by_mail: bool
    only_edit: bool
    repeat: bool
    """It may be there already; say so."""
    platform: str | None
    reference: Reference | None
    replaces: str | None = None
    """The key of what it stands in the place of, there or not."""
    charged: timedelta = timedelta(0)
    """By how much its company's next ones wait for it already."""
    together: int = 1
    """How many new ones of its company were taken up at one go."""
    paused: Mapping[str, timedelta] = field(default_factory=dict)
    """Platforms that refuse the whole company, and for how much longer we leave them alone."""


# --- what may become of it -----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Sent:
    """It is there. `doubt` is why that isn't certain, where it isn't."""

    platform: str
    reference: Reference | None
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """Certainly not sent; no attempt is used. `whole_company`: nothing of the company goes until then."""

    after: timedelta
    why: str | None = None
    whole_company: bool = False


@dataclass(frozen=True, slots=True)
class Paused:
    """The installation is refused: the company's messages wait, and this platform is left alone for a while."""

    platform: str
    why: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Nobody knows. It is looked up after settling."""

    platform: str
    why: str


@dataclass(frozen=True, slots=True)
class LookLater:
    """Still unknown; look again after so long."""

    after: timedelta
    why: str


@dataclass(frozen=True, slots=True)
class Again:
    """Certainly not there, or harmless to repeat; an attempt was used. `repeat`: it says that it may be a repeat."""

    why: str
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class AsNew:
    """The earlier message can't be overwritten; this one is sent by itself."""

    why: str


@dataclass(frozen=True, slots=True)
class Over:
    """It won't be sent: dead, skipped_late or withdrawn."""

    state: State
    why: str


Unsent = Later | Paused | Lost | LookLater | Again | AsNew | Over
Outcome = Sent | Unsent


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a message, and the pace of the channel that took it."""

    message: Waiting
    outcome: Outcome
    pace: Pace | None = None
    """None when no channel was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """For whoever looks after the installation."""

    company: str
    key: str
    member: str
    kind: str
    state: str
    reason: str
    since: datetime

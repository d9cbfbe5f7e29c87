"""Opportunities: deals, how they moved, and the pipeline on a day."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date, datetime
from enum import StrEnum

from coaching.money import Money


class Status(StrEnum):
    """Where a deal ended, or that it hasn't."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Category(StrEnum):
    """How sure a deal is held to be for the period."""

    COMMIT = "commit"
    BEST_CASE = "best_case"
    PIPELINE = "pipeline"
    OMITTED = "omitted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """A deal as last known. `id` is the CRM's own. An unknown amount is None, never zero.

    `owner` is the name in the CRM; `member` is the id of the member it belongs to, None when it is nobody's here.
    """

    id: str
    owner: str
    stage: str
    status: Status
    member: str | None = None
    name: str = ""
    account: str = ""
    amount: Money | None = None
    created_on: date | None = None
    close_date: date | None = None
    """When it is expected to close; for a closed one, kept as it last was."""
    closed_on: date | None = None
    next_step: str = ""
    next_step_on: date | None = None
    product: str = ""
    source: str = ""
    category: Category | None = None
    """As the CRM or the rep says; None lets the stage decide."""
    last_activity_on: date | None = None
    gone_on: date | None = None
    """The day a complete export first lacked it. Never deleted."""

    @property
    def is_open(self) -> bool:
        """Still in play, and still in the CRM."""
        return self.status is Status.OPEN and self.gone_on is None

    @property
    def title(self) -> str:
        """What people call it: its name, else its account, else its id."""
        return self.name or self.account or self.id


class Field(StrEnum):
    """What of an opportunity is watched for changes."""

    CREATED = "created"
    STAGE = "stage"
    STATUS = "status"
    CLOSE_DATE = "close_date"
    AMOUNT = "amount"
    OWNER = "owner"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of one opportunity, seen to have changed on a day. Values as text: dates ISO, money in minor units."""

    opportunity: str
    on: date
    field: Field
    before: str | None
    after: str | None
    at: datetime | None = dataclass_field(default=None, compare=False)
    """When an import told of it; None for what was kept before instants were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """An open opportunity on a day."""

    opportunity: str
    day: date
    member: str | None
    stage: str
    amount: Money | None
    close_date: date | None
    category: Category | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A company's business: every deal that was ever known and how it moved, and what is open on some day.

    `deals` know how they ended, `open` stand as they stood on that day.
    """

    deals: tuple[Opportunity, ...]
    open: tuple[Opportunity, ...]
    changes: tuple[Change, ...] = ()

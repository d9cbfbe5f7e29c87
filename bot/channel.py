"""What delivery asks of a channel, and how a channel says that it could not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from coaching.card import Card
from coaching.company import Company
from coaching.people import Member

Reference = Mapping[str, Any]
"""What the channel calls a message that is there (Slack: channel and ts), as JSON holds it."""


class Busy(Exception):  # noqa: N818 - a state, not a mistake
    """Not taken; nothing was sent. Try again after so long."""

    def __init__(self, after: timedelta, why: str, *, whole_company: bool = True) -> None:
        """`whole_company`: nothing of the company goes by then; else only this message waits."""
        super().__init__(why)
        self.after = after
        self.whole_company = whole_company


class Refused(Exception):  # noqa: N818 - a state, not a mistake
    """Never. `whole_company` when it is about the installation (a revoked token), not this message or member.

    `elsewhere` when this channel has no way to the member, for now: another is tried, or the message waits.
    """

    def __init__(self, why: str, *, whole_company: bool = False, elsewhere: bool = False) -> None:
        super().__init__(why)
        self.whole_company = whole_company
        self.elsewhere = elsewhere


class Unknown(Exception):  # noqa: N818 - a state, not a mistake
    """It may have been taken or not: a dropped reply, a 5xx. Never blindly repeated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One message, addressed, ready for a channel. `nonce` travels with it so that it can be found again."""

    company: Company
    member: Member
    card: Card
    key: str
    nonce: str
    replaces: Reference | None = None
    """The earlier message to overwrite."""
    attempt_at: datetime | None = None


class Channel(Protocol):
    """One way to reach a member.

    It may also name its own `pace` (a `storage.deliveries.Pace`), say with `edits = False` that what was sent can't be
    changed, with `takes` (a timedelta) that a call may take longer than usual, and with `speaks(company)` whether it is
    set up for that company at all.
    """

    platform: str

    def reaches(self, company: Company, member: Member) -> bool:
        """Whether it has an address for them, and the means to write to it."""

    async def send(self, parcel: Parcel) -> Reference:
        """Put it there, or overwrite `replaces`. Raises Busy, Refused or Unknown."""

    async def find(self, parcel: Parcel) -> Reference | None:
        """Look for a parcel whose outcome is unknown, by its nonce; None when it isn't there.

        Raises Refused where the channel can't look (each kind of message then has its policy), Busy to look later.
        """

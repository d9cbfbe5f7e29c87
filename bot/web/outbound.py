"""The local chat as a channel: a message is a line in our own database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from bot.channel import Parcel, Reference
from bot.clock import Clock
from coaching.company import Company
from coaching.people import Member
from storage.chat import Conversations
from storage.deliveries import Pace


class WebChannel:
    """Reaches everybody of the company. A line written twice under one nonce is one line, so nothing is unknown."""

    platform = "web"
    pace = Pace(company=timedelta(0), conversation=timedelta(0))

    def __init__(self, conversations: Conversations, clock: Clock, changed: Callable[[], None]) -> None:
        """`changed` is called, in the event loop, after each line."""
        self._conversations = conversations
        self._clock = clock
        self._changed = changed

    def reaches(self, _company: Company, _member: Member) -> bool:
        """Everybody."""
        return True

    async def send(self, parcel: Parcel) -> Reference:
        """Write the line, or write over the one that it replaces."""
        reference = await asyncio.to_thread(self._write, parcel)
        self._changed()
        return reference

    async def find(self, parcel: Parcel) -> Reference | None:
        """Sending again is looking: the nonce makes it one line."""
        return await self.send(parcel)

    def _write(self, parcel: Parcel) -> Reference:
        now = self._clock.now()
        if parcel.replaces and self._conversations.rewrite(
            parcel.company.slug, parcel.replaces["line"], parcel.card, at=now
        ):
            return parcel.replaces
        self._conversations.write(
            parcel.company.slug,
            parcel.member.id,
            parcel.card,
            author="coach",
            nonce=parcel.nonce,
            at=now,
            key=parcel.key,
        )
        return {"line": parcel.nonce}

"""What delivery's tests share: a store with companies, a clock to move, and a channel that does as it is told."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine

from bot.channel import Parcel, Refused
from bot.delivery import Delivery
from coaching.card import note
from coaching.company import Company
from coaching.decision import Decision, Kind, Message
from coaching.people import Member
from storage.database import EVERY_COMPANY, session
from storage.deliveries import Pace, Patience
from storage.outbox import Outbox
from storage.store import SqlStore
from storage.tables import DeliveryRow
from tests.builders import a_company, at

NOW = at("09:00")
REAL = datetime(2030, 1, 1, tzinfo=UTC)
AT_ONCE = Pace(company=timedelta(0), conversation=timedelta(0))
SOON = Patience(first_look=timedelta(0))


class Still:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


class FakeChannel:
    """Keeps what it is sent. `next` queues what happens instead: an exception, before or after it was stored."""

    def __init__(
        self, platform: str = "slack", *, pace: Pace = AT_ONCE, finds: bool = True, edits: bool = True
    ) -> None:
        self.platform = platform
        self.pace = pace
        self.edits = edits
        self.finds = finds
        self.there: dict[str, Parcel] = {}
        self.nonces: dict[str, str] = {}
        self.sent: list[tuple[str, str]] = []
        """Member and summary of everything new."""
        self.edited: list[tuple[str, str]] = []
        """Reference and summary of everything overwritten."""
        self.looked = 0
        self._next: deque[tuple[Exception, bool]] = deque()

    def next(self, problem: Exception, *, stored: bool = False) -> None:
        self._next.append((problem, stored))

    def reaches(self, company: Company, member: Member) -> bool:
        return bool(member.email) if self.platform == "mail" else self.platform in member.handles

    async def send(self, parcel: Parcel) -> Mapping[str, Any]:
        problem, stored = self._next.popleft() if self._next else (None, True)
        reference = self._store(parcel) if stored else {}
        if problem:
            raise problem
        return reference

    def _store(self, parcel: Parcel) -> Mapping[str, Any]:
        if parcel.replaces:
            self.edited.append((parcel.replaces["n"], parcel.card.summary))
            return parcel.replaces
        number = f"m{len(self.sent)}"
        self.sent.append((parcel.member.id, parcel.card.summary))
        self.nonces[parcel.nonce] = number
        return {"n": number}

    async def find(self, parcel: Parcel) -> Mapping[str, Any] | None:
        self.looked += 1
        if not self.finds:
            raise Refused("it can't look")
        number = self.nonces.get(parcel.nonce)
        return {"n": number} if number else None

    @property
    def said(self) -> list[str]:
        return [summary for _, summary in self.sent]


class World:
    """A store with companies, both clocks, and a runner."""

    def __init__(
        self, engine: Engine, *companies: Company, channels: tuple[Any, ...] = (), patience: Patience = SOON
    ) -> None:
        self.store = SqlStore(engine)
        self.clock, self.real = Still(NOW), Still(REAL)
        self.companies = companies or (a_company(),)
        for company in self.companies:
            with self.store.opened(company, NOW) as work:
                work.keep_company(company)
        self.slack = FakeChannel()
        self.channels = channels or (self.slack,)
        self.outbox = Outbox(self.store, patience, self.real.now)
        self.delivery = Delivery(self.outbox, self.channels, self.clock)

    def queue(self, key: str, to: str = "dana", *, company: str | None = None, **more: Any) -> None:
        """A message whose card's summary is its key."""
        usual: dict[str, Any] = {"card": note(key), "kind": Kind.CHECKIN}
        self.apply(Decision(messages=(Message(key=key, to=to, **(usual | more)),)), company=company)

    def apply(self, decision: Decision, *, company: str | None = None) -> None:
        with self.store.work(company or self.companies[0].slug) as work:
            work.apply(decision, self.clock.now())

    def row(self, key: str) -> DeliveryRow:
        with session(self.store.engine, EVERY_COMPANY) as it:
            return it.scalars(sa.select(DeliveryRow).where(DeliveryRow.key == key)).one()

    def states(self) -> dict[str, str]:
        with session(self.store.engine, EVERY_COMPANY) as it:
            rows = it.execute(sa.select(DeliveryRow.key, DeliveryRow.state).order_by(DeliveryRow.id))
            return {row.key: row.state for row in rows}

    async def later(self, **by: float) -> int:
        """Real time passes, then everything that may go goes."""
        self.real.move(**by)
        return await self.delivery.step()

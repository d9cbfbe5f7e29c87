"""Cards as they stand, for whoever asks for theirs; and those that are asked for rather than sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from coaching.card import Card
from coaching.decision import Message
from storage import direct, wall
from storage.database import EVERY_COMPANY, reading
from storage.tables import CompanyRow, DeliveryRow

if TYPE_CHECKING:
    from storage.store import SqlStore


READER = (
    sa.select(DeliveryRow.member)
    .join(CompanyRow, CompanyRow.id == DeliveryRow.company_id)
    .where(CompanyRow.slug == sa.bindparam("company"), DeliveryRow.key == sa.bindparam("key"))
)


class Showing:
    """Safe to share between threads."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    def card(self, company: str, member: str, key: str) -> Card | None:
        """A message to that member as it stands now; None for anybody else's. KeyError: no such company."""
        with self._store.work(company) as work:
            return work.message(member, key)

    def is_anothers(self, company: str, member: str, key: str) -> bool:
        """Whether that message went to somebody else. Most keys name their reader, and then nothing is asked."""
        if member in key.split(":"):
            return False
        with reading(self._store.engine) as it:
            wall.within(it, EVERY_COMPANY)
            found = direct.ask(it, READER, {"company": company, "key": key})
        return any(it.member != member for it in found)

    def keep(self, company: str, message: Message, platform: str, reference: Mapping[str, Any], now: datetime) -> None:
        """One that its reader will ask for."""
        with self._store.work(company) as work:
            work.show(message, platform, reference, now)

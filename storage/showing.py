"""Cards as they stand, for whoever asks for theirs; and those that are asked for rather than sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from coaching.card import Card
from coaching.decision import Message

if TYPE_CHECKING:
    from storage.store import SqlStore


class Showing:
    """Safe to share between threads."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    def card(self, company: str, member: str, key: str) -> Card | None:
        """A message to that member as it stands now; None for anybody else's. KeyError: no such company."""
        with self._store.work(company) as work:
            return work.message(member, key)

    def keep(self, company: str, message: Message, platform: str, reference: Mapping[str, Any], now: datetime) -> None:
        """One that its reader will ask for."""
        with self._store.work(company) as work:
            work.show(message, platform, reference, now)

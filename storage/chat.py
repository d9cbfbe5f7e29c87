"""The local chat's conversations: what the coach and a member wrote, kept like any platform keeps its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from coaching.card import Card
from storage import codec
from storage.store import SqlStore
from storage.tables import ChatLineRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One bubble. `author` is `coach` or `person`; `order` goes up with every new one; `key` is its message's."""

    order: int
    author: str
    card: Card
    at: datetime
    changed_at: datetime
    key: str | None = None


class Conversations:
    """Read and written a line at a time; a line that is written again under the same nonce stays one line."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    def lines(self, company: str, member: str, *, last: int = 60) -> tuple[Line, ...]:
        """The newest ones, oldest first."""
        asked = sa.select(ChatLineRow).where(ChatLineRow.member == member).order_by(ChatLineRow.id.desc()).limit(last)
        with self._store.work(company) as work:
            found = work.session.scalars(asked).all()
        return tuple(
            Line(
                order=it.id,
                author=it.author,
                card=codec.load(Card, it.card),
                at=it.at,
                changed_at=it.changed_at,
                key=it.key,
            )
            for it in reversed(found)
        )

    def newest(self, company: str) -> Mapping[str, int]:
        """The order of the coach's newest line to each member who has one."""
        asked = (
            sa.select(ChatLineRow.member, sa.func.max(ChatLineRow.id).label("order"))
            .where(ChatLineRow.author == "coach")
            .group_by(ChatLineRow.member)
        )
        with self._store.work(company) as work:
            return {it.member: it.order for it in work.session.execute(asked)}

    def write(
        self, company: str, member: str, card: Card, *, author: str, nonce: str, at: datetime, key: str | None = None
    ) -> None:
        """A new line, once per nonce."""
        with self._store.work(company) as work:
            known = work.session.scalar(sa.select(ChatLineRow.id).where(ChatLineRow.nonce == nonce))
            if known is None:
                values = {"member": member, "author": author, "card": codec.dump(card), "at": at, "changed_at": at}
                work.session.add(ChatLineRow(company_id=work.company_id, nonce=nonce, key=key, **values))

    def rewrite(self, company: str, nonce: str, card: Card, *, at: datetime) -> bool:
        """Overwrite a line; False when it isn't there."""
        with self._store.work(company) as work:
            row = work.session.scalar(sa.select(ChatLineRow).where(ChatLineRow.nonce == nonce))
            if row is None:
                return False
            row.card, row.changed_at = codec.dump(card), at
            return True

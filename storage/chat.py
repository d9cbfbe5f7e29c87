"""The local chat's conversations: what the coach and a member wrote, kept like any platform keeps its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from coaching.card import Card
from storage import codec
from storage.store import SqlStore
from storage.tables import ChatLineRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One bubble. `author` is `coach` or `person`; `order` goes up with every new one."""

    order: int
    author: str
    card: Card
    at: datetime
    changed: bool


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
                order=it.id, author=it.author, card=codec.load(Card, it.card), at=it.at, changed=it.changed_at != it.at
            )
            for it in reversed(found)
        )

    def mark(self, company: str) -> str:
        """Changes whenever any line of the company does; for live updates."""
        asked = sa.select(
            sa.func.count(ChatLineRow.id), sa.func.max(ChatLineRow.changed_at), sa.func.max(ChatLineRow.id)
        )
        with self._store.work(company) as work:
            count, changed, newest = work.session.execute(asked).one()
        return f"{count}-{newest}-{changed}"

    def newest(self, company: str, member: str) -> int:
        """The order of the coach's newest line to a member; 0 when there is none."""
        asked = sa.select(sa.func.max(ChatLineRow.id)).where(
            ChatLineRow.member == member, ChatLineRow.author == "coach"
        )
        with self._store.work(company) as work:
            return work.session.scalar(asked) or 0

    def write(self, company: str, member: str, card: Card, *, author: str, nonce: str, at: datetime) -> None:
        """A new line, once per nonce."""
        with self._store.work(company) as work:
            known = work.session.scalar(sa.select(ChatLineRow.id).where(ChatLineRow.nonce == nonce))
            if known is None:
                values = {"member": member, "author": author, "card": codec.dump(card), "at": at, "changed_at": at}
                work.session.add(ChatLineRow(company_id=work.company_id, nonce=nonce, **values))

    def rewrite(self, company: str, nonce: str, card: Card, *, at: datetime) -> bool:
        """Overwrite a line; False when it isn't there."""
        with self._store.work(company) as work:
            row = work.session.scalar(sa.select(ChatLineRow).where(ChatLineRow.nonce == nonce))
            if row is None:
                return False
            row.card, row.changed_at = codec.dump(card), at
            return True

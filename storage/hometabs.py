"""App Homes as last published, so that several processes can keep them right without overwriting what is newer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from storage.tables import HomeTabRow
from storage.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Collection

    from storage.work import CompanyWork


@dataclass(frozen=True, slots=True)
class HomeTab:
    """`view_hash` is Slack's name for that version; `shown` a digest of what it showed."""

    member: str
    view_hash: str
    shown: str


def tabs(work: CompanyWork, members: Collection[str], since: datetime) -> tuple[HomeTab, ...]:
    """Of those who opened theirs since then."""
    asked = sa.select(HomeTabRow).where(HomeTabRow.member.in_(members), HomeTabRow.opened_at >= since)
    found = work.session.scalars(asked.order_by(HomeTabRow.member))
    return tuple(HomeTab(it.member, it.view_hash, it.shown) for it in found)


def opened(work: CompanyWork, member: str, at: datetime) -> None:
    """From now on it is worth keeping right."""
    row = {"company_id": work.company_id, "member": member, "view_hash": "", "shown": "", "opened_at": at}
    connection = work.session.connection()
    upsert(connection, HomeTabRow, [row], by=["company_id", "member"], keep=True)
    mine = sa.update(HomeTabRow).where(HomeTabRow.member == member)
    work.session.execute(mine.values(opened_at=at))


def expected(work: CompanyWork, members: Collection[str], at: datetime) -> None:
    """Whoever becomes a member may have looked before, and was told that nobody knows them: theirs follows, too."""
    new = {"company_id": work.company_id, "view_hash": "", "shown": "", "opened_at": at}
    rows = [{**new, "member": it} for it in members]
    upsert(work.session.connection(), HomeTabRow, rows, by=["company_id", "member"])


def published(work: CompanyWork, tab: HomeTab) -> None:
    """What it shows now."""
    mine = sa.update(HomeTabRow).where(HomeTabRow.member == tab.member)
    work.session.execute(mine.values(view_hash=tab.view_hash, shown=tab.shown))

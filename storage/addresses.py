"""Where members are reached on a platform that has to be told each time: our own columns, no SDK's objects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from storage import direct, statements, wall
from storage.database import EVERY_COMPANY, reading
from storage.tables import AddressRow, CompanyRow, DeliveryRow
from storage.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from storage.store import SqlStore
    from storage.work import CompanyWork

TEAMS = "teams"
_COLUMNS = {
    "tenant": "tenant_id",
    "person": "aad_object_id",
    "user": "user_id",
    "conversation": "conversation_id",
    "service_url": "service_url",
    "bot": "bot_id",
    "locale": "locale",
    "zone": "time_zone",
}


OF = (
    sa.select(*(getattr(AddressRow, it) for it in _COLUMNS.values()), AddressRow.removed_at)
    .join(CompanyRow, CompanyRow.id == AddressRow.company_id)
    .where(
        CompanyRow.slug == sa.bindparam("company"),
        AddressRow.member == sa.bindparam("who"),
        AddressRow.platform == sa.bindparam("platform"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A member's own conversation with the coach, as the platform last told it."""

    tenant: str
    person: str
    """Their Entra object id."""
    user: str
    """What they are called towards this bot alone (`29:…`)."""
    conversation: str
    service_url: str
    bot: str
    locale: str = ""
    zone: str = ""
    """Empty where what came last didn't say."""
    removed_at: datetime | None = None

    def still(self, news: Address) -> bool:
        """Whether that tells nothing new. Some kinds of news say nothing of the zone or the language."""
        same = _always(self) == _always(news)
        return same and news.zone in {"", self.zone} and news.locale in {"", self.locale}


_always = attrgetter("tenant", "person", "user", "conversation", "service_url", "bot", "removed_at")


@dataclass(frozen=True, slots=True)
class Known:
    """Who somebody in Teams is to us."""

    company: str
    member: str
    address: Address | None
    """Where they were heard from last."""


class Addresses:
    """Safe to share between threads, and between processes on one database."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    def who(self, them: Iterable[tuple[str, str, str]], ours: str | None) -> list[Known | None]:
        """By tenant, Entra object id and the app it came by: each where they stand.

        None for anybody who isn't an active member of a company for which that app speaks. `ours` is the deployment's
        own, which speaks for all that brought none.
        """
        with reading(self._store.engine) as it:
            wall.within(it, EVERY_COMPANY)
            return [_known(it, tenant, person, app, ours) for tenant, person, app in them]

    def of(self, company: str, member: str) -> Address | None:
        """The last known, also when it is closed to us. Asked for every message that goes out."""
        with reading(self._store.engine) as it:
            wall.within(it, EVERY_COMPANY)
            found = next(iter(direct.ask(it, OF, {"company": company, "who": member, "platform": TEAMS})), None)
        return _address(found) if found else None

    def any_service_url(self, company: str) -> str | None:
        """Of whoever of the company was heard of last: where to begin with somebody who never was."""
        newest = sa.select(AddressRow.service_url).order_by(AddressRow.installed_at.desc()).limit(1)
        with self._store.work(company) as work:
            return work.session.scalar(newest)

    def keep(self, company: str, member: str, now_known: Address, now: datetime) -> bool:
        """As now known, and open. Whether it is new or was closed before: what waited for it then goes on at once."""
        with self._store.work(company) as work:
            row = _row(work, member)
            before = _address(row) if row else None
            # Some kinds of news say nothing of the zone or the language.
            it = replace(
                now_known,
                zone=now_known.zone or (before.zone if before else ""),
                locale=now_known.locale or (before.locale if before else ""),
                removed_at=None,
            )
            if it == before:
                return False
            opened = before is None or before.removed_at is not None
            _written(work, member, it, now if row is None or opened else row.installed_at)
            if opened:
                waiting = (DeliveryRow.member == member, DeliveryRow.state == "queued", DeliveryRow.by_mail.is_(False))
                work.session.execute(sa.update(DeliveryRow).where(*waiting).values(retry_at=None))
            return opened

    def close(self, company: str, member: str, now: datetime) -> None:
        """They took the app away, or shut us out."""
        mine = (AddressRow.member == member, AddressRow.platform == TEAMS, AddressRow.removed_at.is_(None))
        with self._store.work(company) as work:
            work.session.execute(sa.update(AddressRow).where(*mine).values(removed_at=now))

    def forget(self, company: str, member: str) -> None:
        """The platform knows no such conversation any more."""
        mine = (AddressRow.member == member, AddressRow.platform == TEAMS)
        with self._store.work(company) as work:
            work.session.execute(sa.delete(AddressRow).where(*mine))


def _known(connection: Connection, tenant: str, person: str, app: str, ours: str | None) -> Known | None:
    """Asked with every activity: one statement."""
    values = {"platform": TEAMS, "workspace": tenant, "handle": person, "app": app, "ours": ours}
    for found in direct.ask(connection, statements.KNOWN_IN_TEAMS, values):
        return Known(found.slug, found.member, _address(found) if found.conversation_id else None)
    return None


def _row(work: CompanyWork, member: str) -> AddressRow | None:
    asked = sa.select(AddressRow).where(AddressRow.member == member, AddressRow.platform == TEAMS)
    return work.session.scalar(asked)


def _address(row: Any) -> Address:
    return Address(**dict(zip(_COLUMNS, _said(row), strict=True)), removed_at=row.removed_at)


_said = attrgetter(*_COLUMNS.values())


def _written(work: CompanyWork, member: str, it: Address, installed_at: datetime) -> None:
    values = {column: getattr(it, name) for name, column in _COLUMNS.items()}
    values |= {"company_id": work.company_id, "member": member, "platform": TEAMS}
    values |= {"installed_at": installed_at, "removed_at": None}
    upsert(work.session.connection(), AddressRow, [values], by=["company_id", "platform", "member"])

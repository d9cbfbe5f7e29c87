"""Where members are reached on a platform that has to be told each time: our own columns, no SDK's objects."""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from coaching.values import value
from storage import direct, statements, wall
from storage.database import EVERY_COMPANY, reading
from storage.tables import AddressRow, CompanyRow, DeliveryRow
from storage.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.store import SqlStore
    from storage.work import CompanyWork

TEAMS = "teams"


class Address(NamedTuple):
    """A member's own conversation with the coach, as the platform last told it. One is made of every activity."""

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
        """Whether that tells nothing new."""
        return self == self.after(news)

    def after(self, news: Address) -> Address:
        """What is known after that. Some kinds of news say nothing of the zone or the language."""
        return news._replace(locale=news.locale or self.locale, zone=news.zone or self.zone)


_COLUMNS = (
    "tenant_id",
    "aad_object_id",
    "user_id",
    "conversation_id",
    "service_url",
    "bot_id",
    "locale",
    "time_zone",
    "removed_at",
)
"""In the order of an Address."""
OF = (
    sa.select(*(getattr(AddressRow, it) for it in _COLUMNS))
    .join(CompanyRow, CompanyRow.id == AddressRow.company_id)
    .where(
        CompanyRow.slug == sa.bindparam("company"),
        AddressRow.member == sa.bindparam("who"),
        AddressRow.platform == sa.bindparam("platform"),
    )
)


@value(frozen=True, slots=True)
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

    def who(self, them: Sequence[tuple[str, str, str]], ours: str | None) -> list[Known | None]:
        """Of one or several, by tenant, Entra object id and the app it came by: each where they stand.

        None for anybody who isn't an active member of a company for which that app speaks. `ours` is the deployment's
        own, which speaks for all that brought none.
        """
        asked: dict[str, str | None] = {"ours": ours}
        for n, (tenant, person, app) in enumerate(them):
            asked |= {f"tenant_{n}": tenant, f"handle_{n}": person, f"app_{n}": app}
        with reading(self._store.engine) as it:
            wall.within(it, EVERY_COMPANY)
            found = {row.nth: row for row in direct.ask(it, statements.known_in_teams(len(them)), asked)}
        return [_known(row) if (row := found.get(n)) else None for n in range(len(them))]

    def of(self, company: str, member: str) -> Address | None:
        """The last known, also when it is closed to us. Asked for every message that goes out."""
        with reading(self._store.engine) as it:
            wall.within(it, EVERY_COMPANY)
            found = next(iter(direct.ask(it, OF, {"company": company, "who": member, "platform": TEAMS})), None)
        return _address(found) if found else None

    def since(self, company: str, member: str) -> datetime | None:
        """When the one that is known was new, or open again."""
        mine = (AddressRow.member == member, AddressRow.platform == TEAMS)
        with self._store.work(company) as work:
            return work.session.scalar(sa.select(AddressRow.installed_at).where(*mine))

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
            it = (before.after(now_known) if before else now_known)._replace(removed_at=None)
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


def _known(row: Any) -> Known:
    return Known(row.slug, row.member, _address(row) if row.conversation_id else None)


def _row(work: CompanyWork, member: str) -> AddressRow | None:
    asked = sa.select(AddressRow).where(AddressRow.member == member, AddressRow.platform == TEAMS)
    return work.session.scalar(asked)


def _address(row: Any) -> Address:
    return Address._make(_said(row))


_said = attrgetter(*_COLUMNS)


def _written(work: CompanyWork, member: str, it: Address, installed_at: datetime) -> None:
    values: dict[str, Any] = dict(zip(_COLUMNS, it, strict=True))
    values |= {"company_id": work.company_id, "member": member, "platform": TEAMS, "installed_at": installed_at}
    upsert(work.session.connection(), AddressRow, [values], by=["company_id", "platform", "member"])

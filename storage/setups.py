"""A company in the making in Teams: who sets it up for their tenant, and how far they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from storage.database import session
from storage.tables import TeamsSetupRow
from storage.upsert import upsert

if TYPE_CHECKING:
    from storage.store import SqlStore

ABANDONED = timedelta(days=7)
"""After so long without a word somebody else of the tenant may."""

KEPT = timedelta(days=30)
"""After so long it is forgotten."""


@dataclass(frozen=True, slots=True)
class Setup:
    """Whose it is, and what was filled in."""

    tenant: str
    person: str
    """Their Entra object id."""
    draft: Mapping[str, Any] = field(hash=False)


class Setups:
    """Safe to share between threads, and between processes on one database."""

    def __init__(self, store: SqlStore) -> None:
        self._engine = store.engine

    def find(self, tenant: str) -> Setup | None:
        """As it stands."""
        with session(self._engine) as it:
            row = it.get(TeamsSetupRow, tenant)
            return Setup(row.tenant, row.person, row.draft) if row else None

    def taken(self, tenant: str, person: str, now: datetime) -> bool:
        """Whether somebody else is at it."""
        others = (TeamsSetupRow.tenant == tenant, TeamsSetupRow.person != person, TeamsSetupRow.at >= now - ABANDONED)
        with session(self._engine) as it:
            return it.scalar(sa.select(TeamsSetupRow.tenant).where(*others)) is not None

    def begin(self, tenant: str, person: str, draft: Mapping[str, Any], now: datetime) -> bool:
        """The first of a tenant; nobody else then, until it was left lying. Whether it is that person's."""
        values = {"person": person, "draft": dict(draft), "at": now}
        left = (TeamsSetupRow.tenant == tenant, TeamsSetupRow.at < now - ABANDONED, TeamsSetupRow.person != person)
        with self._engine.begin() as it:
            it.execute(sa.update(TeamsSetupRow).where(*left).values(**values))
            upsert(it, TeamsSetupRow, [{"tenant": tenant, **values}], by=["tenant"], keep=True)
            return it.scalar(sa.select(TeamsSetupRow.person).where(TeamsSetupRow.tenant == tenant)) == person

    def keep(self, tenant: str, person: str, draft: Mapping[str, Any], now: datetime) -> None:
        """What they filled in, if it still is theirs."""
        with session(self._engine) as it:
            it.execute(sa.update(TeamsSetupRow).where(*_theirs(tenant, person)).values(draft=dict(draft), at=now))

    def forget(self, tenant: str, person: str) -> None:
        """It is done, or they took the app away."""
        with session(self._engine) as it:
            it.execute(sa.delete(TeamsSetupRow).where(*_theirs(tenant, person)))


def forget_abandoned(store: SqlStore, before: datetime) -> None:
    """Those nobody has touched since then: they hold names and addresses."""
    with session(store.engine) as it:
        it.execute(sa.delete(TeamsSetupRow).where(TeamsSetupRow.at < before))


def _theirs(tenant: str, person: str) -> tuple[sa.ColumnElement[bool], ...]:
    return TeamsSetupRow.tenant == tenant, TeamsSetupRow.person == person

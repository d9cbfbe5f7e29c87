"""The Teams apps that companies brought: whose each is, and its credentials, sealed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from storage.database import EVERY_COMPANY, session
from storage.secrets import Secrets, UnreadableSecretError
from storage.tables import CompanyRow, SecretRow

if TYPE_CHECKING:
    from storage.store import SqlStore
    from storage.work import CompanyWork

log = logging.getLogger(__name__)

NAME = "teams"
"""The name under which they are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """An app and the company it speaks for. `tenant` is where that company's people are, if its file says so."""

    app: str
    company: str
    tenant: str | None
    credentials: Mapping[str, str] | None = field(repr=False, hash=False)
    """None when they can't be read."""


def brought(store: SqlStore, secrets: Secrets | None) -> tuple[Brought, ...]:
    """All of them. Without `secrets` none can be read."""
    kept = sa.and_(SecretRow.company_id == CompanyRow.id, SecretRow.name == NAME)
    columns = (CompanyRow.id, CompanyRow.slug, CompanyRow.teams_app, CompanyRow.teams_tenant, SecretRow.sealed)
    asked = sa.select(*columns).outerjoin(SecretRow, kept).where(CompanyRow.teams_app.is_not(None))
    with session(store.engine, EVERY_COMPANY) as it:
        rows = it.execute(asked.order_by(CompanyRow.slug)).all()
    return tuple(
        Brought(app=app, company=slug, tenant=tenant, credentials=_opened(secrets, slug, whose, sealed))
        for whose, slug, app, tenant, sealed in rows
        if app
    )


def app_of(work: CompanyWork) -> str | None:
    """The company's own, if it brought one."""
    return work.session.scalar(sa.select(CompanyRow.teams_app).where(CompanyRow.id == work.company_id))


def keep(work: CompanyWork, secrets: Secrets, app: str, credentials: Mapping[str, str]) -> None:
    """It alone speaks for the company from now on. IntegrityError when it speaks for another."""
    secrets.keep(work, NAME, credentials)
    _speaks(work, app)


def forget(work: CompanyWork, secrets: Secrets) -> bool:
    """Whether there was one."""
    there = app_of(work) is not None
    secrets.forget(work, NAME)
    _speaks(work, None)
    return there


def _speaks(work: CompanyWork, app: str | None) -> None:
    work.session.execute(sa.update(CompanyRow).where(CompanyRow.id == work.company_id).values(teams_app=app))


def _opened(secrets: Secrets | None, slug: str, whose: int, sealed: str | None) -> Mapping[str, str] | None:
    if secrets is None or sealed is None:
        return None
    try:
        return secrets.open(whose, NAME, sealed)
    except UnreadableSecretError as problem:
        log.warning("company %s: %s", slug, problem)
        return None

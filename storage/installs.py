"""Where a Slack app is installed, its tokens sealed: before there is a company, and after it has gone."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from storage.database import EVERY_COMPANY, session
from storage.secrets import Secrets, UnreadableSecretError
from storage.tables import CompanyRow, OnceRow, SecretRow, SlackInstallRow
from storage.upsert import upsert

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import CursorResult

    from storage.store import SqlStore

log = logging.getLogger(__name__)

OURS = ""
"""The app of this deployment; any other is named by the company that brought it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The bot's, and with rotation the one that fetches the next."""

    bot: str
    refresh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Install:
    """An app in a workspace (`home` is its team) or in a whole enterprise (`home` is that, `teams` its workspaces)."""

    app: str = OURS
    home: str
    enterprise: str | None = None
    name: str = ""
    teams: tuple[str, ...] = ()
    bot: str = ""
    """The bot's user id."""
    scopes: str = ""
    sealed: str | None = None
    """None once the tokens were revoked."""
    installed_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    stuck_at: datetime | None = None
    """Since when there is nothing to renew the tokens with: what renews them was used up, or revoked."""
    setup: Mapping[str, Any] | None = field(default=None, hash=False)
    """A company in the making; empty once it is there."""

    @property
    def org_wide(self) -> bool:
        """Whether it is in a whole enterprise."""
        return self.home == self.enterprise

    def serves(self, team: str) -> bool:
        """Whether that workspace is one of its own."""
        return team == self.home or team in self.teams


@dataclass(frozen=True, slots=True)
class Home:
    """A company and the workspace that its file names."""

    slug: str
    team: str | None
    paused: bool


class Installs:
    """Safe to share between threads, and between processes on one database."""

    def __init__(self, store: SqlStore, secrets: Secrets) -> None:
        self._engine: Engine = store.engine
        self._secrets = secrets

    # --- tokens ----------------------------------------------------------------------------------------------------
    def sealed(self, it: Install, tokens: Tokens) -> str:
        """They open for this app in this place only."""
        return self._secrets.seal(_whose(it), "slack tokens", {"bot": tokens.bot, "refresh": tokens.refresh})

    def tokens(self, it: Install) -> Tokens | None:
        """None once they were revoked. UnreadableSecretError when they can't be trusted."""
        if it.sealed is None:
            return None
        values = self._secrets.open(_whose(it), "slack tokens", it.sealed)
        return Tokens(bot=values["bot"], refresh=values.get("refresh", ""))

    # --- questions -------------------------------------------------------------------------------------------------
    def all(self) -> tuple[Install, ...]:
        """The oldest first."""
        return _all(self._engine)

    def find(self, app: str, home: str) -> Install | None:
        """In that very place."""
        with session(self._engine) as it:
            row = it.scalar(sa.select(SlackInstallRow).where(*_in(app, home)))
            return _install(row) if row else None

    def homes(self) -> tuple[Home, ...]:
        """Of every company."""
        asked = sa.select(CompanyRow.slug, CompanyRow.slack_team, CompanyRow.paused_at)
        with session(self._engine) as it:
            return tuple(Home(slug, team, paused_at is not None) for slug, team, paused_at in it.execute(asked))

    def brought(self, name: str) -> Mapping[str, Mapping[str, str]]:
        """The credentials that companies keep under that name, by slug; those that can't be read are left out."""
        asked = sa.select(CompanyRow.slug, CompanyRow.id, SecretRow.sealed).join(
            SecretRow, SecretRow.company_id == CompanyRow.id
        )
        found: dict[str, Mapping[str, str]] = {}
        with session(self._engine, EVERY_COMPANY) as it:
            rows = it.execute(asked.where(SecretRow.name == name)).all()
        for slug, company_id, sealed in rows:
            try:
                found[slug] = self._secrets.open(company_id, name, sealed)
            except UnreadableSecretError as problem:
                log.warning("company %s: %s", slug, problem)
        return found

    # --- changes ---------------------------------------------------------------------------------------------------
    def keep(self, it: Install) -> None:
        """Installed, or installed again."""
        with self._engine.begin() as connection:
            self.keep_within(connection, it)

    def keep_within(self, connection: Connection, it: Install) -> None:
        """The same, in a transaction that does more."""
        values = {name: getattr(it, name) for name in _COLUMNS} | {"teams": list(it.teams), "lease_until": None}
        upsert(connection, SlackInstallRow, [values], by=["app", "home"])

    def remove(self, app: str) -> None:
        """An app that a company brought, wherever it is."""
        with self._engine.begin() as connection:
            self.remove_within(connection, app)

    def remove_within(self, connection: Connection, app: str) -> None:
        """The same, in a transaction that does more."""
        connection.execute(sa.delete(SlackInstallRow).where(SlackInstallRow.app == app))

    def revoke(self, app: str, home: str, at: datetime, *, happened_at: datetime) -> bool:
        """Wipe the tokens, and what was being set up. False when it was installed again after that happened."""
        mine = (*_in(app, home), SlackInstallRow.installed_at <= happened_at)
        gone = sa.update(SlackInstallRow).where(*mine)
        with session(self._engine) as it:
            done = it.execute(gone.values(sealed=None, expires_at=None, revoked_at=at, setup=sa.null()))
            return _count(done) > 0

    def serve(self, app: str, home: str, teams: Sequence[str]) -> None:
        """The workspaces of an organisation-wide installation, as they are now."""
        with session(self._engine) as it:
            it.execute(sa.update(SlackInstallRow).where(*_in(app, home)).values(teams=list(teams)))

    def set_up(self, app: str, home: str, setup: Mapping[str, Any] | None) -> None:
        """What is being set up, as it stands; None when it is done."""
        value = sa.null() if setup is None else dict(setup)
        with session(self._engine) as it:
            it.execute(sa.update(SlackInstallRow).where(*_in(app, home)).values(setup=value))

    # --- rotation --------------------------------------------------------------------------------------------------
    def lease_expiring(self, before: datetime, real: datetime, lease: timedelta) -> tuple[Install, ...]:
        """Those whose tokens expire before then, each leased to us: a refresh token works once."""
        free = sa.or_(SlackInstallRow.lease_until.is_(None), SlackInstallRow.lease_until < real)
        asked = sa.select(SlackInstallRow).where(
            SlackInstallRow.expires_at < before,
            SlackInstallRow.sealed.is_not(None),
            SlackInstallRow.stuck_at.is_(None),
            free,
        )
        with session(self._engine) as it:
            rows = it.scalars(asked.order_by(SlackInstallRow.expires_at).with_for_update(skip_locked=True)).all()
            for row in rows:
                row.lease_until = real + lease
            return tuple(_install(row) for row in rows)

    def rotated(self, it: Install, tokens: Tokens, expires_at: datetime) -> None:
        """The next tokens, unless it was revoked or installed again meanwhile."""
        same = (*_in(it.app, it.home), SlackInstallRow.sealed == it.sealed)
        values = {"sealed": self.sealed(it, tokens), "expires_at": expires_at, "lease_until": None}
        with session(self._engine) as opened:
            opened.execute(sa.update(SlackInstallRow).where(*same).values(**values))

    def stuck(self, it: Install, at: datetime) -> None:
        """They can't be renewed, unless they were meanwhile, or it was installed again."""
        same = (*_in(it.app, it.home), SlackInstallRow.sealed == it.sealed)
        with session(self._engine) as opened:
            opened.execute(sa.update(SlackInstallRow).where(*same).values(stuck_at=at, lease_until=None))


def all_installs(store: SqlStore) -> tuple[Install, ...]:
    """The same as `Installs.all`, for whoever has no keys and opens no token."""
    return _all(store.engine)


# --- companies that are left alone ---------------------------------------------------------------------------------
def pause(store: SqlStore, slug: str, at: datetime) -> None:
    """Nothing rings and nothing is sent until `resume`; what is kept stays."""
    with session(store.engine) as it:
        it.execute(sa.update(CompanyRow).where(CompanyRow.slug == slug).values(paused_at=at))


def resume(store: SqlStore, slug: str) -> bool:
    """Whether it had been paused. Its alarms are to be planned anew."""
    paused = sa.update(CompanyRow).where(CompanyRow.slug == slug, CompanyRow.paused_at.is_not(None))
    with session(store.engine) as it:
        return _count(it.execute(paused.values(paused_at=None))) > 0


# --- what may be used once -----------------------------------------------------------------------------------------
def once(store: SqlStore, name: str) -> bool:
    """Take a name; False when it was taken before."""
    with store.engine.begin() as it:
        return upsert(it, OnceRow, [{"name": name}], by=["name"], keep=True) == 1


def forget_once(store: SqlStore, before: datetime) -> None:
    """Names so old that what they stand for has expired."""
    with session(store.engine) as it:
        it.execute(sa.delete(OnceRow).where(OnceRow.at < before))


_COLUMNS = (
    "app",
    "home",
    "enterprise",
    "name",
    "bot",
    "scopes",
    "sealed",
    "installed_at",
    "expires_at",
    "revoked_at",
    "stuck_at",
    "setup",
)


def _in(app: str, home: str) -> tuple[sa.ColumnElement[bool], ...]:
    return SlackInstallRow.app == app, SlackInstallRow.home == home


def _all(engine: Engine) -> tuple[Install, ...]:
    with session(engine) as it:
        return tuple(_install(row) for row in it.scalars(sa.select(SlackInstallRow).order_by(SlackInstallRow.id)))


def _whose(it: Install) -> str:
    return f"{it.app}@{it.home}"


def _install(row: SlackInstallRow) -> Install:
    values = {name: getattr(row, name) for name in _COLUMNS}
    return Install(**values, teams=tuple(row.teams))


def _count(done: Any) -> int:
    result: CursorResult[Any] = done
    return result.rowcount

"""Which Teams app speaks for which company: the one it brought, or else the deployment's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.looking import Looking
from bot.settings import AppType, Settings
from storage import teams_apps
from storage.secrets import Secrets
from storage.store import SqlStore


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """A registration with Microsoft, and what it logs in with. A test client's has no id: nothing has to be proved."""

    id: str = ""
    secret: str = field(default="", repr=False)
    tenant: str | None = None
    """Where it is registered; a bot of several tenants needs none."""
    type: AppType = AppType.SINGLE_TENANT

    @property
    def bot(self) -> str:
        """What it is called in Teams."""
        return f"28:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What was found, at one look. An app is None while its credentials can't be read."""

    voices: Mapping[str, App | None] = field(default_factory=dict)
    """By company."""
    ids: frozenset[str] = frozenset()
    homes: Mapping[str, str] = field(default_factory=dict)
    """Which app speaks for a tenant."""
    ours: str | None = None

    def any(self) -> bool:
        return bool(self.ids)

    def knows(self, app: str) -> bool:
        return app == self.ours or app in self.ids

    def admits(self, app: str, tenant: str) -> bool:
        """Tenants that nobody knows are told so by ours."""
        return self.homes.get(tenant, self.ours) == app


class Apps:
    """Safe to share between threads. What it answers may be half a minute old."""

    def __init__(
        self,
        store: SqlStore,
        secrets: Secrets | None,
        ours: App | None,
        *,
        found: Callable[[], None] = lambda: None,
    ) -> None:
        """`ours` is the deployment's. `found` is called in a thread, whenever a look finds that there is any app."""
        self._store = store
        self._secrets = secrets
        self.ours = ours
        self._found = found
        self.our_id = ours.id.lower() if ours else None
        """Of the deployment's own."""
        self._looking = Looking(self._look, _Look(ours=self.our_id), "Teams' apps")

    # --- questions of the door -------------------------------------------------------------------------------------
    async def any(self) -> bool:
        """Whether there is any app at all."""
        return self.ours is not None or await self._holds(_Look.any)

    async def known(self, app: str) -> bool:
        """Whether anybody is spoken for by it."""
        fresh = self._looking.fresh
        return bool(fresh and fresh.knows(app)) or await self._holds(_Look.knows, app)

    async def admits(self, app: str, tenant: str) -> bool:
        """Whether what comes by that app may be about that tenant."""
        fresh = self._looking.fresh
        return bool(fresh and fresh.admits(app, tenant)) or await self._holds(_Look.admits, app, tenant)

    async def _holds(self, question: Callable[..., bool], *of: str) -> bool:
        """By what is in memory; what isn't so there may have become so a moment ago."""
        if self._looking.stale:
            await asyncio.to_thread(self._looking.now)
        if question(self._looking.known, *of):
            return True
        if not self._looking.may_look:
            return False
        await asyncio.to_thread(self._looking.again)
        return question(self._looking.known, *of)

    def refresh(self) -> None:
        """Look now; in a thread."""
        self._looking.refresh()

    # --- questions of whoever sends --------------------------------------------------------------------------------
    @property
    def there(self) -> bool:
        """Whether anybody can be reached."""
        return self.ours is not None or bool(self._looking.now().ids)

    def speaks(self, company: str) -> bool:
        """Whether any app does, whether its credentials can be read or not."""
        return company in self._looking.now().voices or self.ours is not None

    def voice(self, company: str) -> App | None:
        """None where there is none, or its credentials can't be read: ours never speaks in another's place."""
        return self._looking.now().voices.get(company, self.ours)

    def by_id(self, app: str) -> App | None:
        """The app of that id, to answer what came by it."""
        if app == self.our_id:
            return self.ours
        return next((it for it in self._looking.now().voices.values() if it and it.id.lower() == app), None)

    # --- looking ---------------------------------------------------------------------------------------------------
    def _look(self) -> _Look:
        brought = teams_apps.brought(self._store, self._secrets)
        if brought or self.ours:
            self._found()
        return _Look(
            voices={it.company: read(it.credentials) if it.credentials else None for it in brought},
            ids=frozenset(it.app for it in brought),
            homes={it.tenant: it.app for it in brought if it.tenant},
            ours=self.our_id,
        )


def ours(settings: Settings) -> App | None:
    """The app of the environment, or a test client's in its place."""
    if settings.microsoft_app_id is None:
        return App() if settings.coach_teams_dangerously_unauthenticated else None
    password = settings.microsoft_app_password
    return App(
        id=settings.microsoft_app_id,
        secret=password.get_secret_value() if password else "",
        tenant=settings.microsoft_app_tenant_id,
        type=settings.app_type,
    )


def written(app: App) -> Mapping[str, str]:
    """As it is kept."""
    return {"id": app.id, "secret": app.secret, "tenant": app.tenant or "", "type": app.type.value}


def read(kept: Mapping[str, str]) -> App:
    """What `written` made."""
    return App(id=kept["id"], secret=kept["secret"], tenant=kept["tenant"] or None, type=AppType(kept["type"]))

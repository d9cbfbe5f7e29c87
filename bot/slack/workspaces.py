"""Which app speaks for which company, and with which token.

Slack is never asked (Bolt's own way calls auth.test with every request), and an uninstallation takes effect at once in
the process that hears of it, in the others with their next look.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.looking import Looking
from bot.slack.api import Api
from storage.installs import OURS, Home, Install, Installs
from storage.secrets import Secrets, UnreadableSecretError
from storage.store import SqlStore

if TYPE_CHECKING:
    from coaching.company import Company

log = logging.getLogger(__name__)

SECRET = "slack"  # noqa: S105 - the name under which a company's own app is kept, not what is kept


@dataclass(frozen=True, slots=True)
class Voice:
    """How a company's workspace is spoken to. `token` is empty while nobody may: it was revoked."""

    app: str
    token: str = field(repr=False)
    install: Install | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What was found, at one look."""

    installs: tuple[Install, ...] = ()
    tokens: Mapping[tuple[str, str], str] = field(default_factory=dict)
    voices: Mapping[str, Voice] = field(default_factory=dict)
    signing: Mapping[str, str] = field(default_factory=dict)
    """Of the apps that companies brought, by company."""


class Workspaces:
    """Safe to share between threads. What it answers may be half a minute old."""

    def __init__(
        self, store: SqlStore, secrets: Secrets | None, api: Api, *, only_token: str = "", many: bool = False
    ) -> None:
        """`only_token` is the one workspace's that the environment names; with `many`, each brings its own."""
        self._store = store
        self._secrets = secrets
        self.installs = Installs(store, secrets) if secrets else None
        self._api = api
        self._only = "" if many else only_token
        self._apis: dict[str, Api] = {}
        self._looking = Looking(self._found, _Look(), "Slack's installations")

    # --- questions -------------------------------------------------------------------------------------------------
    def voice(self, slug: str, team: str | None) -> Voice | None:
        """None where no app was ever connected."""
        found = self._now().voices.get(slug)
        if found is None and self._only and team:
            return Voice(OURS, self._only)
        return found

    @property
    def any(self) -> bool:
        """Whether there is a workspace that can be spoken to."""
        return bool(self._only or any(self._now().tokens.values()))

    def speaks(self, app: str, slug: str, team: str | None) -> bool:
        """Whether what comes in by that app may be about that company: each is spoken for by one app only."""
        voice = self.voice(slug, team)
        return voice is not None and voice.app == app and bool(voice.token)

    def api(self, company: Company) -> Api | None:
        """None while nobody may speak for it."""
        voice = self.voice(company.slug, company.slack_team)
        return self._of(voice.token) if voice and voice.token else None

    def connected(self, company: Company) -> bool:
        """Whether an app was ever connected: an uninstalled one isn't replaced by mail behind people's backs."""
        return self.voice(company.slug, company.slack_team) is not None

    def install(self, app: str, team: str, enterprise: str = "") -> Install | None:
        """The one that serves a workspace, revoked ones included."""
        mine = [it for it in self._now().installs if it.app == app]
        exact = [it for it in mine if it.home == team]
        wide = [it for it in mine if it.org_wide and (it.serves(team) or it.home == enterprise)]
        return next(iter([*exact, *wide]), None)

    def api_of(self, it: Install) -> Api | None:
        """None once its tokens were revoked."""
        token = self._now().tokens.get((it.app, it.home))
        return self._of(token) if token else None

    def api_in(self, app: str, team: str, enterprise: str = "") -> Api | None:
        """As that app in that workspace, whether it is a company's or not."""
        it = self.install(app, team, enterprise)
        if it is not None:
            return self.api_of(it)
        return self._of(self._only) if self._only and app == OURS else None

    def signing_secret(self, slug: str) -> str | None:
        """Of the app that a company brought, as far as is known."""
        return self._looking.known.signing.get(slug)

    @property
    def may_look(self) -> bool:
        """Whether the last look is long enough ago to look for somebody who isn't known."""
        return self._looking.may_look

    # --- looking ---------------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Look now; in a thread."""
        self._looking.refresh()

    def look_again(self) -> None:
        """The same, unless somebody just did."""
        self._looking.again()

    def _now(self) -> _Look:
        return self._looking.now()

    def _found(self) -> _Look:
        if self.installs is None:
            return _Look()
        found, homes = self.installs.all(), self.installs.homes()
        tokens = {(it.app, it.home): self._token(it) for it in found}
        signing = {slug: it["signing_secret"] for slug, it in self.installs.brought(SECRET).items()}
        by_app, by_team = _grouped(found)
        voices = {it.slug: voice for it in homes if (voice := _voice(it, by_app, by_team, tokens))}
        self._forget_apis(set(tokens.values()))
        return _Look(installs=found, tokens=tokens, voices=voices, signing=signing)

    def _token(self, it: Install) -> str:
        assert self.installs is not None
        try:
            tokens = self.installs.tokens(it)
        except UnreadableSecretError as problem:
            log.warning("the tokens of %s: %s", it.home, problem)
            return ""
        return tokens.bot if tokens else ""

    # --- clients ---------------------------------------------------------------------------------------------------
    def _of(self, token: str) -> Api:
        if token not in self._apis:
            self._apis[token] = self._api.with_token(token)
        return self._apis[token]

    def _forget_apis(self, tokens: set[str]) -> None:
        live = {*tokens, self._only}
        self._apis = {token: it for token, it in self._apis.items() if token in live}


def _grouped(found: tuple[Install, ...]) -> tuple[Mapping[str, Install], Mapping[str, Install]]:
    """The first of each app, and the one of ours that speaks in each workspace: its own before an organisation's."""
    by_app = {it.app: it for it in reversed(found)}
    by_team: dict[str, Install] = {}
    for it in sorted((it for it in found if it.app == OURS), key=lambda one: one.org_wide):
        for team in (it.home, *it.teams):
            by_team.setdefault(team, it)
    return by_app, by_team


def _voice(
    home: Home,
    by_app: Mapping[str, Install],
    by_team: Mapping[str, Install],
    tokens: Mapping[tuple[str, str], str],
) -> Voice | None:
    """A company that brought an app is spoken for by that one; else by ours, in its own workspace."""
    if not home.team:
        return None
    it = by_app.get(home.slug) or by_team.get(home.team)
    if it is None:
        return None
    return Voice(it.app, "" if not it.serves(home.team) else tokens.get((it.app, it.home), ""), it)

"""What becomes of an installation: whose company it serves, who may set one up, and what happens when it is gone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.clock import real_now
from bot.greeting import greet
from bot.holidays import public_holidays
from bot.slack.workspaces import SECRET, Workspaces
from coaching.events import Expiring, Happening, Planned
from coaching.language import marked
from storage.installs import OURS, Home, Install, Installs, Tokens, pause, resume
from storage.outbox import Outbox
from storage.store import SqlStore

log = logging.getLogger(__name__)

OWN_APP = marked("The company of that workspace brought a Slack app of its own; this one has nothing to do there.")
ANOTHERS = marked("That is not the workspace that the company's file names. Nothing was installed.")


@dataclass(frozen=True, slots=True)
class Taken:
    """An installation that is kept, with the companies it serves; or why it isn't."""

    install: Install
    companies: tuple[str, ...] = ()
    refusal: str = ""


class Connecting:
    """In threads. `handle` is told that a company goes on."""

    def __init__(
        self,
        store: SqlStore,
        installs: Installs,
        workspaces: Workspaces,
        *,
        handle: Callable[[Happening], object],
        now: Callable[[], datetime],
        real_now: Callable[[], datetime] = real_now,
        base: str | None = None,
    ) -> None:
        """`base` is the address that people reach."""
        self.store = store
        self.installs = installs
        self._workspaces = workspaces
        self._handle = handle
        self._now = now
        self.real_now = real_now
        self._base = base

    def brought(self, app: str) -> Mapping[str, str]:
        """The credentials of the app that a company brought; empty when it brought none."""
        return self.installs.brought(SECRET).get(app, {})

    def looked_at_anew(self) -> None:
        """After a change that others should know of at once."""
        self._workspaces.refresh()

    # --- in --------------------------------------------------------------------------------------------------------
    def take(self, install: Install, tokens: Tokens, user: str) -> Taken:
        """Keep it, unless it isn't that company's, or the company has another app."""
        served = [it for it in self.installs.homes() if it.team and install.serves(it.team)]
        why = self._refusal(install, served)
        if why:
            return Taken(install, refusal=why)
        if install.app != OURS:
            served = [Home(install.app, install.home, paused=True)]
        kept = replace(
            install,
            sealed=self.installs.sealed(install, tokens),
            # Only whoever installed it may set a company up, and only where there is none; an organisation has many.
            setup=None if served and not install.org_wide else {"by": user},
        )
        self.installs.keep(kept)
        self._workspaces.refresh()
        self._go_on(served)
        return Taken(kept, tuple(self.store.company(it.slug).name for it in served))

    def invited(self, install: Install, locale: str) -> None:
        """In the language of their own Slack whoever installed it is asked to set a company up."""
        if locale and install.setup:
            self.installs.set_up(install.app, install.home, {**install.setup, "locale": locale})
            self._workspaces.refresh()

    def _refusal(self, install: Install, served: Iterable[Home]) -> str:
        if install.app == OURS:
            apps = {it.app for it in self.installs.all() if it.app != OURS}
            return OWN_APP if any(it.slug in apps for it in served) else ""
        known = next((it.team for it in self.installs.homes() if it.slug == install.app), None)
        # The page is open to everybody: a company is never moved to a workspace that its file doesn't name.
        return "" if known and install.serves(known) else ANOTHERS

    def _go_on(self, served: Iterable[Home]) -> None:
        for it in served:
            now = self._now()
            greet(self.store, public_holidays, it.slug, now)
            if resume(self.store, it.slug):
                self._handle(Planned(company=it.slug, key=f"planned:{now.isoformat()}", at=now))
            Outbox(self.store).resume(it.slug)

    # --- out -------------------------------------------------------------------------------------------------------
    def gone(self, install: Install, happened_at: datetime) -> None:
        """Taken out: tokens wiped, its companies left alone; what they have is kept until it is erased."""
        if not self.installs.revoke(install.app, install.home, self.real_now(), happened_at=happened_at):
            log.info("told of an end of the app in %s before it was installed again; it stays", install.home)
            return
        log.info("the app was taken out of %s", install.home)
        self._leave_alone(install, lambda _team: True)

    def served(self, install: Install, granted: Iterable[str], revoked: Iterable[str]) -> None:
        """An organisation changed which of its workspaces have the app."""
        granted, revoked = set(granted), set(revoked)
        teams = sorted((set(install.teams) | granted) - revoked)
        self._leave_alone(install, lambda team: team in revoked)
        self.installs.serve(install.app, install.home, teams)
        self._workspaces.refresh()
        self._go_on([it for it in self.installs.homes() if it.team in granted and it.paused])

    def stuck(self, install: Install) -> None:
        """Its tokens can't be renewed: whoever it serves is told, once, and Slack isn't asked again."""
        until = install.expires_at
        for it in self.installs.homes():
            voice = self._workspaces.voice(it.slug, it.team)
            if until and voice and voice.install and _same(voice.install, install):
                self._handle(self._expiring(it.slug, install, until))
        self.installs.stuck(install, self.real_now())
        self._workspaces.refresh()

    def _expiring(self, slug: str, install: Install, until: datetime) -> Expiring:
        return Expiring(
            company=slug,
            key=f"expiring:{install.home}:{until.isoformat()}",
            at=self._now(),
            workspace=install.name or install.home,
            until=until,
            link=reinstall(self._base, install.app),
        )

    def _leave_alone(self, install: Install, which: Callable[[str], bool]) -> None:
        for it in self.installs.homes():
            voice = self._workspaces.voice(it.slug, it.team)
            mine = voice is not None and voice.install is not None and _same(voice.install, install)
            if mine and it.team and which(it.team):
                pause(self.store, it.slug, self._now())
        self._workspaces.refresh()


def reinstall(base: str | None, app: str) -> str:
    """The page at which an app is allowed into a workspace."""
    return f"{base or 'COACH_PUBLIC_URL'}/slack/install" + (f"?company={app}" if app != OURS else "")


def _same(one: Install, other: Install) -> bool:
    return (one.app, one.home) == (other.app, other.home)

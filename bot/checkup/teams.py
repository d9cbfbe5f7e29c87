"""Microsoft, asked with each app's credentials: its keys, a token, and who has the app. Nothing is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator

import aiohttp

from bot.checkup.finding import Finding, fail, ok, warn
from bot.settings import AppType, Settings
from bot.teams import apps
from bot.teams.api import Wire, login
from bot.teams.apps import App
from bot.teams.away import Unreachable
from bot.teams.keys import published
from bot.teams.login import LoginRefused
from coaching.company import Company
from coaching.phrases import count, listed
from storage import teams_apps
from storage.addresses import TEAMS, Addresses
from storage.secrets import BadKeyError, Secrets
from storage.store import SqlStore
from storage.teams_apps import Brought

WHAT = "Teams"
AT_ONCE = 10


def brought(chosen: Settings, store: SqlStore | None) -> tuple[Brought, ...]:
    """The apps that companies brought; `store` is None when it can't be read."""
    if store is None:
        return ()
    keys = chosen.coach_secret_keys
    try:
        return teams_apps.brought(store, Secrets(keys.get_secret_value()) if keys else None)
    except BadKeyError:  # said where the keys are looked at
        return teams_apps.brought(store, None)


def teams(
    chosen: Settings, companies: Collection[Company] | None, their_own: Collection[Brought] = ()
) -> Iterator[Finding]:
    """Callers can be told, each app is taken, and has a tenant. None: the companies aren't known."""
    if not chosen.teams and not their_own:
        yield ok(WHAT, "not set up")
        return
    if chosen.coach_teams_dangerously_unauthenticated:
        yield warn(
            WHAT, "COACH_TEAMS_DANGEROUSLY_UNAUTHENTICATED: anything on this machine is believed; for tests only"
        )
    yield from asyncio.run(_asked(chosen, their_own))
    yield from _tenants(chosen, companies, their_own)


def _tenants(
    chosen: Settings, companies: Collection[Company] | None, their_own: Collection[Brought]
) -> Iterator[Finding]:
    for it in their_own:
        if not it.tenant:
            yield warn(it.company, "its file names no tenant, so nobody is let in; add teams: {tenant: …}, apply it")
        elif elsewhere := _elsewhere(it):
            yield warn(
                it.company,
                f"its Teams app is registered in tenant {elsewhere}, but its people are in {it.tenant}; if that "
                f"isn't meant: coach connect teams --company {it.company} --ask",
            )
    if companies is None or not chosen.teams:
        return
    others = {it.company for it in their_own}
    homes = [it.slug for it in companies if it.teams_tenant and it.slug not in others]
    if homes:
        yield ok(WHAT, f"tenants of {listed(homes)}")
    if chosen.microsoft_setup_tenants:
        tenants = {it.partition("/")[0] for it in chosen.microsoft_setup_tenants}
        without = sorted(tenants - {it.teams_tenant for it in companies})
        if without:
            yield ok(WHAT, f"in {listed(without)} whoever adds the app first may set a company up")
    elif not homes and not others:
        yield warn(
            WHAT, "no company names its tenant, so nobody is known there; write teams: {tenant: …} into its file"
        )


def _elsewhere(it: Brought) -> str | None:
    """The tenant of an app of one tenant, if it isn't the company's. A domain can't be told to be another."""
    app = apps.read(it.credentials) if it.credentials else None
    if app is None or app.type is not AppType.SINGLE_TENANT or app.tenant is None or "." in app.tenant:
        return None
    return app.tenant if app.tenant.lower() != it.tenant else None


async def _asked(chosen: Settings, their_own: Collection[Brought]) -> list[Finding]:
    wire, ours, at_once = Wire(chosen), apps.ours(chosen), asyncio.Semaphore(AT_ONCE)

    async def asked(it: Brought) -> Finding:
        async with at_once:
            return await _own(it, wire)

    try:
        found = [await _ours(ours, wire)] if ours and ours.id else []
        if found or their_own:
            found = [await _keys(chosen, wire.session()), *found]
        return [*found, *await asyncio.gather(*map(asked, their_own))]
    finally:
        await wire.close()


async def _keys(chosen: Settings, session: aiohttp.ClientSession) -> Finding:
    url = chosen.microsoft_openid_metadata_url
    try:
        found = await published(session, url)
    except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
        why = str(problem) if isinstance(problem, ValueError) else type(problem).__name__
        return fail(WHAT, f"the signing keys at {url} can't be read ({why}), so nobody is let in; check the network")
    where = f"{chosen.coach_public_url}/api/messages" if chosen.coach_public_url else "COACH_PUBLIC_URL + /api/messages"
    return ok(WHAT, f"{count(len(found.keys), 'signing key')}; the bot's messaging endpoint is {where}")


async def _ours(app: App, wire: Wire) -> Finding:
    return await _taken(WHAT, app, wire, "check MICROSOFT_APP_ID, _PASSWORD and _TENANT_ID")


async def _own(it: Brought, wire: Wire) -> Finding:
    again = f"coach connect teams --company {it.company}"
    if it.credentials is None:
        return fail(it.company, f"the credentials of its Teams app can't be read, so nothing goes out; {again}")
    return await _taken(it.company, apps.read(it.credentials), wire, again)


async def _taken(what: str, app: App, wire: Wire, mend: str) -> Finding:
    asked = login(app, wire)
    assert asked
    try:
        await asked.token()
    except LoginRefused as why:
        return fail(what, f"Microsoft doesn't take the app: {why}; {mend}")
    except Unreachable as why:
        return fail(what, f"{why}; check the network and MICROSOFT_LOGIN_URL")
    return ok(what, f"Microsoft takes the app {app.id}")


def without_the_app(store: SqlStore, company: Company) -> Iterator[Finding]:
    """Members who are named for Teams and can't be reached there, one way or the other."""
    addresses = Addresses(store)
    there = [it for it in company.members if it.active and it.handles.get(TEAMS) and company.teams_tenant]
    known = {it.id: addresses.of(company.slug, it.id) for it in there}
    never = [it for it, address in known.items() if address is None]
    gone = [it for it, address in known.items() if address and address.removed_at]
    if never:
        yield warn(company.slug, f"{listed(never)} never used the coach in Teams; have the app installed for them")
    if gone:
        yield warn(
            company.slug, f"{listed(gone)} took the coach out of Teams, or blocked it; messages wait or go by mail"
        )

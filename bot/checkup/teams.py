"""Microsoft, asked with the credentials that are set: its keys, a token, and who has the app. Nothing is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator

import aiohttp

from bot.checkup.finding import Finding, fail, ok, warn
from bot.settings import Settings
from coaching.company import Company
from coaching.phrases import count, listed
from storage.addresses import TEAMS, Addresses
from storage.store import SqlStore

WHAT = "Teams"


def teams(chosen: Settings, companies: Collection[Company] | None) -> Iterator[Finding]:
    """Callers can be told, the app is taken, and a company has a tenant. None: the companies aren't known."""
    if not chosen.teams:
        yield ok(WHAT, "not set up")
        return
    if chosen.coach_teams_dangerously_unauthenticated:
        yield warn(
            WHAT, "COACH_TEAMS_DANGEROUSLY_UNAUTHENTICATED: anything on this machine is believed; for tests only"
        )
    else:
        yield from asyncio.run(_asked(chosen))
    if companies is None:
        return
    homes = [it.slug for it in companies if it.teams_tenant]
    if homes:
        yield ok(WHAT, f"tenants of {listed(homes)}")
    else:
        yield warn(
            WHAT, "no company names its tenant, so nobody is known there; write teams: {tenant: …} into its file"
        )


async def _asked(chosen: Settings) -> list[Finding]:
    from bot.teams.api import Api  # noqa: PLC0415 - Microsoft's SDK takes a third of a second to import

    api = Api(chosen)
    try:
        return [await _keys(chosen, api.session()), await _login(api.login, api.app_id)]
    finally:
        await api.close()


async def _keys(chosen: Settings, session: aiohttp.ClientSession) -> Finding:
    from bot.teams.keys import published  # noqa: PLC0415 - as above

    url = chosen.microsoft_openid_metadata_url
    try:
        found = await published(session, url)
    except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
        why = str(problem) if isinstance(problem, ValueError) else type(problem).__name__
        return fail(WHAT, f"the signing keys at {url} can't be read ({why}), so nobody is let in; check the network")
    where = f"{chosen.coach_public_url}/api/messages" if chosen.coach_public_url else "COACH_PUBLIC_URL + /api/messages"
    return ok(WHAT, f"{count(len(found.keys), 'signing key')}; the bot's messaging endpoint is {where}")


async def _login(login: object, app_id: str) -> Finding:
    from bot.teams.login import LoginAway, LoginRefused  # noqa: PLC0415 - as above

    try:
        await login.token()  # type: ignore[attr-defined]  # a Login, which this module imports late
    except LoginRefused as why:
        return fail(WHAT, f"Microsoft doesn't take the app: {why}; check MICROSOFT_APP_ID, _PASSWORD and _TENANT_ID")
    except LoginAway as why:
        return fail(WHAT, f"{why}; check the network and MICROSOFT_LOGIN_URL")
    return ok(WHAT, f"Microsoft takes the app {app_id}")


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

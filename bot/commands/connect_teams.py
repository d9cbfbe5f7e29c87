"""`coach connect teams`: the Teams app that a company brought."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import click
from sqlalchemy.exc import IntegrityError

from bot.commands.connect_slack import go_on
from bot.problem import Problem
from bot.settings import AppType, Settings
from bot.teams.apps import App, ours, written
from bot.teams.trying import NotTaken, taken
from coaching.company import Company
from storage import teams_apps
from storage.secrets import Secrets, UnreadableSecretError
from storage.store import SqlStore

LEARNED = "learned_tenant"
"""Kept with the app: the tenant that the company has from it, as its file names none."""
WHERE = "Entra admin centre, App registrations"


def connect(chosen: Settings, store: SqlStore, secrets: Secrets, company: Company, *, ask: bool) -> list[str]:
    """Try what is given, keep it, and say what is left to do."""
    home = None if _learned(store, secrets, company) else company.teams_tenant
    company = replace(company, teams_tenant=home)
    here = None if ask or _others(store, company) or home is None else ours(chosen)
    app = here if here and here.id else _of_its_own(chosen, company)
    if app.type is AppType.MANAGED_IDENTITY:
        raise Problem("UserAssignedMSI is the identity of this machine and can't be kept; bring an app with a secret")
    try:
        asyncio.run(taken(chosen, app))
    except NotTaken as why:
        raise Problem(f"{why}; nothing was kept") from None
    tenant = home or _home(app)
    _keep(store, secrets, replace(company, teams_tenant=tenant), app, learned=home is None and tenant is not None)
    go_on(chosen, store, company)
    return list(_told(chosen, company, app, tenant, of_environment=app is here))


def disconnect(store: SqlStore, secrets: Secrets, company: Company) -> list[str]:
    """Forget the app; what was said through it stays."""
    learned = _learned(store, secrets, company)
    with store.work(company.slug) as work:
        there = teams_apps.forget(work, secrets)
        if learned:
            work.keep_company(replace(work.company, teams_tenant=None))
    if not there:
        raise Problem(f"{company.slug} has no Teams app of its own here")
    told = [f"the Teams app of {company.slug} is forgotten; delete it in Azure and in the Teams admin centre too"]
    if learned:
        told.append(f"so is tenant {company.teams_tenant}, known from that app alone")
    return told


# --- what is given -------------------------------------------------------------------------------------------------
def _others(store: SqlStore, company: Company) -> bool:
    """Whether the deployment's app speaks for other companies too: it isn't this one's to keep."""
    own = {it.company for it in teams_apps.brought(store, None)} | {company.slug}
    return any(store.company(slug).teams_tenant for slug in store.companies() if slug not in own)


def _of_its_own(chosen: Settings, company: Company) -> App:
    try:
        return _asked_for()
    except click.Abort:
        there = "what stands in the environment isn't taken, as " if chosen.microsoft_app_id else ""
        raise Problem(
            f"nothing was kept: {there}only {company.slug}'s own app may be kept with it. Run this where it can ask you"
        ) from None


def _asked_for() -> App:
    app = _word("Application (client) ID", click.prompt(f"Application (client) ID ({WHERE})"))
    secret = _word("Client secret", click.prompt("Client secret, its value (Certificates & secrets)", hide_input=True))
    asked = "Directory (tenant) ID; empty for an older app of several tenants"
    tenant = _word("Directory (tenant) ID", click.prompt(asked, default="", show_default=False), empty=True)
    kind = AppType.SINGLE_TENANT if tenant else AppType.MULTI_TENANT
    return App(id=app, secret=secret, tenant=tenant or None, type=kind)


def _word(what: str, said: str, *, empty: bool = False) -> str:
    answer = said.strip()
    if (not answer and not empty) or len(answer.split()) > 1:
        raise Problem(f"{what}: one word is wanted; nothing was kept")
    return answer


def _home(app: App) -> str | None:
    """Where a company's people are, if its file doesn't say: an app of one tenant is usually brought from home."""
    if app.type is not AppType.SINGLE_TENANT or app.tenant is None or "." in app.tenant:
        return None  # A domain is good for logging in, but activities name their tenant by its id.
    return app.tenant.lower()


# --- kept ----------------------------------------------------------------------------------------------------------
def _learned(store: SqlStore, secrets: Secrets, company: Company) -> bool:
    """Whether the company's tenant is known from its app, and from no file."""
    with store.work(company.slug) as work:
        try:
            kept = secrets.find(work, teams_apps.NAME)
        except UnreadableSecretError:
            return False
    return kept is not None and company.teams_tenant is not None and kept.get(LEARNED) == company.teams_tenant


def _keep(store: SqlStore, secrets: Secrets, company: Company, app: App, *, learned: bool) -> None:
    credentials = dict(written(app)) | ({LEARNED: company.teams_tenant or ""} if learned else {})
    try:
        with store.work(company.slug) as work:
            teams_apps.keep(work, secrets, app.id.lower(), credentials)
            if work.company.teams_tenant != company.teams_tenant:
                work.keep_company(replace(work.company, teams_tenant=company.teams_tenant))
    except IntegrityError as problem:
        what = f"tenant {company.teams_tenant}" if "teams_tenant" in str(problem.orig) else f"app {app.id}"
        raise Problem(f"{what} belongs to another company here; nothing was kept") from None


def _told(chosen: Settings, company: Company, app: App, tenant: str | None, *, of_environment: bool) -> Iterator[str]:
    registered = f"tenant {app.tenant}" if app.type is AppType.SINGLE_TENANT else "several tenants"
    yield f"connected as app {app.id} of {registered}; the secret is kept sealed"
    if of_environment:
        yield (
            "it was taken from MICROSOFT_APP_ID and the rest of the environment; take those out before coach serve "
            "starts, or it uses them itself (--ask asks instead)"
        )
    if company.teams_tenant is None:
        where = tenant or "…"
        yield f"its file names no tenant yet; write into it: teams: {{tenant: {where}}}"
    elif _home(app) not in {None, company.teams_tenant}:
        yield f"its file names tenant {company.teams_tenant}: only from there it is let in, so install it there"
    base = chosen.coach_public_url or "https://YOUR-ADDRESS"
    yield f"the bot's messaging endpoint (in Azure, Configuration): {base}/api/messages"
    yield f"the package that is uploaded to Teams: coach teams-package --company {company.slug}"

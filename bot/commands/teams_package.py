"""`coach teams-package`: the file that an administrator uploads to Teams."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path
from uuid import UUID

import click

from bot import opened
from bot.languages import language
from bot.problem import Problem
from bot.settings import Settings
from bot.teams.package import App, package
from coaching.language import ENGLISH, speaking
from storage.teams_apps import app_of

DEVELOPER_MAX = 32
_VERSION = re.compile(r"\d{1,5}\.\d{1,5}\.\d{1,5}")


@click.command("teams-package")
@click.option("--company", "slug", metavar="SLUG", help="The company that brought this app; without, yours for all.")
@click.option(
    "--out", type=click.Path(path_type=Path), default="coach-teams.zip", metavar="FILE.zip", help="Where to write it."
)
@click.option("--developer", default="Assistant Coach", help=f"Who runs it, in at most {DEVELOPER_MAX} characters.")
@click.option("--privacy", metavar="URL", help="Your privacy statement.  [default: COACH_PUBLIC_URL]")
@click.option("--terms", metavar="URL", help="Your terms of use.  [default: COACH_PUBLIC_URL]")
@click.option(
    "--version", metavar="X.Y.Z", help="Teams takes a changed package only under a new one.  [default: the program's]"
)
def command(
    *, slug: str | None, out: Path, developer: str, privacy: str | None, terms: str | None, version: str | None
) -> None:
    """Write the app’s package for Microsoft Teams: manifest and icons.

    Needs COACH_PUBLIC_URL, the https address that people reach, and MICROSOFT_APP_ID with the rest of the app's
    settings (MICROSOFT_APP_PASSWORD and MICROSOFT_APP_TENANT_ID, or MICROSOFT_APP_TYPE). With --company it needs
    none of the app's, but COACH_DATABASE_URL: there `coach connect teams` has kept its ID.
    """
    chosen = opened.settings()
    app_id, url = _own(chosen, slug) if slug else _shared(chosen), _address(chosen)
    if not 0 < len(developer) <= DEVELOPER_MAX:
        raise Problem(f"--developer has {len(developer)} characters; Teams takes 1 to {DEVELOPER_MAX}")
    for name, it in (("--privacy", privacy), ("--terms", terms)):
        if it is not None and not it.startswith("https://"):
            raise Problem(f"{name} is '{it}'; Teams takes an address that starts with https://")
    if version is not None and not _VERSION.fullmatch(version):
        raise Problem(f"--version is '{version}'; write three numbers, such as 1.2.0")
    app = App(
        app_id=app_id,
        version=version or _own_version(),
        url=url,
        developer=developer,
        privacy=privacy or url,
        terms=terms or url,
    )
    spoken = language(opened.company(opened.store(chosen), slug).language) if slug else ENGLISH
    try:
        with speaking(spoken):
            out.write_bytes(package(app))
    except OSError as problem:
        raise Problem(f"{out} can't be written: {problem.strerror}") from None
    click.echo(f"written: {out}; upload it in the Teams admin centre (Teams apps, Manage apps, Upload new app)")


def _own_version() -> str:
    try:
        return metadata.version("assistant-coach")
    except metadata.PackageNotFoundError:  # run from its sources, without being installed
        return "0.0.0"


def _own(chosen: Settings, slug: str) -> str:
    store = opened.store(chosen)
    company = opened.company(store, slug)
    with store.work(company.slug) as work:
        app = app_of(work)
    if app is None:
        raise Problem(f"{slug} has no Teams app of its own here; connect it with: coach connect teams --company {slug}")
    return _app_id(app, f"the app of {slug}")


def _shared(chosen: Settings) -> str:
    if not chosen.microsoft_app_id:
        raise Problem(
            "MICROSOFT_APP_ID isn't set; it is the bot registration's application (client) ID. "
            "For an app that a company brought, add --company SLUG"
        )
    return _app_id(chosen.microsoft_app_id, "MICROSOFT_APP_ID")


def _app_id(text: str, what: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise Problem(
            f"{what} is '{text}', which is no application ID; it looks like 8f3c2a10-0000-4000-8000-1234567890ab"
        ) from None


def _address(chosen: Settings) -> str:
    if not chosen.coach_public_url:
        raise Problem("COACH_PUBLIC_URL isn't set; the package names the address that people and Teams reach")
    if not chosen.coach_public_url.startswith("https://"):
        raise Problem(f"COACH_PUBLIC_URL is '{chosen.coach_public_url}'; Teams takes https:// addresses only")
    return chosen.coach_public_url

"""`coach connect`: a company's own credentials, tried before they are kept, and kept sealed."""

from __future__ import annotations

import click

from bot import opened
from bot.commands.connect_slack import connect, disconnect
from bot.problem import Problem
from bot.settings import Settings
from storage.secrets import NEW_KEY, BadKeyError, Secrets

KINDS = ("slack", "teams", "hubspot", "salesforce", "pipedrive")
CRMS = {"hubspot": "HubSpot", "salesforce": "Salesforce", "pipedrive": "Pipedrive"}


@click.command("connect")
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--company", "slug", metavar="SLUG", required=True, help="Whose credentials.")
@click.option("--remove", is_flag=True, help="Forget them instead.")
def command(kind: str, *, slug: str, remove: bool) -> None:
    """A company's own credentials: tried, and kept sealed.

    They are asked for, or read from the environment.
    """
    if kind in CRMS:
        name = CRMS[kind]
        raise Problem(
            f"{name} can't be connected in this version; export the opportunities there as CSV, "
            f"then: coach import FILE.csv --company {slug}"
        )
    if kind == "teams":
        raise Problem(
            "in this version one Teams bot serves all companies: set MICROSOFT_APP_ID and the rest in the environment, "
            f"and write the tenant into the file of {slug} (teams: {{tenant: …}})"
        )
    chosen = opened.settings()
    secrets = keys(chosen)
    store = opened.store(chosen)
    company = opened.company(store, slug)
    told = disconnect(store, secrets, company) if remove else connect(chosen, store, secrets, company)
    click.echo("\n".join(told))


def keys(chosen: Settings) -> Secrets:
    """Problem, with how to make one, when there is no key to seal with."""
    if chosen.coach_secret_keys is None:
        raise Problem(f"credentials are kept sealed, and COACH_SECRET_KEYS is not set; make a key with: {NEW_KEY}")
    try:
        return Secrets(chosen.coach_secret_keys.get_secret_value())
    except BadKeyError as problem:
        raise Problem(str(problem)) from None

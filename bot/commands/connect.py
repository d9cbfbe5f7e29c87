"""`coach connect`: a company's own credentials, tried before they are kept, and kept sealed."""

from __future__ import annotations

import click

from bot import opened
from bot.commands import connect_slack, connect_teams
from bot.problem import Problem
from bot.settings import Settings
from storage.secrets import NEW_KEY, BadKeyError, Secrets

KINDS = ("slack", "teams", "hubspot", "salesforce", "pipedrive")
CRMS = {"hubspot": "HubSpot", "salesforce": "Salesforce", "pipedrive": "Pipedrive"}


@click.command("connect")
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--company", "slug", metavar="SLUG", required=True, help="Whose credentials.")
@click.option("--remove", is_flag=True, help="Forget them instead.")
@click.option("--ask", is_flag=True, help="Ask, whatever stands in the environment.")
def command(kind: str, *, slug: str, remove: bool, ask: bool) -> None:
    """A company's own credentials: tried, and kept sealed.

    They are read from the environment (SLACK_… or MICROSOFT_…), or asked for.
    """
    if kind in CRMS:
        raise Problem(
            f"{CRMS[kind]} can't be connected in this version. What is possible today: export the opportunities there "
            f"as CSV, as often as you like, and run: coach import FILE.csv --company {slug}"
        )
    chosen = opened.settings()
    secrets = keys(chosen)
    store = opened.store(chosen)
    company = opened.company(store, slug)
    platform = connect_teams if kind == "teams" else connect_slack
    if remove:
        told = platform.disconnect(store, secrets, company)
    else:
        told = platform.connect(chosen, store, secrets, company, ask=ask)
    click.echo("\n".join(told))


def keys(chosen: Settings) -> Secrets:
    """Problem, with how to make one, when there is no key to seal with."""
    if chosen.coach_secret_keys is None:
        raise Problem(f"credentials are kept sealed, and COACH_SECRET_KEYS is not set; make a key with: {NEW_KEY}")
    try:
        return Secrets(chosen.coach_secret_keys.get_secret_value())
    except BadKeyError as problem:
        raise Problem(str(problem)) from None

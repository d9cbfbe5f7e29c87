"""`coach company`: a company's file as it stands, however it came about."""

from __future__ import annotations

import click

from bot import opened
from bot.files.plain import dump


@click.command("company")
@click.option("--company", "slug", metavar="SLUG", required=True, help="Which.")
def command(slug: str) -> None:
    """A company's file, as it stands.

    What was set up or connected in the chat is in it; `coach apply` takes it back.
    """
    store = opened.store(opened.settings())
    click.echo(dump(opened.company(store, slug)), nl=False)

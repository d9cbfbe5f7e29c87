"""`coach migrate`."""

from __future__ import annotations

import click

from bot import opened
from bot.problem import Problem
from storage import revision, schema


@click.command("migrate")
def command() -> None:
    """Bring the database to the newest schema."""
    store = opened.unchecked_store(opened.settings())
    try:
        before = revision.current(store.engine)
        schema.upgrade(store.engine)
    except schema.NewerSchemaError as problem:
        raise Problem(str(problem)) from None
    after = revision.head()
    click.echo("already at the newest schema" if before == after else f"schema: {before or 'none'} -> {after}")

"""`coach analyze inspect`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from bot.commands.dated import DAY, of_opportunities, opportunities
from bot.reports.inspect import told
from bot.reports.report import written
from coaching.numbers.inspection import inspected


@click.command("inspect")
@of_opportunities
@click.option("--on", required=True, type=DAY, help="The day; what was known before it is used.")
def command(file: Path, *, on: datetime, mapping: Path | None, form: str) -> None:
    """The pipeline's condition on a day."""
    deals, _ = opportunities(file, mapping)
    click.echo(written(told(inspected(deals, on.date())), form))

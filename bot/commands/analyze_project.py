"""`coach analyze project`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from bot.commands.dated import DAY, of_opportunities, opportunities
from bot.reports.project import told
from bot.reports.report import written
from coaching.numbers.projection import projected

MOST_DAYS = 731
"""Further ahead nothing of the past says anything."""


@click.command("project")
@of_opportunities
@click.option("--on", required=True, type=DAY, help="The first day; what was known before it is used.")
@click.option("--until", required=True, type=DAY, help="The last day.")
def command(file: Path, *, on: datetime, until: datetime, mapping: Path | None, form: str) -> None:
    """What will be won from one day to another, with a range."""
    first, last = on.date(), until.date()
    if last < first:
        raise click.UsageError(f"--until {last} is before --on {first}; give a day on or after it")
    if (last - first).days > MOST_DAYS:
        raise click.UsageError(f"--until {last} is more than two years after --on {first}; give an earlier day")
    deals, currency = opportunities(file, mapping)
    click.echo(written(told(projected(deals, first, last), currency), form))

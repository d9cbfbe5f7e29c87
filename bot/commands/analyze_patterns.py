"""`coach analyze patterns`."""

from __future__ import annotations

from pathlib import Path

import click

from bot.commands.closed import closed_deals, of_closed_deals
from bot.reports.patterns import told
from bot.reports.report import written
from coaching.numbers.patterns import patterns


@click.command("patterns")
@click.argument("file", metavar="FILE.csv", type=click.Path(path_type=Path))
@of_closed_deals
def command(file: Path, *, outcome: str, won: str, mapping: Path | None, form: str) -> None:
    """Which answers or tactics go with winning."""
    deals = closed_deals(file, outcome, won, mapping)
    click.echo(written(told(patterns(deals.deals), deals.warnings), form))

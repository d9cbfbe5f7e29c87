"""`coach analyze qualify`."""

from __future__ import annotations

from pathlib import Path

import click

from bot.commands.closed import closed_deals, new_deals, of_closed_deals
from bot.reports.qualify import told
from bot.reports.report import written
from coaching.numbers.scorecard import learned


@click.command("qualify")
@click.argument("file", metavar="TRAIN.csv", type=click.Path(path_type=Path))
@click.option(
    "--score", "new", required=True, type=click.Path(path_type=Path), metavar="NEW.csv", help="Deals to score."
)
@of_closed_deals
def command(file: Path, *, new: Path, outcome: str, won: str, mapping: Path | None, form: str) -> None:
    """A scorecard learned from closed deals, applied to others."""
    closed = closed_deals(file, outcome, won, mapping)
    found = learned(closed.deals)
    names = tuple(it.name for it in found.card.columns)
    deals = new_deals(new, names)
    click.echo(written(told(found, deals, found.card.scores(deals.cells, len(deals.lines)), closed.warnings), form))

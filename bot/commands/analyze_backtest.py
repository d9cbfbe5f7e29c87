"""`coach analyze backtest`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from bot.commands.dated import DAY, of_opportunities, opportunities
from bot.problem import Problem
from bot.reports.backtest import told
from bot.reports.report import written
from coaching.numbers.backtest import Length, backtested


@click.command("backtest")
@of_opportunities
@click.option("--period", type=click.Choice([it.value for it in Length]), default="month", help="What is forecast.")
@click.option("--from", "first", type=DAY, show_default="the second period in which deals closed", help="First day.")
@click.option("--to", "last", type=DAY, show_default="the last day the file speaks of", help="Last day.")
def command(
    file: Path, *, period: str, first: datetime | None, last: datetime | None, mapping: Path | None, form: str
) -> None:
    """How good forecasts would have been, period after period."""
    begin, end = first.date() if first else None, last.date() if last else None
    if begin and end and end < begin:
        raise click.UsageError(f"--to {end} is before --from {begin}; give a day on or after it")
    deals, currency = opportunities(file, mapping)
    found = backtested(deals, Length(period), begin, end)
    if not found.folds:
        raise Problem(
            f"{file}: not enough data: no whole {period} with deals closed in the one before it is "
            "in there; try --period month, or a longer export"
        )
    click.echo(written(told(found, currency), form))

"""`coach analyze`: the numbers on any CSV export. Nothing is stored."""

from __future__ import annotations

import click

from bot.lazy import LazyGroup, Listed

ANALYSES: Listed = {
    "backtest": ("bot.commands.analyze_backtest", "How good forecasts would have been, period after period."),
    "project": ("bot.commands.analyze_project", "What will be won from one day to another, with a range."),
    "inspect": ("bot.commands.analyze_inspect", "The pipeline's condition on a day."),
    "patterns": ("bot.commands.analyze_patterns", "Which answers or tactics go with winning."),
    "qualify": ("bot.commands.analyze_qualify", "A scorecard learned from closed deals, applied to others."),
}


class Analyses(LazyGroup):
    """Each in its own module."""

    listed = ANALYSES


@click.group("analyze", cls=Analyses)
def command() -> None:
    """The numbers on any CSV export: no database, no company needed."""

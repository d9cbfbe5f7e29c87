"""What the analyses of opportunities have in common: the file, its mapping, the format, days."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from bot.commands.files import contents, mapping_from, problem_of
from bot.files.opportunities import Terms, read_export
from bot.files.refusal import FileRefusedError
from bot.files.stage_names import StagesByName
from coaching.numbers.known import Pipeline, pipeline
from coaching.owners import Owners

Command = TypeVar("Command", bound=Callable[..., Any])


class Day(click.DateTime):
    """Of a time in which deals are made: a calendar has to go on for some years before and after it."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        found: datetime = super().convert(value, param, ctx)
        if not 1900 <= found.year < 3000:
            self.fail(
                f"{found:%Y-%m-%d} is no day to speak of deals on; give one from 1900-01-01 to 2999-12-31", param, ctx
            )
        return found


DAY = Day(["%Y-%m-%d"])
CURRENCY = "USD"
"""Of amounts, when the mapping names none."""


def of_opportunities(command: Command) -> Command:
    """The file and the options."""
    form = click.Choice(["text", "json", "html"])
    command = click.option("--format", "form", type=form, default="text", help="How to write it.")(command)
    command = click.option(
        "--mapping",
        type=click.Path(path_type=Path),
        help="How the export names its columns and stages. Without it, stages are told by their names.",
    )(command)
    return click.argument("file", metavar="FILE.csv", type=click.Path(path_type=Path))(command)


def opportunities(file: Path, mapping: Path | None) -> tuple[Pipeline, str]:
    """What the file holds, and the currency of its amounts. Problem, with every fault of either file."""
    by = mapping_from(mapping)
    stages = {it.name.casefold(): it for it in by.stages} if by.stages else StagesByName()
    terms = Terms(mapping=by, currency=by.currency or CURRENCY, stages=stages, owners=Owners(()))
    try:
        return pipeline(read_export(contents(file), terms, _progress()).rows), terms.currency
    except FileRefusedError as refused:
        raise problem_of(file, refused) from None


def _progress() -> Callable[[int, int], None]:
    if not sys.stderr.isatty():
        return lambda _done, _of: None
    return lambda done, of: click.echo(f"\rreading {done:,} of {of:,} rows", nl=done == of, err=True)

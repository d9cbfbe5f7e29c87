"""What the analyses of closed deals have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from bot.commands.files import contents, mapping_from, problem_of
from bot.files.closed_deals import ClosedDeals, NewDeals, read_closed_deals, read_new_deals
from bot.files.refusal import FileRefusedError

Command = TypeVar("Command", bound=Callable[..., Any])


def of_closed_deals(command: Command) -> Command:
    """The options."""
    form = click.Choice(["text", "json", "html"])
    command = click.option("--format", "form", type=form, default="text", help="How to write it.")(command)
    command = click.option(
        "--mapping", type=click.Path(path_type=Path), help="How the export names its columns, dates and decimals."
    )(command)
    command = click.option("--won", required=True, metavar="VALUE", help="What that column says of a won deal.")(
        command
    )
    return click.option("--outcome", required=True, metavar="COLUMN", help="Which column says how a deal ended.")(
        command
    )


def closed_deals(file: Path, outcome: str, won: str, mapping: Path | None) -> ClosedDeals:
    """Problem, with every fault of the file, or with what there is when the outcome isn't there."""
    by = mapping_from(mapping)
    try:
        return read_closed_deals(contents(file), outcome, won, by)
    except FileRefusedError as refused:
        raise problem_of(file, refused) from None


def new_deals(file: Path, columns: Iterable[str]) -> NewDeals:
    """Problem, with every fault of the file."""
    try:
        return read_new_deals(contents(file), columns)
    except FileRefusedError as refused:
        raise problem_of(file, refused) from None

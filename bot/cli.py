"""The `coach` command, thin. Exit codes: 0 done, 1 could not be carried out (one line says why), 2 wrong usage."""

from __future__ import annotations

import gc
import importlib
import logging
import sys
from collections.abc import Mapping
from types import ModuleType

import click

from bot.problem import Problem

# The module of each command, imported when it is asked for, and what `coach --help` says of it: the list of commands
# should not wait for all that they use.
COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": ("bot.commands.demo", "Open the sample company in a local chat: no tokens, no services, no network."),
    "serve": ("bot.commands.serve", "Run the program."),
    "migrate": ("bot.commands.migrate", "Bring the database to the newest schema."),
    "apply": ("bot.commands.apply", "Create or update one company from its file."),
    "import": ("bot.commands.import_csv", "Opportunities from a CSV export."),
    "checkins": ("bot.commands.reports", "Check-ins as kept."),
    "ratios": ("bot.commands.reports", "Counts and yields of each step, with their n."),
    "forecast": ("bot.commands.reports", "Calls per member, the range, accuracy and bias so far."),
    "digest": ("bot.commands.reports", "The owner's weekly digest."),
    "queue": ("bot.commands.reports", "The manager's queue; without a company, across all."),
    "export": ("bot.commands.personal", "Everything held about a person, as JSON, CSV and a page to read."),
    "erase": ("bot.commands.personal", "Remove everything held about a person."),
    "resend": ("bot.commands.resend", "Messages that could not be delivered: list them, or send them again."),
    "doctor": (
        "bot.commands.doctor",
        "Check settings, database, tokens, mail and each company; say what to mend.",
    ),
}


class Coach(click.Group):
    """Finds a command's module by name, and turns every problem into one line."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """In the order people meet them."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """The click command `command` of that name's module, or its attribute of that name."""
        if name not in COMMANDS:
            return None
        module = _imported(COMMANDS[name][0])
        found = getattr(module, f"{name}_command", None) or module.command
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """From the table above, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, says) for name, (_, says) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Never a traceback for bad input."""
        try:
            return super().invoke(ctx)
        except Problem as problem:
            click.echo(f"coach: {problem}", err=True)
            ctx.exit(1)


@click.group(cls=Coach, context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.version_option(package_name="assistant-coach", prog_name="coach")
def coach() -> None:
    """Assistant Coach: the part of a sales manager that is there every day."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    # These write whole URLs, payloads or every job at INFO; people's answers don't belong into logs.
    for loud in ("httpx", "slack_bolt", "slack_sdk", "apscheduler", "uvicorn.access", "alembic", "matplotlib"):
        logging.getLogger(loud).setLevel(logging.WARNING)


def _imported(name: str) -> ModuleType:
    """What is imported stays as long as the program does: to search it for garbage was a seventh of every start."""
    gc.disable()
    try:
        return importlib.import_module(name)
    finally:
        gc.freeze()
        gc.enable()


def main() -> None:
    """The console script."""
    coach()

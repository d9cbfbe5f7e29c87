"""The `coach` command, thin. Exit codes: 0 done, 1 could not be carried out (one line says why), 2 wrong usage."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Mapping

import click

from bot.problem import Problem

# The module of each command, imported when it is asked for: `coach --help` should not wait for what it won't use.
COMMANDS: Mapping[str, str] = {
    "demo": "bot.commands.demo",
    "serve": "bot.commands.serve",
    "migrate": "bot.commands.migrate",
    "apply": "bot.commands.apply",
    "import": "bot.commands.import_csv",
    "checkins": "bot.commands.reports",
    "ratios": "bot.commands.reports",
    "forecast": "bot.commands.reports",
    "digest": "bot.commands.reports",
    "queue": "bot.commands.reports",
    "export": "bot.commands.personal",
    "erase": "bot.commands.personal",
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
        module = importlib.import_module(COMMANDS[name])
        found = getattr(module, f"{name}_command", None) or module.command
        assert isinstance(found, click.Command)
        return found

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


def main() -> None:
    """The console script."""
    coach()

"""The `coach` command, thin. Exit codes: 0 done, 1 could not be carried out (one line says why), 2 wrong usage."""

from __future__ import annotations

import logging
import os
import sys

import click

from bot.lazy import LazyGroup, Listed
from bot.problem import Problem

COMMANDS: Listed = {
    "demo": ("bot.commands.demo", "Open the sample company in a local chat: no tokens, no services, no network."),
    "serve": ("bot.commands.serve", "Run the program."),
    "migrate": ("bot.commands.migrate", "Bring the database to the newest schema."),
    "apply": ("bot.commands.apply", "Create or update one company from its file."),
    "import": ("bot.commands.import_csv", "Opportunities from a CSV export."),
    "checkins": ("bot.commands.reports", "Check-ins as kept."),
    "ratios": (
        "bot.commands.reports",
        "Counts and yields of each step, with their n; cycle length; today's actions from the target.",
    ),
    "deal": (
        "bot.commands.reports",
        "One opportunity: qualification, evidence, history, and its chance with its parts.",
    ),
    "review": ("bot.commands.reports", "The pipeline review: what each rep is asked, ranked, with reasons."),
    "forecast": ("bot.commands.reports", "Calls per member, the range, accuracy and bias so far."),
    "digest": ("bot.commands.reports", "The owner's weekly digest; the manager's, with names; or a rep's own recap."),
    "queue": ("bot.commands.reports", "The manager's queue; without a company, across all."),
    "analyze": ("bot.commands.analyze", "The numbers on any CSV export: no database, no company needed."),
    "export": ("bot.commands.personal", "Everything held about a person, as JSON, CSV and a page to read."),
    "erase": ("bot.commands.personal", "Remove everything held about a person."),
    "connect": ("bot.commands.connect", "A company's own credentials: tried, and kept sealed."),
    "slack-manifest": ("bot.commands.slack_manifest", "A Slack app's manifest with your addresses in it."),
    "company": ("bot.commands.company", "A company's file, as it stands."),
    "resend": ("bot.commands.resend", "Messages that could not be delivered: list them, or send them again."),
    "teams-package": ("bot.commands.teams_package", "Write the app’s package for Microsoft Teams: manifest and icons."),
    "doctor": (
        "bot.commands.doctor",
        "Check settings, database, tokens, mail and each company; say what to mend.",
    ),
}


class Coach(LazyGroup):
    """Turns every problem into one line."""

    listed = COMMANDS

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
    # Our matrices are small: threads of the linear algebra would only wait for one another, on a busy machine for long.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # noqa: TID251 - said, not asked; numpy reads it when it is imported
    coach()

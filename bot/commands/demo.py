"""`coach demo`."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from bot import opened
from bot.clock import SetClock, instant_from
from bot.commands.serve import run
from bot.demo import CLOCK, DemoProgram
from bot.links import SignedLinks
from bot.problem import Problem
from bot.sample.load import load
from bot.settings import Settings
from storage import schema
from storage.store import SqlStore

BEGINNING = datetime(2026, 11, 23, 13, 29, tzinfo=UTC)
"""The story's Monday, a minute before New York's check-ins."""
ZONE = ZoneInfo("America/New_York")
DATABASE = "sqlite:///coach-demo.db"


@click.command("demo")
@click.option("--port", default=8080, type=click.IntRange(1, 65535), help="Port of the local chat, on 127.0.0.1.")
@click.option("--at", metavar="INSTANT", help="Where the clock starts, such as 2026-11-23T13:29:00Z.")
def command(port: int, at: str | None) -> None:
    """Open the sample company in a local chat: no tokens, no services, no network.

    Without --at the clock starts on the story's Monday morning or, the next time, where you left it.
    """
    settings = opened.settings()
    if settings.slack or settings.coach_smtp_url:
        raise Problem("the demo reaches nobody; unset SLACK_* and COACH_SMTP_URL, or run: coach serve")
    if "coach_database_url" not in settings.model_fields_set:
        settings = settings.model_copy(update={"coach_database_url": DATABASE})
    store = opened.unchecked_store(settings)
    schema.upgrade(store.engine)
    start = _start(settings, store, at)
    story = load(store, start.astimezone(ZONE).date())
    address = f"http://127.0.0.1:{port}"
    links = SignedLinks(address, secrets.token_urlsafe(32))
    demo = DemoProgram(settings, store, story, SetClock(start), links)
    demo.begin()
    click.echo(f"The demo is at {address} (Ctrl-C stops it)")
    run(demo.app(), "127.0.0.1", port)


def _start(settings: Settings, store: SqlStore, at: str | None) -> datetime:
    """`--at`, else COACH_CLOCK, else where the clock was left, else the story's beginning."""
    try:
        if at:
            return instant_from(at)
    except ValueError as problem:
        raise Problem(f"--at: {problem}") from None
    if settings.coach_clock:
        return settings.clock().now()
    left = store.setting(CLOCK)
    return instant_from(left) if left else BEGINNING

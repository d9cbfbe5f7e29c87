"""`coach demo`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click
from sqlalchemy.exc import SQLAlchemyError

from bot import opened
from bot.clock import SetClock, instant_from
from bot.commands.serve import listening, run
from bot.demo import CLOCK, DemoProgram
from bot.problem import Problem
from bot.sample.load import load
from storage import revision
from storage.store import SqlStore

if TYPE_CHECKING:
    from bot.settings import Settings

BEGINNING = datetime(2026, 11, 23, 13, 29, tzinfo=UTC)
"""The story's Monday, a minute before New York's check-ins."""
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Between which the story can be told: calendars reach no further."""
ZONE = ZoneInfo("America/New_York")
DATABASE = "sqlite:///coach-demo.db"
SAMPLE = "quillfern"


@click.command("demo")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535), help="Port, on 127.0.0.1.")
@click.option("--at", metavar="INSTANT", help="Where the clock starts, such as 2026-11-23T13:29:00Z.")
def command(port: int, at: str | None) -> None:
    """Open the sample company in a local chat: no tokens, no services, no network.

    Without --at the clock starts on the story's Monday morning or, the next time, where you left it. Everything is
    kept in coach-demo.db in this folder; delete it to start over.
    """
    settings = _harmless(opened.settings())
    asked = _asked(at)
    with listening("127.0.0.1", port) as here:
        address = f"http://127.0.0.1:{port}"
        demo = _begun(settings, asked, address)
        click.echo(f"The demo is at {address} (Ctrl-C stops it)")
        run(demo.app(), here, demo.end)


def _begun(settings: Settings, asked: datetime | None, address: str) -> DemoProgram:
    store = opened.unchecked_store(settings)
    try:
        _refuse_others(store)
        _migrated(store)
        start = _start(settings, store, asked)
        story = load(store, start.astimezone(ZONE).date())
        demo = DemoProgram(settings, store, story, SetClock(start), address)
        demo.begin()
    except SQLAlchemyError as problem:
        why = str(getattr(problem, "orig", None) or problem).strip().splitlines()[0]
        raise Problem(f"the demo's database can't be used ({why}); {_start_over(settings)}") from None
    return demo


def _refuse_others(store: SqlStore) -> None:
    """The sample's people never stand beside real ones: their matters would be in the same queues."""
    real = () if revision.current(store.engine) is None else [it for it in store.companies() if it != SAMPLE]
    if real:
        raise Problem(
            f"COACH_DATABASE_URL names a database with a company of yours ({real[0]}); the demo needs one of its own: "
            "unset COACH_DATABASE_URL"
        )


def _migrated(store: SqlStore) -> None:
    if revision.current(store.engine) != revision.head():
        from storage import schema  # noqa: PLC0415 - a tenth of the start, which only a new file needs

        schema.upgrade(store.engine)


def _harmless(settings: Settings) -> Settings:
    """On the demo's own file, unless another database is named; Problem when real people could be meant."""
    real = (settings.slack_signing_secret, settings.slack_bot_token, settings.coach_smtp_url)
    if any(real):
        raise Problem("the demo reaches nobody; unset SLACK_* and COACH_SMTP_URL, or run: coach serve")
    if "coach_database_url" in settings.model_fields_set:
        return settings
    return settings.model_copy(update={"coach_database_url": DATABASE})


def _asked(at: str | None) -> datetime | None:
    if at is None:
        return None
    try:
        instant = instant_from(at)
    except (ValueError, OverflowError) as problem:
        raise Problem(f"--at: {problem}") from None
    if not FIRST <= instant < LAST:
        raise Problem(f"--at: the story can be told from {FIRST:%Y} to {LAST.year - 1}, not in {instant.year}")
    return instant


def _start(settings: Settings, store: SqlStore, asked: datetime | None) -> datetime:
    """`--at`, else COACH_CLOCK, else where the clock was left, else the story's beginning. Never back."""
    kept = store.setting(CLOCK)
    left = instant_from(kept) if kept else None
    if asked is None and settings.coach_clock:
        asked = settings.clock().now()
    if asked and left and asked < left:
        raise Problem(
            f"the demo's clock already stands at {left:%Y-%m-%dT%H:%M:%SZ} and can't go back to "
            f"{asked:%Y-%m-%dT%H:%M:%SZ}; {_start_over(settings)}, or leave out --at to go on"
        )
    return asked or left or BEGINNING


def _start_over(settings: Settings) -> str:
    kind, _, file = settings.coach_database_url.partition(":///")
    return f"to start over, delete {file}" if kind.startswith("sqlite") else "to start over, name an empty database"

"""What every command begins with: the settings and the store, or one line about what is in the way."""

from __future__ import annotations

from datetime import date

import click
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from bot.holidays import public_holidays
from bot.languages import language
from bot.problem import Problem
from bot.settings import Settings, SettingsError, read_settings
from coaching.company import Company
from coaching.engine import Engine
from coaching.routines import ROUTINES
from storage import revision
from storage.database import create_engine
from storage.store import SqlStore


def settings() -> Settings:
    """Problem when the environment doesn't fit."""
    try:
        return read_settings()
    except SettingsError as problem:
        raise Problem(str(problem)) from None


def store(chosen: Settings) -> SqlStore:
    """On a database whose schema is the newest; Problem names the command that mends it."""
    opened = unchecked_store(chosen)
    try:
        current = revision.current(opened.engine)
    except (DBAPIError, OperationalError) as problem:
        raise Problem(f"the database can't be reached: {_first_line(problem)}; check COACH_DATABASE_URL") from None
    if current is None:
        raise Problem("the database has no tables yet; run: coach migrate")
    if current != revision.head():
        raise Problem(f"the database's schema is {current}, this program needs {revision.head()}; run: coach migrate")
    return opened


def unchecked_store(chosen: Settings) -> SqlStore:
    """Whatever its schema is. Its connections are closed when the command ends."""
    try:
        made = create_engine(chosen.coach_database_url)
    except (ArgumentError, NoSuchModuleError):
        raise Problem(
            "COACH_DATABASE_URL can't be read; write sqlite:///coach.db or postgresql://user:password@host/name"
        ) from None
    command = click.get_current_context(silent=True)
    if command:
        command.call_on_close(made.dispose)
    return SqlStore(made)


def engine(store: SqlStore) -> Engine:
    """For the events that a command brings about."""
    return Engine(store, public_holidays, ROUTINES, languages=language)


def company(opened: SqlStore, slug: str) -> Company:
    """Problem, naming those there are, when there is none of that slug."""
    known = opened.companies()
    if slug not in known:
        there = (
            f"there are: {', '.join(known)}" if known else "there is none yet; create one with: coach apply FILE.yaml"
        )
        raise Problem(f"no company '{slug}'; {there}")
    with opened.work(slug) as work:
        return work.company


def today(chosen: Settings, of: Company) -> date:
    """In the company's zone."""
    return chosen.clock().now().astimezone(of.tz).date()


def _first_line(problem: Exception) -> str:
    return str(getattr(problem, "orig", None) or problem).strip().splitlines()[0]

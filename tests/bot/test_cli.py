"""The `coach` command's frame."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from bot.cli import COMMANDS, coach
from bot.commands.analyze import ANALYSES, Analyses
from storage import revision, schema
from storage.database import create_engine


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_says_of_itself(name: str) -> None:
    command = coach.get_command(None, name)
    assert command is not None
    assert COMMANDS[name][1] == command.get_short_help_str(limit=200)


@pytest.mark.parametrize("name", ANALYSES)
def test_the_list_of_analyses_says_what_each_says_of_itself(name: str) -> None:
    command = Analyses("analyze").get_command(None, name)
    assert command is not None
    assert ANALYSES[name][1] == command.get_short_help_str(limit=200)


def test_garbage_is_collected_again_once_a_command_is_there() -> None:
    coach.get_command(None, "serve")
    assert gc.isenabled()


def test_the_list_of_commands_and_a_server_are_there_without_what_they_dont_need() -> None:
    assert loaded("bot.cli", {"sqlalchemy", "bot.app"}) == set()
    assert loaded("bot.commands.analyze", {"sqlalchemy", "numpy", "jinja2"}) == set()
    assert loaded("bot.commands.serve", {"alembic", "holidays", "matplotlib", "numpy"}) == set()


def test_the_newest_revision_is_the_one_that_migrating_leads_to(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url)
    assert revision.current(engine) is None
    schema.upgrade(engine)
    assert revision.current(engine) == revision.head()
    schema.downgrade(engine, "base")
    assert revision.current(engine) is None
    engine.dispose()


def loaded(module: str, of: set[str]) -> set[str]:
    """Which of these a fresh Python has after importing that module."""
    code = f"import sys, {module}; print(*(set(sys.modules) & {of!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())

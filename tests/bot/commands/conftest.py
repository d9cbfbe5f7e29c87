"""The `coach` command as a person or a program runs it, and the sample company to run it on."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import opened
from bot.cli import coach
from bot.sample.load import load
from coaching.events import Imported, Planned
from storage import schema
from storage.database import create_engine
from storage.store import SqlStore

WEDNESDAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
Coach = Callable[..., Result]


def with_sample(url: str) -> SqlStore:
    """The sample company on its Wednesday morning, alarms rung."""
    store = SqlStore(create_engine(url))
    schema.upgrade(store.engine)
    load(store, WEDNESDAY)
    engine = opened.engine(store)
    engine.handle(Planned(company="quillfern", key="planned", at=NOW))
    engine.handle(Imported(company="quillfern", key="imported", at=NOW))
    engine.tick(NOW)
    return store


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; whoever changes it works on a copy."""
    file = tmp_path_factory.mktemp("sample") / "coach.db"
    store = with_sample(f"sqlite:///{file}")
    with store.engine.connect() as it:
        it.connection.driver_connection.commit()
    store.engine.dispose()
    return file


def runner(monkeypatch: pytest.MonkeyPatch, url: str, at: datetime = NOW) -> Coach:
    """`coach` with that database, at that time."""
    monkeypatch.setenv("COACH_DATABASE_URL", url)
    monkeypatch.setenv("COACH_CLOCK", at.isoformat())

    def run(*words: str, **more: str | None) -> Result:
        return CliRunner().invoke(coach, list(words), **more)

    return run


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, sample_file: Path) -> Coach:
    """On the sample; only to be read."""
    return runner(monkeypatch, f"sqlite:///{sample_file}")


def data_of(result: Result) -> dict:
    """What a program reads: all of stdout is JSON."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)

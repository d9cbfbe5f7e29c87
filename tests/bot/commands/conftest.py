"""The `coach` command as a person or a program runs it, on the sample company."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import coach
from tests.sample import NOW

Coach = Callable[..., Result]


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

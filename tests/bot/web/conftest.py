"""The demo for this folder's tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.demo import DemoProgram
from tests import demo as demos


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the sample company; to be copied."""
    file = tmp_path_factory.mktemp("told") / "coach-demo.db"
    demos.load_into(file)
    return file


@pytest.fixture
def folder(told: Path, tmp_path: Path) -> Path:
    """A folder in which the demo was started before."""
    shutil.copyfile(told, tmp_path / "coach-demo.db")
    return tmp_path


@pytest.fixture
def demo(folder: Path) -> Iterator[DemoProgram]:
    with demos.opened(folder / "coach-demo.db") as it:
        yield it


@pytest.fixture
def chat(demo: DemoProgram) -> Iterator[TestClient]:
    with demos.client(demo) as it:
        yield it

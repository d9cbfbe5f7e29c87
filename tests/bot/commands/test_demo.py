"""`coach demo` from the command line: what it refuses, in one line, and where its clock begins."""

from __future__ import annotations

import socket
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import coach
from storage.database import create_engine
from storage.store import SqlStore
from tests.builders import a_company, at
from tests.demo import HERE, Running, environment, free_port


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty one to work in, and no settings."""
    for name in ("SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", "COACH_SMTP_URL", "COACH_CLOCK", "COACH_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(*options: str) -> str:
    """The one line."""
    result: Result = CliRunner().invoke(coach, ["demo", "--port", str(free_port()), *options])
    assert result.exit_code == 1, result.output
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("coach: ")
    return line


@pytest.mark.parametrize(
    "tokens",
    [
        {"SLACK_SIGNING_SECRET": "x", "SLACK_BOT_TOKEN": "xoxb-x"},
        {"SLACK_SIGNING_SECRET": "x", "SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "y"},
        {"COACH_SMTP_URL": "smtp://mail.example", "COACH_MAIL_FROM": "coach@acme.example"},
    ],
)
def test_where_real_people_could_be_meant_it_doesnt_start(
    tokens: dict[str, str], monkeypatch: pytest.MonkeyPatch, folder
):
    for name, value in tokens.items():
        monkeypatch.setenv(name, value)
    assert "coach serve" in refused()
    assert not (folder / "coach-demo.db").exists()


@pytest.mark.parametrize(
    "instant",
    [
        "",
        "now",
        "2026-11-23",
        "2026-11-23T13:29:00",
        "2026-13-45T00:00:00Z",
        "1816-01-01T00:00:00Z",
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_an_instant_that_is_none_is_refused_with_one_that_is(instant: str, folder):
    line = refused("--at", instant)
    assert "--at: " in line
    assert not (folder / "coach-demo.db").exists()


def test_a_port_in_use_is_told_in_one_line():
    with socket.create_server(("127.0.0.1", 0)) as other:
        line = refused("--port", str(other.getsockname()[1]))
    assert "address already in use" in line
    assert "choose another with --port" in line


@pytest.mark.parametrize("port", ["0", "70000", "http"])
def test_a_port_that_is_none_is_wrong_usage(port: str):
    assert CliRunner().invoke(coach, ["demo", "--port", port]).exit_code == 2


def test_a_file_that_is_no_database_is_told_in_one_line(folder: Path):
    (folder / "coach-demo.db").write_text("this is a letter to my grandmother, and long enough to be one " * 20)
    assert "delete coach-demo.db" in refused()


def test_the_first_page_comes_from_nothing_and_the_database_is_made_where_it_was_started(folder: Path):
    with Running(folder, from_nothing=True) as demo:
        page = urllib.request.urlopen(demo.url, timeout=5).read().decode()
    assert "Quillfern Robotics" in page
    assert (folder / "coach-demo.db").exists()


def test_the_clock_goes_on_and_never_back(folder: Path):
    def clock(demo: Running) -> str:
        page = urllib.request.urlopen(f"{demo.url}/as/theo", timeout=5).read().decode()
        return page.partition('<p id="clock"><strong>')[2].partition("<")[0]

    with Running(folder, "--at", "2026-11-24T15:00:00Z") as demo:
        assert clock(demo) == "Tue 24 Nov, 10:00"
    with Running(folder) as demo:
        assert clock(demo) == "Tue 24 Nov, 10:00", "where it was left"
    with Running(folder, "--at", "2026-11-25T15:00:00Z") as demo:
        assert clock(demo) == "Wed 25 Nov, 10:00"
    line = refused("--at", "2026-11-24T15:00:00Z")
    assert "can't go back to 2026-11-24T15:00:00Z" in line
    assert "delete coach-demo.db" in line


def test_the_story_is_told_in_whichever_week_it_is_asked_for(folder: Path):
    with Running(folder, "--at", "2027-03-03T14:00:00Z") as demo:
        page = urllib.request.urlopen(f"{demo.url}/as/theo", timeout=5).read().decode()
    assert "Wed 3 Mar, 09:00" in page


def test_nothing_of_this_machines_settings_is_used_by_the_tests():
    assert set(environment()) == {"PATH", "PYTHONPATH"}
    assert HERE.startswith("http://127.0.0.1")


def test_a_database_with_a_company_of_ones_own_is_left_alone(monkeypatch: pytest.MonkeyPatch, migrated_sqlite_url: str):
    store = SqlStore(create_engine(migrated_sqlite_url))
    with store.opened(a_company(), at()) as work:
        work.keep_company(a_company())
    monkeypatch.setenv("COACH_DATABASE_URL", migrated_sqlite_url)
    assert "unset COACH_DATABASE_URL" in refused()
    assert store.companies() == ("acme",)
    store.engine.dispose()

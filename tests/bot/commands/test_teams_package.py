"""`coach teams-package`: one file, or one line about what is missing."""

import json
import zipfile

import pytest

from tests.bot.commands.conftest import runner

APP_ID = "8f3c2a10-0000-4000-8000-1234567890ab"
SET = {
    "MICROSOFT_APP_ID": APP_ID,
    "MICROSOFT_APP_PASSWORD": "secret",
    "MICROSOFT_APP_TENANT_ID": "72f988bf-0000-4000-8000-000000000000",
    "COACH_PUBLIC_URL": "https://coach.example.com",
}


@pytest.fixture
def coach(monkeypatch, sqlite_url, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name, it in SET.items():
        monkeypatch.setenv(name, it)
    return runner(monkeypatch, sqlite_url)


def test_the_file_lies_where_it_was_asked_for_and_says_what_to_do_with_it(coach, tmp_path):
    done = coach("teams-package", "--out", "mine.zip", "--developer", "Acme Robotics", "--version", "1.2.0")
    assert done.exit_code == 0, done.output
    assert "mine.zip" in done.output
    assert "upload it in the Teams admin centre" in done.output
    with zipfile.ZipFile(tmp_path / "mine.zip") as packed:
        manifest = json.loads(packed.read("manifest.json"))
    assert (manifest["id"], manifest["version"]) == (APP_ID, "1.2.0")
    assert manifest["developer"]["name"] == "Acme Robotics"
    assert b"secret" not in (tmp_path / "mine.zip").read_bytes()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({name: "" for name in SET if name.startswith("MICROSOFT")}, "MICROSOFT_APP_ID isn't set"),
        ({"MICROSOFT_APP_ID": "coach"}, "is 'coach', which is no application ID"),
        ({"COACH_PUBLIC_URL": ""}, "COACH_PUBLIC_URL isn't set"),
        ({"COACH_PUBLIC_URL": "http://coach.example.com"}, "takes https:// addresses only"),
    ],
)
def test_what_is_missing_is_named(coach, monkeypatch, changed, told, tmp_path):
    for name, it in changed.items():
        monkeypatch.setenv(name, it)
    done = coach("teams-package")
    assert done.exit_code == 1
    assert told in done.output
    assert list(tmp_path.glob("*.zip")) == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("--developer", "x" * 33), "33 characters"),
        (("--privacy", "acme.example"), "starts with https://"),
        (("--version", "2"), "three numbers"),
        (("--out", "nowhere/mine.zip"), "can't be written"),
    ],
)
def test_what_teams_would_refuse_is_refused_here(coach, given, told):
    done = coach("teams-package", *given)
    assert done.exit_code == 1
    assert told in done.output

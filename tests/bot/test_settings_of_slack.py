"""Slack is set up wholly, or not at all."""

from __future__ import annotations

import pytest

from bot.settings import SettingsError, read_settings

MANY = {"SLACK_SIGNING_SECRET": "hush", "SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "hush-hush"}


@pytest.fixture(autouse=True)
def nothing_else(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)


def read(monkeypatch: pytest.MonkeyPatch, named: dict[str, str]):
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    return read_settings()


@pytest.mark.parametrize("missing", MANY)
def test_an_app_for_many_workspaces_that_lacks_something_is_told_what(monkeypatch, missing):
    with pytest.raises(SettingsError, match=rf"^SLACK_CLIENT_\w+ is set but {missing} is not[^\n]*$"):
        read(monkeypatch, {name: it for name, it in MANY.items() if name != missing})


@pytest.mark.parametrize("url", ["nonsense", "ftp://slack.example/", "https://"])
def test_an_address_that_is_none_is_refused_by_its_name(monkeypatch, url):
    with pytest.raises(SettingsError, match=r"^SLACK_API_URL: '.*' is no address; write one such as [^\n]*$"):
        read(monkeypatch, {"SLACK_API_URL": url})


@pytest.mark.parametrize("named", [MANY, {"SLACK_SIGNING_SECRET": "hush", "SLACK_BOT_TOKEN": "xoxb-1"}, {}])
def test_what_is_whole_is_taken(monkeypatch, named):
    settings = read(monkeypatch, named)
    assert (settings.many_workspaces, settings.slack) == ("SLACK_CLIENT_ID" in named, "SLACK_BOT_TOKEN" in named)

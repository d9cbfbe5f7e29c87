"""Teams is set up wholly, or not at all."""

from __future__ import annotations

import pytest

from bot.settings import AppType, SettingsError, read_settings

WHOLE = {"MICROSOFT_APP_ID": "app", "MICROSOFT_APP_PASSWORD": "hush-hush", "MICROSOFT_APP_TENANT_ID": "home"}


@pytest.fixture(autouse=True)
def nothing_else(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)


def read(monkeypatch: pytest.MonkeyPatch, **named: str):
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    return read_settings()


def test_all_of_it_is_a_bot_of_one_tenant_unless_told_otherwise(monkeypatch):
    settings = read(monkeypatch, **WHOLE)
    assert settings.teams
    assert settings.app_type is AppType.SINGLE_TENANT
    assert "hush-hush" not in repr(settings)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"MICROSOFT_APP_ID": "app"}, "MICROSOFT_APP_PASSWORD is not"),
        ({"MICROSOFT_APP_PASSWORD": "hush-hush"}, "MICROSOFT_APP_ID is not"),
        ({"MICROSOFT_APP_TENANT_ID": "home"}, "MICROSOFT_APP_ID is not"),
        ({"MICROSOFT_APP_TYPE": "SingleTenant"}, "MICROSOFT_APP_ID is not"),
        ({"MICROSOFT_APP_ID": "app", "MICROSOFT_APP_PASSWORD": "hush-hush"}, "MICROSOFT_APP_TENANT_ID is not"),
        ({**WHOLE, "MICROSOFT_APP_TYPE": "Skill"}, "is no type of app; write SingleTenant"),
        ({**WHOLE, "MICROSOFT_LOGIN_URL": "http://login.example"}, "must begin with https"),
        ({**WHOLE, "MICROSOFT_OPENID_METADATA_URL": "keys"}, "is no address"),
        ({**WHOLE, "MICROSOFT_SERVICE_URLS": "https://a.example,http://b.example"}, "'http://b.example' must begin"),
        ({**WHOLE, "MICROSOFT_SERVICE_URLS": "https://user@a.example"}, "is no address"),
        ({**WHOLE, "MICROSOFT_SETUP_TENANTS": "acme.example"}, "'acme.example' is no tenant"),
        ({**WHOLE, "MICROSOFT_SETUP_TENANTS": "5c0fb1de-aaaa,5c0fb1de-bbbb/"}, "is no tenant"),
        ({"MICROSOFT_SETUP_TENANTS": "5c0fb1de-aaaa"}, "MICROSOFT_SETUP_TENANTS is set but MICROSOFT_APP_ID is not"),
        ({**WHOLE, "COACH_TEAMS_DANGEROUSLY_UNAUTHENTICATED": "1"}, "remove one"),
        ({"MICROSOFT_APP_ID": "app", "MICROSOFT_APP_TYPE": "UserAssignedMSI"}, "MICROSOFT_APP_TENANT_ID is not"),
    ],
)
def test_half_of_it_is_refused_in_one_line(monkeypatch, named, said):
    with pytest.raises(SettingsError, match=r"^[^\n]*$") as refused:
        read(monkeypatch, **named)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "named",
    [
        {"MICROSOFT_APP_ID": "app", "MICROSOFT_APP_PASSWORD": "hush-hush", "MICROSOFT_APP_TYPE": "multitenant"},
        {"MICROSOFT_APP_ID": "app", "MICROSOFT_APP_TENANT_ID": "home", "MICROSOFT_APP_TYPE": "UserAssignedMSI"},
        {**WHOLE, "MICROSOFT_LOGIN_URL": "http://127.0.0.1:1/login", "MICROSOFT_SERVICE_URLS": "http://localhost:1/x/"},
        {"COACH_TEAMS_DANGEROUSLY_UNAUTHENTICATED": "1"},
    ],
)
def test_other_ways_are_whole_too(monkeypatch, named):
    assert read(monkeypatch, **named).teams


def test_without_any_of_it_there_is_no_teams(monkeypatch):
    assert not read(monkeypatch).teams


def test_the_tenants_that_may_set_themselves_up_are_as_activities_name_them(monkeypatch):
    settings = read(monkeypatch, **WHOLE, MICROSOFT_SETUP_TENANTS=" 5C0FB1DE-AAAA, 5c0fb1de-bbbb/6B1F4A00-0000 ")
    assert settings.microsoft_setup_tenants == ("5c0fb1de-aaaa", "5c0fb1de-bbbb/6b1f4a00-0000")
    assert read(monkeypatch, MICROSOFT_SETUP_TENANTS="").microsoft_setup_tenants == ()

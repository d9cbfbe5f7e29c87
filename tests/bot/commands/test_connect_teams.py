"""`coach connect teams`: a company's own app, tried at Microsoft, kept sealed, and said what is left to do."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from storage import teams_apps
from storage.database import create_engine
from storage.outbox import Outbox
from storage.secrets import Secrets
from storage.store import SqlStore
from tests.bot.commands.conftest import NOW, Coach, runner
from tests.builders import a_company
from tests.fake_teams import APP, HOME, SECRET, TENANT, FakeTeams

KEY = Fernet.generate_key().decode()
OTHER = "bbbbbbbb-0000-4000-8000-000000000002"
KEPT = {"id": APP, "secret": SECRET, "tenant": HOME, "type": "SingleTenant"}


@pytest.fixture
def teams() -> Iterator[FakeTeams]:
    with FakeTeams() as fake:
        yield fake


@pytest.fixture
def store(migrated_sqlite_url: str) -> Iterator[SqlStore]:
    made = SqlStore(create_engine(migrated_sqlite_url))
    for slug, tenant in (("acme", TENANT), ("globex", None)):
        company = a_company(slug=slug, teams_tenant=tenant)
        with made.opened(company, NOW) as work:
            work.keep_company(company)
    yield made
    made.engine.dispose()


@pytest.fixture
def coach(monkeypatch: pytest.MonkeyPatch, store: SqlStore, teams: FakeTeams, migrated_sqlite_url: str) -> Coach:
    del store
    monkeypatch.setenv("COACH_SECRET_KEYS", KEY)
    monkeypatch.setenv("COACH_PUBLIC_URL", "https://coach.example")
    for name, value in teams.settings().items():
        if not name.startswith("MICROSOFT_APP"):
            monkeypatch.setenv(name, value)
    return runner(monkeypatch, migrated_sqlite_url)


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, teams: FakeTeams) -> Any:
    """In the environment."""

    def give(**more: str) -> None:
        values = {name: it for name, it in teams.settings().items() if name.startswith("MICROSOFT_APP")}
        for name, value in (values | more).items():
            monkeypatch.setenv(name, value)

    return give


def kept(store: SqlStore, slug: str) -> dict[str, str] | None:
    found = {it.company: it for it in teams_apps.brought(store, Secrets(KEY))}
    return dict(found[slug].credentials or {}) if slug in found else None


def test_what_is_in_the_environment_is_tried_and_kept_sealed(coach, store, teams, given):
    given()
    told = coach("connect", "teams", "--company", "acme")
    assert told.exit_code == 0, told.output
    assert f"connected as app {APP} of tenant {HOME}" in told.stdout
    assert "https://coach.example/api/messages" in told.stdout
    assert "coach teams-package --company acme" in told.stdout
    assert f"its file names tenant {TENANT}: only from there" in told.stdout
    assert "taken from MICROSOFT_APP_ID" in told.stdout
    assert kept(store, "acme") == KEPT
    assert (teams.calls["login"], teams.calls["send"]) == (1, 0)
    assert SECRET.encode() not in Path(store.engine.url.database).read_bytes()
    assert SECRET not in told.output


def test_what_is_missing_is_asked_for(coach, store):
    told = coach("connect", "teams", "--company", "acme", input=f" {APP} \n{SECRET}\n{HOME}\n")
    assert told.exit_code == 0, told.output
    assert kept(store, "acme") == KEPT
    assert SECRET not in told.output
    assert "environment" not in told.stdout


def test_asked_for_although_the_environment_has_another(coach, store, teams, given):
    teams.others[OTHER] = ("other-secret", HOME)
    given()
    told = coach("connect", "teams", "--company", "acme", "--ask", input=f"{OTHER}\nother-secret\n{HOME}\n")
    assert told.exit_code == 0, told.output
    assert kept(store, "acme")["id"] == OTHER


def test_an_app_of_several_tenants_logs_in_where_those_do(coach, store, teams):
    teams.others[OTHER] = ("other-secret", "botframework.com")
    told = coach("connect", "teams", "--company", "globex", input=f"{OTHER}\nother-secret\n\n")
    assert told.exit_code == 0, told.output
    assert (kept(store, "globex")["type"], kept(store, "globex")["tenant"]) == ("MultiTenant", "")
    assert "names no tenant yet; write into it: teams: {tenant: …}" in told.stdout


def test_a_company_without_a_tenant_gets_that_of_its_app_and_another_apply_leaves_it(coach, store, tmp_path):
    before = coach("company", "--company", "globex").stdout
    told = coach("connect", "teams", "--company", "globex", input=f"{APP}\n{SECRET}\n{HOME}\n")
    assert f"teams: {{tenant: {HOME}}}" in told.stdout
    assert store.company_of("teams", HOME) == "globex"
    file = tmp_path / "globex.yaml"
    file.write_text(before)
    assert coach("apply", str(file)).stdout == "no changes\n"
    assert store.company_of("teams", HOME) == "globex"


def test_the_deployments_app_is_never_taken_for_a_companys_own(coach, store, given):
    given()
    told = coach("connect", "teams", "--company", "globex", input="")
    assert told.exit_code == 1
    assert "what stands in the environment isn't taken, as only globex's own app" in told.stderr
    with store.opened(store.company("globex"), NOW) as work:
        work.keep_company(
            a_company(slug="globex", teams_tenant=OTHER)
        )  # acme, who has a tenant too, is spoken for by the deployment's
    assert coach("connect", "teams", "--company", "globex", input="").exit_code == 1
    assert (kept(store, "globex"), store.company("globex").teams_tenant) == (None, OTHER)


def test_a_tenant_that_came_with_the_app_goes_with_it(coach, store, teams):
    ask = ("connect", "teams", "--company", "globex", "--ask")
    assert coach(*ask, input=f"{APP}\n{SECRET}\n{HOME}\n").exit_code == 0
    teams.others[OTHER] = ("other-secret", OTHER)
    told = coach(*ask, input=f"{OTHER}\nother-secret\n{OTHER}\n")
    assert (told.exit_code, "its file names tenant" in told.stdout) == (0, False)
    assert store.company("globex").teams_tenant == OTHER
    told = coach("connect", "teams", "--company", "globex", "--remove")
    assert f"so is tenant {OTHER}" in told.stdout
    assert store.company("globex").teams_tenant is None


def test_doctor_warns_of_an_app_from_another_tenant(coach):
    coach("connect", "teams", "--company", "acme", "--ask", input=f"{APP}\n{SECRET}\n{HOME}\n")
    (said,) = [text for what, verdict, text in found(coach) if (what, verdict) == ("acme", "warn") and HOME in text]
    assert f"registered in tenant {HOME}, but its people are in {TENANT}" in said


def test_a_domain_is_no_tenants_id(coach, store, teams, given):
    teams.others[OTHER] = ("other-secret", "globex.onmicrosoft.com")
    told = coach("connect", "teams", "--company", "globex", input=f"{OTHER}\nother-secret\nglobex.onmicrosoft.com\n")
    assert told.exit_code == 0, told.output
    assert store.company("globex").teams_tenant is None
    assert "names no tenant yet" in told.stdout


def test_a_secret_that_microsoft_refuses_is_not_kept(coach, store, given):
    given(MICROSOFT_APP_PASSWORD="wrong-canary")
    told = coach("connect", "teams", "--company", "acme")
    assert (told.exit_code, len(told.stderr.splitlines())) == (1, 1)
    assert "AADSTS7000215: Invalid client secret provided" in told.stderr
    assert "nothing was kept" in told.stderr
    assert "canary" not in told.output
    assert kept(store, "acme") is None


def test_a_microsoft_that_cannot_be_reached_is_one_line(coach, store, given, monkeypatch):
    given(MICROSOFT_LOGIN_URL="http://127.0.0.1:9/login")
    told = coach("connect", "teams", "--company", "acme")
    assert (told.exit_code, len(told.stderr.splitlines())) == (1, 1)
    assert "can't be reached" in told.stderr
    assert kept(store, "acme") is None


def test_an_app_or_a_tenant_that_is_anothers_is_refused_and_nothing_is_kept(coach, store, teams, given):
    given()
    assert coach("connect", "teams", "--company", "acme").exit_code == 0
    told = coach("connect", "teams", "--company", "globex", "--ask", input=f"{APP}\n{SECRET}\n{HOME}\n")
    assert (told.exit_code, f"app {APP} belongs to another company" in told.stderr) == (1, True)
    teams.others[OTHER] = ("other-secret", TENANT)
    told = coach("connect", "teams", "--company", "globex", "--ask", input=f"{OTHER}\nother-secret\n{TENANT}\n")
    assert (told.exit_code, f"tenant {TENANT} belongs to another company" in told.stderr) == (1, True)
    assert kept(store, "globex") is None
    assert kept(store, "acme") == KEPT


def test_connecting_again_replaces_the_secret_and_ends_a_pause(coach, store, teams, given, monkeypatch):
    given()
    coach("connect", "teams", "--company", "acme")
    resumed: list[str] = []
    monkeypatch.setattr(Outbox, "resume", lambda _self, slug: resumed.append(slug))
    teams.secret = "renewed"
    given(MICROSOFT_APP_PASSWORD="renewed")
    assert coach("connect", "teams", "--company", "acme").exit_code == 0
    assert kept(store, "acme") == KEPT | {"secret": "renewed"}
    assert resumed == ["acme"]


def test_removed_is_forgotten(coach, store, given):
    given()
    coach("connect", "teams", "--company", "acme")
    told = coach("connect", "teams", "--company", "acme", "--remove")
    assert (told.exit_code, "is forgotten" in told.stdout) == (0, True)
    assert kept(store, "acme") is None
    assert coach("connect", "teams", "--company", "acme", "--remove").exit_code == 1


def test_a_machines_identity_cannot_be_kept(coach, store, given):
    given(MICROSOFT_APP_TYPE="UserAssignedMSI")
    told = coach("connect", "teams", "--company", "acme")
    assert (told.exit_code, "UserAssignedMSI" in told.stderr) == (1, True)


def test_without_a_key_nothing_is_tried(coach, teams, given, monkeypatch):
    given()
    monkeypatch.delenv("COACH_SECRET_KEYS")
    told = coach("connect", "teams", "--company", "acme")
    assert (told.exit_code, "COACH_SECRET_KEYS is not set; make a key with" in told.stderr) == (1, True)
    assert not teams.calls


def test_two_words_are_no_id(coach, store):
    told = coach("connect", "teams", "--company", "acme", input=f"{APP} x\n")
    assert (told.exit_code, "Application (client) ID: one word is wanted" in told.stderr) == (1, True)


# --- what goes with it ---------------------------------------------------------------------------------------------
def test_its_package_has_its_own_apps_id(coach, given, monkeypatch, tmp_path):
    given()
    coach("connect", "teams", "--company", "acme")
    for name in ("MICROSOFT_APP_ID", "MICROSOFT_APP_PASSWORD", "MICROSOFT_APP_TENANT_ID", "MICROSOFT_APP_TYPE"):
        monkeypatch.delenv(name)
    made = tmp_path / "acme.zip"
    told = coach("teams-package", "--company", "acme", "--out", str(made))
    assert told.exit_code == 0, told.output
    with zipfile.ZipFile(made) as packed:
        manifest = json.loads(packed.read("manifest.json"))
    assert (manifest["id"], manifest["bots"][0]["botId"]) == (APP, APP)
    told = coach("teams-package", "--company", "globex")
    assert (told.exit_code, "connect it with: coach connect teams --company globex" in told.stderr) == (1, True)
    assert coach("teams-package", "--company", "nobody").exit_code == 1


def found(coach: Coach) -> list[tuple[str, str, str]]:
    told = coach("doctor", "--format", "json")
    return [(it["what"], it["verdict"], it["text"]) for it in json.loads(told.stdout)["checks"]]


def test_doctor_tries_each_companys_app(coach, store, teams, given, monkeypatch):
    given()
    coach("connect", "teams", "--company", "acme")
    teams.others[OTHER] = ("other-secret", HOME)
    coach("connect", "teams", "--company", "globex", "--ask", input=f"{OTHER}\nother-secret\n{HOME}\n")
    for name in ("MICROSOFT_APP_ID", "MICROSOFT_APP_PASSWORD", "MICROSOFT_APP_TENANT_ID", "MICROSOFT_APP_TYPE"):
        monkeypatch.delenv(name)
    said = found(coach)
    assert ("acme", "ok", f"Microsoft takes the app {APP}") in said
    assert ("globex", "ok", f"Microsoft takes the app {OTHER}") in said
    assert any("https://coach.example/api/messages" in text for what, _, text in said if what == "Teams")
    teams.others[OTHER] = ("changed", HOME)
    (failed,) = [text for what, verdict, text in found(coach) if (what, verdict) == ("globex", "fail")]
    assert "AADSTS7000215" in failed
    assert "coach connect teams --company globex" in failed
    assert teams.calls["send"] == 0


def test_doctor_names_credentials_that_cannot_be_read(coach, given, monkeypatch):
    given()
    coach("connect", "teams", "--company", "acme")
    monkeypatch.setenv("COACH_SECRET_KEYS", Fernet.generate_key().decode())
    assert any(what == "acme" and "can't be read" in text for what, verdict, text in found(coach) if verdict == "fail")

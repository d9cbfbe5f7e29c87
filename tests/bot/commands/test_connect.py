"""`coach connect`, `coach slack-manifest`, `coach company`: tried, sealed, and said what is left to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.files.company import read_company
from storage.database import create_engine
from storage.installs import Installs, pause
from storage.secrets import Secrets
from storage.store import SqlStore
from tests.bot.commands.conftest import NOW, Coach, runner
from tests.builders import a_company
from tests.fake_slack import TOKEN, FakeSlack

KEY = Fernet.generate_key().decode()
SIGNING = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield fake


@pytest.fixture
def store(migrated_sqlite_url: str) -> Iterator[SqlStore]:
    made = SqlStore(create_engine(migrated_sqlite_url))
    for slug, team in (("acme", "T0ACME"), ("globex", None)):
        company = a_company(slug=slug, slack_team=team)
        with made.opened(company, NOW) as work:
            work.keep_company(company)
    yield made
    made.engine.dispose()


@pytest.fixture
def coach(monkeypatch: pytest.MonkeyPatch, store: SqlStore, slack: FakeSlack, migrated_sqlite_url: str) -> Coach:
    del store
    monkeypatch.setenv("COACH_SECRET_KEYS", KEY)
    monkeypatch.setenv("COACH_PUBLIC_URL", "https://coach.example")
    monkeypatch.setenv("SLACK_API_URL", slack.url)
    return runner(monkeypatch, migrated_sqlite_url)


def given(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def kept(store: SqlStore, slug: str) -> tuple[dict, str | None]:
    secrets = Secrets(KEY)
    with store.work(slug) as work:
        app = dict(secrets.find(work, "slack") or {})
    installs = Installs(store, secrets)
    mine = [it for it in installs.all() if it.app == slug]
    tokens = installs.tokens(mine[0]) if mine else None
    return app, tokens.bot if tokens else None


# --- slack ---------------------------------------------------------------------------------------------------------
def test_what_is_in_the_environment_is_tried_and_kept_sealed(coach, store, monkeypatch):
    given(monkeypatch, SLACK_SIGNING_SECRET="signing-canary", SLACK_BOT_TOKEN=TOKEN)
    told = coach("connect", "slack", "--company", "acme")
    assert told.exit_code == 0, told.output
    assert "connected to Acme (T0ACME) as @coach" in told.stdout
    assert "https://coach.example/slack/events/acme" in told.stdout
    assert kept(store, "acme") == ({"signing_secret": "signing-canary"}, TOKEN)
    raw = Path(store.engine.url.database).read_bytes()
    assert b"canary" not in raw
    assert TOKEN.encode() not in raw
    assert TOKEN not in told.output


def test_what_is_missing_is_asked_for(coach, store):
    told = coach("connect", "slack", "--company", "acme", input=f"signing-canary\n{TOKEN}\n")
    assert told.exit_code == 0, told.output
    assert kept(store, "acme") == ({"signing_secret": "signing-canary"}, TOKEN)
    assert "canary" not in told.output


def test_a_token_that_slack_refuses_is_not_kept(coach, store, monkeypatch):
    given(monkeypatch, SLACK_SIGNING_SECRET="s", SLACK_BOT_TOKEN="xoxb-wrong")
    told = coach("connect", "slack", "--company", "acme")
    assert told.exit_code == 1
    assert "refuses the bot token (invalid_auth)" in told.stderr
    assert kept(store, "acme") == ({}, None)


def test_a_token_of_another_workspace_is_not_kept(coach, store, slack, monkeypatch):
    slack.tokens["xoxb-other"] = "T0OTHER"
    given(monkeypatch, SLACK_SIGNING_SECRET="s", SLACK_BOT_TOKEN="xoxb-other")
    told = coach("connect", "slack", "--company", "acme")
    assert told.exit_code == 1
    assert "T0OTHER" in told.stderr
    assert "T0ACME" in told.stderr
    assert kept(store, "acme") == ({}, None)


def test_a_company_without_a_workspace_gets_that_of_the_token_and_another_apply_leaves_it(
    coach, store, slack, monkeypatch, tmp_path
):
    slack.tokens["xoxb-globex"] = "T0GLOBEX"
    before = coach("company", "--company", "globex").stdout
    given(monkeypatch, SLACK_SIGNING_SECRET="s", SLACK_BOT_TOKEN="xoxb-globex")
    told = coach("connect", "slack", "--company", "globex")
    assert "slack: {team: T0GLOBEX}" in told.stdout
    assert store.company_of("slack", "T0GLOBEX") == "globex"
    file = tmp_path / "globex.yaml"
    file.write_text(before)
    assert coach("apply", str(file)).stdout == "no changes\n"
    assert store.company_of("slack", "T0GLOBEX") == "globex"


def test_a_workspace_that_is_anothers_is_refused_and_nothing_is_kept(coach, store, monkeypatch):
    given(monkeypatch, SLACK_SIGNING_SECRET="s", SLACK_BOT_TOKEN=TOKEN)
    told = coach("connect", "slack", "--company", "globex")
    assert told.exit_code == 1
    assert "belongs to another company" in told.stderr
    assert kept(store, "globex") == ({}, None)


def test_connecting_ends_a_pause(coach, store, monkeypatch):
    pause(store, "acme", NOW)
    given(monkeypatch, SLACK_SIGNING_SECRET="s", SLACK_BOT_TOKEN=TOKEN)
    assert coach("connect", "slack", "--company", "acme").exit_code == 0
    assert [it.paused for it in Installs(store, Secrets(KEY)).homes()] == [False, False]
    assert store.upcoming(NOW) is not None


def test_removed_is_forgotten(coach, store, monkeypatch):
    given(monkeypatch, SLACK_SIGNING_SECRET="s", SLACK_BOT_TOKEN=TOKEN)
    coach("connect", "slack", "--company", "acme")
    assert coach("connect", "slack", "--company", "acme", "--remove").exit_code == 0
    assert kept(store, "acme") == ({}, None)
    assert coach("connect", "slack", "--company", "acme", "--remove").exit_code == 1


def test_a_workspace_known_from_the_app_alone_goes_with_it(coach, store, slack, monkeypatch):
    slack.tokens["xoxb-globex"] = "T0GLOBEX"
    given(monkeypatch, SLACK_SIGNING_SECRET="s", SLACK_BOT_TOKEN="xoxb-globex")
    for _ in range(2):  # once more, with a new token, is no other workspace's
        assert coach("connect", "slack", "--company", "globex").exit_code == 0
    told = coach("connect", "slack", "--company", "globex", "--remove").stdout
    assert "so is workspace T0GLOBEX, first known from that app" in told
    assert store.company("globex").slack_team is None
    assert store.company_of("slack", "T0GLOBEX") is None


def test_a_workspace_that_the_file_named_stays_and_is_said(coach, store, monkeypatch):
    given(monkeypatch, SLACK_SIGNING_SECRET="s", SLACK_BOT_TOKEN=TOKEN)
    coach("connect", "slack", "--company", "acme")
    told = coach("connect", "slack", "--company", "acme", "--remove").stdout
    assert "its workspace stays T0ACME, which its file names" in told
    assert store.company("acme").slack_team == "T0ACME"


def test_an_app_that_is_still_to_be_installed_is_tried_by_its_client_id(coach, store, slack):
    slack.clients["1.2"] = "client-canary"
    told = coach("connect", "slack", "--company", "acme", "--ask", input=f"{SIGNING}\n\n1.2\nclient-canary\n")
    assert told.exit_code == 0, told.output
    assert "https://coach.example/slack/install?company=acme" in told.stdout
    assert kept(store, "acme")[0] == {"signing_secret": SIGNING, "client_id": "1.2", "client_secret": "client-canary"}
    refused = coach("connect", "slack", "--company", "acme", "--ask", input=f"{SIGNING}\n\n1.2\nwrong\n")
    assert refused.exit_code == 1
    assert "bad_client_secret" in refused.stderr


@pytest.mark.parametrize("more", [{}, {"SLACK_BOT_TOKEN": TOKEN}])
def test_the_app_for_many_workspaces_is_never_taken_for_a_companys_own(coach, store, slack, monkeypatch, more):
    slack.clients["1.2"] = "shared"
    given(monkeypatch, SLACK_SIGNING_SECRET="shared", SLACK_CLIENT_ID="1.2", SLACK_CLIENT_SECRET="shared", **more)
    told = coach("connect", "slack", "--company", "acme", input="")
    assert told.exit_code == 1
    assert "only acme's own app may be kept with it. Run this where it can ask you" in told.stderr
    assert kept(store, "acme") == ({}, None)
    told = coach("connect", "slack", "--company", "acme", input=f"{SIGNING}\n{TOKEN}\n")
    assert told.exit_code == 0, told.output
    assert kept(store, "acme") == ({"signing_secret": SIGNING}, TOKEN)
    assert "environment" not in told.stdout


def test_where_it_is_from_is_said(coach, monkeypatch):
    given(monkeypatch, SLACK_SIGNING_SECRET=SIGNING, SLACK_BOT_TOKEN=TOKEN)
    told = coach("connect", "slack", "--company", "acme")
    assert "taken from the environment (SLACK_SIGNING_SECRET, SLACK_BOT_TOKEN); take those out" in told.stdout


@pytest.mark.parametrize(
    ("secret", "doubted"),
    [
        ("short", True),
        ("8F742231B10E8888ABCD99YYYZ85A5", True),
        (None, False),
        (f"{SIGNING},{SIGNING[::-1]}", False),
        (f"{SIGNING},old", True),
    ],
)
def test_a_signing_secret_unlike_slacks_is_doubted(coach, monkeypatch, secret, doubted):
    given(monkeypatch, SLACK_SIGNING_SECRET=secret or SIGNING, SLACK_BOT_TOKEN=TOKEN)
    told = coach("connect", "slack", "--company", "acme")
    assert (told.exit_code, "doesn't look like one of Slack's" in told.stdout) == (0, doubted)


@pytest.mark.parametrize("token", ["xoxp-1", "xapp-1"])
def test_another_kind_of_token_is_told_apart(coach, monkeypatch, token):
    given(monkeypatch, SLACK_SIGNING_SECRET="s", SLACK_BOT_TOKEN=token)
    told = coach("connect", "slack", "--company", "acme")
    assert (told.exit_code, "xoxb-" in told.stderr) == (1, True)


def test_a_slack_that_cannot_be_reached_is_one_line(coach, monkeypatch):
    given(monkeypatch, SLACK_SIGNING_SECRET="s", SLACK_BOT_TOKEN=TOKEN, SLACK_API_URL="http://127.0.0.1:9/api/")
    told = coach("connect", "slack", "--company", "acme")
    assert (told.exit_code, "can't be reached" in told.stderr) == (1, True)


def test_without_a_key_nothing_is_tried(coach, slack, monkeypatch):
    monkeypatch.delenv("COACH_SECRET_KEYS")
    given(monkeypatch, SLACK_SIGNING_SECRET="s", SLACK_BOT_TOKEN=TOKEN)
    told = coach("connect", "slack", "--company", "acme")
    assert told.exit_code == 1
    assert "COACH_SECRET_KEYS is not set; make a key with" in told.stderr
    assert not slack.calls


def test_an_unknown_company_is_named(coach):
    told = coach("connect", "slack", "--company", "nobody")
    assert (told.exit_code, "no company 'nobody'" in told.stderr) == (1, True)


# --- the others ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["hubspot", "salesforce", "pipedrive"])
def test_what_is_not_offered_says_so_and_what_to_do_instead(coach, kind):
    told = coach("connect", kind, "--company", "acme")
    assert told.exit_code == 1
    assert len(told.stderr.splitlines()) == 1
    assert "can't be connected in this version. What is possible today: export" in told.stderr
    assert "coach import FILE.csv --company acme" in told.stderr


def test_another_word_is_wrong_usage(coach):
    assert coach("connect", "myspace", "--company", "acme").exit_code == 2


# --- manifest and file ---------------------------------------------------------------------------------------------
def test_the_manifest_has_the_address_of_the_environment(coach):
    told = coach("slack-manifest", "--company", "acme")
    assert (
        json.loads(told.stdout)["settings"]["interactivity"]["request_url"] == "https://coach.example/slack/events/acme"
    )


def test_the_manifest_of_an_app_that_nobody_could_connect_is_refused(coach):
    told = coach("slack-manifest", "--company", "nobody")
    assert (told.exit_code, told.stdout) == (1, "")
    assert "no company 'nobody'; there are: acme, globex" in told.stderr


def test_without_an_address_the_manifest_says_what_to_set(coach, monkeypatch):
    monkeypatch.delenv("COACH_PUBLIC_URL")
    told = coach("slack-manifest")
    assert (told.exit_code, "COACH_PUBLIC_URL" in told.stderr) == (1, True)
    assert json.loads(coach("slack-manifest", "--url", "https://x.example").stdout)


def test_a_companys_file_reads_back_to_the_company(coach, store):
    file = coach("company", "--company", "acme").stdout
    with store.work("acme") as work:
        assert read_company(file.encode()) == work.company


def test_a_server_with_a_bad_key_says_so_in_a_line(monkeypatch, migrated_sqlite_url):
    monkeypatch.setenv("COACH_SECRET_KEYS", "not a key")
    told = runner(monkeypatch, migrated_sqlite_url)("serve", "--port", "0")
    assert told.exit_code == 1
    assert told.stderr.startswith("coach: key 1 of COACH_SECRET_KEYS is none; make one with: python")
    assert told.stderr.count("\n") == 1

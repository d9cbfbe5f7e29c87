"""`coach doctor`: what it finds, and that it says what mends it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography.fernet import Fernet

from bot.app import assemble
from bot.checkup.companies import Facts, company
from bot.clock import SetClock
from bot.settings import Settings
from coaching.card import note
from coaching.company import Company, DigestPlan, Target
from coaching.decision import Decision, Kind, Message
from storage.addresses import Addresses
from storage.database import create_engine
from storage.installs import Install, Installs, Tokens
from storage.outbox import Outbox
from storage.secrets import Secrets
from storage.store import SqlStore
from tests.bot.commands.conftest import NOW, Coach, data_of, runner
from tests.builders import MONDAY, a_company, a_manager, a_member, an_address, an_owner, dollars
from tests.fake_llm import FakeModel
from tests.fake_slack import FakeSlack
from tests.fake_teams import TENANT, FakeTeams

KEY = Fernet.generate_key().decode()


def in_slack(**more: str) -> Company:
    """Acme, whose people are all in Slack."""
    people = (replace(it, **more) for it in (a_member(), a_manager(), an_owner()))
    return a_company(*people, slack_team="T0ACME", digest=DigestPlan(to=("olivia",)))


@pytest.fixture
def store(tmp_path: Path, migrated_sqlite_url: str) -> Iterator[SqlStore]:
    """With Acme, who has everything."""
    made = SqlStore(create_engine(migrated_sqlite_url))
    acme = in_slack(email="somebody@acme.example")
    with made.opened(acme, NOW) as work:
        work.keep_company(acme)
        work.keep_pipeline(opportunities=(), changes=(), snapshots=(), on=MONDAY)
    yield made
    made.engine.dispose()


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch, store: SqlStore, migrated_sqlite_url: str) -> Coach:
    del store
    monkeypatch.setenv("COACH_PUBLIC_URL", "https://coach.example")
    monkeypatch.setenv("COACH_SECRET_KEYS", KEY)
    return runner(monkeypatch, migrated_sqlite_url)


def found(doctor: Coach, what: str) -> list[tuple[str, str]]:
    """Verdict and text of each check of that name."""
    checks = json.loads(doctor("doctor", "--format", "json").stdout)["checks"]
    return [(it["verdict"], it["text"]) for it in checks if it["what"] == what]


# --- the whole -----------------------------------------------------------------------------------------------------
def test_each_line_begins_with_its_verdict_and_a_warning_is_no_failure(doctor):
    told = doctor("doctor")
    assert told.exit_code == 0, told.output
    lines = [it for it in told.stdout.splitlines() if not it.startswith(" ")]
    assert {it.split()[0] for it in lines} == {"ok", "warn"}
    assert "ok    acme         1 rep, manager Morgan Lee, imported 2026-11-23" in lines
    assert max(map(len, told.stdout.splitlines())) <= 100


def test_json_is_alone_and_says_the_same(doctor):
    told = data_of(doctor("doctor", "--format", "json"))
    assert (told["ok"], told["undelivered"]) == (True, [])
    assert {it["verdict"] for it in told["checks"]} == {"ok", "warn"}


def test_settings_that_do_not_fit_are_one_failure(monkeypatch, doctor):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb")
    told = doctor("doctor")
    assert told.exit_code == 1
    assert told.stdout.startswith("FAIL  settings     SLACK_BOT_TOKEN is set but SLACK_SIGNING_SECRET is not")


def test_a_clock_that_is_not_the_real_one_is_told(doctor, monkeypatch):
    assert found(doctor, "clock")[0][0] == "warn"
    monkeypatch.delenv("COACH_CLOCK")
    assert found(doctor, "clock") == []


# --- the database --------------------------------------------------------------------------------------------------
def test_an_old_schema_is_told_with_the_command_that_mends_it(monkeypatch, each_database):
    told = runner(monkeypatch, each_database)("doctor")
    assert told.exit_code == 1
    assert "FAIL  database     the database has no tables yet; run: coach migrate" in told.stdout


def test_a_database_that_answers_nobody_is_told_without_its_password(monkeypatch):
    told = runner(monkeypatch, "postgresql://coach:hunter2@127.0.0.1:1/coach")("doctor")
    assert told.exit_code == 1
    assert "check COACH_DATABASE_URL" in told.stdout.replace("\n", " ")
    assert "hunter2" not in told.output


def test_a_database_that_can_only_be_read_is_a_failure(monkeypatch, tmp_path, sample_file):
    copy = shutil.copyfile(sample_file, tmp_path / "copy.db")
    told = runner(monkeypatch, f"sqlite:///file:{copy}?mode=ro&uri=true")("doctor")
    assert told.exit_code == 1
    assert "it can be read but not written" in told.stdout


def test_postgresql_is_checked_alike(monkeypatch, migrated_postgres_url):
    told = runner(monkeypatch, migrated_postgres_url)("doctor", "--format", "json")
    checks = {it["what"]: it for it in json.loads(told.stdout)["checks"]}
    assert checks["database"]["verdict"] == "ok"
    assert (checks["companies"]["verdict"], told.exit_code) == ("fail", 1)


def test_where_a_chat_may_set_a_company_up_none_is_missing_yet(monkeypatch, migrated_sqlite_url):
    for name, value in (("MICROSOFT_SETUP_TENANTS", TENANT), ("COACH_TEAMS_DANGEROUSLY_UNAUTHENTICATED", "1")):
        monkeypatch.setenv(name, value)
    told = runner(monkeypatch, migrated_sqlite_url)("doctor", "--format", "json")
    checks = {it["what"]: it for it in json.loads(told.stdout)["checks"]}
    assert checks["companies"]["verdict"] == "ok"
    assert "whoever brings the app in may set one up" in checks["companies"]["text"]


def test_what_is_undelivered_is_named(doctor, store):
    with store.work("acme") as work:
        late = Message(key="hello", to="dana", card=note("Hello"), kind=Kind.NOTICE)
        work.apply(Decision(messages=(late,)), NOW - timedelta(minutes=5))
    assert found(doctor, "undelivered") == [
        ("warn", "notice to dana of acme (hello): it is waiting longer than it should")
    ]
    told = data_of(doctor("doctor", "--format", "json"))["undelivered"]
    assert [(it["company"], it["member"], it["key"]) for it in told] == [("acme", "dana", "hello")]


def test_whom_nothing_reached_is_named_with_what_the_company_has_by_now(doctor, store, monkeypatch):
    """Nothing was set up when it was to go; Teams is now."""
    with store.work("acme") as work:
        members = (replace(it, handles={}, email=None) for it in work.company.members)
        work.keep_company(replace(work.company, members=tuple(members), slack_team=None))
    with_keys = Settings(coach_database_url=str(store.engine.url), coach_secret_keys=KEY)
    program = assemble(with_keys, store, clock=SetClock(NOW))
    with store.work("acme") as work:
        work.apply(Decision(messages=(Message(key="hello", to="dana", card=note("Hello"), kind=Kind.NOTICE),)), NOW)
    asyncio.run(program.delivery.step())
    (known,) = Outbox(store).undelivered(NOW)
    assert (
        known.reason == "nothing reaches Dana Reyes: neither Slack nor Teams nor mail is set up here; run coach doctor"
    )
    with store.work("acme") as work:
        work.keep_company(replace(work.company, teams_tenant=TENANT))
    monkeypatch.setenv("COACH_TEAMS_DANGEROUSLY_UNAUTHENTICATED", "1")
    told = [text for _, text in found(doctor, "undelivered") if "Dana" in text]
    assert "ask them to add the coach in Teams, or add teams: to member dana" in told[0]
    assert "Slack" not in told[0]


# --- keys ----------------------------------------------------------------------------------------------------------
def test_a_key_that_is_none_is_a_failure_and_is_not_shown(doctor, monkeypatch):
    monkeypatch.setenv("COACH_SECRET_KEYS", f"{KEY},hunter2")
    told = doctor("doctor")
    assert told.exit_code == 1
    assert "key 2 of COACH_SECRET_KEYS is none; make one with:" in told.stdout
    assert "hunter2" not in told.output


def test_sealed_credentials_need_their_key(doctor, monkeypatch, store):
    with store.work("acme") as work:
        Secrets(KEY).keep(work, "slack", {"token": "x"})
    assert found(doctor, "keys") == [("ok", "valid; companies with sealed credentials: acme")]
    monkeypatch.setenv("COACH_SECRET_KEYS", Fernet.generate_key().decode())
    [(verdict, text)] = found(doctor, "keys")
    assert (verdict, text) == ("fail", "acme: 'slack' was sealed with a key that COACH_SECRET_KEYS lacks")
    monkeypatch.delenv("COACH_SECRET_KEYS")
    assert found(doctor, "keys")[0][0] == "fail"


# --- Slack ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSlack]:
    with FakeSlack() as it:
        it.scopes = {
            "chat:write",
            "commands",
            "users:read",
            "users:read.email",
            "im:history",
            "im:write",
            "files:write",
        }
        monkeypatch.setenv("SLACK_API_URL", it.url)
        monkeypatch.setenv("SLACK_BOT_TOKEN", it.token)
        monkeypatch.setenv("SLACK_SIGNING_SECRET", "s")
        yield it


def test_slack_is_asked_who_we_are_and_nothing_is_posted(doctor, slack):
    assert found(doctor, "Slack") == [("ok", "connected to Acme (T0ACME) as @coach, the workspace of acme")]
    assert set(slack.calls) == {"auth.test"}


def test_each_missing_permission_is_named_with_what_is_missed(doctor, slack):
    slack.scopes = {"chat:write", "commands", "users:read", "users:read.email", "im:write", "files:write"}
    [_, (verdict, text)] = found(doctor, "Slack")
    assert verdict == "warn"
    assert text.startswith("the app lacks im:history: answers in words aren't heard")
    slack.scopes = {"commands", "users:read", "users:read.email", "im:history", "im:write", "files:write"}
    assert found(doctor, "Slack")[1][0] == "fail"


def test_a_token_of_another_workspace_is_a_failure(doctor, slack, store):
    with store.opened(a_company(), NOW) as work:
        work.keep_company(a_company(slack_team="T0OTHER", digest=DigestPlan(to=("olivia",))))
    [(verdict, text)] = found(doctor, "Slack")
    assert (verdict, "slack: {team: T0ACME}" in text) == ("fail", True)


def without_slack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLACK_BOT_TOKEN")
    monkeypatch.delenv("SLACK_SIGNING_SECRET")


def test_a_workspace_that_no_app_is_in_fails_with_what_mends_it_and_whom_it_cuts_off(doctor, slack, store, monkeypatch):
    named = "its file names Slack workspace T0ACME, but no app is connected to it"
    assert not [text for _, text in found(doctor, "acme") if named in text]
    without_slack(monkeypatch)
    assert ("warn", f"{named}; coach connect slack --company acme") in found(doctor, "acme")
    with store.work("acme") as work:
        work.keep_company(in_slack())
    (text,) = [text for verdict, text in found(doctor, "acme") if verdict == "fail"]
    assert text == (
        f"{named}, and dana, morgan and olivia can't be reached in any other way; coach connect slack --company acme"
    )


def test_the_app_for_many_workspaces_says_where_it_is_installed_and_its_tokens_are_counted(
    doctor, slack, store, monkeypatch
):
    monkeypatch.delenv("SLACK_BOT_TOKEN")
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "c")
    where = "https://coach.example/slack/install"
    assert ("ok", f"workspaces install the app at {where}") in found(doctor, "Slack")
    assert any(where in text for _, text in found(doctor, "acme"))
    assert found(doctor, "keys") == [("ok", "valid; companies with sealed credentials: none")]
    installs = Installs(store, Secrets(KEY))
    it = Install(home="T0ACME", name="Acme", installed_at=NOW)
    installs.keep(replace(it, sealed=installs.sealed(it, Tokens(bot=slack.token))))
    assert found(doctor, "keys") == [("ok", "valid; companies with sealed credentials: acme")]
    assert not [text for _, text in found(doctor, "acme") if where in text]


def test_each_app_that_a_company_brought_is_asked_with_its_own_token(doctor, slack, store, monkeypatch):
    without_slack(monkeypatch)
    installs = Installs(store, Secrets(KEY))
    it = Install(app="acme", home="T0ACME", name="Acme", installed_at=NOW)
    installs.keep(replace(it, sealed=installs.sealed(it, Tokens(bot=slack.token))))
    assert ("ok", "connected to Acme (T0ACME) as @coach") in found(doctor, "acme")
    slack.revoke()
    [(verdict, text)] = [it for it in found(doctor, "acme") if "Slack" in it[1]]
    assert (verdict, "refuses the token of Acme" in text, "coach connect slack" in text) == ("fail", True, True)
    installs.revoke("acme", "T0ACME", NOW, happened_at=NOW)
    [(verdict, text)] = [it for it in found(doctor, "acme") if "taken out" in it[1]]
    assert verdict == "fail"


def test_a_token_that_slack_refuses_and_a_slack_that_is_not_there_are_told_apart(doctor, slack, monkeypatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-wrong")
    assert found(doctor, "Slack") == [
        ("fail", "it refuses SLACK_BOT_TOKEN (invalid_auth); take the token from OAuth & Permissions of the app")
    ]
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/api/")
    [(verdict, text)] = found(doctor, "Slack")
    assert (verdict, "can't be reached" in text) == ("fail", True)


# --- mail ----------------------------------------------------------------------------------------------------------
class Mailbox:
    """Takes what is sent."""

    def __init__(self) -> None:
        self.got = 0

    async def handle_DATA(self, server, session, envelope):
        self.got += 1
        return "250 OK"


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    box = Mailbox()

    def allowed(server, session, envelope, mechanism, data):
        return AuthResult(success=data.password == b"right", handled=False)

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, authenticator=allowed, auth_require_tls=False)
    controller.start()
    monkeypatch.setenv("COACH_SMTP_URL", f"smtp://coach:right@127.0.0.1:{port}")
    monkeypatch.setenv("COACH_MAIL_FROM", "coach@acme.example")
    yield box
    controller.stop()


def test_the_mail_server_is_greeted_and_nothing_is_sent(doctor, mailbox):
    assert found(doctor, "mail") == [("ok", "127.0.0.1 takes us; mails come from coach@acme.example")]
    assert mailbox.got == 0


def test_a_wrong_password_and_a_mail_server_that_is_not_there_are_told_apart(doctor, mailbox, monkeypatch):
    monkeypatch.setenv("COACH_SMTP_URL", os.environ["COACH_SMTP_URL"].replace("right", "hunter2"))
    told = doctor("doctor")
    assert "refuses the user or the password" in told.stdout
    assert "hunter2" not in told.output
    monkeypatch.setenv("COACH_SMTP_URL", "smtp://127.0.0.1:1")
    [(verdict, text)] = found(doctor, "mail")
    assert (verdict, text.startswith("127.0.0.1 can't be reached")) == ("fail", True)


# --- a language model ----------------------------------------------------------------------------------------------
def with_model(monkeypatch, fake):
    for name, value in fake.settings().items():
        monkeypatch.setenv(name.upper(), value)


def test_a_language_model_that_does_as_asked_is_fine(doctor, monkeypatch):
    assert found(doctor, "language model") == [("ok", "not set up; everything works without")]
    with FakeModel() as fake:
        with_model(monkeypatch, fake)
        assert found(doctor, "language model") == [("ok", "small puts the coach's words into others")]


def test_a_language_model_that_is_wrong_or_refuses_is_told_without_the_key(doctor, monkeypatch):
    with FakeModel() as fake:
        with_model(monkeypatch, fake)
        fake.say("Buy 12 now!")
        [(verdict, text)] = found(doctor, "language model")
        assert verdict == "warn"
        assert "can be believed" in text
        fake.do(lambda _request, _asked: web.json_response({"error": "k-secret"}, status=401))
        told = doctor("doctor")
        assert "it answered with 401" in told.stdout
        assert "k-secret" not in told.output


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"COACH_LLM_URL": "https://x.example/v1"}, "COACH_LLM_MODEL is not"),
        ({"COACH_LLM_KEY": "k"}, "COACH_LLM_URL is not"),
        ({"COACH_LLM_URL": "x.example", "COACH_LLM_MODEL": "m"}, "write the address"),
    ],
)
def test_a_half_configured_language_model_is_refused_by_name(doctor, monkeypatch, given, why):
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert why in doctor("doctor").stdout


# --- companies -----------------------------------------------------------------------------------------------------
def told_of(*members, chat: bool = True, mail: bool = False, imported_on: date | None = MONDAY, **more):
    usual = {"digest": DigestPlan(to=("olivia",))}
    it = a_company(*members, **(usual | more))
    return [
        (one.verdict.value, one.text)
        for one in company(Facts(company=it, today=MONDAY, imported_on=imported_on, chat=chat, mail=mail))
    ]


def test_a_company_that_lacks_nothing_is_one_line():
    assert told_of() == [("ok", "1 rep, manager Morgan Lee, imported 2026-11-23")]


@pytest.mark.parametrize(
    ("members", "more", "verdict", "text"),
    [
        ((a_member(), an_owner()), {}, "warn", "there is no manager"),
        ((a_member(), a_manager()), {}, "warn", "there is no owner"),
        ((a_manager(), an_owner()), {}, "warn", "there is no rep"),
        ((a_member(handles={}), a_manager(), an_owner()), {}, "FAIL", "no way to reach dana: give each a slack:"),
        ((a_member(handles={}, email="d@x.example"), a_manager(), an_owner()), {}, "warn", "dana can't be reached yet"),
        ((), {"digest": DigestPlan()}, "warn", "nobody gets the weekly digest"),
        ((), {"digest": DigestPlan(to=("dana",))}, "warn", "the digest does not go to the owner, olivia"),
        ((), {"targets": ()}, "warn", "there is no target for 2026-Q4"),
        (
            (a_member(), a_member("sam"), a_manager(), an_owner()),
            {},
            "warn",
            "in 2026-Q4 there is no target for sam",
        ),
        ((), {"imported_on": None}, "warn", "no opportunities have been imported yet"),
        ((), {"imported_on": MONDAY - timedelta(days=8)}, "warn", "opportunities are of 2026-11-15, 8 days old"),
    ],
)
def test_what_a_company_lacks_is_named_with_what_mends_it(members, more, verdict, text):
    assert [(v, t[: len(text)]) for v, t in told_of(*members, **more) if t.startswith(text)] == [(verdict, text)]


def test_whoever_isnt_here_yet_is_to_add_the_coach_which_takes_no_file():
    people = (a_member(handles={}), a_member("sam", handles={}, email="s@x.example"), a_manager(), an_owner())
    acme = a_company(*people, slack_team=None, teams_tenant="t-1", digest=DigestPlan(to=("olivia",)))
    told = company(Facts(company=acme, today=MONDAY, imported_on=MONDAY, chat=True, mail=False, teams=True))
    texts = [it.text for it in told if "reach" in it.text]
    assert texts[0].startswith("no way to reach dana: ask them to add the coach in Teams, or give each a slack:")
    assert texts[1].startswith("sam ")
    assert texts[1].endswith("; ask them to add the coach in Teams")


def test_a_team_that_shares_one_target_is_well():
    shared = (Target(period="2026-Q4", amount=dollars(9)),)
    assert told_of(targets=shared)[0][0] == "ok"
    assert told_of(imported_on=MONDAY - timedelta(days=7))[0][0] == "ok"


# --- Teams ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def teams(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTeams]:
    with FakeTeams() as it:
        for name, value in it.settings().items():
            monkeypatch.setenv(name, value)
        yield it


def on_teams(store: SqlStore) -> None:
    people = (a_member(), a_manager(), an_owner())
    members = tuple(replace(it, handles={"teams": f"aad-{it.id}"}) for it in people)
    acme = a_company(*members, teams_tenant=TENANT, digest=DigestPlan(to=("olivia",)))
    with store.opened(acme, NOW) as work:
        work.keep_company(acme)


def test_microsoft_is_asked_for_its_keys_and_for_a_token(doctor, store, teams):
    on_teams(store)
    verdicts = found(doctor, "Teams")
    assert [verdict for verdict, _ in verdicts] == ["ok", "ok", "ok"]
    said = " ".join(text for _, text in verdicts)
    assert "1 signing key; the bot's messaging endpoint is https://coach.example/api/messages" in said
    assert "tenants of acme" in said
    assert (teams.calls["keys"], teams.calls["login"], teams.calls["send"]) == (1, 1, 0)


def test_a_secret_that_microsoft_refuses_fails_in_its_own_words(doctor, teams):
    teams.secret = "changed"
    (failed,) = [text for verdict, text in found(doctor, "Teams") if verdict == "fail"]
    assert "AADSTS7000215: Invalid client secret provided" in failed


def test_microsoft_out_of_reach_fails(doctor, monkeypatch, teams):
    monkeypatch.setenv("MICROSOFT_OPENID_METADATA_URL", "http://127.0.0.1:9/keys")
    monkeypatch.setenv("MICROSOFT_LOGIN_URL", "http://127.0.0.1:9/login")
    failed = [text for verdict, text in found(doctor, "Teams") if verdict == "fail"]
    assert len(failed) == 2
    assert "nobody is let in" in failed[0]


def test_no_company_with_a_tenant_is_a_warning(doctor, teams):
    assert ("warn", "no company names its tenant") in [
        (v, text.partition(",")[0]) for v, text in found(doctor, "Teams")
    ]


def test_where_a_company_may_be_set_up_in_teams_is_told_until_it_is(doctor, monkeypatch, store, teams):
    monkeypatch.setenv("MICROSOFT_SETUP_TENANTS", f"{TENANT}/aad-morgan,77aa0000-other")
    said = [text for _, text in found(doctor, "Teams")]
    assert f"in {TENANT} and 77aa0000-other whoever adds the app first may set a company up" in said
    on_teams(store)
    said = [text for _, text in found(doctor, "Teams")]
    assert "in 77aa0000-other whoever adds the app first may set a company up" in said


def test_who_has_no_app_in_teams_is_named(doctor, store, teams):
    on_teams(store)
    addresses = Addresses(store)
    addresses.keep("acme", "dana", an_address(), NOW)
    addresses.keep("acme", "morgan", an_address("morgan"), NOW)
    addresses.close("acme", "morgan", NOW)
    said = [text for _, text in found(doctor, "acme")]
    assert any(text.startswith("olivia never used the coach in Teams") for text in said)
    assert any(text.startswith("morgan took the coach out of Teams") for text in said)


def test_an_unauthenticated_address_is_a_warning(doctor, monkeypatch):
    monkeypatch.setenv("COACH_TEAMS_DANGEROUSLY_UNAUTHENTICATED", "1")
    assert found(doctor, "Teams")[0][0] == "warn"

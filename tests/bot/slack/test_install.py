"""Installing over OAuth, and what becomes of it: real pages, real store, signed events; only Slack is a fake."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from cryptography.fernet import Fernet
from sqlalchemy.exc import OperationalError

from bot.app import assemble
from bot.cli import coach
from bot.server import server
from bot.settings import Settings
from bot.slack import rotation
from bot.slack.app import NOT_SET_UP
from bot.slack.install import CANCELLED, NO_APP, STALE
from bot.slack.rotation import LEASE
from coaching.card import note
from coaching.decision import Decision, Kind, Message
from storage.database import EVERY_COMPANY, create_engine, session
from storage.installs import Install, Installs, Tokens
from storage.secrets import Secrets
from storage.store import SqlStore
from storage.tables import DeliveryRow
from tests.builders import a_company, a_manager, a_member, at
from tests.delivering import Still
from tests.fake_slack import BOT, FakeSlack
from tests.slack_requests import Call, callback, form_call, interaction, json_call, press, slash

KEY = Fernet.generate_key().decode()
NOW = at("09:00")
SIGNING = "signing-secret-of-ours"
BASE = "https://coach.example"


class Deployment:
    """Acme is known by its file; any other workspace is new."""

    def __init__(self, url: str, slack: FakeSlack) -> None:
        self.slack = slack
        self.store = SqlStore(create_engine(url))
        self.installs = Installs(self.store, Secrets(KEY))
        acme = replace(a_company(a_member(), slack_team="T0ACME"), targets=())
        with self.store.opened(acme, NOW) as work:
            work.keep_company(acme)
        slack.clients["1.2"] = "client-canary"
        settings = Settings(
            _env_file=None,
            coach_database_url=url,
            coach_secret_keys=KEY,
            coach_public_url=BASE,
            slack_api_url=slack.url,
            slack_signing_secret=SIGNING,
            slack_client_id="1.2",
            slack_client_secret="client-canary",
        )
        self.program = assemble(settings, self.store, clock=Still(NOW))
        self.app = server(self.program, worker=False)

    def browse(self, *steps) -> list[httpx.Response]:
        """Each step gets the browser and the last answer, and asks for a page."""

        async def run() -> list[httpx.Response]:
            answers: list[httpx.Response] = []
            way = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=way, base_url=BASE) as browser:
                for it in steps:
                    answers.append(await it(browser, answers[-1] if answers else None))
            await self.program.close()
            return answers

        return asyncio.run(run())

    def install(self, *, company: str = "", **granted) -> httpx.Response:
        """The whole way: there, yes on Slack's page, and back."""
        return self.browse(begin(company), back(self.slack, **granted))[-1]

    def post(self, *calls: Call, path: str = "/slack/events") -> list[httpx.Response]:
        async def sent(call: Call, browser: httpx.AsyncClient) -> httpx.Response:
            return await browser.request(call.method, path, content=call.body, headers=call.all_headers())

        return self.browse(*(lambda browser, _last, it=it: sent(it, browser) for it in calls))

    def event(self, kind: str, *, team: str = "T0ACME", at: float | None = None, enterprise: str = "", **more) -> None:
        payload = callback({"type": kind, **more}, team=team) | {"event_time": int(at or time.time() + 5)}
        if enterprise:
            payload["enterprise_id"] = enterprise
        (answer,) = self.post(json_call(payload, secret=SIGNING))
        assert answer.status_code == 200

    def paused(self, slug: str = "acme") -> bool:
        return next(it.paused for it in self.installs.homes() if it.slug == slug)

    def tokens(self, home: str = "T0ACME", app: str = "") -> Tokens | None:
        it = self.installs.find(app, home)
        return self.installs.tokens(it) if it else None


def begin(company: str = ""):
    async def step(browser, _last):
        return await browser.get("/slack/install", params={"company": company} if company else {})

    return step


def asked_of(answer: httpx.Response) -> dict[str, str]:
    return {name: it[0] for name, it in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def back(slack: FakeSlack, *, state: str | None = None, **granted):
    async def step(browser, last):
        asked = asked_of(last)
        code = slack.grant(asked["redirect_uri"], **granted)
        return await browser.get("/slack/oauth_redirect", params={"code": code, "state": state or asked["state"]})

    return step


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield fake


@pytest.fixture
def here(migrated_sqlite_url: str, slack: FakeSlack) -> Iterator[Deployment]:
    made = Deployment(migrated_sqlite_url, slack)
    yield made
    made.store.engine.dispose()


# --- there and back ------------------------------------------------------------------------------------------------
def test_a_browser_is_sent_to_slack_with_what_is_asked_for(here):
    (answer,) = here.browse(begin())
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(f"{here.slack.origin}/oauth/v2/authorize?")
    asked = asked_of(answer)
    assert asked["client_id"] == "1.2"
    assert asked["redirect_uri"] == f"{BASE}/slack/oauth_redirect"
    assert "chat:write" in asked["scope"].split(",")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-coach-install=")
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert answer.headers["cache-control"] == "no-store"
    assert cookie.partition("=")[2].partition(";")[0] not in asked["state"].split(".")


def test_a_company_whose_file_names_the_workspace_is_connected(here):
    answer = here.install()
    assert answer.status_code == 200
    assert "connected to Acme Robotics" in answer.text
    assert here.tokens() is not None
    (shown,) = here.post(form_call(slash("/coach", "help"), secret=SIGNING))
    assert shown.json()["blocks"]
    assert not here.slack.calls["auth.test"]


def test_its_messages_go_with_its_own_token(here):
    here.install()
    with here.store.work("acme") as work:
        work.apply(Decision(messages=(Message(key="k", to="dana", card=note("Hello"), kind=Kind.NOTICE),)), NOW)

    async def deliver() -> None:
        await here.program.delivery.step()
        await here.program.close()

    asyncio.run(deliver())
    assert here.slack.tokens_used["chat.postMessage"] == [here.tokens().bot]


def test_a_workspace_without_a_company_is_kept_and_everybody_there_is_told_the_next_step(here):
    answer = here.install(team="T0NEW", user="U0ANNA")
    assert "Home tab" in answer.text
    assert here.installs.find("", "T0NEW").setup == {"by": "U0ANNA"}
    (told,) = here.post(form_call(slash("/coach", "help", team="T0NEW", user="U0BERT"), secret=SIGNING))
    assert told.json()["text"] == NOT_SET_UP


def test_whoever_installed_it_is_told_what_they_do_next(here):
    here.install(team="T0NEW", user="U0ANNA")
    (told,) = here.post(form_call(slash("/coach", "help", team="T0NEW", user="U0ANNA"), secret=SIGNING))
    said = told.json()["text"]
    assert said.startswith("You installed me, and I am not set up yet. Open my Home tab and press “Set up the coach”")
    assert said.endswith("Or name slack: {team: T0NEW} in a company’s file, and run: coach apply FILE.yaml")


def test_a_workspace_that_never_installed_is_nobodys(here):
    (told,) = here.post(form_call(slash("/coach", "help"), secret=SIGNING))
    assert "isn't connected" in told.json()["text"]


def test_nothing_of_it_is_in_the_log_or_readable_in_the_database(here, caplog):
    caplog.set_level(logging.DEBUG)
    here.install()
    token = here.tokens().bot
    raw = Path(here.store.engine.url.database).read_bytes()
    ours = "\n".join(it.getMessage() for it in caplog.records if it.name.startswith(("bot", "storage")))
    for secret in (token, "client-canary", "code.0"):
        assert secret not in ours
        assert secret.encode() not in raw


# --- forged --------------------------------------------------------------------------------------------------------
def refused(answer: httpx.Response, here: Deployment, why: str, status: int = 400) -> None:
    assert (answer.status_code, why[:20] in answer.text) == (status, True)
    assert not here.installs.all()


@pytest.mark.parametrize("state", ["x", "", "a.b.c", "WyJub25jZSIsIiJd.aaaa.bbbb"])
def test_a_state_that_is_not_ours_is_refused(here, state):
    async def forged(browser, _last):
        code = here.slack.grant(f"{BASE}/slack/oauth_redirect")
        return await browser.get("/slack/oauth_redirect", params={"code": code, "state": state})

    refused(here.browse(begin(), forged)[-1], here, STALE)
    assert not here.slack.calls["oauth.v2.access"]


def test_a_state_from_another_browser_is_refused(here):
    """The attacker began; the victim follows the link back."""
    (begun,) = here.browse(begin())
    state = asked_of(begun)["state"]
    refused(here.browse(begin(), back(here.slack, state=state))[-1], here, STALE)

    async def without_cookie(browser, _last):
        return await browser.get("/slack/oauth_redirect", params={"code": "c", "state": state})

    refused(here.browse(without_cookie)[-1], here, STALE)
    assert not here.slack.calls["oauth.v2.access"]


def test_a_state_works_once(here):
    async def again(browser, last):
        browser.cookies.set("__Host-coach-install", kept["cookie"], domain="coach.example", path="/")
        return await browser.get("/slack/oauth_redirect", params={"code": "c", "state": kept["state"]})

    kept: dict[str, str] = {}

    async def remember(browser, last):
        kept["state"] = asked_of(last)["state"]
        kept["cookie"] = browser.cookies["__Host-coach-install"]
        return last

    answers = here.browse(begin(), remember, back(here.slack), again)
    assert answers[2].status_code == 200
    assert (answers[3].status_code, STALE[:20] in answers[3].text) == (400, True)
    assert here.slack.calls["oauth.v2.access"] == 1


def test_a_state_expires(here, monkeypatch):
    (begun,) = here.browse(begin())
    monkeypatch.setattr("bot.slack.install.MINUTES", -1)
    refused(here.browse(begin(), back(here.slack))[-1], here, STALE)
    assert begun.status_code == 302


def test_who_cancels_is_told_so(here):
    async def cancelled(browser, last):
        params = {"error": "access_denied", "state": asked_of(last)["state"]}
        return await browser.get("/slack/oauth_redirect", params=params)

    answer = here.browse(begin(), cancelled)[-1]
    refused(answer, here, CANCELLED)
    assert f'href="{BASE}/slack/install"' in answer.text, "and how to begin again"


GERMAN = {"accept-language": "de-AT, de;q=0.9, en;q=0.5"}


def test_the_pages_speak_what_the_browser_likes_best(here):
    def asking(step):
        async def with_language(browser, last):
            browser.headers.update(GERMAN)
            return await step(browser, last)

        return with_language

    async def cancelled(browser, last):
        params = {"error": "access_denied", "state": asked_of(last)["state"]}
        return await browser.get("/slack/oauth_redirect", params=params)

    refused_, gone = here.browse(asking(begin()), cancelled)[-1], here.browse(asking(begin("nobody")))[-1]
    assert "Es wurde nichts installiert" in refused_.text
    assert "Neu beginnen" in refused_.text
    assert '<html lang="de"' in refused_.text
    assert "keine Slack-App" in gone.text
    here.slack.add_user("U0ANNA", name="Anna", locale="de-DE")
    done = here.browse(asking(begin()), back(here.slack, team="T0NEW", user="U0ANNA"))[-1]
    assert "Sein Home-Tab richtet alles in ein paar Minuten ein" in done.text
    assert "Öffne meinen Home-Tab" in here.slack.to("U0ANNA")[-1].text


def test_a_code_that_slack_refuses_is_told(here):
    async def wrong(browser, last):
        return await browser.get("/slack/oauth_redirect", params={"code": "no", "state": asked_of(last)["state"]})

    refused(here.browse(begin(), wrong)[-1], here, "Slack refused it (invalid_code)")


@pytest.mark.parametrize("company", ["nobody", "acme", "..", "a" * 500])
def test_there_is_no_app_where_nobody_brought_one(here, company):
    (answer,) = here.browse(begin(company))
    assert (answer.status_code, NO_APP[:20] in answer.text) == (404, True)


def test_pages_can_only_be_read(here):
    async def posted(browser, _last):
        return await browser.post("/slack/install")

    assert here.browse(posted)[0].status_code == 405


# --- whose it is ---------------------------------------------------------------------------------------------------
def bring_an_app(here: Deployment, slug: str = "acme") -> None:
    here.slack.clients["9.9"] = "own-secret"
    with here.store.work(slug) as work:
        Secrets(KEY).keep(
            work, "slack", {"signing_secret": "own-signing", "client_id": "9.9", "client_secret": "own-secret"}
        )


def test_a_company_that_brought_an_app_installs_that_one(here):
    bring_an_app(here)
    answer = here.install(company="acme")
    assert answer.status_code == 200, answer.text
    assert here.tokens(app="acme") is not None
    (shown,) = here.post(form_call(slash("/coach", "help"), secret="own-signing"), path="/slack/events/acme")
    assert shown.json()["blocks"]


def test_its_app_goes_into_no_other_workspace_and_the_token_is_given_back(here):
    bring_an_app(here)
    answer = here.install(company="acme", team="T0EVIL")
    assert answer.status_code == 409
    assert not here.installs.all()
    assert here.slack.calls["auth.revoke"] == 1
    assert not [it for it, team in here.slack.tokens.items() if team == "T0EVIL"]


def test_the_shared_app_has_nothing_to_do_where_a_company_brought_its_own(here):
    bring_an_app(here)
    here.install(company="acme")
    answer = here.install()
    assert (answer.status_code, "of its own" in answer.text) == (409, True)
    assert here.tokens() is None
    assert here.tokens(app="acme") is not None


def test_the_shared_app_points_to_the_companys_own(here):
    here.install()
    bring_an_app(here)
    it = Install(app="acme", home="T0ACME", bot=BOT, installed_at=datetime.now(UTC))
    here.installs.keep(replace(it, sealed=here.installs.sealed(it, Tokens(bot="xoxb-own"))))
    here.program.slack.workspaces.refresh()
    (shown,) = here.post(form_call(slash("/coach", "help"), secret=SIGNING))
    assert "use the other Coach app" in shown.json()["text"]


# --- gone ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["app_uninstalled", "tokens_revoked"])
def test_taken_out_wipes_the_tokens_leaves_the_company_alone_and_keeps_what_it_has(here, kind):
    here.install()
    more = {"tokens": {"oauth": [], "bot": [BOT]}} if kind == "tokens_revoked" else {}
    here.event(kind, **more)
    assert here.tokens() is None
    assert here.paused()
    assert here.store.company("acme").members
    here.event(kind, **more)  # twice is the same


def test_somebody_elses_revoked_token_is_no_end(here):
    here.install()
    here.event("tokens_revoked", tokens={"oauth": ["U0DANA"], "bot": ["U0OTHERBOT"]})
    here.event("tokens_revoked", tokens="nonsense")
    assert here.tokens() is not None


def test_installed_again_it_goes_on(here):
    here.install()
    here.event("app_uninstalled")
    assert "connected to Acme Robotics" in here.install().text
    assert not here.paused()
    assert here.tokens() is not None
    assert here.store.upcoming(NOW) is not None


def test_a_late_word_of_an_earlier_end_ends_nothing(here):
    here.install()
    here.event("app_uninstalled", at=time.time() - 3600)
    assert here.tokens() is not None
    assert not here.paused()


def test_what_is_told_of_another_workspace_changes_nothing_here(here):
    here.install()
    here.event("app_uninstalled", team="T0OTHER")
    assert here.tokens() is not None


def test_an_end_that_could_not_be_kept_is_told_again(here, monkeypatch):
    here.install()

    def broken(*_args, **_more):
        raise OSError("disk")

    monkeypatch.setattr(Installs, "revoke", broken)
    payload = callback({"type": "app_uninstalled"}) | {"event_time": int(time.time() + 5)}
    (answer,) = here.post(json_call(payload, secret=SIGNING))
    assert answer.status_code == 503


# --- organisations -------------------------------------------------------------------------------------------------
@pytest.fixture
def org(here: Deployment, slack: FakeSlack) -> Deployment:
    slack.names |= {"E0BIG": "Big Corp"}
    slack.workspaces["E0BIG"] = ["T0ONE", "T0ACME", "T0TWO"]
    assert here.install(team=None, enterprise="E0BIG").status_code == 200
    return here


def test_an_organisation_wide_installation_serves_its_workspaces(org):
    install = org.installs.find("", "E0BIG")
    assert (install.org_wide, install.teams) == (True, ("T0ONE", "T0ACME", "T0TWO"))
    form = slash("/coach", "help") | {"enterprise_id": "E0BIG", "is_enterprise_install": "true"}
    (shown,) = org.post(form_call(form, secret=SIGNING))
    assert shown.json()["blocks"]


def test_a_workspaces_own_installation_speaks_there_before_its_organisations(org):
    workspaces = org.program.slack.workspaces
    workspaces.refresh()
    assert workspaces.voice("acme", "T0ACME").install.home == "E0BIG"
    assert org.install().status_code == 200
    workspaces.refresh()
    assert workspaces.voice("acme", "T0ACME").install.home == "T0ACME"


def test_a_colleague_whose_home_is_another_workspace_of_it_is_no_stranger(org):
    value = '{"v":1,"a":"chat.settings","args":{}}'
    at_home = press(value, home="T0TWO") | {"enterprise": {"id": "E0BIG", "name": "Big Corp"}}
    stranger = press(value, home="T0ELSEWHERE", action_ts="2.2") | {"enterprise": {"id": "E0BIG", "name": "Big Corp"}}
    org.post(interaction(at_home, secret=SIGNING), interaction(stranger, secret=SIGNING))
    with org.store.work("acme") as work:
        claimed = work._connection.exec_driver_sql("SELECT key FROM claim").scalars().all()
    assert len([it for it in claimed if it.startswith("slack:press")]) == 1


def test_a_workspace_that_loses_the_app_is_left_alone_and_goes_on_when_it_has_it_again(org):
    org.event("team_access_revoked", enterprise="E0BIG", team_ids=["T0ACME"])
    assert org.paused()
    assert org.installs.find("", "E0BIG").teams == ("T0ONE", "T0TWO")
    org.event("team_access_granted", enterprise="E0BIG", team="T0ONE", team_ids=["T0ACME"])
    assert not org.paused()


# --- tokens that expire --------------------------------------------------------------------------------------------
def rotate(here: Deployment, times: int = 1) -> list[int]:
    async def run() -> list[int]:
        done = await asyncio.gather(*(here.program.slack.rotation.run() for _ in range(times)))
        await here.program.close()
        return list(done)

    return asyncio.run(run())


def expire_soon(here: Deployment) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=30)
    it = here.installs.find("", "T0ACME")
    here.installs.keep(replace(it, expires_at=soon))


def test_tokens_are_exchanged_before_they_expire_and_the_new_ones_are_used_at_once(here, slack):
    slack.rotation = True
    here.install()
    before = here.tokens()
    assert before.bot.startswith("xoxe.")
    assert rotate(here) == [0]
    expire_soon(here)
    assert rotate(here) == [1]
    after = here.tokens()
    assert after != before
    assert here.program.slack.workspaces.voice("acme", "T0ACME").token == after.bot
    assert rotate(here) == [0]


def test_five_at_once_exchange_once(here, slack):
    slack.rotation = True
    here.install()
    expire_soon(here)
    assert sorted(rotate(here, 5)) == [0, 0, 0, 0, 1]
    assert here.tokens().refresh in slack.refresh_tokens


def test_they_are_exchanged_when_half_their_time_is_over(here, slack):
    slack.rotation = True
    here.install()
    it = here.installs.find("", "T0ACME")
    assert timedelta(hours=11) < it.expires_at - datetime.now(UTC) < timedelta(hours=13)
    here.installs.keep(replace(it, expires_at=it.expires_at - timedelta(hours=7)))
    assert rotate(here) == [1]


def test_a_refusal_leaves_the_old_token_and_is_in_the_log(here, slack, caplog):
    slack.rotation = True
    here.install()
    expire_soon(here)
    before = here.tokens()
    slack.refresh_tokens.clear()
    assert rotate(here) == [0]
    assert here.tokens() == before
    assert "T0ACME can't be renewed (invalid_refresh_token)" in caplog.text
    assert before.refresh not in caplog.text


def with_a_manager(here: Deployment) -> None:
    with here.store.work("acme") as work:
        work.keep_company(replace(work.company, members=(*work.company.members, a_manager())))


def told(here: Deployment) -> list[tuple[str, str, str]]:
    with session(here.store.engine, EVERY_COMPANY) as it:
        rows = it.scalars(
            sa.select(DeliveryRow).where(DeliveryRow.key.startswith("expiring:"), ~DeliveryRow.by_mail)
        ).all()
        return [(row.member, row.key, json.dumps(row.card)) for row in rows]


def test_what_cannot_be_renewed_is_told_to_the_manager_once_with_the_page_that_mends_it(here, slack):
    with_a_manager(here)
    slack.rotation = True
    here.install()
    expire_soon(here)
    slack.refresh_tokens.clear()
    assert rotate(here, 3) == [0, 0, 0]
    asked = slack.calls["oauth.v2.access"]
    assert rotate(here) == [0]
    assert slack.calls["oauth.v2.access"] == asked, "Slack isn't asked what it has answered"
    ((member, _, card),) = told(here)
    assert member == "morgan"
    assert f"{BASE}/slack/install" in card
    assert "Slack no longer renews my access to" in card
    assert here.installs.find("", "T0ACME").stuck_at
    slack.refresh_tokens.clear()
    here.install()
    assert here.installs.find("", "T0ACME").stuck_at is None
    assert len(told(here)) == 1


def test_a_client_secret_that_is_wrong_is_no_end_of_the_tokens(here, slack):
    slack.rotation = True
    here.install()
    expire_soon(here)
    slack.clients.clear()
    assert rotate(here) == [0]
    assert here.installs.find("", "T0ACME").stuck_at is None
    assert told(here) == []


def test_new_tokens_that_the_database_does_not_take_are_kept_until_it_does(here, slack, monkeypatch):
    """Slack says them once."""
    monkeypatch.setattr(rotation, "SAVING", (0.0, 0.0))
    slack.rotation = True
    here.install()
    expire_soon(here)
    keep, away = Installs.rotated, [3]

    def flaky(self, *told):
        away[0] -= 1
        if away[0] >= 0:
            raise OperationalError("UPDATE", {}, Exception("away"))
        return keep(self, *told)

    monkeypatch.setattr(Installs, "rotated", flaky)
    before = here.tokens()
    assert rotate(here) == [0], "tried twice"
    assert rotate(here) == [0], "and once with the next beat"
    assert here.tokens() == before
    assert rotate(here) == [0]
    assert here.tokens().refresh in slack.refresh_tokens
    assert slack.calls["oauth.v2.access"] == 2, "installed, exchanged once"


def test_an_exchange_that_is_under_way_at_the_end_is_kept(here, slack):
    slack.rotation = True
    here.install()
    expire_soon(here)
    slack.latency = 0.3

    async def run() -> None:
        running = asyncio.ensure_future(here.program.slack.rotation.run())
        await asyncio.sleep(0.1)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await here.program.close()

    asyncio.run(run())
    assert here.tokens().refresh in slack.refresh_tokens


KILLED = """
import asyncio, os, signal, sys
from bot.app import assemble
from bot.settings import Settings
from storage.database import EVERY_COMPANY, create_engine, session
from storage.installs import Installs
from storage.store import SqlStore
from storage.tables import DeliveryRow

Installs.rotated = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
settings = Settings(_env_file=None)
program = assemble(settings, SqlStore(create_engine(settings.coach_database_url)))
asyncio.run(program.slack.rotation.run())
"""


def test_a_program_that_is_killed_between_slacks_answer_and_its_own_commit(here, slack, monkeypatch):
    """The one way to lose tokens. The old one goes on, the manager hears of it in time, and doctor says what to do."""
    with_a_manager(here)
    slack.rotation = True
    here.install()
    old = here.tokens()
    expire_soon(here)
    settings = {
        "COACH_DATABASE_URL": str(here.store.engine.url),
        "COACH_SECRET_KEYS": KEY,
        "COACH_PUBLIC_URL": BASE,
        "SLACK_API_URL": slack.url,
        "SLACK_SIGNING_SECRET": SIGNING,
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "client-canary",
    }
    paths = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(rotation.__file__).parents[2])}
    killed = subprocess.run([sys.executable, "-c", KILLED], env=paths | settings, check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert here.tokens() == old
    assert old.refresh not in slack.refresh_tokens, "Slack takes it once"

    assert rotate(here) == [0], "the killed one's lease"
    monkeypatch.setattr(here.program.slack.rotation._connecting, "real_now", lambda: datetime.now(UTC) + LEASE * 2)
    assert rotate(here) == [0]
    assert here.tokens() == old, "and Slack still takes that one"
    ((member, _, card),) = told(here)
    assert (member, f"{BASE}/slack/install" in card) == ("morgan", True)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    said = json.loads(CliRunner().invoke(coach, ["doctor", "--format", "json"]).stdout)["checks"]
    (stuck,) = [it["text"] for it in said if "was used up or revoked" in it["text"]]
    assert f"open {BASE}/slack/install and allow it again" in stuck
    assert any(it["text"].startswith("connected to Acme (T0ACME)") for it in said), "it works until then"

    here.install()
    assert here.tokens().refresh in slack.refresh_tokens
    assert here.installs.find("", "T0ACME").stuck_at is None


def test_an_install_from_elsewhere_in_the_table_is_no_install(here):
    it = Install(home="T0NEW", installed_at=NOW)
    here.installs.keep(replace(it, sealed=here.installs.sealed(replace(it, home="T0OTHER"), Tokens(bot="xoxb"))))
    here.program.slack.workspaces.refresh()
    assert here.program.slack.workspaces.api_in("", "T0NEW") is None


# --- a company's own app, gone -------------------------------------------------------------------------------------
def end_own(here: Deployment, kind: str, at: float | None = None) -> None:
    event = {"type": kind, **({"tokens": {"oauth": [], "bot": [BOT]}} if kind == "tokens_revoked" else {})}
    payload = callback(event) | {"event_time": int(at or time.time() + 5)}
    (answer,) = here.post(json_call(payload, secret="own-signing"), path="/slack/events/acme")
    assert answer.status_code == 200


@pytest.mark.parametrize("kind", ["app_uninstalled", "tokens_revoked"])
def test_a_companys_own_app_taken_out_is_wiped_and_the_company_left_alone_until_it_is_back(here, kind):
    bring_an_app(here)
    here.install(company="acme")
    end_own(here, kind)
    assert here.tokens(app="acme") is None
    assert here.paused()
    assert here.install(company="acme").status_code == 200
    assert here.tokens(app="acme") is not None
    assert not here.paused()


def test_its_end_counts_though_another_process_connected_it_a_moment_ago(here):
    bring_an_app(here)
    here.program.slack.workspaces.refresh()
    it = Install(app="acme", home="T0ACME", bot=BOT, installed_at=datetime.now(UTC))
    here.installs.keep(replace(it, sealed=here.installs.sealed(it, Tokens(bot="xoxb-own"))))
    end_own(here, "app_uninstalled")
    assert here.tokens(app="acme") is None
    assert here.paused()


def test_an_end_that_ends_nothing_is_in_the_log(here, caplog):
    caplog.set_level(logging.INFO)
    bring_an_app(here)
    end_own(here, "app_uninstalled")
    assert "there is no installation" in caplog.text
    here.install(company="acme")
    end_own(here, "app_uninstalled", at=time.time() - 3600)
    assert "before it was installed again" in caplog.text
    assert here.tokens(app="acme") is not None

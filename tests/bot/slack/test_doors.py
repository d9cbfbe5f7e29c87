"""Each company's own app at its own address: real doors, real store, real HTTP; only Slack is a fake."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet

from bot import looking
from bot.app import assemble
from bot.server import server
from bot.settings import Settings
from bot.slack.app import OTHER_APP, UNKNOWN_TEAM
from coaching.card import note
from coaching.decision import Decision, Kind, Message
from storage.database import create_engine
from storage.installs import Install, Installs, Tokens, pause
from storage.secrets import Secrets
from storage.store import SqlStore
from tests.builders import a_company, a_member, at
from tests.delivering import Still
from tests.fake_slack import TOKEN, FakeSlack
from tests.slack_requests import Call, form_call, json_call, message, slash

KEY = Fernet.generate_key().decode()
NOW = at("09:00")
ACME, GLOBEX = "acme-signing-secret", "globex-signing-secret"


class Town:
    """Two companies, each with a Slack app of its own, on one deployment."""

    def __init__(self, url: str, slack: FakeSlack, **more: str) -> None:
        self.slack = slack
        self.store = SqlStore(create_engine(url))
        self.secrets = Secrets(KEY)
        self.installs = Installs(self.store, self.secrets)
        for slug, team in (("acme", "T0ACME"), ("globex", "T0GLOBEX")):
            company = replace(a_company(a_member(), slug=slug, slack_team=team), targets=())
            with self.store.opened(company, NOW) as work:
                work.keep_company(company)
        slack.tokens |= {"xoxb-acme": "T0ACME", "xoxb-globex": "T0GLOBEX"}
        settings = Settings(
            _env_file=None,
            coach_database_url=url,
            coach_secret_keys=KEY,
            slack_api_url=slack.url,
            **more,
        )
        self.program = assemble(settings, self.store, clock=Still(NOW))

    def bring(self, slug: str, signing: str, token: str, team: str) -> None:
        it = Install(app=slug, home=team, installed_at=NOW)
        with self.store.work(slug) as work:
            self.secrets.keep(work, "slack", {"signing_secret": signing})
        self.installs.keep(replace(it, sealed=self.installs.sealed(it, Tokens(bot=token))))

    def ask(self, path: str, *calls: Call) -> list[httpx.Response]:
        return asyncio.run(self._asked(path, calls))

    async def _asked(self, path: str, calls: tuple[Call, ...]) -> list[httpx.Response]:
        app = server(self.program, worker=False)
        way = httpx.ASGITransport(app)
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=way) as client:
            return [
                await client.request(
                    it.method, f"http://coach.example{path}", content=it.body, headers=it.all_headers()
                )
                for it in calls
            ]

    def claims(self, slug: str) -> int:
        with self.store.work(slug) as work:
            return work._connection.exec_driver_sql(
                f"SELECT count(*) FROM claim WHERE company_id = {work.company_id}"
            ).scalar_one()

    def deliver(self) -> None:
        async def step() -> None:
            await self.program.delivery.step()
            await self.program.close()

        asyncio.run(step())


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield fake


@pytest.fixture
def town(migrated_sqlite_url: str, slack: FakeSlack) -> Iterator[Town]:
    made = Town(migrated_sqlite_url, slack, slack_signing_secret="shared", slack_bot_token=TOKEN)
    made.bring("acme", ACME, "xoxb-acme", "T0ACME")
    made.bring("globex", GLOBEX, "xoxb-globex", "T0GLOBEX")
    yield made
    made.store.engine.dispose()


def help_of(team: str, secret: str, trigger: str = "1.1") -> Call:
    return form_call(slash("/coach", "help", team=team, trigger=trigger), secret=secret)


def test_each_company_is_answered_at_its_own_address(town):
    (acme,) = town.ask("/slack/events/acme", help_of("T0ACME", ACME))
    (globex,) = town.ask("/slack/events/globex", help_of("T0GLOBEX", GLOBEX))
    assert acme.json()["blocks"]
    assert globex.json()["blocks"]
    assert (town.claims("acme"), town.claims("globex")) == (1, 1)


def test_anothers_signing_secret_opens_nothing(town):
    answers = [
        *town.ask("/slack/events/acme", help_of("T0ACME", GLOBEX), help_of("T0ACME", "shared")),
        *town.ask("/slack/events/globex", help_of("T0GLOBEX", ACME)),
        *town.ask("/slack/events", help_of("T0ACME", ACME)),
    ]
    assert [it.status_code for it in answers] == [401] * 4
    assert (town.claims("acme"), town.claims("globex")) == (0, 0)


def test_the_log_names_the_address_at_which_a_signing_secret_is_wrong(town, caplog):
    with caplog.at_level("INFO", logger="bot.slack.front"):
        town.ask("/slack/events/acme", help_of("T0ACME", GLOBEX))
    assert caplog.messages == ["a request to '/slack/events/acme' was refused: 401"]


def test_an_app_vouches_for_its_own_company_only(town):
    """Signed with Acme's secret, at Acme's address, about somebody of Globex."""
    (answer,) = town.ask("/slack/events/acme", help_of("T0GLOBEX", ACME))
    assert answer.json()["text"] == UNKNOWN_TEAM.format(team="T0GLOBEX")
    (shared,) = town.ask("/slack/events", help_of("T0ACME", "shared"))
    assert shared.json()["text"] == OTHER_APP
    assert (town.claims("acme"), town.claims("globex")) == (0, 0)


@pytest.mark.parametrize("company", ["nobody", "ACME", "acme%20", "..%2Facme", "a" * 300, "%00"])
def test_who_is_not_here_looks_like_a_wrong_signature(town, company):
    (answer,) = town.ask(f"/slack/events/{company}", help_of("T0ACME", ACME))
    assert (answer.status_code, answer.content) in {(401, b"not signed by Slack"), (404, b"Not Found")}


def test_a_stranger_is_told_in_their_own_workspace(town, slack):
    slack.add_user("U0STRANGER")
    slack.channels.add("DSTRANGER")
    said = message("hello", user="U0STRANGER", team="T0GLOBEX", channel="DSTRANGER")
    town.ask("/slack/events/globex", json_call(said, secret=GLOBEX))
    (told,) = slack.sent
    assert "Ask whoever looks after me to add you; your Slack id is U0STRANGER" in told.text
    assert slack.tokens_used["chat.postMessage"] == ["xoxb-globex"]


def test_a_new_app_is_known_within_a_second_and_a_changed_secret_too(town, monkeypatch):
    monkeypatch.setattr(looking, "SOONEST", 0.0)
    with town.store.work("acme") as work:
        town.secrets.keep(work, "slack", {"signing_secret": "new"})
    town.program.slack.workspaces.refresh()
    old, new = town.ask("/slack/events/acme", help_of("T0ACME", ACME), help_of("T0ACME", "new"))
    assert (old.status_code, new.status_code) == (401, 200)


def test_while_a_secret_is_changed_both_open_and_the_old_one_not_for_longer(town, monkeypatch):
    monkeypatch.setattr(looking, "SOONEST", 0.0)
    seen = []
    for kept in (ACME, f"new,{ACME}", "new"):
        with town.store.work("acme") as work:
            town.secrets.keep(work, "slack", {"signing_secret": kept})
        town.program.slack.workspaces.refresh()
        asked = town.ask("/slack/events/acme", help_of("T0ACME", ACME), help_of("T0ACME", "new"))
        seen.append([it.status_code for it in asked])
    assert seen == [[200, 401], [200, 200], [401, 200]]
    assert town.ask("/slack/events/acme", help_of("T0ACME", f"new,{ACME}"))[0].status_code == 401


def test_the_deployments_own_secret_is_changed_with_an_overlap_too(migrated_sqlite_url, slack):
    made = Town(migrated_sqlite_url, slack, slack_signing_secret="new, old", slack_bot_token=TOKEN)
    for secret, status in (("new", 200), ("old", 200), ("new, old", 401)):
        assert made.ask("/slack/events", help_of("T0ACME", secret))[0].status_code == status
    made.store.engine.dispose()


# --- out -----------------------------------------------------------------------------------------------------------
def say(town: Town, slug: str) -> None:
    with town.store.work(slug) as work:
        told = Message(key=f"notice:{slug}", to="dana", card=note(f"for {slug}"), kind=Kind.NOTICE)
        work.apply(Decision(messages=(told,)), NOW)


def test_each_company_is_written_to_with_its_own_token(town, slack):
    say(town, "acme")
    say(town, "globex")
    town.deliver()
    assert sorted(slack.tokens_used["chat.postMessage"]) == ["xoxb-acme", "xoxb-globex"]


def test_a_revoked_app_is_not_replaced_by_the_shared_one(town, slack):
    town.installs.revoke("acme", "T0ACME", NOW, happened_at=NOW)
    town.program.slack.workspaces.refresh()
    say(town, "acme")
    town.deliver()
    assert not slack.calls["chat.postMessage"]
    (stuck,) = town.program.outbox.undelivered(at("10:00"), "acme")
    assert "taken out" in stuck.reason


def test_a_paused_company_rings_and_sends_nothing(town, slack):
    pause(town.store, "acme", NOW)
    say(town, "acme")
    say(town, "globex")
    town.deliver()
    assert slack.tokens_used["chat.postMessage"] == ["xoxb-globex"]


def test_tokens_that_were_swapped_in_the_table_open_nothing(town, slack):
    with town.store.engine.begin() as it:
        sealed = it.exec_driver_sql("SELECT sealed FROM slack_install WHERE app = 'globex'").scalar_one()
        it.exec_driver_sql("UPDATE slack_install SET sealed = ? WHERE app = 'acme'", (sealed,))
    say(town, "acme")
    town.deliver()
    assert not slack.calls["chat.postMessage"]


def test_nobody_is_asked_about_a_token_per_request(town, slack):
    town.ask("/slack/events/acme", *(help_of("T0ACME", ACME, trigger=f"{n}.1") for n in range(20)))
    assert not slack.calls


def test_voices_are_not_shown(town):
    voice: Any = town.program.slack.workspaces.voice("acme", "T0ACME")
    assert voice.token == "xoxb-acme"
    assert "xoxb" not in repr(voice)

"""Companies with Teams apps of their own beside one on the deployment's: one address, real tokens, one database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from bot import looking
from bot.app import Program, assemble
from bot.clock import SetClock
from bot.server import server
from bot.settings import AppType, Settings
from bot.teams import apps
from bot.teams.apps import App, written
from coaching.card import note
from coaching.decision import Decision, Kind, Message
from storage import teams_apps
from storage.addresses import Addresses
from storage.database import EVERY_COMPANY, create_engine, session
from storage.outbox import Outbox
from storage.secrets import Secrets
from storage.store import SqlStore
from storage.tables import DeliveryRow
from tests.builders import a_company, a_manager, a_member, an_owner, at
from tests.fake_teams import APP, TENANT, FakeTeams, SigningKey
from tests.teams_activities import DANA, activity, installed, personal, submit, words

KEY = Fernet.generate_key().decode()
ACME, GLOBEX, INITECH = "acme", "globex", "initech"
OWN = {
    ACME: App(id="aaaaaaaa-0000-4000-8000-000000000001", secret="acme-secret", tenant="10000000-aaaa"),
    GLOBEX: App(id="bbbbbbbb-0000-4000-8000-000000000002", secret="globex-secret", tenant="20000000-bbbb"),
}
TENANTS = {ACME: "10000000-aaaa", GLOBEX: "20000000-bbbb", INITECH: TENANT}
"""Initech is on the deployment's app. Each company has a Dana with the same id."""


class Town:
    """The whole program behind its real addresses."""

    def __init__(self, teams: FakeTeams, url: str, *, ours: bool = True, connected: tuple[str, ...] = (ACME, GLOBEX)):
        self.teams = teams
        teams.others = {it.id: (it.secret, it.tenant or "") for it in OWN.values()}
        self.secrets = Secrets(KEY)
        self.store = SqlStore(create_engine(url))
        for slug, tenant in TENANTS.items():
            people = (a_member(), a_manager(), an_owner())
            members = tuple(replace(it, handles={"teams": f"aad-{it.id}"}) for it in people)
            company = a_company(*members, slug=slug, name=slug.title(), teams_tenant=tenant)
            with self.store.opened(company, at("08:00")) as work:
                work.keep_company(company)
        for slug in connected:
            self.connect(slug)
        named = {name.lower(): it for name, it in teams.settings().items()}
        if not ours:
            named = {name: it for name, it in named.items() if not name.startswith("microsoft_app")}
        settings = Settings(**(named | {"coach_database_url": url, "coach_secret_keys": KEY}))
        self.program: Program = assemble(settings, self.store, clock=SetClock(at("09:00"), 0.000_001))
        self.server = server(self.program, worker=False)

    def connect(self, slug: str, app: App | None = None) -> None:
        it = app or OWN[slug]
        with self.store.work(slug) as work:
            teams_apps.keep(work, self.secrets, it.id, written(it))

    async def post(self, it: dict[str, Any], token: str | None = None, **claims: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.server)
        token = token or self.teams.token(**claims)
        async with httpx.AsyncClient(transport=transport, base_url="http://coach") as client:
            body = {**it, "serviceUrl": self.teams.service_url}
            answered = await client.post("/api/messages", json=body, headers={"authorization": f"Bearer {token}"})
        assert self.program.teams
        await asyncio.gather(*self.program.teams.app._background)
        return answered

    async def say(self, text: str, slug: str, **claims: Any) -> httpx.Response:
        """Dana of that company, to the bot that her company has."""
        return await self.post(there(slug, words(text)), **({"aud": app_of(slug)} | claims))

    async def deliver(self) -> None:
        """Gates open within a second."""
        for _ in range(40):
            await self.program.delivery.step()
            if not self.queued():
                return
            await asyncio.sleep(0.04)

    def reason(self, slug: str) -> str:
        with self.store.work(slug) as work:
            return work.session.scalar(sa.select(DeliveryRow.reason)) or ""

    def queued(self) -> int:
        asked = sa.select(sa.func.count(DeliveryRow.id)).where(DeliveryRow.state == "queued")
        with session(self.store.engine, EVERY_COMPANY) as it:
            return it.scalar(asked) or 0

    def queue(self, slug: str, key: str = "k") -> None:
        with self.store.work(slug) as work:
            work.apply(
                Decision(messages=(Message(key=key, to="dana", card=note(f"Hello {slug}"), kind=Kind.NOTICE),)),
                at("09:00"),
            )


def app_of(slug: str) -> str:
    return OWN[slug].id if slug in OWN else APP


def there(slug: str, it: dict[str, Any]) -> dict[str, Any]:
    """The same in that company's tenant, in the conversation with its own bot."""
    app, tenant = app_of(slug), TENANTS[slug]
    who = it["from"]["aadObjectId"]
    return {
        **it,
        "channelData": {"tenant": {"id": tenant}},
        "conversation": {"conversationType": "personal", "tenantId": tenant, "id": place(slug, who)},
        "recipient": {"id": f"28:{app}", "name": "Coach"},
    }


def place(slug: str, who: str = DANA) -> str:
    return f"a:{app_of(slug)}:{who}" if slug in OWN else personal(who)


@pytest.fixture
def teams() -> Iterator[FakeTeams]:
    with FakeTeams() as it:
        yield it


@pytest.fixture
def town(teams: FakeTeams, migrated_sqlite_url: str) -> Iterator[Town]:
    it = Town(teams, migrated_sqlite_url)
    yield it
    it.store.engine.dispose()


def in_town(town: Town, what: Callable[[Town], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        try:
            return await what(town)
        finally:
            await town.program.close()

    return asyncio.run(run())


# --- each by its own -----------------------------------------------------------------------------------------------
def test_each_company_is_answered_by_its_own_bot_with_its_own_token(teams: FakeTeams, each_migrated: str) -> None:
    town = Town(teams, each_migrated)

    async def it(town: Town) -> None:
        for slug in TENANTS:
            assert (await town.post(there(slug, installed()), aud=app_of(slug))).status_code == 200
            assert (await town.say("help", slug)).status_code == 200
        await town.deliver()
        by = {(it.conversation, it.app) for it in teams.sent}
        assert by == {(place(slug), app_of(slug)) for slug in TENANTS}
        assert teams.calls["login"] == 3, "each fetched its token once"
        for slug, tenant in TENANTS.items():
            kept = Addresses(town.store).of(slug, "dana")
            assert kept
            assert (kept.bot, kept.tenant) == (f"28:{app_of(slug)}", tenant)

    in_town(town, it)
    town.store.engine.dispose()


def test_who_was_never_heard_from_is_written_to_by_the_companys_own_bot(town: Town) -> None:
    async def it(town: Town) -> None:
        for slug in TENANTS:
            town.queue(slug)
        await town.deliver()
        found = {it.app: (it.conversation, it.activity["summary"]) for it in town.teams.sent}
        assert found == {app_of(slug): (place(slug), f"Hello {slug}") for slug in TENANTS}
        assert [it["bot"]["id"] for it in town.teams.created] == [f"28:{app}" for app in found]

    in_town(town, it)


def test_without_any_app_in_the_environment_a_companys_own_is_enough(
    teams: FakeTeams, migrated_sqlite_url: str
) -> None:
    town = Town(teams, migrated_sqlite_url, ours=False)

    async def it(town: Town) -> None:
        assert (await town.say("help", ACME)).status_code == 200
        await town.deliver()
        assert [it.app for it in teams.sent] == [OWN[ACME].id]
        assert (await town.say("help", INITECH)).status_code == 401, "nobody has that app here"
        assert not town.program.teams.voices.apps.speaks(INITECH)

    in_town(town, it)
    town.store.engine.dispose()


def test_nobody_is_told_to_add_a_teams_id_where_no_app_speaks_for_the_company(
    teams: FakeTeams, migrated_sqlite_url: str
) -> None:
    town = Town(teams, migrated_sqlite_url, ours=False, connected=(ACME,))
    for slug in (ACME, INITECH):
        with town.store.work(slug) as work:
            work.keep_company(replace(work.company, members=(a_member(handles={}), a_manager())))

    async def it(town: Town) -> None:
        for slug in (ACME, INITECH):
            town.queue(slug)
        await town.deliver()
        reasons = {slug: town.reason(slug) for slug in (ACME, INITECH)}
        assert "teams:" in reasons[ACME]
        assert "teams:" not in reasons[INITECH]

    in_town(town, it)
    town.store.engine.dispose()


# --- the wall ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("slug", [GLOBEX, INITECH])
def test_what_comes_for_one_app_about_another_companys_tenant_is_refused(town: Town, slug: str) -> None:
    async def it(town: Town) -> None:
        for forged in (words("help"), installed(), submit({"press": "x"}), activity(type="brandNew")):
            assert (await town.post(there(slug, forged), aud=OWN[ACME].id)).status_code == 403
        await town.deliver()
        assert town.teams.sent == []
        assert Addresses(town.store).of(slug, "dana") is None

    in_town(town, it)


def test_the_deployments_app_has_nothing_to_do_where_a_company_brought_its_own(town: Town) -> None:
    async def it(town: Town) -> None:
        assert (await town.say("help", ACME, aud=APP)).status_code == 403
        assert town.teams.sent == []

    in_town(town, it)


@pytest.mark.parametrize("tenant", ["99999999-unknown", ""])
def test_an_own_app_lets_in_its_companys_tenant_and_no_other(town: Town, tenant: str) -> None:
    async def it(town: Town) -> None:
        foreign = there(ACME, words("help")) | {
            "channelData": {"tenant": {"id": tenant}},
            "conversation": {"id": "a:x"},
        }
        assert (await town.post(foreign, aud=OWN[ACME].id)).status_code == 403
        assert town.teams.calls["send"] == 0

    in_town(town, it)


def test_a_tenant_that_nobody_knows_is_told_so_by_the_deployments_app(town: Town) -> None:
    async def it(town: Town) -> None:
        foreign = words("help", channelData={"tenant": {"id": "99999999-unknown"}})
        assert (await town.post(foreign)).status_code == 200
        assert "isn't connected to the coach yet" in town.teams.sent[0].text

    in_town(town, it)


def test_what_an_activity_says_of_the_app_it_came_by_is_not_believed(town: Town) -> None:
    async def it(town: Town) -> None:
        lying = there(GLOBEX, words("help")) | {"coach.app": OWN[GLOBEX].id}
        assert (await town.post(lying, aud=OWN[ACME].id)).status_code == 403
        assert (await town.post(lying, aud=APP)).status_code == 403

    in_town(town, it)


def test_the_database_refuses_it_too(town: Town) -> None:
    """Should the door ever let it through."""
    addresses = Addresses(town.store)
    for slug, tenant in TENANTS.items():
        for app in (*(it.id for it in OWN.values()), APP, ""):
            (found,) = addresses.who([(tenant, DANA, app)], APP)
            assert (found.company if found else None) == (slug if app == app_of(slug) else None)
        assert addresses.who([(tenant, DANA, "")], None) == [None]


def test_a_forged_audience_or_signature_is_answered_401_and_costs_no_look(town: Town, monkeypatch: Any) -> None:
    looks = []
    monkeypatch.setattr(teams_apps, "brought", lambda *_: looks.append(1) or ())
    stranger = SigningKey("key-1")

    async def it(town: Town) -> None:
        good = town.teams.keys[0]
        for key, aud, status in (
            (stranger, OWN[ACME].id, 401),
            (stranger, "cccccccc-0000-4000-8000-000000000003", 401),
            (good, "cccccccc-0000-4000-8000-000000000003", 401),
            (good, [OWN[ACME].id, APP], 401),
            (good, "", 401),
            (good, OWN[ACME].id + " ", 401),
        ):
            token = town.teams.token(key, aud=aud)
            assert (await town.post(there(ACME, words("help")), token)).status_code == status, (aud, key.kid)
        before = len(looks)
        for n in range(50):
            token = town.teams.token(stranger, aud=f"app-{n}")
            assert (await town.post(there(ACME, words("help")), token)).status_code == 401
        assert len(looks) == before, "whose signature is none makes nobody look"
        assert town.teams.calls["send"] == 0

    in_town(town, it)


def test_a_token_of_one_app_is_no_key_to_another_service(town: Town) -> None:
    async def it(town: Town) -> None:
        elsewhere = "https://smba.trafficmanager.net/emea/"
        assert (await town.say("help", ACME, serviceurl=elsewhere)).status_code == 403

    in_town(town, it)


def test_another_companys_message_is_not_shown_nor_changed(town: Town) -> None:
    """Dana of Acme presses what stands in Globex' Dana's chat: the keys are the same in both."""

    async def it(town: Town) -> None:
        town.queue(GLOBEX, "theirs")
        await town.deliver()
        (theirs,) = town.teams.sent
        before = json.dumps(theirs.activity)
        press = there(ACME, submit({"press": "digest", "message": "theirs", "stamp": "1"}, card=theirs.id))
        assert (await town.post(press, aud=OWN[ACME].id)).status_code == 200
        await town.deliver()
        assert json.dumps(theirs.activity) == before
        assert {it.conversation for it in town.teams.sent} <= {place(GLOBEX), place(ACME)}

    in_town(town, it)


# --- come and go ---------------------------------------------------------------------------------------------------
def test_no_app_no_address_and_one_that_is_connected_meanwhile_has_it_at_once(
    teams: FakeTeams, migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "SOONEST", 0.0)
    town = Town(teams, migrated_sqlite_url, ours=False, connected=())

    async def it(town: Town) -> None:
        nowhere = await town.say("help", ACME)
        assert (nowhere.status_code, nowhere.text) == (404, "Not Found")
        async with httpx.AsyncClient(transport=httpx.ASGITransport(town.server), base_url="http://coach") as client:
            other = await client.get("/api/nothing")
            mine = await client.get("/api/messages")
        assert (mine.status_code, mine.text) == (other.status_code, other.text)
        assert not town.program.teams.reaches_anybody
        town.connect(ACME)
        assert (await town.say("help", ACME)).status_code == 200
        assert (await town.say("help", GLOBEX)).status_code == 401
        await town.deliver()
        assert [it.app for it in teams.sent] == [OWN[ACME].id]
        with town.store.work(ACME) as work:
            teams_apps.forget(work, town.secrets)
        town.program.teams.voices.apps.refresh()
        assert (await town.say("help", ACME)).status_code == 404

    in_town(town, it)
    town.store.engine.dispose()


def test_a_renewed_secret_is_used_from_the_next_look_on(town: Town) -> None:
    async def it(town: Town) -> None:
        town.teams.others[OWN[ACME].id] = ("renewed", OWN[ACME].tenant)
        town.queue(ACME)
        await town.deliver()
        assert town.teams.sent == []
        town.connect(ACME, replace(OWN[ACME], secret="renewed"))
        Outbox(town.store).resume(ACME)
        town.program.teams.voices.apps.refresh()
        await town.deliver()
        assert [it.app for it in town.teams.sent] == [OWN[ACME].id]

    in_town(town, it)


def test_a_company_that_brings_an_app_is_written_to_in_the_new_bots_conversation(
    teams: FakeTeams, migrated_sqlite_url: str
) -> None:
    town = Town(teams, migrated_sqlite_url, connected=(GLOBEX,))

    async def it(town: Town) -> None:
        old = there(INITECH, words("help"))
        before = old | {"channelData": {"tenant": {"id": TENANTS[ACME]}}}
        assert (await town.post(before, aud=APP)).status_code == 200
        await town.deliver()
        assert {it.app for it in teams.sent} == {APP}
        town.connect(ACME)
        town.program.teams.voices.apps.refresh()
        await asyncio.sleep(1)
        town.queue(ACME)
        await town.deliver()
        assert (teams.sent[-1].app, teams.sent[-1].conversation) == (OWN[ACME].id, place(ACME))

    in_town(town, it)
    town.store.engine.dispose()


def test_credentials_that_cannot_be_read_hold_that_company_back_and_no_other(
    teams: FakeTeams, migrated_sqlite_url: str
) -> None:
    town = Town(teams, migrated_sqlite_url)
    lost = Secrets(Fernet.generate_key().decode())
    with town.store.work(ACME) as work:
        teams_apps.keep(work, lost, OWN[ACME].id, written(OWN[ACME]))

    async def it(town: Town) -> None:
        for slug in TENANTS:
            town.queue(slug)
        await town.deliver()
        assert {it.app for it in teams.sent} == {OWN[GLOBEX].id, APP}, "ours never speaks in its place"
        assert (await town.say("help", ACME)).status_code == 200, "what people do is kept all the same"

    in_town(town, it)
    town.store.engine.dispose()


def test_one_companys_refused_login_holds_up_nobody_else(town: Town) -> None:
    async def it(town: Town) -> None:
        town.teams.others[OWN[ACME].id] = ("changed", OWN[ACME].tenant)
        for slug in TENANTS:
            for n in range(3):
                town.queue(slug, f"k{n}")
        await town.deliver()
        assert {it.app for it in town.teams.sent} == {OWN[GLOBEX].id, APP}
        assert town.teams.calls["login"] == 3

    in_town(town, it)


def test_what_is_kept_reads_back() -> None:
    for it in (*OWN.values(), App(id="x", secret="hush", type=AppType.MULTI_TENANT)):
        assert apps.read(written(it)) == it
        assert it.secret not in repr(it)

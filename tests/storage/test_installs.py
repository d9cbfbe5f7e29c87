"""Where a Slack app is installed, and Home tabs as last published. On both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from coaching.card import note
from coaching.decision import Alarm, Decision, Kind, Message
from storage import hometabs
from storage.hometabs import HomeTab
from storage.installs import Install, Installs, Tokens, forget_once, once, pause, resume
from storage.outbox import Outbox
from storage.secrets import Secrets, UnreadableSecretError
from storage.store import SqlStore
from storage.tables import SlackInstallRow
from tests.builders import a_company, a_member, at, days_later

KEY = Fernet.generate_key().decode()
NOW = at("09:00")
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def store(each_engine) -> SqlStore:
    made = SqlStore(each_engine)
    for slug, team in (("acme", "T0ACME"), ("globex", "T0GLOBEX")):
        company = replace(a_company(a_member(), slug=slug, slack_team=team), targets=())
        with made.opened(company, NOW) as work:
            work.keep_company(company)
    return made


@pytest.fixture
def installs(store) -> Installs:
    return Installs(store, Secrets(KEY))


def installed(installs: Installs, token: str = "xoxb", refresh: str = "", **more) -> Install:
    it = Install(**({"home": "T0ACME", "installed_at": NOW, "teams": ("T1", "T2")} | more))
    it = replace(it, sealed=installs.sealed(it, Tokens(bot=token, refresh=refresh)))
    installs.keep(it)
    return it


def test_it_is_found_as_it_was_kept(installs):
    it = installed(installs, enterprise="E1", name="Acme", scopes="chat:write", setup={"by": "U1"})
    assert installs.find("", "T0ACME") == it
    assert installs.tokens(it) == Tokens(bot="xoxb")
    assert installs.find("acme", "T0ACME") is None
    again = installed(installs, "xoxb-2")
    assert installs.all() == (again,)


def test_tokens_open_in_their_own_place_only(installs):
    it = installed(installs)
    for other in (replace(it, home="T0GLOBEX"), replace(it, app="acme")):
        with pytest.raises(UnreadableSecretError):
            installs.tokens(other)


def test_credentials_that_companies_brought_are_read_together_and_a_swapped_one_is_left_out(store, installs, caplog):
    for slug in ("acme", "globex"):
        with store.work(slug) as work:
            Secrets(KEY).keep(work, "slack", {"signing_secret": slug})
    assert {slug: it["signing_secret"] for slug, it in installs.brought("slack").items()} == {
        "acme": "acme",
        "globex": "globex",
    }
    with store.work("acme") as work:
        sealed = Secrets(KEY).seal(999, "slack", {"signing_secret": "stolen"})
        work.session.execute(
            sa.text("UPDATE secret SET sealed = :it WHERE company_id = :mine"), {"it": sealed, "mine": work.company_id}
        )
    assert set(installs.brought("slack")) == {"globex"}
    assert "stolen" not in caplog.text


def test_revoked_it_has_no_tokens_and_no_draft_unless_it_was_installed_since(installs):
    installed(installs, setup={"by": "U1"})
    assert not installs.revoke("", "T0ACME", LATER, happened_at=NOW - timedelta(minutes=1))
    assert installs.revoke("", "T0ACME", LATER, happened_at=LATER)
    gone = installs.find("", "T0ACME")
    assert (gone.sealed, gone.setup, gone.revoked_at) == (None, None, LATER)
    assert installs.tokens(gone) is None


def test_each_that_expires_is_leased_once(installs):
    soon = NOW + timedelta(minutes=30)
    for n in range(6):
        installed(installs, home=f"T{n}", refresh="r", expires_at=soon)
    installed(installs, home="T0LATER", expires_at=NOW + timedelta(hours=9))
    installed(installs, home="T0NEVER")
    with ThreadPoolExecutor(4) as threads:
        taken = list(
            threads.map(
                lambda _: installs.lease_expiring(NOW + timedelta(hours=2), NOW, timedelta(minutes=4)), range(4)
            )
        )
    homes = [it.home for some in taken for it in some]
    assert sorted(homes) == [f"T{n}" for n in range(6)]
    after = NOW + timedelta(minutes=5)
    assert len(installs.lease_expiring(NOW + timedelta(hours=2), after, timedelta(minutes=4))) == 6


def test_what_was_exchanged_replaces_only_what_it_was_exchanged_for(installs):
    before = installed(installs, "old", "r1", expires_at=NOW)
    installed(installs, "installed again", "r2", expires_at=NOW)
    installs.rotated(before, Tokens(bot="late", refresh="r3"), LATER)
    assert installs.tokens(installs.find("", "T0ACME")).bot == "installed again"


def test_a_name_is_taken_once_even_at_once_and_forgotten_in_time(store):
    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(lambda _: once(store, "install:x"), range(8))) == [False] * 7 + [True]
    forget_once(store, at("00:00", days_later(-9000)))
    assert not once(store, "install:x")
    forget_once(store, at("00:00", days_later(9000)))
    assert once(store, "install:x")


def test_a_paused_company_neither_rings_nor_sends_until_it_goes_on(store):
    for slug in ("acme", "globex"):
        with store.work(slug) as work:
            said = Message(key="k", to="dana", card=note("Hello"), kind=Kind.NOTICE)
            work.apply(Decision(messages=(said,), alarms=(Alarm(alarm="a.b", subject="dana", at=NOW),)), NOW)
    pause(store, "acme", NOW)
    assert {it.company for it in store.due(LATER, 10)} == {"globex"}
    outbox = Outbox(store, real_now=lambda: NOW)
    assert {it.company.slug for it in outbox.claim(NOW, 10)} == {"globex"}
    assert resume(store, "acme")
    assert not resume(store, "acme")
    assert {it.company for it in store.due(LATER, 10)} == {"acme", "globex"}
    assert {it.company.slug for it in outbox.claim(NOW, 10)} == {"acme"}


def test_home_tabs_are_kept_by_company_and_forgotten_when_nobody_looks(store):
    for slug in ("acme", "globex"):
        with store.work(slug) as work:
            hometabs.opened(work, "dana", NOW)
            hometabs.published(work, HomeTab("dana", f"1.{slug}", "digest"))
    with store.work("acme") as work:
        assert hometabs.tabs(work, {"dana", "bob"}, NOW) == (HomeTab("dana", "1.acme", "digest"),)
        assert hometabs.tabs(work, {"dana"}, LATER) == ()
        hometabs.opened(work, "dana", LATER)
        assert hometabs.tabs(work, {"dana"}, LATER) == (HomeTab("dana", "1.acme", "digest"),)


def test_no_token_is_readable_in_any_column(installs, store):
    installed(installs, "xoxb-canary", "refresh-canary")
    with store.engine.begin() as it:
        rows = [repr(tuple(row)) for row in it.execute(sa.select(SlackInstallRow.__table__))]
    assert "canary" not in "".join(rows)

"""A file is applied while its people act: nobody waits for somebody who waits for them. On both databases."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.commands.apply import apply
from coaching.engine import Engine
from coaching.events import Knocked
from coaching.routines import ROUTINES
from storage.database import is_sqlite
from storage.person import erase
from storage.store import SqlStore
from storage.work import CompanyWork
from tests.builders import MONDAY, a_company, a_manager, a_member, an_owner, at, commanded, planned
from tests.fakes import no_holidays

if TYPE_CHECKING:
    from sqlalchemy import Engine as Database

    from coaching.events import Happening

DANA = a_member(email="dana@acme.example", handles={"teams": "aad-dana"})
ACME = a_company(DANA, a_manager(), an_owner(), teams_tenant="t-acme", slack_team="T0ACME")
LINK = Knocked(
    company="acme", key="slack:knock:1", at=at("09:00"), platform="slack", handle="U0NEW", name="Dana",
    addresses=("dana@acme.example",),
)  # fmt: skip
PAUSE = commanded("coach", "pause 3 days", member="dana")
DOINGS = pytest.mark.parametrize("doing", [LINK, PAUSE], ids=["link", "pause"])
RENAMED = replace(ACME, members=(replace(DANA, name="Dana Reyes-Lopez"), *ACME.members[1:]))
A_MOMENT = 0.5
"""For the other one to come as far as it can."""


@pytest.fixture
def store(each_engine: Database) -> SqlStore:
    store = SqlStore(each_engine)
    apply(store, ACME, at("07:00"))
    return store


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between what a transaction has locked and what it writes, the others come as far as they can."""
    kept = CompanyWork.keep_company

    def keep(self, company):
        if is_sqlite(self.session.connection()):
            return kept(self, company)
        time.sleep(A_MOMENT)
        return kept(self, company)

    monkeypatch.setattr(CompanyWork, "keep_company", keep)


@DOINGS
def test_whoever_acts_while_a_file_is_applied_waits_for_it_and_both_are_kept(
    store: SqlStore, slow: None, doing: Happening
):
    engine = Engine(store, no_holidays, ROUTINES)
    with ThreadPoolExecutor(2) as pool:
        applied = pool.submit(apply, store, RENAMED, at("09:00"))
        time.sleep(A_MOMENT / 2)
        acted = pool.submit(engine.handle, doing)
        assert applied.result(10)
        acted.result(10)
    dana = store.company("acme").member("dana")
    assert dana
    assert dana.name == "Dana Reyes-Lopez"
    assert ("slack" in dana.handles) == (doing is LINK)
    assert (dana.paused_until is not None) == (doing is PAUSE)


def test_an_alarm_that_rings_while_a_file_is_applied_waits_for_it_and_both_are_kept(store: SqlStore, slow: None):
    engine = Engine(store, no_holidays, ROUTINES)
    engine.handle(planned(at("07:00")))
    with ThreadPoolExecutor(2) as pool:
        applied = pool.submit(apply, store, RENAMED, at("08:30"))
        time.sleep(A_MOMENT / 2)
        rung = pool.submit(engine.tick, at("08:30"))
        assert applied.result(10)
        assert rung.result(10)
    assert store.company("acme").member("dana").name == "Dana Reyes-Lopez"
    with store.work("acme") as work:
        assert [it.member for it in work.checkins(MONDAY, MONDAY)] == ["dana"]


def test_an_alarm_that_rings_while_somebody_is_erased_waits_for_it(store: SqlStore, monkeypatch, caplog):
    engine = Engine(store, no_holidays, ROUTINES)
    engine.handle(planned(at("07:00")))
    held = CompanyWork.hold

    def hold(self):
        held(self)
        if not is_sqlite(self.session.connection()):
            time.sleep(A_MOMENT)

    monkeypatch.setattr(CompanyWork, "hold", hold)

    def erased():
        with store.work("acme") as work:
            return erase(work, DANA)

    with ThreadPoolExecutor(2) as pool:
        gone = pool.submit(erased)
        time.sleep(A_MOMENT / 2)
        rung = pool.submit(engine.tick, at("08:30"))
        assert gone.result(10)
        rung.result(10)
    assert store.company("acme").member("dana") is None
    assert "failed" not in caplog.text

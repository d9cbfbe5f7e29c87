"""A Microsoft that can't be reached: found out fast, left alone for a moment, and nobody else waits for it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from bot.teams import away, line
from bot.teams.away import FIRST, LONGEST, TRIAL, Away, Unreachable
from coaching.card import note
from coaching.decision import Decision, Kind, Message
from storage.addresses import Addresses
from tests.bot.teams.conftest import Office, in_the_office, the_company
from tests.builders import an_address, at
from tests.fake_teams import FakeTeams
from tests.teams_activities import DANA, MORGAN, OLIVIA

CLOSED = "http://127.0.0.1:9/teams/"


@pytest.fixture
def deaf() -> Iterator[str]:
    """An address where every further connection hangs: its queue is full, and nobody takes from it."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(server.getsockname())
        yield f"http://127.0.0.1:{server.getsockname()[1]}/teams/"


def an_office(teams: FakeTeams, url: str, *more: str) -> Office:
    return Office(teams, url, the_company(), microsoft_service_urls=(teams.service_url, *more))


def queue(office: Office, to: str, key: str) -> None:
    message = Message(key=key, to=to, card=note(f"Hello {key}"), kind=Kind.NOTICE)
    with office.store.work("acme") as work:
        work.apply(Decision(messages=(message,)), office.clock.now())


def at_service(office: Office, member: str, service_url: str) -> None:
    Addresses(office.store).keep("acme", member, an_address(member, service_url=service_url), at())


def test_a_connector_that_refuses_holds_up_nobody_else_of_the_company(
    teams: FakeTeams, migrated_sqlite_url: str
) -> None:
    async def it(office: Office) -> None:
        at_service(office, "dana", CLOSED)
        for person in ("morgan", "olivia"):
            at_service(office, person, teams.service_url)
        for member in ("dana", "morgan", "olivia"):
            queue(office, member, member)
        await office.deliver()
        await office.settle()
        assert {sent.activity["summary"] for sent in teams.sent} == {"Hello morgan", "Hello olivia"}
        waiting = [why for state, why in office.delivered() if state == "queued"]
        assert len(waiting) == 1
        assert "127.0.0.1:9 can't be reached (ClientConnectorError)" in waiting[0]

    office = an_office(teams, migrated_sqlite_url, CLOSED)
    in_the_office(office, it)
    office.store.engine.dispose()


def test_one_that_never_takes_the_connection_is_given_up_within_seconds_and_asked_once(
    teams: FakeTeams, migrated_sqlite_url: str, deaf: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "CONNECT_SECONDS", 0.5)
    monkeypatch.setattr(away, "FIRST", LONGEST)  # not over before the test is, on any machine
    called, asked = line.Line._called, []

    def counted(self: line.Line, *call: Any) -> Any:
        asked.append(call)
        return called(self, *call)

    monkeypatch.setattr(line.Line, "_called", counted)

    async def it(office: Office) -> None:
        for member in ("dana", "morgan", "olivia"):
            at_service(office, member, deaf)
            queue(office, member, member)
        await office.deliver()
        assert {state for state, _ in office.delivered()} == {"queued"}
        tried = len(asked)
        assert 1 <= tried <= 3
        # By the time for a connection, not by that for the whole call.
        assert all("can't be reached (ConnectionTimeoutError)" in why for _, why in office.delivered())
        for member in ("dana", "morgan", "olivia"):
            queue(office, member, f"{member} again")
        await office.deliver()
        assert len(asked) == tried, "what is known to be away isn't tried again at once"

    office = an_office(teams, migrated_sqlite_url, deaf)
    in_the_office(office, it)
    office.store.engine.dispose()


def test_once_it_is_back_everything_goes_on(teams: FakeTeams, migrated_sqlite_url: str) -> None:
    async def it(office: Office) -> None:
        for person in ("dana", "morgan", "olivia"):
            at_service(office, person, teams.service_url)
            queue(office, person, person)
        teams.login_status = 503
        await office.deliver()
        assert (teams.sent, teams.calls["login"]) == ([], 1)
        teams.login_status = 200
        for _ in range(200):
            await office.deliver()
            if len(teams.sent) == 3:
                break
            await asyncio.sleep(0.04)
        assert {sent.conversation for sent in teams.sent} == {f"a:{it}" for it in (DANA, MORGAN, OLIVIA)}

    office = an_office(teams, migrated_sqlite_url)
    in_the_office(office, it)
    office.store.engine.dispose()


def test_pauses_grow_to_half_a_minute_and_one_tries_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(away.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(away.random, "uniform", lambda _low, _high: 1.0)

    def enters(it: Away) -> bool:
        try:
            it.enter()
        except Unreachable:
            return False
        return True

    it = Away()
    assert all(enters(it) for _ in range(5)), "nobody waits for who was always there"
    pauses: list[Any] = []
    for _ in range(8):
        pauses.append(it.missed("gone").after.total_seconds())
        assert not enters(it)
        now[0] += pauses[-1]
        assert [enters(it) for _ in range(3)] == [True, False, False]
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]
    assert (pauses[0], pauses[-1]) == (FIRST, LONGEST)
    now[0] += TRIAL
    assert enters(it), "whoever tried and never came back keeps nobody away"
    it.reached()
    assert all(enters(it) for _ in range(5))

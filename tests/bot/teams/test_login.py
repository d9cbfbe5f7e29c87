"""The bot's own token: fetched once for all, in time, with a secret or as the machine."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import aiohttp
import pytest

from bot.teams import away, login
from bot.teams.login import EARLY, LoginAway, LoginRefused, ManagedLogin, SecretLogin
from tests.fake_teams import APP, HOME, SECRET, FakeTeams


@pytest.fixture
def teams() -> Iterator[FakeTeams]:
    with FakeTeams() as it:
        yield it


def with_login(teams: FakeTeams, what: Any, secret: str = SECRET) -> Any:
    async def run() -> Any:
        async with aiohttp.ClientSession() as session:
            return await what(SecretLogin(f"{teams.origin}/login", HOME, APP, secret, lambda: session))

    return asyncio.run(run())


def test_one_token_serves_all_who_wait_until_shortly_before_it_runs_out(
    teams: FakeTeams, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, now = time.monotonic(), [0.0]
    monkeypatch.setattr(login.time, "monotonic", lambda: began + now[0])

    async def it(login: SecretLogin) -> None:
        assert len(set(await asyncio.gather(*(login.token() for _ in range(20))))) == 1
        now[0] = 3599 - EARLY - 1
        await login.token()
        assert teams.calls["login"] == 1
        now[0] = 3599 - EARLY + 1
        old = await login.token()
        await fetched(login)
        assert teams.calls["login"] == 2, "fetched beside the one who asked"
        assert await login.token() != old

    with_login(teams, it)


def test_a_token_that_is_still_good_goes_on_while_the_login_is_away(
    teams: FakeTeams, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, now = time.monotonic(), [0.0]
    monkeypatch.setattr(login.time, "monotonic", lambda: began + now[0])

    async def it(login: SecretLogin) -> None:
        old = await login.token()
        teams.login_status = 503
        for seconds in (1, 60, 298):
            now[0] = 3599 - EARLY + seconds
            assert await login.token() == old
            await fetched(login)
        now[0] = 3600
        with pytest.raises(LoginAway):
            await login.token()

    with_login(teams, it)


def test_a_login_that_fails_fails_once_for_all_who_wait_and_is_left_alone_for_a_moment(
    teams: FakeTeams, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, now = time.monotonic(), [0.0]
    monkeypatch.setattr(away.time, "monotonic", lambda: began + now[0])
    monkeypatch.setattr(away.random, "uniform", lambda _low, _high: 1.0)
    teams.login_status = 503

    async def tried(login: SecretLogin, times: int = 20) -> list[float]:
        outcomes = await asyncio.gather(*(login.token() for _ in range(times)), return_exceptions=True)
        return [it.after.total_seconds() for it in outcomes if isinstance(it, LoginAway)]

    async def it(login: SecretLogin) -> None:
        assert await tried(login) == [1.0] * 20
        assert await tried(login) == [1.0] * 20
        assert teams.calls["login"] == 1
        now[0] = 1.1
        assert await tried(login) == [2.0] * 20
        assert teams.calls["login"] == 2
        teams.login_status = 200
        now[0] = 3.2
        assert await tried(login) == []
        assert teams.calls["login"] == 3

    with_login(teams, it)


def test_a_refused_secret_is_shown_once_for_all_who_wait(teams: FakeTeams) -> None:
    async def it(login: SecretLogin) -> None:
        outcomes = await asyncio.gather(*(login.token() for _ in range(20)), return_exceptions=True)
        assert {type(one) for one in outcomes} == {LoginRefused}
        with pytest.raises(LoginRefused):
            await login.token()
        assert teams.calls["login"] == 1

    with_login(teams, it, "wrong")


async def fetched(login: SecretLogin) -> None:
    """The clock stands still in these tests, so nothing may wait for it."""
    while login._fetching is not None:
        await asyncio.wait([login._fetching])
        await asyncio.sleep(0)


def test_a_token_that_was_turned_down_is_forgotten_and_an_older_one_is_no_news(teams: FakeTeams) -> None:
    async def it(login: SecretLogin) -> None:
        first = await login.token()
        login.forget(first)
        second = await login.token()
        login.forget(first)
        assert await login.token() == second != first

    with_login(teams, it)


def test_a_wrong_secret_is_refused_in_microsofts_words(teams: FakeTeams) -> None:
    async def it(login: SecretLogin) -> None:
        with pytest.raises(LoginRefused, match=r"^AADSTS7000215: Invalid client secret provided\.$"):
            await login.token()

    with_login(teams, it, "wrong")


@pytest.mark.parametrize("status", [429, 500, 503, 302])
def test_a_login_with_trouble_of_its_own_is_away(teams: FakeTeams, status: int) -> None:
    teams.login_status = status

    async def it(login: SecretLogin) -> None:
        with pytest.raises(LoginAway):
            await login.token()

    with_login(teams, it)


def test_nobody_at_that_address_is_away(teams: FakeTeams) -> None:
    async def it(_login: SecretLogin) -> None:
        async with aiohttp.ClientSession() as session:
            with pytest.raises(LoginAway, match="ClientConnectorError"):
                await SecretLogin("http://127.0.0.1:9", HOME, APP, SECRET, lambda: session).token()

    with_login(teams, it)


class Machine(BaseHTTPRequestHandler):
    """The identity service of a machine in Azure."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        said = {
            "access_token": "managed",
            "expires_on": str(int(time.time()) + 3600),
            "resource": "x",
            "token_type": "Bearer",
        }
        refused = {"statusCode": 400, "message": "no such identity", "error": {"code": "x", "message": "y"}}
        body = json.dumps(said if f"client_id={APP}" in self.path else refused).encode()
        self.send_response(200 if f"client_id={APP}" in self.path else 400)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Machine]]:
    Machine.asked = []
    server = HTTPServer(("127.0.0.1", 0), Machine)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"http://127.0.0.1:{server.server_port}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "proof")
    yield Machine
    server.shutdown()
    server.server_close()


def test_a_machine_in_azure_needs_no_secret(machine: type[Machine]) -> None:
    managed = ManagedLogin(APP)
    assert asyncio.run(managed.token()) == "managed"
    assert "resource=https" in machine.asked[0]


def test_an_identity_that_the_machine_doesnt_have_is_refused(machine: type[Machine]) -> None:
    with pytest.raises(LoginRefused, match="MICROSOFT_APP_ID"):
        asyncio.run(ManagedLogin("another").token())

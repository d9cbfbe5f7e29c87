"""What an acknowledged check-in answer costs on Teams, beside a bare handler and beside Microsoft's stock adapter.

    python -m tests.benchmarks.teams_ack [--answers 900] [--rounds 3] [--at-once 8]

Each server is a process of its own on one processor, the others than `bare` under uvicorn, and the client is on another.
Compared is its CPU time (user and system) over the requests it answered, in interleaved rounds; how many it answered in a
second is told beside, which on a busy machine flatters the dearer server: it waits for its turn no more often.
`bare` is a handler of aiohttp, on which Microsoft's samples run: it parses the JSON and
checks nothing; `bare_asgi` is the same without any framework. `stock` is botbuilder's own way: its deserializer, its token
check, `process_activity`, and nothing to do. `coach` is the whole of ours: every answer is a different person's first of
the day, in SQLite before it is acknowledged. Teams sends one token for an hour; `coach_anew` is the same with another token
each time, so that every one is checked. One JSON line on stdout.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from bot import buttons
from bot.settings import Settings
from coaching.card import Action
from tests.benchmarks import judge
from tests.benchmarks.callers import apart, drive, request
from tests.benchmarks.slack_ack import COMPANIES, MEMBERS, answered, cpu, served, serving, up
from tests.builders import MONDAY, a_company, a_member, at
from tests.fake_teams import APP, FakeTeams
from tests.teams_activities import submit

SERVERS = ("bare", "bare_asgi", "stock", "coach", "coach_anew")
MOST, LEAST = {"times_bare": 8.0}, {"stock_times_coach": 5.0}
WARM = 50
"""Requests before what is measured: statements are compiled, keys fetched."""
TIMES = {"bare": 10, "bare_asgi": 10, "stock": 0.2}
"""As many requests as to ours: processes' CPU time is counted in hundredths of a second."""


# --- the servers ---------------------------------------------------------------------------------------------------
async def _plain(send: Any, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def _body(receive: Any) -> bytes:
    raw, more = b"", True
    while more:
        message = await receive()
        raw += message.get("body", b"")
        more = message.get("more_body", False)
    return raw


def bare(port: int) -> None:
    """Parses, and answers."""
    from aiohttp import web

    async def parsed(request: web.Request) -> web.Response:
        return web.Response(status=200 if await request.json() else 400)

    app = web.Application()
    app.router.add_post("/api/messages", parsed)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


def bare_asgi(_folder: Path) -> Any:
    """Parses, and answers."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            raw = await _body(receive)
            await _plain(send, 200 if raw and json.loads(raw) else 405)

    return app


def stock(_folder: Path) -> Any:
    """As botbuilder's samples do it, but for the web framework."""
    from botbuilder.core import CloudAdapterBase
    from botbuilder.schema import Activity
    from botframework.connector.auth import AuthenticationConfiguration, PasswordServiceClientCredentialFactory
    from botframework.connector.auth.bot_framework_authentication_factory import BotFrameworkAuthenticationFactory

    secret = os.environ["MICROSOFT_APP_PASSWORD"]
    known = BotFrameworkAuthenticationFactory.create(
        to_channel_from_bot_login_url="https://login.microsoftonline.com/botframework.com",
        to_channel_from_bot_oauth_scope="https://api.botframework.com",
        to_bot_from_channel_token_issuer="https://api.botframework.com",
        oauth_url="https://api.botframework.com",
        to_bot_from_channel_open_id_metadata_url=os.environ["MICROSOFT_OPENID_METADATA_URL"],
        to_bot_from_emulator_open_id_metadata_url=os.environ["MICROSOFT_OPENID_METADATA_URL"],
        caller_id="urn:botframework:azure",
        credential_factory=PasswordServiceClientCredentialFactory(APP, secret, tenant_id="t"),
        auth_configuration=AuthenticationConfiguration(),
    )
    adapter = CloudAdapterBase(known)

    async def nothing(_turn: Any) -> None:
        pass

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        raw = await _body(receive)
        if not raw:
            await _plain(send, 405)
            return
        header = dict(scope["headers"])[b"authorization"].decode()
        await adapter.process_activity(header, Activity().deserialize(json.loads(raw)), nothing)
        await _plain(send, 200)

    return app


def coach(folder: Path) -> Any:
    """Ours, on the database in that folder."""
    return serving(Settings(), folder)


def serve(name: str, folder: Path, port: int) -> None:
    if name == "bare":
        bare(port)
        return
    app = {"bare_asgi": bare_asgi, "stock": stock, "coach": coach, "coach_anew": coach}[name](folder)
    served(app, port)


# --- a morning in many companies -----------------------------------------------------------------------------------
def tenant(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012}"


def ask_everybody(folder: Path, service_url: str) -> None:
    """Every member of every company has today's check-in before them, and is known in Teams."""
    from bot.teams import inbound
    from coaching.engine import Engine
    from coaching.events import Planned
    from coaching.routines import ROUTINES
    from storage import schema
    from storage.addresses import Addresses
    from storage.database import create_engine
    from storage.store import SqlStore
    from tests.fakes import no_holidays

    database = create_engine(f"sqlite:///{folder / 'coach.db'}")
    schema.upgrade(database)
    store = SqlStore(database)
    engine, addresses = Engine(store, no_holidays, ROUTINES), Addresses(store)
    for n in range(COMPANIES):
        handles = [f"aad-{n}-{m}" for m in range(MEMBERS)]
        members = tuple(
            a_member(f"rep{m}", handles={"teams": it}, zone_seen="America/Chicago") for m, it in enumerate(handles)
        )
        company = a_company(*members, slug=f"company{n}", teams_tenant=tenant(n))
        with store.opened(company, at("07:00")) as work:
            work.keep_company(company)
        for m, it in enumerate(handles):
            sent = {**activity(n, it, {}), "serviceUrl": service_url}
            known = inbound.address(sent, inbound.origin(sent), inbound.zone(sent))
            assert known
            addresses.keep(company.slug, f"rep{m}", known, at("07:00"))
        engine.handle(Planned(company=company.slug, key="planned", at=at("07:00")))
    while engine.tick(at("08:30")):
        pass
    database.dispose()


def activity(n: int, person: str, value: dict[str, Any]) -> dict[str, Any]:
    return submit(value, person, channelData={"tenant": {"id": tenant(n)}})


def answers(teams: FakeTeams, count: int, *, anew: bool) -> list[tuple[bytes, dict[str, str]]]:
    """Ready to go. Members in turn, so that consecutive ones are of different companies."""
    pressed = buttons.write(Action("checkin.send", "Send", {"day": MONDAY.isoformat()}))
    one = teams.token()
    made = []
    for n in range(count):
        company, member = n % COMPANIES, n // COMPANIES % MEMBERS
        value = {
            "press": pressed, "message": f"checkin:rep{member}:{MONDAY}", "stamp": f"{n:032}",
            "fields": ["count.calls", "count.appointments", "count.proposals", "answer", "commitment", "note"],
            "field:count.calls": "12", "field:count.appointments": "2", "field:count.proposals": "1",
            "field:commitment": "Send Globex the offer by noon",
        }  # fmt: skip
        sent = {**activity(company, f"aad-{company}-{member}", value), "serviceUrl": teams.service_url}
        token = teams.token(jti=str(n)) if anew else one
        headers = {"content-type": "application/json; charset=utf-8", "authorization": f"Bearer {token}"}
        made.append((json.dumps(sent).encode(), headers))
    return made


# --- measuring -----------------------------------------------------------------------------------------------------
@contextmanager
def running(name: str, folder: Path, port: int, settings: dict[str, str]) -> Iterator[psutil.Process]:
    command = [sys.executable, "-m", "tests.benchmarks.teams_ack", "--serve", name]
    child = subprocess.Popen([*command, "--folder", str(folder), "--port", str(port)], env=os.environ | settings)
    try:
        yield psutil.Process(child.pid)
    finally:
        child.terminate()
        child.wait(10)


def spent(teams: FakeTeams, name: str, options: argparse.Namespace) -> tuple[float, float]:
    """Microseconds of the server's CPU for a request, and requests a second."""
    count = round(options.answers * TIMES.get(name, 1))
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if name.startswith("coach"):
            ask_everybody(folder, teams.service_url)
        calls = [request("/api/messages", *it) for it in answers(teams, count + WARM, anew=name == "coach_anew")]
        with running(name, folder, options.port, teams.settings()) as process, apart([process.pid]):
            asyncio.run(up(f"http://127.0.0.1:{options.port}/api/messages"))
            drive(options.port, calls[:WARM], options.at_once)
            before = cpu(process)
            seconds = drive(options.port, calls[WARM:], options.at_once)
            used = cpu(process) - before
        if name.startswith("coach"):
            kept = answered(folder)
            assert kept == min(len(calls), COMPANIES * MEMBERS), f"{kept} of {len(calls)} answers were kept"
    return used / count * 1e6, count / seconds


def measure(options: argparse.Namespace) -> dict[str, Any]:
    found: dict[str, list[tuple[float, float]]] = {it: [] for it in SERVERS}
    with FakeTeams() as teams:
        for _ in range(options.rounds):
            for name in SERVERS:
                found[name].append(spent(teams, name, options))
    cpus, rates = ({name: statistics.median(it[n] for it in all_) for name, all_ in found.items()} for n in (0, 1))
    return {
        "at_once": options.at_once,
        "a_second": {it: round(value) for it, value in rates.items()},
        "cpu_us": {it: round(value) for it, value in cpus.items()},
        "times_bare": round(cpus["coach"] / cpus["bare"], 2),
        "times_bare_asgi": round(cpus["coach"] / cpus["bare_asgi"], 1),
        "times_bare_with_tokens_anew": round(cpus["coach_anew"] / cpus["bare"], 2),
        "stock_times_coach": round(cpus["stock"] / cpus["coach"], 2),
        "rate_of_bare_times_ours": round(rates["bare"] / rates["coach"], 2),
        "our_rate_times_stocks": round(rates["coach"] / rates["stock"], 2),
    }


def test_an_acknowledged_answer_costs_eight_times_a_bare_handler_and_a_fifth_of_the_stock_adapter() -> None:
    options = argparse.Namespace(answers=900, rounds=3, at_once=8, port=8392)
    judge("teams_ack", most=MOST, least=LEAST, **measure(options))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=900)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--port", type=int, default=8392)
    parser.add_argument("--serve", choices=SERVERS)
    parser.add_argument("--folder", type=Path, default=Path())
    options = parser.parse_args()
    if options.serve:
        serve(options.serve, options.folder, options.port)
        return
    judge("teams_ack", most=MOST, least=LEAST, **measure(options))


if __name__ == "__main__":
    main()

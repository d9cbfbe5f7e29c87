"""What an acknowledged check-in answer costs, beside a bare signature check and beside an empty Bolt app.

    python -m tests.benchmarks.slack_ack [--answers 1000] [--rounds 3] [--at-once 8] [--rate 200] [--seconds 8]

Each server is a process of its own under uvicorn; its CPU time (user and system) over the requests it answered is what is
compared, in interleaved rounds, so that other work on the machine doesn't decide. Every answer is a different person's
first of the day, in SQLite before it is acknowledged. The last phase sends answers at a fixed rate, whether earlier ones
are back or not, and takes each one's time from the moment it should have been sent. One JSON line on stdout.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import psutil

from bot import buttons, door
from bot.door import OK, Answer
from bot.settings import Settings
from bot.slack.front import Front
from coaching.card import Action
from tests.benchmarks import judge
from tests.builders import MONDAY, a_company, a_member, at
from tests.slack_requests import SECRET, press, signature

COMPANIES, MEMBERS = 40, 25
SERVERS = ("bare", "bolt", "coach")
NOW = at("08:41")
MOST = {"times_bolt": 3.0, "p99_ms": 500.0}


# --- the three servers ---------------------------------------------------------------------------------------------
async def _taken(_payload: dict[str, Any]) -> Answer:
    return OK


def bare(_folder: Path) -> Any:
    """Verifies the signature, and answers."""
    front = Front((SECRET,), _taken)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        if scope["method"] != "POST":
            await send({"type": "http.response.start", "status": 405, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
            return
        headers = door.headers(scope)
        timestamp, given = front._signed(headers)
        raw = await door.read(headers, receive, door.READ_SECONDS)
        status = 200 if front._genuine(timestamp, given, raw) else 401
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    return app


def bolt(_folder: Path) -> Any:
    """As its documentation shows it, with nothing to do; `authorize` in memory, so that it asks nobody."""
    from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb", bot_id="B0", bot_user_id="U0"
        )

    app = AsyncApp(signing_secret=SECRET, authorize=authorize)

    @app.action("checkin.submit")  # the action_id of `press`
    async def submitted(ack: Any) -> None:
        await ack()

    return AsyncSlackRequestHandler(app, path="/slack/events")


def coach(folder: Path) -> Any:
    """Ours, on the database in that folder."""
    slack = {"slack_bot_token": "xoxb", "slack_signing_secret": SECRET, "slack_api_url": "http://127.0.0.1:9/api/"}
    return serving(Settings(_env_file=None, **slack), folder)


def serving(settings: Settings, folder: Path) -> Any:
    """What `coach serve` serves, without the hours and the delivery of a worker."""
    from bot.app import assemble
    from bot.clock import SetClock
    from bot.server import server
    from storage.database import create_engine
    from storage.store import SqlStore

    store = SqlStore(create_engine(f"sqlite:///{folder / 'coach.db'}"))
    return server(assemble(settings, store, clock=SetClock(NOW, 0.000_001)), worker=False)


def serve(name: str, folder: Path, port: int) -> None:
    served({"bare": bare, "bolt": bolt, "coach": coach}[name](folder), port)


def served(app: Any, port: int) -> None:
    """Each the way `coach serve` does it."""
    import uvicorn

    from bot.commands.serve import configured

    uvicorn.Server(configured(app, host="127.0.0.1", port=port, lifespan="off")).run()


# --- a morning in many companies -----------------------------------------------------------------------------------
def ask_everybody(folder: Path) -> None:
    """Every member of every company has today's check-in before them."""
    from coaching.engine import Engine
    from coaching.events import Planned
    from coaching.routines import ROUTINES
    from storage import schema
    from storage.database import create_engine
    from storage.store import SqlStore
    from tests.fakes import no_holidays

    database = create_engine(f"sqlite:///{folder / 'coach.db'}")
    schema.upgrade(database)
    store = SqlStore(database)
    engine = Engine(store, no_holidays, ROUTINES)
    for n in range(COMPANIES):
        members = tuple(a_member(f"rep{m}", handles={"slack": f"U{n}X{m}"}) for m in range(MEMBERS))
        company = a_company(*members, slug=f"company{n}", slack_team=f"T{n}")
        with store.opened(company, at("07:00")) as work:
            work.keep_company(company)
        engine.handle(Planned(company=company.slug, key="planned", at=at("07:00")))
    while engine.tick(at("08:30")):
        pass
    database.dispose()


def answered(folder: Path) -> int:
    from storage.database import create_engine
    from storage.store import SqlStore

    database = create_engine(f"sqlite:///{folder / 'coach.db'}")
    store = SqlStore(database)
    kept = 0
    for slug in store.companies():
        with store.work(slug) as work:
            kept += sum(1 for it in work.checkins(MONDAY, MONDAY) if it.answered_at and it.counts.get("calls") == 12)
    database.dispose()
    return kept


def answers(count: int, round_: int) -> list[tuple[bytes, dict[str, str]]]:
    """Signed, ready to go. Members in turn, so that consecutive ones are of different companies."""
    value = buttons.write(Action("checkin.send", "Send", {"day": MONDAY.isoformat()}))
    typed = {f"field:count.{it}": number for it, number in (("calls", "12"), ("appointments", "2"), ("proposals", "1"))}
    typed |= {"field:commitment": "Send Globex the offer by noon", "field:note": ""}
    values = {it: {"value": {"type": "plain_text_input", "value": text}} for it, text in typed.items()}
    made = []
    for n in range(count):
        company, member = n % COMPANIES, n // COMPANIES % MEMBERS
        payload = press(value, values, user=f"U{company}X{member}", team=f"T{company}", action_ts=f"{round_}.{n}")
        payload["actions"][0]["block_id"] = f"in:4:checkin:rep{member}:{MONDAY.isoformat()}"  # on the card that asked
        body = urlencode({"payload": json.dumps(payload)}).encode()
        stamp = str(int(time.time()))
        made.append((body, {
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": signature(SECRET, stamp, body),
        }))  # fmt: skip
    return made


# --- measuring -----------------------------------------------------------------------------------------------------
@contextmanager
def running(name: str, folder: Path, port: int) -> Iterator[psutil.Process]:
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.slack_ack",
        "--serve",
        name,
        "--folder",
        str(folder),
        "--port",
        str(port),
    ]
    child = subprocess.Popen(command)
    try:
        yield psutil.Process(child.pid)
    finally:
        child.terminate()
        child.wait(10)


async def up(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(1200):
            try:
                async with session.get(url):
                    return
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.05)
    raise RuntimeError("the server did not start")


async def post(session: aiohttp.ClientSession, url: str, it: tuple[bytes, dict[str, str]]) -> None:
    body, headers = it
    async with session.post(url, data=body, headers=headers) as reply:
        assert reply.status == 200, reply.status
        await reply.read()


async def closed_loop(url: str, calls: list[Any], at_once: int) -> None:
    waiting = iter(calls)

    async def one(session: aiohttp.ClientSession) -> None:
        for it in waiting:
            await post(session, url, it)

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(one(session) for _ in range(at_once)))


async def open_loop(url: str, calls: list[Any], rate: float) -> list[float]:
    took: list[float] = []

    async def one(session: aiohttp.ClientSession, it: Any, due: float) -> None:
        await post(session, url, it)
        took.append(time.perf_counter() - due)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        tasks, began = [], time.perf_counter()
        for n, it in enumerate(calls):
            due = began + n / rate
            await asyncio.sleep(max(0, due - time.perf_counter()))
            tasks.append(asyncio.ensure_future(one(session, it, due)))
        await asyncio.gather(*tasks)
    return took


def cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def cost(name: str, count: int, round_: int, port: int, at_once: int = 8) -> float:
    """CPU microseconds of the server per request, `at_once` of them on their way at any time."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if name == "coach":
            ask_everybody(folder)
        calls = answers(count + 50, round_)
        url = f"http://127.0.0.1:{port}/slack/events"
        with running(name, folder, port) as process:
            asyncio.run(up(url))
            asyncio.run(closed_loop(url, calls[:50], at_once))
            before = cpu(process)
            asyncio.run(closed_loop(url, calls[50:], at_once))
            spent = cpu(process) - before
        if name == "coach":
            kept = answered(folder)
            assert kept == min(len(calls), COMPANIES * MEMBERS), f"{kept} of {len(calls)} answers were kept"
    return spent / count * 1e6


def latency(rate: float, seconds: float, port: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        ask_everybody(folder)
        calls = answers(int(rate * seconds), 99)
        url = f"http://127.0.0.1:{port}/slack/events"
        with running("coach", folder, port):
            asyncio.run(up(url))
            took = sorted(asyncio.run(open_loop(url, calls, rate)))
    return {f"p{p}_ms": round(took[min(len(took) - 1, int(len(took) * p / 100))] * 1000, 1) for p in (50, 99)}


def measure(options: argparse.Namespace) -> dict[str, Any]:
    costs: dict[str, list[float]] = {it: [] for it in SERVERS}
    for round_ in range(options.rounds):
        for name in SERVERS:
            costs[name].append(cost(name, options.answers, round_, options.port, options.at_once))
    typical = {it: statistics.median(found) for it, found in costs.items()}
    return {
        "at_once": options.at_once,
        "cpu_us": {it: round(value) for it, value in typical.items()},
        "times_bolt": round(typical["coach"] / typical["bolt"], 2),
        "times_bare": round(typical["coach"] / typical["bare"], 2),
        "rate": options.rate,
        **latency(options.rate, options.seconds, options.port),
    }


def test_an_acknowledged_answer_costs_three_times_an_empty_bolt_app() -> None:
    options = argparse.Namespace(answers=900, rounds=3, at_once=8, rate=200, seconds=8, port=8391)
    judge("slack_ack", most=MOST, **measure(options))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=900)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--port", type=int, default=8391)
    parser.add_argument("--serve", choices=SERVERS)
    parser.add_argument("--folder", type=Path, default=Path())
    options = parser.parse_args()
    if options.serve:
        serve(options.serve, options.folder, options.port)
        return
    began = datetime.now().isoformat(timespec="seconds")
    print(f"slack_ack since {began}: {options.rounds} rounds of {options.answers} answers", file=sys.stderr)
    judge("slack_ack", most=MOST, **measure(options))


if __name__ == "__main__":
    main()

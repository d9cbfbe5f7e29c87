"""How soon a card shows that its button was pressed: fifty presses a second, in `coach serve` and at Slack.

    python -m tests.benchmarks.updates [--companies 40] [--members 25] [--rate 50] [--database sqlite]

Everybody has their check-in before them. The answers come in signed, at a fixed rate, whether earlier ones are through
or not; each one's time runs from when it should have been sent until its chat.update comes to a Slack in another process,
which enforces its limits.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot import buttons
from bot.clock import real_now
from coaching.card import Action
from tests.benchmarks import judge, town
from tests.benchmarks.apart import Apart, apart
from tests.benchmarks.chats import SLACK
from tests.benchmarks.fanout import database
from tests.benchmarks.town import Town
from tests.fake_slack import FakeSlack
from tests.slack_requests import SECRET, press, signature
from tests.test_program import free_port

COMPANIES, MEMBERS, RATE = 40, 25, 50.0
LIMITS = {"p99_ms": 1000.0, "missing": 0}
PATIENCE = 60.0


def measure(url: str, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    it = Town(url=url, companies=options.companies, members=options.members, asked=town.this_minute())
    it.build()
    it.decide()
    it.again(real_now() + timedelta(hours=1))
    with apart(FakeSlack) as slack:
        told, _ = slack.do(SLACK.ready, it.companies, it.members)
        port = free_port()
        with town.running(it, told, folder, port) as process:
            it.again(real_now())
            _until(slack, "chat.postMessage", it.messages)
            time.sleep(2)  # what follows a message in its conversation waits a second
            before = town.used(process)
            pressed = asyncio.run(_presses(it, port, options.rate))
            _until(slack, "chat.update", it.messages)
            cpu = town.used(process) - before
        shown = slack.do(_updates)
    return _found(it, options.rate, pressed, shown, cpu)


def _found(
    it: Town, rate: float, pressed: dict[str, tuple[float, float]], shown: dict[str, float], cpu: float
) -> dict[str, Any]:
    took = sorted(shown[place] - due for place, (due, _) in pressed.items() if place in shown)
    acknowledged = sorted(done - due for due, done in pressed.values())
    return {
        "database": it.url.split(":", maxsplit=1)[0],
        "presses": it.messages,
        "rate": rate,
        "p50_ms": _percentile(took, 50),
        "p99_ms": _percentile(took, 99),
        "longest_ms": _percentile(took, 100),
        "acknowledged_p99_ms": _percentile(acknowledged, 99),
        "cpu_ms": round(1000 * cpu / it.messages, 2),
        "missing": it.messages - len(took),
    }


async def _presses(it: Town, port: int, rate: float) -> dict[str, tuple[float, float]]:
    """When each should have been sent and when it was acknowledged, by the place of its card."""
    found: dict[str, tuple[float, float]] = {}
    url = f"http://127.0.0.1:{port}/slack/events"
    everybody = [(n, m) for m in range(it.members) for n in range(it.companies)]
    day = it.asked.astimezone(it.company(0).tz).date()

    async def one(session: aiohttp.ClientSession, who: tuple[int, int], due: float) -> None:
        body, headers = answer(day, who)
        async with session.post(url, data=body, headers=headers) as reply:
            assert reply.status == 200, reply.status
            await reply.read()
        found[place(*who)] = (due, time.monotonic())

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        tasks, began = [], time.monotonic()
        for n, who in enumerate(everybody):
            due = began + n / rate
            await asyncio.sleep(max(0, due - time.monotonic()))
            tasks.append(asyncio.ensure_future(one(session, who, due)))
        await asyncio.gather(*tasks)
    return found


def answer(day: date, who: tuple[int, int]) -> tuple[bytes, dict[str, str]]:
    """Of that member of that company, signed: a body and its headers."""
    value = buttons.write(Action("checkin.send", "Send", {"day": day.isoformat()}))
    typed = {f"field:count.{it}": number for it, number in (("calls", "12"), ("appointments", "2"), ("proposals", "1"))}
    typed |= {"field:commitment": "Send Globex the offer by noon", "field:note": ""}
    values = {it: {"value": {"type": "plain_text_input", "value": text}} for it, text in typed.items()}
    payload = press(value, values, user=town.user(*who), team=f"T{who[0]}", channel=place(*who))
    body, stamp = urlencode({"payload": json.dumps(payload)}).encode(), str(int(time.time()))
    return body, {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": signature(SECRET, stamp, body),
    }


def place(company: int, member: int) -> str:
    """Their direct message with us."""
    return "D" + town.user(company, member)[1:]


def _until(slack: Apart[FakeSlack], method: str, many: int) -> None:
    end = time.monotonic() + PATIENCE
    while slack.do(_count, method) < many and time.monotonic() < end:
        time.sleep(0.1)


def _percentile(ordered: list[float], percent: int) -> float:
    return round(1000 * ordered[min(len(ordered) - 1, len(ordered) * percent // 100)], 1) if ordered else 0.0


# --- in Slack's own process ----------------------------------------------------------------------------------------
def _count(slack: FakeSlack, method: str) -> int:
    return sum(it.method == method and it.status == 200 for it in slack.arrivals)


def _updates(slack: FakeSlack) -> dict[str, float]:
    """When each came."""
    return {it.place: it.at for it in slack.arrivals if it.method == "chat.update" and it.status == 200}


# --- as a benchmark ------------------------------------------------------------------------------------------------
def test_a_pressed_card_is_shown_anew_within_a_second(each_migrated: str, tmp_path: Path) -> None:
    options = argparse.Namespace(companies=COMPANIES, members=MEMBERS, rate=RATE)
    judge("in-place updates", most=LIMITS, **measure(each_migrated, options, tmp_path))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--companies", type=int, default=COMPANIES)
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made, database(options.database, Path(made)) as url:
        found = measure(url, options, Path(made))
    judge("in-place updates", most=LIMITS, **found)


if __name__ == "__main__":
    main()

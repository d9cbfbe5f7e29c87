"""How soon a card shows that its button was pressed: fifty presses a second, in `coach serve` and at Slack.

    python -m tests.benchmarks.updates [--companies 40] [--members 25] [--rate 50] [--database sqlite] [--by-update]

Everybody has their check-in before them. The answers come in signed, at a fixed rate, whether earlier ones are through
or not; each one's time runs from when it should have been sent until the change comes to a Slack in another process,
which enforces its limits: at the press's own response_url, or by chat.update where there is none (`--by-update`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from bot import buttons
from coaching.card import Action
from tests.benchmarks import judge, town
from tests.benchmarks.apart import Apart, apart
from tests.benchmarks.chats import SLACK
from tests.benchmarks.fanout import database
from tests.benchmarks.town import Town
from tests.fake_slack import BOT, RESPONSE_URL, FakeSlack
from tests.slack_requests import SECRET, press, signature
from tests.test_program import free_port

Places = Mapping[str, Mapping[str, str]]
"""Of messages, by whose they are."""

COMPANIES, MEMBERS, RATE = 40, 25, 50.0
LIMITS = {"p99_ms": 1000.0, "missing": 0}
PATIENCE = 60.0


def measure(url: str, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    it = Town(url=url, companies=options.companies, members=options.members, asked=town.this_minute())
    it.build()
    it.decide()
    with apart(FakeSlack) as slack:
        told, _ = slack.do(SLACK.ready, it.companies, it.members)
        places = slack.do(_everybody_has_theirs)
        it.shown(places)
        port = free_port()
        with town.running(it, told, folder, port) as process:
            before = town.used(process)
            urls = {} if options.by_update else slack.do(_urls, places)
            pressed = asyncio.run(_presses(it, port, options.rate, places, urls))
            _until(slack, it.messages)
            cpu = town.used(process) - before
        shown = slack.do(_updates)
    return _found(it, options, pressed, shown, cpu)


def _found(
    it: Town,
    options: argparse.Namespace,
    pressed: dict[str, tuple[float, float]],
    shown: dict[str, float],
    cpu: float,
) -> dict[str, Any]:
    took = sorted(shown[place] - due for place, (due, _) in pressed.items() if place in shown)
    acknowledged = sorted(done - due for due, done in pressed.values())
    return {
        "database": it.url.split(":", maxsplit=1)[0],
        "by": "chat.update" if options.by_update else "response_url",
        "companies": it.companies,
        "messages": it.messages,
        "rate": options.rate,
        "p50_ms": _percentile(took, 50),
        "p99_ms": _percentile(took, 99),
        "longest_ms": _percentile(took, 100),
        "acknowledged_p99_ms": _percentile(acknowledged, 99),
        "cpu_ms": round(1000 * cpu / it.messages, 2),
        "missing": it.messages - len(took),
    }


async def _presses(
    it: Town, port: int, rate: float, places: Places, urls: Mapping[str, str]
) -> dict[str, tuple[float, float]]:
    """When each should have been sent and when it was acknowledged, by the conversation of its card."""
    found: dict[str, tuple[float, float]] = {}
    url = f"http://127.0.0.1:{port}/slack/events"
    everybody = [(n, m) for m in range(it.members) for n in range(it.companies)]
    day = it.asked.astimezone(it.company(0).tz).date()

    async def one(session: aiohttp.ClientSession, who: tuple[int, int], due: float) -> None:
        place = places[town.user(*who)]
        body, headers = answer(day, who, place, urls.get(town.user(*who), ""))
        async with session.post(url, data=body, headers=headers) as reply:
            assert reply.status == 200, reply.status
            await reply.read()
        found[place["channel"]] = (due, time.monotonic())

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        tasks, began = [], time.monotonic()
        for n, who in enumerate(everybody):
            due = began + n / rate
            await asyncio.sleep(max(0, due - time.monotonic()))
            tasks.append(asyncio.ensure_future(one(session, who, due)))
        await asyncio.gather(*tasks)
    return found


def answer(day: date, who: tuple[int, int], place: Mapping[str, str], url: str) -> tuple[bytes, dict[str, str]]:
    """Of that member of that company, signed: a body and its headers."""
    value = buttons.write(Action("checkin.send", "Send", {"day": day.isoformat()}))
    typed = {f"field:count.{it}": number for it, number in (("calls", "12"), ("appointments", "2"), ("proposals", "1"))}
    typed |= {"field:commitment": "Send Globex the offer by noon", "field:note": ""}
    values = {it: {"value": {"type": "plain_text_input", "value": text}} for it, text in typed.items()}
    them = {"user": town.user(*who), "team": f"T{who[0]}"}
    payload = press(value, values, **them, channel=place["channel"], response_url=url)
    payload["container"]["message_ts"] = place["ts"]
    body, stamp = urlencode({"payload": json.dumps(payload)}).encode(), str(int(time.time()))
    return body, {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": signature(SECRET, stamp, body),
    }


def _until(slack: Apart[FakeSlack], many: int) -> None:
    end = time.monotonic() + PATIENCE
    while len(slack.do(_updates)) < many and time.monotonic() < end:
        time.sleep(0.1)


def _percentile(ordered: list[float], percent: int) -> float:
    return round(1000 * ordered[min(len(ordered) - 1, len(ordered) * percent // 100)], 1) if ordered else 0.0


# --- in Slack's own process ----------------------------------------------------------------------------------------
def _everybody_has_theirs(slack: FakeSlack) -> dict[str, dict[str, str]]:
    """A message of ours each; where it is, by user."""
    sent = {user: slack.say(user, "Good morning") for user in slack.users}
    for it in sent.values():
        it.user = BOT
    return {user: {"channel": it.channel, "ts": it.ts} for user, it in sent.items()}


def _urls(slack: FakeSlack, places: Places) -> dict[str, str]:
    return {user: slack.response_url(f"{it['channel']}:{it['ts']}") for user, it in places.items()}


def _updates(slack: FakeSlack) -> dict[str, float]:
    """When each came."""
    changes = {"chat.update", RESPONSE_URL}
    return {it.place: it.at for it in slack.arrivals if it.method in changes and it.status == 200}


# --- as a benchmark ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("companies", [1, COMPANIES])
def test_a_pressed_card_is_shown_anew_within_a_second(each_migrated: str, tmp_path: Path, companies: int) -> None:
    members = COMPANIES * MEMBERS // companies
    options = argparse.Namespace(companies=companies, members=members, rate=RATE, by_update=False)
    judge("in-place updates", most=LIMITS, **measure(each_migrated, options, tmp_path))


def test_without_an_address_of_the_press_it_is_the_same(each_migrated: str, tmp_path: Path) -> None:
    options = argparse.Namespace(companies=COMPANIES, members=MEMBERS, rate=RATE, by_update=True)
    judge("in-place updates", most=LIMITS, **measure(each_migrated, options, tmp_path))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--companies", type=int, default=COMPANIES)
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--by-update", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made, database(options.database, Path(made)) as url:
        found = measure(url, options, Path(made))
    judge("in-place updates", most=LIMITS, **found)


if __name__ == "__main__":
    main()

"""A morning's check-ins to many companies, from `coach serve` to a Slack that enforces its limits, beside a bare client.

    python -m tests.benchmarks.fanout [--companies 500] [--members 10] [--rounds 3] [--database sqlite]

The cards are written and wait; all of them come due at one instant. The program runs in a process of its own, Slack in
another: it takes 80 to 200 ms for a post, lets through what its limits let through, and answers 429 to the rest. A bare
client sends the same posts to the same Slack in the same rounds, as aiohttp does unless told otherwise: over a hundred
connections. In a last round some companies' Slack hangs, fails, limits or refuses everything; the others' messages must
come as they did before.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Engine

from bot.clock import RealClock, real_now
from bot.delivery import AT_ONCE, Delivery
from storage import schema
from storage.database import create_engine
from storage.outbox import Outbox
from storage.store import SqlStore
from tests import postgres
from tests.benchmarks import bare, report, town
from tests.benchmarks.apart import Apart, apart
from tests.benchmarks.town import Town
from tests.fake_slack import Arrival, FakeSlack, Fault
from tests.limits import SLACK_POSTS, own_time

COMPANIES, MEMBERS, ROUNDS = 100, 10, 3
CONNECTIONS = 100
"""aiohttp's own."""
LIMITS = {"ratio": 1.2, "twice_in_a_row": 0, "ratio_beside_troubled": 1.2}
TROUBLES = (Fault.HANGS, Fault.UNAVAILABLE, Fault.RATE_LIMITED, None)
"""Of some companies each; the last one's tokens are revoked."""
SOON = timedelta(seconds=3)
PATIENCE = 300.0


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A fan-out as Slack saw it, and what it cost us. Seconds from the instant at which everything was due."""

    whole: float
    ended: Mapping[str, float]
    """When the last message of a company came, by token."""
    limited: int
    """How many 429 there were, and how many of them right after another one in the same workspace."""
    twice: int
    cpu: float = 0.0


def measure(url: str, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """One line's worth."""
    it = Town(url=url, companies=options.companies, members=options.members, asked=town.this_minute())
    it.build()
    it.decide()
    it.again(real_now() + timedelta(hours=1))
    with apart(FakeSlack) as slack:
        address = slack.do(town.populate, it.companies, it.members)
        slack.do(town.slow_and_strict)
        with town.running(it, address, folder) as process:
            ours, simple, free = _rounds(it, slack, address, process, options.rounds)
            troubled = _with_trouble(it, slack, process, max(1, it.companies // 100))
    return _compared(it, ours, simple, free, troubled)


def _rounds(
    it: Town, slack: Apart[FakeSlack], address: str, process: psutil.Process, rounds: int
) -> tuple[list[Seen], list[bare.Took], list[bare.Took]]:
    ours: list[Seen] = []
    simple: list[bare.Took] = []
    free: list[bare.Took] = []
    everybody = frozenset(map(town.token, range(it.companies)))
    for _ in range(rounds):
        ours.append(fan_out(it, slack, process, everybody))
        bodies = slack.do(_posts)
        for connections, found in ((CONNECTIONS, simple), (0, free)):
            slack.do(_forget)
            found.append(bare.post(address, bodies, connections))
    return ours, simple, free


def _with_trouble(it: Town, slack: Apart[FakeSlack], process: psutil.Process, each: int) -> Seen:
    unwell = {town.token(n): TROUBLES[n // each] for n in range(len(TROUBLES) * each)}
    slack.do(_trouble, unwell)
    return fan_out(it, slack, process, frozenset(map(town.token, range(it.companies))) - unwell.keys())


def fan_out(it: Town, slack: Apart[FakeSlack], process: psutil.Process, to: frozenset[str]) -> Seen:
    """Everything is due at once; until those have all of theirs."""
    slack.do(_forget)
    due = real_now() + SOON
    it.again(due)
    began, wanted = town.monotonic(due), len(to) * it.members
    time.sleep(max(0, began - time.monotonic()))
    before = town.used(process)
    while slack.do(_count, to) < wanted:
        assert time.monotonic() < began + PATIENCE, f"{slack.do(_count, to)} of {wanted} came"
        time.sleep(0.1)
    cpu = town.used(process) - before
    return seen(slack.do(_arrivals, to), began, cpu)


def seen(arrivals: Sequence[Arrival], began: float, cpu: float = 0.0) -> Seen:
    """Of posts."""
    by_token: dict[str, list[Arrival]] = defaultdict(list)
    for it in arrivals:
        by_token[it.token].append(it)
    ended = {token: max(it.at for it in its) - began for token, its in by_token.items()}
    pairs = [(one.status, other.status) for its in by_token.values() for one, other in pairwise(its)]
    return Seen(
        whole=max(ended.values()),
        ended=ended,
        limited=sum(it.status == 429 for it in arrivals),
        twice=pairs.count((429, 429)),
        cpu=cpu,
    )


def _compared(
    it: Town, ours: list[Seen], simple: list[bare.Took], free: list[bare.Took], troubled: Seen
) -> dict[str, Any]:
    own, whole = own_time(it.members, SLACK_POSTS), statistics.median(one.whole for one in ours)
    anchor = max(own, statistics.median(one.wall for one in simple))
    well = [statistics.median(one.ended[token] for one in ours) for token in troubled.ended]
    found = {
        "database": it.url.split(":", maxsplit=1)[0],
        "companies": it.companies,
        "messages": it.messages,
        "at_once": AT_ONCE,
        "limits_s": own,
        "bare_s": [round(one.wall, 2) for one in simple],
        "ours_s": [round(one.whole, 2) for one in ours],
        "ratio": round(whole / anchor, 2),
        "bare_with_all_connections_s": [round(one.wall, 2) for one in free],
        "cpu_ms": round(1000 * statistics.median(one.cpu for one in ours) / it.messages, 2),
        "bare_cpu_ms": round(1000 * statistics.median(one.cpu for one in simple) / it.messages, 2),
        "limited": sum(one.limited for one in [*ours, troubled]),
        "twice_in_a_row": sum(one.twice for one in [*ours, troubled]),
        "latest_company_s": round(max(well), 2),
        "latest_beside_troubled_s": round(troubled.whole, 2),
        "ratio_beside_troubled": round(troubled.whole / max(well), 2),
        "limits": LIMITS,
    }
    return found | {"passed": all(found[name] <= most for name, most in LIMITS.items())}


# --- in Slack's own process ----------------------------------------------------------------------------------------
def _forget(slack: FakeSlack) -> None:
    slack.sent.clear()
    slack.asked.clear()
    slack.arrivals.clear()


def _trouble(slack: FakeSlack, unwell: Mapping[str, Fault | None]) -> None:
    for token, fault in unwell.items():
        if fault is None:
            slack.revoke(token)
        else:
            slack.troubles[token] = fault


def _count(slack: FakeSlack, to: frozenset[str]) -> int:
    return sum(it.status == 200 and it.token in to for it in slack.arrivals)


def _arrivals(slack: FakeSlack, to: frozenset[str]) -> list[Arrival]:
    return [it for it in slack.arrivals if it.token in to]


def _posts(slack: FakeSlack) -> dict[str, list[dict[str, Any]]]:
    """What was asked, by token."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for method, args in slack.asked:
        if method == "chat.postMessage":
            found[town.token(int(args["channel"][1:].split("P")[0]))].append(args)
    return dict(found)


# --- as a benchmark ------------------------------------------------------------------------------------------------
def test_fanning_out_is_nearly_as_fast_as_a_bare_client(each_migrated: str, tmp_path: Path) -> None:
    options = argparse.Namespace(companies=COMPANIES, members=MEMBERS, rounds=ROUNDS)
    found = measure(each_migrated, options, tmp_path)
    report("fan-out", **found)
    assert found["passed"], found


def test_waiting_for_nothing_costs_next_to_nothing(each_engine: Engine) -> None:
    async def idle() -> float:
        delivery = Delivery(Outbox(SqlStore(each_engine)), (), RealClock())
        running = asyncio.create_task(delivery.run())
        await asyncio.sleep(2)
        began, cpu = time.perf_counter(), time.process_time()
        await asyncio.sleep(20)
        share = (time.process_time() - cpu) / (time.perf_counter() - began)
        delivery.stop()
        await running
        return share

    share = asyncio.run(idle())
    report("idle delivery", database=each_engine.dialect.name, cpu_percent=round(100 * share, 3))
    assert share < 0.005


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """A fresh one's URL."""
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'coach.db'}"
        _migrate(url)
        yield url
        return
    server = postgres.join(folder, run=psutil.Process().pid, worker="alone")
    with server.database() as name:
        _migrate(server.url(name))
        yield server.url(name)
    server.close()


def _migrate(url: str) -> None:
    engine = create_engine(url)
    schema.upgrade(engine)
    engine.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--companies", type=int, default=500)
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made, database(options.database, Path(made)) as url:
        found = measure(url, options, Path(made))
    report("fan-out", **found)
    sys.exit(0 if found["passed"] else 1)


if __name__ == "__main__":
    main()

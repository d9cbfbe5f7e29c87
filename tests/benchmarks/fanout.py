"""A morning's check-ins to many companies, from `coach serve` to a Slack, or Teams, that enforces its limits.

    python -m tests.benchmarks.fanout [--companies 500] [--members 10] [--rounds 3] [--database sqlite] [--chat slack]

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
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import Engine

from bot.clock import RealClock, real_now
from bot.delivery import AT_ONCE, Delivery
from storage import schema
from storage.database import create_engine
from storage.outbox import Outbox
from storage.store import SqlStore
from tests import postgres
from tests.benchmarks import bare, chats, judge, town
from tests.benchmarks.apart import Apart, apart
from tests.benchmarks.bare import Took
from tests.benchmarks.chats import Chat
from tests.benchmarks.town import Town
from tests.limits import Arrival, own_time

COMPANIES, MEMBERS, ROUNDS = 300, 10, 3
CONNECTIONS = 100
"""aiohttp's own."""
LIMITS = {"ratio": 1.2, "twice_in_a_row": 0, "ratio_beside_troubled": 1.2}
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


@dataclass(kw_only=True)
class Rounds:
    """In turns."""

    ours: list[Seen] = field(default_factory=list)
    bare: list[Took] = field(default_factory=list)
    unbound: list[Took] = field(default_factory=list)
    """The bare client, with as many connections as it likes."""


@dataclass(frozen=True, kw_only=True)
class Morning:
    """Everything there is in one measurement."""

    chat: Chat
    town: Town
    fake: Apart[Any]
    process: psutil.Process

    def rounds(self, many: int) -> Rounds:
        found = Rounds()
        everybody = frozenset(map(town.token, range(self.town.companies)))
        for _ in range(many):
            found.ours.append(self.fan_out(everybody))
            posts = self.fake.do(self.chat.posts)
            for its, connections in ((found.bare, CONNECTIONS), (found.unbound, 0)):
                time.sleep(2)
                self.fake.do(chats.forget)
                its.append(bare.send(posts, self.chat.limit[0], connections))
        return found

    def beside_trouble(self, each: int) -> Seen:
        """So many companies have each of the troubles; what the others see."""
        troubles = self.chat.troubles
        unwell = {town.token(n): troubles[n // each] for n in range(len(troubles) * each)}
        self.fake.do(self.chat.trouble, unwell)
        return self.fan_out(frozenset(map(town.token, range(self.town.companies))) - unwell.keys())

    def fan_out(self, to: frozenset[str]) -> Seen:
        """Everything is due at once; until those have all of theirs."""
        self.fake.do(chats.forget)
        due = real_now() + SOON
        self.town.again(due)
        began, wanted = town.monotonic(due), len(to) * self.town.members
        time.sleep(max(0, began - time.monotonic()))
        before = town.used(self.process)
        while (came := self.fake.do(_count, to, self.chat.method)) < wanted:
            assert time.monotonic() < began + PATIENCE, f"{came} of {wanted} came"
            time.sleep(0.1)
        cpu = town.used(self.process) - before
        return seen(self.fake.do(_arrivals, to, self.chat.method), began, cpu)


def measure(url: str, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """One line's worth."""
    chat = chats.CHATS[options.chat]
    with apart(chat.make) as fake:
        told, service_url = fake.do(chat.ready, options.companies, options.members)
        it = Town(
            url=url,
            companies=options.companies,
            members=options.members,
            asked=town.this_minute(),
            service_url=service_url,
        )
        it.build()
        it.decide()
        it.again(real_now() + timedelta(hours=1))
        with town.running(it, told, folder) as process:
            morning = Morning(chat=chat, town=it, fake=fake, process=process)
            rounds = morning.rounds(options.rounds)
            troubled = morning.beside_trouble(max(1, it.companies // 100))
    return _compared(it, chat, rounds, troubled)


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


def _compared(it: Town, chat: Chat, rounds: Rounds, troubled: Seen) -> dict[str, Any]:
    ours, own = rounds.ours, own_time(it.members, chat.limit)
    anchor = max(own, statistics.median(one.wall for one in rounds.bare))
    well = max(statistics.median(one.ended[token] for one in ours) for token in troubled.ended)
    return {
        "chat": chat.name,
        "database": it.url.split(":", maxsplit=1)[0],
        "companies": it.companies,
        "messages": it.messages,
        "at_once": AT_ONCE,
        "limits_s": own,
        "bare_s": [round(one.wall, 2) for one in rounds.bare],
        "ours_s": [round(one.whole, 2) for one in ours],
        "ratio": round(statistics.median(one.whole for one in ours) / anchor, 2),
        "bare_with_all_connections_s": [round(one.wall, 2) for one in rounds.unbound],
        "cpu_ms": round(1000 * statistics.median(one.cpu for one in ours) / it.messages, 2),
        "bare_cpu_ms": round(1000 * statistics.median(one.cpu for one in rounds.bare) / it.messages, 2),
        "limited": sum(one.limited for one in [*ours, troubled]),
        "twice_in_a_row": sum(one.twice for one in [*ours, troubled]),
        "latest_company_s": round(well, 2),
        "latest_beside_troubled_s": round(troubled.whole, 2),
        "ratio_beside_troubled": round(troubled.whole / well, 2),
    }


# --- where the fake is ---------------------------------------------------------------------------------------------
def _count(chat: chats.Fake, to: frozenset[str], method: str) -> int:
    return sum(it.status == 200 and it.token in to and it.method == method for it in chat.arrivals)


def _arrivals(chat: chats.Fake, to: frozenset[str], method: str) -> list[Arrival]:
    return [it for it in chat.arrivals if it.token in to and it.method == method]


# --- as a benchmark ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("chat", chats.CHATS)
def test_fanning_out_is_nearly_as_fast_as_a_bare_client(each_migrated: str, tmp_path: Path, chat: str) -> None:
    options = argparse.Namespace(companies=COMPANIES, members=MEMBERS, rounds=ROUNDS, chat=chat)
    judge("fan-out", most=LIMITS, **measure(each_migrated, options, tmp_path))


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
    figures = {"database": each_engine.dialect.name, "cpu_percent": round(100 * share, 3)}
    judge("idle delivery", most={"cpu_percent": 0.5}, **figures)


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
    parser.add_argument("--chat", choices=list(chats.CHATS), default="slack")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made, database(options.database, Path(made)) as url:
        found = measure(url, options, Path(made))
    judge("fan-out", most=LIMITS, **found)


if __name__ == "__main__":
    main()

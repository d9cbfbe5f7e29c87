"""A few hundred messages at once, beside a bare client on the same Slack; and what waiting for nothing costs."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from multiprocessing.connection import Connection

import aiohttp
import pytest
from sqlalchemy import Engine

from bot.channel import Parcel, Reference
from bot.clock import RealClock, real_now
from bot.delivery import AT_ONCE, Delivery
from bot.slack.api import Api
from bot.slack.outbound import SlackChannel
from coaching.card import note
from coaching.decision import Decision, Kind, Message
from storage.deliveries import Pace
from storage.outbox import Outbox
from storage.store import SqlStore
from tests.benchmarks import report
from tests.builders import a_company, a_member
from tests.fake_slack import TOKEN, FakeSlack

COMPANIES, PEOPLE = 20, 20
MESSAGES = COMPANIES * PEOPLE
LATENCY = 0.08
"""Seconds Slack takes for a post; it was 80 to 200 ms where others measured it."""


def a_slack(told: Connection) -> None:
    """In a process of its own, as Slack is: it must not share our interpreter's lock."""
    with FakeSlack() as it:
        it.latency = LATENCY
        for c in range(COMPANIES):
            for n in range(PEOPLE):
                it.add_user(f"U{c}P{n}")
        told.send(it.url)
        told.recv()
        told.send(len(it.sent))


@pytest.fixture
def slack() -> Iterator[Connection]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=a_slack, args=(theirs,), daemon=True)
    process.start()
    yield ours
    process.kill()
    process.join()
    ours.close()
    theirs.close()


def test_fanning_out_is_nearly_as_fast_as_a_bare_client(each_engine: Engine, slack: Connection) -> None:
    url = slack.recv()
    bare, bare_cpu = asyncio.run(bare_client(url))
    ours, ours_cpu = asyncio.run(our_delivery(each_engine, url))
    slack.send("how many?")
    assert slack.recv() == 2 * MESSAGES + COMPANIES
    report(
        "fan-out",
        database=each_engine.dialect.name,
        at_once=AT_ONCE,
        messages=MESSAGES,
        bare_per_second=round(MESSAGES / bare, 1),
        ours_per_second=round(MESSAGES / ours, 1),
        ratio=round(bare / ours, 3),
        bare_cpu_ms=round(1000 * bare_cpu / MESSAGES, 2),
        ours_cpu_ms=round(1000 * ours_cpu / MESSAGES, 2),
    )
    assert bare / ours >= 0.9


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


class Unpaced(SlackChannel):
    """Counts, and knows no limits."""

    pace = Pace(company=timedelta(0), conversation=timedelta(0))
    sent = 0

    async def send(self, parcel: Parcel) -> Reference:
        reference = await super().send(parcel)
        self.sent += 1
        return reference


async def bare_client(url: str) -> tuple[float, float]:
    """Seconds, and seconds of CPU."""
    waiting = iter([f"U{c}P{n}" for n in range(PEOPLE) for c in range(COMPANIES)])

    async def post(session: aiohttp.ClientSession) -> None:
        for user in waiting:
            body = {"channel": user, "text": "hello"}
            async with session.post(f"{url}chat.postMessage", json=body) as reply:
                assert (await reply.json())["ok"]

    began, cpu = time.perf_counter(), time.process_time()
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session:
        await asyncio.gather(*(post(session) for _ in range(AT_ONCE)))
    return time.perf_counter() - began, time.process_time() - cpu


async def our_delivery(engine: Engine, url: str) -> tuple[float, float]:
    """The same from a running program: from rows that have just been committed to rows that say sent."""
    store = SqlStore(engine)
    people(store)
    api = Api(TOKEN, url)
    channel = Unpaced(api)
    delivery = Delivery(Outbox(store), (channel,), RealClock())
    running = asyncio.create_task(delivery.run())
    await asyncio.to_thread(queue, store, "good morning", real_now())
    while channel.sent < COMPANIES:
        await asyncio.sleep(0.01)
    due = real_now() + timedelta(seconds=3)
    await asyncio.to_thread(queue, store, "hello", due, everybody=True)
    channel.sent = 0
    await asyncio.sleep(max(0, (due - real_now()).total_seconds()))
    began, cpu = time.perf_counter(), time.process_time()
    delivery.nudge()
    while channel.sent < MESSAGES:
        await asyncio.sleep(0.01)
    delivery.stop()
    await running
    took = time.perf_counter() - began, time.process_time() - cpu
    await api.close()
    return took


def people(store: SqlStore) -> None:
    """Twenty companies of twenty."""
    for c in range(COMPANIES):
        members = [a_member(f"p{n}", handles={"slack": f"U{c}P{n}"}) for n in range(PEOPLE)]
        company = a_company(*members, slug=f"c{c}", slack_team=f"T{c}")
        with store.opened(company, real_now()) as work:
            work.keep_company(company)


def queue(store: SqlStore, key: str, due: datetime, *, everybody: bool = False) -> None:
    """One message for everybody, or for one of each company."""
    for c in range(COMPANIES):
        to = [f"p{n}" for n in range(PEOPLE if everybody else 1)]
        messages = tuple(
            Message(key=f"{key}:{it}", to=it, card=note("hello"), kind=Kind.NOTICE, not_before=due) for it in to
        )
        with store.work(f"c{c}") as work:
            work.apply(Decision(messages=messages), real_now())

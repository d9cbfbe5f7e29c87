"""A tick costs what is due, not what exists: ten check-ins due among 10,000 members, and among 100."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.holidays import public_holidays
from coaching.checkin_times import ASK
from coaching.decision import Alarm, Decision
from coaching.engine import Engine
from coaching.routines import ROUTINES
from storage.database import create_engine
from storage.store import SqlStore
from tests.benchmarks import judge
from tests.builders import MONDAY, a_checkin, a_company, a_member, at

DUE, ROUNDS = 10, 9
MORNING, NOW = at("08:30"), at("08:31")
HISTORY = [MONDAY - timedelta(days=it) for it in (5, 4, 3)]
LAYOUTS = {"companies of ten": (10, 1_000), "two companies": (2, 2)}
"""How many companies share 100 members, and how many share 10,000."""


@dataclass(frozen=True)
class Place:
    """An engine over some companies, `each` members in every one of them."""

    store: SqlStore
    engine: Engine
    slugs: tuple[str, ...]
    each: int


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_tick_costs_what_is_due(request: pytest.FixtureRequest, tmp_path: Path, kind: str, layout: str) -> None:
    few, many = LAYOUTS[layout]
    with ExitStack() as stack:
        small = stack.enter_context(place(request, tmp_path / "few.db", kind, few, 100 // few))
        large = stack.enter_context(place(request, tmp_path / "many.db", kind, many, 10_000 // many))
        rounds = [(tick(small, n), tick(large, n)) for n in range(ROUNDS)]
    # In the first round both read their companies and put their statements together.
    cpu = [statistics.median(one[n].cpu for one in rounds[1:]) for n in (0, 1)]
    wall = [statistics.median(one[n].wall for one in rounds[1:]) for n in (0, 1)]
    judge(
        "tick",
        most={"cpu_ratio": 2},
        database=kind,
        layout=layout,
        cpu_ms=[round(1000 * it, 2) for it in cpu],
        wall_ms=[round(1000 * it, 2) for it in wall],
        cpu_ratio=round(cpu[1] / cpu[0], 2),
        first_ms=[round(1000 * it.cpu, 1) for it in rounds[0]],
    )


@dataclass(frozen=True)
class Cost:
    """In seconds."""

    cpu: float
    wall: float


def tick(its: Place, round_: int) -> Cost:
    """Ten who haven't been asked yet are due each time, in as many companies as there are, up to ten."""
    homes = its.slugs[:: max(1, len(its.slugs) // DUE)][:DUE]
    share = DUE // len(homes)
    for slug in homes:
        members = [f"rep{n}" for n in range(round_ * share, (round_ + 1) * share)]
        with its.store.work(slug) as work:
            work.apply(Decision(alarms=tuple(Alarm(alarm=ASK, subject=it, at=MORNING) for it in members)), MORNING)
    cpu, wall = time.process_time(), time.perf_counter()
    rung = its.engine.tick(NOW)
    cost = Cost(time.process_time() - cpu, time.perf_counter() - wall)
    assert rung == DUE
    with its.store.work(homes[-1]) as work:
        assert {it.member for it in work.checkins(MONDAY, MONDAY)} >= set(members)
    return cost


@contextmanager
def place(request: pytest.FixtureRequest, file: Path, kind: str, companies: int, each: int) -> Iterator[Place]:
    """Nobody is due; everybody has answered for three days."""
    with ExitStack() as stack:
        if kind == "sqlite":
            shutil.copyfile(request.getfixturevalue("migrated_file"), file)
            url = f"sqlite:///{file}"
        else:
            server = request.getfixturevalue("postgres_server")
            url = server.url(stack.enter_context(server.database(request.getfixturevalue("migrated_template"))))
        database = create_engine(url)
        stack.callback(database.dispose)
        store = SqlStore(database)
        slugs = tuple(f"company{n}" for n in range(companies))
        for slug in slugs:
            people(store, slug, each)
        if kind == "postgres":
            # What autovacuum does within a minute; without it PostgreSQL chooses plans for empty tables.
            with database.connect().execution_options(isolation_level="AUTOCOMMIT") as it:
                it.exec_driver_sql("ANALYZE")
        yield Place(store, Engine(store, public_holidays, ROUTINES), slugs, each)


def people(store: SqlStore, slug: str, count: int) -> None:
    members = [a_member(f"rep{n}", handles={"slack": f"U{n}{slug}"}) for n in range(count)]
    tomorrow = tuple(Alarm(alarm=ASK, subject=it.id, at=MORNING + timedelta(days=1)) for it in members)
    kept = tuple(a_checkin(day, it.id) for it in members for day in HISTORY)
    with store.opened(a_company(*members, slug=slug, slack_team=slug), NOW) as work:
        work.keep_company(a_company(*members, slug=slug, slack_team=slug))
        work.apply(Decision(records=kept, alarms=tomorrow), NOW)

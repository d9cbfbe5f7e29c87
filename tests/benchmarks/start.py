"""How soon it is there, beside `import slack_bolt.async_app`; and what it takes while nothing happens."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from bot.clock import RealClock
from coaching.engine import Engine
from coaching.events import Planned
from coaching.routines import ROUTINES
from storage.database import create_engine
from storage.store import SqlStore
from tests.benchmarks import judge
from tests.builders import a_company, a_member
from tests.fake_slack import FakeSlack
from tests.fakes import no_holidays
from tests.slack_requests import SECRET
from tests.test_program import ROOT, free_port

ROUNDS = 5
BOLT = (sys.executable, "-c", "import slack_bolt.async_app")
COACH = (sys.executable, "-m", "bot")


# --- cold start ----------------------------------------------------------------------------------------------------
def test_it_is_there_within_three_imports_of_bolt(migrated_sqlite_url: str, tmp_path: Path) -> None:
    found: dict[str, list[float]] = {"bolt": [], "help": [], "serve": []}
    with FakeSlack() as slack:
        told = environment(migrated_sqlite_url, slack)
        for _ in range(ROUNDS + 1):
            found["bolt"].append(finished(BOLT, told, tmp_path))
            found["help"].append(finished((*COACH, "--help"), told, tmp_path))
            found["serve"].append(answering((*COACH, "serve"), "/readyz", told, tmp_path))
    # The first round also compiles, and reads from the disk.
    typical = {name: statistics.median(times[1:]) for name, times in found.items()}
    ratios = {f"{name}_to_bolt": round(typical[name] / typical["bolt"], 2) for name in ("help", "serve")}
    judge(
        "cold start",
        most=dict.fromkeys(ratios, 3),
        **{f"{name}_s": round(it, 3) for name, it in typical.items()},
        **ratios,
    )


def test_the_demos_first_page_is_there_within_three_seconds(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    told = environment(url)
    fresh, again = [], []
    for _ in range(ROUNDS):
        for it in tmp_path.glob("demo.db*"):
            it.unlink()
        fresh.append(answering((*COACH, "demo"), "/", told, tmp_path))
        again.append(answering((*COACH, "demo"), "/", told, tmp_path))
    typical = {"fresh_s": round(statistics.median(fresh), 2), "again_s": round(statistics.median(again), 2)}
    judge("demo's first page", most=dict.fromkeys(typical, 3), **typical)


# --- idle ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("companies", [1, 100])
def test_waiting_takes_little_memory_and_no_time(migrated_sqlite_url: str, tmp_path: Path, companies: int) -> None:
    people(migrated_sqlite_url, companies)
    with FakeSlack() as slack, serving("serve", environment(migrated_sqlite_url, slack), tmp_path) as (process, _):
        time.sleep(5)
        before, began = used(process), time.perf_counter()
        time.sleep(30)
        share = (used(process) - before) / (time.perf_counter() - began)
        memory = process.memory_info().rss / 2**20
    figures = {"rss_mb": round(memory, 1), "cpu_percent": round(100 * share, 2)}
    judge("idle", most={"rss_mb": 150, "cpu_percent": 0.5}, members=10 * companies, **figures)


def people(url: str, companies: int) -> None:
    """Ten in each company, their next check-ins set; nothing is due for a long while."""
    database = create_engine(url)
    store, now = SqlStore(database), RealClock().now()
    engine = Engine(store, no_holidays, ROUTINES)
    for c in range(companies):
        members = [a_member(f"rep{n}", handles={"slack": f"U{c}X{n}"}) for n in range(10)]
        company = a_company(*members, slug=f"company{c}", slack_team=f"T{c}")
        with store.opened(company, now) as work:
            work.keep_company(company)
        engine.handle(Planned(company=company.slug, key="planned", at=now))
    database.dispose()


# --- processes -----------------------------------------------------------------------------------------------------
def environment(url: str, slack: FakeSlack | None = None) -> dict[str, str]:
    """What a user has set, and nothing of ours: Python may keep what it compiled, as it does after an installation."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    told = kept | {"PYTHONPATH": str(ROOT), "COACH_DATABASE_URL": url}
    if slack:
        told |= {"SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": slack.token, "SLACK_API_URL": slack.url}
    return told


def finished(command: tuple[str, ...], told: dict[str, str], folder: Path) -> float:
    """Seconds until it has ended."""
    began = time.perf_counter()
    subprocess.run(command, env=told, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - began


def answering(command: tuple[str, ...], path: str, told: dict[str, str], folder: Path) -> float:
    """Seconds from starting it to its first answer of 200 for that path."""
    with serving(command[-1], told, folder, path) as (_, took):
        return took


@contextmanager
def serving(
    name: str, told: dict[str, str], folder: Path, path: str = "/readyz", port: int | None = None
) -> Iterator[tuple[psutil.Process, float]]:
    """The running program, and the seconds it took."""
    port = port or free_port()
    with (folder / "log").open("wb") as log:
        began = time.perf_counter()
        child = subprocess.Popen((*COACH, name, "--port", str(port)), env=told, cwd=folder, stdout=log, stderr=log)
        try:
            while not there(f"http://127.0.0.1:{port}{path}"):
                assert child.poll() is None, (folder / "log").read_text()
                time.sleep(0.005)
            yield psutil.Process(child.pid), time.perf_counter() - began
        finally:
            child.terminate()
            child.wait(15)


def there(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as refused:
        refused.close()
        return False
    except OSError:
        return False


def used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)

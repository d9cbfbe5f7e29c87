"""The long torture: at least 2,000 messages under at least 14 % faults, killed and frozen workers."""

from __future__ import annotations

from dataclasses import asdict

from tests.benchmarks import judge
from tests.torture import Plan, torture

MESSAGES = 2_000


def test_one_process_on_sqlite(migrated_sqlite_url: str) -> None:
    plan = Plan(messages=MESSAGES, workers=1, kill_every=(4, 8), freeze_every=(15, 25), within=1200)
    assert_clean(migrated_sqlite_url, plan)


def test_three_processes_on_postgresql(migrated_postgres_url: str) -> None:
    plan = Plan(messages=MESSAGES, workers=3, kill_every=(1.5, 3), freeze_every=(6, 10), within=1200)
    assert_clean(migrated_postgres_url, plan)


def assert_clean(url: str, plan: Plan) -> None:
    outcome = torture(url, plan)
    print(outcome)
    nothing = dict.fromkeys(("lost", "doubled", "stuck", "disordered", "wrong"), 0.0)
    enough = {"faults": 0.14 * outcome.messages, "kills": 5}
    figures = {"database": url.split(":", maxsplit=1)[0], "workers": plan.workers, **asdict(outcome)}
    judge("torture", most=nothing, least=enough, **figures)

"""The long torture: at least 2,000 messages under at least 14 % faults, killed and frozen workers."""

from __future__ import annotations

from dataclasses import asdict

from tests.benchmarks import report
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
    report("torture", database=url.split(":", maxsplit=1)[0], workers=plan.workers, **asdict(outcome))
    assert outcome.clean, str(outcome)
    assert outcome.faults >= 0.14 * outcome.messages
    assert outcome.kills >= 5

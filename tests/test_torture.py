"""A short torture on both databases; `make bench` has the long one."""

from __future__ import annotations

import pytest

from tests.torture import Plan, torture


@pytest.mark.timeout(300)  # half a minute at a desk
def test_nothing_is_lost_doubled_stuck_or_out_of_order_whatever_happens(each_migrated: str) -> None:
    workers = 1 if each_migrated.startswith("sqlite") else 2
    short = {"lease": 2, "fence": 1.2, "send": 1.1, "first_look": 0.1, "settle": 1.9, "upkeep": 0.2, "backoff": 0.1}
    plan = Plan(
        messages=100,
        workers=workers,
        companies=4,
        patience=short,
        kill_every=(2.5, 4),
        freeze_every=(4, 6) if workers > 1 else None,
        freeze_for=(2.5, 3),
        within=240,
    )
    outcome = torture(each_migrated, plan)
    assert outcome.clean, str(outcome)
    assert outcome.kills > 0
    assert outcome.faults >= 5  # of some twenty that are to be expected

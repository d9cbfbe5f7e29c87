"""The long torture: `python -m tests.benchmarks.torture [--messages N] [sqlite|postgresql …]`. Fails when it isn't clean."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

from tests.benchmarks import database, report
from tests.torture import Plan, torture


def main() -> int:
    """0 when nothing was lost, doubled, stuck, out of order or not in its last version."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", default=["sqlite", "postgresql"])
    parser.add_argument("--messages", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=7)
    told = parser.parse_args()
    clean = True
    for kind in told.kinds:
        one = kind == "sqlite"
        plan = Plan(
            messages=told.messages,
            workers=1 if one else 3,
            kill_every=(4, 8) if one else (1.5, 3),
            freeze_every=(15, 25) if one else (6, 10),
            within=1200,
            seed=told.seed,
        )
        with database(kind) as url:
            outcome = torture(url, plan)
        print(f"{kind}, {plan.workers} worker(s): {outcome}", file=sys.stderr)
        report("torture", database=kind, workers=plan.workers, **asdict(outcome))
        clean = clean and outcome.clean and outcome.faults >= 0.14 * outcome.messages
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())

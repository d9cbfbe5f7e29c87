"""A made-up seller's history to test the numbers on, drawn from one seed."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from coaching.money import Money
from coaching.opportunities import Opportunity, Status

FIRST = date(2025, 1, 6)
OPEN, WON, LOST = Status.OPEN, Status.WON, Status.LOST


def deal(
    name: str = "one", created: date | None = FIRST, closed: date | None = None, *, won=True, **more
) -> Opportunity:
    status = OPEN if closed is None else WON if won else LOST
    more = {"owner": "Dana Reyes", "amount": Money.of(1_000, "USD") if closed and won else None, **more}
    return Opportunity(id=name, stage=status.title(), status=status, created_on=created, closed_on=closed, **more)


def history(n: int = 1_500, days: int = 540, owners: int = 8, seed: int = 1) -> tuple[Opportunity, ...]:
    """Deals that are won (half), lost (a third), or left open for ever, after 5 to 120 days; all alike."""
    rng = np.random.default_rng(seed)
    last = FIRST + timedelta(days=days)
    found = []
    for at, (begin, takes, luck, who, amount) in enumerate(
        zip(
            rng.integers(0, days, n), rng.integers(5, 120, n), rng.random(n), rng.integers(0, owners, n),
            rng.integers(1_000, 9_000, n), strict=True,
        )
    ):  # fmt: skip
        created = FIRST + timedelta(days=int(begin))
        closed = created + timedelta(days=int(takes))
        ended = closed <= last and luck < 0.85
        found.append(
            deal(
                f"d{at}", created, closed if ended else None, won=luck < 0.5, owner=f"Rep {who}",
                amount=Money.of(int(amount), "USD") if ended and luck < 0.5 else None,
            )
        )  # fmt: skip
    return tuple(found)

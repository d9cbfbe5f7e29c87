"""A made-up seller's history to test the numbers on, drawn from one seed."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from coaching.money import Money
from coaching.opportunities import Change, Field, Opportunity, Status

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


LOOKED = FIRST + timedelta(days=120)
"""The day of the first import of a company that is watched: from then on every change is seen."""


def watched(
    n: int = 900, days: int = 540, owners: int = 6, seed: int = 3, looked: date = LOOKED
) -> tuple[tuple[Opportunity, ...], tuple[Change, ...]]:
    """Deals that go from Discovery to Proposal to an end, as imported day by day.

    Half of those that reach a proposal are won some 25 days later, a few of those that don't; two in five are never heard of
    again. A close date that passes is put off by a month.
    """
    rng = np.random.default_rng(seed)
    last = FIRST + timedelta(days=days)
    deals, changes = [], []
    for at in range(n):
        created = FIRST + timedelta(days=int(rng.integers(days)))
        proposal = created + timedelta(days=int(rng.gamma(3, 10))) if rng.random() < 0.6 else None
        ended = (proposal or created) + timedelta(days=int(1 + rng.gamma(3, 8)))
        fate = rng.random() / (1 if proposal else 2)
        won, lost = (fate < 0.45, 0.45 <= fate < 0.85) if proposal else (fate < 0.03, 0.03 <= fate < 0.3)
        ended = ended if won or lost else date.max
        due, amount = (
            created + timedelta(days=int(rng.integers(30, 90))),
            Money.of(int(rng.integers(1_000, 9_000)), "USD"),
        )
        moves = [(created, Field.CREATED, None, "Discovery")]
        if proposal and proposal < ended:
            moves.append((proposal, Field.STAGE, "Discovery", "Proposal"))
        while due < min(ended, last):
            moves.append((due, Field.CLOSE_DATE, due.isoformat(), (due + timedelta(days=30)).isoformat()))
            due += timedelta(days=30)
        if ended <= last:
            was, status = ("Proposal" if proposal else "Discovery"), WON if won else LOST
            moves += [(ended, Field.STAGE, was, status.title()), (ended, Field.STATUS, "open", status.value)]
        seen = [it for it in moves if it[0] <= last]
        changes += [
            Change(opportunity=f"d{at}", on=on, field=field, before=before, after=after)
            for on, field, before, after in seen
            if on > looked
        ]
        status = (WON if won else LOST) if ended <= last else OPEN
        stage = next((after for on, field, _, after in reversed(seen) if field is Field.STAGE), "Discovery")
        deals.append(
            Opportunity(
                id=f"d{at}", owner=f"Rep {at % owners}", member=f"r{at % owners}", stage=stage, status=status,
                amount=amount, created_on=created, close_date=due, closed_on=ended if ended <= last else None,
            )
        )  # fmt: skip
    return tuple(deals), tuple(sorted(changes, key=lambda it: it.on))

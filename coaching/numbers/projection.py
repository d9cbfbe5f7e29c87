"""What will be won from one day to another: a range for the team and for each owner, a chance for each open deal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from coaching.numbers.effects import learned
from coaching.numbers.expectation import Expected, chances, days_of, expectation, won_within
from coaching.numbers.hazard import AHEAD
from coaching.numbers.known import Pipeline
from coaching.numbers.uncertainty import Range, corrected, past, ranges, shock
from coaching.opportunities import Category
from coaching.periods import Period

ENOUGH_WON = 8
"""Won deals below which figures are guesses, and said to be."""
COMMIT, BEST_CASE, PIPELINE = 0.6, 0.25, 0.02
"""Chances to be won within the stretch from which on a deal is in a category."""


@dataclass(frozen=True, slots=True)
class Chance:
    """Of an open deal. None when nothing has closed yet to learn from."""

    id: str
    p_win: float | None
    p_win_in_period: float | None

    @property
    def category(self) -> Category:
        """By the chance to be won within the stretch."""
        chance = self.p_win_in_period or 0.0
        for least, category in ((COMMIT, Category.COMMIT), (BEST_CASE, Category.BEST_CASE)):
            if chance >= least:
                return category
        return Category.PIPELINE if chance >= PIPELINE else Category.OMITTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """Amounts in whole units. The owners' `expected` add up to the total's; their ranges need not, and don't."""

    on: date
    until: date
    total: Range
    by_owner: dict[str, Range]
    chances: tuple[Chance, ...]
    closed_so_far: float
    """Won in the quarter before `on`; not part of `expected`."""
    closed_by_owner: dict[str, float]
    n_open: int
    n_won: int
    n_lost: int
    warnings: tuple[str, ...]


def projected(deals: Pipeline, on: date, until: date) -> Projection:
    """From `on` to `until`, both included, by what was known before `on`."""
    known = deals.as_of(on)
    folds = past(known, on, (until - on).days + 1)
    expected = corrected(expectation(known, on, until), folds)
    total, by_owner = ranges(expected, shock(folds))
    here = set(known.owner.tolist())
    quarter = Period.of(on, known.year_starts).start
    so_far = won_within(known, quarter, on - timedelta(days=1))
    return Projection(
        on=on,
        until=until,
        total=total,
        by_owner={who: it for at, (who, it) in enumerate(zip(known.owners, by_owner, strict=True)) if at in here},
        chances=_chances(known, expected, on),
        closed_so_far=float(so_far.sum()),
        closed_by_owner={who: float(it) for who, it in zip(known.owners, so_far, strict=True) if it},
        n_open=int(known.is_open.sum()),
        n_won=int(known.won.sum()),
        n_lost=int((known.is_closed & ~known.won).sum()),
        warnings=_warnings(known, expected),
    )


def _chances(known: Pipeline, it: Expected, on: date) -> tuple[Chance, ...]:
    opened = known.is_open
    ids = [name for name, here in zip(known.ids, opened, strict=True) if here]
    if it.hazard is None or it.in_period is None:
        return tuple(Chance(name, None, None) for name in ids)
    ahead = days_of(on, on + timedelta(days=AHEAD))
    ever = chances(known, it.hazard, learned(known, it.hazard, on, len(ahead)), ahead)
    return tuple(
        Chance(name, float(max(win, within)), float(within))
        for name, win, within in zip(ids, ever, it.in_period, strict=True)
    )


def _warnings(known: Pipeline, it: Expected) -> tuple[str, ...]:
    found = []
    n_won = int(known.won.sum())
    if it.hazard is None:
        found.append("not enough data: no deal whose age is known has closed before this day")
    elif n_won < ENOUGH_WON:
        found.append(
            f"not enough data to rely on: {n_won} won deals so far; from {ENOUGH_WON} on a range means something"
        )
    if known.undated:
        found.append(f"{known.undated} deals without a day (created, or closed) are in no figure")
    return tuple(found)

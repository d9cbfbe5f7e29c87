"""What the numbers say of each open deal on a day: its age and usual cycle, its stay, its pushes, chance and worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import isnan
from typing import TYPE_CHECKING

from coaching.numbers.amounts import typical
from coaching.numbers.chances import chances
from coaching.numbers.cycle import ENOUGH_WON
from coaching.numbers.expectation import days_of
from coaching.numbers.hazard import AHEAD, fitted
from coaching.numbers.known import NEVER
from coaching.numbers.stage_times import LONG, StageTimes, Stay, stage_times
from coaching.numbers.usual import Segment, Usual, usual

if TYPE_CHECKING:
    from coaching.numbers.known import Pipeline

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Of one open deal. Amounts in whole units of the company's currency; None where nothing says anything.

    `estimated`: nobody said an amount, it is the usual one of deals like it, if ENOUGH_WON won deals say what is usual.
    `stay` only when it is a long one.
    """

    age_days: int | None
    usual: Segment
    stay: Stay | None
    chance: float | None
    """To be won at all, by what became of earlier deals."""
    worth: float | None
    estimated: bool
    days_to_win: float | None = None
    """The middle of the won cycles it goes by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """By what is dated up to `on`, that day included. `of` is by deal; those without a day of creation aren't in it."""

    on: date
    usual: Usual
    stages: StageTimes | None
    n_won: int
    n_closed: int
    of: Mapping[str, Numbers]
    won_of_closed: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Of each owner in the last twelve months."""
    begun: Mapping[str, int] = field(default_factory=dict)
    """Deals of each owner that were created in the last thirteen weeks."""
    won_amounts: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """Of each owner's wins in the last twelve months that have one."""


def look(deals: Pipeline, on: date) -> Look:
    """At everything that is open at the end of that day."""
    import numpy as np

    known = deals.as_of(on + DAY)
    normal, stages = usual(known), _stages(known, on)
    hazard = fitted(known.as_of(on), on)
    opened = known.is_open
    ever = chances(known, hazard, days_of(on, on + timedelta(days=AHEAD))).within.tolist()
    worth = typical(known) if np.count_nonzero(known.won & ~np.isnan(known.amount)) >= ENOUGH_WON else None
    priced = (worth.of(known, opened).mean if worth else known.amount[opened]).tolist()
    stays = {it.id: it for it in stages.long} if stages else {}
    rows = np.flatnonzero(opened).tolist()
    found = {}
    for row, chance, amount in zip(rows, ever, priced, strict=True):
        name, created, segment = known.ids[row], int(known.created[row]), normal.of(row)
        found[name] = Numbers(
            age_days=None if created == NEVER else on.toordinal() - created,
            usual=segment,
            stay=stays.get(name),
            chance=None if isnan(chance) else chance,
            worth=None if isnan(amount) else amount,
            estimated=isnan(float(known.amount[row])) and not isnan(amount),
            days_to_win=segment.cycle.median_days,
        )
    return Look(
        on=on,
        usual=normal,
        stages=stages,
        n_won=int(known.won.sum()),
        n_closed=int(known.is_closed.sum()),
        of=found,
        won_of_closed=_won_of_closed(known, on),
        begun=_begun(known, on),
        won_amounts=_won_amounts(known, on),
    )


def _stages(known: Pipeline, on: date) -> StageTimes | None:
    """As of the day's end, stays counted up to the day itself."""
    found = stage_times(known, on + DAY)
    if found is None:
        return None
    stays = tuple(replace(it, days=it.days - 1) for it in found.long)
    long = (it for it in stays if it.usual.median_days is not None and it.days > LONG * it.usual.median_days)
    return replace(found, long=tuple(long))


YEAR = timedelta(days=365)
QUARTER = timedelta(weeks=13)


def _won_of_closed(known: Pipeline, on: date) -> dict[str, tuple[int, int]]:
    import numpy as np

    lately = known.is_closed & (known.closed > (on - YEAR).toordinal())
    closed = np.bincount(known.owner[lately], minlength=len(known.owners)).tolist()
    won = np.bincount(known.owner[lately & known.won], minlength=len(known.owners)).tolist()
    return dict(zip(known.owners, zip(won, closed, strict=True), strict=True))


def _begun(known: Pipeline, on: date) -> dict[str, int]:
    import numpy as np

    lately = (known.created > (on - QUARTER).toordinal()) & (known.created < NEVER)
    return dict(zip(known.owners, np.bincount(known.owner[lately], minlength=len(known.owners)).tolist(), strict=True))


def _won_amounts(known: Pipeline, on: date) -> dict[str, tuple[float, ...]]:
    import numpy as np

    rows = known.won & (known.closed > (on - YEAR).toordinal()) & ~np.isnan(known.amount)
    found: dict[str, list[float]] = {}
    for owner, amount in zip(known.owner[rows].tolist(), known.amount[rows].tolist(), strict=True):
        found.setdefault(known.owners[owner], []).append(amount)
    return {who: tuple(amounts) for who, amounts in found.items()}

"""What will be won from one day to another: a range for the team and for each owner, a chance for each open deal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import isnan
from typing import TYPE_CHECKING

from coaching.numbers.chances import ENOUGH_WON, Chances, chances
from coaching.numbers.effects import Effect
from coaching.numbers.expectation import Expected, days_of, expectation, won_within
from coaching.numbers.hazard import AHEAD
from coaching.numbers.known import Pipeline
from coaching.numbers.recalibration import recalibration
from coaching.numbers.uncertainty import Past, Range, corrected, past, ranges, shock
from coaching.opportunities import Category
from coaching.periods import Period

if TYPE_CHECKING:
    from numpy import bool_
    from numpy.typing import NDArray

COMMIT, BEST_CASE, PIPELINE = 0.6, 0.25, 0.02
"""Chances to be won within the stretch from which on a deal is in a category."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Something that stands in a deal's way: what its chances are multiplied with, in 0..1, and where that is from."""

    times: float
    why: str


@dataclass(frozen=True, slots=True)
class Chance:
    """Of an open deal. None when there is nothing to learn from yet, and nothing stated.

    `by_age` is the chance within the stretch by age and calendar alone; `parts` is what else it was multiplied with.
    """

    id: str
    p_win: float | None
    p_win_in_period: float | None
    by_age: float | None = None
    parts: tuple[Effect, ...] = ()
    gate: Gate | None = None
    checked: bool = True
    """Whether an earlier stretch could be checked; without one, nobody commits on a chance."""

    @property
    def category(self) -> Category:
        """By the chance to be won within the stretch; who knows nothing leaves nothing out."""
        chance = self.p_win_in_period
        if chance is None:
            return Category.PIPELINE
        if chance >= COMMIT and self.checked:
            return Category.COMMIT
        if chance >= BEST_CASE:
            return Category.BEST_CASE
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
    n_estimated: int
    """Open deals without an amount: they count with what others like them are worth."""
    learned: float
    """How much of the chances comes from what became of earlier deals, in 0..1; the rest is the stages' own word."""
    made: Made
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """How the total was made: `from_open` is what open deals bring of it, deals not yet created the rest.

    `times` is what earlier stretches (`checked` of them) moved it by. `common` and `own` are the relative standard
    deviations of what hits all owners alike, and each for themselves.
    """

    from_open: float
    times: float
    checked: int
    common: float
    own: float


def projected(deals: Pipeline, on: date, until: date, gates: Mapping[str, Gate] | None = None) -> Projection:
    """From `on` to `until`, both included, by what was known before `on`; `gates` by the deals' ids."""
    import numpy as np

    known = deals.as_of(on)
    opened = known.is_open
    shut = _gates(known, opened, gates or {})
    folds = past(known, on, (until - on).days + 1)
    times = np.array([it.times if it else 1.0 for it in shut])
    plain, moved = expectation(known, on, until, times), shock(folds)
    expected = corrected(plain, folds)
    total, by_owner = ranges(expected, moved)
    here = set(known.owner.tolist())
    so_far = won_within(known, Period.of(on, known.year_starts).start, on - timedelta(days=1))
    return Projection(
        on=on,
        until=until,
        total=total,
        by_owner={who: it for at, (who, it) in enumerate(zip(known.owners, by_owner, strict=True)) if at in here},
        chances=_chances(known, expected, folds, shut, on),
        closed_so_far=float(so_far.sum()),
        closed_by_owner={who: float(it) for who, it in zip(known.owners, so_far, strict=True) if it},
        n_open=int(opened.sum()),
        n_won=int(known.won.sum()),
        n_lost=int((known.is_closed & ~known.won).sum()),
        n_estimated=int(np.isnan(known.amount[opened]).sum()),
        learned=expected.chances.learned,
        made=Made(
            from_open=float(expected.opened.sum()),
            times=float(expected.mean.sum() / max(plain.mean.sum(), 1e-9)),
            checked=len(folds),
            common=moved.common,
            own=moved.own,
        ),
        warnings=_warnings(known, expected, checked=_checked(expected, folds)),
    )


def _gates(known: Pipeline, opened: NDArray[bool_], gates: Mapping[str, Gate]) -> list[Gate | None]:
    return [gates.get(name) for name, here in zip(known.ids, opened, strict=True) if here]


def _chances(
    known: Pipeline, it: Expected, folds: Sequence[Past], gates: list[Gate | None], on: date
) -> tuple[Chance, ...]:
    ids = [name for name, here in zip(known.ids, known.is_open, strict=True) if here]
    now, ever = it.chances, chances(known, it.hazard, days_of(on, on + timedelta(days=AHEAD)))
    right, checked = recalibration([it.said for it in folds]), _checked(it, folds)
    both = (right.of(ever.within).tolist(), right.of(now.within).tolist())
    rows = zip(ids, *both, now.by_age.tolist(), _parts(now), gates, strict=True)
    found = []
    for name, win, within, by_age, parts, gate in rows:
        times = gate.times if gate else 1.0
        if isnan(within):
            found.append(Chance(name, None, None, gate=gate))
        else:
            found.append(Chance(name, max(win, within) * times, within * times, by_age, parts, gate, checked))
    return tuple(found)


def _checked(it: Expected, folds: Sequence[Past]) -> bool:
    """Whether chances are more than a first guess: an earlier stretch says so, or the company itself."""
    return not it.chances.learned or any(fold.ripe for fold in folds)


def _parts(it: Chances) -> list[tuple[Effect, ...]]:
    if it.effects is None or it.codes is None:
        return [()] * len(it.within)
    return [it.effects.parts(codes) for codes in it.codes.T.tolist()]


def _warnings(known: Pipeline, it: Expected, *, checked: bool) -> tuple[str, ...]:
    import numpy as np

    found, n_won = [], int(known.won.sum())
    stated = not np.isnan(it.chances.within).all() and it.chances.learned < 1
    rest = "; for the rest, what the stages' own probabilities say of deals due by then" if stated else ""
    if it.hazard is None:
        found.append(f"not enough data: no deal whose age is known has closed in the two years before this day{rest}")
    elif n_won < ENOUGH_WON:
        found.append(
            f"not enough data to rely on: {n_won} won deals so far; from {ENOUGH_WON} on a range means something{rest}"
        )
    elif not checked:
        found.append(
            "no earlier stretch of this length to check chances against: they may be too high, and none is a commit"
        )
    if len(known.ids) and np.isnan(known.amount).all():
        found.append("no deal has an amount, so that no figure can be more than 0")
    if known.undated:
        found.append(f"{known.undated} deals without a day (created, or closed) are in no figure")
    return tuple(found)

"""The pipeline's condition on a day: the usual cycle, who is outside it, ratios, differences, the quarter's months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from coaching.numbers.cycle import ENOUGH_WON
from coaching.numbers.cycles import Cycles, cycles
from coaching.numbers.differences import Compared, compared
from coaching.numbers.hazard import month
from coaching.numbers.intervals import Interval, exact
from coaching.numbers.known import NEVER, Pipeline
from coaching.numbers.shrinkage import prior
from coaching.numbers.usual import Segment, Usual


@dataclass(frozen=True, slots=True)
class Stale:
    """An open deal that is older than nine in ten were when they were won: of those it goes by."""

    id: str
    owner: str
    age_days: int
    usual: Segment


@dataclass(frozen=True, slots=True)
class WinRatio:
    """Of those that closed, how many were won; by the day of closing. The interval is exact, 80 %."""

    owner: str
    won: int
    closed: int
    shrunk: float
    interval: Interval

    @property
    def rate(self) -> float:
        """In 0..1; nobody is listed who has closed nothing."""
        return self.won / self.closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """By what was known before `on`."""

    on: date
    n_open: int
    n_won: int
    n_closed: int
    cycles: Cycles
    findings: tuple[Stale, ...]
    ratios: tuple[WinRatio, ...]
    differences: tuple[Compared, ...]
    months: tuple[Compared, ...]
    warnings: tuple[str, ...]


def inspected(deals: Pipeline, on: date) -> Inspection:
    """Everything that can be said on that day; what there is too little for is None, empty or among `warnings`."""
    known = deals.as_of(on)
    found, by_owner = cycles(known, on), _by_owner(known)
    return Inspection(
        on=on,
        n_open=int(known.is_open.sum()),
        n_won=int(known.won.sum()),
        n_closed=int(known.is_closed.sum()),
        cycles=found,
        findings=_stale(known, on, found.usual),
        ratios=_ratios(by_owner),
        differences=compared(by_owner),
        months=_months(known),
        warnings=_warnings(known, found),
    )


def _stale(known: Pipeline, on: date, normal: Usual) -> tuple[Stale, ...]:
    import numpy as np

    rows = np.flatnonzero(known.is_open).tolist()
    ages = (on.toordinal() - known.created[rows]).tolist()
    found = (
        Stale(known.ids[row], known.owners[int(known.owner[row])], age, it)
        for row, age in zip(rows, ages, strict=True)
        if (it := normal.of(row)).cycle.outside(age)
    )
    return tuple(sorted(found, key=lambda it: (-it.age_days, it.id)))


def _by_owner(known: Pipeline) -> dict[str, tuple[int, int]]:
    import numpy as np

    closed = np.bincount(known.owner[known.is_closed], minlength=len(known.owners)).tolist()
    won = np.bincount(known.owner[known.won], minlength=len(known.owners)).tolist()
    return {who: (w, n) for who, w, n in zip(known.owners, won, closed, strict=True) if n}


def _ratios(by_owner: dict[str, tuple[int, int]]) -> tuple[WinRatio, ...]:
    team = prior(by_owner.values())
    return tuple(WinRatio(who, won, n, team.shrunk(won, n), exact(won, n)) for who, (won, n) in by_owner.items())


def _months(known: Pipeline) -> tuple[Compared, ...]:
    closed = [
        (month(date.fromordinal(day), known.year_starts) + 1, won)
        for day, won in zip(known.closed.tolist(), known.won.tolist(), strict=True)
        if day < NEVER
    ]
    counts = {
        str(level): (sum(won for at, won in closed if at == level), sum(at == level for at, _ in closed))
        for level in (1, 2, 3)
    }
    return compared(counts)


def _warnings(known: Pipeline, it: Cycles) -> tuple[str, ...]:
    found, usual = [], it.usual.all.cycle
    if usual.p90_days is None:
        found.append(
            f"not enough data for a usual cycle: {usual.n_won} won deals whose age is known; it needs {ENOUGH_WON}"
        )
    if it.stages is None:
        found.append("time in stage: nothing, as an export doesn't say since when a deal is in its stage")
    if known.undated:
        found.append(f"{known.undated} deals without a day (created, or closed) are in no figure")
    return tuple(found)

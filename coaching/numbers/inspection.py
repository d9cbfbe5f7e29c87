"""The pipeline's condition on a day: the usual cycle, who is outside it, ratios, differences, the quarter's months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from coaching.numbers.cycle import Cycle, cycle, kaplan_meier
from coaching.numbers.differences import Compared, compared
from coaching.numbers.hazard import month
from coaching.numbers.intervals import Interval, exact
from coaching.numbers.known import NEVER, Pipeline
from coaching.numbers.shrinkage import prior

if TYPE_CHECKING:
    from numpy import bool_
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Stale:
    """An open deal that is older than nine in ten were when they were won."""

    id: str
    owner: str
    age_days: int


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
    cycle: Cycle
    half_closed_days: int | None
    """After so many days half of all deals have closed, the open ones counted as far as they are (Kaplan-Meier)."""
    findings: tuple[Stale, ...]
    ratios: tuple[WinRatio, ...]
    differences: tuple[Compared, ...]
    months: tuple[Compared, ...]
    warnings: tuple[str, ...]


def inspected(deals: Pipeline, on: date) -> Inspection:
    """Everything that can be said on that day; what there is too little for is None, empty or among `warnings`."""
    known = deals.as_of(on)
    opened, dated = known.is_open, known.created < NEVER
    lengths = (known.closed - known.created).tolist()
    ages = (on.toordinal() - known.created[opened]).tolist()
    usual = cycle([it for it, won in zip(lengths, known.won & dated, strict=True) if won])
    ended = [it for it, here in zip(lengths, known.is_closed & dated, strict=True) if here]
    by_owner = _by_owner(known)
    return Inspection(
        on=on,
        n_open=int(opened.sum()),
        n_won=int(known.won.sum()),
        n_closed=int(known.is_closed.sum()),
        cycle=usual,
        half_closed_days=kaplan_meier(ended, ages).median_days,
        findings=_stale(known, opened, on, usual),
        ratios=_ratios(by_owner),
        differences=compared(by_owner),
        months=_months(known),
        warnings=_warnings(known, usual),
    )


def _stale(known: Pipeline, opened: NDArray[bool_], on: date, usual: Cycle) -> tuple[Stale, ...]:
    rows = (
        Stale(name, known.owners[owner], on.toordinal() - created)
        for name, owner, created, here in zip(
            known.ids, known.owner.tolist(), known.created.tolist(), opened.tolist(), strict=True
        )
        if here
    )
    return tuple(sorted((it for it in rows if usual.outside(it.age_days)), key=lambda it: (-it.age_days, it.id)))


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


def _warnings(known: Pipeline, usual: Cycle) -> tuple[str, ...]:
    found = []
    if usual.p90_days is None:
        found.append(f"not enough data for a usual cycle: {usual.n_won} won deals whose age is known; it needs 8")
    if known.undated:
        found.append(f"{known.undated} deals without a day (created, or closed) are in no figure")
    return tuple(found)

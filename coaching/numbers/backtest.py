"""How good projections would have been: period after period, each by what was known on its first day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import fmean
from typing import TYPE_CHECKING

from coaching.numbers.amounts import typical
from coaching.numbers.expectation import won_within
from coaching.numbers.hazard import MEMORY
from coaching.numbers.known import NEVER, Pipeline
from coaching.numbers.projection import Projection, projected
from coaching.numbers.uncertainty import Range
from coaching.opportunities import Category
from coaching.phrases import count

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

NOTHING = Range(0.0, 0.0, 0.0, 0.0)
"""Said of who wasn't known yet."""
LAST_YEAR = 3_000
TRAILING = 3
"""Periods that the trailing mean is taken over, fewer when there were fewer."""
NEARLY = 3
"""Days before its end from which on a period is held to be over, when the file ends in it: a weekend."""


class Length(StrEnum):
    """Of a period."""

    MONTH = "month"
    QUARTER = "quarter"

    @property
    def months(self) -> int:
        """How many."""
        return 1 if self is Length.MONTH else 3


@dataclass(frozen=True, slots=True)
class Owner:
    """What came, what the model said, and what the baselines said that need no open deals."""

    actual: float
    model: Range
    last_period: float
    trailing_mean: float

    @property
    def held(self) -> bool:
        """Whether what came was within the model's range."""
        return self.model.p10 <= self.actual <= self.model.p90


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of `n` open deals: won within the period, and how many were expected to be."""

    n: int
    won: int
    expected: float

    @property
    def rate(self) -> float | None:
        """Won of n; None without any."""
        return self.won / self.n if self.n else None

    def __add__(self, other: Kept) -> Kept:
        return Kept(self.n + other.n, self.won + other.won, self.expected + other.expected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """A period. `same_season` is the same one a year before, None when nothing is known of it."""

    start: date
    end: date
    actual: float
    model: Range
    by_owner: dict[str, Owner]
    kept: dict[Category, Kept]
    last_period: float
    trailing_mean: float
    stage_weighted: float
    same_season: float | None
    checked: bool
    """Whether chances could be checked against an earlier stretch; else none of them is a commit."""


@dataclass(frozen=True, slots=True)
class Backtest:
    """All periods that could be told. Errors are None when nothing was won in any, or a baseline wasn't there."""

    length: Length
    n: int
    folds: tuple[Fold, ...]
    warnings: tuple[str, ...] = ()

    def wape(self, said: Callable[[Fold], float | None]) -> float | None:
        """Sum of |said - actual| over the sum of actual, of the periods in which it said something."""
        pairs = [(it.actual, told) for it in self.folds if (told := said(it)) is not None]
        return _share(sum(abs(told - actual) for actual, told in pairs), sum(actual for actual, _ in pairs))

    def wape_by_owner(self, said: Callable[[Owner], float]) -> float | None:
        """The same over owners and periods."""
        rows = [it for fold in self.folds for it in fold.by_owner.values()]
        return _share(sum(abs(said(it) - it.actual) for it in rows), sum(it.actual for it in rows))

    @property
    def bias(self) -> float | None:
        """Sum of (expected - actual) over the sum of actual: above zero is too hopeful."""
        return _share(sum(it.model.expected - it.actual for it in self.folds), sum(it.actual for it in self.folds))

    @property
    def coverage80(self) -> float | None:
        """The share of periods whose actual was within p10-p90."""
        return fmean(it.model.p10 <= it.actual <= it.model.p90 for it in self.folds) if self.folds else None

    @property
    def coverage80_by_owner(self) -> float | None:
        """The share of owners and periods whose actual was within the owner's p10-p90."""
        rows = [it.held for fold in self.folds for it in fold.by_owner.values()]
        return fmean(rows) if rows else None

    @property
    def calibration(self) -> dict[Category, Kept]:
        """What became of the deals of each category, over all periods."""
        return {kind: sum((it.kept[kind] for it in self.folds), Kept(0, 0, 0.0)) for kind in Category}


def backtested(deals: Pipeline, length: Length, first: date | None = None, last: date | None = None) -> Backtest:
    """Every whole period from `first` to `last`, else from the second in which deals closed to the file's end."""
    folds = tuple(_fold(deals, it, length) for it in _starts(deals, length, first, last))
    return Backtest(length, len(deals.ids), folds, (*_cut(deals, length, last), *_unchecked(folds, length)))


def _cut(deals: Pipeline, length: Length, last: date | None) -> list[str]:
    """What was asked for and isn't there: of days after the last known one nobody knows what was won."""
    known_to = deals.last_day
    if last is None or known_to is None or not _holds_more(known_to, last, length):
        return []
    said = f"the file's last day is {known_to}: no {length.value} that ends later is in here, although --to is {last}"
    return [f"{said}, because what was won in it isn't known"]


def _holds_more(known_to: date, last: date, length: Length) -> bool:
    """Whether a period ends by `last` that isn't over yet, by the file."""
    if known_to.year >= LAST_YEAR:
        return False
    start = _start_of(known_to + timedelta(days=NEARLY + 1), length)
    return _moved(start, length.months) - timedelta(days=1) <= last


def _unchecked(folds: Sequence[Fold], length: Length) -> list[str]:
    unchecked = sum(not it.checked for it in folds)
    if not unchecked:
        return []
    said = f"in {unchecked:,} of {count(len(folds), length.value)} there was no earlier one to check chances against"
    return [f"{said}: they may be too high, and none of them is a commit"]


def _fold(deals: Pipeline, start: date, length: Length) -> Fold:
    import numpy as np

    end = _moved(start, length.months) - timedelta(days=1)
    found = projected(deals, start, end)
    actual = won_within(deals, start, end)
    # Only of those before it is anything asked: what was won is known once it was.
    before = _before(deals, start, length)
    last, mean = before[0], np.mean(before, axis=0)
    by_owner = {
        who: Owner(
            actual=float(actual[at]),
            model=found.by_owner.get(who, NOTHING),
            last_period=float(last[at]),
            trailing_mean=float(mean[at]),
        )
        for at, who in enumerate(deals.owners)
        if who in found.by_owner or actual[at]
    }
    return Fold(
        start=start,
        end=end,
        actual=float(actual.sum()),
        model=found.total,
        by_owner=by_owner,
        kept=_kept(deals, found, end),
        last_period=float(last.sum()),
        trailing_mean=float(mean.sum()),
        stage_weighted=_stage_weighted(deals.as_of(start)),
        same_season=_a_year_ago(deals, start, length),
        checked=found.made.ripe,
    )


def _kept(deals: Pipeline, found: Projection, end: date) -> dict[Category, Kept]:
    within = (deals.won & (deals.closed <= end.toordinal())).tolist()
    won = {name for name, it in zip(deals.ids, within, strict=True) if it}
    kept = dict.fromkeys(Category, Kept(0, 0, 0.0))
    for it in found.chances:
        if it.p_win_in_period is not None:
            kept[it.category] += Kept(1, int(it.id in won), it.p_win_in_period)
    return kept


def _before(deals: Pipeline, start: date, length: Length) -> list[NDArray[float64]]:
    """What each owner won in the periods before, the latest first; those before the first close don't count."""
    first = _first_close(deals)
    begins = [_moved(start, -length.months * it) for it in range(1, TRAILING + 1)]
    kept = [it for it in begins if first is not None and _moved(it, length.months) > first] or begins[:1]
    return [won_within(deals, it, _moved(it, length.months) - timedelta(days=1)) for it in kept]


def _stage_weighted(known: Pipeline) -> float:
    """Every open deal's amount times the share of deals won so far.

    An export says in which stage a deal ended, not in which it was on an earlier day: all open deals have one rate.
    """
    worth, closed = typical(known), int(known.is_closed.sum())
    if worth is None or not closed:
        return 0.0
    return float(worth.of(known, known.is_open).mean.sum() * known.won.sum() / closed)


def _a_year_ago(deals: Pipeline, start: date, length: Length) -> float | None:
    begin, first = _moved(start, -12), _first_close(deals)
    if first is None or first > begin:
        return None
    return float(won_within(deals, begin, _moved(begin, length.months) - timedelta(days=1)).sum())


def _starts(deals: Pipeline, length: Length, first: date | None, last: date | None) -> Sequence[date]:
    """First days of periods before which something closed, within what is looked back on.

    A deal that is said to close in the year 9999, as some exports write for never, thus adds no period.
    """
    import numpy as np

    begun, known_to = _first_close(deals), deals.last_day
    if begun is None or known_to is None:
        return ()
    over = min(last or date.max, known_to + timedelta(days=min(NEARLY, (date.max - known_to).days)))
    start = _moved(_start_of(begun, length), length.months)
    if first is not None:
        start = max(start, _start_of(first, length))
        start = start if start >= first else _moved(start, length.months)
    closes, found = np.sort(deals.closed), []
    while start.year < LAST_YEAR and _moved(start, length.months) - timedelta(days=1) <= over:
        since = np.searchsorted(closes, (start.toordinal() - MEMORY, start.toordinal()))
        if since[0] < since[1]:
            found.append(start)
        start = _moved(start, length.months)
    return found


def _first_close(deals: Pipeline) -> date | None:
    first = int(deals.closed.min()) if len(deals.closed) else NEVER
    return date.fromordinal(first) if first < NEVER else None


def _start_of(day: date, length: Length) -> date:
    return date(day.year, (day.month - 1) // length.months * length.months + 1, 1)


def _moved(start: date, months: int) -> date:
    """The first of the month so many months on."""
    at = start.year * 12 + start.month - 1 + months
    return date(at // 12, at % 12 + 1, 1)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None

"""How likely a deal of some age is to be won, or lost, on a day of the quarter: a discrete-time hazard.

For each band of age b, month of the quarter m and outcome, the rate per deal and day is
    r[b, m] = (events + K) / (exposure + K / main),   main = r[b] * f[m],
that is, a Gamma prior worth K events around age times calendar (Allison, "Discrete-Time Methods for the Analysis of
Event Histories", 1982; Poisson-Gamma shrinkage), K estimated from how far cells are from it. Open deals are exposure
without an event, so that old deals, of which none was won, make the rate of their age small, whatever was once believed
of them. Where they are too few to say so, at ages that no win ever had: the next win is that old with a chance of
1 / (wins + 1) (Laplace's rule of succession, of the wins on days when a deal could have been so old), so that the usual
rate times this is what is believed of theirs; and it falls as 1 / age from there, as where some deals are never to be
won (gamma frailty: Vaupel, Manton and Stallard, 1979).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from coaching.numbers.known import NEVER, Pipeline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy import bool_, float64, int64
    from numpy.typing import NDArray

MEMORY = 731
"""Days looked back on: two years, so that each season counts twice and what was long ago not at all."""
PER_BAND, MOST_BANDS = 25, 12
"""Closed deals that a band of age holds at least, and how many bands there are at most."""
PRIOR_EVENTS = 20.0
"""What the product of age and calendar is worth, in events, against what a cell of the two says itself, usually."""
LEAST_PRIOR, MOST_PRIOR = 2.0, 200.0
"""What it is worth where cells differ most, and where they don't."""
OLDER = (1, 2, 4, 8)
"""Times the age of the oldest win at which bands begin that no deal was won in."""
AHEAD = 365
"""Days within which a deal that is won at all is held to be won."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """Rates per day: a row for each band of age, a column for each month of the quarter."""

    starts: NDArray[int64]
    """The first day of age of each band."""
    winning: NDArray[float64]
    losing: NDArray[float64]
    n_won: int
    n_lost: int
    year_starts: int = 1

    def chances(
        self,
        ages: NDArray[int64],
        days: Sequence[date],
        winning: NDArray[float64] | float = 1.0,
        losing: NDArray[float64] | float = 1.0,
    ) -> NDArray[float64]:
        """P(won within `days`), for deals that are open and so old when they begin. Days are consecutive.

        A deal of a negative age begins when it is 0. `winning` and `losing` multiply the rates of each.
        """
        import numpy as np

        alive, found = np.ones((len(ages), 1)), np.zeros(len(ages))
        if not len(ages):
            return found
        times = [np.broadcast_to(it, len(ages))[:, None] for it in (winning, losing)]
        band, old = self._band(max(int(ages.max()), 0) + len(days)), ages[:, None]
        for at, stretch in _months(days, self.year_starts):
            age = old + np.arange(stretch.start, stretch.stop)
            here, begun = band[np.maximum(age, 0)], age >= 0
            won, lost = (
                rates[here, at] * it * begun for rates, it in zip((self.winning, self.losing), times, strict=True)
            )
            hazard = won + lost
            gone = np.exp(-np.cumsum(hazard, axis=1))
            before = alive * np.concatenate((np.ones((len(ages), 1)), gone[:, :-1]), axis=1)
            found += (before * -np.expm1(-hazard) * won / np.maximum(hazard, 1e-300)).sum(axis=1)
            alive = alive * gone[:, -1:]
        return found

    def expected(
        self, ages: NDArray[int64], first: date, days: NDArray[int64]
    ) -> tuple[NDArray[float64], NDArray[float64]]:
        """Sums of the rates of winning and losing over so many days from `first`, for deals so old on that day.

        Month by month, from sums over ages: what is summed up to one age less what is up to another.
        """
        import numpy as np

        most = int(days.max(initial=0))
        band = self._band(int(ages.max(initial=0)) + most + 1)
        found = np.zeros((2, len(ages)))
        day, at = first, 0
        while at < most:
            upto = min(at + (_next_month(day) - day).days, most)
            high = ages + np.clip(days, at, upto)
            for place, rates in enumerate((self.winning, self.losing)):
                sums = np.concatenate(([0.0], np.cumsum(rates[band, month(day, self.year_starts)])))
                found[place] += sums[high] - sums[ages + at]
            day, at = first + timedelta(days=upto), upto
        return found[0], found[1]

    def newcomers(self, days: Sequence[date]) -> float:
        """Deals won by the last of `days` when one is created on each of them: sum over s of P(won from s on)."""
        import numpy as np

        return float(self.chances(-np.arange(len(days)), days).sum())

    def _band(self, ages: int) -> NDArray[int64]:
        """Of each age below that."""
        import numpy as np

        found: NDArray[int64] = np.searchsorted(self.starts, np.arange(ages), side="right") - 1
        return found


def month(day: date, year_starts: int = 1) -> int:
    """Of its quarter: 0, 1 or 2; quarters are counted from that month of the year."""
    return (day.month - year_starts) % 3


def _months(days: Sequence[date], year_starts: int) -> Iterator[tuple[int, range]]:
    """Which month of its quarter, and the places in `days` of each stretch that is within one month."""
    begin = 0
    for at in range(1, len(days) + 1):
        if at == len(days) or days[at].day == 1:
            yield month(days[begin], year_starts), range(begin, at)
            begin = at


def fitted(known: Pipeline, on: date) -> Hazard | None:
    """From what was known before `on`. None when nothing has closed yet whose age is known."""
    import numpy as np

    first = on.toordinal() - MEMORY
    dated = known.created < NEVER
    ended = dated & (known.closed < NEVER) & (known.closed >= first)
    if not ended.any():
        return None
    age = (known.closed - known.created)[ended]
    won = known.won[ended]
    starts = _starts(age, age[won])
    # Before the first close it has, a file often wasn't kept: deals were open then without a chance to be seen closing.
    first = max(first, int(known.closed.min()))
    until = np.minimum(np.minimum(known.closed + 1, known.left), on.toordinal())[dated]
    span = (first, on.toordinal())
    exposure = _exposure(known.created[dated], until, starts, span, known.year_starts)
    at = np.searchsorted(starts, age, side="right") - 1
    months = np.array([month(date.fromordinal(int(it)), known.year_starts) for it in known.closed[ended]])
    beyond = _beyond(starts, age[won], known.closed[ended][won] - int(known.created.min()))
    winning = _rates(_counted(at[won], months[won], len(starts)), exposure, beyond)
    return Hazard(
        starts=starts,
        winning=_falling(winning, starts > age[won].max(initial=0)),
        losing=_rates(_counted(at[~won], months[~won], len(starts)), exposure),
        n_won=int(won.sum()),
        n_lost=int((~won).sum()),
        year_starts=known.year_starts,
    )


def _starts(age: NDArray[int64], won: NDArray[int64]) -> NDArray[int64]:
    """Bands that hold as many closed deals each; others begin after the oldest of them, and after the oldest win.

    What is older than every win thus shares its rate with no deal that was won; at twice, four and eight times that age
    another band begins.
    """
    import numpy as np

    bands = max(1, min(MOST_BANDS, len(age) // PER_BAND))
    cuts = np.quantile(age, np.arange(1, bands) / bands, method="higher")
    found: NDArray[int64] = np.unique(
        np.concatenate(([0], cuts, np.outer(OLDER, won[won == won.max(initial=0)] + 1).ravel(), [age.max() + 1]))
    ).astype(np.int64)
    return found


def _beyond(starts: NDArray[int64], won: NDArray[int64], could: NDArray[int64]) -> NDArray[float64]:
    """By how much lower than usual a rate is held to be beforehand in each band of ages that no win had, else 1.

    `could` is how old the oldest deal there was would be on the day of each win: only on days on which a deal could
    have been that old does a win of a younger one say something.
    """
    import numpy as np

    oldest = won.max(initial=0)
    wins = (could >= starts[:, None]).sum(axis=1)
    return np.where((starts > oldest) & bool(len(won)), (wins + 1) * starts / (oldest + 1), 1.0)


def _falling(rates: NDArray[float64], older: NDArray[bool_]) -> NDArray[float64]:
    """Of bands older than every win none has a higher rate than one before: what nobody has seen yet isn't likelier."""
    import numpy as np

    return np.concatenate((rates[~older], np.minimum.accumulate(rates[older], axis=0)))


def _counted(band: NDArray[int64], months: NDArray[int64], bands: int) -> NDArray[float64]:
    import numpy as np

    return np.bincount(band * 3 + months, minlength=bands * 3).reshape(bands, 3).astype(float)


def _exposure(
    created: NDArray[int64], until: NDArray[int64], starts: NDArray[int64], span: tuple[int, int], year_starts: int
) -> NDArray[float64]:
    """Deal-days in each band and month of the quarter; a deal is at risk from its creation to its end, both included.

    Month by month: what of the month each deal was open, in days of its age, cut by the bands.
    """
    import numpy as np

    found = np.zeros((len(starts), 3))
    ends = np.append(starts[1:], NEVER)
    begin, last = span
    while begin < last:
        day = date.fromordinal(begin)
        end = min(_next_month(day).toordinal(), last)
        here = (created < end) & (until > begin)
        young = np.maximum(begin, created[here]) - created[here]
        old = np.minimum(end, until[here]) - created[here]
        within = np.minimum(old[:, None], ends) - np.maximum(young[:, None], starts)
        found[:, month(day, year_starts)] += np.maximum(within, 0).sum(axis=0)
        begin = end
    return found


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _rates(
    events: NDArray[float64], exposure: NDArray[float64], beyond: NDArray[float64] | float = 1.0
) -> NDArray[float64]:
    """Age times month, and how much of its own each cell of the two says: as much as cells differ beyond luck.

    K = 1 / v by the method of moments for Gamma-Poisson: E[(events - expected)^2] = expected + v * expected^2, with one
    cell's worth of the usual v. A band begins from one event in the exposure that one usually takes, times `beyond`.
    """
    import numpy as np

    usual = max(events.sum(), 0.5) / max(exposure.sum(), 1.0)
    ages = (events.sum(axis=1) + 1) / (exposure.sum(axis=1) + beyond / usual)
    expected = ages[:, None] * exposure
    factor = (events.sum(axis=0) + PRIOR_EVENTS) / (expected.sum(axis=0) + PRIOR_EVENTS)
    main = np.outer(ages, factor)
    foreseen = main * exposure
    spread = ((events - foreseen) ** 2 - foreseen).sum() + PRIOR_EVENTS
    k = min(max(((foreseen**2).sum() + PRIOR_EVENTS**2) / max(spread, 1e-9), LEAST_PRIOR), MOST_PRIOR)
    found: NDArray[float64] = (events + k) / (exposure + k / main)
    return found

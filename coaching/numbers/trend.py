"""Thirteen weeks side by side, and whether anything went up or down: only when an exact test says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from coaching.numbers.chain import TEAM
from coaching.numbers.counted import Worked
from coaching.numbers.exact import TIES, Kind, TwoShares, adjusted, p_value
from coaching.numbers.patterns import LIKELY
from coaching.numbers.ratios import WEEKS

if TYPE_CHECKING:
    from numpy import float64, intp
    from numpy.typing import NDArray


class Direction(StrEnum):
    """Where it went; `steady` also stands for too little to say."""

    UP = "up"
    DOWN = "down"
    STEADY = "steady"


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from `first` on."""

    first: date
    answered: int
    done: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Of a step's count for each answered check-in (`earlier` is empty), or of a yield."""

    member: str
    earlier: str
    later: str
    before: tuple[int, int]
    """In the first six weeks: how many, of how many check-ins or of the earlier step."""
    after: tuple[int, int]
    """In the last seven."""
    p_adjusted: float

    @property
    def direction(self) -> Direction:
        """Up or down only when `p_adjusted` is below 0.05."""
        if self.p_adjusted >= LIKELY:
            return Direction.STEADY
        up = self.after[0] * self.before[1] > self.before[0] * self.after[1]
        return Direction.UP if up else Direction.DOWN


def weeks(worked: Iterable[Worked], member: str, last: date) -> tuple[Week, ...]:
    """One member's, or with TEAM everybody's, oldest first; the last week ends on `last`."""
    first = last - timedelta(weeks=WEEKS, days=-1)
    answered, done = [0] * WEEKS, [Counter[str]() for _ in range(WEEKS)]
    for it in worked:
        if first <= it.day <= last and member in {TEAM, it.member}:
            at = (it.day - first).days // 7
            answered[at] += 1
            done[at].update(it.done)
    return tuple(
        Week(first + timedelta(weeks=at), n, counts) for at, (n, counts) in enumerate(zip(answered, done, strict=True))
    )


def trends(steps: Sequence[str], linked: Sequence[str], them: Mapping[str, Sequence[Week]]) -> tuple[Trend, ...]:
    """Every step, and every yield from one of `linked` to the next, of everybody in `them`.

    Adjusted together (Benjamini-Hochberg).

    A yield: the last seven weeks against the first six by Fisher's exact test, or the conditional binomial test for
    rates. A count: how many for each answered check-in, by an exact permutation test over weeks (Fisher 1935; every
    choice of which weeks came last), because days of work are less alike than Poisson's.
    """
    asked = [
        (member, own, earlier, later)
        for member, own in them.items()
        for earlier, later in (*(("", it) for it in steps), *pairwise(linked))
    ]
    p_values = adjusted([_p(own, earlier, later) for _, own, earlier, later in asked])
    return tuple(
        Trend(
            member=member,
            earlier=earlier,
            later=later,
            before=_sum(own[:_EARLY], earlier, later),
            after=_sum(own[_EARLY:], earlier, later),
            p_adjusted=p,
        )
        for (member, own, earlier, later), p in zip(asked, p_values, strict=True)
    )


_EARLY = WEEKS // 2


def _sum(own: Iterable[Week], earlier: str, later: str) -> tuple[int, int]:
    pairs = [(it.done.get(later, 0), it.done.get(earlier, 0) if earlier else it.answered) for it in own]
    return sum(done for done, _ in pairs), sum(n for _, n in pairs)


def _p(own: Sequence[Week], earlier: str, later: str) -> float:
    if not earlier:
        return _by_weeks([(it.done.get(later, 0), it.answered) for it in own])
    before, after = _sum(own[:_EARLY], earlier, later), _sum(own[_EARLY:], earlier, later)
    own_sources = before[0] > before[1] or after[0] > after[1]
    return p_value(TwoShares(*after, *before), Kind.RATE if own_sources else Kind.SHARE)


def _by_weeks(counts: Sequence[tuple[int, int]]) -> float:
    """Weeks without an answered check-in say nothing; the others may have come in any order if nothing changed."""
    import numpy as np

    early = sum(1 for _, n in counts[:_EARLY] if n)
    known = [it for it in counts if it[1]]
    if not 0 < early < len(known):
        return 1.0
    done, n = (np.array(it, dtype=float) for it in zip(*known, strict=True))
    first = _choices(len(known), early)
    moved = np.abs(_difference(done, n, first))
    seen = abs(float(_difference(done, n, np.arange(early, dtype=np.intp)[None, :])[0]))
    return float((moved * TIES >= seen).mean())


def _difference(done: NDArray[float64], n: NDArray[float64], first: NDArray[intp]) -> NDArray[float64]:
    some, base = done[first].sum(axis=1), n[first].sum(axis=1)
    found: NDArray[float64] = some / base - (done.sum() - some) / (n.sum() - base)
    return found


@lru_cache(maxsize=WEEKS * WEEKS)
def _choices(of: int, these: int) -> NDArray[intp]:
    """Every choice of so many weeks; of thirteen, 1,716 at most."""
    import numpy as np

    return np.array(list(combinations(range(of), these)), dtype=np.intp)

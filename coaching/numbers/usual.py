"""The usual cycle of all, of a product line, a source, a size, and of one's own: each when it has enough to say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import exp, fsum, sqrt
from typing import TYPE_CHECKING

from coaching.numbers.cycle import ENOUGH_WON, Cycle, cycle
from coaching.numbers.exact import adjusted
from coaching.numbers.known import NEVER, Pipeline

if TYPE_CHECKING:
    from numpy import int64
    from numpy.typing import NDArray

ENOUGH_CLOSED = 20
"""Closed deals that a cycle of one's own needs besides."""
LIKELY = 0.05
"""Adjusted p below which a segment's cycles are held to differ from the others'."""
SIZES = ("small", "middle", "large")


class By(StrEnum):
    """What deals are told apart by, in the order in which a deal's segment is looked for."""

    PRODUCT = "product"
    SOURCE = "source"
    SIZE = "size"
    OWNER = "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Deals that are alike in something; `by` is None for all deals.

    `p_adjusted` is of its won cycles against all others', None where that isn't asked. `most` is the largest amount of
    a size, None for the largest.
    """

    by: By | None
    name: str
    cycle: Cycle
    n_closed: int
    p_adjusted: float | None = None
    most: float | None = None

    @property
    def differs(self) -> bool:
        """Whether it has a usual cycle of its own."""
        return self.p_adjusted is not None and self.p_adjusted < LIKELY


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """`segments` are those with enough closed deals; one that doesn't differ goes by all deals' cycle."""

    all: Segment
    segments: tuple[Segment, ...]
    owners: tuple[Segment, ...]
    """For each's own eyes."""
    row: NDArray[int64] = field(compare=False)
    """Of each deal, the place in `segments` of the one it goes by; -1 for all."""

    def of(self, row: int) -> Segment:
        """Which a deal goes by."""
        at = int(self.row[row])
        return self.all if at < 0 else self.segments[at]

    def of_owner(self, owner: str) -> Segment | None:
        """One's own; None with too few deals."""
        return next((it for it in self.owners if it.name == owner), None)


def usual(known: Pipeline) -> Usual:
    """By what was known.

    A segment with ENOUGH_CLOSED closed and ENOUGH_WON won deals has a cycle of its own when its won deals' days differ
    from the others' (Kolmogorov-Smirnov, two-sided, Benjamini-Hochberg over all segments); else all say it better.
    """
    import numpy as np

    groups = list(_groups(known, (By.PRODUCT, By.SOURCE, By.SIZE)))
    p_values = adjusted([it.p for it in groups])
    segments = tuple(it.segment(p) for it, p in zip(groups, p_values, strict=True))
    row = np.full(len(known.ids), -1)
    # From the last to the first, so that the product line has the last word.
    for at in reversed(range(len(groups))):
        if segments[at].differs:
            row[_codes(known, groups[at].by)[0] == groups[at].code] = at
    dated = known.created < NEVER
    days = (known.closed - known.created)[known.won & dated]
    whole = Segment(by=None, name="", cycle=cycle(days.tolist()), n_closed=int((known.is_closed & dated).sum()))
    owners = tuple(it.segment(None) for it in _groups(known, (By.OWNER,)))
    return Usual(all=whole, segments=segments, owners=owners, row=row)


@dataclass(frozen=True, slots=True)
class _Group:
    """A segment in the making: its code among those of its kind, the days of its won deals, p before adjustment."""

    by: By
    code: int
    name: str
    days: Sequence[int]
    n_closed: int
    p: float
    most: float | None

    def segment(self, p: float | None) -> Segment:
        return Segment(
            by=self.by, name=self.name, cycle=cycle(self.days), n_closed=self.n_closed, p_adjusted=p, most=self.most
        )


def _groups(known: Pipeline, kinds: Sequence[By]) -> Iterator[_Group]:
    """Those with enough, if there is more than one of their kind."""
    import numpy as np

    dated = known.created < NEVER
    won, closed = known.won & dated, known.is_closed & dated
    days = (known.closed - known.created)[won]
    whole = np.bincount(days) if len(days) else np.zeros(1, dtype=np.int64)
    for by in kinds:
        code, names, most = _codes(known, by)
        n_closed, n_won = (np.bincount(code[it & (code >= 0)], minlength=len(names)) for it in (closed, won))
        order = np.argsort(code[won], kind="stable")
        ends = np.searchsorted(code[won][order], np.arange(len(names)), side="right")
        enough = (n_closed >= ENOUGH_CLOSED) & (n_won >= ENOUGH_WON) & (n_closed < closed.sum())
        for at in np.flatnonzero(enough).tolist():
            own = days[order[ends[at] - n_won[at] : ends[at]]]
            counts = np.bincount(own, minlength=len(whole))
            yield _Group(by, at, names[at], own.tolist(), int(n_closed[at]), _differ(counts, whole), most[at])


def _codes(known: Pipeline, by: By) -> tuple[NDArray[int64], Sequence[str], Sequence[float | None]]:
    """Each deal's code, -1 for none; the names, and for sizes the largest amount."""
    import numpy as np

    if by is By.SIZE:
        return _sizes(known)
    code, names = {
        By.PRODUCT: (known.product, known.products),
        By.SOURCE: (known.source, known.sources),
        By.OWNER: (known.owner, known.owners),
    }[by]
    said = np.array([bool(it) for it in names], dtype=bool)
    found: NDArray[int64] = np.where(said[code], code, -1) if len(names) else code
    return found, names, [None] * len(names)


def _sizes(known: Pipeline) -> tuple[NDArray[int64], Sequence[str], Sequence[float | None]]:
    """Thirds of the amounts of won deals."""
    import numpy as np

    worth = known.amount[known.won & ~np.isnan(known.amount)]
    if len(worth) < len(SIZES) * ENOUGH_CLOSED:
        return np.full(len(known.ids), -1), SIZES, [None] * len(SIZES)
    low, high = np.quantile(worth, (1 / 3, 2 / 3))
    code = np.where(np.isnan(known.amount), -1, np.searchsorted((low, high), np.nan_to_num(known.amount)))
    return code, SIZES, [float(low), float(high), None]


def _differ(own: NDArray[int64], whole: NDArray[int64]) -> float:
    """P of so great a distance between the shares won by each day, of these (counts per day) and of the others.

    Kolmogorov and Smirnov's, with Stephens's (1970) correction for few; equal days make it cautious.
    """
    import numpy as np

    n, m = int(own.sum()), int(whole.sum() - own.sum())
    if not n or not m:
        return 1.0
    distance = float(np.abs(np.cumsum(own) / n - np.cumsum(whole - own) / m).max())
    root = sqrt(n * m / (n + m))
    reach = (root + 0.12 + 0.11 / root) * distance
    if reach < 0.2:
        return 1.0
    found = 2 * fsum((1 if k % 2 else -1) * exp(-2 * k * k * reach * reach) for k in range(1, 101))
    return min(1.0, max(0.0, found))

"""Opportunities in columns, and what of them was known on a day: nothing dated on or after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from coaching.opportunities import Opportunity, Status

if TYPE_CHECKING:
    from numpy import bool_, float64, int64
    from numpy.typing import NDArray

NEVER = date.max.toordinal()
"""Days are ordinals, as `date.toordinal` counts them; what isn't dated comes after every day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """A row per opportunity. Amounts in whole units of one currency, NaN when unknown.

    `created` is NEVER where no day is known, `closed` where it hasn't closed, `left` where it is still in the CRM.
    `owner`, `product` and `source` are positions in `owners`, `products` and `sources`.
    """

    ids: tuple[str, ...]
    owners: tuple[str, ...]
    products: tuple[str, ...]
    sources: tuple[str, ...]
    owner: NDArray[int64]
    product: NDArray[int64]
    source: NDArray[int64]
    created: NDArray[int64]
    closed: NDArray[int64]
    left: NDArray[int64]
    won: NDArray[bool_]
    amount: NDArray[float64]
    undated: int
    """Deals that no day can be said of; they are in no figure."""
    year_starts: int = 1
    """The month from which quarters are counted."""

    def as_of(self, on: date) -> Pipeline:
        """What was known before `on` began. A deal that closes later is open: its outcome and last amount unknown."""
        import numpy as np

        day = on.toordinal()
        here = np.minimum(self.created, self.closed) < day
        later = (self.closed >= day) & (self.closed < NEVER)
        return replace(
            self._only(here),
            closed=_before(self.closed, day)[here],
            left=_before(self.left, day)[here],
            won=(self.won & (self.closed < day))[here],
            amount=np.where(later, np.nan, self.amount)[here],
        )

    def _only(self, rows: NDArray[bool_]) -> Pipeline:
        return replace(
            self,
            ids=tuple(name for name, it in zip(self.ids, rows, strict=True) if it),
            owner=self.owner[rows],
            product=self.product[rows],
            source=self.source[rows],
            created=self.created[rows],
            closed=self.closed[rows],
            left=self.left[rows],
            won=self.won[rows],
            amount=self.amount[rows],
        )

    @property
    def is_open(self) -> NDArray[bool_]:
        """Which are still in play."""
        found: NDArray[bool_] = (self.closed == NEVER) & (self.left == NEVER)
        return found

    @property
    def is_closed(self) -> NDArray[bool_]:
        """Which were won or lost. One that left the CRM open is neither."""
        found: NDArray[bool_] = self.closed < NEVER
        return found

    @property
    def last_day(self) -> date | None:
        """The latest day that the file speaks of; None when it has none."""
        import numpy as np

        days = np.concatenate((self.created, self.closed))
        days = days[days < NEVER]
        return date.fromordinal(int(days.max())) if len(days) else None


def pipeline(deals: Sequence[Opportunity]) -> Pipeline:
    """In columns. Product lines and sources count as one when they differ in capitals and blanks only.

    A closed deal without the day of it, like an open one without the day it was created, is `undated` and left out.
    """
    import numpy as np

    dated = [it for it in deals if (it.created_on if it.status is Status.OPEN else it.closed_on) is not None]
    owners, owner = _coded([it.owner for it in dated])
    products, product = _coded([_loosely(it.product) for it in dated])
    sources, source = _coded([_loosely(it.source) for it in dated])
    closed = _days([None if it.status is Status.OPEN else it.closed_on for it in dated])
    created = _days([it.created_on for it in dated])
    left = _days([it.gone_on for it in dated])
    return Pipeline(
        ids=tuple(it.id for it in dated),
        owners=owners,
        products=products,
        sources=sources,
        owner=owner,
        product=product,
        source=source,
        created=np.where(created == NEVER, NEVER, np.minimum(created, closed)),
        closed=closed,
        left=np.where(closed < NEVER, NEVER, left),
        won=np.array([it.status is Status.WON for it in dated], dtype=bool),
        amount=np.array([float(it.amount.amount) if it.amount else np.nan for it in dated], dtype=float),
        undated=len(deals) - len(dated),
    )


def _coded(names: Sequence[str]) -> tuple[tuple[str, ...], NDArray[int64]]:
    import numpy as np

    order = tuple(sorted(set(names)))
    at = {it: place for place, it in enumerate(order)}
    return order, np.array([at[it] for it in names], dtype=np.int64)


def _loosely(name: str) -> str:
    return "".join(name.casefold().split())


def _days(them: Sequence[date | None]) -> NDArray[int64]:
    import numpy as np

    return np.array([it.toordinal() if it else NEVER for it in them], dtype=np.int64)


def _before(days: NDArray[int64], day: int) -> NDArray[int64]:
    import numpy as np

    return np.where(days < day, days, NEVER)

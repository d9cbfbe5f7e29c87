"""Opportunities in columns, and what of them was known on a day: nothing dated on or after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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

    `created` is NEVER where no day is known, `closed` where it hasn't closed. `owner` and `product` are positions in
    `owners` and `products`.
    """

    ids: tuple[str, ...]
    owners: tuple[str, ...]
    products: tuple[str, ...]
    owner: NDArray[int64]
    product: NDArray[int64]
    created: NDArray[int64]
    closed: NDArray[int64]
    won: NDArray[bool_]
    amount: NDArray[float64]
    undated: int
    """Deals that no day can be said of; they are in no figure."""

    def as_of(self, on: date) -> Pipeline:
        """What was known before `on` began. A deal that closes later is open: its outcome and last amount unknown."""
        import numpy as np

        day = on.toordinal()
        here = np.minimum(self.created, self.closed) < day
        later = (self.closed >= day) & (self.closed < NEVER)
        closed = np.where(self.closed < day, self.closed, NEVER)
        amount = np.where(later, np.nan, self.amount)
        return Pipeline(
            ids=tuple(name for name, it in zip(self.ids, here, strict=True) if it),
            owners=self.owners,
            products=self.products,
            owner=self.owner[here],
            product=self.product[here],
            created=self.created[here],
            closed=closed[here],
            won=(self.won & (self.closed < day))[here],
            amount=amount[here],
            undated=self.undated,
        )

    @property
    def is_open(self) -> NDArray[bool_]:
        """Which are still in play."""
        found: NDArray[bool_] = self.closed == NEVER
        return found

    @property
    def last_day(self) -> date | None:
        """The latest day that the file speaks of; None when it has none."""
        import numpy as np

        days = np.concatenate((self.created, self.closed))
        days = days[days < NEVER]
        return date.fromordinal(int(days.max())) if len(days) else None


def pipeline(deals: Sequence[Opportunity]) -> Pipeline:
    """In columns. Product lines count as one when they differ in capitals and blanks only.

    A closed deal without the day of it, like an open one without the day it was created, is `undated` and left out.
    """
    import numpy as np

    dated = [it for it in deals if (it.created_on if it.status is Status.OPEN else it.closed_on) is not None]
    owners, owner = _coded([it.owner for it in dated])
    products, product = _coded(["".join(it.product.casefold().split()) for it in dated])
    closed = np.array([_day(it.closed_on) for it in dated], dtype=np.int64)
    created = np.array([_day(it.created_on) for it in dated], dtype=np.int64)
    return Pipeline(
        ids=tuple(it.id for it in dated),
        owners=owners,
        products=products,
        owner=np.array(owner, dtype=np.int64),
        product=np.array(product, dtype=np.int64),
        created=np.where(created == NEVER, NEVER, np.minimum(created, closed)),
        closed=closed,
        won=np.array([it.status is Status.WON for it in dated], dtype=bool),
        amount=np.array([float(it.amount.amount) if it.amount else np.nan for it in dated], dtype=float),
        undated=len(deals) - len(dated),
    )


def _coded(names: Sequence[str]) -> tuple[tuple[str, ...], list[int]]:
    order = tuple(sorted(set(names)))
    at = {it: place for place, it in enumerate(order)}
    return order, [at[it] for it in names]


def _day(it: date | None) -> int:
    return it.toordinal() if it else NEVER

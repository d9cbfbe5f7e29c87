"""Opportunities in columns, and what of them was known on a day: nothing dated on or after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from coaching.money import Money
from coaching.numbers.history import LOST, WON, History, Spells
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
    `owner`, `product` and `source` are positions in `owners`, `products` and `sources`; names that differ in capitals
    and blanks only are one, as most deals write it.
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
    history: History | None = None
    """What was seen to change; None for an export, which says only how things are."""
    place: NDArray[int64]
    """Of each deal in the history."""

    def as_of(self, on: date) -> Pipeline:
        """What was known before `on` began. A deal that closes later is open: its outcome and last amount unknown."""
        import numpy as np

        day = on.toordinal()
        it = self._as_seen(day) if self.history else self
        here = np.minimum(it.created, it.closed) < day
        later = (it.closed >= day) & (it.closed < NEVER)
        amount = np.where(later, np.nan, it.amount)
        if it.history:
            said = it.history.amount
            amount = np.where(later & said.has(it.place), said.last(it.place), amount)
        return replace(
            it.only(here),
            closed=_before(it.closed, day)[here],
            left=_before(it.left, day)[here],
            won=(it.won & (it.closed < day))[here],
            amount=amount[here],
        )

    def _as_seen(self, day: int) -> Pipeline:
        """Each deal's owner, amount and end as they had been seen by then, else as they were at first sight.

        Who was lost, say, and later taken up again, was lost meanwhile.
        """
        import numpy as np

        whole = self.history
        if whole is None:
            return self
        seen, at = whole.before(day), self.place
        owner = _either(seen.owner, whole.owner, at, self.owner.astype(float)).astype(np.int64)
        left = _either(seen.left, whole.left, at, np.where(self.left < NEVER, self.left, np.nan))
        status = seen.status.last(at)
        ended = np.isin(status, (WON, LOST)) & (self.closed >= day)
        return replace(
            self,
            history=seen,
            owner=owner,
            left=np.where(np.isnan(left), NEVER, left).astype(np.int64),
            amount=_either(seen.amount, whole.amount, at, self.amount),
            closed=np.where(ended, seen.status.last_day(at), self.closed),
            won=np.where(ended, status == WON, self.won),
        )

    def only(self, rows: NDArray[bool_]) -> Pipeline:
        """Those deals."""
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
            place=self.place[rows],
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


def pipeline(
    deals: Sequence[Opportunity],
    owner_of: Callable[[Opportunity], str] = lambda it: it.owner,
    once: Iterable[str] = (),
    currency: str | None = None,
) -> Pipeline:
    """In columns; `once` are owners that deals had before, and an amount in another `currency` is unknown.

    Product lines and sources count as one when they differ in capitals and blanks only. A closed deal without the day
    of it, like an open one without the day it was created, is `undated` and left out.
    """
    import numpy as np

    dated = [it for it in deals if (it.created_on if it.status is Status.OPEN else it.closed_on) is not None]
    owners, owner = _coded([owner_of(it) for it in dated], once)
    products, product = _coded_loosely([it.product for it in dated])
    sources, source = _coded_loosely([it.source for it in dated])
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
        amount=np.array([_amount(it.amount, currency) for it in dated], dtype=float),
        undated=len(deals) - len(dated),
        place=np.arange(len(dated)),
    )


def _coded(names: Sequence[str], more: Iterable[str] = ()) -> tuple[tuple[str, ...], NDArray[int64]]:
    import numpy as np

    order = tuple(sorted({*names, *more}))
    at = {it: place for place, it in enumerate(order)}
    return order, np.array([at[it] for it in names], dtype=np.int64)


def _coded_loosely(names: Sequence[str]) -> tuple[tuple[str, ...], NDArray[int64]]:
    keys, code = _coded([_loosely(it) for it in names])
    written: dict[str, Counter[str]] = {it: Counter() for it in keys}
    for name, n in Counter(names).items():
        written[_loosely(name)][" ".join(name.split())] += n
    return tuple(min(it, key=lambda name: (-it[name], name)) for it in written.values()), code


def _amount(it: Money | None, currency: str | None) -> float:
    """In whole units. CRMs write 0 for what nobody has said."""
    if not it or currency not in (None, it.currency):
        return float("nan")
    return float(it.amount)


def _loosely(name: str) -> str:
    return "".join(name.casefold().split())


def _days(them: Sequence[date | None]) -> NDArray[int64]:
    import numpy as np

    return np.array([it.toordinal() if it else NEVER for it in them], dtype=np.int64)


def _either(seen: Spells, whole: Spells, at: NDArray[int64], now: NDArray[float64]) -> NDArray[float64]:
    """As last seen, else as at first sight later on, else as it is now."""
    import numpy as np

    later = np.where(whole.has(at), whole.earliest(at), now)
    return np.where(seen.has(at), seen.last(at), later)


def _before(days: NDArray[int64], day: int) -> NDArray[int64]:
    import numpy as np

    return np.where(days < day, days, NEVER)

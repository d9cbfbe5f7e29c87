"""What deals were on earlier days: each field's values over time, in columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import bool_, float64, int64
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Spells:
    """One field of many deals: a value holds from the day it was seen on until the deal's next one.

    Sorted by `row`, then by `day`. Values are codes, ordinals of days or amounts; NaN says that there is none. The
    first value of each deal is what it was when it was first looked at.
    """

    row: NDArray[int64]
    day: NDArray[int64]
    value: NDArray[float64]

    @classmethod
    def of(cls, first: Spells, later: Spells) -> Spells:
        """The values at first sight, and those that came after, in any order."""
        import numpy as np

        row = np.concatenate((first.row, later.row))
        day = np.concatenate((first.day, later.day))
        value = np.concatenate((first.value, later.value))
        # Stable: of a deal that was new and moved on the same day, the move came after.
        order = np.lexsort((day, row))
        return cls(row[order], day[order], value[order])

    def only(self, which: NDArray[bool_]) -> Spells:
        """Those spells."""
        return Spells(self.row[which], self.day[which], self.value[which])

    def before(self, day: int) -> Spells:
        """What had been seen before that day began."""
        return self.only(self.day < day)

    def last(self, rows: NDArray[int64]) -> NDArray[float64]:
        """The latest value of each of these deals; NaN where none was seen."""
        import numpy as np

        return np.where(self.has(rows), self._at(rows, "right", -1), np.nan)

    def earliest(self, rows: NDArray[int64]) -> NDArray[float64]:
        """The value of each at first sight; NaN where none was seen."""
        import numpy as np

        return np.where(self.has(rows), self._at(rows, "left", 0), np.nan)

    def last_day(self, rows: NDArray[int64]) -> NDArray[int64]:
        """The day on which the latest value was seen; 0 where none was."""
        import numpy as np

        if not len(self.row):
            return np.zeros(len(rows), dtype=np.int64)
        at = np.maximum(np.searchsorted(self.row, rows, side="right") - 1, 0)
        return np.where(self.has(rows), self.day[at], 0)

    def rises(self, rows: NDArray[int64]) -> NDArray[int64]:
        """How often each of these deals went to a higher value from one that was known."""
        import numpy as np

        risen = self.row[1:][(self.row[1:] == self.row[:-1]) & (self.value[1:] > self.value[:-1])]
        found: NDArray[int64] = np.searchsorted(risen, rows, side="right") - np.searchsorted(risen, rows)
        return found

    def has(self, rows: NDArray[int64]) -> NDArray[bool_]:
        """Of which anything was seen."""
        import numpy as np

        left = np.searchsorted(self.row, rows, side="left")
        found: NDArray[bool_] = left < np.searchsorted(self.row, rows, side="right")
        return found

    def _at(self, rows: NDArray[int64], side: str, step: int) -> NDArray[float64]:
        import numpy as np

        if not len(self.row):
            return np.full(len(rows), np.nan)
        at = np.searchsorted(self.row, rows, side="left" if side == "left" else "right") + step
        found: NDArray[float64] = self.value[np.clip(at, 0, len(self.row) - 1)]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Of every deal of a company, by its place in it. What was seen on a day is not known before the day is over."""

    begun: int
    """The day before deals were first looked at: what the first look found is held to have been so by then."""
    stages: tuple[str, ...]
    """Names by code, as `stage` counts them; only of stages in which a deal is open."""
    ordered: int
    """So many of them, from the first, are the company's own, in its order."""
    odds: tuple[float | None, ...]
    """What the company itself believes of a deal in each, in 0..1."""
    stage: Spells
    close_date: Spells
    """The day it was said to close, as an ordinal."""
    amount: Spells
    owner: Spells
    status: Spells
    """OPEN, WON or LOST."""
    left: Spells
    """The day it was gone from the CRM; NaN while it is there."""

    def before(self, day: int) -> History:
        """What had been seen before that day began."""
        return History(
            begun=self.begun,
            stages=self.stages,
            ordered=self.ordered,
            odds=self.odds,
            stage=self.stage.before(day),
            close_date=self.close_date.before(day),
            amount=self.amount.before(day),
            owner=self.owner.before(day),
            status=self.status.before(day),
            left=self.left.before(day),
        )


OPEN, WON, LOST = 0.0, 1.0, 2.0

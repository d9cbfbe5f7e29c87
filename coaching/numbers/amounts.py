"""What a deal is worth when nobody said: the typical amount of won deals like it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coaching.numbers.known import Pipeline

if TYPE_CHECKING:
    from numpy import bool_, float64, int64
    from numpy.typing import NDArray

PRIOR_DEALS = 4.0
"""What the pooled amount is worth, in deals, against those of a product line or an owner."""


@dataclass(frozen=True, slots=True)
class Moments:
    """Means of the amount and of its square."""

    mean: NDArray[float64]
    square: NDArray[float64]


@dataclass(frozen=True, slots=True)
class Typical:
    """By product line, and by owner; whole units."""

    by_product: Moments
    by_owner: Moments

    def of(self, known: Pipeline, rows: NDArray[bool_]) -> Moments:
        """Of these rows: as said, else as typical of the product line, else of the owner."""
        import numpy as np

        lines = np.array([bool(it) for it in known.products], dtype=bool)
        product, owner, said = known.product[rows], known.owner[rows], known.amount[rows]
        by_line = lines[product] if len(lines) else np.zeros(len(product), dtype=bool)
        mean = np.where(by_line, self.by_product.mean[product], self.by_owner.mean[owner])
        square = np.where(by_line, self.by_product.square[product], self.by_owner.square[owner])
        unsaid = np.isnan(said)
        return Moments(np.where(unsaid, mean, said), np.where(unsaid, square, np.nan_to_num(said) ** 2))


def typical(known: Pipeline) -> Typical | None:
    """(sum of the group + K * mean of all) / (n of the group + K).

    Of won deals; as long as none has an amount, of the open ones that have. None when no deal has.
    """
    import numpy as np

    said = ~np.isnan(known.amount)
    rows = known.won & said if (known.won & said).any() else known.is_open & said
    if not rows.any():
        return None
    amount = known.amount[rows]
    return Typical(
        _shrunk(known.product[rows], amount, len(known.products)),
        _shrunk(known.owner[rows], amount, len(known.owners)),
    )


def _shrunk(group: NDArray[int64], amount: NDArray[float64], groups: int) -> Moments:
    import numpy as np

    n = np.bincount(group, minlength=groups) + PRIOR_DEALS
    mean = (np.bincount(group, amount, groups) + PRIOR_DEALS * amount.mean()) / n
    square = (np.bincount(group, amount**2, groups) + PRIOR_DEALS * (amount**2).mean()) / n
    return Moments(mean, square)

"""Chance that falls the same way every time. Only `Random.random()` is promised to be the same on every Python."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Luck:
    """Draws from a seed."""

    def __init__(self, seed: str) -> None:
        self._random = Random(seed)  # noqa: S311 - a story, not a secret

    def chance(self, probability: float) -> bool:
        """Whether it happens."""
        return self._random.random() < probability

    def whole(self, low: int, high: int, bend: float = 1.0) -> int:
        """From `low` to `high`, both included; a larger `bend` leans to the low end."""
        return low + int((high - low + 1) * self._random.random() ** bend)

    def share(self, low: float, high: float) -> float:
        """From `low` to `high`."""
        return low + (high - low) * self._random.random()

    def one(self, of: Sequence[T]) -> T:
        """Any of them."""
        return of[int(len(of) * self._random.random())]

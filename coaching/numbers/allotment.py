"""Whether a target was divided by what people can reach, or evenly; and how it would be divided by capacity.

capacity = won + expected from what is open + what can still be created (levers.creatable). By capacity, everybody's
share of the members' targets is their share of the members' capacity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coaching.numbers.backsolve import Position
from coaching.numbers.levers import creatable

EVEN = 0.01
"""Targets that differ by no more than this share of their mean are one number, divided."""
UNEVEN = 0.2
"""A member's capacity that is further from the mean than this isn't the mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One member's part of it. `by_capacity` is None when there is no capacity to go by."""

    member: str
    target: float
    won: float
    open: float
    creatable: float
    by_capacity: float | None

    @property
    def capacity(self) -> float:
        """What can be expected of them in the period, all told."""
        return self.won + self.open + self.creatable


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotment:
    """The members' targets of a period, and the company's."""

    shares: tuple[Share, ...]
    company: float | None
    without: tuple[str, ...]
    """Reps who have no target of their own."""

    @property
    def total(self) -> float:
        """What the members' targets add up to."""
        return sum(it.target for it in self.shares)

    @property
    def capacity(self) -> float:
        """Of all together."""
        return sum(it.capacity for it in self.shares)

    @property
    def difference(self) -> float:
        """The company's target beyond the members'; 0 when either isn't there. Cents are no difference."""
        if self.company is None or not self.shares:
            return 0.0
        found = self.company - self.total
        return found if abs(found) >= 1 else 0.0

    @property
    def evenly(self) -> bool:
        """Two or more targets that are one number, for people whose capacities aren't."""
        if len(self.shares) < 2 or self.capacity <= 0:
            return False
        mean, usual = self.total / len(self.shares), self.capacity / len(self.shares)
        same = all(abs(it.target - mean) <= EVEN * mean for it in self.shares)
        return same and any(abs(it.capacity - usual) > UNEVEN * usual for it in self.shares)

    @property
    def beyond(self) -> tuple[Share, ...]:
        """Those whose target is more than their capacity."""
        return tuple(it for it in self.shares if it.target > it.capacity)


def allotted(positions: Mapping[str, Position], company: float | None) -> Allotment:
    """Of the members (by id) that have a target; the others are named."""
    capacity = {
        who: (it.target, it.won, it.open.value, creatable(it)) for who, it in positions.items() if it.target is not None
    }
    total = sum(target for target, *_ in capacity.values())
    able = sum(won + opened + new for _, won, opened, new in capacity.values())
    return Allotment(
        shares=tuple(
            Share(
                member=who,
                target=target,
                won=won,
                open=opened,
                creatable=new,
                by_capacity=total * (won + opened + new) / able if able > 0 else None,
            )
            for who, (target, won, opened, new) in capacity.items()
        ),
        company=company,
        without=tuple(who for who, it in positions.items() if it.target is None),
    )

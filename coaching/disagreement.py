"""How far a call is from what the coach expects, and when that is far enough to ask what it rests on.

A commit is what will land, neither hoped for nor surely exceeded, so it is held against the coach's middle (P50: as
often above as below; the figure that the miss a call is scored by is smallest for). More than OVER to either side asks
for evidence. A best case is what lands when it all goes well, so it is held against the coach's P90, and asks only when
it is more than OVER above: below it is caution about a figure nobody counts on, and below the middle the commit, which
is never above it, asks already.

Where the coach has no range there is nothing to differ from, and nothing is asked. Where its figure is nothing, any
amount is more than OVER away.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from coaching.numbers.forecast import NoRange, Range
from coaching.numbers.outlook import Basis, Outlook

if TYPE_CHECKING:
    from coaching.forecasts import Call
    from coaching.money import Money

OVER = 15
"""Percent of the coach's figure."""


class Held(StrEnum):
    """Which figure of a call."""

    COMMIT = "commit"
    BEST_CASE = "best_case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A figure of a call beside the coach's."""

    of: Held
    called: Money
    coachs: Money

    @property
    def by(self) -> Money:
        """Above 0 where more was called than the coach expects."""
        return self.called - self.coachs

    @property
    def share(self) -> float | None:
        """Of the coach's figure; None where that is nothing or less."""
        return self.by.minor / self.coachs.minor if self.coachs.minor > 0 else None

    @property
    def is_wide(self) -> bool:
        """Whether it asks for evidence. In whole minor units: 15 % is not more than 15 %."""
        off = self.by.minor if self.of is Held.BEST_CASE else abs(self.by.minor)
        return off * 100 > OVER * max(self.coachs.minor, 0)


@dataclass(frozen=True, slots=True)
class Gaps:
    """Of one call: the commit's against P50, the best case's against P90."""

    commit: Gap
    best_case: Gap

    @property
    def wide(self) -> Gap | None:
        """The one to ask about; the commit's where both are."""
        return next((it for it in (self.commit, self.best_case) if it.is_wide), None)


def gaps(call: Call, it: Outlook) -> Gaps | None:
    """None where the coach has no range for whoever called, or one in another currency; and when the period is over."""
    found = range_of(it, call.member)
    if found is None or it.basis is Basis.OVER or found.p50.currency != call.commit.currency:
        return None
    return Gaps(
        Gap(of=Held.COMMIT, called=call.commit, coachs=found.p50),
        Gap(of=Held.BEST_CASE, called=call.best_case, coachs=found.p90),
    )


def range_of(it: Outlook, member: str | None) -> Range | None:
    """The coach's, where it says one: of somebody with no deal and nothing expected there is nothing to say."""
    found = it.of(member)
    if isinstance(found, NoRange) or (not found.n and found.p10 == found.p90 and it.basis is not Basis.OVER):
        return None
    return found

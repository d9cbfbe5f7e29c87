"""What was forecast: the calls of a rep, or of the manager beside them, and what the coach expected on a morning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from coaching.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One submission for one member's period. Kept for ever; a later one never replaces an earlier one.

    `by` is who made it: the member themself, or the manager, whose calls lie beside the rep's as an overlay.
    """

    member: str
    period: str
    by: str
    commit: Money
    best_case: Money
    reason: str
    called_at: datetime

    @property
    def is_overlay(self) -> bool:
        """Made by the manager about somebody else."""
        return self.by != self.member


class Author(StrEnum):
    """Who forecasts: people, the coach, and what takes no skill (baselines)."""

    REP = "rep"
    MANAGER = "manager"
    COACH = "coach"
    LAST_PERIOD = "last_period"
    TRAILING_MEAN = "trailing_mean"
    SAME_SEASON = "same_season"
    STAGE_WEIGHTED = "stage_weighted"


BASELINES = (Author.LAST_PERIOD, Author.TRAILING_MEAN, Author.SAME_SEASON, Author.STAGE_WEIGHTED)
TEAM = ""
"""Stands for a member where everybody's deals are meant, nobody's included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What the coach or a baseline expected a period to bring in all, on the morning of a day. Kept for ever.

    By what was dated before that day. `member` is whose, or TEAM; only the coach says a range.
    """

    period: str
    on: date
    by: Author
    member: str
    expected: Money
    p10: Money | None = None
    p50: Money | None = None
    p90: Money | None = None
    basis: str = ""
    """What the coach's was made from (`coaching.numbers.outlook.Basis`)."""

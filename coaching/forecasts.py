"""Calls of a forecast: what a rep, or the manager beside them, said would land."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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

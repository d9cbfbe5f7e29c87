"""What was forecast: calls, the manager's beside them, what was said about them and locked; and the coach's own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
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

    @property
    def id(self) -> str:
        """Made from what was called and when, so that whoever names it means exactly these figures.

        Not from words or from who else spoke: these may be taken out when somebody is erased.
        """
        parts = (self.member, self.period, self.is_overlay, self.commit.minor, self.best_case.minor)
        whole = "\n".join(map(str, (*parts, self.commit.currency, self.called_at.astimezone(UTC).isoformat())))
        return hashlib.sha256(whole.encode()).hexdigest()[:16]

    def same_figures(self, other: Call) -> bool:
        """Whenever and by whomever it was said."""
        return (self.commit, self.best_case) == (other.commit, other.best_case)


class RemarkKind(StrEnum):
    """What a remark on a call is."""

    AGREED = "agreed"
    """The manager's word that exactly these figures stand."""
    EVIDENCE = "evidence"
    """What the rep's figures rest on, where they are far from what the coach expects."""
    ANSWER = "answer"
    """What the rep says to the manager's call beside theirs; `call` is that one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something said about one call of a member's period; added, never changed. `call` is the id of the call."""

    member: str
    period: str
    call: str
    kind: RemarkKind
    by: str
    at: datetime
    text: str = ""
    opportunity: str = ""
    """The deal it is about, by its CRM id, where it names one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """How a rep's forecast of a period stood when the week's was locked, by what had been said up to `at`.

    Kept for ever and never changed. TEAM's row holds what the coach expected of everybody's deals, and nobody's call.
    """

    period: str
    on: date
    """The day of the lock in the company's zone: it names the week."""
    at: datetime
    member: str
    won: Money
    call: str = ""
    """The id of the rep's own call; empty when they had made none."""
    commit: Money | None = None
    best_case: Money | None = None
    overlay: str = ""
    """The id of the manager's call beside it, where that was their last word."""
    overlay_commit: Money | None = None
    overlay_best: Money | None = None
    agreed_by: str = ""
    """Who had agreed to exactly this call; empty when nobody had."""
    expected: Money | None = None
    p10: Money | None = None
    p50: Money | None = None
    p90: Money | None = None
    """The coach's range that day; None where there was none."""

    @property
    def stands(self) -> Money | None:
        """The commit that counts: the manager's where it lies beside the rep's, else the rep's."""
        return self.commit if self.overlay_commit is None else self.overlay_commit

    @property
    def stands_best(self) -> Money | None:
        """The best case that counts, by the same rule."""
        return self.best_case if self.overlay_best is None else self.overlay_best


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

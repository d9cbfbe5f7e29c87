"""Escalations: what was raised to the manager, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from coaching.company import EscalationPolicy


class EscalationKind(StrEnum):
    """Why it was raised."""

    ASKED = "asked"
    MISSED_CHECKINS = "missed_checkins"
    OVERDUE_OPPORTUNITY = "overdue_opportunity"
    FORECAST_DROP = "forecast_drop"
    MAJORS = "majors"
    """A rep sees one of the week's majors, or a deal to drop, differently."""


class EscalationState(StrEnum):
    """Open until somebody, or the facts, say otherwise. Withdrawn means it resolved itself."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


UNHURRIED = frozenset({EscalationKind.MAJORS})
"""What nobody is reminded of, and what never goes on to the owner: it waits in the queue until it is looked at."""
LIVE = frozenset({EscalationState.OPEN, EscalationState.ACKNOWLEDGED, EscalationState.SNOOZED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """One thing for the manager. `subject` (with kind and member) makes it one: a second raise finds the first live.

    `text` is word for word what both the manager and the rep see. The policy is copied in when it is raised, so that
    editing the company's file does not bend a running one.
    """

    id: str
    member: str
    kind: EscalationKind
    subject: str
    text: str
    state: EscalationState
    raised_at: datetime
    policy: EscalationPolicy
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    snoozed_until: datetime | None = None
    owner_told_at: datetime | None = None
    settled_at: datetime | None = None
    resolution: str = ""
    context: str = ""
    """What the member added in their own words, a paragraph each time."""

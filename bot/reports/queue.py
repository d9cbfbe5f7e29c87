"""The manager's queue, of one company or across all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.reports.report import Report, instant
from coaching.accounts import gone
from coaching.card import Card, Element, Facts, Heading, Spans, Table, quiet, say
from coaching.company import Company
from coaching.escalation import Escalation, EscalationState
from coaching.identity import Newcomer
from coaching.identity_card import who_wrote
from coaching.language import marked, t, tn, worded
from coaching.phrases import stamp

Waiting = tuple[Company, Escalation]
STATES = {
    EscalationState.OPEN: marked("open"),
    EscalationState.ACKNOWLEDGED: marked("acknowledged"),
    EscalationState.SNOOZED: marked("snoozed"),
    EscalationState.RESOLVED: marked("resolved"),
    EscalationState.WITHDRAWN: marked("withdrawn"),
}
ORDER = (EscalationState.OPEN, EscalationState.ACKNOWLEDGED, EscalationState.SNOOZED)


Beside = tuple[Company, tuple[Newcomer, ...]]
"""A company, and who wrote there whom nobody knows."""


def queue(waiting: Iterable[Waiting], beside: Iterable[Beside] = ()) -> Report:
    """What is live: unanswered first, then the longest waiting. Below it, in words only, what it is about no matter."""
    found = sorted(waiting, key=lambda one: (ORDER.index(one[1].state), one[1].raised_at))
    data = {"items": [_data(company, it) for company, it in found]}
    title = t("The manager's queue")
    table = Table(
        (t("Company"), t("About"), t("What"), t("State"), t("Raised")),
        tuple(_row(company, it) for company, it in found),
    )
    beside = tuple(beside)
    below = _below(beside)
    if not found and any(newcomers for _, newcomers in beside):
        return Report(data, Card(title, (Heading(title), *below)))
    if not found:
        return Report(data, Card(t("Nothing is waiting"), (Heading(title), say(t("Nothing is waiting.")), *below)))
    foot = quiet(
        tn(
            "{n} thing waiting, unanswered first, then the longest waiting.",
            "{n} things waiting, unanswered first, then the longest waiting.",
            len(found),
        )
    )
    return Report(data, Card(title, (Heading(title), table, foot, *below)))


def _below(beside: Iterable[Beside]) -> tuple[Element, ...]:
    """Whom the manager is asked about, and who can't be reached."""
    lines = [
        (company.slug, line)
        for company, newcomers in beside
        for line in (*((who_wrote(newcomers),) if newcomers else ()), *gone(company.members))
    ]
    return (Facts(tuple(lines)),) if lines else ()


def _data(company: Company, it: Escalation) -> dict[str, Any]:
    return {
        "id": it.id,
        "company": company.slug,
        "member": it.member,
        "kind": it.kind.value,
        "text": it.text,
        "state": it.state.value,
        "raised_at": instant(it.raised_at),
        "acknowledged_at": instant(it.acknowledged_at),
        "snoozed_until": instant(it.snoozed_until),
        "owner_told_at": instant(it.owner_told_at),
    }


def _row(company: Company, it: Escalation) -> tuple[Spans, ...]:
    member = company.member(it.member)
    raised = it.raised_at.astimezone(company.tz)
    return (
        (company.slug,),
        (member.name if member else it.member,),
        (it.text,),
        (worded(STATES[it.state]),),
        (stamp(raised),),
    )

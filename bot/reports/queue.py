"""The manager's queue, of one company or across all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.reports.report import Report, instant
from coaching.card import Card, Heading, Spans, Table, quiet, say
from coaching.company import Company
from coaching.escalation import Escalation, EscalationState
from coaching.phrases import count

Waiting = tuple[Company, Escalation]
ORDER = (EscalationState.OPEN, EscalationState.ACKNOWLEDGED, EscalationState.SNOOZED)


def live_at(found: Iterable[Escalation], at: datetime) -> tuple[Escalation, ...]:
    """What was waiting at an instant, as it stood then, as far as its instants tell."""
    return tuple(_as_of(it, at) for it in found if it.raised_at <= at and (it.settled_at is None or it.settled_at > at))


def _as_of(it: Escalation, at: datetime) -> Escalation:
    if it.acknowledged_at is None or it.acknowledged_at > at:
        return replace(it, state=EscalationState.OPEN, acknowledged_at=None, snoozed_until=None)
    put_off = it.snoozed_until is not None and it.snoozed_until > at
    return replace(it, state=EscalationState.SNOOZED if put_off else EscalationState.ACKNOWLEDGED)


def queue(waiting: Iterable[Waiting]) -> Report:
    """What is live: unanswered first, then the longest waiting."""
    found = sorted(waiting, key=lambda one: (ORDER.index(one[1].state), one[1].raised_at))
    data = {"items": [_data(company, it) for company, it in found]}
    title = "The manager's queue"
    table = Table(("Company", "About", "What", "State", "Raised"), tuple(_row(company, it) for company, it in found))
    if not found:
        return Report(data, Card("Nothing is waiting", (Heading(title), say("Nothing is waiting."))))
    foot = quiet(f"{count(len(found), 'thing')} waiting, unanswered first, then the longest waiting.")
    return Report(data, Card(title, (Heading(title), table, foot)))


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
        (it.state.value,),
        (f"{raised:%Y-%m-%d %H:%M}",),
    )

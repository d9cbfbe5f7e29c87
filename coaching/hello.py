"""Who the coach is: said once to everybody, before the first question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coaching import cadence
from coaching.chat_card import introduction
from coaching.decision import Decision, Kind, Message

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from coaching.company import Company
    from coaching.people import Member


def key(member_id: str) -> str:
    """Of that message."""
    return f"hello:{member_id}"


def hello(
    company: Company, member: Member, not_before: datetime | None = None, known_by: Sequence[str] = ()
) -> Message:
    """For one of them."""
    return Message(
        key=key(member.id),
        to=member.id,
        card=introduction(member, company, known_by),
        kind=Kind.HELLO,
        not_before=not_before,
    )


def hellos(company: Company, unmet: Collection[str], now: datetime, holidays: frozenset[date]) -> Decision:
    """For all who have never heard of it.

    Whoever is asked every day is told although nobody can reach them yet: when that changes, it goes before the
    question that waited. For anybody else there would only be one more message that goes nowhere.
    """
    there = (it for it in company.members if it.active and it.id in unmet)
    wanted = [it for it in there if company.asks(it) or it.open_handles or it.email]
    return Decision(
        messages=tuple(hello(company, it, cadence.polite_from(company, it, now, holidays)) for it in wanted)
    )

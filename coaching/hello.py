"""Who the coach is: said once to everybody, before the first question, and once in each role they come to have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coaching import cadence
from coaching.card import note
from coaching.chat_card import introduction
from coaching.decision import Decision, Kind, Message
from coaching.language import tn
from coaching.people import Role
from coaching.phrases import listed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date, datetime

    from coaching.company import Company
    from coaching.people import Member


def key(member_id: str) -> str:
    """Of that message."""
    return f"hello:{member_id}"


def hello(
    company: Company,
    member: Member,
    not_before: datetime | None = None,
    known_by: Sequence[str] = (),
    *,
    at_once: bool = False,
) -> Message:
    """For one of them."""
    return Message(
        key=key(member.id),
        to=member.id,
        card=introduction(member, company, known_by),
        kind=Kind.HELLO,
        not_before=not_before,
        at_once=at_once,
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


def roles_changed(
    before: Company, after: Company, unmet: Collection[str], now: datetime, holidays: frozenset[date]
) -> Decision:
    """For those who know it: in another role they are introduced once more; reps read who sees their figures now."""
    met = [it for it in after.members if it.active and it.id not in unmet]
    return Decision(
        messages=(*_in_new_roles(before, after, met, now, holidays), *_seen(before, after, met, now, holidays))
    )


def _in_new_roles(
    before: Company, after: Company, met: Sequence[Member], now: datetime, holidays: frozenset[date]
) -> Iterator[Message]:
    for it in met:
        was = before.member(it.id)
        if was is not None and was.role is not it.role:
            at = cadence.polite_from(after, it, now, holidays)
            card = introduction(it, after)
            yield Message(key=f"{key(it.id)}:{it.role}", to=it.id, card=card, kind=Kind.HELLO, not_before=at)


def _seen(
    before: Company, after: Company, met: Sequence[Member], now: datetime, holidays: frozenset[date]
) -> Iterator[Message]:
    """Whoever is a rep only now reads it where they are introduced."""
    known = {it.id for it in before.managers}
    came = [it for it in after.managers if it.id not in known]
    if not came:
        return
    card = note(_who_sees_more(after, came))
    reps = {it.id for it in before.reps}
    for it in met:
        if it.role is Role.REP and it.id in reps:
            at = cadence.polite_from(after, it, now, holidays)
            named = f"sees:{it.id}:{now:%Y%m%dT%H%M%S}"
            yield Message(key=named, to=it.id, card=card, kind=Kind.NOTICE, not_before=at)


def _who_sees_more(company: Company, came: Sequence[Member]) -> str:
    names = listed([company.called(it) for it in came], most=len(came))
    if len(came) < len(company.managers):
        return tn(
            "From now on {names} sees your check-ins, calls and deals as well.",
            "From now on {names} see your check-ins, calls and deals as well.",
            len(came),
            names=names,
        )
    return tn(
        "From now on {names} sees your check-ins, calls and deals.",
        "From now on {names} see your check-ins, calls and deals.",
        len(came),
        names=names,
    )

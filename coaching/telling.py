"""Who hears of a matter, when, and in which message: the member's copy, the handler's, and their later versions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from coaching import escalation_card as card
from coaching.card import Card
from coaching.decision import NOTHING, Alarm, Decision, Kind, Message
from coaching.escalation import UNHURRIED, Escalation
from coaching.language import t
from coaching.phrases import takers

if TYPE_CHECKING:
    from coaching.escalation_clock import Clock
    from coaching.people import Member

OVERDUE, WAKE, BRIEF = "escalate.overdue", "escalate.wake", "escalate.brief"
TOGETHER = 3
"""Findings of one check that are still worth a message each."""


# --- at first ------------------------------------------------------------------------------------------------------
def raised(it: Escalation, clock: Clock) -> Decision:
    """Kept, and its time begins to run."""
    if it.kind in UNHURRIED:
        return Decision(records=(it,))
    return Decision(records=(it,), alarms=(alarm(it, OVERDUE, clock.acknowledge_by(it)),))


def alarm(it: Escalation, name: str, at: datetime | None) -> Alarm:
    """Its subject begins with the member, who is locked when it rings."""
    return Alarm(alarm=name, subject=f"{it.member}:{it.id}", at=at)


def tell(new: list[Escalation], clock: Clock, key: str) -> Decision:
    """The member first: nothing reaches the manager before the one it is about could read it."""
    members = {it.member: clock.company.member(it.member) for it in new}
    told = NOTHING
    for who in filter(None, members.values()):
        told += _tell_member([it for it in new if it.member == who.id], who, clock, key)
    handlers = {it.id: it for who in members if (it := clock.handler(who))}
    mine = {name: [it for it in new if (to := clock.handler(it.member)) and to.id == name] for name in handlers}
    return told + sum((brief(items, handlers[name], clock, key) for name, items in mine.items()), NOTHING)


def _tell_member(items: list[Escalation], member: Member, clock: Clock, key: str) -> Decision:
    if len(items) > TOGETHER:
        name = takers(clock.company, member.id)
        head = (
            t("{n} things go to {name}; you can add to each of them", n=len(items), name=name)
            if name
            else t("{n} things go; you can add to each of them", n=len(items))
        )
        shown = card.many(items, head)
        return say(f"escalations:{key}:{member.id}", member, shown)
    return sum((say(members_key(it), member, card.members_copy(it, clock, member)) for it in items), NOTHING)


def brief(items: list[Escalation], handler: Member, clock: Clock, key: str) -> Decision:
    """At once to whoever is in; else when they are, so that what gathers meanwhile comes together."""
    later = {it.id: at for it in items if (at := clock.brief_at(it)) > clock.now}
    subjects = {at: f"{handler.id}:{at.isoformat()}" for at in later.values()}
    alarms = tuple(Alarm(alarm=BRIEF, subject=subject, at=at) for at, subject in subjects.items())
    return Decision(alarms=alarms) + _briefed([it for it in items if it.id not in later], handler, clock, key)


def _briefed(items: list[Escalation], handler: Member, clock: Clock, key: str) -> Decision:
    """A message each for a few, one for many."""
    if len(items) > TOGETHER:
        shown = card.many(items, t("{n} new matters in your queue", n=len(items)))
        return say(f"escalations:{key}:{handler.id}", handler, shown)
    return sum((say(handlers_key(it), handler, card.handlers_copy(it, clock, handler)) for it in items), NOTHING)


# --- after a change ------------------------------------------------------------------------------------------------
def withdrawn(it: Escalation, clock: Clock, key: str) -> Decision:
    """Resolved by itself: kept, unsent copies are taken back, sent ones say so; nobody is disturbed."""
    kept = Decision(records=(it,), alarms=silent(it), withdraw=(members_key(it), handlers_key(it)))
    return kept + updated(it, clock, key)


def silent(it: Escalation) -> tuple[Alarm, ...]:
    """Nothing rings for it any more."""
    return alarm(it, OVERDUE, None), alarm(it, WAKE, None)


def updated(it: Escalation, clock: Clock, key: str, *, heard: bool = False) -> Decision:
    """Both copies as they are now. `heard` sends the member a new message where an old one can't be changed."""
    member, handler = clock.company.member(it.member), clock.handler(it.member)
    messages = []
    if member:
        shown = card.members_copy(it, clock, member)
        messages.append(edit(members_key(it), member, shown, key, only_edit=not heard))
    if handler:
        messages.append(edit(handlers_key(it), handler, card.handlers_copy(it, clock, handler), key))
    return Decision(messages=tuple(messages))


def edit(original: str, to: Member, shown: Card, key: str, *, only_edit: bool = True) -> Message:
    """A later version of a copy."""
    name = f"{original}:{key}"
    return Message(key=name, to=to.id, card=shown, kind=Kind.ESCALATION, replaces=original, only_edit=only_edit)


# --- the messages --------------------------------------------------------------------------------------------------
def members_key(it: Escalation) -> str:
    """Of the copy for whom it is about."""
    return f"escalation:{it.id}:rep"


def handlers_key(it: Escalation) -> str:
    """Of the copy for the manager, or for the owner in their place."""
    return f"escalation:{it.id}:manager"


def say(key: str, to: Member, shown: Card) -> Decision:
    """A message of its own."""
    return Decision(messages=(Message(key=key, to=to.id, card=shown, kind=Kind.ESCALATION),))

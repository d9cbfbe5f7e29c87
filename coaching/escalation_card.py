"""What somebody who asked, the manager and the owner see of a matter, and the manager's queue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, assert_never

from coaching.card import (
    Action,
    Bold,
    Bullets,
    Buttons,
    Card,
    Element,
    Field,
    Heading,
    Input,
    Look,
    Spans,
    note,
    quiet,
    say,
)
from coaching.escalation import LIVE, Escalation, EscalationKind, EscalationState
from coaching.language import t, tn
from coaching.phrases import ago, capital, day, managers, moment, quoted, stopped, takers
from coaching.questions import shortened
from coaching.told_to_owner import fallen_call

if TYPE_CHECKING:
    from coaching.agreed import Sum
    from coaching.company import Company
    from coaching.escalation_clock import Clock
    from coaching.money import Money
    from coaching.opportunities import Opportunity
    from coaching.people import Member

MOST = 8
LINE = 280
"""Characters of a matter in a list."""


def gone() -> Card:
    """What was pressed is over."""
    return note(t("There is nothing open under that button any more. Say “queue” to see what there is."))


def _open_the_queue() -> Action:
    return Action("escalate.queue", t("Open the queue"))


# --- one matter ----------------------------------------------------------------------------------------------------
def members_copy(it: Escalation, clock: Clock, reader: Member) -> Card:
    """For whom it is about: word for word what the manager gets, and where it stands."""
    to = _with(it, clock)
    waits = t("With {to}", to=to) if to else t("With nobody yet")
    head = waits if it.state in LIVE else t("Settled")
    return Card(
        f"{head}: {it.text}",
        (
            say(Bold(f"{head}: "), it.text),
            *_context(it),
            say(state(it, clock, reader)),
            *(_add_context(it, to) if it.state in LIVE else ()),
        ),
    )


def _with(it: Escalation, clock: Clock) -> str:
    """Who has it: whoever could take it, or who took it in their place, as an owner can of what has waited."""
    company = clock.company
    by = company.member(it.acknowledged_by) if it.acknowledged_by else None
    taken = by is not None and by.active and by.id not in {one.id for one in company.takers(it.member)}
    return company.called(by) if by and taken else takers(company, it.member)


def _context(it: Escalation) -> tuple[Element, ...]:
    return (say(Bold(t("Added: ")), quoted(it.context)),) if it.context else ()


def _add_context(it: Escalation, to: str) -> tuple[Element, ...]:
    """Whoever is talked about has the last word in it."""
    args = {"id": it.id, "member": it.member}
    actions = [Action("escalate.context", t("Add this"), args)]
    if it.kind is EscalationKind.ASKED:
        actions.append(Action("escalate.drop", t("No longer needed"), args))
    label = (
        t("Anything that {to} should know, or see differently?", to=to)
        if to
        else t("Anything that should be known, or seen differently?")
    )
    return Field(name="context", label=label, input=Input.LONG), Buttons(tuple(actions))


def handlers_copy(it: Escalation, clock: Clock, reader: Member, error: str = "") -> Card:
    """For the manager: the matter, and three ways on."""
    return Card(
        it.text,
        (say(it.text), *_context(it), quiet(state(it, clock, reader)), *(_ways_on(it, clock, reader, error))),
    )


def _ways_on(it: Escalation, clock: Clock, reader: Member, error: str) -> tuple[Element, ...]:
    if it.state not in LIVE:
        return ()
    if it.kind is EscalationKind.MAJORS:
        return _rulings(it, clock, reader, error)
    field = Field(name="note", label=t("What was agreed"), input=Input.LONG, hint=t("They read it word for word."))
    return field, Buttons((*_buttons(it, clock, reader), Action("escalate.resolve", t("Resolve"), _args(it))))


def _rulings(it: Escalation, clock: Clock, reader: Member, error: str) -> tuple[Element, ...]:
    """Two words end it; to stand by a proposal takes a reason."""
    member = clock.company.member(it.member)
    name = clock.company.called(member) if member else it.member
    hint = t("{name} reads it word for word.", name=name)
    field = Field(name="note", label=t("What you would say to it"), input=Input.LONG, hint=hint, error=error)
    agree = Action("escalate.agree", t("Agree with {name}", name=name), _args(it))
    insist = Action("escalate.insist", t("Stand by the proposal"), _args(it))
    return field, Buttons((*_buttons(it, clock, reader), agree, insist))


def _args(it: Escalation) -> dict[str, str]:
    return {"id": it.id, "member": it.member}


def _buttons(it: Escalation, clock: Clock, reader: Member) -> tuple[Action, ...]:
    until = clock.next_day()
    actions = []
    if it.state is EscalationState.OPEN:
        actions.append(Action("escalate.ack", t("Seen"), _args(it), Look.PRIMARY))
    if it.state is not EscalationState.SNOOZED and until is not None:
        label = t("Until {day}", day=day(until.astimezone(reader.tz).date()))
        actions.append(Action("escalate.snooze", label, _args(it)))
    return tuple(actions)


def state(it: Escalation, clock: Clock, reader: Member) -> str:
    """Where it stands, in a sentence or two, with the times by the reader's clock."""
    match it.state:
        case EscalationState.OPEN:
            return _waits(it, clock, reader)
        case EscalationState.ACKNOWLEDGED:
            return _seen(it, clock, reader)
        case EscalationState.SNOOZED:
            if it.snoozed_until is None:
                return t("{who} has seen it.", who=_who(it, clock))
            at = moment(it.snoozed_until, reader)
            return t("{who} has seen it and comes back to it on {at}.", who=_who(it, clock), at=at)
        case EscalationState.RESOLVED:
            return (
                t("{who} closed it: {resolution}", who=_who(it, clock), resolution=it.resolution)
                if it.resolution
                else t("{who} closed it.", who=_who(it, clock))
            )
        case EscalationState.WITHDRAWN if it.kind is EscalationKind.ASKED:
            return t("Closed without an answer: {resolution}", resolution=it.resolution)
        case EscalationState.WITHDRAWN:
            return t("It resolved itself: {resolution}", resolution=it.resolution)
        case _:
            assert_never(it.state)


def _waits(it: Escalation, clock: Clock, reader: Member) -> str:
    owner = clock.fallback(it)
    if it.owner_told_at is not None and owner is not None:
        told = t(" {name} has been told as well, because it has waited.", name=clock.company.called(owner))
        return f"{clock.presence(it.member, reader)}{told}".strip()
    until = clock.owner_by(it)
    if owner is None:
        fallback = ""
    elif until > clock.now:
        at = moment(until, reader)
        fallback = _promised(at, owner, it.member, reader, clock.company)
    else:
        fallback = t(" It now goes to {name}.", name=clock.company.called(owner))
    return f"{clock.presence(it.member, reader)}{fallback}".strip() or t("Not seen yet.")


def _promised(at: str, owner: Member, member: str, reader: Member, company: Company) -> str:
    """Who takes it when those can't who should: help that is on its way, no threat."""
    them = company.takers(member)
    if not them or reader.id in {it.id for it in them}:
        return t(
            " If you can’t get to it by {at}, {owner} will, so that it isn’t left lying.",
            at=at,
            owner=company.called(owner),
        )
    return tn(
        " If {name} can’t get to it by {at}, {owner} will, so that it isn’t left lying.",
        " If {name} can’t get to it by {at}, {owner} will, so that it isn’t left lying.",
        len(them),
        name=takers(company, member),
        at=at,
        owner=company.called(owner),
    )


def _seen(it: Escalation, clock: Clock, reader: Member) -> str:
    manager = clock.company.manager
    if manager is None or it.acknowledged_by != manager.id or reader.id == manager.id:
        return t("{who} has seen it.", who=_who(it, clock))
    at, name = clock.next_in(), clock.company.called(manager)
    if at <= clock.now:
        return t("{name} has seen it, and is working right now.", name=name)
    return t("{name} has seen it, and is next in on {at}.", name=name, at=moment(at, reader))


def _brief(it: Escalation) -> str:
    """In a list; opened, it is there in full."""
    return shortened(it.text, LINE)


def _who(it: Escalation, clock: Clock) -> str:
    member = clock.company.member(it.acknowledged_by) if it.acknowledged_by else None
    return clock.company.called(member) if member else t("Somebody")


def settled_notice(it: Escalation, clock: Clock, reader: Member, *ways_on: Action) -> Card:
    """For the member, when it is closed: an edit of an old message would go unread."""
    line = state(it, clock, reader)
    more = (Buttons(ways_on),) if ways_on else ()
    return Card(t("Closed: {text}", text=it.text), (say(Bold(t("Closed: ")), it.text), say(line), *more))


# --- asking --------------------------------------------------------------------------------------------------------
def ask(clock: Clock, reader: Member, about: str, error: str = "", words: str = "", *, full: bool = False) -> Card:
    """What is needed, in a line or two. `full`: as many as one may have are waiting, and here is the way to them."""
    to = takers(clock.company, reader.id)
    if to:
        label, label_of_send = t("What do you need from {name}?", name=to), t("Send to {name}", name=to)
    else:
        label, label_of_send = t("What do you need from your manager?"), t("Send to your manager")
    field = Field(name="request", label=label, input=Input.LONG, value=words, optional=False, error=error)
    send = Action("escalate.send", label_of_send, {"about": about} if about else {}, Look.PRIMARY)
    presence = clock.presence(reader.id, reader)
    head = (*((say(t("About {about}.", about=about)),) if about else ()), *((quiet(presence),) if presence else ()))
    buttons = (send, _open_the_queue()) if full else (send,)
    return Card(error if full else label, (*head, field, Buttons(buttons)))


# --- the queue -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What is live, and what it is worth by the deal it is about, by id."""

    items: tuple[Escalation, ...]
    deals: Mapping[str, Opportunity]
    together: Mapping[str, Sum] = field(default_factory=dict)
    """What the calls of a period come to, by its name; where a call that fell is among the items."""

    def worth(self, it: Escalation) -> Money | None:
        """The amount at stake, where it is known; in a deal that has ended there is none."""
        deal = self.deals.get(it.subject)
        return deal.amount if deal and deal.is_open else None


STATES = (EscalationState.OPEN, EscalationState.ACKNOWLEDGED, EscalationState.SNOOZED)


def triaged(queue: Queue, clock: Clock) -> tuple[Escalation, ...]:
    """Past its time first, then not yet seen, then what is worth most, then the oldest."""

    def rank(it: Escalation) -> tuple[bool, int, int, float]:
        worth = queue.worth(it)
        return not clock.late(it), STATES.index(it.state), -(worth.minor if worth else 0), it.raised_at.timestamp()

    return tuple(sorted(queue.items, key=rank))


def managers_queue(queue: Queue, clock: Clock, reader: Member, closed: Sequence[Escalation] = ()) -> Card:
    """All that waits, with its buttons; and what was asked for and is `closed` without anybody's doing."""
    ordered = triaged(queue, clock)
    if not ordered:
        empty = note(t("Your queue is empty. Whatever comes up waits here for you."))
        return Card(empty.summary, (*empty.elements, *_closed(closed, clock, reader)))
    unseen = sum(it.state is EscalationState.OPEN for it in ordered)
    summary = tn(
        "{n} matter in your queue, {unseen} not seen yet",
        "{n} matters in your queue, {unseen} not seen yet",
        len(ordered),
        unseen=unseen,
    )
    parts = [part for it in ordered[:MOST] for part in _entry(it, queue, clock, reader)]
    more = (quiet(t("And {n} more behind these.", n=len(ordered) - MOST)),) if len(ordered) > MOST else ()
    how = quiet(t("In this order: past its time, not yet seen, worth most, oldest."))
    return Card(summary, (Heading(summary), *parts, *more, how, *_closed(closed, clock, reader)))


def _entry(it: Escalation, queue: Queue, clock: Clock, reader: Member) -> tuple[Element, ...]:
    worth = queue.worth(it)
    at_stake = t(", {worth} at stake", worth=worth) if worth else ""
    days = (clock.now.astimezone(reader.tz).date() - it.raised_at.astimezone(reader.tz).date()).days
    standing = t("past its time") if clock.late(it) else _standing(it)
    opened = Action("escalate.open", t("Resolve…"), _args(it))
    return (
        say(_brief(it)),
        quiet(f"{capital(ago(days))}, {standing}{at_stake}"),
        Buttons((*_buttons(it, clock, reader), opened)),
    )


def _standing(it: Escalation) -> str:
    match it.state:
        case EscalationState.OPEN:
            return t("not seen yet")
        case EscalationState.ACKNOWLEDGED:
            return t("seen")
        case _:
            return t("put off")


def members_queue(live: Sequence[Escalation], settled: Sequence[Escalation], clock: Clock, reader: Member) -> Card:
    """A rep's own, and where each stands."""
    if not live and not settled:
        return note(_nothing_waits(clock.company, reader))
    summary = (
        tn("{n} matter of yours waiting", "{n} matters of yours waiting", len(live))
        if live
        else t("Nothing of yours is waiting")
    )
    parts: list[Element] = [Heading(summary)]
    for it in live[:MOST]:
        parts += [
            say(_brief(it)),
            quiet(state(it, clock, reader)),
            Buttons((Action("escalate.open", t("Open"), _args(it)),)),
        ]
    return Card(summary, (*parts, *_closed(settled, clock, reader)))


def _nothing_waits(company: Company, reader: Member) -> str:
    if company.managers:
        return t("Nothing of yours is waiting. Say “ask” and what it is about, and it goes to your manager.")
    to = takers(company, reader.id)
    if not to:
        return t("Nothing of yours is waiting")
    return t("Nothing of yours is waiting. Say “ask” and what it is about, and it goes to {name}.", name=to)


def _closed(settled: Sequence[Escalation], clock: Clock, reader: Member) -> tuple[Element, ...]:
    """The last few, each with how it ended."""
    lines: tuple[Spans, ...] = tuple(
        (f"{stopped(_brief(it))} {shortened(state(it, clock, reader), LINE)}",) for it in settled[-3:]
    )
    return (say(t("Lately closed:")), Bullets(lines)) if lines else ()


def owners_queue(queue: Queue, clock: Clock) -> Card:
    """Counts, and what has reached the owner; who it is about is between the manager and them."""
    counts = {it: sum(found.state is it for found in queue.items) for it in STATES}
    told = [it for it in queue.items if it.owner_told_at is not None and it.state is EscalationState.OPEN]
    if not queue.items:
        return note(t("Nothing is waiting with the sales manager."))
    summary = tn(
        "{n} matter with the sales manager, {unseen} not seen yet",
        "{n} matters with the sales manager, {unseen} not seen yet",
        len(queue.items),
        unseen=counts[EscalationState.OPEN],
    )
    parts: list[Element] = [Heading(summary)]
    if told:
        parts += [say(Bold(t("These have waited too long:"))), *_for_owner(told, queue, clock)]
    return Card(summary, tuple(parts))


# --- the manager's reminder, the owner's notice, many at once ------------------------------------------------------
def many(items: Sequence[Escalation], head: str, *buttons: Action) -> Card:
    """Several at once are one message."""
    lines: tuple[Spans, ...] = tuple((_brief(it),) for it in items[:MOST])
    more = (quiet(t("And {n} more.", n=len(items) - MOST)),) if len(items) > MOST else ()
    return Card(head, (say(Bold(head)), Bullets(lines), *more, Buttons(buttons or (_open_the_queue(),))))


def reminder(items: Sequence[Escalation]) -> Card:
    """Once a day at most."""
    return many(
        items,
        tn(
            "{n} matter waits for a sign from you; “Seen” is enough",
            "{n} matters wait for a sign from you; “Seen” is enough",
            len(items),
        ),
    )


def owners_notice(items: Sequence[Escalation], queue: Queue, clock: Clock) -> Card:
    """Plain facts: what has waited and for how long, and nobody's failings."""
    hours = max(it.policy.owner_after_hours for it in items)
    manager = clock.company.manager
    head = (
        tn(
            "{n} matter has waited more than {hours} of {name}’s working hours",
            "{n} matters have waited more than {hours} of {name}’s working hours",
            len(items),
            hours=hours,
            name=clock.company.called(manager),
        )
        if manager
        else tn(
            "{n} matter has waited more than {hours} of the manager’s working hours",
            "{n} matters have waited more than {hours} of the manager’s working hours",
            len(items),
            hours=hours,
        )
    )
    return Card(head, (say(Bold(head + ".")), *_for_owner(items, queue, clock)))


def _for_owner(items: Iterable[Escalation], queue: Queue, clock: Clock) -> tuple[Element, ...]:
    """What reads alike is one entry, its button for the oldest: the others come up when that is taken."""
    alike: dict[str, list[Escalation]] = {}
    for it in items:
        alike.setdefault(_neutral(it, queue, clock), []).append(it)
    parts: list[Element] = []
    for text, found in list(alike.items())[:MOST]:
        times = t(" ({n} times)", n=len(found)) if len(found) > 1 else ""
        since = day(found[0].raised_at.astimezone(clock.company.tz).date())
        parts += [say(text + times), quiet(t("Since {since}.", since=since))]
        parts.append(Buttons((Action("escalate.ack", t("I take it"), _args(found[0]), Look.PRIMARY),)))
    return tuple(parts)


def _neutral(it: Escalation, queue: Queue, clock: Clock) -> str:
    """What it is about without whose habit or figure it is; a request is told as it was asked."""
    match it.kind:
        case EscalationKind.ASKED:
            return _brief(it)
        case EscalationKind.OVERDUE_OPPORTUNITY:
            deal = queue.deals.get(it.subject)
            name = f"{deal.title} ({deal.amount})" if deal else t("A deal")
            return t("{name} is open past its close date.", name=name)
        case EscalationKind.FORECAST_DROP:
            return fallen_call(it.subject, managers(clock.company), queue.together.get(it.subject))
        case EscalationKind.MAJORS:
            return t("Which deals come first is being talked about.")
        case EscalationKind.MISSED_CHECKINS:
            return t("Somebody in the team hasn’t checked in for a while.")
        case _:
            assert_never(it.kind)

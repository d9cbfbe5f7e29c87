"""What people do with matters: ask, see, put off, resolve, add to them, look at the queue."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from coaching import absent, accounts, cadence, escalations, identity_card, telling
from coaching import escalation_card as card
from coaching.card import Action, Card, note, quiet, say
from coaching.chosen import Choice, Ruling
from coaching.decision import NOTHING, Alarm, Decision, Kind, Message
from coaching.escalation import LIVE, Escalation, EscalationKind
from coaching.escalation_card import Queue
from coaching.escalation_clock import Clock
from coaching.escalations import Finding
from coaching.events import Commanded, PersonEvent, Pressed, Said
from coaching.heard import ALL
from coaching.identity import Newcomer, decides
from coaching.language import t
from coaching.majors_card import Week, ruling_words, ways_on
from coaching.monday_card import monday
from coaching.opportunities import Opportunity
from coaching.people import Member, Role
from coaching.phrases import day
from coaching.routine import after_phrase, asked, in_place

if TYPE_CHECKING:
    from datetime import date

    from coaching.reviewed import Reviewed

_ANSWERED = frozenset({"escalate.send", "escalate.talk"})
"""Buttons whose card becomes the matter itself."""
MOST_ASKED = 5
"""Open requests of one member; more would bury the first."""
PHRASES = tuple(it for heard in ALL for it in heard.to_the_manager)
FILLERS = tuple(it for heard in ALL for it in heard.request_fillers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What is on a rep's Monday card."""

    key: str
    today: date
    """Their own."""
    items: tuple[Reviewed, ...]
    week: Week


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What somebody's own doing needs. `one` is what a button is about, if it is theirs to touch."""

    clock: Clock
    reader: Member
    queue: Queue
    """Everything live."""
    settled: tuple[Escalation, ...]
    """The reader's own, lately."""
    closed: tuple[Escalation, ...] = ()
    """Requests that closed by themselves in the last week, for the manager."""
    one: Escalation | None = None
    about: Opportunity | None = None
    newcomers: tuple[Newcomer, ...] = ()
    """Who wrote and isn't known, for whoever can say."""
    absent: frozenset[str] = frozenset()
    """Whom nothing has ever reached, for the same."""
    choice: Choice | None = None
    """What a disagreement about majors is about."""
    sent: Sent | None = None
    """The card on which that was proposed, if it was sent."""

    @property
    def own(self) -> tuple[Escalation, ...]:
        """The reader's, still live."""
        return tuple(it for it in self.queue.items if it.member == self.reader.id)


# --- asking --------------------------------------------------------------------------------------------------------
def written(desk: Desk, event: Said | Commanded) -> Decision:
    spoken = after_phrase(event.text, PHRASES)
    word, rest = asked(event) if spoken is None else ("ask", spoken)
    if word == "queue":
        return Decision(reply=_shown_queue(desk))
    request = _without_fillers(rest, _named(desk))
    if not request:
        return Decision(reply=_ask_card(desk, ""))
    return _asked(desk, event, _words(desk, request), words=request)


def _named(desk: Desk) -> tuple[str, ...]:
    """How the one who takes it is called: “ask Mara for …” is about what comes after her."""
    handler = desk.clock.handler(desk.reader.id)
    return (handler.name.lower(), handler.first_name.lower()) if handler else ()


def _without_fillers(text: str, names: tuple[str, ...]) -> str:
    """`manager I need help with Acme` -> `Acme`; what is left of a polite beginning is the matter itself."""
    for filler in (*FILLERS, *names):
        rest = after_phrase(text, (filler,))
        if rest is not None:
            return _without_fillers(rest, names)
    return text.strip()


def _words(desk: Desk, request: str) -> Finding:
    digest = hashlib.sha256(" ".join(request.lower().split()).encode()).hexdigest()[:12]
    return _finding(
        desk,
        f"words:{digest}",
        t("{name} asks: “{request}”", name=desk.clock.company.called(desk.reader), request=request),
    )


def _finding(desk: Desk, subject: str, text: str) -> Finding:
    today = cadence.local_day(desk.clock.now, desk.reader.tz)
    return Finding(member=desk.reader.id, kind=EscalationKind.ASKED, subject=subject, text=text, since=today)


def _ask_card(desk: Desk, about: str, error: str = "", words: str = "", *, full: bool = False) -> Card:
    if desk.clock.handler(desk.reader.id) is None:
        return note(t("There is nobody yet to take this to: the company has neither a manager nor an owner here."))
    return card.ask(desk.clock, desk.reader, about, error, words, full=full)


def _asked(desk: Desk, event: PersonEvent, finding: Finding, about: str = "", words: str = "") -> Decision:
    """Raised at once; the same again finds the first. `about` and `words` fill the form, where it can't be taken."""
    clock, handler = desk.clock, desk.clock.handler(desk.reader.id)
    if handler is None:
        return in_place(event, _ask_card(desk, ""))
    same = next((it for it in desk.own if (it.kind, it.subject) == (finding.kind, finding.subject)), None)
    if same:
        return _shown(desk, same)
    if sum(it.kind is EscalationKind.ASKED for it in desk.own) >= MOST_ASKED:
        return _not_taken(desk, event, about, words)
    it = escalations.raised(finding, clock.company.escalation, clock.now)
    form = event.message if isinstance(event, Pressed) and event.action in _ANSWERED else None
    mine = Message(
        key=telling.members_key(it),
        to=desk.reader.id,
        card=card.members_copy(it, clock, desk.reader),
        kind=Kind.REPLY,
        # Without a form it is the answer to what they wrote, and goes where they wrote it.
        replaces=form or f"reply:{event.key}",
    )
    told = telling.brief([it], handler, clock, event.key)
    return telling.raised(it, clock) + Decision(messages=(mine,)) + told


def _not_taken(desk: Desk, event: PersonEvent, about: str, words: str) -> Decision:
    """One too many: why, with the words still in the form."""
    why = t(
        "Not sent: {n} requests of yours are waiting already, and one more would bury the first. "
        "Close one that you no longer need; your words stay here.",
        n=MOST_ASKED,
    )
    shown = _ask_card(desk, about, why, words, full=True)
    if isinstance(event, Pressed) and event.action not in _ANSWERED:
        return Decision(reply=shown)
    return in_place(event, shown)


def _shown(desk: Desk, it: Escalation) -> Decision:
    """One matter, as the reader may see it."""
    mine = desk.reader.id == it.member
    return Decision(reply=(card.members_copy if mine else card.handlers_copy)(it, desk.clock, desk.reader))


# --- what people press ---------------------------------------------------------------------------------------------
def pressed(desk: Desk, event: Pressed) -> Decision:
    match event.action.partition(".")[2]:
        case "ask":
            return _ask_about(desk, event)
        case "send":
            return _sent(desk, event)
        case "talk":
            text = t("{name} would like to talk to you.", name=desk.clock.company.called(desk.reader))
            return _asked(desk, event, _finding(desk, "talk", text))
        case "queue":
            return Decision(reply=_shown_queue(desk))
        case action:
            return _handled(desk, event, action, desk.one) if desk.one else Decision(reply=card.gone())


def _ask_about(desk: Desk, event: Pressed) -> Decision:
    """A deal says enough for one tap; anything else needs a sentence."""
    deal = desk.about
    if deal is not None and deal.member == desk.reader.id and not deal.is_open:
        # What is about an open deal closes with it; of one that has ended it takes words to say what is wanted.
        return Decision(reply=_ask_card(desk, deal.title))
    if deal is None or deal.member != desk.reader.id:
        words = event.args.get("words", "")
        return Decision(reply=_ask_card(desk, event.args.get("about", "")[:120], words=words))
    closes = t(", closes {day}", day=day(deal.close_date)) if deal.close_date else ""
    what = f"{deal.title} ({deal.amount or t('no amount yet')}, {deal.stage}{closes})"
    return _asked(
        desk,
        event,
        _finding(
            desk,
            deal.id,
            t("{name} would like to talk about {what}.", name=desk.clock.company.called(desk.reader), what=what),
        ),
        about=deal.title,
    )


def _sent(desk: Desk, event: Pressed) -> Decision:
    request, about = event.fields.get("request", "").strip(), event.args.get("about", "")[:120]
    if not request:
        return in_place(event, _ask_card(desk, about, t("A line is enough: what is it about, and what would help?")))
    return _asked(desk, event, _words(desk, f"{about}: {request}" if about else request), about, request)


def _handled(desk: Desk, event: Pressed, action: str, it: Escalation) -> Decision:
    if desk.reader.id == it.member:
        return _by_the_member(desk, event, action, it)
    if desk.reader.role is Role.OWNER and desk.clock.company.manager and action != "ack":
        # What reached the owner names nobody; opening it would.
        return Decision(reply=card.gone())
    now, who = desk.clock.now, desk.reader.id
    until = desk.clock.next_day()
    match action:
        case "open":
            return _shown(desk, it)
        case "ack":
            return _changed(desk, event, it, escalations.acknowledged(it, who, now), ())
        case "snooze" if until is not None:
            changed = escalations.snoozed(it, who, until, now)
            return _changed(desk, event, it, changed, (telling.alarm(it, telling.WAKE, until),))
        case "agree" | "insist" if it.kind is EscalationKind.MAJORS:
            return _ruled(desk, event, it, Ruling.AGREED if action == "agree" else Ruling.INSISTED)
        case "resolve":
            return _resolved(desk, event, it, escalations.resolved(it, who, event.fields.get("note", "").strip(), now))
        case _:
            return Decision(reply=card.gone())


def _changed(desk: Desk, event: Pressed, it: Escalation, changed: Escalation, alarms: tuple[Alarm, ...]) -> Decision:
    if changed == it:
        return _refreshed(desk, event, it)
    heard = it.kind is EscalationKind.ASKED
    kept = Decision(records=(changed,), alarms=(telling.alarm(it, telling.OVERDUE, None), *alarms))
    return kept + telling.updated(changed, desk.clock, event.key, heard=heard) + _refreshed(desk, event, changed)


def _ruled(desk: Desk, event: Pressed, it: Escalation, word: Ruling) -> Decision:
    """The manager's word on a disagreement: it is kept with the deal's choice, and its rep hears it."""
    now, who, said = desk.clock.now, desk.reader.id, event.fields.get("note", "").strip()
    if word is Ruling.INSISTED and not said and it.state in LIVE:
        wrong = t("A line why, so that they can follow it.")
        return in_place(event, card.handlers_copy(it, desk.clock, desk.reader, wrong))
    choice = desk.choice
    if choice is None:
        return _resolved(desk, event, it, escalations.resolved(it, who, said, now))
    ruled = replace(choice, ruling=word, ruled_by=who, ruled_at=now, ruling_note=said)
    changed = escalations.resolved(it, who, ruling_words(ruled), now)
    if changed == it:
        return _resolved(desk, event, it, changed)
    return (
        Decision(records=(ruled,)) + _resolved(desk, event, it, changed, *ways_on(ruled)) + _again(desk, ruled, event)
    )


def _again(desk: Desk, ruled: Choice, event: Pressed) -> Decision:
    """The rep's Monday card as it is with the manager's word; the notice tells them, so nothing new is sent."""
    it = desk.sent
    if it is None:
        return NOTHING
    choices = tuple(ruled if one.opportunity == ruled.opportunity else one for one in it.week.choices)
    shown = monday(it.items, replace(it.week, choices=choices), it.today)
    key = f"{it.key}:{event.key}"[:300]
    again = Message(key=key, to=ruled.member, card=shown, kind=Kind.REPLY, replaces=it.key, only_edit=True)
    return Decision(messages=(again,))


def _resolved(desk: Desk, event: Pressed, it: Escalation, changed: Escalation, *ways_on: Action) -> Decision:
    if changed == it:
        return _refreshed(desk, event, it)
    member = desk.clock.company.member(it.member)
    kept = Decision(records=(changed,), alarms=telling.silent(it)) + telling.updated(changed, desk.clock, event.key)
    told = NOTHING
    if member:
        shown = card.settled_notice(changed, desk.clock, member, *ways_on)
        notice = Message(key=f"escalation:{it.id}:closed", to=member.id, card=shown, kind=Kind.NOTICE)
        told = Decision(messages=(notice,))
    return kept + told + _refreshed(desk, event, changed)


def _refreshed(desk: Desk, event: Pressed, it: Escalation) -> Decision:
    """The card that was pressed, when it isn't the copy that changes anyway: the queue, or the opened matter."""
    if event.message is not None and event.message.startswith(telling.handlers_key(it)):
        return NOTHING
    live = tuple(it if found.id == it.id else found for found in desk.queue.items)
    queue = replace(desk.queue, items=tuple(found for found in live if found.state in LIVE))
    return in_place(event, _shown_queue(replace(desk, queue=queue)))


def _by_the_member(desk: Desk, event: Pressed, action: str, it: Escalation) -> Decision:
    match action:
        case "open":
            return _shown(desk, it)
        case "context":
            return _added(desk, event, it)
        case "drop" if it.kind is EscalationKind.ASKED and it.state in LIVE:
            name = desk.clock.company.called(desk.reader)
            dropped = escalations.withdrawn(it, t("{name} doesn’t need it any more.", name=name), desk.clock.now)
            return telling.withdrawn(dropped, desk.clock, event.key) + _own_in_place(desk, event, dropped)
        case _:
            return Decision(reply=card.gone())


def _added(desk: Desk, event: Pressed, it: Escalation) -> Decision:
    """Whatever the rep adds stands with it, for both."""
    words = event.fields.get("context", "").strip()
    if it.state not in LIVE:
        return Decision(
            reply=note(t("That one is closed already. Say “ask” and what it is about, and it goes up again."))
        )
    if not words or it.context.endswith(words):
        return _own_in_place(desk, event, it)
    changed = replace(it, context=f"{it.context}\n{words}".strip())
    kept = Decision(records=(changed,))
    return kept + telling.updated(changed, desk.clock, event.key) + _own_in_place(desk, event, changed)


def _own_in_place(desk: Desk, event: Pressed, it: Escalation) -> Decision:
    if event.message is not None and event.message.startswith(telling.members_key(it)):
        return NOTHING
    return in_place(event, card.members_copy(it, desk.clock, desk.reader))


def _shown_queue(desk: Desk) -> Card:
    company = desk.clock.company
    match desk.reader.role:
        case Role.MANAGER:
            return _with_newcomers(card.managers_queue(desk.queue, desk.clock, desk.reader, desk.closed), desk)
        case Role.REP:
            return card.members_queue(desk.own, desk.settled, desk.clock, desk.reader)
        case Role.OWNER if not company.managers and company.owner == desk.reader:
            # What a manager would take is theirs.
            return _with_newcomers(card.managers_queue(desk.queue, desk.clock, desk.reader, desk.closed), desk)
        case Role.OWNER:
            return _with_newcomers(card.owners_queue(desk.queue, desk.clock), desk)
        case Role.ADMIN:
            return note(t("The queue is between the reps, the manager and the owner."))
        case _:
            assert_never(desk.reader.role)


def _with_newcomers(shown: Card, desk: Desk) -> Card:
    """Below what waits for an answer: a question of a tap, and who can't be reached."""
    company = desk.clock.company
    gone = accounts.gone(company.members) if decides(company, desk.reader) else ()
    not_here = (say(*it) for it in absent.not_here(company, desk.absent))
    below = (*identity_card.waits(desk.newcomers), *not_here, *(quiet(*it) for it in gone))
    if desk.newcomers and not desk.queue.items:
        # An empty queue isn't all that is to be said then.
        return Card(identity_card.how_many(desk.newcomers), below)
    return replace(shown, elements=(*shown.elements, *below))

"""An owner's answer: kept once, shown where it was asked, and carried to the manager and to whoever it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from coaching import cadence, escalations, mandate_card, mandates, telling
from coaching import escalation_card as matter_card
from coaching.card import Card, note
from coaching.decision import NOTHING, Decision, Kind, Message
from coaching.escalation import LIVE, Escalation, EscalationKind
from coaching.escalation_clock import Clock
from coaching.escalations import Finding
from coaching.language import t
from coaching.mandate import About, Mandate, Word, ruled
from coaching.people import Role

if TYPE_CHECKING:
    from coaching.card import Spans
    from coaching.company import Company
    from coaching.events import Pressed
    from coaching.opportunities import Opportunity
    from coaching.people import Member
    from coaching.ports import Holidays, Records

FAR = timedelta(days=cadence.FAR + 60)
WEEK = timedelta(days=7)
_UNNAMED = frozenset({EscalationKind.FORECAST_DROP, EscalationKind.MISSED_CHECKINS})
"""What the owner asks about without knowing whose it is; the manager reads it as they know it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What an answer needs. `one` is the question, if it is the reader's to answer; `shown` the card it was on."""

    clock: Clock
    reader: Member
    one: Mandate | None
    matter: Escalation | None
    """What it came from, as it stands."""
    deal: Opportunity | None
    shown: Card | None
    others: tuple[tuple[str, str, Card], ...]
    """Further cards that ask it: whose, under which key, as they stand."""

    @property
    def company(self) -> Company:
        """Whose question it is."""
        return self.clock.company

    @property
    def stands(self) -> bool:
        """Whether what it came from is still so."""
        return self.one is not None and (self.one.about is About.TARGET or _live(self.matter))


def _live(it: Escalation | None) -> bool:
    return it is not None and it.state in LIVE


def weekly_key(reader: str, day: date) -> str:
    """Of the digest that a reader gets in the week of a day."""
    year, week, _ = day.isocalendar()
    return f"digest:{reader}:{year}-W{week:02}"


# --- gather --------------------------------------------------------------------------------------------------------
def desk(records: Records, event: Pressed, holidays: Holidays) -> Desk | None:
    """Read under the locks of whoever may answer and of whom it is about; None for strangers."""
    company = records.company
    reader = company.member(event.member)
    if reader is None or not reader.active:
        return None
    may = reader.role is Role.OWNER
    one = records.mandate(event.args.get("id", "")) if may else None
    if one is not None:
        _lock(records, one)
        one = records.mandate(one.id)
    first = event.at.date()
    key = event.message or ""
    return Desk(
        clock=Clock(company=company, now=event.at, holidays=holidays(company.country, first - WEEK, first + FAR)),
        reader=reader,
        one=one,
        matter=records.escalation(one.subject) if one else None,
        deal=records.opportunity(one.opportunity) if one and one.opportunity else None,
        shown=records.message(reader.id, key) if key else None,
        others=_others(records, one, reader.id, key) if one else (),
    )


def _lock(records: Records, one: Mandate) -> None:
    """Two owners may press at once: both wait for the same lock, one and then the other, so that neither holds both."""
    owners = sorted(it.id for it in records.company.members if it.role is Role.OWNER)
    for whom in (*owners[:1], *((one.member,) if one.member else ())):
        records.lock((whom,))


def _others(records: Records, one: Mandate, reader: str, key: str) -> tuple[tuple[str, str, Card], ...]:
    """The weekly digests of all owners that hold the question, but for the card that was pressed."""
    owners = (it.id for it in records.company.members if it.role is Role.OWNER and it.active)
    keys = ((it, weekly_key(it, one.put_on)) for it in owners)
    there = ((who, name, records.message(who, name)) for who, name in keys if (who, name) != (reader, key))
    return tuple((who, name, card) for who, name, card in there if card is not None)


# --- decide --------------------------------------------------------------------------------------------------------
def decided(it: Desk, event: Pressed) -> Decision:
    """Pure."""
    one, word = it.one, _word(event)
    if one is None or word is None or word not in one.words:
        return Decision(reply=note(t("That isn’t yours to decide. Ask for the week again with “digest”.")))
    if one.answered and one.word is not word:
        return Decision(reply=mandate_card.for_asker(one, mandate_card.stands(one, it.company)))
    if one.answered:
        return _shown(it, event, one, mandate_card.outcome(one, it.company))
    if not one.open_at(it.clock.now) or not it.stands:
        return _shown(it, event, one, mandate_card.too_late(one, it.clock.now))
    after = ruled(one, word, it.reader.id, it.clock.now)
    told = _shown(it, event, after, mandate_card.outcome(after, it.company))
    return Decision(records=(after,)) + told + _carried(it, after, event) + _followed(it, after, event)


def _word(event: Pressed) -> Word | None:
    try:
        return Word(event.args.get("word", ""))
    except ValueError:
        return None


def _shown(it: Desk, event: Pressed, one: Mandate, words: Spans) -> Decision:
    """In every card that asks it. A mail can't be changed, and no new one comes: its page shows the newest."""
    if it.shown is None or event.message is None:
        mine = Decision(reply=mandate_card.for_asker(one, words))
    else:
        mine = _edit(it.reader.id, event.message, mandate_card.instead(it.shown, one, words), event.key)
    edits = (_edit(who, key, mandate_card.instead(card, one, words), event.key) for who, key, card in it.others)
    return mine + sum(edits, NOTHING)


def _edit(who: str, key: str, shown: Card, occasion: str) -> Decision:
    message = Message(key=f"{key}:{occasion}"[:300], to=who, card=shown, kind=Kind.REPLY, replaces=key, only_edit=True)
    return Decision(messages=(message,))


def _carried(it: Desk, one: Mandate, event: Pressed) -> Decision:
    """To the manager, and to the rep where it concerns them. Who is asked first hears it as a question instead."""
    if one.word is Word.ASK:
        return _asked(it, one, event)
    manager, messages = it.company.manager, []
    if manager is not None and manager.id != it.reader.id:
        card = mandate_card.for_manager(one, it.company, it.deal)
        messages.append(Message(key=f"mandate:{one.id}:manager", to=manager.id, card=card, kind=Kind.NOTICE))
    rep = it.company.member(one.member) if one.member else None
    if rep is not None and rep.active and rep.role is Role.REP:
        theirs = mandate_card.for_member(one, it.company, it.deal)
        if theirs:
            messages.append(Message(key=f"mandate:{one.id}:rep", to=rep.id, card=theirs, kind=Kind.NOTICE))
    return Decision(messages=tuple(messages))


def _asked(it: Desk, one: Mandate, event: Pressed) -> Decision:
    """A matter of the owner's in the manager's queue, so that its answer comes back like any other."""
    handler = it.clock.handler(it.reader.id)
    if handler is None:
        return NOTHING
    finding = Finding(
        member=it.reader.id,
        kind=EscalationKind.ASKED,
        subject=one.opportunity or f"mandate:{one.id}",
        text=mandate_card.question_to_manager(
            one, it.company.called(it.reader), mandates.neutral(it.matter, "") if it.matter else ""
        ),
        since=cadence.local_day(it.clock.now, it.reader.tz),
    )
    raised = escalations.raised(finding, it.company.escalation, it.clock.now)
    copy = Message(
        key=telling.members_key(raised),
        to=it.reader.id,
        card=matter_card.members_copy(raised, it.clock, it.reader),
        kind=Kind.REPLY,
    )
    kept = telling.raised(raised, it.clock) + Decision(messages=(copy,))
    if it.matter is None or it.matter.kind not in _UNNAMED:
        return kept + telling.brief([raised], handler, it.clock, event.key)
    named = mandate_card.named_for_manager(raised, it.matter, it.company.called(it.reader))
    told = Message(key=f"mandate:{one.id}:named", to=handler.id, card=named, kind=Kind.NOTICE)
    return kept + Decision(messages=(told,))


def _followed(it: Desk, one: Mandate, event: Pressed) -> Decision:
    """What becomes of the matter it came from: an answered request is closed, anything else has been seen."""
    matter = it.matter
    if matter is None or one.word is Word.ASK:
        return NOTHING
    now, who = it.clock.now, it.reader.id
    if one.about is About.REQUEST:
        word = mandate_card.label(one, one.word, it.company) if one.word else ""
        after = escalations.resolved(matter, who, word, now)
        alarms = telling.silent(matter)
    else:
        after = escalations.acknowledged(matter, who, now)
        alarms = (telling.alarm(matter, telling.OVERDUE, None),)
    if after == matter:
        return NOTHING
    return Decision(records=(after,), alarms=alarms) + telling.updated(after, it.clock, event.key)

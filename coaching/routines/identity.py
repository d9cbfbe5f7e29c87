"""Somebody writes whom nobody knows: an address that the platform vouches for says who it is, or the manager does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from coaching import accounts, cadence
from coaching import identity_card as card
from coaching.card import Card, note
from coaching.decision import NOTHING, Decision, Kind, Message
from coaching.events import Account, Commanded, Happening, Knocked, PersonEvent, Pressed, Said
from coaching.hello import hello
from coaching.identity import (
    SILENT,
    Doubt,
    How,
    Newcomer,
    Standing,
    asked_about,
    asked_about_all,
    choice,
    decides,
    doubt_of,
    having,
    settled_unasked,
)
from coaching.language import t, worded
from coaching.people import Member
from coaching.refusal import NOT_YOURS
from coaching.routine import IDENTITY, Routine, in_place

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.ports import Holidays, Records

EACH = 3
"""Questions that are still worth a message each; more are one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """What is known when somebody unknown writes."""

    company: Company
    known: Newcomer | None
    """From earlier."""
    holder: str | None
    """Whose id it is by now."""
    waiting: tuple[Newcomer, ...]
    unmet: frozenset[str] = frozenset()
    """Members who have never heard of the coach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What the manager's word needs."""

    company: Company
    reader: Member
    one: Newcomer | None
    holder: str | None
    waiting: tuple[Newcomer, ...]
    unmet: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """What is known when an account is closed, or open again."""

    company: Company
    member: Member | None
    holder: str | None
    unmet: frozenset[str] = frozenset()


# --- gather --------------------------------------------------------------------------------------------------------
def gather(records: Records, event: Happening, _holidays: Holidays) -> Knock | Word | Whose | None:
    """Members are locked before the newcomer, by everybody, so that two links at once come one after the other."""
    match event:
        case Knocked():
            known_as = accounts.holder(records.company, event.platform, event.handle)
            people = (*having(records.company, event.addresses), *((known_as,) if known_as else ()))
            records.lock([it.id for it in people])
            known = records.newcomer(event.platform, event.handle)
            return Knock(
                company=records.company,
                known=known,
                holder=records.holder(event.platform, event.handle),
                waiting=records.newcomers(Standing.WAITING),
                unmet=records.unmet(),
            )
        case Account():
            return _whose(records, event)
        case Pressed() | Said() | Commanded():
            return _word(records, event)
        case _:
            return None


def _whose(records: Records, event: Account) -> Whose:
    before = accounts.holder(records.company, event.platform, event.handle)
    if before:
        records.lock([before.id])
    return Whose(
        company=records.company,
        member=accounts.holder(records.company, event.platform, event.handle),
        holder=records.holder(event.platform, event.handle),
        unmet=records.unmet(),
    )


def _word(records: Records, event: PersonEvent) -> Word | None:
    reader = records.company.member(event.member)
    if reader is None or not reader.active or not decides(records.company, reader):
        return None
    args, fields = (event.args, event.fields) if isinstance(event, Pressed) else ({}, {})
    platform, handle = args.get("platform", ""), args.get("handle", "")
    member = _named(records.company, fields.get(card.WHO, "")) or records.company.member(args.get("member", ""))
    if member:
        records.lock([member.id])
    one = records.newcomer(platform, handle)
    return Word(
        company=records.company,
        reader=records.company.member(reader.id) or reader,
        one=one,
        holder=records.holder(platform, handle),
        waiting=records.newcomers(Standing.WAITING),
        unmet=records.unmet(),
    )


def _named(company: Company, text: str) -> Member | None:
    """By id or full name; nobody where two have that name."""
    wanted = text.strip()
    if (exact := company.member(wanted)) is not None:
        return exact
    found = [it for it in company.members if it.active and it.name.lower() == wanted.lower()]
    return found[0] if len(found) == 1 else None


# --- decide --------------------------------------------------------------------------------------------------------
def decide(facts: Knock | Word | Whose | None, event: Happening) -> Decision:
    """What follows from the knock, or from the manager's word."""
    match event, facts:
        case Knocked(), Knock():
            return _knocked(facts, event)
        case Account(closed=True), Whose(member=Member() as member):
            return accounts.closed(facts.company, member, event)
        case Account(closed=False), Whose(member=Member() as member, holder=None):
            return _open_again(facts, member, event)
        case Pressed(), Word():
            return _said(facts, event)
        case ((Said() | Commanded()), Word()):
            return Decision(reply=_list(facts))
        case ((Pressed() | Said() | Commanded()), None):
            return Decision(reply=note(worded(NOT_YOURS)))
        case _:
            return NOTHING


def _knocked(facts: Knock, event: Knocked) -> Decision:
    company = facts.company
    if facts.holder is not None:
        return NOTHING
    if (member := accounts.holder(company, event.platform, event.handle)) is not None:
        # Nobody holds it, so the account was closed: whoever speaks by it has it open again.
        return _open_again(facts, member, event)
    if any(not it.active and it.handles.get(event.platform) == event.handle for it in company.members):
        return Decision(reply=card.left())
    now = _newcomer(event, facts.known)
    if now.refused:
        return _asked(facts, now, event)
    doubt, member = doubt_of(company, event.addresses, event.platform, guest=event.guest)
    if doubt is None and member is not None:
        return _linked(facts, replace(now, doubt=None), member, event, None)
    return _asked(facts, replace(now, doubt=doubt, member=member.id if member else None), event)


def _open_again(facts: Knock | Whose, member: Member, event: Knocked | Account) -> Decision:
    """What waited goes on; an introduction at an hour that is right, which the one it once had needn't be."""
    found = accounts.opened(member, event.platform)
    if not found.records or member.id not in facts.unmet:
        return found
    return found + Decision(messages=(hello(facts.company, member),))


def _newcomer(event: Knocked, known: Newcomer | None) -> Newcomer:
    if known is None or known.standing is Standing.KNOWN:
        return Newcomer(
            platform=event.platform, handle=event.handle, name=event.name, standing=Standing.WAITING, seen_at=event.at
        )
    return replace(known, name=event.name or known.name, seen_at=event.at)


def _linked(facts: Knock | Word, it: Newcomer, member: Member, event: Happening, by: Member | None) -> Decision:
    """That id is theirs from now on, beside those they have elsewhere. They are greeted once and hear why."""
    company = facts.company
    known = replace(
        it,
        standing=Standing.KNOWN,
        member=member.id,
        how=How.MANAGER if by else How.EMAIL,
        by=by.id if by else None,
        settled_at=event.at,
    )
    now = replace(member, handles={**member.handles, it.platform: it.handle})
    known_by = card.known_by(known, now, company, by)
    welcome = Message(
        # Said where they wrote, which the key's second word names.
        key=f"reply:{it.platform}:known:{it.handle}:{event.at:%Y%m%dT%H%M%S}",
        to=member.id,
        card=card.welcome(now, known_by),
        kind=Kind.REPLY,
    )
    greeting = hello(company, now, known_by=known_by) if now.id in facts.unmet else welcome
    unasked = settled_unasked((it,), facts.waiting, event.at)
    kept = Decision(records=(now, known), messages=(greeting,), withdraw=unasked)
    return kept if by else kept + _told(company, known, now, event.at)


def _told(company: Company, it: Newcomer, member: Member, now: datetime) -> Decision:
    """Whoever answers for the team reads of it, and can take it back."""
    to = next((one for one in (company.manager, company.owner) if one and one.id != member.id), None)
    if to is None:
        return NOTHING
    shown = card.linked(it, member, may_undo=decides(company, to))
    key = f"identity:linked:{it.platform}:{it.handle}:{now:%Y%m%dT%H%M%S}"
    return Decision(messages=(Message(key=key, to=to.id, card=shown, kind=Kind.NOTICE),))


# --- asking --------------------------------------------------------------------------------------------------------
def _asked(facts: Knock, it: Newcomer, event: Knocked) -> Decision:
    """The manager once; the person once a day at most, unless it stands in what they opened or asked themselves."""
    asked = next((one for one in (facts.company.manager, facts.company.owner) if one), None)
    told = it.told_at
    due = not event.aloud or told is None or event.at - told >= SILENT
    kept = replace(it, told_at=event.at) if event.aloud and due else it
    again = facts.known is not None and facts.known.standing is not Standing.KNOWN
    said = Decision(records=(kept,), reply=card.unknown(it, asked, again=again) if due else None)
    return said if again or asked is None else said + _put(facts, it, asked, event)


def _put(facts: Knock, it: Newcomer, to: Member, event: Knocked) -> Decision:
    today = cadence.local_day(event.at, to.tz)
    waiting = (*(one for one in facts.waiting if (one.platform, one.handle) != (it.platform, it.handle)), it)
    if len(waiting) > EACH:
        key, shown = asked_about_all(today), card.several(waiting)
    else:
        key, shown = asked_about(it, today), card.question(it, facts.company)
    return Decision(messages=(Message(key=key, to=to.id, card=shown, kind=Kind.NOTICE),))


# --- the manager's word --------------------------------------------------------------------------------------------
def _said(word: Word, event: Pressed) -> Decision:
    it = word.one
    match event.action.partition(".")[2]:
        case "list":
            return in_place(event, _list(word))
        case _ if it is None:
            return in_place(event, note(t("Nothing is open under that button any more.")))
        case "open":
            return in_place(event, _opened(word, it))
        case "is":
            return _is(word, it, event)
        case "nobody":
            return _nobody(word, it, event)
        case "undo":
            return _undone(word, it, event)
        case _:
            return in_place(event, _list(word))


def _list(word: Word) -> Card:
    one = len(word.waiting) == 1
    return card.question(word.waiting[0], word.company) if one else card.several(word.waiting)


def _opened(word: Word, it: Newcomer) -> Card:
    return card.settled(it, word.company) if word.holder else card.question(it, word.company)


def _is(word: Word, it: Newcomer, event: Pressed) -> Decision:
    """Whoever they chose, if that was offered. What the press says of it is believed in nothing else."""
    if word.holder is not None:
        return in_place(event, card.settled(it, word.company))
    member = _named(word.company, event.fields.get(card.WHO, ""))
    if member is None or member not in choice(word.company, it):
        error = t("Choose one of these people; if it is none of them, press “Nobody of ours”.")
        return in_place(event, card.question(it, word.company, error))
    linked = _linked(word, it, member, event, word.reader)
    (known,) = (one for one in linked.records if isinstance(one, Newcomer))
    return linked + in_place(event, card.settled(known, word.company))


def _nobody(word: Word, it: Newcomer, event: Pressed) -> Decision:
    if word.holder is not None:
        return in_place(event, card.settled(it, word.company))
    kept = replace(it, standing=Standing.NOBODY, by=word.reader.id, settled_at=event.at)
    unasked = settled_unasked((it,), word.waiting, event.at)
    return Decision(records=(kept,), withdraw=unasked) + in_place(event, card.settled(kept, word.company))


def _undone(word: Word, it: Newcomer, event: Pressed) -> Decision:
    """The id is nobody's again, and its address alone won't make it theirs a second time."""
    member = word.company.member(event.args.get("member", ""))
    if member is None or word.holder != member.id or it.standing is not Standing.KNOWN:
        return in_place(event, _opened(word, it))
    others = {name: handle for name, handle in member.handles.items() if name != it.platform}
    # A wrong choice of the manager's says nothing of the address: the doubt there was is still the one there is.
    # Whom a taken address belongs to isn't kept beside whom they chose.
    by_address = it.how is How.EMAIL or it.doubt is Doubt.TAKEN
    open_again = replace(
        it,
        standing=Standing.WAITING,
        doubt=Doubt.DENIED if by_address else it.doubt,
        member=member.id if by_address else None,
        how=None,
        by=word.reader.id,
        settled_at=event.at,
    )
    kept = Decision(records=(replace(member, handles=others), open_again))
    company = replace(
        word.company,
        members=tuple(replace(one, handles=others) if one.id == member.id else one for one in word.company.members),
    )
    return kept + in_place(event, card.question(open_again, company))


ROUTINE = Routine(name=IDENTITY, gather=gather, decide=decide, words=frozenset({"newcomers"}))

"""What came in, handed to the engine, and what comes of it. In threads: nothing here waits for the network."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.languages import language, speaking_to
from bot.links import Links, NoLinks
from bot.teams import inbound, views
from bot.teams.inbound import DOINGS, Came, Origin, Payload, Person, Sort
from bot.teams.render import MESSAGE, render
from coaching.card import Card
from coaching.company import Company
from coaching.decision import Kind, Message
from coaching.engine import old_button
from coaching.events import Event, PersonEvent, Pressed
from coaching.language import ENGLISH, Language, marked, speaking, worded
from coaching.refusal import NOT_YOURS
from storage.addresses import TEAMS, Addresses, Known
from storage.showing import Showing

log = logging.getLogger(__name__)

STRANGER = marked(
    "I don't know you here yet. Ask your sales manager, or whoever set me up, to add you to the coach; your "
    "Teams id is {person}. Then write to me again."
)
AMONG_OTHERS = marked("I don't know you here yet. Write to me in a chat of our own, and I say how that can change.")
# Of an organisation that is no company's, nobody knows the language.
UNKNOWN_TENANT = "This organisation isn't connected to the coach yet. Whoever runs the coach can connect {tenant}."
FOREIGN = marked("I only coach the people of this organisation. Ask your own company's sales manager for your coach.")
NOBODY = marked("I can't tell who you are here, so I can't help. Write to me from your work account, please.")
CORRECTED = marked("I don't read a message again once it is sent. Write what is right as a new one, please.")
WELCOME = "chat.hello"
"""Answered with who the coach is."""
VIEW = "view"
"""In a message's reference: its reader asks for it, so there is nothing to overwrite."""


class People(Protocol):
    """Who somebody is to us."""

    def company_of(self, platform: str, workspace: str, /) -> str | None:
        """The company whose tenant that is."""

    def company(self, slug: str, /) -> Company:
        """With its members, for the mentions in a card."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """It is kept, and what follows is delivered like everything else."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """In words, for who did it."""

    words: str
    stranger_to: str = ""
    """The company, in whose own tenant they are."""
    each_time: bool = False
    """For somebody who is known: they have just pressed, and look."""
    homeless: bool = False
    """Their organisation is no company's."""
    among: str = ""
    """What is said instead where others read along; empty where it is the same."""


@dataclass(frozen=True, slots=True)
class Told:
    """It is kept, and what the coach says to it also stands in their chat."""

    words: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A card, rendered for who asked or pressed, with its line. `errors`: there is something to mend in it."""

    card: dict[str, Any]
    summary: str
    errors: bool


@dataclass(frozen=True, slots=True)
class Posted:
    """An answer among others: all see the cover, one the card behind it."""

    cover: dict[str, Any]
    words: str
    """The cover's own: everybody is notified with them."""


Outcome = Nothing | Refusal | Told | Shown | Posted
NOTHING = Nothing()


@dataclass(kw_only=True)
class Desk:
    """`work` for `Turns`. Everything it is given has a sort."""

    handle: Callable[[Sequence[Event]], Sequence[Card | Exception | None]]
    people: People
    addresses: Addresses
    showing: Showing
    now: Callable[[], datetime]
    real_now: Callable[[], float]
    ours: str | None
    """The deployment's own app, if it has one."""
    links: Callable[[str], Links] = lambda _company: NoLinks()

    def work(self, doings: Sequence[Came]) -> list[Outcome | Exception]:
        """When it returns, what each person did is kept, or failed by itself."""
        whose = self.addresses.who([(it.origin.tenant, it.origin.person, it.origin.app) for it in doings], self.ours)
        understood = [self._understood(it, known) for it, known in zip(doings, whose, strict=True)]
        events = [it for it in understood if isinstance(it, PersonEvent)]
        cards = iter(self.handle(events))
        return [
            self._answered(did, it, next(cards)) if isinstance(it, PersonEvent) else it
            for did, it in zip(doings, understood, strict=True)
        ]

    def _understood(self, did: Came, known: Known | None) -> PersonEvent | Outcome | Exception:
        try:
            return self._known(did, None if did.origin.foreign or not did.origin.person else known)
        except Exception as problem:  # noqa: BLE001 - one person's activity must not stop the others'
            return problem

    def _answered(self, did: Came, event: PersonEvent, card: Card | Exception | None) -> Outcome | Exception:
        if isinstance(card, Exception):
            return card
        try:
            return self._shown(did, event, card)
        except Exception as problem:  # noqa: BLE001 - as above
            return problem

    # --- before the engine -----------------------------------------------------------------------------------------
    def _known(self, did: Came, known: Known | None) -> PersonEvent | Outcome:
        """What somebody we know did, or what follows without the engine."""
        if known is None:
            log.info("from nobody we know: %.40r of tenant %.40r", did.origin.person, did.origin.tenant)
            return self._refused(did.origin)
        who = Person(known.company, known.member)
        if did.sort is Sort.REMOVED:
            return self._removed(did.payload, who)
        self._heard_from(did, known)
        if did.sort not in DOINGS:
            return self._happened(did, who)
        if did.sort is Sort.SUBMISSION and not _is_ours(did.payload):
            with speaking_to(self.people.company(who.company)):
                return Refusal(old_button().summary, each_time=True)
        event = inbound.event(did, who, self.now(), self.real_now())
        return self._not_theirs(who) if self._is_anothers(event) else event

    def _happened(self, did: Came, who: Person) -> PersonEvent | Outcome:
        """What follows of what isn't a person's doing."""
        match did.sort:
            case Sort.LOOK | Sort.FORM:
                return self._looked(did, who)
            case Sort.CORRECTED:
                with speaking_to(self.people.company(who.company)):
                    return Refusal(worded(CORRECTED), each_time=True)
            case _ if inbound.took_the_app(did.payload):
                return self._welcomed(did, who)
            case _:
                return NOTHING

    def _is_anothers(self, event: PersonEvent) -> bool:
        """A press on somebody else's card isn't their own doing, and changes no card of theirs elsewhere."""
        if not isinstance(event, Pressed) or event.message is None:
            return False
        return self.showing.is_anothers(event.company, event.member, event.message)

    def _refused(self, them: Origin) -> Refusal:
        with speaking(self.language_of(them)):
            if them.foreign:
                return Refusal(worded(FOREIGN))
            if not them.person:
                return Refusal(worded(NOBODY))
            company = self.people.company_of(TEAMS, them.tenant)
            if company is None:
                return Refusal(UNKNOWN_TENANT.format(tenant=them.tenant), homeless=True, among=worded(AMONG_OTHERS))
            words, among = worded(STRANGER).format(person=them.person), worded(AMONG_OTHERS)
            return Refusal(words, stranger_to=company, among=among)

    def language_of(self, them: Origin) -> Language:
        """Of the company whose organisation that is; in a thread."""
        slug = self.people.company_of(TEAMS, them.tenant)
        return language(self.people.company(slug).language) if slug else ENGLISH

    def _removed(self, payload: Payload, who: Person) -> Outcome:
        if inbound.is_personal(payload):
            self.addresses.close(who.company, who.member, self.now())
        return NOTHING

    def _welcomed(self, did: Came, who: Person) -> PersonEvent:
        """Once for each time somebody takes the app, in their own chat: Teams tells of it twice, seconds apart."""
        since = self.addresses.since(who.company, who.member)
        again = inbound.again(("added", who.company, who.member, str(since)), self.real_now())
        doing = {"company": who.company, "member": who.member, "key": inbound.key(did.payload), "at": self.now()}
        args = {"linked": "yes"} if did.linked else {}
        return Pressed(**doing, again=again, action=WELCOME, args=args)  # type: ignore[arg-type]  # each by its name

    def _heard_from(self, did: Came, known: Known) -> None:
        """Where they are now, if it isn't what was known."""
        zone = inbound.zone(did.payload)
        self._follow(did.payload, zone, known)
        address = inbound.address(did.payload, did.origin, zone)
        if address and not (known.address and known.address.still(address)):
            self.addresses.keep(known.company, known.member, address, self.now())

    def _follow(self, payload: Payload, zone: str, known: Known) -> None:
        """Who travels: their device says with every word and press which zone it is in."""
        if not zone or (known.address and known.address.zone == zone):
            return
        member = self.people.company(known.company).member(known.member)
        if member is None or member.zone_seen == zone:
            return
        (came,) = self.handle([inbound.moved(payload, Person(known.company, known.member), zone, self.now())])
        if isinstance(came, Exception):
            raise came

    # --- after the engine ------------------------------------------------------------------------------------------
    def _shown(self, did: Came, event: PersonEvent, card: Card | None) -> Outcome:
        match did.sort:
            case Sort.PRESS:
                return NOTHING
            case Sort.WORDS if card is not None:
                return self._posted(did.payload, Person(event.company, event.member), event, card)
            case Sort.WORDS:
                return NOTHING
            case _:
                return self._pressed(did, event)

    def _pressed(self, did: Came, event: PersonEvent) -> Outcome:
        """Its message as it is now; what was said to it beside that where none is shown, as a dialog closes."""
        shown = self._looked(did, Person(event.company, event.member))
        if did.sort is Sort.ACTION and shown is not NOTHING:
            return shown
        said = self.showing.card(event.company, event.member, f"reply:{event.key}")
        return Told(said.summary) if said else shown

    def _looked(self, did: Came, who: Person) -> Outcome:
        """A message of theirs as it stands now, whoever says that it is theirs."""
        payload = did.payload
        key = str(inbound.carried(payload).get(MESSAGE) or "")
        card = self.showing.card(who.company, who.member, key) if key else None
        if card is None:
            return self._not_theirs(who) if did.sort in {Sort.LOOK, Sort.FORM} else NOTHING
        shown = self._rendered(who, card, key)
        if did.sort in {Sort.LOOK, Sort.ACTION} and not inbound.is_personal(payload):
            with speaking_to(self.people.company(who.company)):
                shown = views.among_others(shown, key, inbound.user(payload))
        return Shown(shown, card.summary, errors=any(it.error for it in card.fields))

    def _not_theirs(self, who: Person) -> Refusal:
        with speaking_to(self.people.company(who.company)):
            return Refusal(worded(NOT_YOURS), each_time=True)

    def _posted(self, payload: Payload, who: Person, event: PersonEvent, card: Card) -> Outcome:
        """An answer to words among others: kept, so that its reader can ask for it, and its buttons can change it."""
        key = f"reply:{event.key}"
        message = Message(key=key, to=who.member, card=card, kind=Kind.REPLY)
        where = inbound.place(payload)
        reference = {"conversation": where.conversation, "service_url": where.service_url, VIEW: True}
        self.showing.keep(who.company, message, TEAMS, reference, event.at)
        company = self.people.company(who.company)
        name = company.called(member) if (member := company.member(who.member)) else ""
        with speaking_to(company):
            words = views.covering(name)
            return Posted(views.cover(words, key, inbound.user(payload)), words)

    def _rendered(self, who: Person, card: Card, key: str) -> dict[str, Any]:
        company = self.people.company(who.company)
        with speaking_to(company):
            written = render(
                card, mentions=lambda member: teams_id(company, member), links=self.links(who.company), message=key
            )
        return views.stamped(written, secrets.token_hex(8))


def _is_ours(payload: Payload) -> bool:
    """Whether a dialog was one of a message's, as we write them now: it names that message."""
    return bool(inbound.action(payload)[0] and inbound.carried(payload).get(MESSAGE))


def teams_id(company: Company, member_id: str) -> str | None:
    """Their Entra object id, if they have one."""
    member = company.member(member_id)
    return member.handles.get(TEAMS) if member else None

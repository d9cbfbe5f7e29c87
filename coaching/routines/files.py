"""The set-up later on: the deals in, the company out, and the way to its forms. Pages and forms do the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coaching import files_card as card
from coaching.decision import NOTHING, Decision
from coaching.events import Commanded, Event, PersonEvent, Pressed, Said
from coaching.heard import ALL
from coaching.people import LOOKS_AFTER
from coaching.routine import Routine

if TYPE_CHECKING:
    from coaching.card import Card
    from coaching.company import Company
    from coaching.people import Member
    from coaching.ports import Holidays, Records

DEALS = frozenset(it for heard in ALL for it in heard.bring_deals)
COMPANY = frozenset(it for heard in ALL for it in heard.company_file)
SETUP = frozenset(it for heard in ALL for it in heard.set_up)


@dataclass(frozen=True, slots=True)
class Facts:
    """Who asks."""

    company: Company
    member: Member


def gather(records: Records, event: Event, holidays: Holidays) -> Facts | None:  # noqa: ARG001 - as routines gather
    """Who asks; their role is what counts."""
    if not isinstance(event, Pressed | Said | Commanded):
        return None
    member = records.company.member(event.member)
    return Facts(records.company, member) if member and member.active else None


def decide(facts: Facts | None, event: Event) -> Decision:
    """A way in for whoever looks after the set-up. Never over the card that was pressed: it is still wanted."""
    if facts is None or not isinstance(event, Pressed | Said | Commanded):
        return NOTHING
    if facts.member.role not in LOOKS_AFTER:
        return Decision(reply=card.not_theirs(facts.company, facts.member))
    return Decision(reply=_shown(facts, event))


def _shown(facts: Facts, event: PersonEvent) -> Card:
    match _wanted(event):
        case "setup":
            return card.setup()
        case "who" | "plan":  # a platform that has these forms opens them, and nothing comes here
            return card.forms_elsewhere(facts.company, facts.member)
        case "company":
            return card.company_file(facts.company, facts.member)
        case _:
            return card.deals(facts.company, facts.member)


def _wanted(event: PersonEvent) -> str:
    if isinstance(event, Pressed):
        return event.action.partition(".")[2]
    said = _flat(event.text)
    return "setup" if said in SETUP else "company" if said in COMPANY else "deals"


def _flat(text: str) -> str:
    return " ".join(text.lower().split()).strip("/.!? ")


def hears(text: str) -> bool:
    """Whole messages only: “import of the leads done, 12 calls” is a check-in."""
    return _flat(text) in DEALS | COMPANY | SETUP


ROUTINE = Routine(name="files", gather=gather, decide=decide, hears=hears)

"""What is left of a target and what it asks for today: a rep's own, everybody's for the manager, and the maths."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from coaching import actions_card as card
from coaching import cadence
from coaching.actions import Aim, aims
from coaching.amounts import NotUnderstood, amount
from coaching.card import Card, note
from coaching.decision import NOTHING, Decision
from coaching.events import Commanded, Event, PersonEvent, Pressed, Said
from coaching.language import t
from coaching.naming import by_id, meant, only, told_whose, which
from coaching.numbers.allotment import Allotment, allotted
from coaching.numbers.backsolve import Solution, solved
from coaching.people import Member, Role
from coaching.routine import Routine, asked, in_place
from coaching.standing import Standing, demanded, standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coaching.company import Company
    from coaching.ports import Holidays, Records


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Who asks, and where everybody stands on their day."""

    company: Company
    reader: Member
    standing: Standing
    holidays: frozenset[date]


# --- gather --------------------------------------------------------------------------------------------------------
def gather(records: Records, event: Event, holidays: Holidays) -> Facts | None:
    """On the day of whoever asks."""
    if not isinstance(event, Pressed | Said | Commanded):
        return None
    company, reader = records.company, records.company.member(event.member)
    if reader is None or not reader.active or reader.role is Role.ADMIN:
        return None
    today = cadence.local_day(event.at, reader.tz)
    found = standing(records, today, holidays)
    around = holidays(company.country, today - cadence.DAY * 7, found.period.end)
    return Facts(company=company, reader=reader, standing=found, holidays=around)


# --- decide --------------------------------------------------------------------------------------------------------
def decide(facts: Facts | None, event: Event) -> Decision:
    """What follows from the word or the button."""
    if not isinstance(event, Pressed | Said | Commanded):
        return NOTHING
    if facts is None:
        return Decision(reply=note(t("What a target asks for is between the team, its manager and the owner.")))
    if isinstance(event, Pressed) and event.action == "actions.maths":
        return Decision(reply=_maths(facts, event.args.get("member", "")))
    return told_whose(facts.company, facts.reader, event, in_place(event, _shown(facts, event)))


def _shown(facts: Facts, event: PersonEvent) -> Card:
    match facts.reader.role:
        case Role.REP:
            return card.own(*_one(facts, facts.reader), facts.company, facts.reader)
        case Role.MANAGER:
            them = meant(facts.company, event)
            if len(them) > 1:
                return which(facts.company, them)
            rep = only(them)
            return card.one(*_one(facts, rep), facts.company, rep) if rep else _team(facts, _amount(facts, event))
        case _:
            wanted = _amount(facts, event)
            it = demanded(facts.standing, wanted) if wanted and facts.standing.positions else facts.standing
            return card.for_owner(it, solved(it.team), allotted({}, None) if wanted else _split(facts))


def _team(facts: Facts, wanted: float | None) -> Card:
    if wanted and facts.standing.positions:
        it = demanded(facts.standing, wanted)
        return card.what_if(it, {who: solved(one) for who, one in it.positions.items()}, solved(it.team))
    solutions = {who: solved(it) for who, it in facts.standing.positions.items()}
    return card.team(facts.standing, solutions, solved(facts.standing.team), _split(facts))


def _split(facts: Facts) -> Allotment:
    return allotted(facts.standing.positions, facts.standing.team.target)


def _one(facts: Facts, member: Member) -> tuple[Solution, Mapping[str, Aim]]:
    it = solved(facts.standing.positions[member.id])
    return it, aims(it, facts.company, member, facts.standing.today, facts.holidays)


def _maths(facts: Facts, member_id: str) -> Card:
    """A rep's own always, whatever the button said; for the manager of whom it named; for the owner the whole."""
    if facts.reader.role is Role.OWNER:
        return card.maths_card(solved(facts.standing.team), {}, facts.company, t("The maths of the team"))
    rep = facts.reader if facts.reader.role is Role.REP else by_id(facts.company, member_id)
    if rep is None:
        return note(t("Whose? “actions dana” shows one rep, with the button to the maths."))
    whose = t("The maths") if rep is facts.reader else t("The maths for {name}", name=facts.company.called(rep))
    return card.maths_card(*_one(facts, rep), facts.company, whose)


def _amount(facts: Facts, event: PersonEvent) -> float | None:
    """`actions 500k`: another target to try; None when it isn't an amount above nothing."""
    try:
        found = amount("" if isinstance(event, Pressed) else asked(event)[1], facts.company.currency)
    except NotUnderstood:
        return None
    return float(found.amount) or None


ROUTINE = Routine(name="actions", gather=gather, decide=decide, words=frozenset({"actions"}))

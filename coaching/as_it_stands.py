"""A message as it stands now, for whoever opens it again where nothing could change it: behind a link in a letter.

In a chat a card is changed when what it asks about changes. A letter isn't, so its page looks again: what was answered
elsewhere says so, and about a deal that has ended nothing is asked.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from coaching import cadence, majors_card, mandate_card, qualify_card
from coaching.card import Action, Card, Field
from coaching.escalation import LIVE
from coaching.majors_facts import questions, week_of
from coaching.mandate import About
from coaching.monday_card import monday

if TYPE_CHECKING:
    from coaching.mandate import Mandate
    from coaching.people import Member
    from coaching.ports import Records

OVERVIEWS = frozenset({"review.maths", "majors.each"})
"""On the card of the whole review, or of all majors; with fields it is a form that leads back there."""


def as_it_stands(records: Records, member: Member, card: Card, now: datetime) -> Card:
    """The same card where nothing has changed."""
    return _decided(records, _qualified(records, _reviewed(records, member, card, now)), now)


# --- the review and the majors ---------------------------------------------------------------------------------------
def _reviewed(records: Records, member: Member, card: Card, now: datetime) -> Card:
    form = any(isinstance(it, Field) for it in card.elements)
    mine = [it for it in card.actions if it.name.partition(".")[0] in {"review", "majors"}]
    over = any(_ended(records, it, "about") for it in mine)
    whole = next((it for it in mine if it.name in OVERVIEWS and not form), None)
    found = whole or (next((it for it in mine if "on" in it.args), None) if over else None)
    on = cadence.written_day(found.args.get("on", "")) if found else None
    if on is None:
        return card
    today = cadence.local_day(now, member.tz)
    items = questions(records.reviewed(on, on, member.id))
    choices = records.choices(on, on, member.id)
    week = week_of(records, member, choices, today, asked=(it.opportunity for it in items))
    if any("whole" in it.args or it.name.startswith("review.") for it in mine):
        return monday(items, week, today) if items or choices else card
    return majors_card.majors(week) if choices else card


def _ended(records: Records, it: Action, name: str) -> bool:
    deal = records.opportunity(it.args[name]) if it.args.get(name) else None
    return deal is not None and not deal.is_open


# --- the afternoon's question ----------------------------------------------------------------------------------------
def _qualified(records: Records, card: Card) -> Card:
    asks = (it for it in card.actions if it.name == "qualify.keep")
    return qualify_card.gone() if any(_ended(records, it, "deal") for it in asks) else card


# --- what only the owner can decide ----------------------------------------------------------------------------------
def _decided(records: Records, card: Card, now: datetime) -> Card:
    ids = dict.fromkeys(it.args.get("id", "") for it in card.actions if it.name == mandate_card.DECIDE)
    for one in (found for it in ids if it and (found := records.mandate(it))):
        if one.answered:
            card = mandate_card.instead(card, one, mandate_card.outcome(one, records.company))
        elif not one.open_at(now) or not _stands(records, one):
            card = mandate_card.instead(card, one, mandate_card.too_late(one, now))
    return card


def _stands(records: Records, one: Mandate) -> bool:
    matter = records.escalation(one.subject)
    return one.about is About.TARGET or (matter is not None and matter.state in LIVE)

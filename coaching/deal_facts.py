"""A deal as somebody looks at it, gathered; and which deal a message names."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from coaching import cadence
from coaching.book import let_go_of, said_of
from coaching.deal_card import DealView
from coaching.deals_card import Told
from coaching.playbooks import playbook
from coaching.qualification import Deal, qualified

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from coaching.opportunities import Change, Opportunity
    from coaching.people import Member
    from coaching.ports import Records

LEAST = 4
"""Letters of a first word that may stand for a whole name."""


def deal_view(records: Records, reader: Member, it: Opportunity, now: datetime) -> DealView:
    """With what was kept of it and how it moved."""
    today = cadence.local_day(now, reader.tz)
    deal = Deal(opportunity=it, evidence=records.evidence(it.id))
    return DealView(
        company=records.company,
        reader=reader,
        today=today,
        deal=deal,
        found=qualified(records.company, playbook(records.company), deal, today),
        changes=_changes(records, it, today),
        told=Told(reader.id, records.company, said_of(records, (it,), today), _let_go(records, it, today)),
    )


def _let_go(records: Records, it: Opportunity, today: date) -> dict[str, date]:
    return let_go_of(records, (it,), today) if it.is_open else {}


def _changes(records: Records, it: Opportunity, today: date) -> tuple[Change, ...]:
    since = it.created_on or date.min
    return tuple(one for one in records.changes(since, today) if one.opportunity == it.id)


def named_in(text: str, deals: Iterable[Opportunity]) -> Opportunity | None:
    """The one deal that a message names: whole, or by the first word of its name. None where none or several are."""
    mine = tuple(deals)
    whole = [it for it in mine if any(_stands_in(name, text, re.IGNORECASE) for name in (it.title, it.account))]
    taken = {word for it in whole for word in _first_words(it)}
    others = [it for it in mine if it not in whole and any(_stands_in(one, text) for one in _first_words(it) - taken)]
    found = [*whole, *others]
    return found[0] if len(found) == 1 else None


def _stands_in(name: str, text: str, flags: int = 0) -> bool:
    return bool(name) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, flags) is not None


def _first_words(it: Opportunity) -> set[str]:
    """Looked for as they are written: “Harbor” is a name where “harbor” is a word."""
    heads = {name.split()[0].strip(",.:;") for name in (it.title, it.account) if name.split()}
    return {head for head in heads if len(head) >= LEAST}

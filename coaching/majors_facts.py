"""Gathering a rep's week: what was proposed, and what has become of the majors before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from coaching.book import let_go_as_of, let_go_of, open_of, said_of
from coaching.chosen import CameOf, Choice, Pick, came_of, latest
from coaching.majors_card import Week
from coaching.reviewed import WHOLE, Rule
from coaching.told_apart import told_apart

if TYPE_CHECKING:
    from coaching.opportunities import Opportunity
    from coaching.people import Member
    from coaching.ports import Records
    from coaching.reviewed import Reviewed

BEFORE = timedelta(days=13)
"""How far back the majors before are looked for."""
DAY = timedelta(days=1)
MOST_TITLES = 40
"""Deals to choose another from."""


def week_of(
    records: Records,
    member: Member,
    choices: tuple[Choice, ...],
    today: date,
    *,
    asked: Iterable[str] = (),
    named: bool = False,
) -> Week:
    """With these choices; `asked` are the deals asked about beside them. `named` knows the rep's open deals, too."""
    about = (name for it in choices for name in (it.opportunity, it.instead) if name)
    deals = deals_of(records, (*about, *asked))
    said = said_of(records, deals.values(), today, member=member.id)
    told = named or any(it.instead for it in choices)
    return Week(
        choices=choices,
        before=came_before(records, member.id, choices[0].on, today) if choices else (),
        titles=_titles(records, member.id, today) if told else None,
        takers=tuple(it.id for it in records.company.takers(member.id)),
        names=records.company.names,
        deals=deals | {name: it.deal for name, it in said.items()},
        again=counted_again(records, choices, deals, today),
    )


def deals_of(records: Records, about: Iterable[str]) -> dict[str, Opportunity]:
    """What was proposed or asked about, by id, as it stands now."""
    found = (records.opportunity(it) for it in dict.fromkeys(about) if it != WHOLE)
    return {it.id: it for it in found if it is not None}


def counted_again(
    records: Records, choices: Iterable[Choice], deals: Mapping[str, Opportunity], today: date, *, then: bool = False
) -> frozenset[str]:
    """Of what was dropped the deals that count again, for something newer is known of them; `deals` by id.

    `then` is of the end of that day, in which `deals` and `choices` stand as they did.
    """
    found = dict.fromkeys(it.opportunity for it in choices if it.dropped)
    open_ = tuple(deals[it] for it in found if it in deals and deals[it].is_open)
    if not open_:
        return frozenset()
    gone = let_go_as_of(records, today) if then else let_go_of(records, open_, today)
    return frozenset(it.id for it in open_ if it.id not in gone)


def came_before(records: Records, member: str | None, on: date, today: date) -> tuple[tuple[Choice, CameOf], ...]:
    """Of the majors of the latest day before `on`, of one member or of all, up to now."""
    found = (it for it in records.choices(on - BEFORE, on - DAY, member) if it.pick is Pick.MAJOR)
    last = [it for it in latest(found) if it.stands]
    if not last:
        return ()
    changes = records.changes(min(it.on for it in last), today)
    return tuple((it, came_of(it, records.opportunity(it.opportunity), changes, today)) for it in last)


def _titles(records: Records, member: str, today: date) -> dict[str, str]:
    deals = sorted(open_of(records, today, member), key=lambda it: (-(it.amount.minor if it.amount else 0), it.id))
    return told_apart(deals[:MOST_TITLES])


def questions(found: Iterable[Reviewed]) -> tuple[Reviewed, ...]:
    """Of what is kept of a review, what it asked; a dropped distraction was answered elsewhere."""
    return tuple(it for it in found if it.rule is not Rule.DISTRACTION)

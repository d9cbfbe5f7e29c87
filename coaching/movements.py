"""What happened to deals over a stretch of days, from the changes that were seen: one line per thing that moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import assert_never

from coaching.language import t
from coaching.money import Money
from coaching.opportunities import Change, Field, Opportunity, Status
from coaching.phrases import day


class What(StrEnum):
    """In the order they are told."""

    WON = "won"
    LOST = "lost"
    GONE = "gone"
    REOPENED = "reopened"
    NEW = "new"
    PUSHED = "pushed"
    PULLED = "pulled"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Movement:
    """One deal, one thing. `before` and `after` as a person reads them; empty where there is nothing to compare."""

    what: What
    opportunity: Opportunity
    before: str = ""
    after: str = ""


def movements(changes: Iterable[Change], deals: Mapping[str, Opportunity]) -> tuple[Movement, ...]:
    """Net of going to and fro, in the order of What; deals that aren't in `deals` (by id) are left out.

    A deal that is new in that stretch is told as new, and how it ended; its other first values are no news.
    """
    known = sorted((it for it in changes if it.opportunity in deals), key=lambda it: (it.opportunity, it.field, it.on))
    found = [
        moved
        for (name, field), run in groupby(known, key=lambda it: (it.opportunity, it.field))
        if (moved := _moved(deals[name], field, tuple(run)))
    ]
    new = {it.opportunity.id for it in found if it.what is What.NEW}
    told = [it for it in found if it.opportunity.id not in new or it.what in {What.NEW, What.WON, What.LOST}]
    order = list(What)
    return tuple(sorted(told, key=lambda it: (order.index(it.what), it.opportunity.title)))


def _moved(deal: Opportunity, field: Field, run: tuple[Change, ...]) -> Movement | None:
    before, after = run[0].before, run[-1].after
    if before == after:
        return None
    match field:
        case Field.CREATED:
            return Movement(What.NEW, deal)
        case Field.STATUS:
            return _ended(deal, after)
        case Field.GONE:
            return Movement(What.GONE, deal) if after else None
        case Field.CLOSE_DATE:
            return _redated(deal, before, after)
        case Field.AMOUNT:
            return Movement(What.AMOUNT, deal, _money(deal, before), _money(deal, after))
        case Field.STAGE | Field.OWNER:
            return None
        case _:
            assert_never(field)


def _ended(deal: Opportunity, status: str | None) -> Movement:
    match status:
        case Status.WON:
            return Movement(What.WON, deal)
        case Status.LOST:
            return Movement(What.LOST, deal)
        case _:
            return Movement(What.REOPENED, deal)


def _redated(deal: Opportunity, before: str | None, after: str | None) -> Movement | None:
    """A first date, or one taken away, is neither early nor late."""
    if before is None or after is None:
        return None
    earlier, later = date.fromisoformat(before), date.fromisoformat(after)
    what = What.PUSHED if later > earlier else What.PULLED
    return Movement(what, deal, day(earlier), day(later))


def _money(deal: Opportunity, minor: str | None) -> str:
    if minor is None:
        return t("no amount")
    return str(Money(int(minor), deal.amount.currency)) if deal.amount else minor

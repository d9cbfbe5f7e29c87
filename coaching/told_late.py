"""Deals that had ended before a week began and of which nobody could know before: the week's page names them.

A page goes by the deals' own days. What an export tells after a page was written, of a day before it, would fall
between two pages: it is dated too early for the one and was told too late for the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from coaching.opportunities import Field, Status

if TYPE_CHECKING:
    from coaching.opportunities import Change, Opportunity

REACH = timedelta(days=91)
"""Older endings are put right in the CRM rather than told."""
ENDED = frozenset({Status.WON, Status.LOST})


def told_late(
    deals: Mapping[str, Opportunity], changes: Iterable[Change], first: date, written: datetime
) -> tuple[Opportunity, ...]:
    """By id. `deals` as they are at the end of the week that begins on `first`, `changes` those seen up to then.

    `written` is when the page before was: what was seen after that is news, be it of the same day.
    """
    news = {it.opportunity for it in changes if _ends(it) and _after(it, first, written)}
    found = (deals[it] for it in sorted(news) if it in deals)
    return tuple(it for it in found if it.status in ENDED and it.closed_on and first - REACH <= it.closed_on < first)


def _ends(it: Change) -> bool:
    """A deal that is first seen after it has ended ends with that."""
    return it.field is Field.CREATED or (it.field is Field.STATUS and it.after in ENDED)


def _after(it: Change, first: date, written: datetime) -> bool:
    """Without an instant its day says it; those from before instants were kept have none."""
    return it.on >= first if it.at is None else it.at > written

"""Gathering what the manager's own pages are made from: the owner's week, and what of it has names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from coaching import cadence
from coaching.arrival import Facts, last_review
from coaching.checkins import CheckIn, CheckInStatus
from coaching.digest import digest
from coaching.digest_facts import facts_on, with_all
from coaching.escalation_card import Queue
from coaching.escalation_clock import Clock
from coaching.ledger import WEEKS, Entry, ledger
from coaching.majors_card import end_of
from coaching.numbers.ratios import since
from coaching.streaks import earlier

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coaching.opportunities import Opportunity
    from coaching.people import Member
    from coaching.ports import Holidays, Records
    from coaching.reviewed import Reviewed

FAR = timedelta(days=cadence.FAR + 60)
BACK = timedelta(days=35)


def gathered(records: Records, today: date, now: datetime, visit: date, holidays: Holidays) -> Facts:
    """As of `today`'s end; `now` is when it is told."""
    company = records.company
    facts = with_all(replace(facts_on(records, today), now=now), records, holidays)
    first = today - BACK
    deals = {it.id: it for it in facts.book.deals}
    absent = records.absent()
    asked = (it for it in last_review(facts.acts.reviewed, today) if it.member not in absent)
    checkins = tuple(it for it in records.checkins(since(today), today) if it.member not in company.apart)
    return Facts(
        week=digest(facts),
        visit=visit,
        clock=Clock(company=company, now=now, holidays=holidays(company.country, first, first + FAR)),
        queue=Queue(items=facts.live, deals=deals),
        checkins=checkins,
        before=earlier(records, checkins, since(today)),
        reviewed=_of_open(asked, deals),
        absent=absent,
    )


def _of_open(reviewed: Iterable[Reviewed], deals: Mapping[str, Opportunity]) -> tuple[Reviewed, ...]:
    """Without questions about deals that have ended since, which wait for nobody."""
    return tuple(it for it in reviewed if it.answered or end_of(it.opportunity, deals) is None)


def own_ledger(records: Records, manager: Member, today: date) -> tuple[Entry, ...]:
    """Of the manager's habits, over the weeks that were counted."""
    company = records.company
    answered = (it for it in records.checkins(today - timedelta(weeks=WEEKS), today, manager.id) if _answered(it))
    return ledger(
        company.habits_of(manager), (it.counts for it in answered), len(cadence.days_of(company, manager)) or 1
    )


def _answered(it: CheckIn) -> bool:
    return it.status is CheckInStatus.ANSWERED

"""Which deal a rep is asked about next, and when: one question, about one thing that is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from coaching import cadence
from coaching.decision import Alarm
from coaching.one_question import NOTHING_ASKED, By, Taken
from coaching.people import Member, Reminders, Role
from coaching.playbooks import playbook
from coaching.qualification import Asked, Deal, Evidence, Item, Qualified, by_deal, qualified, to_ask, way

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.opportunities import Opportunity

ASK = "qualify.ask"
ASK_AT = time(14, 0)
"""By the clock of whoever is asked: when the morning's check-in is long done."""
REST = timedelta(days=7)
"""How long a deal is left in peace, and the stretch that A_WEEK counts in."""
A_WEEK = {Reminders.LIGHT: 1, Reminders.STANDARD: 3, Reminders.ACTIVE: 5}
"""Questions, by how many reminders somebody wants."""
UNANSWERED = 2
"""After so many without an answer there is one a week: whoever has no time isn't helped by more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What is looked at when a rep's turn comes."""

    company: Company
    member: Member
    today: date
    now: datetime
    holidays: frozenset[date]
    deals: tuple[Deal, ...]
    """Their open ones."""
    asked: tuple[Asked, ...]
    """Of the last fortnight, theirs."""
    taken: Taken = NOTHING_ASKED
    """What else they are asked."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The question of a day: the deal, how it stands, the one item, and how often that was asked before."""

    deal: Deal
    found: Qualified
    item: Item
    times: int


def asks(member: Member) -> bool:
    """Whether they are asked about deals."""
    return member.active and member.role is Role.REP


def next_ask(company: Company, member: Member, now: datetime, holidays: frozenset[date]) -> Alarm:
    """The next working day's; switched off for whoever isn't asked."""
    return Alarm(alarm=ASK, subject=member.id, at=_next(company, member, now, holidays) if asks(member) else None)


def _next(company: Company, member: Member, now: datetime, holidays: frozenset[date]) -> datetime | None:
    today = cadence.local_day(now, member.tz)
    at = cadence.instant(today, ASK_AT, member.tz)
    if cadence.works(company, member, today, holidays) and at > now:
        return at
    day = cadence.next_working_day(company, member, today, holidays)
    return cadence.instant(day, ASK_AT, member.tz) if day else None


def deals_of(
    opportunities: Iterable[Opportunity], evidence: Iterable[Evidence], asked: Iterable[Asked]
) -> tuple[Deal, ...]:
    """Each with what is known and was asked about it."""
    known, before = by_deal(evidence), tuple(asked)
    return tuple(
        Deal(
            opportunity=it,
            evidence=known.get(it.id, ()),
            asked=tuple(one for one in before if one.opportunity == it.id),
        )
        for it in opportunities
    )


def choose(turn: Turn) -> Choice | None:
    """The most valuable deal that has rested and lacks something; None when it isn't the day for a question."""
    if not cadence.works(turn.company, turn.member, turn.today, turn.holidays) or not _has_room(turn):
        return None
    free = (it for it in turn.deals if turn.taken.by(it.opportunity, By.AFTERNOON) is None)
    rested = (it for it in free if not any(one.on > turn.today - REST for one in it.asked))
    for deal in sorted(rested, key=_rank):
        found = qualified(turn.company, playbook(turn.company), deal, turn.today)
        item = to_ask(found, way(turn.company, deal.opportunity))
        if item is not None:
            times = sum(it.criterion == item.criterion.id for it in deal.asked)
            return Choice(deal, found, item, times)
    return None


def _has_room(turn: Turn) -> bool:
    this_week = [it for it in turn.asked if it.on > turn.today - REST]
    if any(it.on == turn.today for it in this_week):
        return False
    last = turn.asked[-UNANSWERED:]
    quiet = len(last) == UNANSWERED and not any(_answered(it, turn.deals) for it in last)
    return len(this_week) < (1 if quiet else A_WEEK[turn.member.reminders])


def _answered(asked: Asked, deals: tuple[Deal, ...]) -> bool:
    """A deal that is closed by now needs no answer."""
    deal = next((it for it in deals if it.opportunity.id == asked.opportunity), None)
    return deal is None or any(it.criterion == asked.criterion and it.at.date() >= asked.on for it in deal.evidence)


def _rank(it: Deal) -> tuple[int, date, str]:
    deal = it.opportunity
    return -(deal.amount.minor if deal.amount else 0), deal.close_date or date.max, deal.id

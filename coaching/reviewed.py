"""What a review asked about a deal, and what came back. It is ours alone: nothing of it is written to the CRM."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING

from coaching.language import marked
from coaching.money import Money, total
from coaching.opportunities import Field, Status

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.opportunities import Change, Opportunity

WHOLE = ""
"""The deal of an item that is about all of a rep's pipeline."""
REST = timedelta(weeks=4)
"""How long a deal isn't asked about its age again once the reason is known."""
REMEMBERED = timedelta(weeks=13)
"""How long an answer that the CRM doesn't know of yet is laid over what it says."""


class Rule(StrEnum):
    """What a review can notice; in the order in which a deal's findings are told."""

    NOT_IN_CRM = "not_in_crm"
    OUTSIDE_USUAL_CYCLE = "outside_usual_cycle"
    CLOSE_DATE_PUSHED = "close_date_pushed"
    CLOSE_DATE_PAST = "close_date_past"
    NEXT_STEP_PAST = "next_step_past"
    NO_NEXT_STEP = "no_next_step"
    STALLED_IN_STAGE = "stalled_in_stage"
    NO_ACTIVITY = "no_activity"
    AMOUNT_CHANGED = "amount_changed"
    EARLY_STAGE = "early_stage"
    LITTLE_COVERAGE = "little_coverage"
    LITTLE_BEGUN = "little_begun"
    ONE_LARGE_DEAL = "one_large_deal"
    CALLS_LOW = "calls_low"
    DISTRACTION = "distraction"
    """One of the deals to drop beside the week's majors; only what was dropped is kept as an answer."""


NAMES = {
    Rule.NOT_IN_CRM: marked("Said, not in the CRM yet"),
    Rule.OUTSIDE_USUAL_CYCLE: marked("Outside the usual cycle"),
    Rule.CLOSE_DATE_PUSHED: marked("Close date pushed"),
    Rule.CLOSE_DATE_PAST: marked("Close date past"),
    Rule.NEXT_STEP_PAST: marked("Next step past"),
    Rule.NO_NEXT_STEP: marked("No next step"),
    Rule.STALLED_IN_STAGE: marked("Long in its stage"),
    Rule.NO_ACTIVITY: marked("Quiet"),
    Rule.AMOUNT_CHANGED: marked("Amount changed"),
    Rule.EARLY_STAGE: marked("Early stage"),
    Rule.LITTLE_COVERAGE: marked("Coverage"),
    Rule.LITTLE_BEGUN: marked("New deals"),
    Rule.ONE_LARGE_DEAL: marked("One large deal"),
    Rule.CALLS_LOW: marked("Calls"),
    Rule.DISTRACTION: marked("To drop"),
}


class Reason(StrEnum):
    """Why a deal takes longer than usual."""

    BUDGET_CYCLE = "budget_cycle"
    NEW_STAKEHOLDER = "new_stakeholder"
    LOST_CHAMPION = "lost_champion"
    WE_STALLED = "we_stalled"
    WRONG_STAGE = "wrong_stage"
    OTHER = "other"


REASONS = {
    Reason.BUDGET_CYCLE: marked("Budget cycle"),
    Reason.NEW_STAKEHOLDER: marked("New stakeholder"),
    Reason.LOST_CHAMPION: marked("Lost champion"),
    Reason.WE_STALLED: marked("We stalled"),
    Reason.WRONG_STAGE: marked("Wrong stage"),
    Reason.OTHER: marked("Something else"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """One thing that a member was asked on a review's day, with the words as they were sent, and the answer so far.

    `opportunity` is WHOLE for what is about all their deals. `confirmed_on`: an import has since said the same.
    """

    member: str
    on: date
    opportunity: str
    rule: Rule
    title: str
    said: str
    question: str
    place: int = 0
    """Its rank, from 0."""
    at_stake: Money | None = None
    criterion: str = ""
    """What of the deal's qualification was asked about."""
    answered_at: datetime | None = None
    reason: Reason | None = None
    close_date: date | None = None
    next_step: str = ""
    next_step_on: date | None = None
    let_go: bool = False
    help: bool = False
    words: str = ""
    confirmed_on: date | None = None

    @property
    def answered(self) -> bool:
        """Whether anything came back."""
        return self.answered_at is not None

    @property
    def tells_crm(self) -> bool:
        """Whether the answer says something that a CRM would hold."""
        return self.let_go or self.close_date is not None or bool(self.next_step)

    def said_on(self, tz: tzinfo) -> date:
        """When it was answered, which may be days after it was asked: what the CRM moved in between is older."""
        return self.answered_at.astimezone(tz).date() if self.answered_at else self.on


def own_day(it: Reviewed, company: Company) -> date:
    """When it was said as its rep tells it; beside the CRM's days, and in the company's week, `said_on` counts."""
    return company.day_of(it.answered_at, it.member) if it.answered_at else it.on


def in_deals(items: Iterable[Reviewed], currency: str) -> int:
    """How many deals that sum is of."""
    return len({it.opportunity for it in items if _adds(it, currency)})


def at_stake(items: Iterable[Reviewed], currency: str) -> Money | None:
    """In the deals that these are about, each of them once; what lacks beside them is in no deal. None if unknown."""
    of = {it.opportunity: it.at_stake for it in items if it.at_stake and _adds(it, currency)}
    return total(of.values(), currency) if of else None


def _adds(it: Reviewed, currency: str) -> bool:
    return (
        it.opportunity != WHOLE and it.at_stake is not None and bool(it.at_stake) and it.at_stake.currency == currency
    )


def unanswered(it: Reviewed) -> Reviewed:
    """As it was sent."""
    return replace(
        it,
        answered_at=None,
        reason=None,
        close_date=None,
        next_step="",
        next_step_on=None,
        let_go=False,
        help=False,
        words="",
        confirmed_on=None,
    )


def taken_back(it: Reviewed) -> Reviewed:
    """The deal isn't let go after all; whatever else was said stays."""
    kept = it.reason is not None or it.help or bool(it.words)
    return replace(it, let_go=False) if kept else unanswered(it)


def agrees(it: Reviewed, deal: Opportunity) -> bool:
    """Whether the CRM says what was answered: all of it. Of a next step its day counts; nobody words it twice alike."""
    if it.let_go or deal.status is not Status.OPEN:
        return deal.status is not Status.OPEN or deal.gone_on is not None
    dated = it.close_date is None or deal.close_date == it.close_date
    return dated and (not it.next_step or _stepped(it, deal))


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """A deal as its rep says it is, and the answers that its date and its step are from, where the CRM differs."""

    deal: Opportunity
    dated: Reviewed | None = None
    stepped: Reviewed | None = None


def known_on(it: Reviewed, day: date, tz: tzinfo) -> Reviewed:
    """As it was known at the end of a day."""
    if it.said_on(tz) > day:
        return unanswered(it)
    return replace(it, confirmed_on=None) if it.confirmed_on and it.confirmed_on > day else it


def as_answered(items: Iterable[Reviewed]) -> list[Reviewed]:
    """In the order in which they were answered, which needn't be that in which they were asked."""
    return sorted(items, key=lambda it: it.answered_at or datetime.min.replace(tzinfo=UTC))


def over(deal: Opportunity, answers: Iterable[Reviewed], changes: Iterable[Change], today: date, tz: tzinfo) -> Over:
    """With what its rep answered and the CRM doesn't know yet; what came later counts, there or here."""
    moved = max((it.on for it in changes if it.field is Field.CLOSE_DATE), default=date.min)
    found = Over(deal=deal)
    for it in as_answered(answers):
        confirmed = it.confirmed_on is not None and it.confirmed_on <= today
        if confirmed or not today - REMEMBERED <= it.on <= today:
            continue
        if it.close_date and it.said_on(tz) >= moved:
            dated = it if it.close_date != deal.close_date else None
            found = replace(found, deal=replace(found.deal, close_date=it.close_date), dated=dated)
        if it.next_step and not _stepped(it, found.deal):
            laid = replace(found.deal, next_step=it.next_step, next_step_on=it.next_step_on)
            found = replace(found, deal=laid, stepped=it)
    return found


def laid_over(
    deal: Opportunity, answers: Iterable[Reviewed], changes: Iterable[Change], today: date, tz: tzinfo
) -> Opportunity:
    """The deal of that."""
    return over(deal, answers, changes, today, tz).deal


def let_go_by(answers: Iterable[Reviewed], changes: Iterable[Change], today: date, tz: tzinfo) -> Reviewed | None:
    """The answer that let the deal go, where that still stands: nothing newer was said, here or in the CRM."""
    told = as_answered(it for it in answers if it.tells_crm and it.on <= today)
    last = told[-1] if told else None
    if last is None or not last.let_go or today - last.on > REMEMBERED:
        return None
    if last.confirmed_on is not None and last.confirmed_on <= today:
        return None
    newer, since = {Field.CLOSE_DATE, Field.STAGE}, min(last.said_on(tz), today)
    return None if any(since < it.on <= today and it.field in newer for it in changes) else last


def _stepped(it: Reviewed, deal: Opportunity) -> bool:
    """Whether the deal has a next step on that day or later; without a day, that very one."""
    if it.next_step_on is None or not deal.next_step:
        return " ".join(deal.next_step.casefold().split()) == " ".join(it.next_step.casefold().split())
    return deal.next_step_on is not None and deal.next_step_on >= it.next_step_on

"""Which questions a week has for the owner, in money and dates, and about nobody's habits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, assert_never

from coaching.escalation import Escalation, EscalationKind
from coaching.language import t, tn
from coaching.mandate import About, Mandate, named
from coaching.numbers.forecast import Range
from coaching.numbers.outlook import Basis
from coaching.phrases import day, managers
from coaching.questions import shortened
from coaching.told_apart import called
from coaching.told_to_owner import fallen_call

if TYPE_CHECKING:
    from coaching.agreed import Sum
    from coaching.company import Company
    from coaching.money import Money
    from coaching.numbers.outlook import Outlook
    from coaching.opportunities import Opportunity
    from coaching.periods import Period

LONG = 280
"""Characters of a request."""
WORDS = "words:"
"""Begins the subject of a request in somebody's own words."""
TIME_TO_PLAN = 14
"""Days that a period must have left for its plan to be worth a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What they are made from."""

    company: Company
    today: date
    period: Period
    live: tuple[Escalation, ...]
    deals: Mapping[str, Opportunity]
    outlook: Outlook
    by: date
    expires_at: datetime
    together: Sum | None = None
    """What the calls of the period come to."""


def for_owner(it: Escalation) -> bool:
    """What reached the owner, and money that is overdue: both wait for a decision of theirs."""
    return it.owner_told_at is not None or it.kind is EscalationKind.OVERDUE_OPPORTUNITY


def worth_asking(it: Ground) -> tuple[Mandate, ...]:
    """Everything that could be asked today; what is asked of it `mandate.put` says."""
    waiting = (_waiting(it, one) for one in it.live if for_owner(one) and not _over(it, one))
    return (*waiting, *_target(it))


def _over(it: Ground, one: Escalation) -> bool:
    """The deal has ended or was let go, so that there is nothing about it to decide any more."""
    deal = it.deals.get(one.subject)
    return deal is not None and not deal.is_open


def _waiting(it: Ground, one: Escalation) -> Mandate:
    deal = it.deals.get(one.subject)
    about = _about(one)
    return _put(
        it,
        about,
        one.id,
        _question(it, one, about, deal),
        opportunity=deal.id if deal else "",
        member=one.member,
        at_stake=deal.amount if deal else None,
    )


def _about(one: Escalation) -> About:
    if one.kind is EscalationKind.OVERDUE_OPPORTUNITY:
        return About.OVERDUE
    in_words = one.kind is EscalationKind.ASKED and one.subject.startswith(WORDS)
    # Yes and no answer a question only; of anything else there is to say who sees to it.
    return About.REQUEST if in_words and "?" in one.text else About.WAITING


def _question(it: Ground, one: Escalation, about: About, deal: Opportunity | None) -> str:
    if about is About.OVERDUE:
        return _overdue(it, deal)
    if about is About.REQUEST:
        return shortened(one.text, LONG)
    them, together = managers(it.company), it.together if one.subject == str(it.period) else None
    told = neutral(one, them, together)
    if not them:
        return t("{matter} Do you see to it?", matter=told)
    return tn(
        "{matter} {name} hasn’t come to it yet. Do you see to it?",
        "{matter} {name} haven’t come to it yet. Do you see to it?",
        len(it.company.managers),
        matter=told,
        name=them,
    )


def _overdue(it: Ground, deal: Opportunity | None) -> str:
    if deal is None or deal.close_date is None:
        return t("A large deal is open past its close date. Do we still count on it for {period}?", period=it.period)
    return t(
        "{deal} ({amount}) was to close on {day} and is still open. Do we still count on it for {period}?",
        deal=called(deal, it.deals.values()),
        amount=deal.amount or t("no amount"),
        day=day(deal.close_date, it.today),
        period=it.period,
    )


def neutral(one: Escalation, them: str, together: Sum | None = None) -> str:
    """Without whose habit or figure it is, which `them`, the managers, know; a request is told as it was asked."""
    match one.kind:
        case EscalationKind.MISSED_CHECKINS:
            return t("Somebody in the team hasn’t checked in for a while.")
        case EscalationKind.FORECAST_DROP:
            return fallen_call(one.subject, them, together)
        case EscalationKind.MAJORS:
            return t("Which deals come first is being talked about.")
        case EscalationKind.OVERDUE_OPPORTUNITY | EscalationKind.ASKED:
            return shortened(one.text, LONG)
        case _:
            assert_never(one.kind)


def _target(it: Ground) -> Iterator[Mandate]:
    """When even a good case (one in ten) ends below it, while there is time to plan anew.

    By history only: the odds of stages count no deal that isn't created yet.
    """
    target, found = it.company.target(it.period), it.outlook.total
    if target is None or not isinstance(found, Range) or it.outlook.basis is not Basis.HISTORY:
        return
    if (it.period.end - it.today).days < TIME_TO_PLAN or found.p90 >= target:
        return
    question = t(
        "{period} will hardly reach {target}: even in a good case (one in ten) it ends at {p90}. Does the target stay?",
        period=it.period,
        target=target,
        p90=found.p90,
    )
    yield _put(it, About.TARGET, str(it.period), question, at_stake=target - found.p50)


def _put(
    it: Ground,
    about: About,
    subject: str,
    question: str,
    *,
    opportunity: str = "",
    member: str | None = None,
    at_stake: Money | None = None,
) -> Mandate:
    return Mandate(
        id=named(about, subject, it.today),
        put_on=it.today,
        about=about,
        subject=subject,
        question=question,
        opportunity=opportunity,
        member=member,
        at_stake=at_stake,
        by=it.by,
        expires_at=it.expires_at,
    )

"""What was done before a win, as far as rows say so: told as what went before it, never as its cause."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from coaching.checkins import Commitment, CommitmentState
from coaching.language import t
from coaching.phrases import day
from coaching.questions import shortened
from coaching.reviewed import unanswered

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.opportunities import Opportunity
    from coaching.qualification import Evidence
    from coaching.reviewed import Reviewed

BEFORE = timedelta(weeks=6)
"""How long before a win something may lie and still be told with it."""
LONG_ENOUGH = 4
"""Letters of a customer's name that a promise must name."""


class Act(StrEnum):
    """What somebody did; in the order in which the nearer to the deal is preferred."""

    TACTIC = "tactic"
    STEP = "step"
    PROMISE = "promise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """An act that lies before a win in the rows: whose, when, in their own words."""

    deal: Opportunity
    act: Act
    member: str
    on: date
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """What is looked through: all that was kept in the weeks before."""

    evidence: tuple[Evidence, ...] = ()
    reviewed: tuple[Reviewed, ...] = ()
    promises: tuple[Commitment, ...] = ()


def acts_on(acts: Acts, day: date, until: datetime) -> Acts:
    """As they stood at the end of a day: an answer given later isn't known yet, nor is a promise settled."""
    return Acts(
        evidence=tuple(it for it in acts.evidence if it.at < until),
        reviewed=tuple(unanswered(it) if it.answered_at and it.answered_at >= until else it for it in acts.reviewed),
        promises=tuple(open_on(it, day) for it in acts.promises),
    )


def open_on(it: Commitment, day: date) -> Commitment:
    """As it stood that day."""
    later = it.settled_on is not None and it.settled_on > day
    return replace(it, state=CommitmentState.OPEN, settled_on=None) if later else it


def credits_of(
    won: Iterable[Opportunity], acts: Acts, company: Company, known: Iterable[Opportunity] = ()
) -> tuple[Credit, ...]:
    """One for each deal that has any, the latest; a won deal of which no row tells anything has none.

    `known` are all deals there are: words that could be about another's customer are about none.
    """
    deals, others = tuple(won), tuple(known)
    found = ([it for it in _acts(deal, acts, (*deals, *others), company) if _just_before(it)] for deal in deals)
    return tuple(max(them, key=lambda it: (it.on, it.act is not Act.PROMISE)) for them in found if them)


def _just_before(it: Credit) -> bool:
    """On an earlier day: of the same day nothing says which came first."""
    ended = it.deal.closed_on
    return ended is not None and ended - BEFORE <= it.on < ended


def _acts(deal: Opportunity, acts: Acts, others: Sequence[Opportunity], company: Company) -> Iterator[Credit]:
    for one in acts.evidence:
        if one.opportunity == deal.id and _says_something(one.tactic):
            on = company.day_of(one.at, one.by)
            yield Credit(deal=deal, act=Act.TACTIC, member=one.by, on=on, words=one.tactic)
    for it in acts.reviewed:
        if it.opportunity == deal.id and it.answered_at and _says_something(it.next_step):
            on = company.day_of(it.answered_at, it.member)
            yield Credit(deal=deal, act=Act.STEP, member=it.member, on=on, words=it.next_step)
    for promise in acts.promises:
        kept = promise.state is CommitmentState.KEPT and promise.member == deal.member and promise.settled_on
        if kept and names(promise.text, deal, others):
            yield Credit(deal=deal, act=Act.PROMISE, member=promise.member, on=promise.made_on, words=promise.text)


def _says_something(words: str) -> bool:
    """One word is too little to be told to others as what somebody did."""
    return len(words.split()) > 1


def names(text: str, deal: Opportunity, others: Iterable[Opportunity]) -> bool:
    """Whether words name a deal's customer: by its whole name or, where no other of these begins so, its first word."""
    said = set(_words(text))
    account = _words(deal.account or deal.title)
    if not account:
        return False
    if len(account) > 1 and set(account) <= said:
        return True
    alike = {tuple(it) for other in others if (it := _words(other.account or other.title)) and it[0] == account[0]}
    return len(account[0]) >= LONG_ENOUGH and account[0] in said and alike <= {tuple(account)}


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def told(it: Credit, company: Company, today: date) -> str:
    """One line, for the manager and the owner."""
    member = company.member(it.member)
    who = company.called(member) if member else t("somebody")
    words, when = shortened(it.words, 120), day(it.on, today)
    match it.act:
        case Act.TACTIC:
            return t("Before it, on {day}, {name} tried: “{words}”", day=when, name=who, words=words)
        case Act.STEP:
            return t("Before it, in the review of {day}, {name} set: “{words}”", day=when, name=who, words=words)
        case Act.PROMISE:
            return t("Before it, on {day}, {name} promised and did: “{words}”", day=when, name=who, words=words)

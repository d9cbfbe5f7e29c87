"""A rep's own week: what they did against their own plan, what they promised, and what moved after an answer of theirs.

In acts, never in money, and about nobody else: no target, no amount and no comparison with anybody is in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from coaching.checkins import CheckIn, CheckInStatus, Commitment, CommitmentState
from coaching.credits import Acts, Credit, credits_of
from coaching.opportunities import Change, Field, Opportunity, Status
from coaching.practice import Practice, practised
from coaching.reviewed import WHOLE, Reviewed
from coaching.streaks import Streak, streak

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.people import Member

AFTER = timedelta(days=14)
"""How long after an answer a move of its deal is told with it."""
BEHIND = 0.8
"""Of the plan; below that a habit is what next week could be about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a recap is made from: the member's own, nobody else's."""

    company: Company
    member: Member
    today: date
    checkins: tuple[CheckIn, ...] = ()
    """Of thirteen weeks, oldest first."""
    before: tuple[CheckIn, ...] = ()
    """Still older ones, as far as they belong to a run that reaches up to these."""
    commitments: tuple[Commitment, ...] = ()
    """Of six weeks."""
    deals: Mapping[str, Opportunity] = field(default_factory=dict)
    """Open ones, and those closed in the week, by id."""
    changes: tuple[Change, ...] = ()
    """Of the week."""
    acts: Acts = field(default_factory=Acts)

    @property
    def monday(self) -> date:
        """The week is the one that today is in."""
        return self.today - timedelta(days=self.today.weekday())

    def in_week(self, day: date | None) -> bool:
        """Whether a day lies in it, up to today."""
        return day is not None and self.monday <= day <= self.today

    @property
    def reviewed(self) -> tuple[Reviewed, ...]:
        """What reviews asked them in six weeks."""
        return self.acts.reviewed


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A deal of theirs that moved after they had answered something about it; after it, not because of it."""

    deal: Opportunity
    answered: Reviewed
    on: date
    to: str
    """The stage; empty for a deal that was won."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What to begin next week with: words of theirs that are still open."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of the review that waits for an answer."""

    title: str
    question: str


Next = Promise | Question | Practice | None
"""The one thing for next week; None where nothing stands out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recap:
    """The week. Everything that is shown, nothing that isn't."""

    facts: Facts
    practice: tuple[Practice, ...]
    counts: Mapping[str, int]
    """Of the week, by habit."""
    answered: int
    asked: int
    kept: tuple[Commitment, ...]
    moved_on: tuple[Commitment, ...]
    dropped: tuple[Commitment, ...]
    open: tuple[Commitment, ...]
    moved: tuple[Moved, ...]
    won: tuple[Opportunity, ...]
    credited: tuple[Credit, ...]
    streak: Streak
    next: Next

    @property
    def empty(self) -> bool:
        """Whether there is nothing to look back on: then nothing is sent."""
        return not (self.answered or self.kept or self.moved or self.won)

    @property
    def as_planned(self) -> bool:
        """Whether enough was counted to say so where nothing is behind: silence is no plan that was met."""
        return bool(self.practice) and self.answered >= BEHIND * self.asked


def recap(facts: Facts) -> Recap:
    """Pure."""
    company, week = facts.company, [it for it in facts.checkins if facts.in_week(it.day)]
    practice = practised(company, company.habits_of(facts.member), facts.checkins, facts.monday, facts.today)
    counts = Counter[str]()
    for it in week:
        if it.status is CheckInStatus.ANSWERED:
            counts.update(it.counts)
    won = tuple(it for it in facts.deals.values() if it.status is Status.WON and facts.in_week(it.closed_on))
    open_ = tuple(it for it in facts.commitments if it.state is CommitmentState.OPEN)
    return Recap(
        facts=facts,
        practice=practice,
        counts=counts,
        answered=sum(it.status is CheckInStatus.ANSWERED for it in week),
        asked=sum(it.status in {CheckInStatus.ANSWERED, CheckInStatus.MISSED, CheckInStatus.OPEN} for it in week),
        kept=_settled(facts, CommitmentState.KEPT),
        moved_on=_settled(facts, CommitmentState.MOVED),
        dropped=_settled(facts, CommitmentState.DROPPED),
        open=open_,
        moved=tuple(_moved(facts)),
        won=won,
        credited=credits_of(won, facts.acts, company, facts.deals.values()),
        streak=streak((*facts.before, *facts.checkins)),
        next=_next(facts, open_, practice),
    )


def _settled(facts: Facts, state: CommitmentState) -> tuple[Commitment, ...]:
    return tuple(it for it in facts.commitments if it.state is state and facts.in_week(it.settled_on))


def _moved(facts: Facts) -> Iterator[Moved]:
    """The latest answer before each move to another stage, and before each win."""
    for change in _moves(facts.changes):
        deal = facts.deals.get(change.opportunity)
        on = min(change.on, deal.closed_on or change.on) if deal else change.on
        answer = _last_answer(facts, change, on) if deal else None
        if deal and answer:
            to = "" if change.field is Field.STATUS else change.after or ""
            yield Moved(deal=deal, answered=answer, on=on, to=to)


def _moves(changes: Iterable[Change]) -> tuple[Change, ...]:
    """One for each deal: its win, else its last move."""
    found: dict[str, Change] = {}
    for it in changes:
        before = found.get(it.opportunity)
        if _won(it) or (_staged(it) and not (before and _won(before))):
            found[it.opportunity] = it
    return tuple(found.values())


def _won(it: Change) -> bool:
    return it.field is Field.STATUS and it.after == Status.WON


def _staged(it: Change) -> bool:
    return it.field is Field.STAGE and bool(it.before) and bool(it.after)


def _last_answer(facts: Facts, change: Change, on: date) -> Reviewed | None:
    """Before it happened, as far as that is known: `on` a day, seen at an instant. Of one day only the instant tells.

    A deal that ended on the day of the answer may have ended before it: a day of the CRM's has no hour.
    """
    ended = facts.deals[change.opportunity].closed_on == on
    answered = (
        (it, it.answered_at, it.answered_at.astimezone(facts.member.tz).date())
        for it in facts.reviewed
        if it.opportunity == change.opportunity and it.answered_at and not it.let_go
    )
    just_before = [
        (day, it.place, it)
        for it, at, day in answered
        if on - AFTER <= day and (day < on or (day == on and not ended and change.at is not None and at < change.at))
    ]
    return max(just_before, key=lambda one: one[:2])[2] if just_before else None


def _next(facts: Facts, open_: tuple[Commitment, ...], practice: tuple[Practice, ...]) -> Next:
    """What is promised comes before what is asked, and both before what is behind."""
    if open_:
        return Promise(text=open_[-1].text)
    waiting = (it for it in facts.reviewed if facts.in_week(it.on) and not it.answered and it.opportunity != WHOLE)
    for it in waiting:
        deal = facts.deals.get(it.opportunity)
        if deal is not None and deal.is_open:
            return Question(title=deal.title, question=it.question)
    return min((it for it in practice if it.share < BEHIND), key=lambda it: it.share, default=None)

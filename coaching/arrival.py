"""What a visit of the manager is best spent on: a few people, a few deals, a praise, a decision and a worry.

As much of it as fits the hours that they have; what else waits, the queue holds in its order.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from coaching.checkins import CheckIn, Commitment, CommitmentState
from coaching.credits import Credit
from coaching.escalation_card import triaged
from coaching.needs import Need, needs
from coaching.practice import Practice, practised
from coaching.review_times import week_of
from coaching.streaks import Streak, streak

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coaching.company import Company
    from coaching.digest import Digest
    from coaching.escalation import Escalation
    from coaching.escalation_card import Queue
    from coaching.escalation_clock import Clock
    from coaching.people import Member
    from coaching.review import Entry, Review
    from coaching.reviewed import Reviewed
    from coaching.risks import Risk

MOST = 3
"""People, and deals."""
TALK, DEAL, MATTER = 30, 15, 10
"""Minutes that somebody, a deal and a matter of the queue are held to take."""
KEPT = 3
"""Promises kept in a week that are worth a word."""
RUN = 10
"""Check-ins in a row that are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a brief is made from. `week` is the same that the owner reads, `visit` the day that it is for."""

    week: Digest
    visit: date
    clock: Clock
    queue: Queue
    checkins: tuple[CheckIn, ...]
    """Of thirteen weeks, everybody's."""
    reviewed: tuple[Reviewed, ...]
    """Of the last review, of whoever it can have reached."""
    before: tuple[CheckIn, ...] = ()
    """Still older ones, as far as they belong to a run that reaches up to these."""
    absent: frozenset[str] = frozenset()
    """Whom nothing has ever reached."""

    @property
    def company(self) -> Company:
        """Whose manager comes."""
        return self.week.facts.company

    def run(self, member: str) -> Streak:
        """One rep's check-ins in a row."""
        return streak(it for it in (*self.before, *self.checkins) if it.member == member)


@dataclass(frozen=True, slots=True, kw_only=True)
class Praise:
    """Something well done: a win with what went before it, promises kept, or a run of check-ins."""

    member: Member
    won: Credit | None = None
    kept: int = 0
    run: Streak | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The visit. `minutes` of what is in it, of so many `hours`; `more` matters wait, `fit` of them fit as well."""

    facts: Facts
    people: tuple[Need, ...]
    deals: tuple[Entry, ...]
    praise: Praise | None
    decision: Escalation | None
    worry: Risk | None
    hours: Decimal
    minutes: int
    more: int
    fit: int


def brief(facts: Facts) -> Brief:
    """Pure."""
    company = facts.company
    hours = hours_of_a_visit(company)
    queue = triaged(facts.queue, facts.clock)
    wanted = needs(company, facts.queue.items, facts.reviewed, practice_of(facts))
    among_people = {it.matter for it in wanted[:MOST]}
    decision = next((it for it in queue if it.id not in among_people), None)
    begun = MATTER if decision else 0
    people, deals, minutes = _fitting(
        wanted[:MOST], _deals(facts.week.facts.review, {it.id for it in facts.week.facts.open}), begun, int(hours * 60)
    )
    left = max(0, int(hours * 60) - minutes)
    shown = {it.matter for it in people} | ({decision.id} if decision else set())
    more = sum(it.id not in shown for it in queue)
    return Brief(
        facts=facts,
        people=people,
        deals=deals,
        praise=praise(facts),
        decision=decision,
        worry=facts.week.risks[0] if facts.week.risks else None,
        hours=hours,
        minutes=minutes,
        more=more,
        fit=min(more, left // MATTER),
    )


def hours_of_a_visit(company: Company) -> Decimal:
    """The hours of a day here; fewer where the week's are fewer than all its days hold."""
    it = company.engagement
    day = datetime.combine(date.min, it.hours.end) - datetime.combine(date.min, it.hours.start)
    whole = Decimal(day % timedelta(days=1) // timedelta(minutes=1)) / 60 or Decimal(24)
    if it.hours_per_week is None or not it.days:
        return whole
    return min(whole, it.hours_per_week / len(it.days))


def _fitting(
    people: tuple[Need, ...], deals: tuple[Entry, ...], spent: int, minutes: int
) -> tuple[tuple[Need, ...], tuple[Entry, ...], int]:
    """By turns, as long as there is time; one of each whatever the hours."""
    n_people = n_deals = 0
    for turn in range(MOST):
        if turn < len(people) and (not turn or spent + TALK <= minutes):
            spent, n_people = spent + TALK, n_people + 1
        if turn < len(deals) and (not turn or spent + DEAL <= minutes):
            spent, n_deals = spent + DEAL, n_deals + 1
    return people[:n_people], deals[:n_deals], spent


def _deals(review: Review | None, counted: Container[str]) -> tuple[Entry, ...]:
    """Those with a finding and most at stake, whoever's they are; of one that was let go there is nothing to say."""
    if review is None:
        return ()
    every = (it for one in (*review.reps, review.others) for it in one.found)
    found = [it for it in every if it.seen is not None and it.subject in counted]
    return tuple(sorted(found, key=lambda it: (-(it.at_stake or 0.0), it.subject))[:MOST])


def practice_of(facts: Facts) -> Mapping[str, tuple[Practice, ...]]:
    """The week's, of each rep."""
    company, week = facts.company, facts.week.facts
    return {
        rep.id: practised(
            company,
            company.team_habits,
            [it for it in week.checkins if it.member == rep.id],
            week.first,
            week.today,
        )
        for rep in company.reps
    }


# --- well done -----------------------------------------------------------------------------------------------------
def praise(facts: Facts) -> Praise | None:
    """The first that there is: what went before a win, promises kept, a long run."""
    return next((it for it in _praises(facts)), None)


def _praises(facts: Facts) -> Iterator[Praise]:
    company, week = facts.company, facts.week
    reps = {it.id: it for it in company.reps}
    won = sorted(week.credited, key=lambda it: -(it.deal.amount.minor if it.deal.amount else 0))
    yield from (Praise(member=reps[it.member], won=it) for it in won if it.member in reps)
    kept = {rep: _kept(week.facts.commitments, rep, facts) for rep in reps}
    yield from (Praise(member=reps[rep], kept=n) for rep, n in sorted(kept.items(), key=_most) if n >= KEPT)
    runs = {rep: facts.run(rep) for rep in reps}
    longest = sorted(runs.items(), key=lambda it: (-it[1].days, it[0]))
    yield from (Praise(member=reps[rep], run=run) for rep, run in longest if run.days >= RUN)


def _most(it: tuple[str, int]) -> tuple[int, str]:
    return -it[1], it[0]


def _kept(commitments: tuple[Commitment, ...], rep: str, facts: Facts) -> int:
    week = facts.week.facts
    mine = (it for it in commitments if it.member == rep and it.state is CommitmentState.KEPT)
    return sum(week.in_week(it.settled_on) for it in mine)


def last_review(reviewed: tuple[Reviewed, ...], today: date) -> tuple[Reviewed, ...]:
    """Those of this week, else of the week before."""
    monday = week_of(today)
    this = tuple(it for it in reviewed if it.on >= monday)
    return this or tuple(it for it in reviewed if it.on >= monday - timedelta(days=7))

"""The week in figures, for the owner: where the period stands, what changed, what the team practised.

Every figure names its rows, so that whoever reads it can see what it was made from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from coaching.actions_words import owner_lines
from coaching.categories import undated
from coaching.checkins import CheckIn, CheckInStatus, Commitment, CommitmentState
from coaching.company import Company
from coaching.escalation import Escalation, EscalationKind, EscalationState
from coaching.forecasts import Call
from coaching.money import Money, total
from coaching.movements import Movement, What
from coaching.numbers.allotment import allotted
from coaching.numbers.backsolve import solved
from coaching.numbers.outlook import Outlook, first_day_ahead, outlook
from coaching.opportunities import Book, Opportunity, Status
from coaching.periods import Period

if TYPE_CHECKING:
    from coaching.standing import Standing

LEAST_PEOPLE = 4
"""Of a team's figure; with fewer, a figure would be about somebody."""
STALE_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a digest is made from. Lists hold the whole company's rows of the stretch they name."""

    company: Company
    today: date
    now: datetime
    period: Period
    book: Book
    closed: tuple[Opportunity, ...]
    """Won or lost since the period or the week began, whichever is earlier."""
    movements: tuple[Movement, ...]
    """Of the week."""
    calls: tuple[Call, ...]
    """Of the period, oldest first."""
    checkins: tuple[CheckIn, ...]
    """Of this week and the one before it."""
    commitments: tuple[Commitment, ...]
    """Made in those two weeks."""
    live: tuple[Escalation, ...]
    settled: tuple[Escalation, ...]
    """In the week."""
    refreshed_on: date | None
    """The day of the last import of opportunities."""
    standing: Standing | None = None
    """Where everybody stands against their targets; None where nobody asks."""
    ahead: date | None = None
    """The first day whose outcomes are still open; None for the one after the last that something is known of."""

    @property
    def rebuilt(self) -> bool:
        """Whether the deals are told by their own days only, as nothing had been imported by then."""
        return self.refreshed_on is None and bool(self.book.deals)

    @property
    def open(self) -> tuple[Opportunity, ...]:
        """As it stood on the day."""
        return self.book.open

    @property
    def first(self) -> date:
        """The digest's week is the seven days that end today."""
        return self.today - timedelta(days=6)

    @property
    def team_checkins(self) -> tuple[CheckIn, ...]:
        """Without the manager's own, which are nobody else's business."""
        apart = self.company.apart
        return tuple(it for it in self.checkins if it.member not in apart)

    def in_week(self, day: date | None) -> bool:
        """Whether a day lies in it."""
        return day is not None and self.first <= day <= self.today


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """Deals of one sort, with what they add up to; `unknown` have no amount in the company's currency."""

    deals: tuple[Opportunity, ...]
    amount: Money
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RepGoal:
    """One rep against their own target: what is won and what they call on top of it."""

    member: str
    target: Money
    won: Money
    commit: Money | None

    @property
    def on_course(self) -> bool:
        """What is won, or the commit that the rep calls for the whole period, reaches the target."""
        return max(self.won.minor, self.commit.minor if self.commit else 0) >= self.target.minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """A habit of the whole team in the week: what was done against what was planned, by how many people."""

    habit: str
    name: str
    done: int
    planned: int
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The week. Everything that is shown, nothing that isn't."""

    facts: Facts
    target: Money | None
    won: Pile
    commit: Money | None
    best_case: Money | None
    called: int
    """Reps whose call stands in the sums."""
    outlook: Outlook
    undated: int
    """Open deals without a close date, which belong to no period."""
    toward: tuple[str, ...]
    """What the owner should know of what is left of the target; nothing while it can be reached."""
    goals: tuple[RepGoal, ...]
    won_week: Pile
    lost_week: Pile
    pushed: Pile
    new: Pile
    practice: tuple[Practice, ...]
    asked: int
    answered: int
    answering: int
    """Members among those asked."""
    decisions: tuple[Escalation, ...]
    undone: tuple[Escalation, ...]
    dropped: tuple[Commitment, ...]


def digest(facts: Facts) -> Digest:
    """All figures of the week. Pure; the formulas stand beside the parts they make."""
    company, period = facts.company, facts.period
    won = pile((it for it in facts.closed if it.status is Status.WON and it.closed_on in period), company)
    last = last_calls(facts)
    asked = tuple(it for it in facts.team_checkins if facts.in_week(it.day) and it.status in _ASKED)
    target = company.target(period)
    return Digest(
        facts=facts,
        target=target,
        won=won,
        commit=total((it.commit for it in last.values()), company.currency) if last else None,
        best_case=total((it.best_case for it in last.values()), company.currency) if last else None,
        called=len(last),
        outlook=_outlook(facts),
        undated=len(undated(facts.open)),
        toward=_toward(facts),
        goals=_goals(facts, last),
        won_week=pile((it for it in facts.closed if it.status is Status.WON and facts.in_week(it.closed_on)), company),
        lost_week=pile(
            (it for it in facts.closed if it.status is Status.LOST and facts.in_week(it.closed_on)), company
        ),
        pushed=pile((it.opportunity for it in facts.movements if it.what is What.PUSHED), company),
        new=pile((it for it in (*facts.open, *facts.closed) if facts.in_week(it.created_on)), company),
        practice=_practice(facts),
        asked=len(asked),
        answered=sum(it.status is CheckInStatus.ANSWERED for it in asked),
        answering=len({it.member for it in asked}),
        decisions=tuple(it for it in facts.live if _for_owner(it)),
        undone=tuple(it for it in facts.live if it.state is EscalationState.SNOOZED and not _for_owner(it)),
        dropped=tuple(it for it in facts.commitments if _dropped_in(it, facts)),
    )


def _outlook(it: Facts) -> Outlook:
    """The one that the targets are looked at by, where they were and it is of the same days."""
    on = it.ahead or first_day_ahead(it.book.deals, it.today)
    known = it.standing.outlook if it.standing and it.standing.period == it.period else None
    return known if known and known.on == on else outlook(it.book, it.company, it.period, on)


_ASKED = frozenset({CheckInStatus.ANSWERED, CheckInStatus.MISSED, CheckInStatus.OPEN})


def _toward(facts: Facts) -> tuple[str, ...]:
    it = facts.standing
    if it is None:
        return ()
    return owner_lines(solved(it.team), allotted(it.positions, it.team.target), facts.company, it.period)


def pile(deals: Iterable[Opportunity], company: Company) -> Pile:
    """The sum of the amounts that are known in the company's currency, and how many aren't."""
    kept = tuple(deals)
    known = [it.amount for it in kept if it.amount is not None and it.amount.currency == company.currency]
    return Pile(deals=kept, amount=total(known, company.currency), unknown=len(kept) - len(known))


def last_calls(facts: Facts) -> dict[str, Call]:
    """Each active rep's own latest call of the period; the manager's overlays lie beside, not in it."""
    reps = {it.id for it in facts.company.reps}
    return {it.member: it for it in facts.calls if not it.is_overlay and it.member in reps}


def _goals(facts: Facts, last: Mapping[str, Call]) -> tuple[RepGoal, ...]:
    """Reps with a target of their own in this period."""
    company = facts.company
    found = []
    for rep in company.reps:
        target = company.target(facts.period, rep.id)
        if target is None:
            continue
        mine = (it for it in facts.closed if it.member == rep.id and it.status is Status.WON)
        won = pile((it for it in mine if it.closed_on in facts.period), company).amount
        call = last.get(rep.id)
        found.append(RepGoal(member=rep.id, target=target, won=won, commit=call.commit if call else None))
    return tuple(found)


def _practice(facts: Facts) -> tuple[Practice, ...]:
    """Per habit: the sum of the counts answered in the week over what was planned for the days they were about.

    A check-in counts the working day before. Of a habit by the day that is the target shown that day; of one by the
    week each day's equal share: the target shown then is all that is left of the week, and days add up to more than it.
    """
    done: Counter[str] = Counter()
    planned: dict[str, Fraction] = {}
    people: dict[str, set[str]] = {}
    for before, answer in _pairs(facts.team_checkins):
        if not facts.in_week(answer.day) or answer.status is not CheckInStatus.ANSWERED:
            continue
        for habit, times in answer.counts.items():
            if before.targets.get(habit):
                done[habit] += times
                planned[habit] = planned.get(habit, Fraction(0)) + _planned(facts.company, habit, before)
                people.setdefault(habit, set()).add(answer.member)
    return tuple(
        Practice(
            habit=it.id,
            name=it.name,
            done=done[it.id],
            planned=max(1, round(planned[it.id])),
            people=len(people[it.id]),
        )
        for it in facts.company.team_habits
        if it.id in people
    )


def _planned(company: Company, habit: str, day: CheckIn) -> Fraction:
    """For one day."""
    weekly = next((it.per_week for it in company.team_habits if it.id == habit), None)
    return Fraction(weekly, len(company.checkin.days) or 1) if weekly else Fraction(day.targets[habit])


def _pairs(checkins: Iterable[CheckIn]) -> Iterable[tuple[CheckIn, CheckIn]]:
    """Each check-in with the same member's one before it."""
    last: dict[str, CheckIn] = {}
    for it in sorted(checkins, key=lambda it: it.day):
        if it.member in last:
            yield last[it.member], it
        last[it.member] = it


def _for_owner(it: Escalation) -> bool:
    """What reached the owner, and money that is overdue: both wait for a decision of theirs."""
    return it.owner_told_at is not None or it.kind is EscalationKind.OVERDUE_OPPORTUNITY


def _dropped_in(it: Commitment, facts: Facts) -> bool:
    theirs = it.member not in facts.company.apart
    return theirs and it.state is CommitmentState.DROPPED and facts.in_week(it.settled_on)

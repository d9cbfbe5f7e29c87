"""The week in figures, for the owner: where the period stands, what changed, what the team practised.

Every figure names its rows, so that whoever reads it can see what it was made from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from coaching.actions_words import owner_lines
from coaching.agreed import Stand, stands
from coaching.categories import undated
from coaching.checkins import CheckIn, CheckInStatus, Commitment, CommitmentState
from coaching.company import Company
from coaching.credits import Acts, Credit, credits_of
from coaching.escalation import Escalation, EscalationState
from coaching.forecasts import Call, Remark
from coaching.mandate import Mandate, put
from coaching.mandates import Ground, for_owner, worth_asking
from coaching.money import Money, total
from coaching.movements import Movement, What
from coaching.numbers.allotment import allotted
from coaching.numbers.backsolve import solved
from coaching.numbers.outlook import Outlook, first_day_ahead, outlook
from coaching.opportunities import Book, Opportunity, Status
from coaching.periods import Period
from coaching.playbooks import playbook
from coaching.practice import Practice, practised
from coaching.qualification import Deal, qualified
from coaching.risks import Risk, due, risks

if TYPE_CHECKING:
    from coaching.agreed import AgreedForecast
    from coaching.findings.finding import Seen
    from coaching.majors import CompanyMajors
    from coaching.qualification import Item
    from coaching.review import Review
    from coaching.reviewed import Reviewed
    from coaching.standing import Standing
    from coaching.waterfall import Waterfall

LEAST_PEOPLE = 4
"""Of a team's figure; with fewer, a figure would be about somebody."""
STALE_AFTER = timedelta(days=7)
FEW = 5
"""Deals that decide a period, at most."""


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
    late: tuple[Opportunity, ...] = ()
    """Closed before the week, and known only since the page before it was written."""
    remarks: tuple[Remark, ...] = ()
    """What was said about the period's calls, oldest first."""
    standing: Standing | None = None
    """Where everybody stands against their targets; None where nobody asks."""
    ahead: date | None = None
    """The first day whose outcomes are still open; None for the one after the last that something is known of."""
    review: Review | None = None
    """What is known of each open deal; None where nobody asks."""
    changed: Waterfall | None = None
    """Of the pipeline, since the export of a week ago or the last before it."""
    acts: Acts = field(default_factory=Acts)
    """Of the six weeks before, for the wins."""
    mandates: tuple[Mandate, ...] = ()
    """What was put to the owner in the last four weeks, as it stood at `now`."""
    agreed: AgreedForecast | None = None
    majors: CompanyMajors | None = None
    """What the reps work this week, and what they let go for it."""
    answer_by: date | None = None
    """The manager's next day here: an answer of the owner's is of use until then."""
    expires_at: datetime | None = None
    """When the next digest asks anew."""

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
    """One rep against their own target: what is won, and what stands for the whole period.

    What stands is the manager's figure where it lies beside the rep's, else the rep's own, as in the agreed sum.
    """

    member: str
    target: Money
    won: Money
    stand: Stand

    @property
    def commit(self) -> Money | None:
        """The one that stands."""
        return self.stand.commit

    @property
    def reached(self) -> bool:
        """By what is won already."""
        return self.won >= self.target

    @property
    def on_course(self) -> bool:
        """Reached, or to be reached by what stands."""
        it = self.commit
        return self.reached or (it is not None and it.currency == self.target.currency and it >= self.target)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """A deal that the period hangs on. `chance` is the forecast's, to be won at all; `expected` in whole units."""

    seen: Seen
    chance: float
    expected: float


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
    won_late: Pile
    """Won before the week, told since."""
    lost_late: Pile
    pushed: Pile
    new: Pile
    """As in `facts.changed`, whenever they are due."""
    practice: tuple[Practice, ...]
    asked: int
    answered: int
    answering: int
    """Members among those asked."""
    deciding: tuple[Deciding, ...]
    """The few deals that the period hangs on, most to be expected of first."""
    risks: tuple[Risk, ...]
    credited: tuple[Credit, ...]
    """What went before the week's wins, where rows say."""
    decisions: tuple[Mandate, ...]
    """Open ones first; then those answered in the last week."""
    undone: tuple[Escalation, ...]
    let_go: tuple[Reviewed, ...]
    """Deals that reps let go in the week's review."""
    dropped: tuple[Commitment, ...]

    @property
    def enough_called(self) -> bool:
        """Whether the sums of the calls are nobody's own."""
        return self.called >= LEAST_PEOPLE

    def worth(self, it: Escalation) -> Money | None:
        """At stake in the deal that it is about; nothing in one that has ended or was let go."""
        deal = next((one for one in self.facts.open if one.id == it.subject), None)
        return deal.amount if deal else None


def digest(facts: Facts) -> Digest:
    """All figures of the week. Pure; the formulas stand beside the parts they make."""
    company, period = facts.company, facts.period
    won = pile((it for it in facts.closed if it.status is Status.WON and it.closed_on in period), company)
    last = last_calls(facts)
    asked = tuple(it for it in facts.team_checkins if facts.in_week(it.day) and it.status in _ASKED)
    target = company.target(period)
    won_week = pile((it for it in facts.closed if it.status is Status.WON and facts.in_week(it.closed_on)), company)
    won_late = pile((it for it in facts.late if it.status is Status.WON), company)
    expected = _outlook(facts)
    return Digest(
        facts=facts,
        target=target,
        won=won,
        commit=total((it.commit for it in last.values()), company.currency) if last else None,
        best_case=total((it.best_case for it in last.values()), company.currency) if last else None,
        called=len(last),
        outlook=expected,
        undated=len(undated(facts.open)),
        toward=_toward(facts),
        goals=_goals(facts),
        won_week=won_week,
        lost_week=pile(
            (it for it in facts.closed if it.status is Status.LOST and facts.in_week(it.closed_on)), company
        ),
        won_late=won_late,
        lost_late=pile((it for it in facts.late if it.status is Status.LOST), company),
        pushed=pile((it.opportunity for it in facts.movements if it.what is What.PUSHED), company),
        new=pile(_new(facts), company),
        practice=practised(company, company.team_habits, facts.team_checkins, facts.first, facts.today),
        asked=len(asked),
        answered=sum(it.status is CheckInStatus.ANSWERED for it in asked),
        answering=len({it.member for it in asked}),
        deciding=_deciding(facts),
        risks=risks(facts.review, won.amount, _counted(facts)) if facts.review else (),
        credited=credits_of((*won_week.deals, *won_late.deals), facts.acts, company, facts.book.deals),
        decisions=_decisions(facts, expected),
        undone=tuple(it for it in facts.live if it.state is EscalationState.SNOOZED and not for_owner(it)),
        let_go=tuple(it for it in facts.acts.reviewed if it.let_go and facts.in_week(it.said_on(company.tz))),
        dropped=tuple(it for it in facts.commitments if _dropped_in(it, facts)),
    )


def _outlook(it: Facts) -> Outlook:
    """The one that the targets are looked at by, where they were and it is of the same days."""
    on = it.ahead or first_day_ahead(it.book.deals, it.today)
    known = it.standing.outlook if it.standing and it.standing.period == it.period else None
    return known if known and known.on == on else outlook(it.book, it.company, it.period, on)


def _new(it: Facts) -> Iterator[Opportunity]:
    """What came since the export of a week ago, as in the steps from then to now; without one, by their own days."""
    if it.changed is None:
        yield from (one for one in (*it.open, *it.closed) if it.in_week(one.created_on))
        return
    names = it.changed.new
    yield from (one for one in it.book.deals if one.id in names)


_ASKED = frozenset({CheckInStatus.ANSWERED, CheckInStatus.MISSED, CheckInStatus.OPEN})


def _deciding(it: Facts) -> tuple[Deciding, ...]:
    """Of the deals due those that make half of what is to be expected of all, a few at most.

    By the same chances as the forecast and the majors: what a review counts on ranks questions and is no chance.
    """
    ordered = sorted(
        _expected(it.review, _counted(it)) if it.review else (), key=lambda one: (-one.expected, one.seen.deal.id)
    )
    found: list[Deciding] = []
    left = sum(one.expected for one in ordered) / 2
    for one in ordered[:FEW]:
        if left <= 0:
            break
        found.append(one)
        left -= one.expected
    return tuple(found)


def _counted(it: Facts) -> frozenset[str]:
    """Ids of the deals that are counted on: a review asks about those that were let go, too, until the CRM says so."""
    return frozenset(one.id for one in it.open)


def _expected(it: Review, counted: frozenset[str]) -> Iterator[Deciding]:
    for one in due(it, counted):
        chance = it.odds.of.get(one.deal.id)
        if one.worth and chance:
            yield Deciding(seen=one, chance=chance, expected=one.worth * chance)


def missing_in(it: Digest, deal: Opportunity) -> tuple[Item, ...]:
    """What a commit needs and nobody knows yet; nothing where nobody has begun to write down."""
    company, facts = it.facts.company, it.facts
    about = tuple(one for one in facts.acts.evidence if one.opportunity == deal.id)
    return qualified(company, playbook(company), Deal(opportunity=deal, evidence=about), facts.today).missing


def _decisions(it: Facts, expected: Outlook) -> tuple[Mandate, ...]:
    ground = Ground(
        company=it.company,
        today=it.today,
        period=it.period,
        live=it.live,
        deals={one.id: one for one in it.book.deals},
        outlook=expected,
        by=it.answer_by or it.today + timedelta(days=7),
        expires_at=it.expires_at or it.now + timedelta(days=7),
        together=it.agreed.now if it.agreed else None,
    )
    return put(worth_asking(ground), it.mandates, it.now)


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


def _goals(facts: Facts) -> tuple[RepGoal, ...]:
    """Reps with a target of their own in this period."""
    company = facts.company
    word = {it.member: it for it in stands(company, facts.calls, facts.remarks)}
    found = []
    for rep in company.reps:
        target = company.target(facts.period, rep.id)
        if target is None:
            continue
        mine = (it for it in facts.closed if it.member == rep.id and it.status is Status.WON)
        won = pile((it for it in mine if it.closed_on in facts.period), company).amount
        found.append(RepGoal(member=rep.id, target=target, won=won, stand=word[rep.id]))
    return tuple(found)


def _dropped_in(it: Commitment, facts: Facts) -> bool:
    theirs = it.member not in facts.company.apart
    return theirs and it.state is CommitmentState.DROPPED and facts.in_week(it.settled_on)

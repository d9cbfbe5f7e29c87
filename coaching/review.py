"""The pipeline review of a day: what is found, what it is worth, and the few things that each rep is asked."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from coaching.findings import OF_A_DEAL, OF_A_REP
from coaching.findings.early import early_stage, is_early
from coaching.findings.finding import Finding, Ground, Keeps, Seen, Whose
from coaching.findings.said import not_in_crm
from coaching.language import t
from coaching.majors import RepMajors, majors
from coaching.money import Money
from coaching.numbers.looked import Numbers, look
from coaching.numbers.pipeline import NOBODY, pipeline_of
from coaching.numbers.shrinkage import prior
from coaching.one_question import NOTHING_ASKED, By, Taken
from coaching.opportunities import Status
from coaching.reviewed import Reviewed, laid_over, let_go_by
from coaching.worth import Worths

if TYPE_CHECKING:
    from coaching.chosen import Choice
    from coaching.company import Company
    from coaching.forecasts import Call
    from coaching.numbers.accuracy import Factor
    from coaching.numbers.known import Pipeline
    from coaching.numbers.outlook import Odds
    from coaching.opportunities import Book, Change, Opportunity
    from coaching.people import Member
    from coaching.qualification import Asked, Evidence

T = TypeVar("T")
MOST = 5
"""Things that a rep is asked in one review."""
EARLY = 2
"""Of them at least, about early deals, where there are any."""
MOST_WHOLE = 1
"""Of them at most, about all deals together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a review is made from: everything of the company that is dated up to `today`."""

    company: Company
    today: date
    book: Book
    """Its changes are those up to that day."""
    answers: tuple[Reviewed, ...] = ()
    """Of earlier reviews, oldest first."""
    choices: tuple[Choice, ...] = ()
    """Majors and distractions of earlier weeks, oldest first."""
    calls: tuple[Call, ...] = ()
    """Of the running period, oldest first."""
    worth_of_calls: Mapping[str, Factor] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    asked: tuple[Asked, ...] = ()
    """In the last week."""
    refreshed_on: date | None = None
    taken: Taken = NOTHING_ASKED
    """What reps are asked besides."""
    as_then: bool = True
    """Whether next steps and activity are known as of that day; of a past one only what is watched is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing to ask: about a deal with all its findings, the main one first, or about all of a rep's deals."""

    member: str | None
    seen: Seen | None
    findings: tuple[Finding, ...]
    at_stake: float | None
    """In whole units."""
    criterion: str = ""

    @property
    def main(self) -> Finding:
        """The one whose question is asked."""
        return self.findings[0]

    @property
    def early(self) -> bool:
        """Whether it is about an early deal."""
        return self.seen is not None and self.seen.early

    @property
    def subject(self) -> str:
        """The deal's id; empty for all of them."""
        return self.seen.deal.id if self.seen else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepReview:
    """One rep's. `found` is everything, most at stake first; `asked` the few of it that are said."""

    member: Member | None
    """None for deals that are no rep's here."""
    deals: tuple[Seen, ...]
    found: tuple[Entry, ...]
    asked: tuple[Entry, ...]
    majors: RepMajors = field(default_factory=RepMajors)
    left: tuple[tuple[Entry, By], ...] = ()
    """Of `found` what isn't asked today, as somebody else has asked about that deal."""

    def counting(self, let_go: Container[str]) -> RepReview:
        """The same of the deals that count: without those that were let go."""
        return replace(self, deals=tuple(it for it in self.deals if it.deal.id not in let_go))

    @property
    def worth(self) -> float | None:
        """All the deals'; None where no amount is known of any, which isn't the same as nothing."""
        known = [it.worth for it in self.deals if it.worth is not None]
        return sum(known) if known or not self.deals else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A company's. `reps` in the file's order; `others` are the deals that none of them works on."""

    facts: Facts
    ground: Ground
    reps: tuple[RepReview, ...]
    others: RepReview
    odds: Odds

    def of(self, member: str) -> RepReview | None:
        """One rep's."""
        return next((it for it in self.reps if it.member and it.member.id == member), None)


# --- all of it -----------------------------------------------------------------------------------------------------
def review(facts: Facts) -> Review:
    """Pure. Deals of the same rep are ranked by amount times chance."""
    whole = pipeline_of(facts.book.deals, facts.book.changes, facts.company)
    ground = _ground(facts, whole)
    seen, won = _seen(facts, ground), _won(facts, ground)
    mine = _grouped(seen, lambda it: it.deal.member or NOBODY)
    known = Worths.of(facts.company, facts.book, facts.evidence, facts.today, whole)
    reps = tuple(
        _of_rep(facts, ground, rep, mine.get(rep.id, ()), won.get(rep.id, 0.0), known) for rep in facts.company.reps
    )
    theirs = {rep.id for rep in facts.company.reps}
    rest = tuple(it for it in seen if it.deal.member not in theirs)
    found = _ranked(_entries(rest, None))
    others = RepReview(member=None, deals=rest, found=found, asked=found[:MOST])
    return Review(facts=facts, ground=ground, reps=reps, others=others, odds=known.odds)


def _of_rep(  # noqa: PLR0917 - each is another thing, and all are named alike here and there
    facts: Facts, ground: Ground, rep: Member, seen: Sequence[Seen], won: float, known: Worths
) -> RepReview:
    deals = tuple(seen)
    kept = tuple(it for it in deals if not _let_go(it))
    found = _ranked([*_entries(deals, rep), *_about_all(facts, ground, rep, kept, won)])
    chosen = majors(known.of_rep(kept), (it for it in facts.choices if it.member == rep.id), facts.today)
    # What might be dropped is asked about there, and not a second time.
    dropping = {it.worth.seen.deal.id for it in chosen.distractions}
    left = tuple((it, by) for it in found if it.seen and (by := facts.taken.by(it.seen.deal, By.REVIEW)))
    elsewhere = dropping | {it.subject for it, _ in left}
    free = tuple(it for it in kept if facts.taken.by(it.deal, By.REVIEW) is None)
    asked = _chosen([it for it in found if it.subject not in elsewhere], facts, rep, free)
    return RepReview(member=rep, deals=deals, found=found, asked=asked, majors=chosen, left=left)


def _let_go(it: Seen) -> bool:
    """By an earlier review, which still stands."""
    return let_go_by(it.answers, it.changes, it.ground.today, it.ground.company.tz) is not None


def _ground(facts: Facts, whole: Pipeline) -> Ground:
    company = facts.company
    seen = look(whole, facts.today)
    stages = {it.name.casefold() for it in company.all_stages if not (it.won or it.lost)}
    return Ground(
        company=company,
        today=facts.today,
        period=company.period(facts.today),
        look=seen,
        keeps=frozenset(_keeps(facts)),
        refreshed_on=facts.refreshed_on,
        ratio=prior(seen.won_of_closed.get(it.id, (0, 0)) for it in company.members),
        staged=len({it.stage.casefold() for it in facts.book.open} & stages) > 1,
    )


def _keeps(facts: Facts) -> Iterator[Keeps]:
    """What at least one deal has: a field that nobody fills in is not missing anywhere."""
    if facts.as_then and any(it.next_step for it in facts.book.open):
        yield Keeps.NEXT_STEPS
    if facts.as_then and any(it.last_activity_on for it in facts.book.open):
        yield Keeps.ACTIVITY
    if any(it.close_date for it in facts.book.open):
        yield Keeps.CLOSE_DATES
    if facts.book.changes:
        yield Keeps.HISTORY


# --- deals ---------------------------------------------------------------------------------------------------------
def _seen(facts: Facts, ground: Ground) -> tuple[Seen, ...]:
    changes = _grouped(facts.book.changes, lambda it: it.opportunity)
    answers = _grouped((it for it in facts.answers if it.answered), lambda it: it.opportunity)
    odds = {it.name.casefold(): it.probability for it in ground.company.all_stages}
    return tuple(
        _one(it, ground, tuple(changes.get(it.id, ())), tuple(answers.get(it.id, ())), odds) for it in facts.book.open
    )


def _one(
    deal: Opportunity,
    ground: Ground,
    changes: tuple[Change, ...],
    answers: tuple[Reviewed, ...],
    odds: Mapping[str, float | None],
) -> Seen:
    numbers = ground.look.of.get(deal.id)
    said = deal.amount if deal.amount and deal.amount.currency == ground.company.currency else None
    usual = numbers.worth if numbers else None
    return Seen(
        ground=ground,
        deal=laid_over(deal, answers, changes, ground.today, ground.company.tz) if answers else deal,
        in_crm=deal,
        numbers=numbers,
        changes=changes,
        answers=answers,
        worth=float(said.amount) if said else usual,
        estimated=said is None and usual is not None,
        chance=_chance(deal, ground, numbers, odds),
        early=is_early(ground.company, deal, numbers, staged=ground.staged),
    )


def _chance(
    deal: Opportunity, ground: Ground, numbers: Numbers | None, odds: Mapping[str, float | None]
) -> float | None:
    """The higher of its stage's and of what earlier deals became: what looks dead still stands in the pipeline.

    Without either, the owner's win ratio.
    """
    known = [it for it in (odds.get(deal.stage.casefold()), numbers.chance if numbers else None) if it is not None]
    if known:
        return max(known)
    closed = ground.look.won_of_closed.get(deal.member or NOBODY, (0, 0))
    return ground.ratio.shrunk(*closed) if ground.ratio.counts else None


def _entries(deals: Iterable[Seen], rep: Member | None) -> Iterator[Entry]:
    for it in deals:
        # Of one that was let go there is nothing to work on; that the CRM should say so is all there is to ask.
        rules = (not_in_crm,) if _let_go(it) else OF_A_DEAL
        findings = tuple(found for rule in rules if (found := rule(it)) is not None)
        if findings:
            yield Entry(member=rep.id if rep else None, seen=it, findings=findings, at_stake=it.at_stake)


# --- all of a rep's ------------------------------------------------------------------------------------------------
def _about_all(facts: Facts, ground: Ground, rep: Member, deals: tuple[Seen, ...], won: float) -> Iterator[Entry]:
    own = [it for it in facts.calls if it.member == rep.id and not it.is_overlay]
    whose = Whose(
        ground=ground,
        member=rep,
        deals=deals,
        target=ground.company.target(ground.period, rep.id),
        next_target=ground.company.target(ground.period.next, rep.id),
        won=won,
        commit=own[-1].commit if own else None,
        worth_of_calls=facts.worth_of_calls.get(rep.id),
    )
    for rule in OF_A_REP:
        found = rule(whose)
        if found is not None:
            yield Entry(member=rep.id, seen=None, findings=(found,), at_stake=found.at_stake)


def _won(facts: Facts, ground: Ground) -> dict[str, float]:
    """By each member in the period, up to that day, in whole units."""
    company, found = ground.company, dict[str, float]()
    first, last = ground.period.start, facts.today
    for it in facts.book.deals:
        if it.status is not Status.WON or it.closed_on is None or not first <= it.closed_on <= last:
            continue
        if it.amount and it.member and it.amount.currency == company.currency:
            found[it.member] = found.get(it.member, 0.0) + float(it.amount.amount)
    return found


# --- ranking -------------------------------------------------------------------------------------------------------
def _ranked(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Most at stake first; what nothing is known of last, by name."""
    return tuple(sorted(entries, key=lambda it: (it.at_stake is None, -(it.at_stake or 0.0), it.subject, it.main.rule)))


def _chosen(found: Sequence[Entry], facts: Facts, rep: Member, deals: tuple[Seen, ...]) -> tuple[Entry, ...]:
    """At most MOST, at most MOST_WHOLE of them about all deals, at least EARLY about early ones where there are any."""
    whole = [it for it in found if it.seen is None][:MOST_WHOLE]
    early = [it for it in found if it.early]
    if len(early) < EARLY:
        early += _on_purpose(facts, rep, deals, EARLY - len(early))
    kept = early[:EARLY]
    rest = [it for it in found if (it.seen is not None or it in whole) and it not in kept]
    return _ranked([*kept, *rest[: MOST - len(kept)]])


def _on_purpose(facts: Facts, rep: Member, deals: tuple[Seen, ...], n: int) -> list[Entry]:
    """Early deals with nothing amiss, the largest first."""
    healthy = sorted((it for it in deals if it.early), key=lambda it: (-(it.at_stake or 0.0), it.deal.id))
    found: list[Entry] = []
    for it in healthy:
        if len(found) == n:
            break
        told = None if any(rule(it) for rule in OF_A_DEAL) else _early(facts, it)
        if told is not None:
            entry = Entry(member=rep.id, seen=it, findings=told[:1], at_stake=it.at_stake, criterion=told[1])
            found.append(entry)
    return found


def _early(facts: Facts, it: Seen) -> tuple[Finding, str] | None:
    about = it.deal.id
    return early_stage(
        it,
        (one for one in facts.evidence if one.opportunity == about),
        (one for one in facts.asked if one.opportunity == about),
    )


# --- small things --------------------------------------------------------------------------------------------------
def money(amount: float | None, company: Company) -> Money | None:
    """Whole units, rounded."""
    return None if amount is None else Money.of(round(amount), company.currency)


def _grouped(them: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for it in them:
        found.setdefault(key(it), []).append(it)
    return found


def not_looked_at(it: Review) -> tuple[str, ...]:
    """What the data doesn't hold, or not enough of, in words."""
    keeps, seen = it.ground.keeps, it.ground.look
    found = [t("single-threaded deals, as no export names contacts yet")]
    if Keeps.NEXT_STEPS not in keeps:
        found.append(
            t("next steps, as no open deal has one")
            if it.facts.as_then
            else t("next steps, as they are kept for today only")
        )
    if Keeps.ACTIVITY not in keeps:
        found.append(
            t("silence, as no open deal has a day of its last activity")
            if it.facts.as_then
            else t("silence, as that is kept for today only")
        )
    if Keeps.CLOSE_DATES not in keeps:
        found.append(t("close dates, as no open deal has one"))
    if Keeps.HISTORY not in keeps:
        found.append(t("pushes, amounts and stays in a stage, as no second export has been seen"))
    elif not any(one.median_days is not None for one in (seen.stages.stages if seen.stages else ())):
        found.append(t("stays in a stage: not enough have moved on yet"))
    if seen.usual.all.cycle.p90_days is None:
        found.append(t("the usual cycle: not enough data, {n_won} won deals", n_won=seen.usual.all.cycle.n_won))
    return tuple(found)

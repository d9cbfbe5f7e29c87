"""What is known of a deal from the buyer: criteria, evidence with its words, and what is still missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.opportunities import Opportunity

FRESH_DAYS = 60
"""After that what a buyer said is asked about again: people leave, budgets move."""
ANY = "*"
"""The criterion of a manager's word that a deal may be committed although something is missing."""
PARTLY, OLD = 0.5, 0.5
"""What half an answer is worth against a whole one, and what a whole one is worth when it is old."""


class Answer(StrEnum):
    """What the buyer said, as the rep understood it."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNKNOWN = "unknown"


class Standing(StrEnum):
    """How a criterion stands on a day."""

    MET = "met"
    PARTLY = "partly"
    OLD = "old"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing to know about a deal. `known_by` is how far through the stages (0..1) it ought to be known."""

    id: str
    name: str
    means: str
    questions: tuple[str, ...]
    tactics: tuple[str, ...] = ()
    critical: bool = False
    weight: int = 1
    known_by: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """A method: its criteria, in the order in which they are asked about."""

    id: str
    name: str
    criteria: tuple[Criterion, ...]

    def criterion(self, name: str) -> Criterion | None:
        """By id."""
        return next((it for it in self.criteria if it.id == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was learned about one criterion of one deal; added, never changed. The newest counts.

    `quote` is in the buyer's words, `source` who said it; `by` is the member who wrote it down.
    """

    opportunity: str
    criterion: str
    answer: Answer
    by: str
    at: datetime
    quote: str = ""
    source: str = ""
    tactic: str = ""
    """What the rep tried to find it out, of the playbook's or their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that a member was asked about a deal on a day; one deal is left in peace for a week after."""

    member: str
    opportunity: str
    criterion: str
    on: date


@dataclass(frozen=True, slots=True)
class Item:
    """A criterion as it stands, with the evidence it stands on."""

    criterion: Criterion
    standing: Standing
    evidence: Evidence | None = None
    age_days: int | None = None

    @property
    def worth(self) -> float:
        """Of its weight, in 0..1."""
        known = {Standing.MET: 1.0, Standing.PARTLY: PARTLY, Standing.OLD: OLD}
        return known.get(self.standing, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualified:
    """A deal on a day. `missing` are the gates that are shut; `let_pass` the manager's word over them."""

    playbook: Playbook
    items: tuple[Item, ...]
    missing: tuple[Item, ...] = ()
    let_pass: Evidence | None = None
    begun: bool = False
    """Whether anything was ever learned about it."""

    @property
    def score(self) -> float:
        """Weight of what is known over all weight, in 0..1: the stated weights of the method."""
        whole = sum(it.criterion.weight for it in self.items)
        return sum(it.worth * it.criterion.weight for it in self.items) / whole if whole else 0.0

    @property
    def held_back(self) -> bool:
        """Whether it may not be in Commit."""
        return bool(self.missing) and self.let_pass is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """What qualifying needs of one deal."""

    opportunity: Opportunity
    evidence: tuple[Evidence, ...] = ()
    """Oldest first."""
    asked: tuple[Asked, ...] = field(default=())


def qualified(company: Company, playbook: Playbook, deal: Deal, today: date) -> Qualified:
    """How everything stands on that day, by all that is given as written down."""
    latest: Mapping[str, Evidence] = {it.criterion: it for it in deal.evidence}
    items = tuple(_item(it, latest.get(it.id), company, today) for it in playbook.criteria)
    gates = _gates(company, playbook, deal.opportunity, begun=bool(latest))
    return Qualified(
        playbook=playbook,
        items=items,
        missing=tuple(it for it in items if it.criterion.id in gates and it.worth == 0),
        let_pass=_let_pass(latest),
        begun=bool(latest),
    )


def age(it: Evidence, company: Company, today: date) -> int:
    """In days, by the clock of whoever wrote it down: where it is tomorrow already, it is of today."""
    return max(0, (today - company.day_of(it.at, it.by)).days)


def _item(criterion: Criterion, found: Evidence | None, company: Company, today: date) -> Item:
    if found is None or found.answer is Answer.UNKNOWN:
        return Item(criterion, Standing.UNKNOWN, found)
    days = age(found, company, today)
    if found.answer is Answer.NO:
        return Item(criterion, Standing.NOT_MET, found, days)
    if days > FRESH_DAYS:
        return Item(criterion, Standing.OLD, found, days)
    return Item(criterion, Standing.MET if found.answer is Answer.YES else Standing.PARTLY, found, days)


def _let_pass(latest: Mapping[str, Evidence]) -> Evidence | None:
    found = latest.get(ANY)
    return found if found and found.answer is Answer.YES else None


def _gates(company: Company, playbook: Playbook, deal: Opportunity, *, begun: bool) -> frozenset[str]:
    """What must be known before a deal may be committed.

    The method's critical criteria, and the exits that the company's file names for the deal's stage and those before
    it. They count from the first thing written down about a deal: before that nobody has begun, from then on silence
    means that nobody knows.
    """
    if not begun:
        return frozenset()
    stages = [it for it in company.all_stages if not (it.won or it.lost)]
    names = [it.name.casefold() for it in stages]
    at = names.index(deal.stage.casefold()) if deal.stage.casefold() in names else -1
    exits = {name for it in stages[: at + 1] for name in it.exit}
    return frozenset(exits | {it.id for it in playbook.criteria if it.critical})


def way(company: Company, deal: Opportunity) -> float:
    """How far through the company's open stages a deal is, in 0..1; half way where its stage isn't among them."""
    names = [it.name.casefold() for it in company.all_stages if not (it.won or it.lost)]
    if deal.stage.casefold() not in names or len(names) < 2:
        return 0.5
    return names.index(deal.stage.casefold()) / (len(names) - 1)


def to_ask(found: Qualified, along: float) -> Item | None:
    """The one missing item worth a question now: a shut gate, what is due at this stage, what has grown old."""
    open_ = [it for it in found.items if it.standing in {Standing.UNKNOWN, Standing.OLD, Standing.NOT_MET}]
    due = [it for it in open_ if it.criterion.known_by <= along + 1e-9 or it in found.missing]

    def rank(it: Item) -> tuple[bool, bool, bool, float]:
        fresh_no = it.standing is Standing.NOT_MET
        return fresh_no, it not in found.missing, not it.criterion.critical, it.criterion.known_by

    return min(due, key=rank, default=None)


def gated(
    company: Company, playbook: Playbook, deals: Iterable[Opportunity], evidence: Iterable[Evidence], today: date
) -> frozenset[str]:
    """Ids of those that may not be in Commit."""
    about = by_deal(evidence)
    begun = (Deal(opportunity=it, evidence=about[it.id]) for it in deals if it.id in about)
    return frozenset(it.opportunity.id for it in begun if qualified(company, playbook, it, today).held_back)


def by_deal(found: Iterable[Evidence]) -> Mapping[str, tuple[Evidence, ...]]:
    """In the order it came, by opportunity; those that nothing was written down about aren't in it."""
    about: dict[str, list[Evidence]] = {}
    for it in found:
        about.setdefault(it.opportunity, []).append(it)
    return {name: tuple(it) for name, it in about.items()}

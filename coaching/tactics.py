"""What was tried to find something out, and whether such deals moved on more often than others asked the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from coaching import cadence
from coaching.numbers.exact import TwoShares
from coaching.numbers.patterns import Pattern, Verdict, beside
from coaching.opportunities import Field, Status
from coaching.qualification import ANY
from coaching.stood import as_stood

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.numbers.stage_times import StageTimes
    from coaching.opportunities import Book, Change, Opportunity
    from coaching.qualification import Evidence
    from coaching.review import Review

Days = Mapping[str, date]
"""Since when, by deal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tactic:
    """One of a criterion's, with what came of it."""

    criterion: str
    words: str
    n_tried: int
    """Deals that it was tried on."""
    shares: TwoShares
    """Moved on out of n, with it and without it; of those whose time to do so is over."""
    pattern: Pattern | None = None
    """None while there is no deal with it or none without it to compare."""

    @property
    def verdict(self) -> Verdict | None:
        """None: too few to say. Only for the better: a deal that moves at once leaves no time to try anything on it."""
        if self.pattern is None or self.pattern.few:
            return None
        return self.pattern.verdict if self.pattern.probability_of_lift > 1 / 2 else Verdict.NONE


def tactics(
    evidence: Iterable[Evidence], book: Book, company: Company, times: StageTimes | None, today: date
) -> tuple[Tactic, ...]:
    """All that were tried up to the end of that day, the strongest first; `book` is as it stood then.

    A deal counts once for each tactic: from the first day that it was tried on or, without it, from the first answer
    to the same criterion. Within the median days that deals stay in the stage it was in on that day it moves on, to a
    later stage or to a win, or it doesn't; deals whose days aren't over yet, and stages without a median, count in
    neither. Given a criterion only deals that were asked about it are compared, so that what is hard to find out
    isn't held against what is easy.
    """
    tried, asked, words = _tried(evidence, company, today)
    ends = _Ends(book, company, times, today)
    shares = {name: _beside(days, asked[name[0]], ends) for name, days in tried.items()}
    found = beside([(*name, it) for name, it in shares.items() if it.n_with and it.n_without])
    patterns = {(it.column, it.value): it for it in found}
    all_ = (
        Tactic(criterion=name[0], words=words[name], n_tried=len(days), shares=shares[name], pattern=patterns.get(name))
        for name, days in tried.items()
    )
    return tuple(sorted(all_, key=_strength))


def tried(found: Review) -> tuple[Tactic, ...]:
    """By all that a review of a day has read."""
    facts = found.facts
    return tactics(facts.evidence, facts.book, facts.company, found.ground.look.stages, facts.today)


def _strength(it: Tactic) -> tuple[bool, float, int, str]:
    return it.verdict is None, it.pattern.p_value if it.pattern else 1.0, -it.n_tried, it.words


def _tried(
    evidence: Iterable[Evidence], company: Company, today: date
) -> tuple[dict[tuple[str, str], dict[str, date]], Mapping[str, Days], dict[tuple[str, str], str]]:
    """By criterion and tactic, and by criterion: deals with their first day; and how a tactic was first written."""
    tried: defaultdict[tuple[str, str], dict[str, date]] = defaultdict(dict)
    asked: defaultdict[str, dict[str, date]] = defaultdict(dict)
    words: dict[tuple[str, str], str] = {}
    for it in sorted(evidence, key=lambda one: one.at):
        on = cadence.local_day(it.at, company.tz)
        if on > today or it.criterion == ANY:
            continue
        asked[it.criterion].setdefault(it.opportunity, on)
        name = (it.criterion, " ".join(it.tactic.casefold().split()))
        if name[1]:
            tried[name].setdefault(it.opportunity, on)
            words.setdefault(name, it.tactic)
    return tried, asked, words


def _beside(with_: Days, asked: Days, ends: _Ends) -> TwoShares:
    there = [moved for deal, on in with_.items() if (moved := ends.moved(deal, on)) is not None]
    others = ((deal, on) for deal, on in asked.items() if deal not in with_)
    without = [moved for deal, on in others if (moved := ends.moved(deal, on)) is not None]
    return TwoShares(sum(there), len(there), sum(without), len(without))


class _Ends:
    """Whether deals moved on within the usual time of where they stood."""

    def __init__(self, book: Book, company: Company, times: StageTimes | None, today: date) -> None:
        self._deals = {it.id: it for it in book.deals}
        self._changes = _by_deal(book.changes)
        self._company, self._today = company, today
        self._usual = {it.stage.casefold(): it.median_days for it in times.stages} if times else {}
        stages = company.all_stages
        self._place = {it.name.casefold(): at for at, it in enumerate(stages) if not it.lost}
        self._lost = {it.name.casefold() for it in stages if it.lost}

    def moved(self, opportunity: str, on: date) -> bool | None:
        """From the day after; None where it can't be told, or not yet."""
        deal = self._deals.get(opportunity)
        mine = self._changes.get(opportunity, ())
        then = next(iter(as_stood((deal,), mine, self._company, on)), None) if deal else None
        usual = self._usual.get(then.stage.casefold()) if then and then.is_open else None
        if deal is None or then is None or usual is None:
            return None
        until = on + timedelta(days=max(1, usual))
        return None if until > self._today else self._moved(deal, mine, on, until)

    def _moved(self, deal: Opportunity, changes: Sequence[Change], on: date, until: date) -> bool:
        if deal.status is Status.WON and deal.closed_on is not None and on < deal.closed_on <= until:
            return True
        steps = (it for it in changes if it.field is Field.STAGE and on < it.on <= until)
        return any(self._forward(it) for it in steps)

    def _forward(self, step: Change) -> bool:
        """Between stages that the company doesn't know there is no order: a move is a move."""
        before, after = ((it or "").casefold() for it in (step.before, step.after))
        if not after or after in self._lost:
            return False
        return before not in self._place or after not in self._place or self._place[after] > self._place[before]


def _by_deal(changes: Iterable[Change]) -> Mapping[str, Sequence[Change]]:
    found: defaultdict[str, list[Change]] = defaultdict(list)
    for it in changes:
        found[it.opportunity].append(it)
    return found

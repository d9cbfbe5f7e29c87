"""Bid to win: of the deals that ended, how many were won; by the day of closing, and by the month of creation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from coaching.numbers.differences import Claim, compared
from coaching.numbers.intervals import Interval, exact
from coaching.numbers.ratios import ENOUGH
from coaching.numbers.shrinkage import Prior, prior
from coaching.opportunities import Opportunity, Status

MONTHS = 12
OWN_FROM = 20
"""Closed deals from which on a product line or a source stands on its own (fewer are pooled)."""
SETTLED = 0.1
"""The share of a month's deals that may still be open for it to be called settled."""
POOLED = ""
"""The name of those that are pooled."""
_NO_DECISION = re.compile(r"\bno[ _-]?decision\b|\bundecided\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ended:
    """How deals ended. `no_decision` are those that the CRM's stage calls so; they count as not won."""

    won: int = 0
    lost: int = 0
    no_decision: int = 0

    @property
    def closed(self) -> int:
        """All together."""
        return self.won + self.lost + self.no_decision

    @property
    def rate(self) -> float | None:
        """Won of those that ended; None when they are too few to say."""
        return self.won / self.closed if self.closed >= ENOUGH else None

    @property
    def interval(self) -> Interval | None:
        """Exact, 80 %; None when none has ended."""
        return exact(self.won, self.closed) if self.closed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Deals of one member, product line or source, by the day they closed.

    `pooled` names the lines that are together in it because each has too few of its own.
    """

    name: str
    ended: Ended
    prior: Prior
    p_adjusted: float
    claim: Claim | None
    pooled: tuple[str, ...] = ()

    @property
    def shrunk(self) -> float:
        """Leaning on the others of its kind."""
        return self.prior.shrunk(self.ended.won, self.ended.closed)


@dataclass(frozen=True, slots=True)
class Month:
    """Deals that closed in a calendar month."""

    first: date
    ended: Ended


@dataclass(frozen=True, slots=True)
class Cohort:
    """Deals created in a calendar month, and what has become of them."""

    first: date
    ended: Ended
    open: int

    @property
    def created(self) -> int:
        """All of them."""
        return self.ended.closed + self.open

    @property
    def share_open(self) -> float:
        """In 0..1."""
        return self.open / self.created if self.created else 0.0

    @property
    def settled(self) -> bool:
        """Whether hardly any are open, so that the ratio won't move much: the quick ones don't stand for all."""
        return self.share_open <= SETTLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Wins:
    """The calendar months from `first` on, the running one included, to `last`."""

    first: date
    last: date
    team: Ended
    members: tuple[Group, ...]
    products: tuple[Group, ...]
    sources: tuple[Group, ...]
    months: tuple[Month, ...]
    cohorts: tuple[Cohort, ...]


def wins(deals: Iterable[Opportunity], last: date) -> Wins:
    """By what had happened by the end of `last`: later closes are open, later deals aren't there.

    `members` are by member id, with POOLED for deals that are nobody's here.
    """
    known = known_on(deals, last)
    firsts = _months(last)
    closed = [it for it in known if it.closed_on and it.closed_on >= firsts[0]]
    return Wins(
        first=firsts[0],
        last=last,
        team=_ended(closed),
        members=_groups(closed, lambda it: it.member or POOLED, {}),
        products=_own(closed, lambda it: it.product),
        sources=_own(closed, lambda it: it.source),
        months=_by_month(closed, firsts),
        cohorts=_cohorts(known, firsts),
    )


def known_on(deals: Iterable[Opportunity], last: date) -> tuple[Opportunity, ...]:
    """As they stood at the end of that day: one that closes later is open, later ones aren't there.

    What left the CRM unfinished, or ended on an unknown day, is left out.
    """
    return tuple(_then(it, last) for it in deals if _there(it, last))


def _there(it: Opportunity, last: date) -> bool:
    if it.status is not Status.OPEN:
        return it.closed_on is not None and min(it.closed_on, it.created_on or it.closed_on) <= last
    gone = it.gone_on is not None and it.gone_on <= last
    return it.created_on is not None and it.created_on <= last and not gone


def _then(it: Opportunity, last: date) -> Opportunity:
    if it.closed_on is None or it.status is Status.OPEN:
        return replace(it, closed_on=None)
    return it if it.closed_on <= last else replace(it, status=Status.OPEN, closed_on=None)


def _months(last: date) -> tuple[date, ...]:
    """The first days of the last twelve months, oldest first."""
    running = last.year * 12 + last.month - 1
    return tuple(date(it // 12, it % 12 + 1, 1) for it in range(running - MONTHS + 1, running + 1))


def _ended(deals: Iterable[Opportunity]) -> Ended:
    counts = Counter(_how(it) for it in deals)
    return Ended(counts["won"], counts["lost"], counts["no_decision"])


def _how(it: Opportunity) -> str:
    if it.status is Status.WON:
        return "won"
    return "no_decision" if _NO_DECISION.search(it.stage) else "lost"


def _groups(
    deals: Sequence[Opportunity], name: Callable[[Opportunity], str], pooled: Mapping[str, tuple[str, ...]]
) -> tuple[Group, ...]:
    """Each against the others, adjusted for how many they are."""
    sorts: dict[str, list[Opportunity]] = {}
    for it in deals:
        sorts.setdefault(name(it), []).append(it)
    ended = {it: _ended(sorts[it]) for it in sorted(sorts)}
    counts = {it: (found.won, found.closed) for it, found in ended.items()}
    common = prior(counts.values())
    told = {it.who: it for it in compared(counts)}
    return tuple(
        Group(
            name=it,
            ended=found,
            prior=common,
            p_adjusted=told[it].p_adjusted,
            claim=told[it].claim,
            pooled=pooled.get(it, ()),
        )
        for it, found in ended.items()
    )


def _own(deals: Sequence[Opportunity], name: Callable[[Opportunity], str]) -> tuple[Group, ...]:
    """Lines with enough of their own, and the others together; deals without one are in neither.

    Names that differ in capitals and blanks only are one, called as most of its deals call it.
    """
    named = [(it, _loosely(name(it))) for it in deals if name(it).strip()]
    counts = Counter(key for _, key in named)
    called = {key: Counter(name(it).strip() for it, own in named if own == key).most_common(1)[0][0] for key in counts}
    few = {key for key, n in counts.items() if n < OWN_FROM}
    shown = {it.id: POOLED if key in few else called[key] for it, key in named}
    together = tuple(sorted(called[it] for it in few))
    return _groups([it for it, _ in named], lambda it: shown[it.id], {POOLED: together})


def _loosely(name: str) -> str:
    return "".join(name.casefold().split())


def _by_month(closed: Iterable[Opportunity], firsts: Sequence[date]) -> tuple[Month, ...]:
    sorts: dict[date, list[Opportunity]] = {it: [] for it in firsts}
    for it in closed:
        if it.closed_on:
            sorts[it.closed_on.replace(day=1)].append(it)
    return tuple(Month(first, _ended(them)) for first, them in sorts.items())


def _cohorts(known: Iterable[Opportunity], firsts: Sequence[date]) -> tuple[Cohort, ...]:
    sorts: dict[date, list[Opportunity]] = {it: [] for it in firsts}
    for it in known:
        created = it.created_on and it.created_on.replace(day=1)
        if created in sorts:
            sorts[created].append(it)
    return tuple(
        Cohort(first, _ended(it for it in them if it.closed_on), sum(it.closed_on is None for it in them))
        for first, them in sorts.items()
    )

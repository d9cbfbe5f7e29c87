"""The chain from the first call to the sale: each step's ratio, per member and for the team, and who differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from coaching.numbers.counted import Worked
from coaching.numbers.differences import Claim, Compared, Look, Peers, told_apart
from coaching.numbers.exact import Kind, TwoShares
from coaching.numbers.intervals import Interval, exact, exact_rate
from coaching.numbers.ratios import ENOUGH, WEEKS
from coaching.numbers.shrinkage import Prior, prior

TEAM = ""
"""In place of a member's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """From one step to the next, of one member or of the team. The interval is exact, 80 %; None without any `n`."""

    earlier: str
    later: str
    done: int
    n: int
    prior: Prior
    interval: Interval | None

    @property
    def kind(self) -> Kind:
        """A rate when somebody had more of the later step than of the earlier: it has sources of its own."""
        return self.prior.kind

    @property
    def rate(self) -> float | None:
        """Of the own counts alone; None when they are too few to say."""
        return self.done / self.n if self.n >= ENOUGH else None

    @property
    def shrunk(self) -> float:
        """Leaning on the team."""
        return self.prior.shrunk(self.done, self.n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One member's chain, or the team's (`member` is TEAM)."""

    member: str
    answered: int
    steps: Mapping[str, int]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A link on which somebody differs, from the others or from their own past; only what the data says."""

    link: Link
    past: bool
    claim: Claim
    compared: Compared

    @property
    def other(self) -> float:
        """The ratio it differs from: the others' together, or the own of the thirteen weeks before."""
        return self.compared.shares.won_without / self.compared.shares.n_without


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Of the days from `first` to `last`.

    `n_compared` is how many comparisons the claims were adjusted for, `least_p` the smallest p after that.
    """

    first: date
    last: date
    steps: tuple[str, ...]
    linked: tuple[str, ...]
    """The steps that links lead over."""
    team: Person
    people: tuple[Person, ...]
    standings: Mapping[str, tuple[Standing, ...]]
    n_compared: int
    least_p: float

    def of(self, member: str) -> Person | None:
        """That member's part; None for one who hasn't answered."""
        return next((it for it in self.people if it.member == member), None)

    def strongest(self, member: str) -> Standing | None:
        """The surest of what lies above; None when nothing does."""
        return next((it for it in self.standings.get(member, ()) if it.claim is Claim.ABOVE), None)

    def weakest(self, member: str) -> Standing | None:
        """The surest of what lies below; None when nothing does."""
        return next((it for it in self.standings.get(member, ()) if it.claim is Claim.BELOW), None)


def chain(steps: Sequence[str], worked: Iterable[Worked], last: date) -> Chain:
    """The thirteen weeks to `last`; the thirteen before them are everybody's own past.

    Claims are adjusted together over every member and link: against the others, and against the own past.
    """
    first, before = last - timedelta(weeks=WEEKS, days=-1), last - timedelta(weeks=2 * WEEKS, days=-1)
    days = [it for it in worked if before <= it.day <= last]
    now, past = (_by_member(it) for it in ([d for d in days if d.day >= first], [d for d in days if d.day < first]))
    everybody = sum(now.values(), _Sum())
    linked = _linked(steps, everybody)
    priors = {it: _prior(it, now) for it in pairwise(linked)}
    people = tuple(_person(member, now[member], steps, priors) for member in sorted(now))
    told = told_apart(_peers(now, priors), _own_pasts(now, past, priors))
    return Chain(
        first=first,
        last=last,
        steps=tuple(steps),
        linked=linked,
        team=_person(TEAM, everybody, steps, priors),
        people=people,
        standings=_standings(people, told),
        n_compared=len(told),
        least_p=min((it.p_adjusted for it in told), default=1.0),
    )


@dataclass(frozen=True, slots=True)
class _Sum:
    """Of some check-ins."""

    answered: int = 0
    done: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: _Sum) -> _Sum:
        return _Sum(self.answered + other.answered, self.done + other.done)

    def of(self, link: tuple[str, str]) -> tuple[int, int]:
        """How many of the later step, of how many of the earlier."""
        return self.done[link[1]], self.done[link[0]]


_Link = tuple[str, str]


def _linked(steps: Sequence[str], team: _Sum) -> tuple[str, ...]:
    """Without the steps that nobody writes down: none was counted, though later ones were."""
    last = max((at for at, it in enumerate(steps) if team.done[it]), default=0)
    return tuple(it for at, it in enumerate(steps) if team.done[it] or at > last or not at)


def _by_member(days: Iterable[Worked]) -> dict[str, _Sum]:
    found: dict[str, _Sum] = {}
    for it in days:
        found[it.member] = found.get(it.member, _Sum()) + _Sum(1, Counter(it.done))
    return found


def _prior(link: _Link, now: Mapping[str, _Sum]) -> Prior:
    counts = [it.of(link) for it in now.values()]
    own_sources = any(done > n for done, n in counts)
    return prior(counts, Kind.RATE if own_sources else Kind.SHARE)


def _person(member: str, it: _Sum, steps: Sequence[str], priors: Mapping[_Link, Prior]) -> Person:
    links = tuple(_link(link, it.of(link), prior) for link, prior in priors.items())
    return Person(member=member, answered=it.answered, steps={step: it.done[step] for step in steps}, links=links)


def _link(link: _Link, counts: tuple[int, int], prior: Prior) -> Link:
    done, n = counts
    interval = (exact_rate if prior.kind is Kind.RATE else exact)(done, n) if n else None
    return Link(earlier=link[0], later=link[1], done=done, n=n, prior=prior, interval=interval)


_PAST = "past:"


def _peers(now: Mapping[str, _Sum], priors: Mapping[_Link, Prior]) -> tuple[Peers, ...]:
    return tuple(
        Peers({who: now[who].of(link) for who in sorted(now)}, f"{at}", it.kind)
        for at, (link, it) in enumerate(priors.items())
    )


def _own_pasts(now: Mapping[str, _Sum], past: Mapping[str, _Sum], priors: Mapping[_Link, Prior]) -> tuple[Look, ...]:
    found: list[Look] = []
    for at, (link, it) in enumerate(priors.items()):
        for who in now.keys() & past.keys():
            own, before = now[who].of(link), past[who].of(link)
            if own[1] and before[1]:
                kind = Kind.RATE if before[0] > before[1] else it.kind
                found.append(Look(who, TwoShares(*own, *before), f"{_PAST}{at}", kind))
    return tuple(sorted(found, key=lambda it: (it.what, it.who)))


def _standings(people: Iterable[Person], told: Iterable[Compared]) -> dict[str, tuple[Standing, ...]]:
    """By member, the surest first."""
    by_member = {it.member: it for it in people}
    found: dict[str, list[Standing]] = {}
    for it in sorted(told, key=lambda one: one.p_adjusted):
        if it.claim:
            link = by_member[it.who].links[int(it.what.removeprefix(_PAST))]
            standing = Standing(link, it.what.startswith(_PAST), it.claim, it)
            found.setdefault(it.who, []).append(standing)
    return {member: tuple(them) for member, them in found.items()}

"""Who, or which month, differs from the rest; only when the data says so after all that was looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from coaching.numbers.exact import Kind, TwoShares, adjusted, p_value, probability_of_lift
from coaching.numbers.patterns import HUNCH, LIFT, LIKELY, Verdict


class Claim(StrEnum):
    """On which side of the others."""

    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Compared:
    """One against the others together, or against their own past; `what` is compared."""

    who: str
    shares: TwoShares
    p_adjusted: float
    what: str = ""
    kind: Kind = Kind.SHARE

    @property
    def claim(self) -> Claim | None:
        """None unless `p_adjusted` is below 0.05."""
        it = self.shares
        if self.p_adjusted >= LIKELY:
            return None
        return Claim.ABOVE if it.won_with * it.n_without > it.won_without * it.n_with else Claim.BELOW

    @property
    def verdict(self) -> Verdict:
        """Of a pattern: likely, a hunch, or none."""
        if self.p_adjusted < LIKELY:
            return Verdict.LIKELY
        lift = self.kind is Kind.SHARE and probability_of_lift(self.shares) > LIFT
        return Verdict.HUNCH if self.p_adjusted < HUNCH or lift else Verdict.NONE


@dataclass(frozen=True, slots=True)
class Look:
    """A comparison to make."""

    who: str
    shares: TwoShares
    what: str = ""
    kind: Kind = Kind.SHARE


def looked_at(looks: Sequence[Look]) -> tuple[Compared, ...]:
    """An exact test each, two-sided, with Benjamini-Hochberg over all of them: looking at more makes each claim harder.

    Fisher's for shares, the conditional binomial test for rates.
    """
    p_values = adjusted([p_value(it.shares, it.kind) for it in looks])
    return tuple(_told(it, p) for it, p in zip(looks, p_values, strict=True))


@dataclass(frozen=True, slots=True)
class Peers:
    """Who are compared with each other, and in what: (won, closed) of each."""

    counts: Mapping[str, tuple[int, int]]
    what: str = ""
    kind: Kind = Kind.SHARE

    def known(self) -> dict[str, tuple[int, int]]:
        """Without those who have closed nothing."""
        return {who: it for who, it in self.counts.items() if it[1]}


def told_apart(groups: Sequence[Peers], looks: Sequence[Look] = ()) -> tuple[Compared, ...]:
    """Who differs from their peers, step by step, and what else was looked at.

    One far from the others moves what the others are compared with: beside a star, everybody usual is below the rest.
    So in each group the surest is claimed first, and the rest are then compared without those claimed. Each step is
    adjusted for everything that is looked at (Benjamini-Hochberg); who was claimed makes no peer's claim easier.
    """
    claimed: dict[tuple[str, str], Compared] = {}
    while True:
        told = _step(groups, looks, claimed)
        new = {(it.what, it.who): it for peers in groups for it in _surest(peers, told, claimed)}
        if not new:
            return tuple(claimed.get((it.what, it.who), it) for it in told)
        claimed |= new


def compared(counts: Mapping[str, tuple[int, int]]) -> tuple[Compared, ...]:
    """Each (won, closed) against the rest, adjusted for how many they are; one alone has nobody to differ from."""
    return told_apart([Peers(counts)])


_Claimed = Mapping[tuple[str, str], Compared]


def _step(groups: Sequence[Peers], looks: Sequence[Look], claimed: _Claimed) -> tuple[Compared, ...]:
    """In the order of the groups, then `looks`; the claimed as they were claimed."""
    every = [*(it for peers in groups for it in _against_the_rest(peers, claimed)), *looks]
    p_values = [_p_value(it.shares, it.kind) for it in every]
    found: list[Compared] = []
    for peers in groups:
        own = range(len(found), len(found) + len(peers.known()))
        done = {at for at in own if (every[at].what, every[at].who) in claimed}
        p_adjusted = adjusted([1.0 if at in done else p for at, p in enumerate(p_values)]) if own else ()
        found += [_told(every[at], p_adjusted[at]) for at in own]
    of_looks = adjusted(p_values)
    return (*found, *(_told(every[at], of_looks[at]) for at in range(len(found), len(every))))


def _against_the_rest(peers: Peers, claimed: _Claimed) -> Iterator[Look]:
    """Each against the others together who aren't claimed."""
    known = peers.known()
    rest = [it for who, it in known.items() if (peers.what, who) not in claimed]
    won, closed = sum(it for it, _ in rest), sum(n for _, n in rest)
    for who, (own, n) in known.items():
        before = claimed.get((peers.what, who))
        shares = before.shares if before else TwoShares(own, n, won - own, closed - n)
        yield Look(who, shares, peers.what, peers.kind)


def _surest(peers: Peers, told: Sequence[Compared], claimed: _Claimed) -> Sequence[Compared]:
    """The next to be claimed, if anybody. Of two in all, each is what the other isn't."""
    known = peers.known()
    new = [it for it in told if it.what == peers.what and it.who in known and (it.what, it.who) not in claimed]
    new = [it for it in new if it.claim]
    if len(known) == 2:
        return new
    usual = sum(won for won, _ in known.values()) / max(1, sum(n for _, n in known.values()))
    new.sort(key=lambda it: (it.p_adjusted, _p_value(it.shares, it.kind), -_far(it, usual), it.who))
    return new[:1]


def _far(it: Compared, usual: float) -> float:
    return abs(it.shares.won_with / it.shares.n_with - usual)


def _told(it: Look, p: float) -> Compared:
    return Compared(it.who, it.shares, p, it.what, it.kind)


@lru_cache(maxsize=4096)  # most of what a step looks at is as it was in the one before
def _p_value(shares: TwoShares, kind: Kind) -> float:
    return p_value(shares, kind)

"""Who, or which month, differs from the rest; only when the data says so after all that was looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coaching.numbers.exact import Kind, TwoShares, adjusted, p_value, probability_of_lift
from coaching.numbers.patterns import HUNCH, LIFT, LIKELY, Verdict


class Claim(StrEnum):
    """On which side of the others."""

    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Compared:
    """One against all the others together, or against their own past; `what` is compared."""

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
    return tuple(Compared(it.who, it.shares, p, it.what, it.kind) for it, p in zip(looks, p_values, strict=True))


def against_the_rest(
    counts: Mapping[str, tuple[int, int]], what: str = "", kind: Kind = Kind.SHARE
) -> tuple[Look, ...]:
    """Each (won, closed) against all the others together. Who has closed nothing is left out."""
    known = {who: it for who, it in counts.items() if it[1]}
    won, closed = sum(it for it, _ in known.values()), sum(n for _, n in known.values())
    return tuple(Look(who, TwoShares(own, n, won - own, closed - n), what, kind) for who, (own, n) in known.items())


def compared(counts: Mapping[str, tuple[int, int]]) -> tuple[Compared, ...]:
    """Each (won, closed) against the rest, adjusted for how many they are; one alone has nobody to differ from."""
    return looked_at(against_the_rest(counts))

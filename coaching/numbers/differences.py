"""Who, or which month, differs from the rest; only when the data says so after all that was looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from coaching.numbers.exact import TwoShares, adjusted, fisher, probability_of_lift
from coaching.numbers.patterns import HUNCH, LIFT, LIKELY, Verdict


class Claim(StrEnum):
    """On which side of the others."""

    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Compared:
    """One against all the others together."""

    who: str
    shares: TwoShares
    p_adjusted: float

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
        hunch = self.p_adjusted < HUNCH or probability_of_lift(self.shares) > LIFT
        return Verdict.HUNCH if hunch else Verdict.NONE


def compared(counts: Mapping[str, tuple[int, int]]) -> tuple[Compared, ...]:
    """Each (won, closed) against the rest: Fisher's exact test, two-sided, Benjamini-Hochberg over all of them.

    Who has closed nothing is left out; one alone has nobody to differ from, and gets p = 1.
    """
    known = {who: it for who, it in counts.items() if it[1]}
    won_all, all_closed = sum(won for won, _ in known.values()), sum(n for _, n in known.values())
    tables = {who: TwoShares(won, n, won_all - won, all_closed - n) for who, (won, n) in known.items()}
    p_values = adjusted([fisher(it) if it.n_without else 1.0 for it in tables.values()])
    return tuple(Compared(who, it, p) for (who, it), p in zip(tables.items(), p_values, strict=True))

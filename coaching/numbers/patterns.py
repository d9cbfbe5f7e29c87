"""Which answers go with winning: exact tests, adjusted for everything looked at. Association, never cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coaching.numbers.answers import Answers, Deals, answers
from coaching.numbers.exact import TwoShares, adjusted, fisher, probability_of_lift

LIKELY, HUNCH, LIFT = 0.05, 0.20, 0.85
FEW = 5
"""Below this many deals with an answer, or without it, a hunch rests on next to nothing."""


class Verdict(StrEnum):
    """In a word, how far to trust it."""

    LIKELY = "likely"
    HUNCH = "hunch"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Deals with an answer beside those with another one; deals that leave it empty are in neither."""

    column: str
    value: str
    shares: TwoShares
    p_value: float
    p_adjusted: float
    probability_of_lift: float

    @property
    def few(self) -> bool:
        """Whether there are too few deals on one side to make anything of a hunch."""
        return min(self.shares.n_with, self.shares.n_without) < FEW

    @property
    def verdict(self) -> Verdict:
        """As the thresholds say."""
        if self.p_adjusted < LIKELY:
            return Verdict.LIKELY
        hunch = self.p_adjusted < HUNCH or self.probability_of_lift > LIFT
        return Verdict.HUNCH if hunch else Verdict.NONE


@dataclass(frozen=True, slots=True)
class Patterns:
    """All that was looked at, the strongest first."""

    n: int
    won: int
    looked_at: tuple[Pattern, ...]
    warnings: tuple[str, ...]


def patterns(deals: Deals) -> Patterns:
    """Every answer of every usable column, tested against the column's other answers."""
    found = answers(deals)
    looked_at = beside(_asked(found, deals.won))
    return Patterns(len(deals.won), sum(deals.won), looked_at, found.warnings)


def beside(asked: Sequence[tuple[str, str, TwoShares]]) -> tuple[Pattern, ...]:
    """Each column's value with its shares tested, adjusted for all of them; the strongest first."""
    p_values = [fisher(shares) for _, _, shares in asked]
    looked_at = [
        Pattern(
            column=column,
            value=value,
            shares=shares,
            p_value=p,
            p_adjusted=q,
            probability_of_lift=probability_of_lift(shares),
        )
        for (column, value, shares), p, q in zip(asked, p_values, adjusted(p_values), strict=True)
    ]
    looked_at.sort(key=lambda it: (it.p_value, -it.probability_of_lift, it.column, it.value))
    return tuple(looked_at)


def _asked(found: Answers, won: tuple[bool, ...]) -> list[tuple[str, str, TwoShares]]:
    return [
        (column.name, value, shares)
        for column in found.columns
        for value, shares in _shares(found.given[column.name], won)
        if shares.n_without
    ]


def _shares(given: Sequence[str | None], won: Sequence[bool]) -> Iterator[tuple[str, TwoShares]]:
    """Each answer that was given, in the column's deals that aren't empty."""
    n = Counter(it for it in given if it is not None)
    wins = Counter(it for it, y in zip(given, won, strict=True) if y and it is not None)
    for value in n:
        with_, without = wins[value], wins.total() - wins[value]
        yield value, TwoShares(with_, n[value], without, n.total() - n[value])

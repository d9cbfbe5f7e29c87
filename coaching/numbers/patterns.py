"""Which answers go with winning: exact tests, adjusted for everything looked at. Association, never cause."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from coaching.numbers.answers import Answers, Deals, answers
from coaching.numbers.exact import TwoShares, adjusted, fisher, probability_of_lift

LIKELY, HUNCH, LIFT = 0.05, 0.20, 0.85


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
    asked = _asked(found, deals.won)
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
    looked_at.sort(key=lambda it: (it.p_value, -it.probability_of_lift))
    return Patterns(len(deals.won), sum(deals.won), tuple(looked_at), found.warnings)


def _asked(found: Answers, won: tuple[bool, ...]) -> list[tuple[str, str, TwoShares]]:
    return [
        (column.name, value, shares)
        for column in found.columns
        for value in column.answers
        if (shares := _shares(value, found.given[column.name], won)).n_without
    ]


def _shares(value: str, given: tuple[str | None, ...], won: tuple[bool, ...]) -> TwoShares:
    with_ = [y for it, y in zip(given, won, strict=True) if it == value]
    without = [y for it, y in zip(given, won, strict=True) if it not in (value, None)]
    return TwoShares(sum(with_), len(with_), sum(without), len(without))

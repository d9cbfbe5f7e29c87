"""What else would have to become what, when prospecting alone can't bring the rest of a target; each by itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from coaching.numbers.backsolve import WINS, Pace, Position, Solution

LARGER = 2.0
"""Times what deals are worth now: that they all become larger than that is beyond reason."""


class Lever(StrEnum):
    """What can be moved, nearest to the close first."""

    WIN_RATE = "win_rate"
    """The share of what is open, in money, that is won in the period."""
    DEAL_SIZE = "deal_size"
    """Of the deals that can still be created at the usual pace."""
    OPEN_SIZE = "open_size"
    """Of the open deals, once nothing can be created in time any more."""
    DATES = "dates"
    """Money of open deals that are due after the period."""
    TARGET = "target"
    """What can be expected at the usual pace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What a lever is now, from `n` cases, and what it would have to become by itself.

    `possible`: whether it can, by arithmetic, or within reason; that it can is no promise that it will.
    """

    lever: Lever
    now: float
    needed: float
    n: int
    possible: bool


def moves(it: Solution) -> tuple[Move, ...]:
    """In the order of Lever; none when nothing is left to win. What can't be computed is left out."""
    if it.position.target is None or it.residual <= 0:
        return ()
    found = (_win_rate(it), _deal_size(it), _dates(it), _target(it))
    return tuple(move for move in found if move is not None)


def creatable(position: Position) -> float:
    """Value of the deals that can still be created in time: working days * inputs a day * ratios * deal size."""
    return 0.0 if position.deal is None else creatable_wins(position) * position.deal.value


def creatable_wins(position: Position) -> float:
    """By the step nearest to the win whose usual pace was counted; by a planned pace where none was."""
    rates = wins_per(position)
    counted = [(step, pace) for step in rates if (pace := position.paces.get(step)) and pace.usual is not None]
    planned = [(step, pace) for step in rates if (pace := position.paces.get(step)) and pace.plan is not None]
    chosen: tuple[str, Pace] | None = next(iter(counted), next(iter(planned), None))
    if chosen is None:
        return 0.0
    step, pace = chosen
    return max(0.0, position.working_days) * (pace.expected or 0.0) * rates[step]


def wins_per(position: Position) -> dict[str, float]:
    """How many wins one of each step leads to: the product of the ratios between."""
    found = {WINS: 1.0}
    for leg in position.legs:
        if leg.ratio is not None and leg.ratio.value > 0 and leg.of in found:
            ratio = 1 / leg.ratio.value if leg.forward else leg.ratio.value
            found[leg.step] = found[leg.of] * ratio
    return {step: it for step, it in found.items() if step != WINS}


def _win_rate(it: Solution) -> Move | None:
    """(target - won) / open amount, beside expected / open amount."""
    at = it.position
    if at.open_amount <= 0 or at.target is None:
        return None
    needed = (at.target - at.won) / at.open_amount
    now = at.open.value / at.open_amount
    return Move(lever=Lever.WIN_RATE, now=now, needed=needed, n=at.open.n, possible=needed <= 1)


def _deal_size(it: Solution) -> Move | None:
    """Residual / wins that can still be created; else the open deals' mean * (target - won) / expected of them."""
    at, wins = it.position, creatable_wins(it.position)
    if at.deal is not None and wins > 0:
        return Move(
            lever=Lever.DEAL_SIZE,
            now=at.deal.value,
            needed=it.residual / wins,
            n=at.deal.n,
            possible=it.residual / wins <= LARGER * at.deal.value,
        )
    if at.open.value <= 0 or not at.open.n or at.target is None:
        return None
    now = at.open_amount / at.open.n
    grown = (at.target - at.won) / at.open.value
    return Move(lever=Lever.OPEN_SIZE, now=now, needed=now * grown, n=at.open.n, possible=grown <= LARGER)


def _dates(it: Solution) -> Move | None:
    """How much of what is due later would have to be won within the period."""
    later = sum(one.amount for one in it.position.later)
    if later <= 0:
        return None
    return Move(
        lever=Lever.DATES, now=later, needed=it.residual, n=len(it.position.later), possible=it.residual <= later
    )


def _target(it: Solution) -> Move | None:
    """By the forecast; where that holds no new business, by the usual pace. None where it is the target, or more."""
    at = it.position
    if at.target is None:
        return None
    reachable = at.won + at.open.value + creatable(at) if at.forecast is None else at.forecast
    if at.forecast is not None and reachable >= at.target:
        return None
    return Move(lever=Lever.TARGET, now=at.target, needed=reachable, n=at.open.n, possible=True)

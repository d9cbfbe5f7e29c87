"""From what is left of a target back to what has to be done on a day, along the company's own chain of steps.

    residual      = target - won - expected from what is open now
    wins          = residual / what a deal is usually worth
    opportunities = wins / win ratio, and so on along the legs of the chain
    per day       = total / working days up to the last day on which a new opportunity can still close in the period
    last day      = end of the period - the usual (median) cycle of won deals

Nothing is rounded on the way; a person's number is rounded up at the very end. The range: independent errors, so the
distances of the inputs' 80 % bounds from their values, on a log scale, add up in squares (the delta method).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from math import ceil, exp, inf, log, sqrt

STRETCH = 1.5
"""Of the best four weeks that somebody has ever kept up: more a day is not to be had."""
PLAN_STRETCH = 2.0
"""Of the plan, for who has not been counted long enough."""
NEARLY = 1e-9


class Origin(StrEnum):
    """Whose counts an estimate comes from."""

    OWN = "own"
    """The member's, leaning on the team's while they are few."""
    TEAM = "team"
    PLAN = "plan"
    """The company's file says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure with its 80 % bounds, and how many cases it was made from."""

    value: float
    low: float
    high: float
    n: int
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """How much of `step` goes with `of`: divided by `ratio`, or times it where `of` comes first in the chain.

    None when there is too little to say: then nothing is said of this step, nor of those behind it.
    """

    step: str
    of: str
    ratio: Estimate | None
    forward: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Of one step on a working day: as planned, as usual, and in the best four weeks of `n` counted days."""

    plan: float | None = None
    usual: float | None = None
    best: float | None = None
    n: int = 0

    @property
    def most(self) -> float | None:
        """What can be asked for at most; never less than the plan. None when nothing is known."""
        if self.best is not None:
            return max(STRETCH * self.best, self.plan or 0.0)
        return None if self.plan is None else PLAN_STRETCH * self.plan

    @property
    def expected(self) -> float | None:
        """What can be counted on."""
        return self.plan if self.usual is None else self.usual


@dataclass(frozen=True, slots=True)
class Later:
    """An open deal that is due after the period."""

    name: str
    amount: float
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where somebody stands on the morning of `today`. Amounts in whole units of the company's currency."""

    today: date
    end: date
    target: float | None
    won: float
    n_won: int
    open: Estimate
    """Expected to be won in the period of the deals that are open now."""
    open_amount: float
    """What those would bring if all were won."""
    deal: Estimate | None
    """What a won deal is worth."""
    cycle: Estimate | None
    """Days from creation to the close of a won deal, the median."""
    legs: tuple[Leg, ...]
    """From the wins outwards: each `of` is WINS or an earlier leg's step."""
    working_days: float
    """Theirs, from today to the last day for creating; to the end, while the cycle isn't known."""
    working_days_left: float
    """Theirs, from today to the period's end."""
    paces: Mapping[str, Pace] = field(default_factory=dict)
    later: tuple[Later, ...] = ()
    unpriced: int = 0
    """Open deals that nothing can be expected of, for want of an amount or a probability."""
    forecast: float | None = None
    """What the forecast expects to be won by the end, new business included; None where it holds none."""

    @property
    def last_create_day(self) -> date | None:
        """The last on which a new opportunity closes in time, if it takes as long as usual."""
        return last_create_day(self.end, self.cycle)

    @property
    def create_days(self) -> int:
        """Calendar days from today to the last day for creating, both included."""
        last = self.last_create_day or self.end
        return max(0, (last - self.today).days + 1)


WINS = "wins"


def last_create_day(end: date, cycle: Estimate | None) -> date | None:
    """The period's last day less the usual cycle; None while that isn't known."""
    return None if cycle is None else end - timedelta(days=ceil(cycle.value - NEARLY))


@dataclass(frozen=True, slots=True)
class Band:
    """A positive figure and, as squares of logs, how far it may be off upwards and downwards."""

    value: float
    up: float = 0.0
    down: float = 0.0

    @property
    def low(self) -> float:
        """In one of ten cases it is below."""
        return self.value * exp(-sqrt(self.down))

    @property
    def high(self) -> float:
        """In one of ten cases it is above."""
        return self.value * exp(sqrt(self.up))

    def times(self, it: Estimate) -> Band:
        """What is off in `it` is off in the product the same way."""
        up, down = _off(it)
        return Band(self.value * it.value, self.up + up, self.down + down)

    def over(self, it: Estimate) -> Band:
        """What is off upwards in `it` is off downwards in the quotient."""
        up, down = _off(it)
        return Band(self.value / it.value, self.up + down, self.down + up)

    def shared(self, days: float) -> Band:
        """A day's share of it."""
        return Band(self.value / days, self.up, self.down)


def _off(it: Estimate) -> tuple[float, float]:
    down = log(it.value / it.low) if it.low > 0 else inf
    return log(max(it.high, it.value) / it.value) ** 2, down**2


@dataclass(frozen=True, slots=True)
class Need:
    """Of one step: in all, and a working day; None when no day is left for creating."""

    leg: Leg
    total: Band
    per_day: Band | None

    @property
    def today(self) -> int | None:
        """Rounded up, here and nowhere before."""
        return None if self.per_day is None else rounded_up(self.per_day.value)


class Verdict(StrEnum):
    """Whether the target can still be reached by new business."""

    FEASIBLE = "feasible"
    TIGHT = "tight"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a verdict is what it is."""

    COVERED = "covered"
    """What is won and open suffices, on average."""
    TOO_LATE = "too_late"
    TOO_MANY = "too_many"
    """More a day than anybody could keep up."""
    ABOVE_BEST = "above_best"
    """More a day than in the best four weeks."""
    MAY_BE_TOO_MANY = "may_be_too_many"
    """At the far end of the range."""
    CYCLE_UNKNOWN = "cycle_unknown"
    NO_TARGET = "no_target"
    NO_AMOUNTS = "no_amounts"
    """No won deal says what a deal is worth."""
    NO_WIN_RATIO = "no_win_ratio"
    NO_PACE = "no_pace"
    """Nothing says how much of any step a day can hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """A reason, with the step it is about and its figures a day, where it is about one."""

    reason: Reason
    step: str = ""
    need: float = 0.0
    most: float = 0.0


Reasons = tuple[Why, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """What follows from a position. `wins` is None when nothing says what a deal is worth."""

    position: Position
    residual: float
    residual_low: float
    residual_high: float
    wins: Band | None
    needs: tuple[Need, ...]
    verdict: Verdict
    why: Reasons

    def need(self, step: str) -> Need | None:
        """Of that step; None when it can't be said."""
        return next((it for it in self.needs if it.leg.step == step), None)


def solved(position: Position) -> Solution:
    """The needs of every step that can be said, and the verdict."""
    if position.target is None:
        return _without(position, Reason.NO_TARGET)
    left = position.target - position.won
    residual = max(0.0, left - position.open.value)
    low, high = max(0.0, left - position.open.high), max(0.0, left - position.open.low)
    wins = None if position.deal is None else _band(residual, low, high).over(position.deal)
    needs = () if wins is None else _needs(position, wins)
    verdict, why = _judged(position, residual, low, needs)
    return Solution(
        position=position,
        residual=residual,
        residual_low=low,
        residual_high=high,
        wins=wins,
        needs=needs,
        verdict=verdict,
        why=why,
    )


def rounded_up(it: float) -> int:
    """To the next whole; what is whole but for the computer's last digit stays."""
    return ceil(it - NEARLY * max(1.0, abs(it)))


def _without(position: Position, reason: Reason) -> Solution:
    why = (Why(reason=reason),)
    return Solution(
        position=position,
        residual=0.0,
        residual_low=0.0,
        residual_high=0.0,
        wins=None,
        needs=(),
        verdict=Verdict.UNKNOWN,
        why=why,
    )


def _band(value: float, low: float, high: float) -> Band:
    if value <= 0:
        return Band(0.0)
    return Band(value, log(high / value) ** 2, (log(value / low) if low > 0 else inf) ** 2)


def _needs(position: Position, wins: Band) -> tuple[Need, ...]:
    totals = {WINS: wins}
    found = []
    for leg in position.legs:
        if leg.ratio is None or leg.ratio.value <= 0 or leg.of not in totals:
            continue
        of = totals[leg.of]
        total = of.times(leg.ratio) if leg.forward else of.over(leg.ratio)
        totals[leg.step] = total
        # What follows the creation of a deal has until the end; what leads to it, until the last day for creating.
        days = position.working_days_left if leg.forward else position.working_days
        found.append(Need(leg, total, total.shared(days) if position.working_days > 0 else None))
    return tuple(found)


# --- the verdict ---------------------------------------------------------------------------------------------------
def _judged(position: Position, residual: float, low: float, needs: tuple[Need, ...]) -> tuple[Verdict, Reasons]:
    """Too late isn't hopeless as long as what is open may well bring all of it: in one of ten cases, it does."""
    if residual <= 0:
        return Verdict.FEASIBLE, (Why(reason=Reason.COVERED),)
    if position.working_days <= 0:
        return Verdict.INFEASIBLE if low > 0 else Verdict.TIGHT, (Why(reason=Reason.TOO_LATE),)
    if position.deal is None or not needs:
        missing = Reason.NO_AMOUNTS if position.deal is None else Reason.NO_WIN_RATIO
        return Verdict.UNKNOWN, (Why(reason=missing),)
    return _by_pace(position, needs)


def _by_pace(position: Position, needs: tuple[Need, ...]) -> tuple[Verdict, Reasons]:
    """By the step nearest to the win that was counted: fewest ratios lie between. Where none was, by every plan.

    Steps further out that ask for too much are a doubt only. What comes after a deal's creation follows by itself.
    """
    leading = (it for it in needs if not it.leg.forward and it.per_day is not None)
    known = [(it, pace) for it in leading if (pace := position.paces.get(it.leg.step)) and pace.most is not None]
    if not known:
        return Verdict.UNKNOWN, (Why(reason=Reason.NO_PACE),)
    decisive = [(need, pace) for need, pace in known if pace.usual is not None][:1] or known
    too_many = tuple(why for need, pace in known if (why := _too_many(need, pace)))
    if any(_too_many(need, pace) for need, pace in decisive):
        return Verdict.INFEASIBLE, too_many
    unsure = () if position.cycle else (Why(reason=Reason.CYCLE_UNKNOWN),)
    doubts = (*(why for need, pace in known if (why := _too_many(need, pace) or _doubt(need, pace))), *unsure)
    return (Verdict.TIGHT, doubts) if doubts else (Verdict.FEASIBLE, ())


def _too_many(need: Need, pace: Pace) -> Why | None:
    if need.per_day is None or pace.most is None or need.per_day.value <= pace.most:
        return None
    return Why(reason=Reason.TOO_MANY, step=need.leg.step, need=need.per_day.value, most=pace.most)


def _doubt(need: Need, pace: Pace) -> Why | None:
    if need.per_day is None or pace.most is None:
        return None
    day, step = need.per_day, need.leg.step
    if pace.best is not None and day.value > max(pace.best, pace.plan or 0.0):
        return Why(reason=Reason.ABOVE_BEST, step=step, need=day.value, most=pace.best)
    if day.high > pace.most:
        return Why(reason=Reason.MAY_BE_TOO_MANY, step=step, need=day.high, most=pace.most)
    return None

"""How long deals take, for a program: the cycle and its segments, the curve, the stages."""

from __future__ import annotations

from typing import Any

from coaching.numbers.cycles import Cycles
from coaching.numbers.incidence import Incidence
from coaching.numbers.stage_times import StageTime
from coaching.numbers.usual import Segment

CURVE = ("days", "won", "lost", "open", "at_risk")


def cycle_data(it: Cycles) -> dict[str, Any]:
    """Under the contract's keys, and more. Days are of won deals; `with_open` is by the curve, of those ever won."""
    usual = it.usual.all.cycle
    return {
        "n_won": usual.n_won,
        "median_days": days(usual.median_days),
        "p90_days": days(usual.p90_days),
        "half_closed_days": it.curve.half_closed_days,
        "with_open": {"median_days": it.curve.won_by(0.5), "p90_days": it.curve.won_by(0.9)},
        "segments": [_segment(one) for one in it.usual.segments],
        "curve": _curve(it.curve),
        "stages": None if it.stages is None else [_stage(one) for one in it.stages.stages],
    }


def days(it: float | None) -> float | int | None:
    """Whole ones without a point."""
    return it if it is None or it % 1 else int(it)


def _curve(it: Incidence) -> list[dict[str, float]]:
    shares = ([round(one, 4) for one in them] for them in (it.won, it.lost, it.open))
    return [dict(zip(CURVE, row, strict=True)) for row in zip(it.days, *shares, it.at_risk, strict=True)]


def _segment(it: Segment) -> dict[str, Any]:
    return {
        "what": it.by,
        "name": it.name,
        "n_won": it.cycle.n_won,
        "n_closed": it.n_closed,
        "median_days": days(it.cycle.median_days),
        "p90_days": days(it.cycle.p90_days),
        "p_adjusted": it.p_adjusted,
        "own": it.differs,
    }


def _stage(it: StageTime) -> dict[str, Any]:
    return {"stage": it.stage, "median_days": it.median_days, "n_moved": it.n_moved, "n": it.n}

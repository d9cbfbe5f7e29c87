"""How good forecasts were, for a program: shares as numbers, null below the least n, which is always beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coaching.forecasts import Author
from coaching.numbers.accuracy import Accuracy
from coaching.track_record import MARKS, TrackRecord


def accuracies(record: TrackRecord) -> Mapping[str, Any]:
    """Of everybody who forecasts, by what stood on the fixed days: the sum, and member by member."""
    return {
        "marks": list(MARKS),
        "waiting": list(record.waiting),
        "by_author": {
            by.value: {"total": _shares(record.together(by)), "members": _shares(record.each(by))} for by in Author
        },
    }


def member_accuracy(record: TrackRecord, member: str) -> Mapping[str, Any]:
    """Of a rep's own weekly calls, the manager's about them, and the coach's."""
    own, factor = record.own(member), record.factors.get(member)
    return {
        **_shares(own),
        "factor": round(factor.shrunk, 4) if factor else None,
        "periods": [
            {"period": it.period, "called": round(it.forecast, 2), "came_in": round(it.actual, 2)}
            for it in own.outcomes
        ],
        "manager": _shares(record.own(member, Author.MANAGER)),
        "coach": _shares(record.own(member, Author.COACH)),
    }


def _shares(it: Accuracy) -> Mapping[str, Any]:
    return {
        "n": it.n,
        "n_periods": it.n_periods,
        "n_forecasts": it.n_forecasts,
        "wape": _rounded(it.wape),
        "bias": _rounded(it.bias),
        "mape": _rounded(it.mape),
        "band": it.band.value if it.band else None,
        "coverage80": _rounded(it.coverage),
    }


def _rounded(it: float | None) -> float | None:
    return None if it is None else round(it, 4)

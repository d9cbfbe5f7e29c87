"""What is locked of a week's forecast: each rep's as it stood at that moment, with what the coach expected that day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from coaching.agreed import row, stands
from coaching.disagreement import range_of
from coaching.forecasts import TEAM, Author, Call, Estimate, Locked, Remark
from coaching.money import Money, total

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.numbers.outlook import Outlook
    from coaching.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Locking:
    """A lock that came due. `at` is when it should have been, however late it is."""

    company: Company
    period: Period
    on: date
    at: datetime
    now: datetime
    calls: Sequence[Call]
    remarks: Sequence[Remark]
    won: Mapping[str, Money]
    """By member, NOBODY's included."""
    outlook: Outlook | None = None
    """The coach's of that day; None where the day has gone by."""
    estimates: Sequence[Estimate] = ()
    """What was kept of the coach's on that morning, for when it has."""
    done: bool = False
    """Whether this week's is locked already."""


def locked(it: Locking) -> tuple[Locked, ...]:
    """Of every active rep and of the team, by what had been said up to the moment, be it only now that it is kept."""
    calls = [one for one in it.calls if one.called_at <= it.at]
    remarks = [one for one in it.remarks if one.at <= it.at]
    zero = Money(0, it.company.currency)
    rows = (
        row(one, str(it.period), it.on, it.at, it.won.get(one.member, zero))
        for one in stands(it.company, calls, remarks)
    )
    whole = Locked(
        period=str(it.period), on=it.on, at=it.at, member=TEAM, won=total(it.won.values(), it.company.currency)
    )
    return tuple(_with_range(one, it) for one in (*rows, whole))


def _with_range(one: Locked, it: Locking) -> Locked:
    if it.outlook is not None:
        found = range_of(it.outlook, one.member or None)
        if found is None:
            return one
        return replace(one, expected=found.expected, p10=found.p10, p50=found.p50, p90=found.p90)
    kept = next((est for est in it.estimates if (est.by, est.member) == (Author.COACH, one.member)), None)
    if kept is None or kept.period != one.period or kept.expected.currency != one.won.currency:
        return one
    return replace(one, expected=kept.expected, p10=kept.p10, p50=kept.p50, p90=kept.p90)

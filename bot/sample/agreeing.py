"""What the story's manager agreed to, and how the forecast stood at the locks of the weeks before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from coaching import cadence
from coaching.forecast_times import next_lock
from coaching.forecasts import Call, Estimate, Locked, Remark, RemarkKind
from coaching.locking import Locking, locked
from coaching.numbers.outlook import won_by_member
from coaching.opportunities import Opportunity

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.periods import Period

Exports = Callable[[date], Sequence[Opportunity]]
LATER = timedelta(days=2)
"""Between a call and the manager's yes: she is in on two days of the week."""
AGREES = ("priya", "lena")
ANSWERED = {"dana": "Their board meets on the 30th, and their CFO asked for the contract"}


def remarks(company: Company, period: Period, calls: Sequence[Call], until: datetime) -> Iterator[Remark]:
    """Of the running period: a yes to the last calls of those nobody doubts, and the answer to a figure beside one."""
    manager = company.manager
    mine = [it for it in calls if it.period == str(period)]
    last = {(it.member, it.is_overlay): it for it in mine}
    for (member, beside), call in last.items():
        said = Remark(
            member=member,
            period=call.period,
            call=call.id,
            kind=RemarkKind.AGREED,
            by=member,
            at=call.called_at + LATER,
        )
        if not beside and member in AGREES and manager and said.at < until:
            yield replace(said, by=manager.id)
        if beside and member in ANSWERED and said.at < until:
            yield replace(said, kind=RemarkKind.ANSWER, text=ANSWERED[member])


def _about(call: Call, at: datetime) -> Remark:
    return Remark(member=call.member, period=call.period, call=call.id, kind=RemarkKind.AGREED, by=call.member, at=at)


def locks(  # noqa: PLR0917 - the story so far, in the order in which it is told
    company: Company,
    period: Period,
    calls: Sequence[Call],
    said: Sequence[Remark],
    mornings: Sequence[Estimate],
    exports: Exports,
    until: datetime,
) -> Iterator[Locked]:
    """Of each week of the running period that has been locked, with what the coach last expected before it."""
    at = next_lock(company, datetime.combine(period.start, time(0), UTC))
    while at < until:
        on = cadence.local_day(at, company.tz)
        if on in period:
            yield from locked(
                Locking(
                    company=company,
                    period=period,
                    on=on,
                    at=at,
                    now=at,
                    calls=[it for it in calls if it.period == str(period)],
                    remarks=said,
                    won=won_by_member(exports(on), company, period, until=on + timedelta(days=1)),
                    estimates=_of_that_week(mornings, on),
                )
            )
        at = next_lock(company, at)


def _of_that_week(mornings: Sequence[Estimate], on: date) -> list[Estimate]:
    """The story is told in weekly mornings, each standing for the days after it."""
    last = max((it.on for it in mornings if on - timedelta(days=6) <= it.on <= on), default=None)
    return [it for it in mornings if it.on == last]

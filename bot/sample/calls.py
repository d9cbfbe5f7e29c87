"""The forecast calls of the story: who calls low, who calls high, and what the manager puts beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

from coaching import cadence
from coaching.company import Company
from coaching.forecasts import Call
from coaching.money import Money
from coaching.opportunities import Opportunity, Status
from coaching.periods import Period

Exports = Callable[[date], Sequence[Opportunity]]
"""All deals as they were on a morning."""
PAST = 4
"""Periods before the running one that have calls."""
TIMES = (16, 44, 72)
"""Days into a period on which a call is made."""
LIKELY = {"Negotiation": Decimal("0.8"), "Proposal": Decimal("0.35")}
WHALE = "Harbor & Pine Logistics"


USUAL = ("Early days", "As the pipeline stands", "Only signatures missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Temper:
    """How a rep calls: the share of what is to be expected, and what they say about it in the running period."""

    share: Decimal
    reasons: tuple[str, str, str]
    whale: bool = False
    """Counts the large one in."""
    silent_after: int | None = None
    """The day, from the story's Monday, after which no call was made."""


TEMPERS = {
    "priya": Temper(
        share=Decimal("1.0"), reasons=("Pipeline as planned", "Two proposals out", "Both signatures are scheduled")
    ),
    "theo": Temper(share=Decimal("0.6"), reasons=("Early days", "Only what is certain", "I'd rather not promise more")),
    "dana": Temper(
        share=Decimal("1.03"),
        reasons=("Big one in the works", "Their board said yes in principle", "Harbor & Pine signs any day"),
        whale=True,
    ),
    "sam": Temper(
        share=Decimal("0.95"), reasons=("Some good talks", "Northgate looks fine", "As before"), silent_after=-25
    ),
    "lena": Temper(share=Decimal("0.9"), reasons=("My first quarter", "First deal is close", "Pepperell has signed")),
}


def calls(company: Company, monday: date, exports: Exports) -> tuple[Call, ...]:
    """All of the running period and those before it, oldest first, none on or after the story's Monday."""
    running = company.period(monday)
    periods = [running]
    for _ in range(PAST):
        periods.insert(0, periods[0].previous)
    made = [it for period in periods for it in _of_period(company, period, monday, exports)]
    return tuple(sorted([*made, *_overlays(company, running, monday, exports)], key=lambda it: it.called_at))


def _of_period(company: Company, period: Period, monday: date, exports: Exports) -> Iterator[Call]:
    running = monday in period
    days = {_weekday(period.start + timedelta(days=it)) for it in TIMES}
    if running:
        days |= {it for weeks in (3, 2, 1) if (it := monday - timedelta(weeks=weeks)) in period}
    # Nobody in this team takes a call back: it would be raised as a drop, and that is another story.
    last: dict[str, Decimal] = {}
    for turn, day in enumerate(sorted(it for it in days if it < monday)):
        # What landed in the end shines through the calls of a period that is over.
        known = exports(day if running else min(period.end, monday))
        for member, temper in TEMPERS.items():
            silent = running and temper.silent_after is not None and (day - monday).days > temper.silent_after
            expected = _expected(known, member, period, whale=temper.whale)
            if expected and not silent:
                said = (temper.reasons if running else USUAL)[min(turn, 2)]
                commit = _rounded(expected * temper.share * (1 + Decimal(turn - 1) / 25))
                commit = last[member] = max(commit, last.get(member, commit))
                yield _call(company, period, Said(member=member, by=member, commit=commit, reason=said, day=day))


def _overlays(company: Company, period: Period, monday: date, exports: Exports) -> Iterator[Call]:
    """The manager's own view, on her last day of the week before."""
    day = monday - timedelta(days=4)
    for member, reason in (
        ("theo", "His quarters end far above his calls; three are in signature"),
        ("dana", "Without Harbor & Pine: no contact for weeks, and its date keeps moving"),
    ):
        if day in period and company.manager:
            commit = _rounded(_expected(exports(day), member, period, whale=False))
            said = Said(member=member, by=company.manager.id, commit=commit, reason=reason, day=day)
            yield _call(company, period, said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One call, before it is dated by a wall clock."""

    member: str
    by: str
    commit: Decimal
    reason: str
    day: date


def _expected(known: Sequence[Opportunity], member: str, period: Period, *, whale: bool) -> Decimal:
    """Won in the period, and the likely part of what is to close in it."""
    own = [it for it in known if it.member == member and it.amount]
    won = [it for it in own if it.status is Status.WON and it.closed_on and it.closed_on in period]
    due = [it for it in own if it.is_open and it.close_date and it.close_date <= period.end and it.account != WHALE]
    large = [
        it for it in own if it.is_open and it.account == WHALE and whale and it.close_date in {None, *_days(period)}
    ]
    parts = [
        *(_amount(it) for it in won),
        *(_amount(it) * LIKELY.get(it.stage, Decimal(0)) for it in due),
        *(_amount(it) for it in large if it.stage == "Negotiation"),
    ]
    return sum(parts, Decimal(0))


def _days(period: Period) -> frozenset[date]:
    return frozenset(period.start + timedelta(days=it) for it in range((period.end - period.start).days + 1))


def _amount(it: Opportunity) -> Decimal:
    return it.amount.amount if it.amount else Decimal(0)


def _rounded(amount: Decimal) -> Decimal:
    return Decimal(max(1, round(amount / 1000)) * 1000)


def _call(company: Company, period: Period, said: Said) -> Call:
    who = company.member(said.by)
    assert who is not None
    return Call(
        member=said.member,
        period=str(period),
        by=said.by,
        commit=Money.of(said.commit, company.currency),
        best_case=Money.of(_rounded(said.commit * Decimal("1.25")), company.currency),
        reason=said.reason,
        called_at=cadence.instant(said.day, time(9, 12), who.tz),
    )


def _weekday(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day

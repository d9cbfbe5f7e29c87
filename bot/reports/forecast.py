"""The forecast of a period: the reps' calls, the manager's beside them, and the range of the pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.reports.report import Report, instant, number
from coaching.card import Card, Facts, Heading, Spans, Table, quiet
from coaching.digest import digest
from coaching.forecasts import Call
from coaching.numbers.forecast import NoRange
from coaching.people import Member
from coaching.periods import Period
from coaching.phrases import count
from coaching.ports import Records
from coaching.routines.digest import facts_on


def forecast(records: Records, period: Period, today: date, until: datetime) -> Report:
    """As of `today`, which ends at `until`. Amounts not called yet are null; so is a range that nothing gives."""
    company = records.company
    day = min(max(today, period.start), period.end)
    it = digest(facts_on(records, day, period=period))
    calls = tuple(call for call in records.calls(str(period)) if call.called_at < until)
    range_ = None if isinstance(it.outlook, NoRange) else it.outlook
    due = range_ is not None and range_.n > 0
    data = {
        "company": company.slug,
        "period": str(period),
        "currency": company.currency,
        "target": number(it.target),
        "won": number(it.won.amount),
        "total": {
            "commit": number(it.commit),
            "best_case": number(it.best_case),
            "p10": number(range_.p10) if range_ else None,
            "p50": number(range_.p50) if range_ else None,
            "p90": number(range_.p90) if range_ else None,
            "n": range_.n if range_ else 0,
        },
        "members": [_member(rep, calls) for rep in company.reps],
    }
    title = f"Forecast of {company.name}, {period}"
    pairs: tuple[tuple[str, Spans], ...] = (
        ("Target", (str(it.target or "none"),)),
        ("Won so far", (f"{it.won.amount} ({count(len(it.won.deals), 'deal')})",)),
        ("Called: commit", (str(it.commit or "not yet"),)),
        ("Called: best case", (str(it.best_case or "not yet"),)),
        (
            "From the pipeline",
            (f"{range_.p10} to {range_.p90}, middle {range_.p50}" if range_ and due else _why(it.outlook),),
        ),
    )
    table = Table(
        ("Member", "Commit", "Best case", "Manager's commit", "Called at", "Reason"),
        tuple(_row(rep, calls) for rep in company.reps),
        frozenset({1, 2, 3}),
    )
    maths = (
        f"The range holds four cases in five, from {count(range_.n, 'open deal')} by stage probability."
        if range_ and due
        else "A range needs open deals with an amount, a close date and a stage with a probability."
    )
    if due and it.undated:
        maths += f" {count(it.undated, 'open deal has', 'open deals have')} no close date and can't count."
    bias = "Accuracy and bias: not enough data until a called period has ended."
    return Report(data, Card(title, (Heading(title), Facts(pairs), table, quiet(maths), quiet(bias))))


def _why(it: object) -> str:
    return it.why if isinstance(it, NoRange) else "no open deal is due in it"


def _member(rep: Member, calls: Sequence[Call]) -> Mapping[str, Any]:
    own = [it for it in calls if it.member == rep.id and not it.is_overlay]
    over = [it for it in calls if it.member == rep.id and it.is_overlay]
    last = own[-1] if own else None
    return {
        "member": rep.id,
        "commit": number(last.commit) if last else None,
        "best_case": number(last.best_case) if last else None,
        "reason": last.reason if last else "",
        "called_at": instant(last.called_at) if last else None,
        "history": [_call(it) for it in own],
        "overlays": [{**_call(it), "by": it.by} for it in over],
    }


def _call(it: Call) -> Mapping[str, Any]:
    return {
        "commit": number(it.commit),
        "best_case": number(it.best_case),
        "reason": it.reason,
        "called_at": instant(it.called_at),
    }


def _row(rep: Member, calls: Sequence[Call]) -> tuple[Spans, ...]:
    own = [it for it in calls if it.member == rep.id and not it.is_overlay]
    over = [it for it in calls if it.member == rep.id and it.is_overlay]
    manager = str(over[-1].commit) if over else ""
    if not own:
        return ((rep.name,), ("not called",), ("",), (manager,), ("",), ("",))
    at = own[-1].called_at.astimezone(rep.tz)
    return (
        (rep.name,),
        (str(own[-1].commit),),
        (str(own[-1].best_case),),
        (manager,),
        (f"{at:%Y-%m-%d %H:%M}",),
        (own[-1].reason,),
    )

"""The forecast of a period: the calls, the coach's own range, and how good each has been so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.reports.forecast_accuracy import accuracies, member_accuracy
from bot.reports.forecast_picture import over_time
from bot.reports.report import Report, instant, number
from coaching.accuracy_card import everything, maths
from coaching.accuracy_card import title as accuracy_title
from coaching.card import Card, Element, Facts, Heading, Spans, Table, quiet, say
from coaching.digest import Digest, digest
from coaching.digest_card import REBUILT
from coaching.digest_facts import facts_on
from coaching.forecasts import TEAM, Call, Estimate
from coaching.numbers.forecast import NoRange, Range
from coaching.numbers.outlook import Basis
from coaching.numbers.pipeline import NOBODY
from coaching.outlook_words import in_words, members_maths, outlook_maths
from coaching.people import Member
from coaching.periods import Period
from coaching.phrases import count
from coaching.ports import Records
from coaching.track_record import TrackRecord, remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the report is made from."""

    it: Digest
    calls: tuple[Call, ...]
    record: TrackRecord
    estimates: tuple[Estimate, ...]
    """The coach's of the team, morning by morning of the period."""

    @property
    def reps(self) -> tuple[Member, ...]:
        """Active ones."""
        return self.it.facts.company.reps

    def range_of(self, member: str | None) -> Range | None:
        """None where none can be made."""
        found = self.it.outlook.of(member)
        if isinstance(found, NoRange) or (self.it.outlook.basis is Basis.STAGES and not found.n and not found.expected):
            return None
        return found


def forecast(records: Records, period: Period, today: date, until: datetime) -> Report:
    """As of `today`, which ends at `until`. Amounts not called yet are null; so is a range that nothing gives."""
    facts = facts_on(records, min(today, period.end), period=period, known=today)
    if today > period.end:
        facts = replace(facts, ahead=period.end + timedelta(days=1))
    mornings = records.estimate_days(period.start, min(today, period.end))
    told = Told(
        it=digest(facts),
        calls=tuple(call for call in records.calls(str(period)) if call.called_at < until),
        record=remembered(records, today, deals=facts.book.deals),
        estimates=records.estimates(mornings, TEAM) if mornings else (),
    )
    return Report(_data(told), _card(told))


# --- for a program -------------------------------------------------------------------------------------------------
def _data(told: Told) -> Mapping[str, Any]:
    it, company = told.it, told.it.facts.company
    return {
        "company": company.slug,
        "period": str(it.facts.period),
        "currency": company.currency,
        "target": number(it.target),
        "won": number(it.won.amount),
        "refreshed_on": it.facts.refreshed_on.isoformat() if it.facts.refreshed_on else None,
        "total": {
            "commit": number(it.commit),
            "best_case": number(it.best_case),
            **_range(it.outlook.total),
            "chance_of_target": it.outlook.total.chance if isinstance(it.outlook.total, Range) else None,
            "basis": it.outlook.basis.value,
            "why": it.outlook.why,
        },
        "members": [_member(rep, told) for rep in told.reps],
        "others": _range(told.it.outlook.of(NOBODY)),
        "accuracy": accuracies(told.record),
        "mornings": [_morning(it) for it in told.estimates if it.p10 is not None],
    }


def _range(found: Range | NoRange) -> Mapping[str, Any]:
    it = found if isinstance(found, Range) else None
    return {
        "p10": number(it.p10) if it else None,
        "p50": number(it.p50) if it else None,
        "p90": number(it.p90) if it else None,
        "expected": number(it.expected) if it else None,
        "n": it.n if it else 0,
    }


def _morning(it: Estimate) -> Mapping[str, Any]:
    return {"on": it.on.isoformat(), "p10": number(it.p10), "p50": number(it.p50), "p90": number(it.p90)}


def _member(rep: Member, told: Told) -> Mapping[str, Any]:
    own, over = _calls_of(rep, told.calls)
    last = own[-1] if own else None
    return {
        "member": rep.id,
        "commit": number(last.commit) if last else None,
        "best_case": number(last.best_case) if last else None,
        "reason": last.reason if last else "",
        "called_at": instant(last.called_at) if last else None,
        "history": [_call(it) for it in own],
        "overlays": [{**_call(it), "by": it.by} for it in over],
        **_range(told.it.outlook.of(rep.id)),
        "accuracy": member_accuracy(told.record, rep.id),
    }


def _call(it: Call) -> Mapping[str, Any]:
    return {
        "commit": number(it.commit),
        "best_case": number(it.best_case),
        "reason": it.reason,
        "called_at": instant(it.called_at),
    }


def _calls_of(rep: Member, calls: Sequence[Call]) -> tuple[list[Call], list[Call]]:
    """Their own, and the manager's beside them."""
    mine = [it for it in calls if it.member == rep.id]
    return [it for it in mine if not it.is_overlay], [it for it in mine if it.is_overlay]


# --- for a person --------------------------------------------------------------------------------------------------
def _card(told: Told) -> Card:
    it = told.it
    title = f"Forecast of {it.facts.company.name}, {it.facts.period}"
    elements: tuple[Element, ...] = (
        Heading(title),
        *((quiet(REBUILT),) if it.facts.rebuilt else ()),
        Facts(_pairs(told)),
        *_expected(told),
        *over_time(told.it, told.calls, told.estimates),
        Heading("Calls"),
        _calls(told),
        Heading("What the coach expects, by member"),
        *_by_member(told),
        Heading(accuracy_title()),
        *everything(it.facts.company, told.record),
        *maths(it.facts.company, None, told.record),
    )
    return Card(title, elements)


def _pairs(told: Told) -> tuple[tuple[str, Spans], ...]:
    it = told.it
    return (
        ("Target", (str(it.target or "none"),)),
        ("Won so far", (f"{it.won.amount} ({count(len(it.won.deals), 'deal')})",)),
        ("Called: commit", (str(it.commit or "not yet"),)),
        ("Called: best case", (str(it.best_case or "not yet"),)),
        ("The coach expects", (_short(told.range_of(None), told),)),
    )


def _short(found: Range | None, told: Told) -> str:
    if found is None:
        why = told.it.outlook.total
        return why.why if isinstance(why, NoRange) else "no open deal is due in it"
    if told.it.outlook.basis is Basis.OVER:
        return f"nothing more; it ended with {found.expected}"
    return f"{found.p10} to {found.p90}, middle {found.p50}"


def _expected(told: Told) -> tuple[Element, ...]:
    it, found = told.it, told.range_of(None)
    if found is None:
        text = "A range needs deals that closed before, or open ones with an amount, a close date and a stage's odds."
    else:
        text = in_words(it.outlook, found)
    if it.undated and it.outlook.basis is Basis.STAGES:
        text += f" {count(it.undated, 'open deal has', 'open deals have')} no close date and can't count."
    return (say(text), *outlook_maths(it.outlook, it.outlook.total, it.facts.period))


def _calls(told: Told) -> Table:
    head = ("Member", "Commit", "Best case", "Manager's commit", "Called at", "Reason")
    return Table(head, tuple(_row(rep, told.calls) for rep in told.reps), frozenset({1, 2, 3}))


def _row(rep: Member, calls: Sequence[Call]) -> tuple[Spans, ...]:
    own, over = _calls_of(rep, calls)
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


def _by_member(told: Told) -> tuple[Element, ...]:
    names = {rep.id: rep.name for rep in told.reps}
    lines = [(name, told.range_of(member)) for member, name in names.items()]
    others = [found for member in told.it.outlook.by_member if member not in names and (found := told.range_of(member))]
    rows = [(name, found) for name, found in lines if found]
    if others:
        rows.append(("Others, and nobody’s", _added(others)))
    if total := told.range_of(None):
        rows.append(("Together", total))
    table = Table(("Member", "Expected", "p10", "p50", "p90", "Open deals"), _lines(rows), frozenset({1, 2, 3, 4, 5}))
    note = quiet("What is expected adds up; the ends of the ranges don’t: not everybody has a bad quarter at once.")
    return (table, note, *members_maths(told.it.outlook, names)) if rows else (quiet("Nothing can be said yet."),)


def _added(them: Sequence[Range]) -> Range:
    """Of members who left and of nobody: only what is expected can be added."""
    first = them[0]
    if len(them) == 1:
        return first
    return replace(first, expected=sum((it.expected for it in them[1:]), first.expected), n=sum(it.n for it in them))


def _lines(rows: Sequence[tuple[str, Range]]) -> tuple[tuple[Spans, ...], ...]:
    return tuple(
        ((name,), (str(it.expected),), (str(it.p10),), (str(it.p50),), (str(it.p90),), (str(it.n),))
        for name, it in rows
    )

"""The forecast of a period: the calls, the coach's own range, and how good each has been so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.problem import Problem
from bot.reports.forecast_accuracy import accuracies, member_accuracy
from bot.reports.forecast_calls import (
    Calls,
    agreed_data,
    call_data,
    calls_told,
    history_told,
    locks_told,
    member_data,
)
from bot.reports.forecast_picture import over_time
from bot.reports.report import Report, instant, number
from coaching.accuracy_card import everything, maths
from coaching.accuracy_card import title as accuracy_title
from coaching.agreed import agreed_forecast
from coaching.card import Card, Element, Facts, Heading, Spans, Table, quiet, say
from coaching.categories import in_period
from coaching.company import Company
from coaching.digest import Digest, digest
from coaching.digest_card import REBUILT
from coaching.digest_facts import end_of, facts_on
from coaching.forecast_view import STALE_IMPORT, old_import
from coaching.forecasts import TEAM, Call, Estimate
from coaching.language import t, tn, worded
from coaching.money import Money
from coaching.numbers.forecast import NoRange, Range
from coaching.numbers.outlook import Basis, won_by_member
from coaching.numbers.pipeline import NOBODY
from coaching.outlook_words import in_words, members_maths, outlook_maths
from coaching.people import Member
from coaching.periods import Period
from coaching.playbooks import playbook
from coaching.ports import Records
from coaching.qualification import gated
from coaching.track_record import TrackRecord, remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the report is made from."""

    it: Digest
    calls: tuple[Call, ...]
    said: Calls
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


FAR = timedelta(days=366)
"""After the last import and the day that is asked about: a period beyond the one then is refused."""


def forecast(records: Records, period: Period, today: date, until: datetime) -> Report:
    """As of `today`, which ends at `until`. Amounts not called yet are null; so is a range that nothing gives.

    Problem for a period that nothing known reaches into (FAR).
    """
    facts = facts_on(records, min(today, period.end), period=period, known=today)
    _within_reach(facts.company, period, facts.refreshed_on or today, today)
    if today > period.end:
        facts = replace(facts, ahead=period.end + timedelta(days=1))
    mornings = records.estimate_days(period.start, min(today, period.end))
    it = digest(facts)
    calls = tuple(call for call in records.calls(str(period)) if call.called_at < until)
    told = Told(
        it=it,
        calls=calls,
        said=_said(records, it, calls, today, until),
        record=remembered(records, today, deals=facts.book.deals),
        estimates=records.estimates(mornings, TEAM) if mornings else (),
    )
    return Report(_data(told), _card(told))


def _within_reach(company: Company, period: Period, known: date, today: date) -> None:
    last = company.period(max(known, today) + FAR)
    if period.start > last.end:
        raise Problem(
            f"{period} begins {(period.start - known).days} days after the last import ({known}): nothing that is "
            f"known reaches into it. Ask for a period up to {last}, or import a newer export first"
        )


def _said(records: Records, it: Digest, calls: tuple[Call, ...], today: date, until: datetime) -> Calls:
    facts, company = it.facts, it.facts.company
    period, on = facts.period, min(today, facts.period.end)
    remarks = tuple(one for one in records.remarks(str(period)) if one.at < until)
    locks = tuple(one for one in records.locks(str(period)) if one.at < until)
    due = in_period(facts.open, period)
    known = (one for one in records.evidence() if one.at < min(until, end_of(records, on)))
    held = gated(company, playbook(company), due, known, on)
    return Calls(
        company=company,
        until=until,
        calls=calls,
        remarks=remarks,
        locks=locks,
        agreed=agreed_forecast(company, period, calls, remarks, locks, until),
        outlook=it.outlook,
        won=won_by_member(facts.book.deals, company, period, until=on + timedelta(days=1)),
        held=tuple(one for one in due if one.id in held),
    )


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
        "days_since_import": _days_since_import(told),
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
        "agreed": agreed_data(told.said),
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
        "history": [call_data(it) for it in own],
        "overlays": [{**call_data(it), "by": it.by} for it in over],
        **member_data(told.said, rep),
        **_range(told.it.outlook.of(rep.id)),
        "accuracy": member_accuracy(told.record, rep.id),
    }


def _days_since_import(told: Told) -> int | None:
    """On the day that it is told of: what has happened in them isn't known."""
    facts = told.it.facts
    return (facts.today - facts.refreshed_on).days if facts.refreshed_on else None


def _calls_of(rep: Member, calls: Sequence[Call]) -> tuple[list[Call], list[Call]]:
    """Their own, and the manager's beside them."""
    mine = [it for it in calls if it.member == rep.id]
    return [it for it in mine if not it.is_overlay], [it for it in mine if it.is_overlay]


# --- for a person --------------------------------------------------------------------------------------------------
def _card(told: Told) -> Card:
    it = told.it
    title = t("Forecast of {company}, {period}", company=it.facts.company.name, period=it.facts.period)
    elements: tuple[Element, ...] = (
        Heading(title),
        *((quiet(worded(REBUILT)),) if it.facts.rebuilt else ()),
        *_old(told),
        Facts(_pairs(told)),
        *_expected(told),
        *over_time(told.it, told.calls, told.estimates),
        *calls_told(told.said),
        *locks_told(told.said),
        *history_told(told.said),
        Heading(t("What the coach expects, by member")),
        *_by_member(told),
        Heading(accuracy_title()),
        *everything(it.facts.company, told.record),
        *maths(it.facts.company, None, told.record),
    )
    return Card(title, elements)


def _old(told: Told) -> tuple[Element, ...]:
    facts, days = told.it.facts, _days_since_import(told)
    if facts.refreshed_on is None or days is None or days <= STALE_IMPORT.days:
        return ()
    return (say(old_import(facts.refreshed_on, facts.today)),)


def _pairs(told: Told) -> tuple[tuple[str, Spans], ...]:
    it, now = told.it, told.said.agreed.now
    won = tn("{amount} ({n} deal)", "{amount} ({n} deals)", len(it.won.deals), amount=it.won.amount)
    stands = t("{commit}; {agreed} of {reps} agreed", commit=_or_not_yet(now.commit), agreed=now.agreed, reps=now.reps)
    return (
        (t("Target"), (str(it.target) if it.target else t("none"),)),
        (t("Won so far"), (won,)),
        (t("Called: commit"), (_or_not_yet(it.commit),)),
        (t("Called: best case"), (_or_not_yet(it.best_case),)),
        (t("What stands"), (stands,)),
        (t("The coach expects"), (_short(told.range_of(None), told),)),
    )


def _or_not_yet(it: Money | None) -> str:
    return t("not yet") if it is None else str(it)


def _short(found: Range | None, told: Told) -> str:
    if found is None:
        why = told.it.outlook.total
        return why.why if isinstance(why, NoRange) else t("no open deal is due in it")
    if told.it.outlook.basis is Basis.OVER:
        return t("nothing more; it ended with {amount}", amount=found.expected)
    return t("{low} to {high}, middle {middle}", low=found.p10, high=found.p90, middle=found.p50)


def _expected(told: Told) -> tuple[Element, ...]:
    it, found = told.it, told.range_of(None)
    if found is None:
        text = t(
            "A range needs deals that closed before, or open ones with an amount, a close date and a stage’s odds."
        )
    else:
        text = in_words(it.outlook, found)
    if it.undated and it.outlook.basis is Basis.STAGES:
        without = tn(
            "{n} open deal has no close date and can’t count.",
            "{n} open deals have no close date and can’t count.",
            it.undated,
        )
        text = f"{text} {without}"
    return (say(text), *outlook_maths(it.outlook, it.outlook.total, it.facts.period))


def _by_member(told: Told) -> tuple[Element, ...]:
    names = {rep.id: rep.name for rep in told.reps}
    lines = [(name, told.range_of(member)) for member, name in names.items()]
    others = [found for member in told.it.outlook.by_member if member not in names and (found := told.range_of(member))]
    rows = [(name, found) for name, found in lines if found]
    if others:
        rows.append((t("Others, and nobody’s"), _added(others)))
    if total := told.range_of(None):
        rows.append((t("Together"), total))
    head = (t("Member"), t("Expected"), "p10", "p50", "p90", t("Open deals"))
    table = Table(head, _lines(rows), frozenset({1, 2, 3, 4, 5}))
    note = quiet(t("What is expected adds up; the ends of the ranges don’t: not everybody has a bad quarter at once."))
    if not rows:
        return (quiet(t("Nothing can be said yet.")),)
    return (table, note, *members_maths(told.it.outlook, names))


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

"""One opportunity: what is known of it and from whom, how it moved, and its chance to be won with its parts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from bot.reports.report import Report, instant, number
from coaching.book import book_on, let_go_as_of, said_of
from coaching.card import Bold, Element, Maths, say
from coaching.company import Company
from coaching.deal_card import DealView, deal_card
from coaching.deals_card import Told
from coaching.language import number as written
from coaching.language import precise, t, tn, ts, worded
from coaching.numbers.known import Pipeline
from coaching.numbers.pipeline import pipeline_of
from coaching.numbers.projection import Chance, Gate, projected
from coaching.opportunities import Opportunity
from coaching.people import Member, Role
from coaching.phrases import inside, listed, percent
from coaching.playbooks import playbook
from coaching.ports import Records
from coaching.qualification import Deal, Item, Qualified, qualified
from coaching.reviewed import Over
from coaching.scoring import GateFactor, Scored, ended, gate_factor, scored, told


def deal(records: Records, opportunity_id: str, today: date, now: datetime) -> Report | None:
    """As of the end of `today`; None when it hadn't begun by then."""
    company = records.company
    evidence = tuple(it for it in records.evidence() if it.at < now)
    book, _ = book_on(records, today)
    deals, changes = book.deals, book.changes
    opportunity = next((it for it in deals if it.id == opportunity_id), None)
    if opportunity is None:
        return None
    mine = Deal(opportunity=opportunity, evidence=tuple(it for it in evidence if it.opportunity == opportunity.id))
    found = qualified(company, playbook(company), mine, today)
    before = ended(company, found.playbook, deals, evidence)
    by_answers, gate = scored(found.playbook, found, before), _gate(found, gate_factor(before))
    chance, n_learned = _chance(company, opportunity, gate, pipeline_of(deals, changes, company), today)
    let_go = {it: on for it, on in let_go_as_of(records, today).items() if it == opportunity.id and opportunity.is_open}
    view = DealView(
        company=company,
        reader=_anybody(company),
        today=today,
        deal=mine,
        found=found,
        changes=tuple(it for it in changes if it.opportunity == opportunity.id),
        told=Told(company=company, of=said_of(records, (opportunity,), today, until=now), let_go=let_go),
        chance=(*_in_words(chance, company, today, n_learned), told(by_answers)) if opportunity.is_open else (),
    )
    return Report(_data(view, chance, by_answers), deal_card(view, whole=True))


def _anybody(company: Company) -> Member:
    """A report is read by whoever runs it, and nothing in it is pressed."""
    return company.manager or Member(id="", name="", role=Role.ADMIN, zone=company.zone)


def _chance(
    company: Company, it: Opportunity, gate: Gate | None, known: Pipeline, today: date
) -> tuple[Chance | None, tuple[int, int]]:
    """Until the end of the fiscal quarter; None for a deal that isn't open. With what it was learned from."""
    gates = {it.id: gate} if gate else {}
    period = company.period(today)
    projection = projected(known, today, period.end, gates)
    return next((one for one in projection.chances if one.id == it.id), None), projection.n_learned


def _gate(found: Qualified, learned: GateFactor) -> Gate | None:
    """What is missing, where deals that lacked something were won less often."""
    if not found.held_back or learned.times >= 1:
        return None
    names = listed([inside(it.criterion.name) for it in found.missing])
    told = t(
        "{won} of {n} such deals won where {expected} were to be expected",
        won=learned.won,
        n=learned.n,
        expected=written(learned.expected, 1),
    )
    return Gate(learned.times, t("not known: {names} ({told})", names=names, told=told))


def _in_words(it: Chance | None, company: Company, today: date, learned: tuple[int, int]) -> tuple[Element, ...]:
    if it is None or it.p_win is None or it.p_win_in_period is None:
        return (say(t("How likely it is to be won can't be said: not enough data of how earlier deals ended.")),)
    until = company.period(today)
    words = say(
        *ts(
            "{chance}, {share} within {until}.",
            chance=Bold(t("{share} likely to be won", share=percent(it.p_win))),
            share=percent(it.p_win_in_period),
            until=until,
        )
    )
    return words, _maths(it, str(until), learned)


def _maths(it: Chance, until: str, learned: tuple[int, int]) -> Maths:
    parts = tuple(
        (
            f"{worded(one.factor)}: {worded(one.level)}",
            t(
                "x {times}, from {won} won where {expected} were to be expected",
                times=precise(one.times),
                won=written(one.won, 1),
                expected=written(one.expected, 1),
            ),
        )
        for one in it.parts
    )
    gate = ((it.gate.why, f"x {precise(it.gate.times)}"),) if it.gate else ()
    rest = tuple(
        (worded(one.what), t("x {times}, from {learned}", times=precise(one.times), learned=one.learned))
        for one in it.rest
    )
    won, lost = learned
    by_age = (
        (
            (
                t("by its age and the calendar alone"),
                t("{exact}, from {won} won and {lost} lost deals", exact=_exact(it.by_age), won=won, lost=lost),
            ),
        )
        if it.by_age is not None and (won or lost)
        else ((t("what the company says of its stage, as no deal has closed yet"), _exact(it.by_age or 0)),)
    )
    return Maths(
        figure=t("the chance to be won within {until}", until=until),
        value=_exact(it.p_win_in_period or 0),
        formula=t(
            "the chance by its age (the sum over the days left of: still open x rate of winning at that age "
            "and month) x all the factors below"
        ),
        inputs=(*by_age, *parts, *rest, *gate),
        uncertainty=t("a chance of one deal is never wrong or right; the backtest says how often such deals were won"),
        source=t("discrete-time hazard, Allison 1982; docs/numbers.md, The chance of a deal"),
    )


def _exact(chance: float) -> str:
    """To three digits, so that what is multiplied comes to what is shown."""
    return f"{precise(chance * 100)} %"


# --- for programs --------------------------------------------------------------------------------------------------
def _data(view: DealView, chance: Chance | None, by_answers: Scored) -> dict[str, Any]:
    it, found = view.deal.opportunity, view.found
    return {
        "company": view.company.slug,
        "on": view.today.isoformat(),
        "id": it.id,
        "name": it.title,
        "account": it.account,
        "owner": it.owner,
        "member": it.member,
        "stage": it.stage,
        "status": it.status.value,
        "amount": number(it.amount),
        "created_on": _day(it.created_on),
        "close_date": _day(it.close_date),
        "closed_on": _day(it.closed_on),
        "next_step": it.next_step,
        "let_go_on": _day(view.told.let_go.get(it.id)),
        "answered": _answered(view.told.of.get(it.id)),
        "qualification": {
            "method": found.playbook.id,
            "share": round(found.score, 4),
            "held_back": found.held_back,
            "missing": [one.criterion.id for one in found.missing],
            "criteria": [_item(one) for one in found.items],
        },
        "evidence": [
            {
                "criterion": one.criterion,
                "answer": one.answer.value,
                "quote": one.quote,
                "source": one.source,
                "by": one.by,
                "at": instant(one.at),
                "tactic": one.tactic,
            }
            for one in view.deal.evidence
        ],
        "history": [
            {"on": one.on.isoformat(), "field": one.field.value, "before": one.before, "after": one.after}
            for one in view.changes
        ],
        "chance": _parts(chance),
        "score": _points(by_answers),
    }


def _answered(it: Over | None) -> dict[str, Any] | None:
    """What its rep has said in a review and the CRM doesn't know yet."""
    if it is None:
        return None
    dated, stepped = it.dated, it.stepped
    return {
        "close_date": _day(dated.close_date) if dated else None,
        "next_step": stepped.next_step if stepped else "",
        "next_step_on": _day(stepped.next_step_on) if stepped else None,
        "on": max(one.on for one in (dated, stepped) if one).isoformat(),
    }


def _day(it: date | None) -> str | None:
    return it.isoformat() if it else None


def _item(it: Item) -> dict[str, Any]:
    return {
        "criterion": it.criterion.id,
        "name": it.criterion.name,
        "standing": it.standing.value,
        "age_days": it.age_days,
        "weight": it.criterion.weight,
        "critical": it.criterion.critical,
    }


def _parts(it: Chance | None) -> dict[str, Any] | None:
    if it is None:
        return None
    return {
        "p_win": it.p_win,
        "p_win_in_period": it.p_win_in_period,
        "by_age": it.by_age,
        "parts": [
            {
                "factor": one.factor.value,
                "level": one.level,
                "times": one.times,
                "won": one.won,
                "expected": one.expected,
            }
            for one in it.parts
        ],
        "rest": [{"what": one.what, "times": one.times, "learned": one.learned} for one in it.rest],
        "gate": {"times": it.gate.times, "why": it.gate.why} if it.gate else None,
        "category": it.category.value,
    }


def _points(it: Scored) -> dict[str, Any]:
    points = it.score.points if it.score else ()
    return {
        "n": it.n,
        "won": it.won,
        "p_win": it.score.chance if it.score else None,
        "points": [{"criterion": one.column, "standing": one.value, "points": one.points} for one in points],
        "warnings": list(it.learned.warnings)
        or ([] if it.score else [tn("{n} closed deal with answers", "{n} closed deals with answers", it.n)]),
    }

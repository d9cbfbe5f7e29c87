"""The owner's weekly digest, as a report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from bot.reports.report import Report, instant, number
from bot.reports.review import waterfall_data
from coaching.card import Card, Maths
from coaching.digest import LEAST_PEOPLE, Deciding, Digest, Pile, digest, missing_in
from coaching.digest_card import card
from coaching.digest_facts import end_of, facts_on, with_all
from coaching.digest_rows import maths_card
from coaching.mandate import Mandate
from coaching.money import Money
from coaching.numbers.forecast import NoRange
from coaching.ports import Holidays, Records


def weekly(records: Records, day: date, holidays: Holidays) -> Report:
    """Of the week that ends on `day`."""
    it = owners_week(records, day, holidays)
    return Report(owners_data(it), _card(it))


def owners_week(records: Records, day: date, holidays: Holidays) -> Digest:
    """As it stood at the end of that day."""
    facts = replace(facts_on(records, day), now=end_of(records, day))
    return digest(with_all(facts, records, holidays))


def _card(it: Digest) -> Card:
    """Nobody can press a button here, and the maths is folded in."""
    shown, maths = card(it, answerable=False), maths_card(it)
    return Card(shown.summary, (*shown.elements, *(one for one in maths.elements if isinstance(one, Maths))))


def owners_data(it: Digest) -> dict[str, Any]:
    """For programs."""
    facts = it.facts
    range_ = None if isinstance(it.outlook.total, NoRange) else it.outlook.total
    enough = it.answering >= LEAST_PEOPLE
    return {
        "company": facts.company.slug,
        "on": facts.today.isoformat(),
        "period": str(facts.period),
        "currency": facts.company.currency,
        "target": number(it.target),
        "won": _pile(it.won),
        "commit": number(it.commit) if it.enough_called else None,
        "best_case": number(it.best_case) if it.enough_called else None,
        "called": it.called,
        "p10": number(range_.p10) if range_ else None,
        "p50": number(range_.p50) if range_ else None,
        "p90": number(range_.p90) if range_ else None,
        "toward_target": list(it.toward),
        "basis": it.outlook.basis.value,
        "reps_at_goal": sum(one.on_course for one in it.goals) if len(it.goals) >= LEAST_PEOPLE else None,
        "reps_with_target": len(it.goals),
        "week": {
            "won": _pile(it.won_week),
            "lost": _pile(it.lost_week),
            "pushed": _pile(it.pushed),
            "new": _pile(it.new),
        },
        "checkins": {"asked": it.asked, "answered": it.answered, "people": it.answering} if enough else None,
        "habits": [
            {"habit": one.habit, "done": one.done, "planned": one.planned, "people": one.people}
            for one in it.practice
            if one.people >= LEAST_PEOPLE and enough
        ],
        "decisions": [_decision(one) for one in it.decisions],
        "left_undone": [{"id": one.id, "text": one.text, "at_stake": number(it.worth(one))} for one in it.undone],
        "let_go": [{"opportunity": one.opportunity, "title": one.title} for one in it.let_go],
        "dropped_commitments": len(it.dropped) if enough else None,
        "told_late": {"won": _pile(it.won_late), "lost": _pile(it.lost_late)},
        "refreshed_on": facts.refreshed_on.isoformat() if facts.refreshed_on else None,
        "from": facts.first.isoformat(),
        "agreed": _agreed(it),
        "waterfall": waterfall_data(facts.changed) if facts.changed else None,
        "deciding": [_deal(it, one) for one in it.deciding],
        "majors": _majors(it),
        "risks": [
            {
                "risk": one.hazard.value,
                "text": one.said,
                "at_stake": number(one.at_stake),
                "n": len(one.deals),
                "ids": [deal.deal.id for deal in one.deals],
                "maths": dict(one.maths.pairs),
            }
            for one in it.risks
        ],
        "wins_credited": [
            {
                "opportunity": one.deal.id,
                "act": one.act.value,
                "member": one.member,
                "on": one.on.isoformat(),
                "words": one.words,
            }
            for one in it.credited
        ],
    }


def _decision(it: Mandate) -> dict[str, Any]:
    return {
        "id": it.subject,
        "text": it.question,
        "about": it.about.value,
        "opportunity": it.opportunity or None,
        "at_stake": number(it.at_stake),
        "by": it.by.isoformat(),
        "expires_at": instant(it.expires_at),
        "answers": [one.value for one in it.words],
        "answer": it.word.value if it.word else None,
        "answered_by": it.answered_by,
        "answered_at": instant(it.answered_at),
    }


def _deal(of: Digest, it: Deciding) -> dict[str, Any]:
    deal, currency = it.seen.deal, of.facts.company.currency
    return {
        "opportunity": deal.id,
        "title": deal.title,
        "stage": deal.stage,
        "amount": number(money(it.seen.worth, currency)),
        "estimated": it.seen.estimated,
        "chance": round(it.chance, 4),
        "at_stake": number(money(it.expected, currency)),
        "close_date": deal.close_date.isoformat() if deal.close_date else None,
        "missing": [one.criterion.id for one in missing_in(of, deal)],
    }


def money(amount: float | None, currency: str) -> Money | None:
    """Whole units."""
    return None if amount is None else Money.of(round(amount), currency)


def _majors(it: Digest) -> dict[str, Any] | None:
    found = it.facts.majors
    if found is None or found.since is None:
        return None
    return {
        "since": found.since.isoformat(),
        "ids": [one.choice.opportunity for one in found.majors],
        "amount": number(found.amount),
        "at_stake": number(found.at_stake),
        "without_amount": found.unknown,
        "dropped": [one.choice.opportunity for one in found.dropped],
        "freed_minutes": found.freed,
    }


def _agreed(it: Digest) -> dict[str, Any] | None:
    """A sum of four reps or more; null where it would be somebody's own."""
    found = it.facts.agreed
    if found is None or found.locked is None or found.locked.called < LEAST_PEOPLE:
        return None
    return {
        "locked_at": instant(found.locked_at),
        "commit": number(found.locked.commit),
        "best_case": number(found.locked.best_case),
        "change": number(found.change),
        "agreed": found.locked.agreed,
        "overlaid": found.locked.overlaid,
        "called": found.locked.called,
    }


def _pile(it: Pile) -> dict[str, Any]:
    return {
        "amount": number(it.amount),
        "n": len(it.deals),
        "without_amount": it.unknown,
        "ids": [one.id for one in it.deals],
    }

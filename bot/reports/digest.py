"""The owner's weekly digest, as a report."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.reports.report import Report, number
from coaching.digest import LEAST_PEOPLE, Digest, Pile, digest
from coaching.digest_card import card
from coaching.numbers.forecast import NoRange
from coaching.ports import Holidays, Records
from coaching.routines.digest import facts_on, with_standing


def weekly(records: Records, day: date, holidays: Holidays) -> Report:
    """Of the week that ends on `day`."""
    it = digest(with_standing(facts_on(records, day), records, holidays))
    return Report(_data(it), card(it))


def _data(it: Digest) -> dict[str, Any]:
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
        "commit": number(it.commit),
        "best_case": number(it.best_case),
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
        "decisions": [{"id": one.id, "text": one.text} for one in it.decisions],
        "left_undone": [{"id": one.id, "text": one.text} for one in it.undone],
        "dropped_commitments": len(it.dropped),
        "refreshed_on": facts.refreshed_on.isoformat() if facts.refreshed_on else None,
    }


def _pile(it: Pile) -> dict[str, Any]:
    return {
        "amount": number(it.amount),
        "n": len(it.deals),
        "without_amount": it.unknown,
        "ids": [one.id for one in it.deals],
    }

"""A rep's own week, as a report."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.reports.report import Report
from coaching.book import book_on
from coaching.card import Card, Maths
from coaching.people import Member
from coaching.ports import Records
from coaching.recap import Moved, Promise, Question, Recap, recap
from coaching.recap_card import card, maths_card
from coaching.routines.recap import facts_on


def recap_of(records: Records, member: Member, day: date) -> Report:
    """Of the week that `day` is in, up to it, as it stood at its end."""
    book, _ = book_on(records, day)
    it = recap(facts_on(records, member, day, book))
    shown = card(it, buttons=False)
    maths = () if it.empty else tuple(one for one in maths_card(it).elements if isinstance(one, Maths))
    return Report(_data(it), Card(shown.summary, (*shown.elements, *maths)))


def _data(it: Recap) -> dict[str, Any]:
    facts = it.facts
    return {
        "company": facts.company.slug,
        "member": facts.member.id,
        "from": facts.monday.isoformat(),
        "on": facts.today.isoformat(),
        "checkins": {"asked": it.asked, "answered": it.answered},
        "habits": [
            {"habit": one.habit, "done": one.done, "planned": one.planned, "days": one.days} for one in it.practice
        ],
        "counts": dict(it.counts),
        "commitments": {
            "kept": [one.text for one in it.kept],
            "moved": [one.text for one in it.moved_on],
            "dropped": [one.text for one in it.dropped],
            "open": [one.text for one in it.open],
        },
        "moved": [_moved(one) for one in it.moved],
        "won": [
            {"opportunity": deal.id, "before": next((one.words for one in it.credited if one.deal.id == deal.id), None)}
            for deal in it.won
        ],
        "streak": {"days": it.streak.days, "forgiven": it.streak.forgiven},
        "next": _next(it),
    }


def _moved(it: Moved) -> dict[str, Any]:
    return {
        "opportunity": it.deal.id,
        "on": it.on.isoformat(),
        "to": it.to or "won",
        "answered": it.answered.next_step or it.answered.words,
    }


def _next(it: Recap) -> dict[str, Any] | None:
    match it.next:
        case Promise(text=text):
            return {"what": "promise", "text": text}
        case Question(title=title, question=question):
            return {"what": "question", "text": f"{title}: {question}"}
        case None:
            return None
        case habit:
            return {"what": "habit", "text": habit.habit}

"""The majors and distractions of a rep in a review's report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.reports.report import instant, number
from coaching.card import Bold, Bullets, Element, Maths, Spans, quiet, say
from coaching.language import t
from coaching.majors_maths import maths, rule
from coaching.majors_words import nothing, said, said_of
from coaching.review import money

if TYPE_CHECKING:
    from coaching.chosen import Choice
    from coaching.review import RepReview, Review
    from coaching.worth import Worth


# --- for programs --------------------------------------------------------------------------------------------------
def majors_data(part: RepReview, review: Review) -> dict[str, Any]:
    """Of one rep: what the deals are ranked by, those to work and those to drop, best and least first."""
    found, company = part.majors, review.facts.company
    return {
        "member": part.member.id if part.member else None,
        "n_open": len(found.deals),
        "ranked_by": found.by.value,
        "third_per_hour": number(money(found.third, company)),
        "majors": [{**_worth(it, review), "reason": said(it, found.by, company)} for it in found.majors],
        "distractions": [
            {
                **_worth(it.worth, review),
                "reason": said_of(it, found, company),
                "rules": [*(one.rule.value for one in it.signs), *(["gates"] if it.gates else [])],
            }
            for it in found.distractions
        ],
        "why_none": nothing(found, review.odds),
    }


def _worth(it: Worth, review: Review) -> dict[str, Any]:
    company, hours = review.facts.company, it.hours
    return {
        "opportunity": it.seen.deal.id,
        "title": it.seen.deal.title,
        "stage": it.seen.deal.stage,
        "early": it.seen.early,
        "amount": number(money(it.amount, company)),
        "estimated": it.seen.estimated,
        "p_win": None if it.chance is None else round(it.chance, 4),
        "basis": review.odds.basis.value,
        "gate": it.gate,
        "missing": [one.criterion.id for one in it.qualified.missing] if it.qualified else [],
        "days_left": round(hours.days, 1) if hours else None,
        "hours_per_week": round(hours.per_week, 2) if hours else None,
        "hours_from": hours.pace.value if hours else None,
        "hours_left": round(hours.hours, 1) if hours else None,
        "value": number(money(it.expected, company)),
        "value_per_hour": number(money(it.per_hour, company)),
        "maths": dict(maths(it, review.odds, company).pairs),
    }


def choice_data(it: Choice) -> dict[str, Any]:
    """What was proposed on a day, and what was said to it."""
    return {
        "member": it.member,
        "on": it.on.isoformat(),
        "opportunity": it.opportunity,
        "pick": it.pick.value,
        "amount": number(it.amount),
        "value": number(it.at_stake),
        "value_per_hour": number(it.per_hour),
        "answered_at": instant(it.answered_at),
        "agrees": it.agrees,
        "why": it.why.value if it.why else None,
        "words": it.words,
        "instead": it.instead or None,
        "ruling": it.ruling.value if it.ruling else None,
        "ruling_note": it.ruling_note,
    }


# --- for people ----------------------------------------------------------------------------------------------------
def majors_said(part: RepReview, review: Review) -> tuple[Element, ...]:
    """Those to work, those to drop, and what can't be said."""
    found, company = part.majors, review.facts.company
    if part.member is None or not part.deals:
        return ()
    working: tuple[Spans, ...] = tuple(
        (Bold(f"{it.seen.deal.title}: "), said(it, found.by, company)) for it in found.majors
    )
    dropping: tuple[Spans, ...] = tuple(
        (Bold(f"{it.worth.seen.deal.title}: "), said_of(it, found, company)) for it in found.distractions
    )
    why = nothing(found, review.odds)
    return (
        *((say(Bold(t("To work this week"))), Bullets(working)) if working else ()),
        *((say(Bold(t("To drop"))), Bullets(dropping)) if dropping else ()),
        *((quiet(why),) if why else ()),
    )


def majors_maths(part: RepReview, review: Review) -> tuple[Maths, ...]:
    """Of each deal that is named, and the rule for dropping."""
    found, company = part.majors, review.facts.company
    named = (*found.majors, *(it.worth for it in found.distractions))
    return (*(maths(it, review.odds, company) for it in named), *((rule(),) if named else ()))

"""Early deals, reviewed on purpose: there a question still changes how a deal goes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zlib import crc32

from coaching.card import Maths
from coaching.findings.finding import Finding, Seen
from coaching.language import marked, t, tn, worded
from coaching.playbooks import playbook
from coaching.qualification import Deal, Item, qualified, to_ask, way
from coaching.reviewed import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coaching.company import Company
    from coaching.numbers.looked import Numbers
    from coaching.opportunities import Opportunity
    from coaching.qualification import Asked, Evidence

HALF = 0.5
"""Of the way through the stages, or of the usual days to a win."""
TRUE = marked("What would have to be true for them to say yes?")
IN_PEACE = timedelta(days=7)


def is_early(company: Company, deal: Opportunity, numbers: Numbers | None, *, staged: bool) -> bool:
    """Before the middle of the company's stages; where all deals stand in one stage, by its age if that tells."""
    if not staged and numbers and numbers.age_days is not None and numbers.days_to_win is not None:
        return numbers.age_days < HALF * numbers.days_to_win
    return way(company, deal) < HALF


def early_stage(it: Seen, evidence: Iterable[Evidence], asked: Iterable[Asked]) -> tuple[Finding, str] | None:
    """A question about what is missing first, and which criterion that is; None for a deal left in peace this week."""
    today = it.ground.today
    if any(today - one.on < IN_PEACE for one in asked):
        return None
    missing = _missing(it, tuple(evidence))
    question = _of(missing.criterion.questions, it.deal.id) if missing else worded(TRUE)
    age = (
        t("Day {age_days} in the pipeline", age_days=it.age_days)
        if it.age_days
        else t("New")
        if it.age_days == 0
        else t("Young")
    )
    known = (
        t("“{name}” isn’t known yet", name=missing.criterion.name) if missing else t("everything that is due is known")
    )
    finding = Finding(
        rule=Rule.EARLY_STAGE,
        short=t("early"),
        said=f"{age}, {it.deal.stage or t('stage not known')}; {known}.",
        question=question,
        facts={"stage": it.deal.stage, "criterion": missing.criterion.id if missing else ""},
        maths=Maths(
            figure=t("Early stage"),
            value=it.deal.stage,
            formula=t("before the middle of the stages; always two of these in a review, the largest first"),
            inputs=((t("age"), tn("{n} day", "{n} days", it.age_days) if it.age_days is not None else t("not known")),),
        ),
    )
    return finding, missing.criterion.id if missing else ""


def _of(questions: tuple[str, ...], deal: str) -> str:
    """Always the same for a deal, and not the same for all deals."""
    return questions[crc32(deal.encode()) % len(questions)]


def _missing(it: Seen, evidence: tuple[Evidence, ...]) -> Item | None:
    company = it.ground.company
    deal = Deal(opportunity=it.deal, evidence=evidence)
    return to_ask(qualified(company, playbook(company), deal, it.ground.today), way(company, it.deal))

"""A finding by what the rep themself said: it is a week old and the CRM doesn't say so yet."""

from __future__ import annotations

from datetime import timedelta

from coaching.card import Maths
from coaching.findings.finding import Finding, Seen
from coaching.language import t
from coaching.phrases import day
from coaching.reviewed import REMEMBERED, Reviewed, Rule, agrees, as_answered, own_day

TIME = timedelta(days=6)
"""For writing it down: the next review asks."""


def not_in_crm(it: Seen) -> Finding | None:
    """The last answer that the CRM would hold; what came after it in the CRM itself counts as an answer too."""
    told = as_answered(one for one in it.answers if one.tells_crm and one.confirmed_on is None)
    last = told[-1] if told else None
    today = it.ground.today
    if last is None or not TIME <= today - last.on <= REMEMBERED or agrees(last, it.in_crm) or _over(last, it):
        return None
    on = own_day(last, it.ground.company)
    question = (
        t("Is it still letting it go? Then a minute in the CRM settles it.")
        if last.let_go
        else t("Is it still this? Then a minute in the CRM settles it.")
    )
    return Finding(
        rule=Rule.NOT_IN_CRM,
        short=t("your last answer isn’t in the CRM yet"),
        said=t("On {day} you said: {words}. The CRM doesn’t say so yet.", day=day(on, today), words=_words(last)),
        question=question,
        facts={"said_on": on.isoformat()},
        maths=Maths(
            figure=t("Said, not in the CRM yet"),
            value=_words(last),
            formula=t("your last answer about this deal is not what the last export says"),
            inputs=(
                (t("said on"), on.isoformat()),
                (t("close date in the CRM"), it.in_crm.close_date.isoformat() if it.in_crm.close_date else t("none")),
                (t("next step in the CRM"), it.in_crm.next_step or t("none")),
            ),
        ),
    )


def _over(last: Reviewed, it: Seen) -> bool:
    """Whether the CRM went on by itself since: another close date after ours, or another step."""
    return any(
        one.on > last.said_on(it.ground.company.tz) and one.field.value in {"close_date", "stage"} for one in it.changes
    )


def _words(it: Reviewed) -> str:
    if it.let_go:
        return t("let it go")
    dated = [t("close date {day}", day=day(it.close_date))] if it.close_date else []
    return ", ".join([*dated, *([t("next step “{step}”", step=it.next_step)] if it.next_step else [])])

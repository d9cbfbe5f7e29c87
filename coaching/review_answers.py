"""What a rep answers to one thing of a review: read from a tap or a form, kept, and learned from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from coaching.language import marked, t
from coaching.playbooks import playbook
from coaching.qualification import Answer, Evidence
from coaching.reviewed import WHOLE, Reason, Reviewed, Rule

if TYPE_CHECKING:
    from coaching.company import Company

FARTHEST = timedelta(days=3 * 366)
LONGEST = 2_000
"""Characters of an answer."""
ABOUT = {
    Rule.OUTSIDE_USUAL_CYCLE: "must_be_true",
    Rule.CLOSE_DATE_PUSHED: "must_be_true",
    Rule.CLOSE_DATE_PAST: "critical_event",
    Rule.STALLED_IN_STAGE: "decision_process",
    Rule.NEXT_STEP_PAST: "decision_process",
    Rule.NO_NEXT_STEP: "decision_process",
    Rule.NO_ACTIVITY: "must_be_true",
    Rule.AMOUNT_CHANGED: "metrics",
}
"""What of a deal's qualification an answer in the buyer's words speaks of."""


UNKNOWN = marked("not known yet")
"""What a tap of that name keeps as the answer."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What couldn't be read, by field."""

    errors: Mapping[str, str]


def tapped(it: Reviewed, action: str, args: Mapping[str, str], now: datetime, today: date) -> Reviewed | None:
    """One tap; None for one that says nothing we know."""
    at = replace(it, answered_at=now, confirmed_on=None)
    beside = replace(it, answered_at=answered_at(it, now))
    match action:
        case "let_go":
            return replace(at, let_go=True, close_date=None, next_step="", next_step_on=None)
        case "unknown":
            return replace(beside, words=UNKNOWN)
        case "reason":
            reason = next((one for one in Reason if one.value == args.get("reason")), None)
            return replace(beside, reason=reason) if reason else None
        case "date":
            day = _day(args.get("date", ""))
            return replace(at, close_date=day, let_go=False) if day and day >= today else None
        case _:
            return None


def answered_at(it: Reviewed, now: datetime) -> datetime:
    """When, of something said beside the rest: a date is as old as it was, for the CRM may have moved it since."""
    return it.answered_at if it.answered_at and it.tells_crm else now


def read(it: Reviewed, fields: Mapping[str, str], now: datetime, today: date) -> Reviewed | Wrong:
    """A form. What is left empty stays unsaid; nothing at all is no answer."""
    texts = {name: fields.get(name, "").strip() for name in ("date", "step", "step_on", "reason", "words")}
    errors = _errors(texts, today)
    if not errors and not any(texts.values()):
        name = "words" if it.opportunity == WHOLE or it.rule is Rule.EARLY_STAGE else "step"
        errors = {name: t("A few words are enough: what moves it, and when?")}
    if errors:
        return Wrong(errors)
    return replace(
        it,
        answered_at=now,
        close_date=_day(texts["date"]),
        next_step=texts["step"][:LONGEST],
        next_step_on=_day(texts["step_on"]),
        reason=next((one for one in Reason if one.value == texts["reason"]), it.reason),
        words=texts["words"][:LONGEST],
        let_go=False,
        confirmed_on=None,
    )


def _errors(texts: Mapping[str, str], today: date) -> dict[str, str]:
    found = {name: wrong for name in ("date", "step_on") if (wrong := _wrong(texts[name], today))}
    if texts["step_on"] and not texts["step"]:
        found["step"] = t("What happens on that day?")
    return found


def _wrong(text: str, today: date) -> str:
    if not text:
        return ""
    day = _day(text)
    if day is None:
        return t("Write a day like {today}.", today=today + timedelta(weeks=2))
    if day < today:
        return t("That day has gone by; which one is ahead?")
    return t("That is years ahead; which day is it really?") if day > today + FARTHEST else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def learned(before: Reviewed, after: Reviewed, fields: Mapping[str, str], company: Company) -> tuple[Evidence, ...]:
    """What was written in the buyer's words is evidence, once; a tap on "not known yet" is one too."""
    known = {one.id for one in playbook(company).criteria}
    criterion = after.criterion or ABOUT.get(after.rule, "")
    if criterion not in known or not after.words or after.words == before.words or after.answered_at is None:
        return ()
    sure = Answer(fields["sure"]) if fields.get("sure") in {"yes", "partly", "no"} else Answer.PARTLY
    unknown = after.words == UNKNOWN
    return (
        Evidence(
            opportunity=after.opportunity,
            criterion=criterion,
            answer=Answer.UNKNOWN if unknown else sure,
            by=after.member,
            at=after.answered_at,
            quote="" if unknown else after.words,
        ),
    )

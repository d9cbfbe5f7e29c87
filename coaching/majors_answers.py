"""What a rep says to a proposed major or distraction: read from a tap or a form, and how it reaches the manager."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from coaching.chosen import Choice, Pick, Why
from coaching.escalation import EscalationKind
from coaching.escalations import Finding
from coaching.language import t
from coaching.majors_words import why_names
from coaching.phrases import quoted
from coaching.reviewed import Reviewed, Rule

if TYPE_CHECKING:
    from coaching.opportunities import Opportunity

LONGEST = 2_000
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What couldn't be read, by field."""

    errors: Mapping[str, str]


def agreed(it: Choice, now: datetime) -> Choice:
    """Worked, or dropped, as proposed; said twice it is the same."""
    if it.agrees is True:
        return it
    return replace(
        it, answered_at=now, agrees=True, why=None, words="", instead="",
        ruling=None, ruled_by=None, ruled_at=None, ruling_note="",
    )  # fmt: skip


def dropped(it: Choice, now: datetime) -> Choice:
    """A major whose rep gives it up after all: from then on it is one of those that were dropped."""
    given_up = it.given_up or it.pick is Pick.MAJOR
    return agreed(replace(it, pick=Pick.DISTRACTION, given_up=given_up, agrees=None), now)


def argued(it: Choice, fields: Mapping[str, str], others: Collection[str], now: datetime) -> Choice | Wrong:
    """Seen differently, with a reason in words or one of a few; `others` are deals that may be worked instead."""
    words = fields.get("words", "").strip()[:LONGEST]
    why = next((one for one in why_names(it.pick) if one.value == fields.get("why")), None)
    if why is None and not words:
        return Wrong({"words": t("A word why is enough.")})
    if why is Why.OTHER and not words:
        return Wrong({"words": t("What is it, in a few words?")})
    instead = fields.get("instead", "") if it.pick is Pick.MAJOR else ""
    if (it.why, it.words, it.instead, it.agrees) == (why, words, instead, False):
        return it
    return replace(
        it,
        answered_at=now,
        agrees=False,
        why=why,
        words=words,
        instead=instead if instead in others else "",
        ruling=None,
        ruled_by=None,
        ruled_at=None,
        ruling_note="",
    )


def let_go(it: Choice) -> Reviewed:
    """The same as an answer to a review, which lies over what the CRM says and takes the deal out of the forecast.

    After a second thought it says nothing any more.
    """
    return Reviewed(
        member=it.member,
        on=it.on,
        opportunity=it.opportunity,
        rule=Rule.DISTRACTION,
        title=it.title,
        said=it.said,
        question=t("Drop it?"),
        place=it.place,
        at_stake=it.at_stake,
        answered_at=it.answered_at,
        let_go=it.dropped,
    )


def let_go_unasked(deal: Opportunity, member: str, on: date, now: datetime) -> Reviewed:
    """The same of a deal that nobody asked about."""
    return Reviewed(
        member=member,
        on=on,
        opportunity=deal.id,
        rule=Rule.DISTRACTION,
        title=deal.title,
        said="",
        question=t("Drop it?"),
        answered_at=now,
        let_go=True,
    )


# --- to the manager ------------------------------------------------------------------------------------------------
def reason(it: Choice) -> str:
    """In a line: the one of a few, the words, or both."""
    name = why_names(it.pick).get(it.why) if it.why and it.why is not Why.OTHER else None
    words = quoted(it.words) if it.words else ""
    return ": ".join(part for part in (name, words) if part)


def matter(it: Choice, name: str, instead: str, today: date) -> Finding:
    """For the manager's queue, with both sides in it; `name` is the rep's, `instead` the deal's that they'd work."""
    worth = f"{it.title} ({it.amount})" if it.amount else it.title
    if it.pick is Pick.DISTRACTION:
        text = t(
            "{name} wants to keep {deal}: {reason}. I would drop it: {said}",
            name=name, deal=worth, reason=reason(it), said=it.said,
        )  # fmt: skip
    elif instead:
        text = t(
            "{name} would rather work {other} than {deal}: {reason}. I have it among the three of the week: {said}",
            name=name, other=instead, deal=worth, reason=reason(it), said=it.said,
        )  # fmt: skip
    else:
        text = t(
            "{name} doesn’t see {deal} as a major: {reason}. I have it among the three of the week: {said}",
            name=name, deal=worth, reason=reason(it), said=it.said,
        )  # fmt: skip
    return Finding(member=it.member, kind=EscalationKind.MAJORS, subject=it.opportunity, text=text, since=today)

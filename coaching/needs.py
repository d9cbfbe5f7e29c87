"""Who in the team needs the manager, and for what: for the manager alone, most pressing first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from coaching.escalation import Escalation, EscalationKind, EscalationState
from coaching.language import t, tn
from coaching.money import Money, rough
from coaching.phrases import percent
from coaching.questions import shortened
from coaching.reviewed import at_stake, in_deals

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.people import Member
    from coaching.practice import Practice
    from coaching.reviewed import Reviewed

BEHIND = 0.6
"""Of the plan; below that a habit is worth a word with whoever's it is."""
WORDS = 160


class Why(IntEnum):
    """In the order of how soon it wants somebody."""

    ASKED = 0
    SILENT = 1
    DROPPED = 2
    OVERDUE = 3
    MAJORS = 4
    UNANSWERED = 5
    BEHIND = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One person, with the most pressing reason and what it is in words."""

    member: Member
    why: Why
    words: str
    at_stake: Money | None = None
    matter: str = ""
    """The escalation's id, where it is one."""


_WHY = {
    EscalationKind.ASKED: Why.ASKED,
    EscalationKind.MISSED_CHECKINS: Why.SILENT,
    EscalationKind.FORECAST_DROP: Why.DROPPED,
    EscalationKind.OVERDUE_OPPORTUNITY: Why.OVERDUE,
    EscalationKind.MAJORS: Why.MAJORS,
}


def needs(
    company: Company,
    live: Iterable[Escalation],
    reviewed: Iterable[Reviewed],
    practice: Mapping[str, tuple[Practice, ...]],
) -> tuple[Need, ...]:
    """Of each rep who needs something one. `reviewed` are the last review's questions, `practice` by member."""
    raised, asked = tuple(live), tuple(reviewed)
    found = []
    for rep in company.reps:
        every = (
            *_raised(rep, raised),
            *_unanswered(company, rep, [it for it in asked if it.member == rep.id]),
            *_behind(rep, practice.get(rep.id, ())),
        )
        if every:
            found.append(min(every, key=_rank))
    return tuple(sorted(found, key=_rank))


def _rank(it: Need) -> tuple[int, int, str]:
    return it.why, -(it.at_stake.minor if it.at_stake else 0), it.member.id


def _raised(rep: Member, live: Iterable[Escalation]) -> Iterable[Need]:
    for it in live:
        if it.member == rep.id and it.state is not EscalationState.SNOOZED:
            yield Need(member=rep, why=_WHY[it.kind], words=shortened(it.text, WORDS), matter=it.id)


def _unanswered(company: Company, rep: Member, asked: list[Reviewed]) -> Iterable[Need]:
    waiting = [it for it in asked if not it.answered]
    if not waiting:
        return
    stake = at_stake(waiting, company.currency)
    n = len(waiting)
    if stake is None:
        words = tn("{n} question of the review is open.", "{n} questions of the review are open.", n)
    else:
        words = tn(
            "{n} question of the review is open, {amount} at stake in {deals}.",
            "{n} questions of the review are open, {amount} at stake in {deals}.",
            n,
            amount=rough(stake),
            deals=tn("{n} deal", "{n} deals", in_deals(waiting, company.currency)),
        )
    yield Need(member=rep, why=Why.UNANSWERED, words=words, at_stake=stake)


def _behind(rep: Member, practice: Iterable[Practice]) -> Iterable[Need]:
    worst = min((it for it in practice if it.share < BEHIND), key=lambda it: it.share, default=None)
    if worst is not None:
        words = t(
            "{habit}: {done} of {planned} planned ({share}).",
            habit=worst.name,
            done=worst.done,
            planned=worst.plan,
            share=percent(worst.share),
        )
        yield Need(member=rep, why=Why.BEHIND, words=words)

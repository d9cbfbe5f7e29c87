"""The review of the story's last Monday: what each colleague was asked, and what they said to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from coaching import cadence
from coaching.chosen import Pick, Ruling, Why
from coaching.majors_words import chosen
from coaching.review_facts import reviewed_on
from coaching.review_words import kept
from coaching.reviewed import WHOLE, Reason, Rule

if TYPE_CHECKING:
    from coaching.chosen import Choice
    from coaching.company import Company
    from coaching.people import Member
    from coaching.ports import Records
    from coaching.reviewed import Reviewed

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How somebody answers: how many of the questions, when, and whether they see one of their majors differently."""

    answers: int
    at: time
    step: str = ""
    argues: str = ""
    avoids: int = 0
    """So many of the questions, those with most at stake, stay open."""


MANNERS: Mapping[str, Manner] = {
    "priya": Manner(answers=5, at=time(9, 40), step="Agree the start date with the plant manager"),
    "theo": Manner(
        answers=2,
        at=time(11, 5),
        step="Return-on-investment session with finance",
        argues="Their budget opens in January; I would only wear them out before",
    ),
    "dana": Manner(answers=3, at=time(13, 20), step="Ask who signs, and by when", avoids=2),
    "lena": Manner(answers=5, at=time(10, 15), step="Walk through the warehouse with the shift lead"),
}
"""Sam isn't among them: he is the silent one of the story."""
RULED = "Agreed. Put the hours into the two others, and say in January how it goes."


def last_review(on: date) -> date:
    """The Monday before the morning on which the story is told."""
    return on - DAY * (on.weekday() or 7)


def mondays(records: Records, on: date) -> Iterator[Reviewed | Choice]:
    """By what was known then. Nothing of it lets a deal go or moves a date: the story's deals go their own way."""
    company, monday = records.company, last_review(on)
    found = reviewed_on(records, monday)
    for rep in company.reps:
        mine = found.of(rep.id)
        if mine is None:
            continue
        items = [kept(it, monday, place, company) for place, it in enumerate(mine.asked)]
        manner = MANNERS.get(rep.id)
        yield from (_answered(it, n, rep, manner) for n, it in enumerate(items))
        yield from _choices(chosen(mine.majors, company), company, rep, manner)


def _answered(it: Reviewed, n: int, rep: Member, manner: Manner | None) -> Reviewed:
    if manner is None or not manner.avoids <= n < manner.avoids + manner.answers:
        return it
    said = replace(it, answered_at=_at(it.on, manner.at, rep) + timedelta(minutes=n))
    if it.opportunity == WHOLE:
        return replace(said, words="Two mornings a week for new customers, from now on")
    if it.rule is Rule.OUTSIDE_USUAL_CYCLE:
        said = replace(said, reason=Reason.BUDGET_CYCLE)
    return replace(said, next_step=manner.step, next_step_on=it.on + DAY * 9)


def _choices(proposed: tuple[Choice, ...], company: Company, rep: Member, manner: Manner | None) -> Iterator[Choice]:
    """Worked as proposed, but for one that somebody sees differently; what might be dropped is kept for now."""
    for n, it in enumerate(proposed):
        if manner is None or it.pick is not Pick.MAJOR:
            yield it
            continue
        at = _at(it.on, manner.at, rep)
        argued = bool(manner.argues) and n == 2
        if not argued:
            yield replace(it, answered_at=at, agrees=True)
        else:
            yield _ruled(replace(it, answered_at=at, agrees=False, why=Why.NOT_READY, words=manner.argues), company)


def _ruled(it: Choice, company: Company) -> Choice:
    """The manager has looked at it on her next day, where she is one."""
    manager = company.manager
    if manager is None or it.answered_at is None:
        return it
    return replace(
        it,
        ruling=Ruling.AGREED,
        ruled_by=manager.id,
        ruled_at=it.answered_at + timedelta(hours=3),
        ruling_note=RULED,
    )


def _at(day: date, clock: time, rep: Member) -> datetime:
    return cadence.instant(day, clock, rep.tz)

"""Streaks: check-ins answered in a row. One miss is forgiven, two in a row begin a new run."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING

from coaching.checkins import CheckIn, CheckInStatus
from coaching.language import t, tn
from coaching.values import value

if TYPE_CHECKING:
    from coaching.ports import Records

STRETCH = timedelta(weeks=13)
"""That is read at once, further back. Whoever wasn't asked for longer than that begins anew."""


@value(frozen=True, slots=True)
class Streak:
    """How many were answered in the run, and how many misses in it were forgiven."""

    days: int
    forgiven: int = 0


def streak(checkins: Iterable[CheckIn]) -> Streak:
    """The run that reaches up to the latest of one member's check-ins, in any order.

    Days off, and days that the coach did not ask, count neither for nor against; nor does what is said on a day off,
    for which nothing is planned. A miss is forgiven once there is an answer on both sides of it, or when it is the
    latest; missing one day doesn't undo a habit.
    """
    return _counted(checkins)[0]


def _counted(checkins: Iterable[CheckIn]) -> tuple[Streak, bool]:
    """The run, and whether it has an end in these; else what came before them may belong to it."""
    days = forgiven = missed = 0
    next_day = None
    answer, miss = CheckInStatus.ANSWERED, CheckInStatus.MISSED  # looked up once: a run may go back for years
    for it in sorted(checkins, key=attrgetter("day"), reverse=True):
        if next_day and next_day - it.day > STRETCH:
            return Streak(days, forgiven), True
        next_day = it.day
        if it.status is answer and it.of_a_working_day:
            days, forgiven, missed = days + 1, forgiven + missed, 0
        elif it.status is miss and missed:
            return Streak(days, forgiven), True
        elif it.status is miss:
            missed = 1
    return Streak(days, forgiven), False


def with_earlier(
    records: Records, first: date, last: date, member: str
) -> tuple[tuple[CheckIn, ...], tuple[CheckIn, ...]]:
    """One member's check-ins from `first` to `last`, and what lies before of a run that reaches back to them.

    Of somebody new there is nothing before: one question tells both.
    """
    found = records.checkins_and_before(first, last, member)
    if not found or found[0].day >= first:
        return found, ()
    known = found[1:]
    return known, earlier(records, known, first, member)


def earlier(records: Records, known: Iterable[CheckIn], first: date, member: str | None = None) -> tuple[CheckIn, ...]:
    """What lies before `first` of the runs that reach back to it, of one member or of all that are in `known`.

    `known` is all of it from `first` on. Most runs end there; only for those that don't more is read, until they do or
    nothing was asked for thirteen weeks.
    """
    so_far: dict[str, list[CheckIn]] = {} if member is None else {member: []}
    for it in known:
        so_far.setdefault(it.member, []).append(it)
    found: list[CheckIn] = []
    while so_far := {who: its for who, its in so_far.items() if not _counted(its)[1]}:
        older = records.checkins(first - STRETCH, first - timedelta(days=1), member)
        first -= STRETCH
        mine = [it for it in older if it.member in so_far]
        for it in mine:
            so_far[it.member].append(it)
        found += mine
        asked = {it.member for it in mine}
        so_far = {who: its for who, its in so_far.items() if who in asked}
    return tuple(found)


def in_words(run: Streak) -> str:
    """One sentence, or nothing when there is no run worth a word yet."""
    if run.days < 2:
        return ""
    if run.forgiven == 0:
        return t("{days} check-ins in a row.", days=run.days)
    return tn(
        "{days} check-ins in a row; the one you missed doesn't break it.",
        "{days} check-ins in a row; the {n} you missed don't break it.",
        run.forgiven,
        days=run.days,
    )

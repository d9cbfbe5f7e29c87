"""Streaks: check-ins answered in a row. One miss is forgiven, two in a row begin a new run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coaching.checkins import CheckIn, CheckInStatus
from coaching.language import t, tn


@dataclass(frozen=True, slots=True)
class Streak:
    """How many were answered in the run, and how many misses in it were forgiven."""

    days: int
    forgiven: int = 0


def streak(checkins: Iterable[CheckIn]) -> Streak:
    """The run that reaches up to the latest of one member's check-ins, in any order.

    Days off, and days that the coach did not ask, count neither for nor against. A miss is forgiven once there is an
    answer on both sides of it, or when it is the latest; missing one day doesn't undo a habit.
    """
    days = forgiven = missed = 0
    for it in sorted(checkins, key=lambda it: it.day, reverse=True):
        match it.status:
            case CheckInStatus.ANSWERED:
                days, forgiven, missed = days + 1, forgiven + missed, 0
            case CheckInStatus.MISSED if missed:
                break
            case CheckInStatus.MISSED:
                missed = 1
            case _:
                pass
    return Streak(days, forgiven)


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

"""How days, counts and shares read in a sentence, the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coaching.people import Member


def day(it: date, today: date | None = None) -> str:
    """`Mon 23 Nov`; the year is added when it isn't this one."""
    written = f"{it:%a} {it.day} {it:%b}"
    return f"{written} {it.year}" if today and it.year != today.year else written


def moment(it: datetime, member: Member) -> str:
    """`Tue 24 Nov at 10:00`, by the clock of whoever reads it."""
    local = it.astimezone(member.tz)
    return f"{day(local.date())} at {local:%H:%M}"


def count(n: int, noun: str, many: str = "") -> str:
    """`1 deal`, `3 deals`."""
    return f"{n:,} {noun if n == 1 else many or noun + 's'}"


def percent(share: float) -> str:
    """`17 %`, in whole percent; what isn't all or nothing isn't rounded to it."""
    if 0.995 <= share < 1:
        return "over 99 %"
    return "under 1 %" if 0 < share < 0.005 else f"{round(share * 100)} %"


def ago(days: int) -> str:
    """`today`, `yesterday`, `6 days ago`."""
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def listed(names: Sequence[str], most: int = 5) -> str:
    """`A, B and C`; beyond `most`, how many more there are."""
    shown, more = list(names[:most]), len(names) - most
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)

"""What people wish of the coach, read from words: quiet hours, and until when to be left alone."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from coaching.company import Weekday
from coaching.language import t
from coaching.people import Hours
from coaching.words import NotUnderstood

LONGEST_PAUSE = timedelta(days=366)
LONGEST_QUIET = timedelta(hours=20)
_TIME = r"(\d{1,2})(?:[:.h](\d{2})?)?"
_HOURS = re.compile(rf"{_TIME}\s*(?:-|–|to|until)\s*{_TIME}", re.IGNORECASE)
_SPAN = re.compile(r"(?:for\s+)?(?P<n>\d{1,3}|a|an|one|two|three)\s+(?P<unit>day|week|month)s?", re.IGNORECASE)
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
_UNITS = {"day": 1, "week": 7, "month": 30}
NO_QUIET = Hours(time(0), time(0))


def quiet_hours(text: str) -> Hours:
    """`19:00-07:30`, `19 to 7`, `none`. NotUnderstood when it leaves less than four hours of a day."""
    bare = text.strip().lower()
    if bare in {"none", "off", "no"}:
        return NO_QUIET
    found = _HOURS.fullmatch(bare)
    if not found:
        raise NotUnderstood(t("Write when they begin and end, such as 19:00-07:30; or none."))
    first, last, first_minute, last_minute = int(found[1]), int(found[3]), int(found[2] or 0), int(found[4] or 0)
    if max(first, last) > 23 or max(first_minute, last_minute) > 59:
        raise NotUnderstood(t("Times go from 00:00 to 23:59, such as 19:00-07:30."))
    hours = Hours(time(first, first_minute), time(last, last_minute))
    if _length(hours) > LONGEST_QUIET:
        raise NotUnderstood(
            t("That leaves hardly an hour to reach you; say “pause 3 days” to be left alone for a while.")
        )
    return hours


def _length(hours: Hours) -> timedelta:
    return (_since_midnight(hours.end) - _since_midnight(hours.start)) % timedelta(days=1)


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute)


def pause_until(text: str, today: date) -> date:
    """The first day that they are asked again: `until 2026-12-01`, `3 days`, `a week`, `until friday`, `tomorrow`."""
    bare = re.sub(r"^(?:until|till|to)\s+", "", " ".join(text.lower().split())).rstrip(".!")
    until = _date(bare, today)
    if until is None:
        raise NotUnderstood(
            t("Until when? Write a day such as 2026-12-01, or “pause 3 days”, or “pause until friday”.")
        )
    if until <= today:
        raise NotUnderstood(t("That day has gone by; name the day on which I should be back."))
    if until - today > LONGEST_PAUSE:
        raise NotUnderstood(t("A year at most; after that we should say hello again."))
    return until


def _date(bare: str, today: date) -> date | None:
    if bare == "tomorrow":
        return today + timedelta(days=1)
    weekday = next((it for it in Weekday if len(bare) >= 3 and _NAMES[it].startswith(bare)), None)
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    span = _SPAN.fullmatch(bare)
    if span:
        n = _NUMBERS.get(span["n"]) or int(span["n"])
        return today + timedelta(days=n * _UNITS[span["unit"]])
    try:
        return date.fromisoformat(bare)
    except ValueError:
        return None


_NAMES = {
    Weekday.MON: "monday",
    Weekday.TUE: "tuesday",
    Weekday.WED: "wednesday",
    Weekday.THU: "thursday",
    Weekday.FRI: "friday",
    Weekday.SAT: "saturday",
    Weekday.SUN: "sunday",
}

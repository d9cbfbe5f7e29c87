"""What people wish of the coach, read from words: quiet hours, and until when to be left alone."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from coaching import cadence
from coaching.company import Weekday
from coaching.heard import ALL
from coaching.language import t
from coaching.people import Hours
from coaching.words import NotUnderstood

LONGEST_PAUSE = timedelta(days=366)
LONGEST_QUIET = timedelta(hours=20)
_TIME = r"(\d{1,2})(?:[:.h](\d{2})?)?(?:\s*uhr)?"
_UNTIL = "|".join(word for it in ALL for word in it.until)
_HOURS = re.compile(rf"{_TIME}\s*(?:-|–|{_UNTIL})\s*{_TIME}", re.IGNORECASE)
_NUMBERS = {word: n for it in ALL for word, n in it.numbers.items() if n}
_UNITS = {unit: days for it in ALL for unit, days in it.spans.items()}
_SPAN = re.compile(rf"(?:(?:for|für)\s+)?(?P<n>\d{{1,3}}|{'|'.join(_NUMBERS)})\s+(?P<unit>{'|'.join(_UNITS)})")
_ON = re.compile(r"(?:(?:am|den)\s+)?(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.?(?:\s?(?P<year>\d{4}))?")
"""`23.11.`, `23.11.2026`; written with stops, the day stands first wherever people write so."""
NO_QUIET = Hours(time(0), time(0))


def quiet_hours(text: str) -> Hours:
    """`19:00-07:30`, `19 to 7`, `none`. NotUnderstood when it leaves less than four hours of a day."""
    bare = text.strip().lower()
    if any(bare in it.nothing for it in ALL):
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
    bare = re.sub(rf"^(?:{_UNTIL})\s+", "", " ".join(text.lower().split())).rstrip("!")
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


def _date(written: str, today: date) -> date | None:
    on = _ON.fullmatch(written)
    if on:
        return _on(on, today)
    bare = written.rstrip(".")
    if any(bare == it.tomorrow for it in ALL):
        return today + timedelta(days=1)
    weekday = next((it for it in Weekday if len(bare) >= 3 and _begins(bare, it)), None)
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    span = _SPAN.fullmatch(bare)
    if span:
        n = _NUMBERS.get(span["n"]) or int(span["n"])
        return today + timedelta(days=n * _UNITS[span["unit"]])
    return cadence.written_day(bare)


def _begins(bare: str, it: Weekday) -> bool:
    return any(heard.weekdays[it].startswith(bare) for heard in ALL)


def _on(found: re.Match[str], today: date) -> date | None:
    """Without a year the next one there is."""
    day, month = int(found["day"]), int(found["month"])
    years = (int(found["year"]),) if found["year"] else (today.year, today.year + 1)
    try:
        dates = [date(year, month, day) for year in years]
    except ValueError:
        return None
    return next((it for it in dates if it > today), dates[0])

"""Readers of single values in a YAML file: text, numbers, times, names of things. Each says what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from datetime import date, time
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import TypeVar
from zoneinfo import available_timezones

from bot.files.currencies import CURRENCIES
from bot.files.sheet import Reader, Value, WrongError
from coaching.company import Weekday, Weekly
from coaching.language import t
from coaching.people import Hours

Word = TypeVar("Word", bound=StrEnum)
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def text(value: Value) -> str:
    """One line of it, up to 200 characters."""
    found = value.scalar("str")
    if found is None:
        written = value.scalar("int", "float", "bool", "timestamp")
        if written:
            raise WrongError(
                t(
                    'expected text, found {value}; if it is meant as text, write it in quotes: "{written}"',
                    value=value,
                    written=written,
                )
            )
        raise WrongError(t("expected text, found {value}", value=value))
    found = found.strip()
    if not found or len(found) > 200 or not found.isprintable():
        raise WrongError(t("expected one line of text, of 1 to 200 characters"))
    return found


def entra_id(value: Value) -> str:
    """Of a person or an organisation, in small letters: Microsoft writes them either way."""
    found = text(value).lower()
    if len(found) > 40:
        raise WrongError("expected an id of Microsoft's, such as 5c0fb1de-1c1d-4d5b-8f3e-0a1b2c3d4e5f")
    return found


def slug(value: Value) -> str:
    """A company's short name."""
    return _shaped(value, _SLUG, "a short name; use small letters, digits and '-' (at most 64)")


def identifier(value: Value) -> str:
    """An id within the company."""
    return _shaped(value, _ID, "an id; use small letters, digits, '-' and '_' (at most 64)")


def email(value: Value) -> str:
    """An address for mail."""
    return _shaped(value, _MAIL, "a mail address")


def boolean(value: Value) -> bool:
    """`true` or `false`."""
    found = value.scalar("bool")
    if found is None:
        raise WrongError(t("{value} is neither true nor false", value=value))
    return found.lower() == "true"


def number(low: Decimal | int, high: Decimal | int) -> Reader[Decimal]:
    """An exact number from `low` to `high`."""

    def read(value: Value) -> Decimal:
        written = value.scalar("int", "float")
        try:
            found = Decimal((written or "?").replace("_", ""))
        except InvalidOperation:
            raise WrongError(t("{value} is not a number, such as 0.5 or 50000", value=value)) from None
        if not found.is_finite() or not low <= found <= high:
            raise WrongError(
                t("{written} is out of range; allowed: {low} to {high}", written=written, low=low, high=high)
            )
        return found

    return read


def whole(low: int, high: int) -> Reader[int]:
    """A whole number from `low` to `high`."""
    exact = number(low, high)

    def read(value: Value) -> int:
        found = exact(value)
        if found != found.to_integral_value():
            raise WrongError(f"{value} is not a whole number")
        return int(found)

    return read


def day(value: Value) -> date:
    """A date, as ISO writes it."""
    written = value.scalar("timestamp", "str")
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        raise WrongError(f"{value} is not a date; write year-month-day, such as 2026-10-01") from None


def clock_time(value: Value) -> time:
    """By the wall clock."""
    written = value.scalar("str") or ""
    return _time(written, f"{value} is not a time; write hours and minutes, such as 08:30")


def hours(value: Value) -> Hours:
    """A stretch of the day, `19:00-07:30`."""
    wrong = f'{value} is not a stretch of the day; write "19:00-07:30"'
    first, dash, last = (value.scalar("str") or "").partition("-")
    if not dash:
        raise WrongError(wrong)
    found = Hours(_time(first.strip(), wrong), _time(last.strip(), wrong))
    if found.start == found.end:
        raise WrongError(f"{value} begins and ends at the same time")
    return found


def working_hours(value: Value) -> Hours:
    """A stretch of one day, `09:00-17:00`."""
    found = hours(value)
    if found.start > found.end:
        raise WrongError(f"{value} ends before it begins; write the earlier time first, such as 09:00-17:00")
    return found


def weekday(value: Value) -> Weekday:
    """`mon` to `sun`; the whole name will do."""
    written = (value.scalar("str") or "").strip().upper()
    if written[:3] not in Weekday.__members__ or not _DAYS[written[:3]].startswith(written):
        raise WrongError(f"{value} is not a day; allowed: {', '.join(it.name.lower() for it in Weekday)}")
    return Weekday[written[:3]]


_DAYS = {it[:3]: it for it in ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")}


def weekly(value: Value) -> Weekly:
    """A day and a time, `mon 09:00`."""
    wrong = f'{value} is not a moment of the week; write a day and a time, such as "mon 09:00"'
    name, _, at = (value.scalar("str") or "").strip().partition(" ")
    if name.upper() not in Weekday.__members__:
        raise WrongError(wrong)
    return Weekly(Weekday[name.upper()], _time(at.strip(), wrong))


def word(kind: type[Word], noun: str) -> Reader[Word]:
    """One of a closed set."""

    def read(value: Value) -> Word:
        written = value.scalar("str", "int", "float", "bool")
        if written not in list(kind):
            raise WrongError(f"{value} is not {noun}; allowed: {', '.join(kind)}")
        return kind(written)

    return read


def known(names: Callable[[], Collection[str]] | Collection[str], noun: str) -> Reader[str]:
    """One of the names that the file itself introduces elsewhere."""

    def read(value: Value) -> str:
        written = text(value)
        there = names() if callable(names) else names
        if written not in there:
            raise WrongError(f"{value} is not {noun}; there are: {', '.join(sorted(there)) or 'none'}")
        return written

    return read


def zone(value: Value) -> str:
    """A time zone of the IANA database."""
    written = text(value)
    if written not in _zones():
        near = get_close_matches(written, _zones(), n=2) or _cities(written)[:2]
        hint = _did_you_mean(near) if near else t("write it as Region/City, such as America/Chicago")
        raise WrongError(t("{value} is not a time zone; {hint}", value=value, hint=hint))
    return written


def currency(value: Value) -> str:
    """An ISO 4217 code."""
    written = text(value)
    if written not in CURRENCIES:
        near = [written.upper()] if written.upper() in CURRENCIES else get_close_matches(written, CURRENCIES, n=2)
        hint = _did_you_mean(near) if near else t("write its ISO 4217 code, such as USD or EUR")
        raise WrongError(t("{value} is not a currency; {hint}", value=value, hint=hint))
    return written


def _did_you_mean(near: Sequence[str]) -> str:
    if len(near) == 1:
        return t("did you mean {this}?", this=near[0])
    return t("did you mean {this} or {that}?", this=near[0], that=near[1])


def _shaped(value: Value, shape: re.Pattern[str], noun: str) -> str:
    written = text(value)
    if not shape.fullmatch(written):
        raise WrongError(f"{value} is not {noun}")
    return written


def _time(written: str, wrong: str) -> time:
    found = _TIME.fullmatch(written)
    if not found:
        raise WrongError(wrong)
    return time(int(found[1]), int(found[2]))


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - {"Factory", "localtime", "posixrules"}


def _cities(written: str) -> list[str]:
    """Zones that end as it is written: `Chicago`, `new york`."""
    city = written.strip().replace(" ", "_").casefold()
    return sorted(it for it in _zones() if it.casefold().rpartition("/")[2] == city)

"""Readers of single cells of an export: amounts, dates, words. Each raises WrongError with what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TypeVar

from bot.files.currencies import CURRENCIES
from bot.files.sheet import WrongError
from coaching.amounts import SHARED_SIGNS, SIGNS
from coaching.language import t
from coaching.money import Money, decimals
from coaching.opportunities import Category, Status

T = TypeVar("T")
CellReader = Callable[[str], T]
MOST = Decimal(10) ** 12
"""Larger amounts are a slip, in any currency."""
_MARK = "|".join(["[A-Z]{3}", *map(re.escape, SIGNS)])
DOTTED = "%d.%m.%Y"
_ISO_DAY, _DOTTED_DAY = re.compile(r"\d{4}-(0\d|1[0-2])-\d\d"), re.compile(r"\d{1,2}\.(0?\d|1[0-2])\.\d{4}")
"""As such a day is written, whether there is one or not; a thirteenth month is rather another order."""
_DOTS = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}")
_COMMA = re.compile(r"\D*[\d.'’\s]*,\d{1,2}\D*")
_POINT = re.compile(r"\D*[\d,'’\s]*\.\d{1,2}\D*")
_GROUPS = {".": "[,'’\\s]", ",": "[.'’\\s]"}


def line(limit: int) -> CellReader[str]:
    """One line of text; runs of blanks and line breaks become one blank."""

    def read(text: str) -> str:
        found = " ".join(text.split())
        if len(found) > limit:
            raise WrongError(t("is {n} characters long; at most {limit} are kept", n=len(found), limit=limit))
        return found

    return read


def money(currency: str, decimal: str) -> CellReader[Money]:
    """An amount as people and spreadsheets write it: `1234.5`, `$1,234.50`, `1 234,50 EUR`."""
    number = rf"\d{{1,3}}(?:(?P<group>{_GROUPS[decimal]})\d{{2,3}}(?:(?P=group)\d{{2,3}})*(?<=\d{{3}}))?|\d+"
    shape = re.compile(
        rf"(?P<before>{_MARK})?\s*(?P<whole>{number})(?:{re.escape(decimal)}(?P<part>\d*))?\s*(?P<after>{_MARK})?"
    )

    def read(text: str) -> Money:
        if text[0] in "-(−":
            raise WrongError(
                t("{text} is negative; an amount is 0 or more, or empty when it isn't known", text=repr(text))
            )
        found = shape.fullmatch(text)
        if not found:
            raise WrongError(_no_amount(text, decimal))
        for mark in (found["before"], found["after"]):
            if mark and currency not in SHARED_SIGNS.get(mark, {SIGNS.get(mark, mark)}):
                raise WrongError(t("{text} is not in {currency}", text=repr(text), currency=currency))
        if len(found["part"] or "") == 3 > decimals(currency) and len(found["whole"]) <= 3:
            other = "," if decimal == "." else "."
            raise WrongError(
                t(
                    '{text} may be thousands or a fraction; if thousands, say decimal: "{sign}" in a mapping',
                    text=repr(text),
                    sign=other,
                )
            )
        amount = Decimal(re.sub(r"\D", "", found["whole"]) + "." + (found["part"] or "0"))
        if amount > MOST:
            raise WrongError(t("{text} is more than {most}, which can't be meant", text=_short(text), most=int(MOST)))
        return Money.of(amount, currency)

    return read


def has_commas(amounts: Iterable[str]) -> bool:
    """Whether a decimal comma is all that fits: some have one, and none has a point in its place."""
    written = [it.strip() for it in amounts]
    return any(map(_COMMA.fullmatch, written)) and not any(map(_POINT.fullmatch, written))


def day(pattern: str | None, *, dots: bool = False) -> CellReader[date]:
    """A date, in ISO or as `strptime` reads the pattern. Of an ISO instant the day as it is written.

    `dots`: without a pattern, 23.11.2026 too; nobody who writes dots writes the month first.
    """

    @cache  # an export names the same few hundred days over and over
    def read(text: str) -> date:
        try:
            by = pattern or (DOTTED if dots and _DOTS.fullmatch(text) else None)
            found = _iso(text) if by is None else datetime.strptime(text, by).date()  # noqa: DTZ007 - a day
        except ValueError:
            if pattern is None and (_ISO_DAY.fullmatch(text) or (by and _DOTTED_DAY.fullmatch(text))):
                raise WrongError(t("{text} is not a date: there is no such day", text=_short(text))) from None
            raise WrongError(_no_date(text, pattern)) from None
        if not 1950 <= found.year <= 2150:
            raise WrongError(
                t("{text} is in the year {year}, which can't be meant", text=_short(text), year=str(found.year))
            )
        return found

    return read


def status(text: str) -> Status:
    """`open`, `won` or `lost`."""
    word = text.casefold()
    if word not in list(Status):
        raise WrongError(t("{text} is not a status; allowed: {allowed}", text=_short(text), allowed=", ".join(Status)))
    return Status(word)


def category(text: str) -> Category | None:
    """A forecast category; `closed`, which CRMs put on deals that have ended, says nothing more."""
    word = "_".join(text.casefold().replace("-", " ").split())
    if word == "closed":
        return None
    if word not in list(Category):
        raise WrongError(
            t("{text} is not a forecast category; allowed: {allowed}", text=_short(text), allowed=", ".join(Category))
        )
    return Category(word)


def currency_code(text: str) -> str:
    """An ISO 4217 code."""
    code = text.upper()
    if code not in CURRENCIES:
        raise WrongError(t("{text} is not a currency's ISO 4217 code, such as USD or EUR", text=_short(text)))
    return code


def _iso(text: str) -> date:
    # fromisoformat alone also takes week dates and 20261123, which in a spreadsheet is rather a number.
    if not re.match(r"\d{4}-\d\d-\d\d(?:$|[T ])", text):
        raise ValueError(text)
    return datetime.fromisoformat(text).date()


def _no_amount(text: str, decimal: str) -> str:
    example, short = "1234.50" if decimal == "." else "1234,50", _short(text)
    other = "," if decimal == "." else "."
    if re.fullmatch(rf"\D*[\d.,\s]*{re.escape(other)}\d{{1,2}}\D*", text):
        return t(
            "{text} is not an amount (such as {example}); if '{sign}' is the decimal sign, say so in a mapping: "
            'decimal: "{sign}"',
            text=short,
            example=example,
            sign=other,
        )
    return t("{text} is not an amount (such as {example})", text=short, example=example)


def _no_date(text: str, pattern: str | None) -> str:
    if pattern is not None:
        return t("{text} is not a date (as the mapping says: {pattern})", text=_short(text), pattern=pattern)
    if re.fullmatch(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}", text):
        return t(
            "{text} is not a date (year-month-day, such as 2026-11-23); another order of day and month needs a "
            'mapping, such as dates: "{pattern}"',
            text=_short(text),
            pattern="%d.%m.%Y" if "." in text else "%d/%m/%Y",
        )
    return t("{text} is not a date (year-month-day, such as 2026-11-23)", text=_short(text))


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "…")

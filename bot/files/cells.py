"""Readers of single cells of an export: amounts, dates, words. Each raises WrongError with what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TypeVar

from bot.files.currencies import CURRENCIES
from bot.files.sheet import WrongError
from coaching.amounts import SHARED_SIGNS, SIGNS
from coaching.money import Money, decimals
from coaching.opportunities import Category, Status

T = TypeVar("T")
CellReader = Callable[[str], T]
MOST = Decimal(10) ** 12
"""Larger amounts are a slip, in any currency."""
_MARK = "|".join(["[A-Z]{3}", *map(re.escape, SIGNS)])
_GROUPS = {".": "[,'’\\s]", ",": "[.'’\\s]"}


def line(limit: int) -> CellReader[str]:
    """One line of text; runs of blanks and line breaks become one blank."""

    def read(text: str) -> str:
        found = " ".join(text.split())
        if len(found) > limit:
            raise WrongError(f"is {len(found):,} characters long; at most {limit:,} are kept")
        return found

    return read


def money(currency: str, decimal: str) -> CellReader[Money]:
    """An amount as people and spreadsheets write it: `1234.5`, `$1,234.50`, `1 234,50 EUR`."""
    number = rf"\d{{1,3}}(?:(?P<group>{_GROUPS[decimal]})\d{{2,3}}(?:(?P=group)\d{{2,3}})*(?<=\d{{3}}))?|\d+"
    shape = re.compile(
        rf"(?P<before>{_MARK})?\s*(?P<whole>{number})(?:{re.escape(decimal)}(?P<part>\d*))?\s*(?P<after>{_MARK})?"
    )
    example = "1234.50" if decimal == "." else "1234,50"

    def read(text: str) -> Money:
        if text[0] in "-(−":
            raise WrongError(f"{text!r} is negative; an amount is 0 or more, or empty when it isn't known")
        found = shape.fullmatch(text)
        if not found:
            raise WrongError(f"{_short(text)} is not an amount (such as {example}){_decimal_hint(text, decimal)}")
        for mark in (found["before"], found["after"]):
            if mark and currency not in SHARED_SIGNS.get(mark, {SIGNS.get(mark, mark)}):
                raise WrongError(f"{text!r} is not in {currency}")
        if len(found["part"] or "") == 3 > decimals(currency) and len(found["whole"]) <= 3:
            other = "," if decimal == "." else "."
            raise WrongError(
                f'{text!r} may be thousands or a fraction; if thousands, say decimal: "{other}" in a mapping'
            )
        amount = Decimal(re.sub(r"\D", "", found["whole"]) + "." + (found["part"] or "0"))
        if amount > MOST:
            raise WrongError(f"{_short(text)} is more than {MOST:,}, which can't be meant")
        return Money.of(amount, currency)

    return read


def day(pattern: str | None) -> CellReader[date]:
    """A date, in ISO or as `strptime` reads the pattern. Of an ISO instant the day as it is written."""

    @cache  # an export names the same few hundred days over and over
    def read(text: str) -> date:
        try:
            found = _iso(text) if pattern is None else datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day
        except ValueError:
            wanted = "year-month-day, such as 2026-11-23" if pattern is None else f"as the mapping says: {pattern}"
            raise WrongError(f"{_short(text)} is not a date ({wanted}){_date_hint(text, pattern)}") from None
        if not 1950 <= found.year <= 2150:
            raise WrongError(f"{_short(text)} is in the year {found.year}, which can't be meant")
        return found

    return read


def status(text: str) -> Status:
    """`open`, `won` or `lost`."""
    word = text.casefold()
    if word not in list(Status):
        raise WrongError(f"{_short(text)} is not a status; allowed: {', '.join(Status)}")
    return Status(word)


def category(text: str) -> Category | None:
    """A forecast category; `closed`, which CRMs put on deals that have ended, says nothing more."""
    word = "_".join(text.casefold().replace("-", " ").split())
    if word == "closed":
        return None
    if word not in list(Category):
        raise WrongError(f"{_short(text)} is not a forecast category; allowed: {', '.join(Category)}")
    return Category(word)


def currency_code(text: str) -> str:
    """An ISO 4217 code."""
    code = text.upper()
    if code not in CURRENCIES:
        raise WrongError(f"{_short(text)} is not a currency's ISO 4217 code, such as USD or EUR")
    return code


def _iso(text: str) -> date:
    # fromisoformat alone also takes week dates and 20261123, which in a spreadsheet is rather a number.
    if not re.match(r"\d{4}-\d\d-\d\d(?:$|[T ])", text):
        raise ValueError(text)
    return datetime.fromisoformat(text).date()


def _decimal_hint(text: str, decimal: str) -> str:
    other = "," if decimal == "." else "."
    if re.fullmatch(rf"\D*[\d.,\s]*{re.escape(other)}\d{{1,2}}\D*", text):
        return f'; if {other!r} is the decimal sign, say so in a mapping: decimal: "{other}"'
    return ""


def _date_hint(text: str, pattern: str | None) -> str:
    if pattern is None and re.fullmatch(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}", text):
        return '; another order of day and month needs a mapping, such as dates: "%d/%m/%Y"'
    return ""


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "…")

"""Fiscal quarters: which one a day is in, and where it begins and ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

# Years that a calendar has a day before and after; the digits are ASCII ones.
_WRITTEN = re.compile(r"([12][0-9]{3})-Q([1-4])")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A fiscal quarter. Fiscal year N is the one that begins in calendar year N."""

    year: int
    quarter: int
    fiscal_year_start: int = 1

    @classmethod
    def parse(cls, text: str, fiscal_year_start: int = 1) -> Period:
        """From `2026-Q4`; ValueError for anything else."""
        found = _WRITTEN.fullmatch(text.strip())
        if not found:
            raise ValueError(f"{text!r} is not a period; write a year and a quarter, such as 2026-Q4")
        return cls(int(found[1]), int(found[2]), fiscal_year_start)

    @classmethod
    def of(cls, day: date, fiscal_year_start: int = 1) -> Period:
        """The period that `day` falls in."""
        months = (day.month - fiscal_year_start) % 12
        year = day.year if day.month >= fiscal_year_start else day.year - 1
        return cls(year, months // 3 + 1, fiscal_year_start)

    @property
    def start(self) -> date:
        """Its first day."""
        months = self.year * 12 + self.fiscal_year_start - 1 + (self.quarter - 1) * 3
        return date(months // 12, months % 12 + 1, 1)

    @property
    def end(self) -> date:
        """Its last day."""
        return self.next.start - timedelta(days=1)

    @property
    def next(self) -> Period:
        """The one after it."""
        if self.quarter == 4:
            return Period(self.year + 1, 1, self.fiscal_year_start)
        return Period(self.year, self.quarter + 1, self.fiscal_year_start)

    @property
    def previous(self) -> Period:
        """The one before it."""
        return Period.of(self.start - timedelta(days=1), self.fiscal_year_start)

    def __contains__(self, day: date | None) -> bool:
        return day is not None and self.start <= day <= self.end

    def __str__(self) -> str:
        return f"{self.year}-Q{self.quarter}"

"""Public holidays, from the `holidays` library. Implements `coaching.ports.Holidays`."""

from __future__ import annotations

import difflib
from datetime import date
from functools import cache


def public_holidays(country: str | None, first: date, last: date) -> frozenset[date]:
    """Those of a country (`US`, or a part of it as `US-NY`) from `first` to `last`; none for an unknown country."""
    if country is None or problem(country):
        return frozenset()
    years = range(first.year, last.year + 1)
    return frozenset(day for year in years for day in _year(country, year) if first <= day <= last)


def problem(country: str) -> str | None:
    """Why a country can't be used, in a sentence that says what can; None when it can."""
    code, _, part = country.partition("-")
    known = _countries()
    if code not in known:
        near = difflib.get_close_matches(code, known, n=3, cutoff=0.4)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        return f"'{country}' is not a country with known holidays; write ISO 3166 such as US, DE or US-NY{hint}"
    if part and part not in known[code]:
        parts = ", ".join(known[code]) or "none are known"
        return f"'{part}' is not a part of {code}; allowed: {parts}"
    return None


@cache
def _countries() -> dict[str, list[str]]:
    import holidays  # noqa: PLC0415 - a tenth of a second that most commands don't need

    return holidays.list_supported_countries(include_aliases=False)


@cache
def _year(country: str, year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415 - as above

    code, _, part = country.partition("-")
    return frozenset(holidays.country_holidays(code, subdiv=part or None, years=year))

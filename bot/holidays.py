"""Public holidays, from the `holidays` library. Implements `coaching.ports.Holidays`."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, lru_cache

from coaching.language import t


@lru_cache(maxsize=1000)
def public_holidays(country: str | None, first: date, last: date) -> frozenset[date]:
    """Those of a country (`US`, or a part of it as `US-NY`) from `first` to `last`; none for an unknown country.

    Everybody's of one day are the same, and every answer asks for them.
    """
    if country is None or not known(country):
        return frozenset()
    years = range(first.year, last.year + 1)
    return frozenset(day for year in years for day in _year(country, year) if first <= day <= last)


def known(country: str) -> bool:
    """Whether its holidays can be looked up."""
    return problem(country) is None


def problem(country: str) -> str | None:
    """Why a country can't be used, in a sentence that says what can; None when it can."""
    code, dash, part = country.partition("-")
    parts = _countries().get(code)
    if parts is None:
        instead = _instead(country)
        return t("'{country}' is not a country with known holidays; {instead}", country=country, instead=instead)
    if dash and part not in parts:
        there = ", ".join(parts) or t("none")
        return t("{code} has no part '{part}'; there are: {there}", code=code, part=part, there=there)
    return None


def _instead(country: str) -> str:
    """What to write: the same in capitals, what is near it, or how it is done."""
    shouted = country.upper()
    if shouted != country and known(shouted):
        return t("write {code}, in capitals", code=shouted)
    near = difflib.get_close_matches(shouted, _countries(), n=3, cutoff=0.4) if len(country) == 2 else []
    if near:
        return t("write its ISO 3166 code, such as US, DE or US-NY; did you mean {near}?", near=", ".join(near))
    return t("write its ISO 3166 code, such as US, DE or US-NY")


@cache
def _countries() -> Mapping[str, Sequence[str]]:
    import holidays  # noqa: PLC0415 - a twentieth of a second that most commands don't need

    return holidays.list_supported_countries(include_aliases=False)


@cache
def _year(country: str, year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415 - as above

    code, _, part = country.partition("-")
    return frozenset(holidays.country_holidays(code, subdiv=part or None, years=year))

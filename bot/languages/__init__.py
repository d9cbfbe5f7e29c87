"""The languages there are: one catalogue each beside this file, and how numbers and days are written from Babel."""

from __future__ import annotations

import gettext
from functools import cache
from importlib import resources

from coaching.language import ENGLISH, Language

CODES = ("en", "de")


@cache
def language(code: str) -> Language:
    """By its code, one of CODES; read once, when the first company speaks it."""
    return ENGLISH if code == ENGLISH.code else _read(code)


def _read(code: str) -> Language:
    # Imported here: a deployment in English needs neither.
    from babel import Locale  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with resources.files(__package__).joinpath(f"{code}.po").open("rb") as file:
        catalog = read_po(file, locale=code)
    locale = Locale.parse(code)
    said = [it for it in catalog if it.id and it.string and all(it.string) and not it.fuzzy]
    return Language(
        code=code,
        words={it.id: str(it.string) for it in said if isinstance(it.id, str)},
        plurals={
            it.id[0]: it.string
            for it in said
            if isinstance(it.id, tuple) and isinstance(it.string, tuple) and all(it.string)
        },
        plural=gettext.c2py(catalog.plural_expr),
        group=str(locale.number_symbols["latn"]["group"]),
        point=str(locale.number_symbols["latn"]["decimal"]),
        money="{sign}{digits}\N{NO-BREAK SPACE}{symbol}",
        day="{weekday}, {day}. {month}",
        weekdays=tuple(locale.days["format"]["abbreviated"][n].rstrip(".") for n in range(7)),
        months=tuple(locale.months["format"]["abbreviated"][n] for n in range(1, 13)),
    )

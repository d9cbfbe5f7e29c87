"""The languages there are: one catalogue each beside this file, and how numbers and days are written from Babel."""

from __future__ import annotations

import gettext
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from coaching.language import ENGLISH, Language, speaking

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from coaching.company import Company

NAMES = {"en": "English", "de": "Deutsch"}
"""By code, each as its speakers call it."""
CODES = tuple(NAMES)


_ENDINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "de": (
        ("ungen", "ung"),
        ("ionen", "ion"),
        ("ancen", "ance"),
        ("schlüsse", "schluss"),
        ("läufe", "lauf"),
        ("träge", "trag"),
        ("ss", "ss"),
        ("se", "s"),
        ("fe", "f"),
        ("ge", "g"),
        ("he", "h"),
        ("ke", "k"),
        ("me", "m"),
        ("ne", "n"),
        ("re", "r"),
        ("te", "t"),
        ("s", ""),
    )
}
"""Of what a sales team counts (Anrufe, Termine, Angebote, Präsentationen, Demos); what isn't here stays as it is."""


_SCALES = {
    "de": ("\N{NO-BREAK SPACE}Bio.", "\N{NO-BREAK SPACE}Mrd.", "\N{NO-BREAK SPACE}Mio.", "\N{NO-BREAK SPACE}Tsd.")
}


@cache
def language(code: str) -> Language:
    """By its code, one of CODES; read once, when the first company speaks it."""
    return ENGLISH if code == ENGLISH.code else _read(code)


def preferred(accepted: str) -> Language:
    """Of what there is what a browser likes best, by its `Accept-Language`: `de-AT, de;q=0.9, en;q=0.5`."""
    liked = [_liked(it) for it in accepted.replace(" ", "").split(",")]
    known = sorted((it for it in liked if it[0] in CODES and it[1] > 0), key=lambda it: -it[1])
    return language(known[0][0]) if known else ENGLISH


def _liked(part: str) -> tuple[str, float]:
    tag, _, weight = part.partition(";q=")
    try:
        return tag.lower().partition("-")[0], float(weight or 1)
    except ValueError:
        return "", 0.0


def speaking_to(company: Company) -> AbstractContextManager[None]:
    """Everything worded inside is in the company's language."""
    return speaking(language(company.language))


def _read(code: str) -> Language:
    # Imported here: a deployment in English needs neither.
    from babel import Locale  # noqa: PLC0415 - English needs none of it
    from babel.messages.pofile import read_po  # noqa: PLC0415 - as above

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
        endings=_ENDINGS[code],
        lowers=False,
        group=str(locale.number_symbols["latn"]["group"]),
        point=str(locale.number_symbols["latn"]["decimal"]),
        percent="\N{NO-BREAK SPACE}%",
        scales=_SCALES[code],
        money="{sign}{digits}\N{NO-BREAK SPACE}{symbol}",
        day="{weekday}, {day}. {month}",
        weekdays=tuple(locale.days["format"]["abbreviated"][n].rstrip(".") for n in range(7)),
        # Without their full stops: a date often ends a sentence.
        months=tuple(locale.months["format"]["abbreviated"][n].rstrip(".") for n in range(1, 13)),
        short_day="{day}. {month}",
        whole_day="{day}. {month}",
        whole_weekdays=tuple(locale.days["format"]["wide"][n] for n in range(7)),
        whole_months=tuple(locale.months["format"]["wide"][n] for n in range(1, 13)),
    )

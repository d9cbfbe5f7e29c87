"""What a set-up begins with, by the language and the region that a device names: to be looked at."""

from __future__ import annotations

from dataclasses import replace

from bot import holidays
from bot.languages import CODES
from coaching.setting_up import Draft

_ANYWHERE = "001"


def proposed(draft: Draft, locale: str) -> Draft:
    """For one that nobody has filled in. What `de-DE` and the like don't say, or the draft's zone denies, stays."""
    from babel.core import get_global, parse_locale  # noqa: PLC0415 - whoever is set up needs it no more
    from babel.numbers import get_territory_currencies  # noqa: PLC0415 - as above

    try:
        language, region = parse_locale(locale.replace("_", "-"), sep="-")[:2]
    except ValueError:
        return draft
    draft = replace(draft, language=language if language in CODES else draft.language)
    there = get_global("zone_territories").get(draft.zone, _ANYWHERE)
    if not region or not holidays.known(region) or there not in {region, _ANYWHERE}:
        return draft
    currencies = get_territory_currencies(region)
    return replace(draft, country=region, currency=currencies[0] if len(currencies) == 1 else draft.currency)

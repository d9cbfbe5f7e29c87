"""What a locale proposes, and where nothing is to be proposed from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.proposing import proposed
from coaching.setting_up import Draft


@pytest.mark.parametrize(
    ("locale", "zone", "language", "currency", "country"),
    [
        ("de-DE", "Europe/Berlin", "de", "EUR", "DE"),
        ("de_AT", "Europe/Vienna", "de", "EUR", "AT"),
        ("en-US", "America/Chicago", "en", "USD", "US"),
        ("en-GB", "Europe/London", "en", "GBP", "GB"),
        ("en-GB", "UTC", "en", "GBP", "GB"),
        ("fr-FR", "", "en", "EUR", "FR"),
        ("en-US", "Europe/Berlin", "en", "USD", ""),
        ("de", "Europe/Berlin", "de", "USD", ""),
        ("es-419", "America/Bogota", "en", "USD", ""),
        ("", "", "en", "USD", ""),
    ],
)
def test_a_locale_proposes_what_its_zone_does_not_deny(
    locale: str, zone: str, language: str, currency: str, country: str
) -> None:
    found = proposed(Draft(zone=zone), locale)
    assert (found.language, found.currency, found.country) == (language, currency, country)


@given(st.text(max_size=40))
def test_whatever_a_device_says_it_is_a_draft(locale: str) -> None:
    assert proposed(Draft(), locale).zone == ""

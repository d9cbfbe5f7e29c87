"""How shares read in a sentence."""

from datetime import UTC, datetime

import pytest

from bot.languages import language
from coaching.amounts import NotUnderstood, amount
from coaching.language import speaking
from coaching.phrases import percent, quoted, stamp


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "0 %"), (0.17, "17 %"), (1, "100 %"), (0.999, "over 99 %"), (0.001, "under 1 %"), (1.2, "120 %")],
)
def test_what_is_not_all_or_nothing_is_not_rounded_to_it(share, words):
    assert percent(share) == words


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("“Agree the start date”", "“Agree the start date”"),
        ('"Agree the start date"', "“Agree the start date”"),
        ("Agree the “start” date", "“Agree the ‘start’ date”"),
        ("“Yes” or “no”", "“‘Yes’ or ‘no’”"),
    ],
)
def test_quotes_around_all_of_it_are_not_doubled(typed, said):
    assert quoted(typed) == said


def test_a_day_and_time_in_figures_is_written_as_the_language_does():
    at = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
    assert stamp(at) == "2026-11-27 12:00"
    with speaking(language("de")):
        assert stamp(at) == "27.11.2026, 12:00"


@pytest.mark.parametrize("text", ["many", "-5", "1.234.5"])
def test_an_example_at_a_sentences_end_brings_no_second_full_stop(text):
    with speaking(language("de")), pytest.raises(NotUnderstood) as said:
        amount(text, "EUR")
    assert not str(said.value).endswith("..")


def test_a_share_of_thousands_is_grouped_as_any_number():
    assert percent(39) == "3,900 %"
    with speaking(language("de")):
        assert percent(39) == "3.900 %"

"""How shares read in a sentence."""

import pytest

from coaching.phrases import percent, quoted


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

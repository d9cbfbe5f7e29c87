"""Quiet hours and pauses, read from words."""

from datetime import date, time

import pytest

from coaching.people import Hours
from coaching.wishes import NO_QUIET, pause_until, quiet_hours
from coaching.words import NotUnderstood
from tests.builders import MONDAY, days_later

EVENING = Hours(time(19), time(7, 30))


@pytest.mark.parametrize("text", ["19:00-07:30", "19 - 7:30", "19.00 to 7.30", "19h – 07h30"])
def test_quiet_hours_are_read_as_people_write_them(text):
    assert quiet_hours(text) == EVENING


def test_no_quiet_hours_are_a_wish_too():
    assert quiet_hours("None") == NO_QUIET


@pytest.mark.parametrize(
    "text", ["", "night", "25:00-07:00", "19:75-07:00", "07:00-06:00", "1" * 10_000, "٠٩:٠٠-١٠:٠٠x"]
)
def test_what_cannot_be_quiet_hours_is_told_with_an_example(text):
    with pytest.raises(NotUnderstood):
        quiet_hours(text)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("until 2026-12-01", date(2026, 12, 1)),
        ("2026-12-01", date(2026, 12, 1)),
        ("3 days", days_later(3)),
        ("for a week", days_later(7)),
        ("2 weeks", days_later(14)),
        ("a month", days_later(30)),
        ("until Friday", days_later(4)),
        ("till fri.", days_later(4)),
        ("until monday", days_later(7)),
        ("tomorrow", days_later(1)),
    ],
)
def test_a_pause_is_read_as_people_say_it(text, until):
    assert pause_until(text, MONDAY) == until


@pytest.mark.parametrize(
    "text", ["", "a while", "until 2026-11-23", "until 2020-01-01", "0 days", "999 months", "until 2026-13-01", "😀"]
)
def test_a_pause_that_cannot_be_is_told_with_an_example(text):
    with pytest.raises(NotUnderstood):
        pause_until(text, MONDAY)

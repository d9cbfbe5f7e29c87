"""A fiscal quarter knows its days, whichever month the year begins in."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.periods import Period

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
MONTHS = st.integers(1, 12)


@given(DAYS, MONTHS)
def test_every_day_is_in_exactly_one_quarter(day, month):
    period = Period.of(day, month)
    assert day in period
    assert day not in period.next
    assert day not in period.previous


@given(DAYS, MONTHS)
def test_quarters_follow_each_other_without_a_gap(day, month):
    period = Period.of(day, month)
    assert period.end + timedelta(days=1) == period.next.start
    assert period.next.previous == period == period.previous.next
    assert period.previous < period < period.next
    assert 89 <= (period.end - period.start).days + 1 <= 92


@given(DAYS, MONTHS)
def test_what_is_written_is_read_back(day, month):
    period = Period.of(day, month)
    assert Period.parse(f" {period} ", month) == period


@given(st.integers(1990, 2100), MONTHS)
def test_a_fiscal_year_begins_in_the_calendar_year_that_names_it(year, month):
    assert Period(year, 1, month).start == date(year, month, 1)
    assert Period(year, 4, month).end == Period(year + 1, 1, month).start - timedelta(days=1)


@pytest.mark.parametrize(
    ("written", "month", "start", "end"),
    [
        ("2026-Q4", 1, date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-Q1", 2, date(2026, 2, 1), date(2026, 4, 30)),
        ("2026-Q4", 2, date(2026, 11, 1), date(2027, 1, 31)),
        ("2026-Q4", 4, date(2027, 1, 1), date(2027, 3, 31)),
        ("2027-Q1", 12, date(2027, 12, 1), date(2028, 2, 29)),
        ("2026-Q2", 10, date(2027, 1, 1), date(2027, 3, 31)),
    ],
)
def test_a_quarter_has_the_days_of_its_fiscal_year(written, month, start, end):
    period = Period.parse(written, month)
    assert (period.start, period.end) == (start, end)


@pytest.mark.parametrize(
    "text", ["", "Q4", "2026-Q5", "2026-Q0", "2026-q4", "26-Q4", "2026-Q4x", "0000-Q1", "9999-Q4", "٢٠٢٦-Q4"]
)
def test_what_is_no_quarter_is_refused_with_how_to_write_one(text):
    with pytest.raises(ValueError, match="is not a period; write a year and a quarter, such as 2026-Q4"):
        Period.parse(text)

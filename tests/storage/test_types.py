"""Dates and instants are on SQLite what SQLAlchemy's own types would write and read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from storage.types import Day, Json, UTCDateTime

SQLITE = sa.create_engine("sqlite://").dialect
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), timezone(timedelta(hours=-7))])
INSTANTS = st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=ZONES)


def written(kind: Any, value: object) -> object:
    return kind.dialect_impl(SQLITE).bind_processor(SQLITE)(value)


def read(kind: Any, value: object) -> object:
    return kind.dialect_impl(SQLITE).result_processor(SQLITE, None)(value)


@given(st.none() | st.dates())
def test_a_date_is_kept_as_sqlalchemy_keeps_it_and_comes_back(day: object) -> None:
    kept = written(Day(), day)
    assert kept == written(sa.Date(), day)
    assert read(Day(), kept) == day


@given(INSTANTS)
def test_an_instant_is_kept_as_sqlalchemy_keeps_it_and_comes_back_aware(at: datetime) -> None:
    kept = written(UTCDateTime(), at)
    assert kept == written(sa.DateTime(), at.astimezone(UTC))
    found = read(UTCDateTime(), kept)
    assert isinstance(found, datetime)
    assert (found, found.tzinfo) == (at, UTC)


def test_an_hour_that_comes_twice_is_kept_as_the_one_that_was_meant() -> None:
    first = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"))
    kept = [read(UTCDateTime(), written(UTCDateTime(), it)) for it in (first, first.replace(fold=1))]
    assert kept == [datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)]


def test_no_instant_is_kept_as_none() -> None:
    assert written(UTCDateTime(), None) is None
    assert read(UTCDateTime(), None) is None


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        written(UTCDateTime(), datetime(2026, 11, 23))


@pytest.mark.parametrize("value", [None, {}, {"calls": 12, "Größe": [1.5, None, True]}, [], "12", 12, "ü"])
def test_json_is_kept_as_sqlalchemy_keeps_it_and_comes_back(value: object) -> None:
    assert written(Json, value) == written(sa.JSON(), value)
    engine = sa.create_engine("sqlite://")
    table = sa.Table("t", sa.MetaData(), sa.Column("it", Json))
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert(), {"it": value})
        assert connection.scalar(sa.select(table.c.it)) == value
        connection.execute(sa.text("UPDATE t SET it = NULL"))
        assert connection.scalar(sa.select(table.c.it)) is None

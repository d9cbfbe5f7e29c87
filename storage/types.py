"""Column types: instants that are always aware and in UTC, and JSON that PostgreSQL can index."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import JSON, BigInteger, Date, DateTime, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from storage import as_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Dialect

BigId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts rows up by itself only in a column that is exactly INTEGER."""


WITHOUT_ZONE = len("2026-11-23 14:41:00.000000")


REMEMBERED = 4096
"""Days and instants as text, and back: an answer writes one in four columns, and a morning's check-ins share theirs."""
Key = TypeVar("Key")
Made = TypeVar("Made")


class _Json(TypeDecorator[Any]):
    """JSON that PostgreSQL can index. SQLite's is read in half of SQLAlchemy's time: each check-in has three."""

    impl = JSON
    cache_ok = True
    should_evaluate_none = True  # as JSON has it: what is set to None is `null`

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """PostgreSQL has its own."""
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else JSON())

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """SQLAlchemy goes through three functions."""
        return as_json.written if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], Any] | None:
        """The same, back."""
        return as_json.read if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


Json = _Json()


class Day(TypeDecorator[date]):
    """A date. SQLite's is written in a third of SQLAlchemy's time: an answer writes and asks for ten."""

    impl = Date
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """As SQLAlchemy writes it."""
        return _day if dialect.name == "sqlite" else super().bind_processor(dialect)


class UTCDateTime(TypeDecorator[datetime]):
    """Refuses naive instants, keeps UTC, gives aware ones back; compares rightly on both databases.

    On SQLite it is the text that SQLAlchemy would write and read, made with fewer steps.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """SQLAlchemy's own goes by the components, one by one."""
        return _text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], Any] | None:
        """The same, back."""
        return _instant if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """To a database that knows instants."""
        return None if value is None else _utc(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """From there."""
        return None if value is None else value.astimezone(UTC)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"a naive instant can't be kept: {at}")
    return at if at.tzinfo is UTC else at.astimezone(UTC)


class _Remembered(dict[Key, Made]):
    """What is made of few values again and again; faster to ask than `lru_cache`, which keeps an order."""

    def __init__(self, make: Callable[[Key], Made]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Key) -> Made:
        if len(self) >= REMEMBERED:
            self.clear()
        made = self[key] = self._make(key)
        return made


# Python writes a date slower than SQLite keeps it, and an answer writes today's a dozen times.
_day = _Remembered[date | None, str | None](lambda day: None if day is None else day.isoformat()).__getitem__


def _text(at: datetime | None) -> str | None:
    # In UTC before it is looked up: of an hour that comes twice, a zone's two instants pass for the same.
    return None if at is None else _TEXTS[at if at.tzinfo is UTC else _utc(at)]


_TEXTS = _Remembered[datetime, str](lambda at: at.isoformat(" ", "microseconds")[:WITHOUT_ZONE])
_instant = _Remembered[str | None, datetime | None](
    lambda text: None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)
).__getitem__

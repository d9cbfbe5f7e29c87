"""Column types: instants that are always aware and in UTC, and JSON that PostgreSQL can index."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, BigInteger, Date, DateTime, Integer
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Dialect
    from sqlalchemy.types import TypeEngine

Json = JSON().with_variant(JSONB(), "postgresql")
BigId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts rows up by itself only in a column that is exactly INTEGER."""


WITHOUT_ZONE = len("2026-11-23 14:41:00.000000")


class _Day(sqlite.DATE):
    """SQLite's column of dates, written in a third of SQLAlchemy's time: an answer writes and asks for ten."""

    def bind_processor(self, dialect: Dialect) -> Callable[[date | None], str | None]:  # noqa: ARG002 - SQLAlchemy's signature
        """As SQLAlchemy writes it."""
        return lambda day: None if day is None else day.isoformat()


Day = Date().with_variant(_Day(), "sqlite")  # type: ignore[no-untyped-call]  # SQLAlchemy has no types for it


class _Written(sqlite.DATETIME):
    """SQLite's column of instants, given them as the text that it keeps."""

    def bind_processor(self, dialect: Dialect) -> None:
        """Nothing to convert: SQLAlchemy's way there takes twice as long, and an answer writes nine instants."""


class UTCDateTime(TypeDecorator[datetime]):
    """Refuses naive instants, keeps UTC, gives aware ones back; compares rightly on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """On SQLite `process_bind_param` writes the text itself."""
        sqlites: TypeEngine[Any] = _Written()  # type: ignore[no-untyped-call]  # SQLAlchemy has no types for it
        return dialect.type_descriptor(sqlites if dialect.name == "sqlite" else self.impl_instance)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """To the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive instant can't be kept: {value}")
        utc = value if value.tzinfo is UTC else value.astimezone(UTC)
        return utc.isoformat(" ", "microseconds")[:WITHOUT_ZONE] if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """From the database."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

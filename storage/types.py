"""Column types: instants that are always aware and in UTC, and JSON that PostgreSQL can index."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, BigInteger, DateTime, Integer
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.types import TypeEngine

Json = JSON().with_variant(JSONB(), "postgresql")
BigId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts rows up by itself only in a column that is exactly INTEGER."""


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
        utc = value.astimezone(UTC)
        return utc.isoformat(" ", "microseconds").removesuffix("+00:00") if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """From the database."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

"""Insert, or overwrite what has the same unique columns: the same API on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session

from storage.database import is_sqlite

Rows = Sequence[Mapping[str, Any]]
CHUNK = 500
"""Rows per statement, well under SQLite's 32,766 bound values."""


def upsert(session: Session, kind: type[DeclarativeBase], rows: Rows, *, by: Sequence[str], keep: bool = False) -> int:
    """Write rows; where one with the same `by` columns stands, overwrite the rest of it, or `keep` it as it is.

    Returns how many rows were written.
    """
    chunks = (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))
    return sum(_write(session, kind, [dict(it) for it in chunk], by, keep=keep) for chunk in chunks)


def _write(
    session: Session, kind: type[DeclarativeBase], rows: list[dict[str, Any]], by: Sequence[str], *, keep: bool
) -> int:
    table = kind.__table__
    assert isinstance(table, Table)
    make = sqlite.insert if is_sqlite(session.connection()) else postgresql.insert
    statement = make(table).values(rows)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in by}
    if keep or not changed:
        statement = statement.on_conflict_do_nothing(index_elements=list(by))
    else:
        statement = statement.on_conflict_do_update(index_elements=list(by), set_=changed)
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]  # a DML's result is a cursor's

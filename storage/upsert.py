"""Insert, or overwrite what has the same unique columns: the same API on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Table, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase

from storage import direct
from storage.database import is_sqlite

Rows = Sequence[Mapping[str, Any]]
CHUNK = 500
"""Rows per statement, well under SQLite's 32,766 bound values."""


def upsert(
    connection: Connection,
    kind: type[DeclarativeBase],
    rows: Rows,
    *,
    by: Sequence[str],
    keep: bool = False,
    rising: Sequence[str] = (),
) -> int:
    """Write rows; where one with the same `by` columns stands, overwrite the rest of it, or `keep` it as it is.

    A column that is `rising` keeps what stands where that is the greater. Returns how many rows were written.
    """
    if not rows:
        return 0
    statement = made(kind, tuple(rows[0]), tuple(by), keep, tuple(rising), is_sqlite(connection))
    chunks = (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))
    return sum(direct.write(connection, statement, chunk) for chunk in chunks)


@cache
def made(  # noqa: PLR0917 - by place: looking up named ones costs as much again
    kind: type[DeclarativeBase],
    columns: tuple[str, ...],
    by: tuple[str, ...],
    keep: bool,  # noqa: FBT001 - as above
    rising: tuple[str, ...],
    on_sqlite: bool,  # noqa: FBT001 - as above
) -> Executable:
    """Made once for each shape; with the values inside it would be compiled anew every time, at five times the cost."""
    table = kind.__table__
    assert isinstance(table, Table)
    insert = (sqlite.insert if on_sqlite else postgresql.insert)(table)
    greater = func.max if on_sqlite else func.greatest
    changed: dict[str, Any] = {name: insert.excluded[name] for name in columns if name not in by}
    changed |= {name: greater(insert.excluded[name], table.c[name]) for name in rising}
    if keep or not changed:
        return insert.on_conflict_do_nothing(index_elements=by)
    return insert.on_conflict_do_update(index_elements=by, set_=changed)

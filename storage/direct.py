"""Statements that every answer needs, on SQLite's own connection: a quarter of what SQLAlchemy takes around each.

An answer is a dozen statements of a few microseconds each; looking up the compiled form, a context and a result object
for every one cost several times that. Here SQLAlchemy compiles a statement once and says how each value is bound and
read, so that nothing is written or read otherwise than by its ordinary path (a test compares them). Only for statements
that live as long as the program; what writes, only inside a transaction that SQLAlchemy began and ends. PostgreSQL
takes the ordinary path: there the network is what costs.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from storage.database import as_sqlalchemys, driver, is_sqlite

if TYPE_CHECKING:
    from sqlalchemy import Connection, Dialect
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.types import TypeEngine

Values = Mapping[str, Any]
Processor = Callable[[Any], Any] | None
Places = tuple[tuple[int, Callable[[Any], Any]], ...]
"""Which of a row's values are converted, and how."""


def ask(connection: Connection, statement: sa.Select[Any], values: Values) -> Sequence[Any]:
    """All rows, with their columns as attributes."""
    if not is_sqlite(connection):
        return connection.execute(statement, values).all()
    made = _made(statement, (), connection.dialect)
    return made.rows(_cursor(connection, driver(connection), made, [values]).fetchall())


def write(connection: Connection, statement: sa.Executable, rows: Sequence[Values]) -> int:
    """Once for each, all with the same names. How many rows were written."""
    if not rows:
        return 0
    if not is_sqlite(connection):
        # Else psycopg's cursor is closed before anybody asked it, and -1 rows were written.
        done = connection.execute(statement, rows, execution_options={"preserve_rowcount": True})
        return int(done.rowcount)
    sqlites = driver(connection)
    if not sqlites.in_transaction:  # SQLite would keep each statement by itself.
        raise RuntimeError("something is written outside a transaction")
    return _cursor(connection, sqlites, _made(statement, tuple(rows[0]), connection.dialect), rows).rowcount


# --- made once -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Made:
    sql: str
    fixed: Values
    bound: Callable[[Values], Iterable[Any]]
    to: Places
    of: Places
    row: Callable[[list[Any]], Any]

    def values(self, given: Values) -> list[Any]:
        """In the statement's order. KeyError when one is missing."""
        known = {**self.fixed, **given} if self.fixed else given
        return _converted([*self.bound(known)], self.to)

    def rows(self, found: Sequence[Sequence[Any]]) -> list[Any]:
        return [self.row(_converted([*it], self.of)) for it in found]


def _converted(values: list[Any], places: Places) -> list[Any]:
    """Most values go as they are; looking at each of them would cost more than converting the few."""
    for place, convert in places:
        values[place] = convert(values[place])
    return values


_kept: dict[tuple[Any, tuple[str, ...]], _Made] = {}
"""The dialect doesn't count: SQLite's is the same for all engines."""


def _made(statement: Any, names: tuple[str, ...], dialect: Dialect) -> _Made:
    found = _kept.get((statement, names))
    if found is None:
        found = _kept[statement, names] = _compiled(statement, names, dialect)
    return found


def _compiled(statement: Any, names: tuple[str, ...], dialect: Dialect) -> _Made:
    compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=list(names) or None)
    if compiled.insert_prefetch or compiled.update_prefetch or compiled.post_compile_params:
        raise TypeError(f"a statement that needs more than its values goes the ordinary way: {compiled}")
    columns = tuple(statement.selected_columns) if isinstance(statement, sa.Select) else ()
    binds, bound = compiled.binds, tuple(compiled.positiontup or ())
    return _Made(
        sql=str(compiled),
        fixed={name: it.value for name, it in binds.items() if not it.required},
        bound=_taking(bound),
        to=_places(_to(binds[name].type, dialect) for name in bound),
        of=_places(_of(it.type, dialect) for it in columns),
        row=_row(tuple(str(it.key) for it in columns)),
    )


def _taking(names: tuple[str, ...]) -> Callable[[Values], Iterable[Any]]:
    """The values of those names; `itemgetter` gives the only one of one bare."""
    return itemgetter(*names) if len(names) > 1 else lambda given: [given[it] for it in names]


def _row(names: tuple[str, ...]) -> Callable[[Iterable[Any]], Any]:
    kind: Any = type("Row", (namedtuple("Row", names),), {"__slots__": ()})  # noqa: PYI024 - its fields are known only now
    # As `_make` does it, which counts the values once more.
    return partial(tuple.__new__, kind)


def _places(processors: Iterable[Processor]) -> Places:
    return tuple((place, it) for place, it in enumerate(processors) if it)


def _to(kind: TypeEngine[Any], dialect: Dialect) -> Processor:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _of(kind: TypeEngine[Any], dialect: Dialect) -> Processor:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _cursor(connection: Connection, sqlites: sqlite3.Connection, made: _Made, rows: Sequence[Values]) -> sqlite3.Cursor:
    try:
        if len(rows) == 1:
            return sqlites.execute(made.sql, made.values(rows[0]))
        return sqlites.executemany(made.sql, [made.values(it) for it in rows])
    except sqlite3.Error as problem:
        raise as_sqlalchemys(problem, made.sql, connection) from problem

"""What SQLAlchemy compiles is kept for the whole run.

It keeps it with an engine, and a program has one, so that each statement is compiled once. Here each test has an engine
of its own, and compiling for each of them anew took a third of all tests' time. It is also nearer to the program: what
was compiled in one test's company serves in another's.
"""

from __future__ import annotations

from sqlalchemy import Dialect, Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

_first: dict[type[Dialect], Engine] = {}


def keep(engine: Engine) -> None:
    """Engines of this one's kind share its dialect, and what is compiled with it, from now on."""
    # A dialect learns about its database when it first connects.
    with engine.connect():
        _first[type(engine.dialect)] = engine


def _share(engine: Engine) -> None:
    """SQLAlchemy's own hook, for each engine that is made."""
    first = _first.get(type(engine.dialect))
    if first:
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache


for _kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
    _kind.engine_created = staticmethod(_share)

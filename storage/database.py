"""Engines and sessions, set up so that nothing is lost: SQLite in WAL with `BEGIN IMMEDIATE`, or PostgreSQL."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event, orm

from storage import as_json, wall
from storage.tables import Owned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import ORMExecuteState, Session
    from sqlalchemy.pool import ConnectionPoolEntry


PRIVATE: dict[str, Any] = {"hide_parameters": True}
"""Errors are logged; what people wrote is not."""
AS_JSON: dict[str, Any] = {"json_serializer": as_json.written, "json_deserializer": as_json.read}


def create_engine(url: str) -> Engine:
    """For `sqlite:///file.db` or `postgresql://…` (psycopg 3). ArgumentError when the URL can't be read."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    return sa.create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=5,
        max_overflow=5,
        pool_pre_ping=True,
        **PRIVATE,
        **AS_JSON,
        connect_args={"options": "-c timezone=UTC -c idle_in_transaction_session_timeout=60000"},
    )


def _sqlite(url: sa.URL) -> Engine:
    # One writer at a time is all there is: threads queue for the one connection, in order. Left to SQLite they would
    # sleep and look again, up to a tenth of a second each time.
    one: dict[str, Any] = {"poolclass": sa.QueuePool, "pool_size": 1, "max_overflow": 0, "pool_timeout": 10}
    shared = {"timeout": 10, "check_same_thread": False}
    engine = sa.create_engine(url, connect_args=shared, **one, **PRIVATE, **AS_JSON)

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        # The driver's own idea of when to begin a transaction loses updates silently: read-modify-write in eight
        # threads kept 100 of 800. We begin ourselves, below.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "busy_timeout=10000",
            "foreign_keys=ON",
            "cache_size=-16000",
            # Pages that each answer writes again are put into their place once for several thousand of them, not for
            # the thousand of SQLite's own; until then they are in the log, which is kept as well.
            "wal_autocheckpoint=4000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get(READS):
            _begin(connection)

    return engine


def lookout(engine: Engine) -> Engine:
    """For whoever only looks: on SQLite beside the one writer, at how it all was when the look began."""
    if not is_sqlite(engine):
        return engine
    beside = sa.create_engine(engine.url, connect_args={"timeout": 10}, poolclass=sa.NullPool, **PRIVATE, **AS_JSON)

    @event.listens_for(beside, "connect")
    def configure(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        for pragma in ("busy_timeout=10000", "query_only=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(beside, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return beside


READS = "coach_reads"
BEGIN = "BEGIN IMMEDIATE"


def _begin(connection: Connection) -> None:
    """Round SQLAlchemy's execution: each answer begins, and it takes five times as long as SQLite does."""
    try:
        driver(connection).execute(BEGIN)
    except sqlite3.Error as problem:
        raise as_sqlalchemys(problem, BEGIN, connection) from problem


def driver(connection: Connection) -> sqlite3.Connection:
    """SQLite's own connection."""
    found: sqlite3.Connection = connection.connection.dbapi_connection  # type: ignore[assignment]  # it is SQLite's
    return found


def as_sqlalchemys(problem: sqlite3.Error, sql: str, connection: Connection) -> Exception:
    """An error of the driver's as it comes by SQLAlchemy's ordinary path, without what people wrote."""
    return sa.exc.DBAPIError.instance(
        sql, None, problem, sqlite3.Error, hide_parameters=True, dialect=connection.dialect
    )


class NoCompanyError(RuntimeError):
    """A statement over companies' rows without saying whose."""


@event.listens_for(orm.Session, "do_orm_execute")
def _only_this_company(state: ORMExecuteState) -> None:
    """Every statement over owned rows is narrowed to the session's company, and refused where there is none."""
    if state.is_column_load or state.is_relationship_load:
        return
    company_id = state.session.info.get("company_id")
    if company_id == EVERY_COMPANY:
        return
    if company_id is None:
        if any(issubclass(mapper.class_, Owned) for mapper in state.all_mappers):
            raise NoCompanyError("this statement reads companies' rows; open it within one company")
        return
    state.statement = state.statement.options(
        orm.with_loader_criteria(Owned, lambda cls: cls.company_id == company_id, include_aliases=True)
    )


EVERY_COMPANY = -1
"""For the few statements of ticks and delivery that look over all companies."""


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """For a single statement that only reads: on SQLite it needs no transaction, and so doesn't wait for a writer."""
    with engine.connect() as it:
        yield it.execution_options(**{READS: True})


@contextmanager
def session(engine: Engine, company_id: int | None = None, **options: Any) -> Iterator[Session]:
    """One transaction, committed on leaving and rolled back on an exception, narrowed to one company."""
    with orm.Session(engine, expire_on_commit=False, info={"company_id": company_id}, **options) as it, it.begin():
        if company_id is not None:
            wall.within(it.connection(), company_id)
        yield it


def narrowed(connection: Connection, company_id: int) -> Session:
    """On a transaction that somebody else commits, and that is within that company; flush it before that."""
    return orm.Session(connection, expire_on_commit=False, info={"company_id": company_id})


def shown(url: str) -> str:
    """A database's address without its password."""
    return sa.make_url(url).render_as_string(hide_password=True)


def is_sqlite(bind: Engine | Connection) -> bool:
    """Where a whole database is one writer's."""
    return bind.dialect.name == "sqlite"

"""The schema: how a database gets from one revision to another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine

import migrations
from storage import wall
from storage.database import EVERY_COMPANY, is_sqlite
from storage.tables import metadata

LOCK = 0x436F616368
"""PostgreSQL's advisory lock of whoever migrates; any fixed number does."""


class NewerSchemaError(RuntimeError):
    """The database was written by a newer version of the program."""


def config(scripts: Path | None = None) -> Config:
    """Alembic's, made in code, so that it doesn't depend on where the program was started."""
    made = Config()
    folder = scripts or Path(migrations.__file__).parent
    # To Alembic's reader of settings a per cent sign begins a reference.
    made.set_main_option("script_location", str(folder).replace("%", "%%"))
    made.set_main_option("path_separator", "newline")
    return made


def upgrade(engine: Engine, to: str = "head", *, made: Config | None = None) -> None:
    """Forward, in one transaction. NewerSchemaError when the database is ahead of the program."""
    with _migrating(engine, made) as prepared:
        try:
            command.upgrade(prepared, to)
        except CommandError as problem:
            if "Can't locate revision" in str(problem):
                raise NewerSchemaError("the database was written by a newer version; install that version") from None
            raise


def downgrade(engine: Engine, to: str, *, made: Config | None = None) -> None:
    """Back, in one transaction."""
    with _migrating(engine, made) as prepared:
        command.downgrade(prepared, to)


def differences(engine: Engine) -> list[Any]:
    """What the tables in the code have that the database's don't, or the other way round; empty when they agree."""
    with engine.connect() as it:
        options = {"compare_type": True}
        return list(compare_metadata(MigrationContext.configure(it, opts=options), metadata))


@contextmanager
def _migrating(engine: Engine, made: Config | None) -> Iterator[Config]:
    prepared = made or config()
    with engine.connect() as it:
        guard = _sqlite_guard if is_sqlite(it) else _postgresql_guard
        with guard(it):
            prepared.attributes["connection"] = it
            yield prepared


@contextmanager
def _sqlite_guard(it: Connection) -> Iterator[None]:
    """Batch migrations drop and re-make tables; with foreign keys on, that silently empties their children."""
    raw = it.connection.driver_connection
    assert raw is not None
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        with it.begin():
            yield
            broken = it.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"the migration would leave rows without their parents: {broken[:3]}")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


@contextmanager
def _postgresql_guard(it: Connection) -> Iterator[None]:
    """Several replicas may start at once: the second waits, and then finds nothing to do."""
    with it.begin():
        it.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        wall.within(it, EVERY_COMPANY)
        yield

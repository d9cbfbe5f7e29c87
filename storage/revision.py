"""Which revision a database is at, and the newest there is. Asked at every start, so without Alembic: it takes long."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine

import migrations

VERSION = sa.table("alembic_version", sa.column("version_num"))


@cache
def head() -> str:
    """The newest revision that this program knows; their files begin with their numbers."""
    files = (Path(migrations.__file__).parent / "versions").glob("[0-9]*_*.py")
    return max(it.name.partition("_")[0] for it in files)


def current(engine: Engine) -> str | None:
    """The database's revision; None when it has no tables of ours."""
    with engine.connect() as it:
        if not sa.inspect(it).has_table(VERSION.name):
            return None
        found: str | None = it.scalar(sa.select(VERSION.c.version_num))
        return found

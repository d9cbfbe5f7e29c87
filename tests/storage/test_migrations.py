"""The schema's history: forward, back, as the code has it, and without losing rows."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.config import Config
from sqlalchemy import Engine

import migrations
from coaching.decision import Alarm, Decision
from storage import revision, schema
from storage.database import create_engine
from storage.store import SqlStore
from tests import forked
from tests.builders import a_company, at

TOP = Path(migrations.__file__).parents[1]


@pytest.fixture
def engine(each_database: str) -> Iterator[Engine]:
    """On an empty database; the test runs once on each kind."""
    engine = create_engine(each_database)
    yield engine
    engine.dispose()


# --- our own revisions ------------------------------------------------------------------------------------------------
def test_an_empty_database_has_no_revision(engine: Engine) -> None:
    assert revision.current(engine) is None


def test_migrating_leads_to_the_tables_that_the_code_has(engine: Engine) -> None:
    schema.upgrade(engine)
    assert revision.current(engine) == revision.head()
    assert schema.differences(engine) == []


def test_a_table_that_no_revision_makes_is_a_difference(engine: Engine) -> None:
    schema.upgrade(engine)
    execute(engine, "CREATE TABLE forgotten (id INTEGER PRIMARY KEY)")
    assert [it[0] for it in schema.differences(engine)] == ["remove_table"]


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    schema.upgrade(engine)
    before = shape(engine)
    schema.upgrade(engine)
    assert shape(engine) == before


def test_every_revision_can_be_taken_back_and_made_again(engine: Engine) -> None:
    schema.upgrade(engine)
    before = shape(engine)
    schema.downgrade(engine, "base")
    assert set(shape(engine)) == {"alembic_version"}
    schema.upgrade(engine)
    assert shape(engine) == before


def test_what_was_to_ring_rings_after_alarms_were_made_anew_and_after_the_way_back(engine: Engine) -> None:
    company = a_company()
    schema.upgrade(engine)
    with SqlStore(engine).opened(company, at("07:00")) as work:
        work.keep_company(company)
        work.apply(Decision(alarms=(Alarm(alarm="a", subject="dana", at=at("08:00")),)), at("07:00"))
    schema.downgrade(engine, "0017")
    schema.upgrade(engine)
    (rung,) = SqlStore(engine).due(at("09:00"), 10)
    assert (rung.company, rung.alarm, rung.due_at) == (company.slug, "a", at("08:00"))


def test_three_that_migrate_at_once_end_with_one_schema(engine: Engine, each_database: str, tmp_path: Path) -> None:
    environment = os.environ | {"COACH_DATABASE_URL": each_database}
    with (tmp_path / "said").open("wb") as said:
        replicas = [
            forked.Process("bot", "migrate", cwd=tmp_path, env=environment, stdout=1, stderr=said) for _ in range(3)
        ]
        assert [it.wait(60) for it in replicas] == [0] * 3
    assert (tmp_path / "said").read_text() == ""
    assert revision.current(engine) == revision.head()
    assert schema.differences(engine) == []


def test_a_database_from_a_newer_version_is_refused_and_left_alone(engine: Engine) -> None:
    schema.upgrade(engine)
    execute(engine, "UPDATE alembic_version SET version_num = 'from the future'")
    before = shape(engine)
    with pytest.raises(schema.NewerSchemaError):
        schema.upgrade(engine)
    assert revision.current(engine) == "from the future"
    assert shape(engine) == before


def test_the_program_may_lie_in_a_folder_with_a_per_cent_sign(tmp_path: Path) -> None:
    folder = tmp_path / "100% ours"
    assert schema.config(folder).get_main_option("script_location") == str(folder)


# --- rows ---------------------------------------------------------------------------------------------------------------
# SQLite alters a table by copying it to a new one and dropping the old. With foreign keys on, the drop deletes the rows
# that point to it, silently. These revisions are nobody's but the tests'; they go through our own env.py.
MAKE = """
    op.create_table("parent", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)))
    op.create_table(
        "child",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("parent.id", name="fk_child", ondelete="CASCADE")),
    )
"""
ALTER = """
    with op.batch_alter_table("parent", recreate="auto") as it:
        it.alter_column("name", type_=sa.String({length}), existing_type=sa.String({before}), nullable=False)
"""
UPROOT = """
    op.execute("DELETE FROM parent")
"""


def test_altering_a_table_keeps_the_rows_that_point_to_it(engine: Engine, tmp_path: Path) -> None:
    history = a_history(tmp_path, MAKE, ALTER.format(length=40, before=20), back=ALTER.format(length=20, before=40))
    schema.upgrade(engine, "1", made=history)
    execute(engine, "INSERT INTO parent VALUES (1, 'Acme'), (2, 'Globex')")
    execute(engine, "INSERT INTO child VALUES (1, 1), (2, 1), (3, 2)")
    schema.upgrade(engine, "2", made=history)
    assert rows(engine) == (2, 3)
    schema.downgrade(engine, "1", made=history)
    assert rows(engine) == (2, 3)


def test_foreign_keys_hold_again_after_migrating(engine: Engine, tmp_path: Path) -> None:
    schema.upgrade(engine, made=a_history(tmp_path, MAKE))
    with pytest.raises(sa.exc.IntegrityError):
        execute(engine, "INSERT INTO child VALUES (1, 77)")


def test_a_revision_that_fails_halfway_leaves_nothing_behind(engine: Engine, tmp_path: Path) -> None:
    history = a_history(tmp_path, MAKE, MAKE.replace("parent", "other") + '    op.execute("SELECT 1 FROM nowhere")\n')
    schema.upgrade(engine, "1", made=history)
    before = shape(engine)
    with pytest.raises(sa.exc.DBAPIError):
        schema.upgrade(engine, "2", made=history)
    assert shape(engine) == before
    assert revision.current(engine) == "1"


def test_on_sqlite_a_revision_that_leaves_rows_without_their_parents_is_undone(sqlite_url: str, tmp_path: Path) -> None:
    engine = create_engine(sqlite_url)
    history = a_history(tmp_path, MAKE, UPROOT)
    schema.upgrade(engine, "1", made=history)
    execute(engine, "INSERT INTO parent VALUES (1, 'Acme')")
    execute(engine, "INSERT INTO child VALUES (1, 1)")
    with pytest.raises(RuntimeError, match="without their parents"):
        schema.upgrade(engine, "2", made=history)
    assert rows(engine) == (1, 1)
    assert revision.current(engine) == "1"
    engine.dispose()


def a_history(folder: Path, *steps: str, back: str = "    pass\n") -> Config:
    """Revisions 1, 2, … of these steps, beside a copy of our own env.py."""
    scripts = folder / "scripts"
    shutil.copytree(Path(migrations.__file__).parent, scripts, ignore=shutil.ignore_patterns("versions", "__pycache__"))
    (scripts / "versions").mkdir()
    for number, step in enumerate(steps, start=1):
        (scripts / "versions" / f"{number}.py").write_text(
            f"import sqlalchemy as sa\nfrom alembic import op\n\nrevision = '{number}'\n"
            f"down_revision = {str(number - 1) if number > 1 else None!r}\n\n"
            f"def upgrade():\n{body(step)}\n\ndef downgrade():\n{body(back)}\n"
        )
    return schema.config(scripts)


def body(lines: str) -> str:
    """Of a function."""
    return indent(dedent(lines), "    ")


def execute(engine: Engine, statement: str) -> None:
    """In a transaction of its own."""
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)


def rows(engine: Engine) -> tuple[int, int]:
    """Parents, children."""
    with engine.connect() as connection:
        parents, children = (
            connection.exec_driver_sql(f"SELECT count(*) FROM {it}").scalar_one() for it in ("parent", "child")
        )
    return parents, children


def shape(engine: Engine) -> dict[str, Any]:
    """Each table's columns, keys and indexes."""
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        return {
            it: (
                sorted(
                    (column["name"], str(column["type"]), column["nullable"]) for column in inspector.get_columns(it)
                ),
                sorted(str(key) for key in inspector.get_foreign_keys(it)),
                sorted(str(index) for index in inspector.get_indexes(it)),
                sorted(str(unique) for unique in inspector.get_unique_constraints(it)),
            )
            for it in inspector.get_table_names()
        }

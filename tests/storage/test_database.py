"""Nothing written is lost: what our SQLite settings are for."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, event

from coaching.decision import Decision
from storage.database import NoCompanyError, create_engine, session
from storage.store import SqlStore
from storage.tables import GateRow, SettingRow, metadata
from tests.builders import a_call, a_company, at

THREADS, TIMES = 8, 100


def add_up(engine: Engine) -> tuple[int, int]:
    """Eight threads read a number, add one and write it back, a hundred times each: the sum, and how many refused."""
    SettingRow.__table__.create(engine)
    with session(engine) as it:
        it.add(SettingRow(name="count", value="0"))
    start = threading.Barrier(THREADS)

    def work() -> int:
        refused = 0
        start.wait()
        for _ in range(TIMES):
            try:
                with session(engine) as it:
                    row = it.get_one(SettingRow, "count")
                    row.value = str(int(row.value) + 1)
            except sa.exc.OperationalError:
                refused += 1
        return refused

    with ThreadPoolExecutor(THREADS) as pool:
        refused = sum(it.result() for it in [pool.submit(work) for _ in range(THREADS)])
    with session(engine) as it:
        return int(it.get_one(SettingRow, "count").value), refused


def test_no_update_is_lost_on_sqlite(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url)
    assert add_up(engine) == (THREADS * TIMES, 0)
    engine.dispose()


def test_an_ordinary_engine_does_lose_updates(sqlite_url: str) -> None:
    """Else the settings, and the test above, would be for nothing."""
    engine = sa.create_engine(sqlite_url, connect_args={"timeout": 0.5})  # five seconds of waiting are no better
    total, refused = add_up(engine)
    assert total < THREADS * TIMES or refused
    engine.dispose()


def test_it_is_beginning_at_once_that_saves_them(sqlite_url: str) -> None:
    """WAL and a busy timeout alone don't: a transaction that begins by reading can't be upgraded safely."""
    engine = sa.create_engine(sqlite_url, connect_args={"timeout": 10})

    @event.listens_for(engine, "connect")
    def configure(connection: object, _entry: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")

    total, refused = add_up(engine)
    assert total < THREADS * TIMES or refused
    engine.dispose()


def test_sqlite_is_set_up_as_we_say(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url)
    with engine.connect() as it:
        set_up = {
            name: it.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert set_up == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10_000}
    assert Path(engine.url.database or "").exists()
    engine.dispose()


def test_a_statement_over_companies_rows_must_say_whose(each_engine: Engine) -> None:
    with pytest.raises(NoCompanyError), session(each_engine) as it:
        it.scalars(sa.select(GateRow)).all()


OWNED = [it for it in metadata.sorted_tables if "company_id" in it.c]


@pytest.mark.parametrize("table", OWNED, ids=lambda it: it.name)
def test_every_table_of_companies_rows_has_an_index_that_begins_with_the_company(table: sa.Table) -> None:
    unique = (it for it in table.constraints if isinstance(it, sa.UniqueConstraint | sa.PrimaryKeyConstraint))
    assert "company_id" in {next(iter(it.columns)).name for it in (*table.indexes, *unique)}


def test_whoever_looks_waits_for_no_writer_and_holds_up_none(each_engine: Engine) -> None:
    store = SqlStore(each_engine)
    with store.opened(a_company(), at()) as work:
        work.keep_company(a_company())
    with store.look("acme") as before:
        assert before.calls("2026-Q4") == ()
        with store.work("acme") as work:
            work.apply(Decision(records=(a_call(),)), at())
            with store.look("acme") as meanwhile:
                assert meanwhile.calls("2026-Q4") == ()
        with store.look("acme") as after:
            assert len(after.calls("2026-Q4")) == 1
    with pytest.raises(KeyError), store.look("nobody"):
        pass


def test_who_looks_beside_sqlites_writer_cannot_write(migrated_sqlite_url: str) -> None:
    store = SqlStore(create_engine(migrated_sqlite_url))
    with store.opened(a_company(), at()) as work:
        work.keep_company(a_company())
    with pytest.raises(sa.exc.OperationalError, match="readonly"), store.look("acme") as it:
        it.claim("taken")
    store.engine.dispose()

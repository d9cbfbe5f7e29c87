"""The sample company on its Wednesday morning, alarms rung."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot import opened
from bot.sample.load import load
from coaching.events import Imported, Planned
from storage import schema
from storage.database import create_engine
from storage.store import SqlStore

WEDNESDAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


def with_sample(url: str) -> SqlStore:
    """It takes seconds: to read it, or a copy of it, there is the fixture `sample_file`."""
    store = SqlStore(create_engine(url))
    schema.upgrade(store.engine)
    load(store, WEDNESDAY)
    engine = opened.engine(store)
    engine.handle(Planned(company="quillfern", key="planned", at=NOW))
    engine.handle(Imported(company="quillfern", key="imported", at=NOW))
    engine.tick(NOW)
    return store

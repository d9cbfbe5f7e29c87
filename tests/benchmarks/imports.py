"""An import against a bare one, which reads the same rows with `csv` and inserts them into one table in one transaction."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from bot.commands.apply import apply
from bot.commands.import_csv import import_rows
from bot.files.mapping import ColumnMapping
from bot.files.opportunities import read_opportunities
from storage.store import SqlStore
from tests.benchmarks import judge
from tests.builders import MONDAY, a_company

ROWS = 6_000
MOST = 10.0
"""Times `csv` and one bare table."""
COLUMNS = ("opportunity_id", "owner", "stage", "amount", "account", "created_on", "close_date", "product")
STAGES = ("Discovery", "Proposal", "Won", "Lost")


def export(rows: int, on: int = 0) -> bytes:
    """Made-up rows; a later day moves a tenth of them on and adds a hundredth."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for n in range(rows + on * rows // 100):
        stage = STAGES[(n + (on if n % 10 == 0 else 0)) % 4]
        created = MONDAY - timedelta(days=n % 300)
        writer.writerow(
            [
                f"O-{n}",
                "Dana Reyes",
                stage,
                n * 7 % 50_000,
                f"Account {n % 500}",
                created,
                created + timedelta(90),
                "Arm",
            ]
        )
    return out.getvalue().encode()


def timed(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return round(time.perf_counter() - before, 3)


def bare(engine: sa.Engine, content: bytes) -> None:
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    names = [f"c{n}" for n in range(len(rows[0]))]
    table = sa.Table("bare", sa.MetaData(), *(sa.Column(it, sa.Text) for it in names))
    with engine.begin() as it:
        table.create(it)
        it.execute(table.insert(), [dict(zip(names, row.values(), strict=True)) for row in rows])


def test_an_import_beside_a_bare_one(each_engine: sa.Engine) -> None:
    content = export(ROWS)
    figures = measured(SqlStore(each_engine), content, export(ROWS, on=1), ColumnMapping())
    judge("import", most={"new_to_bare": MOST}, database=each_engine.dialect.name, rows=ROWS, **figures)


def measured(store: SqlStore, first: bytes, later: bytes, mapping: ColumnMapping) -> dict[str, float]:
    """In seconds: the anchor, reading alone, all rows new, the same again, and an export of the day after."""
    apply(store, a_company(), datetime(2026, 11, 23, 12, tzinfo=UTC))

    def imported(content: bytes, on: date) -> None:
        import_rows(store, "acme", read_opportunities(content, a_company(), mapping).rows, on)

    anchor = timed(lambda: bare(store.engine, first))
    new = timed(lambda: imported(first, MONDAY))
    return {
        "bare": anchor,
        "reading": timed(lambda: read_opportunities(first, a_company(), mapping)),
        "new": new,
        "again": timed(lambda: imported(first, MONDAY)),
        "later": timed(lambda: imported(later, MONDAY + timedelta(days=1))),
        "new_to_bare": round(new / anchor, 1),
    }

"""Rows that wait to be written: those of several people go in one statement for each table.

Four answers at once write to the same five tables, and what surrounds a statement costs more than its row. So they wait
until somebody in the same company asks something in the same transaction, or does the next thing, or it ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from storage import direct

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy import Connection

Row = Mapping[str, Any]


class Writes:
    """Of one transaction. Statements keep their order, and so do the rows of each."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: dict[sa.Executable, list[Row]] = {}
        self._companies: set[int] = set()

    def add(self, company_id: int, statement: sa.Executable, rows: Sequence[Row]) -> None:
        """For `direct.write`, later."""
        if rows:
            self._waiting.setdefault(statement, []).extend(rows)
            self._companies.add(company_id)

    def concern(self, company_id: int) -> bool:
        """Whether anything waits that a question of that company's could miss."""
        return company_id in self._companies

    def flush(self) -> None:
        """Write what waits."""
        waiting, self._waiting = self._waiting, {}
        self._companies.clear()
        for statement, rows in waiting.items():
            direct.write(self._connection, statement, rows)

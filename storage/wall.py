"""A second wall between companies, PostgreSQL's own: a transaction sees the rows of the company it says it is in.

The first wall is ours: every statement is narrowed to one company. Should one ever not be, the database itself shows
and changes nothing of anybody else's, and to a transaction that doesn't say where it is, nothing at all. Every table of
companies' rows has the policy `POLICY` (made by the migrations). SQLite has no such thing; there one wall stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy import Connection

POLICY = "of_its_company"
_ENTER = sa.select(sa.func.set_config("coach.company", sa.bindparam("company"), True))
_ROLES = sa.table("pg_roles", sa.column("rolname"), sa.column("rolsuper"), sa.column("rolbypassrls"))
_CLIMBS = sa.select(sa.or_(_ROLES.c.rolsuper, _ROLES.c.rolbypassrls)).where(_ROLES.c.rolname == sa.func.current_user())


def within(connection: Connection, company_id: int) -> None:
    """Until the transaction ends, rows of that company, or of all for EVERY_COMPANY."""
    if connection.dialect.name == "postgresql":
        connection.execute(_ENTER, {"company": str(company_id)})


# In a subquery it is looked up once for a statement, not once for each row. -1 is EVERY_COMPANY.
_HERE = "(SELECT NULLIF(current_setting('coach.company', true), '')::bigint)"
_BUILD = (
    f"CREATE POLICY {POLICY} ON {{0}} USING (company_id = {_HERE} OR {_HERE} = -1)",
    "ALTER TABLE {0} ENABLE ROW LEVEL SECURITY",
    # Else it would not hold for the tables' owner, who is whom the program runs as.
    "ALTER TABLE {0} FORCE ROW LEVEL SECURITY",
)
_TAKE_DOWN = (
    "ALTER TABLE {0} NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE {0} DISABLE ROW LEVEL SECURITY",
    f"DROP POLICY {POLICY} ON {{0}}",
)


def build(connection: Connection, table: str) -> None:
    """For a migration that makes a table of companies' rows."""
    _say(connection, table, _BUILD)


def take_down(connection: Connection, table: str) -> None:
    """For the way back, where the table stays."""
    _say(connection, table, _TAKE_DOWN)


def _say(connection: Connection, table: str, statements: tuple[str, ...]) -> None:
    if connection.dialect.name == "postgresql":
        for it in statements:
            connection.exec_driver_sql(it.format(table))


def stands(connection: Connection) -> bool | None:
    """Whether it holds back this database's user; superusers climb it. None where there is none to be had."""
    if connection.dialect.name != "postgresql":
        return None
    return not connection.scalar(_CLIMBS)

"""a second wall between companies, on PostgreSQL"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "alarm",
    "chat_line",
    "checkin",
    "claim",
    "commitment",
    "delivery",
    "escalation",
    "forecast_call",
    "gate",
    "handle",
    "member",
    "opportunity",
    "opportunity_change",
    "secret",
    "snapshot",
)
# In a subquery it is looked up once for a statement, not once for each row. -1: the few statements over all companies.
HERE = "(SELECT NULLIF(current_setting('coach.company', true), '')::bigint)"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for it in TABLES:
        op.execute(f"CREATE POLICY of_its_company ON {it} USING (company_id = {HERE} OR {HERE} = -1)")
        op.execute(f"ALTER TABLE {it} ENABLE ROW LEVEL SECURITY")
        # Else it would not hold for the tables' owner, who is whom the program runs as.
        op.execute(f"ALTER TABLE {it} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for it in TABLES:
        op.execute(f"ALTER TABLE {it} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {it} DISABLE ROW LEVEL SECURITY")
        op.execute(f"DROP POLICY of_its_company ON {it}")

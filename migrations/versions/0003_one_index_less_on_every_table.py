"""one index less on every table: what begins with the company finds a company's rows too"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
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


def upgrade() -> None:
    for it in TABLES:
        op.drop_index(op.f(f"ix_{it}_company_id"), table_name=it)


def downgrade() -> None:
    for it in TABLES:
        op.create_index(op.f(f"ix_{it}_company_id"), it, ["company_id"])

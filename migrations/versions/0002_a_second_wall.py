"""a second wall between companies, on PostgreSQL"""

from __future__ import annotations

from alembic import op

from storage import wall

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


def upgrade() -> None:
    for it in TABLES:
        wall.build(op.get_bind(), it)


def downgrade() -> None:
    for it in TABLES:
        wall.take_down(op.get_bind(), it)

"""what is due is asked of an index alone: a row itself is a card long"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

WAS = ["state", "not_before"]
NOW = [*WAS, "company_id", "retry_at", "priority"]


def upgrade() -> None:
    op.drop_index(op.f("ix_delivery_state_not_before"), table_name="delivery")
    op.create_index(op.f("ix_delivery_state_not_before_company_id_retry_at_priority"), "delivery", NOW)


def downgrade() -> None:
    op.drop_index(op.f("ix_delivery_state_not_before_company_id_retry_at_priority"), table_name="delivery")
    op.create_index(op.f("ix_delivery_state_not_before"), "delivery", WAS)

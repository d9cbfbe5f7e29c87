"""what the coach expected"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage import wall

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLE = "forecast_estimate"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=16), nullable=False),
        sa.Column("member", sa.String(length=64), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("p10", sa.BigInteger(), nullable=True),
        sa.Column("p50", sa.BigInteger(), nullable=True),
        sa.Column("p90", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_forecast_estimate_company_id_company"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast_estimate")),
        sa.UniqueConstraint(
            "company_id", "on", "by", "member", name=op.f("uq_forecast_estimate_company_id_on_by_member")
        ),
    )
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_forecast_estimate_company_id_member_on"), ["company_id", "member", "on"], unique=False
        )
    wall.build(op.get_bind(), TABLE)


def downgrade() -> None:
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_forecast_estimate_company_id_member_on"))

    op.drop_table(TABLE)

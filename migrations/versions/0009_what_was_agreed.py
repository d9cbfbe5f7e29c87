"""what was agreed and locked of forecasts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types
from storage import wall

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _remarks()
    _locks()
    for table in ("forecast_remark", "forecast_lock"):
        with op.batch_alter_table(table, schema=None) as it:
            it.create_index(it.f(f"ix_{table}_company_id_period"), ["company_id", "period"], unique=False)
        wall.build(op.get_bind(), table)


def _remarks() -> None:
    op.create_table(
        "forecast_remark",
        sa.Column("id", ID, nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("call", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("opportunity", sa.String(length=120), nullable=False),
        sa.Column("member", sa.String(length=64), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "member"],
            ["member.company_id", "member.slug"],
            name=op.f("fk_forecast_remark_company_id_member_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_forecast_remark_company_id_company"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast_remark")),
    )


def _locks() -> None:
    op.create_table(
        "forecast_lock",
        sa.Column("id", ID, nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("member", sa.String(length=64), nullable=False),
        sa.Column("won", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("call", sa.String(length=16), nullable=False),
        sa.Column("commit", sa.BigInteger(), nullable=True),
        sa.Column("best_case", sa.BigInteger(), nullable=True),
        sa.Column("call_currency", sa.String(length=3), nullable=True),
        sa.Column("overlay", sa.String(length=16), nullable=False),
        sa.Column("overlay_commit", sa.BigInteger(), nullable=True),
        sa.Column("overlay_best", sa.BigInteger(), nullable=True),
        sa.Column("overlay_currency", sa.String(length=3), nullable=True),
        sa.Column("agreed_by", sa.String(length=64), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=True),
        sa.Column("p10", sa.BigInteger(), nullable=True),
        sa.Column("p50", sa.BigInteger(), nullable=True),
        sa.Column("p90", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_forecast_lock_company_id_company"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast_lock")),
        sa.UniqueConstraint("company_id", "on", "member", name=op.f("uq_forecast_lock_company_id_on_member")),
    )


def downgrade() -> None:
    for table in ("forecast_lock", "forecast_remark"):
        with op.batch_alter_table(table, schema=None) as it:
            it.drop_index(it.f(f"ix_{table}_company_id_period"))
        op.drop_table(table)

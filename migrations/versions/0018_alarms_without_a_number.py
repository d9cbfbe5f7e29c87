"""alarms without a number: they come and go all day, and those of one subject lie side by side"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types
from storage import wall

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _made_anew(
        sa.PrimaryKeyConstraint("company_id", "subject", "alarm", name=op.f("pk_alarm")), sqlite_with_rowid=False
    )


def downgrade() -> None:
    _made_anew(
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
        sa.UniqueConstraint("company_id", "alarm", "subject", name=op.f("uq_alarm_company_id_alarm_subject")),
    )


def _made_anew(*more: sa.schema.SchemaItem, **options: bool) -> None:
    """No primary key of SQLite's can be changed; there are few alarms, so it is done alike on both."""
    op.execute("CREATE TEMPORARY TABLE kept AS SELECT alarm, subject, due_at, company_id FROM alarm")
    op.drop_table("alarm")
    op.create_table(
        "alarm",
        sa.Column("alarm", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("due_at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_alarm_company_id_company"), ondelete="CASCADE"
        ),
        *more,
        **options,
    )
    op.create_index(op.f("ix_alarm_due_at"), "alarm", ["due_at"])
    wall.build(op.get_bind(), "alarm")
    op.execute(
        "INSERT INTO alarm (alarm, subject, due_at, company_id) SELECT alarm, subject, due_at, company_id FROM kept"
    )
    op.execute("DROP TABLE kept")

"""a major that was given up"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The default stays: a program of the revision before writes its rows without the column.
    with op.batch_alter_table("choice") as it:
        it.add_column(sa.Column("given_up", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("choice") as it:
        it.drop_column("given_up")

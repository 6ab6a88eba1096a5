"""Erasures of files that were published say so: null in those before, so no hash of the past changes.

Revision: 0013, after 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; its table is guarded already."""
    op.add_column("erasure", sa.Column("published_sha256", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Take the column back: only where nothing was recorded in it."""
    op.drop_column("erasure", "published_sha256")

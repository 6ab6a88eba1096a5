"""Grants and projects: governance pools, project funds, points.

Revision: 0008, after 0007.
"""

from __future__ import annotations

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and guard them."""


def downgrade() -> None:
    """Take the tables back: only where nothing was recorded in them."""

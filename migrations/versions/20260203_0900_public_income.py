"""Public income: assets, contracts, rents.

Revision: 0006, after 0005.
"""

from __future__ import annotations

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and guard them."""


def downgrade() -> None:
    """Take the tables back: only where nothing was recorded in them."""

"""Between funds: distributions, transfers, loans; custody of the repair fund; agency.

Revision: 0007, after 0006.
"""

from __future__ import annotations

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and guard them."""


def downgrade() -> None:
    """Take the tables back: only where nothing was recorded in them."""

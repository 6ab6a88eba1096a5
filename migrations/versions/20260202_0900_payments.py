"""Payments: vouchers, invoices, ladders, emergencies, petty cash.

Revision: 0005, after 0004.
"""

from __future__ import annotations

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and guard them."""


def downgrade() -> None:
    """Take the tables back: only where nothing was recorded in them."""

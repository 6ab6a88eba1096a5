"""A publication commits to what hung: the month's book files, and which acts were open to everybody.

Null in publications before, so no hash of the past changes.

Revision: 0015, after 0014.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_KEYS = [["compound", "month", "version"]]
_BEFORE = ["version", "seq", "size"]


def upgrade() -> None:
    """Add the columns; guard the new number."""
    op.add_column("bulletin", sa.Column("book_zh", sa.String(length=64), nullable=True))
    op.add_column("bulletin", sa.Column("book_en", sa.String(length=64), nullable=True))
    op.add_column("bulletin", sa.Column("opened_after", sa.BigInteger(), nullable=True))
    op.add_column("bulletin", sa.Column("opened", sa.Text(), nullable=True))
    guards.guard_again("bulletin", _KEYS, [*_BEFORE, "opened_after"])


def downgrade() -> None:
    """Take the columns back: only where nothing was recorded in them."""
    guards.guard_again("bulletin", _KEYS, _BEFORE)
    for name in ("opened", "opened_after", "book_en", "book_zh"):
        op.drop_column("bulletin", name)

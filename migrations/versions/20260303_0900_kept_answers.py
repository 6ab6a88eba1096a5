"""An answer that was given is kept for ever: whoever could remove it could have the same request booked twice.

Revision: 0016, after 0015.
"""

from __future__ import annotations

from migrations import guards

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_REFUSE = "BEGIN SELECT RAISE(ABORT, 'append-only: idempotency'); END"
_IS_THERE = "EXISTS (SELECT 1 FROM idempotency WHERE compound = NEW.compound AND caller = NEW.caller AND key = NEW.key)"
_SQLITE = {
    "idempotency_insert": f"BEFORE INSERT ON idempotency WHEN {_IS_THERE} {_REFUSE}",
    "idempotency_update": f"BEFORE UPDATE ON idempotency {_REFUSE}",
    "idempotency_delete": f"BEFORE DELETE ON idempotency {_REFUSE}",
}
_POSTGRESQL = {
    "idempotency_change": "BEFORE UPDATE OR DELETE ON idempotency FOR EACH ROW",
    "idempotency_truncate": "BEFORE TRUNCATE ON idempotency FOR EACH STATEMENT",
}


def upgrade() -> None:
    """Refuse to change, remove and replace an answer."""
    if guards.dialect() == "sqlite":
        guards.execute(f"CREATE TRIGGER {name} {what}" for name, what in _SQLITE.items())
        return
    for name, what in _POSTGRESQL.items():
        guards.execute(
            [
                f"CREATE TRIGGER {name} {what} EXECUTE FUNCTION mingzhang_append_only()",
                f"ALTER TABLE idempotency ENABLE ALWAYS TRIGGER {name}",
            ]
        )


def downgrade() -> None:
    """Let answers be changed again."""
    if guards.dialect() == "sqlite":
        guards.execute(f"DROP TRIGGER {name}" for name in _SQLITE)
    else:
        guards.execute(f"DROP TRIGGER {name} ON idempotency" for name in _POSTGRESQL)

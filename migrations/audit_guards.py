"""Triggers of the audit trail: what the database itself refuses, on SQLite and on PostgreSQL.

Its lines are no facts of an act, so they have guards of their own: a line follows the head, the head moves to a line
that is there, and nothing is changed.
"""

from __future__ import annotations

from migrations.guards import dialect, execute


def guard() -> None:
    """Guard the trail and its heads."""
    execute(_SQLITE if dialect() == "sqlite" else (*_FUNCTIONS, *_POSTGRESQL))


def drop_functions() -> None:
    """Drop the functions that PostgreSQL's triggers call."""
    if dialect() == "postgresql":
        execute(f"DROP FUNCTION IF EXISTS mingzhang_{name}() CASCADE" for name in ("audit", "audit_head"))


_SQLITE = (
    """CREATE TRIGGER audit_insert BEFORE INSERT ON audit BEGIN
    SELECT RAISE(ABORT, 'append-only: audit') WHERE EXISTS
      (SELECT 1 FROM audit WHERE compound = NEW.compound AND number = NEW.number)
      OR EXISTS (SELECT 1 FROM audit WHERE compound = NEW.compound AND hash = NEW.hash);
    SELECT RAISE(ABORT, 'not an integer: audit.number') WHERE typeof(NEW.number) <> 'integer';
    SELECT RAISE(ABORT, 'the line does not follow the audit trail') WHERE NOT EXISTS
      (SELECT 1 FROM audit_head WHERE compound = NEW.compound AND number = NEW.number - 1 AND hash = NEW.prev);
    END""",
    """CREATE TRIGGER audit_update BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'append-only: audit'); END""",
    """CREATE TRIGGER audit_delete BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'append-only: audit'); END""",
    """CREATE TRIGGER audit_head_insert BEFORE INSERT ON audit_head BEGIN
    SELECT RAISE(ABORT, 'append-only: audit_head') WHERE NEW.number <> 0 OR typeof(NEW.number) <> 'integer'
      OR EXISTS (SELECT 1 FROM audit_head WHERE compound = NEW.compound);
    END""",
    """CREATE TRIGGER audit_head_update BEFORE UPDATE ON audit_head BEGIN
    SELECT RAISE(ABORT, 'the head only moves forward') WHERE NEW.compound <> OLD.compound
      OR NEW.number <> OLD.number + 1 OR typeof(NEW.number) <> 'integer' OR NOT EXISTS
      (SELECT 1 FROM audit WHERE compound = NEW.compound AND number = NEW.number AND hash = NEW.hash);
    END""",
    """CREATE TRIGGER audit_head_delete BEFORE DELETE ON audit_head BEGIN
    SELECT RAISE(ABORT, 'append-only: audit_head'); END""",
)

_FUNCTIONS = (
    """CREATE FUNCTION mingzhang_audit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NOT EXISTS (SELECT 1 FROM audit_head
          WHERE compound = NEW.compound AND number = NEW.number - 1 AND hash = NEW.prev) THEN
        RAISE EXCEPTION 'the line does not follow the audit trail';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE FUNCTION mingzhang_audit_head() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'INSERT' THEN
        IF NEW.number <> 0 THEN RAISE EXCEPTION 'append-only: audit_head'; END IF;
      ELSIF NEW.compound <> OLD.compound OR NEW.number <> OLD.number + 1 OR NOT EXISTS (SELECT 1 FROM audit
          WHERE compound = NEW.compound AND number = NEW.number AND hash = NEW.hash) THEN
        RAISE EXCEPTION 'the head only moves forward';
      END IF;
      RETURN NEW;
    END $$""",
)

_POSTGRESQL = (
    "CREATE TRIGGER audit_insert BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION mingzhang_audit()",
    "CREATE TRIGGER audit_head_move BEFORE INSERT OR UPDATE ON audit_head "
    "FOR EACH ROW EXECUTE FUNCTION mingzhang_audit_head()",
    "CREATE TRIGGER audit_change BEFORE UPDATE OR DELETE ON audit "
    "FOR EACH ROW EXECUTE FUNCTION mingzhang_append_only()",
    "CREATE TRIGGER audit_head_delete BEFORE DELETE ON audit_head "
    "FOR EACH ROW EXECUTE FUNCTION mingzhang_append_only()",
    *(
        f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION mingzhang_append_only()"
        for table in ("audit", "audit_head")
    ),
    *(
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}"
        for table, trigger in (
            ("audit", "audit_insert"),
            ("audit", "audit_change"),
            ("audit", "audit_truncate"),
            ("audit_head", "audit_head_move"),
            ("audit_head", "audit_head_delete"),
            ("audit_head", "audit_head_truncate"),
        )
    ),
)

"""Triggers: what the database itself refuses, on SQLite and on PostgreSQL.

Every migration that adds a table of facts guards it here. The rules live in ``ledger.rules``; these are their second
copy, which cannot fail together with the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from alembic import op

Keys = Sequence[Sequence[str]]


def execute(statements: Iterable[str]) -> None:
    """Run statements one by one, as they are."""
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)


def dialect() -> str:
    """Return ``sqlite`` or ``postgresql``."""
    return op.get_bind().dialect.name


def guard_facts(table: str, keys: Keys, integers: Sequence[str]) -> None:
    """Make a table append-only: no update, no deletion, no replacement, no row for an act that is not the newest.

    Args:
        table: the table's name.
        keys: the columns of its primary key and of each of its unique keys.
        integers: columns that must hold integers (SQLite would take anything).
    """
    execute(_sqlite_facts(table, keys, integers) if dialect() == "sqlite" else _postgresql_facts(table))


def guard_again(table: str, keys: Keys, integers: Sequence[str]) -> None:
    """Guard a table whose columns have changed: SQLite's check of integers names them one by one."""
    if dialect() == "sqlite":
        execute([f"DROP TRIGGER {table}_insert", _sqlite_facts(table, keys, integers)[0]])


def _sqlite_facts(table: str, keys: Keys, integers: Sequence[str]) -> list[str]:
    checks = [
        f"SELECT RAISE(ABORT, 'append-only: {table}') WHERE EXISTS (SELECT 1 FROM {table} WHERE "
        + " AND ".join(f"{column} = NEW.{column}" for column in key)
        + ");"
        for key in keys
    ]
    checks += [
        f"SELECT RAISE(ABORT, 'not an integer: {table}.{column}') "
        f"WHERE typeof(NEW.{column}) NOT IN ('integer', 'null');"
        for column in integers
    ]
    checks.append(
        f"SELECT RAISE(ABORT, 'not the newest act: {table}') WHERE NEW.seq <> "
        "(SELECT seq FROM chain_head WHERE compound = NEW.compound);"
    )
    refuse = f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
    return [
        f"CREATE TRIGGER {table}_insert BEFORE INSERT ON {table} BEGIN {' '.join(checks)} END",
        f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {refuse}",
    ]


def _postgresql_facts(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_insert BEFORE INSERT ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION mingzhang_newest_act()",
        f"CREATE TRIGGER {table}_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION mingzhang_append_only()",
        f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION mingzhang_append_only()",
        *(
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{when}"  # also under session_replication_role
            for when in ("insert", "change", "truncate")
        ),
    ]


def guard_journal() -> None:
    """Guard the chain head, the acts, and an entry against its postings."""
    execute(_SQLITE_JOURNAL if dialect() == "sqlite" else _POSTGRESQL_JOURNAL)


def functions() -> None:
    """Create the functions that PostgreSQL's triggers call."""
    if dialect() == "postgresql":
        execute(_POSTGRESQL_FUNCTIONS)


def drop_functions() -> None:
    """Drop them again."""
    if dialect() == "postgresql":
        execute(f"DROP FUNCTION IF EXISTS mingzhang_{name}() CASCADE" for name in _POSTGRESQL_NAMES)


_SQLITE_JOURNAL = (
    """CREATE TRIGGER chain_head_insert BEFORE INSERT ON chain_head BEGIN
    SELECT RAISE(ABORT, 'append-only: chain_head')
      WHERE NEW.seq <> 0 OR NEW.closed_through <> ''
      OR EXISTS (SELECT 1 FROM chain_head WHERE compound = NEW.compound);
    END""",
    """CREATE TRIGGER chain_head_update BEFORE UPDATE ON chain_head BEGIN
    SELECT RAISE(ABORT, 'the head only moves forward')
      WHERE NEW.compound <> OLD.compound OR NEW.seq <> OLD.seq + 1 OR typeof(NEW.seq) <> 'integer'
      OR NEW.closed_through < OLD.closed_through;
    END""",
    """CREATE TRIGGER chain_head_delete BEFORE DELETE ON chain_head BEGIN
    SELECT RAISE(ABORT, 'append-only: chain_head'); END""",
    """CREATE TRIGGER act_link BEFORE INSERT ON act BEGIN
    SELECT RAISE(ABORT, 'the act does not continue the chain') WHERE NOT EXISTS
      (SELECT 1 FROM chain_head WHERE compound = NEW.compound AND seq = NEW.seq AND hash = NEW.hash)
      OR (NEW.seq > 1 AND NOT EXISTS
        (SELECT 1 FROM act WHERE compound = NEW.compound AND seq = NEW.seq - 1 AND hash = NEW.prev));
    END""",
    """CREATE TRIGGER posting_late BEFORE INSERT ON posting BEGIN
    SELECT RAISE(ABORT, 'the entry is already posted')
      WHERE EXISTS (SELECT 1 FROM entry WHERE compound = NEW.compound AND seq = NEW.seq);
    END""",
    """CREATE TRIGGER entry_balance BEFORE INSERT ON entry BEGIN
    SELECT RAISE(ABORT, 'the month is wrong or closed') WHERE NEW.month <> substr(NEW.effective_on, 1, 7)
      OR NEW.month <= (SELECT closed_through FROM chain_head WHERE compound = NEW.compound);
    SELECT RAISE(ABORT, 'the voucher number leaves a gap') WHERE NEW.voucher_no <> 1 + COALESCE(
      (SELECT MAX(voucher_no) FROM entry WHERE compound = NEW.compound AND month = NEW.month), 0);
    SELECT RAISE(ABORT, 'postings are missing') WHERE NEW.posting_count <>
      (SELECT COUNT(*) FROM posting WHERE compound = NEW.compound AND seq = NEW.seq);
    SELECT RAISE(ABORT, 'the entry does not balance') WHERE EXISTS
      (SELECT 1 FROM posting WHERE compound = NEW.compound AND seq = NEW.seq
       GROUP BY fund, currency HAVING SUM(amount_minor) <> 0);
    END""",
    """CREATE TRIGGER receipt_number BEFORE INSERT ON receipt BEGIN
    SELECT RAISE(ABORT, 'the receipt number leaves a gap') WHERE NEW.number <> 1 + COALESCE(
      (SELECT MAX(number) FROM receipt WHERE compound = NEW.compound), 0);
    END""",
)

_POSTGRESQL_NAMES = (
    "append_only",
    "newest_act",
    "chain_head",
    "act_link",
    "posting_late",
    "entry",
    "receipt",
)

_POSTGRESQL_FUNCTIONS = (
    """CREATE FUNCTION mingzhang_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION USING MESSAGE = 'append-only: ' || TG_TABLE_NAME; END $$""",
    """CREATE FUNCTION mingzhang_newest_act() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.seq IS DISTINCT FROM (SELECT seq FROM chain_head WHERE compound = NEW.compound) THEN
        RAISE EXCEPTION USING MESSAGE = 'not the newest act: ' || TG_TABLE_NAME;
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE FUNCTION mingzhang_chain_head() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'INSERT' THEN
        IF NEW.seq <> 0 OR NEW.closed_through <> '' THEN RAISE EXCEPTION 'append-only: chain_head'; END IF;
      ELSIF NEW.compound <> OLD.compound OR NEW.seq <> OLD.seq + 1
        OR NEW.closed_through COLLATE "C" < OLD.closed_through COLLATE "C" THEN
        RAISE EXCEPTION 'the head only moves forward';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE FUNCTION mingzhang_act_link() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NOT EXISTS (SELECT 1 FROM chain_head
          WHERE compound = NEW.compound AND seq = NEW.seq AND hash = NEW.hash)
        OR (NEW.seq > 1 AND NOT EXISTS (SELECT 1 FROM act
          WHERE compound = NEW.compound AND seq = NEW.seq - 1 AND hash = NEW.prev)) THEN
        RAISE EXCEPTION 'the act does not continue the chain';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE FUNCTION mingzhang_posting_late() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT 1 FROM entry WHERE compound = NEW.compound AND seq = NEW.seq) THEN
        RAISE EXCEPTION 'the entry is already posted';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE FUNCTION mingzhang_entry() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.month <> to_char(NEW.effective_on, 'YYYY-MM') OR NEW.month COLLATE "C" <=
          (SELECT closed_through COLLATE "C" FROM chain_head WHERE compound = NEW.compound) THEN
        RAISE EXCEPTION 'the month is wrong or closed';
      END IF;
      IF NEW.voucher_no <> 1 + COALESCE((SELECT MAX(voucher_no) FROM entry
          WHERE compound = NEW.compound AND month = NEW.month), 0) THEN
        RAISE EXCEPTION 'the voucher number leaves a gap';
      END IF;
      IF NEW.posting_count <> (SELECT COUNT(*) FROM posting
          WHERE compound = NEW.compound AND seq = NEW.seq) THEN
        RAISE EXCEPTION 'postings are missing';
      END IF;
      IF EXISTS (SELECT 1 FROM posting WHERE compound = NEW.compound AND seq = NEW.seq
          GROUP BY fund, currency HAVING SUM(amount_minor) <> 0) THEN
        RAISE EXCEPTION 'the entry does not balance';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE FUNCTION mingzhang_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.number <> 1 + COALESCE((SELECT MAX(number) FROM receipt WHERE compound = NEW.compound), 0) THEN
        RAISE EXCEPTION 'the receipt number leaves a gap';
      END IF;
      RETURN NEW;
    END $$""",
)

_POSTGRESQL_JOURNAL = (
    "CREATE TRIGGER chain_head_move BEFORE INSERT OR UPDATE ON chain_head "
    "FOR EACH ROW EXECUTE FUNCTION mingzhang_chain_head()",
    "CREATE TRIGGER chain_head_delete BEFORE DELETE ON chain_head "
    "FOR EACH ROW EXECUTE FUNCTION mingzhang_append_only()",
    "CREATE TRIGGER chain_head_truncate BEFORE TRUNCATE ON chain_head "
    "FOR EACH STATEMENT EXECUTE FUNCTION mingzhang_append_only()",
    "CREATE TRIGGER act_link BEFORE INSERT ON act FOR EACH ROW EXECUTE FUNCTION mingzhang_act_link()",
    "CREATE TRIGGER posting_late BEFORE INSERT ON posting "
    "FOR EACH ROW EXECUTE FUNCTION mingzhang_posting_late()",
    "CREATE TRIGGER entry_balance BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION mingzhang_entry()",
    "CREATE TRIGGER receipt_number BEFORE INSERT ON receipt FOR EACH ROW EXECUTE FUNCTION mingzhang_receipt()",
    *(
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}"
        for table, trigger in (
            ("chain_head", "chain_head_move"),
            ("chain_head", "chain_head_delete"),
            ("chain_head", "chain_head_truncate"),
            ("act", "act_link"),
            ("posting", "posting_late"),
            ("entry", "entry_balance"),
            ("receipt", "receipt_number"),
        )
    ),
)

"""Whatever is changed in the file of the books, behind every trigger, is found; the operator's own rewrite by paper.

``TAMPERINGS=10000`` in the environment makes the long run; the counts are printed (``-rP`` or ``-s``).
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from api.chain import state_of
from ledger.store import audit
from ledger.store.acts import acts
from ledger.store.registers import head
from ledger.store.session import Database
from ledger.store.tables import METADATA, fact_tables
from reports.archive.checks import sound
from reports.archive.layout import Archive
from reports.archive.reading import read_export
from reports.archive.verify import verify_export
from reports.archive.writing import write_export
from tests.conftest import Books
from tests.reports.archive.conftest import DAY, Published
from tests.reports.archive.tampering import (
    ACT,
    AUDIT,
    anything_goes,
    changes,
    cut_lines,
    cut_trail,
    fill,
    reseal,
    unguarded,
)

COUNT = int(os.environ.get("TAMPERINGS", "600"))
COMPOUND = "guihuayuan"
HEAD = METADATA.tables["chain_head"]


@pytest.fixture(scope="module")
def tampered(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    """Give a copy with a row in every table of facts and without a single trigger."""
    path = tmp_path_factory.mktemp("tampered") / "books.db"
    shutil.copy(published.path, path)
    database = Database(f"sqlite:///{path}")
    books = Books(database, COMPOUND, DAY)
    unguarded(database)
    fill(books)
    yield books
    database.close()


@pytest.fixture
def shell(tampered: Books) -> Iterator[Connection]:
    """Give a connection that may do everything and keeps nothing."""
    with anything_goes(tampered.database) as connection:
        yield connection


def found(connection: Connection) -> bool:
    """Say whether the chain or the audit trail, rebuilt from every column, shows that something is wrong."""
    with Session(bind=connection) as session:
        state = state_of(session, COMPOUND)
        state.charges = state.contradictions = ()  # the made-up facts are of nothing that there is
        state.unreadable.pop("open charges", None)
        return not state.is_sound


def test_the_untouched_copy_has_a_row_in_every_table_and_is_sound(shell: Connection) -> None:
    assert not found(shell)
    for table in fact_tables():
        assert shell.execute(select(table).where(table.c.compound == COMPOUND)).first() is not None, (
            table.name
        )


@pytest.mark.timeout(7200)
def test_every_change_of_every_column_of_every_table_of_facts_is_found(shell: Connection) -> None:
    chance = random.Random(20260522)  # noqa: S311 - a seed, so that a miss can be repeated
    listed = list(changes(shell, COMPOUND, chance))
    columns = {(one.table.name, one.column) for one in listed}
    first = {(one.table.name, one.column): one for one in chance.sample(listed, len(listed))}
    rest = chance.sample(listed, min(COUNT, len(listed)))
    tried = [*first.values(), *rest][: max(COUNT, len(first))]
    outcome: Counter[str] = Counter()
    missed = []
    for one in tried:
        point = shell.begin_nested()
        try:
            one.make(shell)
            outcome["found" if found(shell) else "missed"] += 1
            if outcome["missed"] > len(missed):
                missed.append(str(one))
        except IntegrityError:
            outcome["refused by the database itself"] += 1
        point.rollback()
    print(f"\ncolumns {len(columns)}, possible changes {len(listed)}, tried {len(tried)}: {dict(outcome)}")  # noqa: T201 - the counts are to be seen
    assert missed == []
    assert len(tried) >= min(COUNT, len(listed))
    assert outcome["found"] > len(tried) * 2 // 3


def test_every_row_that_is_deleted_doubled_or_moved_is_found(shell: Connection) -> None:
    outcome: Counter[str] = Counter()
    for table in (ACT, *fact_tables()):
        rows = [
            dict(row) for row in shell.execute(select(table).where(table.c.compound == COMPOUND)).mappings()
        ]
        row, last = rows[len(rows) // 2], rows[-1]
        mine = [table.c[name] == row[name] for name in (one.name for one in table.primary_key.columns)]
        steps: dict[str, list[Any]] = {
            "deleted": [delete(table).where(*mine)],
            "inserted": [insert(table).values(_again(table, row))],
            "of no act": [insert(table).values({**_again(table, row), "seq": 10**6})],
            "moved to another act": [update(table).where(*mine).values(seq=1 if row["seq"] != 1 else 2)],
        }
        if last is not row:
            free = [one.name for one in table.columns if not one.primary_key and one.name != "seq"]
            other = [table.c[name] == last[name] for name in (one.name for one in table.primary_key.columns)]
            if {name: row[name] for name in free} != {name: last[name] for name in free}:
                steps["swapped"] = [
                    update(table).where(*mine).values({name: last[name] for name in free}),
                    update(table).where(*other).values({name: row[name] for name in free}),
                ]
        for name, statements in steps.items():
            point = shell.begin_nested()
            try:
                for statement in statements:
                    shell.execute(statement)
                assert found(shell), f"{name}: {table.name}"
                outcome[name] += 1
            except IntegrityError:
                outcome[f"{name}: refused by the database itself"] += 1
            point.rollback()
    print(f"\n{dict(outcome)}")  # noqa: T201 - the counts are to be seen
    assert outcome["deleted"] == len(fact_tables()) + 1
    assert min(outcome[name] for name in ("inserted", "of no act", "moved to another act", "swapped")) > 5


def _again(table: Any, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row beside this one: another key, the same act."""
    changed = dict(row)
    for column in table.primary_key.columns:
        if column.name not in ("compound", "seq"):
            value = row[column.name]
            changed[column.name] = value + 50 if isinstance(value, int) else value
            if isinstance(value, str):
                changed[column.name] = f"{value[:-1]}~"
    if changed == row:  # an act has one row of this kind: it gets a second
        changed["seq"] = row["seq"] + 1
    return changed


def test_every_line_of_the_trail_that_is_deleted_put_in_or_swapped_is_found(shell: Connection) -> None:
    rows = [
        dict(row)
        for row in shell.execute(
            select(AUDIT).where(AUDIT.c.compound == COMPOUND).order_by(AUDIT.c.number)
        ).mappings()
    ]
    head = METADATA.tables["audit_head"]
    outcome: Counter[str] = Counter()
    for row, after in pairwise(rows):
        mine, other = (
            (AUDIT.c.compound == COMPOUND) & (AUDIT.c.number == one["number"]) for one in (row, after)
        )
        steps: dict[str, list[Any]] = {
            "deleted": [delete(AUDIT).where(mine)],
            "put in": [insert(AUDIT).values({**row, "number": len(rows) + 1, "hash": "0" * 64})],
            "swapped": [
                update(AUDIT).where(mine).values(about=after["about"], what=after["what"]),
                update(AUDIT).where(other).values(about=row["about"], what=row["what"]),
            ],
            "head moved back": [
                update(head).where(head.c.compound == COMPOUND).values(number=row["number"], hash=row["hash"])
            ],
        }
        for name, statements in steps.items():
            point = shell.begin_nested()
            for statement in statements:
                shell.execute(statement)
            assert found(shell), (name, row["number"])
            outcome[name] += 1
            point.rollback()
    print(f"\n{dict(outcome)}")  # noqa: T201 - the counts are to be seen
    assert min(outcome.values()) == len(rows) - 1 >= 20


def test_a_trail_cut_off_behind_the_last_close_is_found_by_that_close(shell: Connection) -> None:
    """Whoever cuts off lines and moves the head back too is found by the acts, or where these go by the close."""
    close = METADATA.tables["period_close"]
    anchor = shell.execute(
        select(func.max(close.c.audit_number)).where(close.c.compound == COMPOUND)
    ).scalar()
    assert anchor is not None
    cut_lines(shell, COMPOUND, anchor - 1)
    with Session(bind=shell) as session:
        checked = audit.check(session, COMPOUND)
    assert checked.broken == ()
    assert checked.anchors == ("2026-03",)
    assert checked.untold


def test_a_tail_cut_off_or_a_lock_taken_back_is_found(shell: Connection, published: Published) -> None:
    with Session(bind=shell) as session:
        last, _ = head(session, COMPOUND)
        before = next(act for act, _ in acts(session, COMPOUND, last) if act["seq"] == last - 3)
    for table in (ACT, *fact_tables()):
        shell.execute(delete(table).where(table.c.compound == COMPOUND, table.c.seq > last - 3))
    assert found(shell)
    mine = HEAD.c.compound == COMPOUND
    shell.execute(update(HEAD).where(mine).values(seq=last - 3, hash=before["hash"]))
    assert found(shell)  # the audit trail tells of acts that are gone
    cut_trail(shell, COMPOUND, last - 3)
    assert not found(shell)  # whole in itself: only paper knows of more
    shell.execute(update(HEAD).where(mine).values(closed_through="2026-01"))
    assert found(shell)


def test_the_operators_own_rewrite_is_whole_in_itself_and_found_by_a_bulletin(
    shell: Connection, published: Published
) -> None:
    entry = METADATA.tables["entry"]
    seq = (
        shell.execute(
            select(entry.c.seq)
            .where(entry.c.compound == COMPOUND, entry.c.counterparty.is_not(None))
            .order_by(entry.c.seq)
        )
        .scalars()
        .first()
    )
    assert seq is not None
    shell.execute(
        update(entry).where(entry.c.compound == COMPOUND, entry.c.seq == seq).values(counterparty="某某公司")
    )
    assert found(shell)
    with Session(bind=shell) as session:
        last, _ = head(session, COMPOUND)
        reseal(shell, COMPOUND, seq, list(acts(session, COMPOUND, last)))
        assert not found(shell)
        content = write_export(session, COMPOUND, DAY, "public", through=last)
    assert verify_export(content).is_sound
    paper = [("2026-02.pdf", published.papers["2026-02"])]
    assert {one.code for one in verify_export(content, paper).faults} == {"past_rewritten"}


def test_every_change_in_an_exported_journal_is_found(tampered: Books) -> None:
    with tampered.database.reading() as session:
        last, _ = head(session, COMPOUND)
        archive = read_export(write_export(session, COMPOUND, DAY, "full", through=last))
    assert list(sound(archive)) == []
    chance, tried = random.Random(7), 0  # noqa: S311 - as above
    for _ in range(COUNT // 2):
        place = chance.randrange(len(archive.journal))
        line, path = _changed(archive.journal[place], chance)
        journal = (*archive.journal[:place], line, *archive.journal[place + 1 :])
        one = Archive(archive.manifest, journal, {})  # the manifest is made to fit: its hashes are not asked
        codes = {finding.code for finding in sound(one)} - {"file_missing"}
        assert codes, (place, path)
        tried += 1
    print(f"\nchanges of an exported journal: {tried}, all found")  # noqa: T201 - the count is to be seen


def _changed(line: Any, chance: random.Random) -> tuple[Any, list[Any]]:
    """Return a copy of a JSON value with one thing in it changed, and the way to it."""
    if isinstance(line, dict) and line:
        name = chance.choice(sorted(line))
        inner, path = _changed(line[name], chance)
        return {**line, name: inner}, [name, *path]
    if isinstance(line, list) and line:
        place = chance.randrange(len(line))
        if chance.random() < 0.2:
            return line[:place] + line[place + 1 :], [place, "gone"]
        inner, path = _changed(line[place], chance)
        return [*line[:place], inner, *line[place + 1 :]], [place, *path]
    if isinstance(line, bool) or line is None or line in ({}, []):
        return "x", ["x"]
    return (
        (line + 1, ["+1"])
        if isinstance(line, int)
        else (f"{line[:-1]}{'0' if line[-1:] != '0' else '1'}", ["0"])
    )

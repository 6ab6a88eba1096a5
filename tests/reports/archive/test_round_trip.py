"""An export is the same bytes for the same books, stands its checks, and brings the same books back elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

import migrations
from api.chain import broken_links
from api.publishing import publish_bulletin
from ledger.errors import AlreadyExists, Refusal
from ledger.rules.seal import canonical
from ledger.store.outstanding import kept
from ledger.store.registers import head
from ledger.store.session import Database
from ledger.store.tables import METADATA, fact_tables
from reports.archive.reading import read_export
from reports.archive.refusals import ExportUnreadable, ExportUnsound
from reports.archive.restoring import bring_in
from reports.archive.verify import verify_export
from reports.archive.writing import write_export, zipped
from reports.book.book import build_files
from reports.book.key import BookKey
from tests.books.sample import play
from tests.conftest import Books
from tests.reports.archive.conftest import DAY, export, resealed


@pytest.fixture
def played(house: Books) -> Books:
    """Give the sample with all its scenes."""
    play(house)
    return house


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give an empty installation of its own, of either engine."""
    url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    database = Database(url if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    migrations.upgrade(database.engine)
    yield database
    database.close()


def exported(books: Books, audience: str = "full") -> bytes:
    with books.database.reading() as session:
        return write_export(session, books.compound, DAY, audience)  # type: ignore[arg-type]  # one of two


@pytest.mark.parametrize("audience", ["public", "full"])
def test_the_same_books_give_the_same_file_and_it_is_sound(played: Books, audience: str) -> None:
    content = exported(played, audience)
    assert content == exported(played, audience)
    verified = verify_export(content)
    assert [one.zh for one in verified.findings] == []
    with played.database.reading() as session:
        assert (verified.seq, verified.head) == head(session, played.compound)


def test_a_public_export_opens_no_act_of_a_single_household(played: Books) -> None:
    archive = read_export(exported(played, "public"))
    assert not any("sealed" in line.get("opened", {}) for line in archive.journal)
    assert b"B01-U1" not in b"".join(archive.files.values())
    closed = [line for line in archive.journal if "opened" not in line]
    assert closed


def test_what_is_brought_in_has_the_same_head_and_the_same_books(played: Books, elsewhere: Database) -> None:
    content = exported(played)
    code, count = elsewhere.write(lambda session: bring_in(session, content))
    assert code == played.compound
    with played.database.reading() as here, elsewhere.reading() as there:
        assert head(there, code) == head(here, code)
        assert head(there, code)[0] == count
        assert kept(there, code) == kept(here, code)
        for language in ("zh", "en"):
            for audience in ("public", "full"):
                key = BookKey(code, audience, language)  # type: ignore[arg-type]  # one of two
                assert build_files(there, key, DAY) == build_files(here, key, DAY)
        assert write_export(there, code, DAY, "full") == content


ONE_SOURCE = pytest.mark.parametrize("town", ["sqlite"], indirect=True)


def nothing_is_there(database: Database) -> bool:
    with database.reading() as session:
        return all(session.execute(select(table)).first() is None for table in (*fact_tables(), *BESIDE))


BESIDE = [METADATA.tables[name] for name in ("chain_head", "act", "blob", "remark", "person")]


@ONE_SOURCE
@pytest.mark.parametrize("elsewhere", ["sqlite"], indirect=True)
def test_a_changed_export_is_not_brought_in(played: Books, elsewhere: Database) -> None:
    archive = read_export(exported(played))
    changed = archive.files["journal.jsonl"].replace(b'"kind":"bill"', b'"kind":"bilk"', 1)
    assert changed != archive.files["journal.jsonl"]
    manifest = canonical({**archive.manifest, "files": {}})
    whole = {**archive.files, "manifest.json": canonical(archive.manifest)}
    broken = {
        "export_unsound": [{**whole, "journal.jsonl": changed}, {**whole, "manifest.json": manifest}],
        "export_unreadable": [{**whole, "manifest.json": b"{}"}, {**whole, "journal.jsonl": b"{nothing"}],
    }
    for code, files in broken.items():
        for one in files:
            content = zipped(one)
            with pytest.raises(Refusal) as refused:
                elsewhere.write(lambda session, content=content: bring_in(session, content))
            assert refused.value.code == code
    with pytest.raises(ExportUnreadable):
        elsewhere.write(lambda session: bring_in(session, exported(played)[:-100]))
    with pytest.raises(ExportUnsound):
        elsewhere.write(lambda session: bring_in(session, exported(played, "public")))
    assert nothing_is_there(elsewhere)


@ONE_SOURCE
@pytest.mark.parametrize("elsewhere", ["sqlite"], indirect=True)
def test_a_seal_made_to_fit_does_not_bring_a_false_fact_in(played: Books, elsewhere: Database) -> None:
    """A forger with time seals everything anew: rules that stand in the facts themselves still refuse it."""
    archive = read_export(exported(played))
    journal = json.loads(json.dumps(list(archive.journal)))
    settled = next(one for one in journal if "settlement" in one["opened"]["sealed"]["part"]["facts"])
    settled["opened"]["sealed"]["part"]["facts"]["settlement"][0]["amount_minor"] = "99999.00"
    with pytest.raises(ExportUnsound) as refused:
        elsewhere.write(lambda session: bring_in(session, resealed(archive, journal)))
    assert "核销" in refused.value.detail("zh")
    assert nothing_is_there(elsewhere)


@ONE_SOURCE
@pytest.mark.parametrize("elsewhere", ["sqlite"], indirect=True)
@pytest.mark.parametrize("table", ["no_such_table", "charge"])
def test_facts_that_no_table_holds_are_not_brought_in(played: Books, elsewhere: Database, table: str) -> None:
    archive = read_export(exported(played))
    journal = json.loads(json.dumps(list(archive.journal)))
    journal[-1]["opened"]["sealed"]["part"]["facts"][table] = [{"made": "up"}]
    with pytest.raises(ExportUnsound):
        elsewhere.write(lambda session: bring_in(session, resealed(archive, journal)))
    assert nothing_is_there(elsewhere)


def test_names_remarks_and_files_come_along_where_they_are_asked_for(
    copied: Books, elsewhere: Database
) -> None:
    content = export(copied, with_registers=True)
    elsewhere.write(lambda session: bring_in(session, content))
    with elsewhere.reading() as session:
        assert write_export(session, copied.compound, DAY, "full", with_registers=True) == content
        with copied.database.reading() as here:
            for name in ("blob", "remark", "person", "donor"):
                table = METADATA.tables[name]
                keys = list(table.primary_key.columns)
                assert session.execute(select(table).order_by(*keys)).all() == (
                    here.execute(select(table).order_by(*keys)).all()
                )
    with pytest.raises(AlreadyExists):
        elsewhere.write(lambda session: bring_in(session, content))


@pytest.mark.parametrize("elsewhere", ["sqlite"], indirect=True)
def test_the_journal_goes_on_where_it_was_brought_in(copied: Books, elsewhere: Database) -> None:
    content = export(copied)
    elsewhere.write(lambda session: bring_in(session, content))
    there = Books(elsewhere, copied.compound, copied.today)
    there.act(publish_bulletin, "2026-03", None, "")
    copied.act(publish_bulletin, "2026-03", None, "")
    with elsewhere.reading() as session:
        assert broken_links(session, copied.compound) == []
        assert write_export(session, copied.compound, DAY, "public") == export(copied, "public")

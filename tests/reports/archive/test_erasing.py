"""Erasing a name, a remark or a file leaves chain, books and bulletins as they were, and leaves a trace of itself."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select

from api.chain import broken_links
from ledger.actions.erase import (
    EraseFile,
    ErasePerson,
    EraseRemark,
    erase_file,
    erase_person,
    erase_remark,
)
from ledger.actions.receive import Receive, receive
from ledger.actions.reverse import Reverse, reverse
from ledger.errors import NotFound, RoleRefused, TextRefused
from ledger.rules.channel import Channel
from ledger.store.session import Database
from ledger.store.tables import Blob, Person, Remark, Voucher
from reports.archive.reading import read_export
from reports.archive.verify import verify_export
from tests.books.sample import SMALL
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE, Books
from tests.reports.archive.conftest import Published, export, resealed

BASIS = "个人信息保护法第四十七条"


@pytest.fixture
def lived_in(copied: Books) -> Books:
    """Give the published books with a named debtor and an entry that has a remark."""
    paid = copied.act(receive, Receive(SMALL, 10_00, Channel.WECHAT, copied.today, copied.today))
    copied.act(reverse, Reverse(paid.recorded.seq, "业主口头说明,不宜公开", copied.today))
    name = {"compound": copied.compound, "unit": SMALL, "debtor": 1, "name": "张甲", "phone": "13800000000"}
    copied.database.write(lambda session: session.merge(Person(**name, is_company=0)))
    return copied


def everything(books: Books) -> dict[str, bytes]:
    """Return what everybody may see, without the newest acts: books and bulletins."""
    files = read_export(export(books, "public")).files
    return {name: one for name, one in files.items() if name.startswith(("books/", "bulletins/"))}


def newest_remark(books: Books) -> int:
    with books.database.reading() as session:
        return max(session.execute(select(Remark.seq)).scalars())


def erased(books: Books) -> set[str]:
    verified = verify_export(export(books, with_registers=True))
    assert verified.is_sound, verified.faults
    return {one.code for one in verified.findings}


def test_what_is_erased_leaves_chain_books_and_bulletins_as_they_were(lived_in: Books) -> None:
    before, seq = everything(lived_in), newest_remark(lived_in)
    with lived_in.database.reading() as session:
        unit = session.execute(select(Person.unit).where(Person.name == "张甲")).scalars().one()
        sha256 = session.execute(select(Voucher.sha256)).scalars().one()
    assert erased(lived_in) == set()
    lived_in.act(erase_remark, EraseRemark(seq, BASIS))
    assert erased(lived_in) == {"remark_erased"}
    lived_in.act(erase_person, ErasePerson(unit, 1, BASIS))
    assert erased(lived_in) == {"remark_erased", "person_erased"}
    lived_in.act(erase_file, EraseFile(sha256, "业委会决议2026-07"), by=COMMITTEE)
    assert erased(lived_in) == {"remark_erased", "person_erased", "voucher_erased"}
    with lived_in.database.reading() as session:
        assert broken_links(session, lived_in.compound) == []
        assert session.get(Remark, (lived_in.compound, seq)) is None
        assert session.get(Blob, (lived_in.compound, sha256)) is None
        person = session.get_one(Person, (lived_in.compound, unit, 1))
        assert (person.name, person.phone, person.is_company) == (None, None, 0)
    assert everything(lived_in) == before


def test_erased_words_are_no_longer_in_the_file_of_the_books(lived_in: Books) -> None:
    seq = newest_remark(lived_in)
    lived_in.act(erase_remark, EraseRemark(seq, BASIS))
    path = lived_in.database.path
    lived_in.database.close()
    again = Database(f"sqlite:///{path}")
    with again.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]  # it is connected
    again.close()
    assert "业主口头说明".encode() not in path.read_bytes()


def test_everybody_sees_that_a_published_file_was_erased(lived_in: Books) -> None:
    with lived_in.database.reading() as session:
        voucher = session.execute(select(Voucher)).scalars().one()
        original, shown = voucher.sha256, voucher.published_sha256
    assert shown is not None
    lived_in.act(erase_file, EraseFile(shown, "业委会决议2026-07"), by=COMMITTEE)
    assert {one.code for one in verify_export(export(lived_in, "public")).findings} == {"voucher_erased"}
    assert {one.code for one in verify_export(export(lived_in)).findings} == {"voucher_erased"}
    assert newest_part(lived_in)["erased"] == [shown]
    lived_in.act(erase_file, EraseFile(original, "业委会决议2026-07"), by=COMMITTEE)
    assert "erased" not in newest_part(lived_in)  # nobody outside knows of the original, so nobody misses it
    assert {one.code for one in verify_export(export(lived_in, "public")).findings} == {"voucher_erased"}


def newest_part(books: Books) -> dict[str, Any]:
    """Return what a public export opens of the newest act."""
    part: dict[str, Any] = read_export(export(books, "public")).journal[-1]["opened"]["public"]["part"]
    return part


def test_what_disappears_without_an_act_is_missing_and_a_fault(lived_in: Books) -> None:
    with lived_in.database.engine.begin() as connection:
        for table in (Remark, Blob):
            connection.execute(table.__table__.delete())  # type: ignore[attr-defined]  # a table class
    found = {one.code for one in verify_export(export(lived_in, with_registers=True)).faults}
    assert found == {"remark_missing", "voucher_missing", "bulletin_missing"}
    public = verify_export(export(lived_in, "public"))
    assert {one.code for one in public.findings} == {"voucher_absent", "bulletin_missing"}


def test_a_remark_that_was_put_in_another_ones_place_is_found(lived_in: Books) -> None:
    with lived_in.database.engine.begin() as connection:
        connection.execute(Remark.__table__.update().values(words="另一句话"))  # type: ignore[attr-defined]  # a table class
    found = {one.code for one in verify_export(export(lived_in, with_registers=True)).faults}
    assert found == {"remark_changed"}


@pytest.mark.parametrize(
    ("action", "command", "by", "refusal"),
    [
        (erase_file, EraseFile("0" * 64, BASIS), COMMITTEE, NotFound),
        (erase_file, EraseFile("0" * 64, BASIS), TREASURER, RoleRefused),
        (erase_remark, EraseRemark(1, BASIS), TREASURER, NotFound),
        (erase_remark, EraseRemark(1, BASIS), TRUSTEE, RoleRefused),
        (erase_person, ErasePerson("B09-U9-0909", 1, BASIS), TREASURER, NotFound),
        (erase_person, ErasePerson("B09-U9-0909", 1, BASIS), TRUSTEE, RoleRefused),
    ],
)
def test_nothing_is_erased_that_is_not_there_or_by_whom_it_does_not_take(
    copied: Books, action: Any, command: Any, by: Any, refusal: Any
) -> None:
    with pytest.raises(refusal):
        copied.act(action, command, by=by)


def test_a_debtor_taken_out_of_the_register_is_missing_and_one_erased_is_not(lived_in: Books) -> None:
    lived_in.act(erase_person, ErasePerson(SMALL, 1, BASIS))
    assert erased(lived_in) == {"person_erased"}
    mine = (Person.compound == lived_in.compound) & (Person.unit == SMALL)
    lived_in.database.write(lambda session: session.connection().execute(delete(Person).where(mine)))
    assert verify_export(export(lived_in)).is_sound  # without registers nobody can tell
    (one,) = verify_export(export(lived_in, with_registers=True)).faults
    assert one.code == "person_missing"
    assert f"{SMALL}-1" in f"{one.where} {one.zh}"


def test_the_basis_itself_holds_no_personal_data(lived_in: Books) -> None:
    seq = newest_remark(lived_in)
    with pytest.raises(TextRefused):
        lived_in.act(erase_remark, EraseRemark(seq, "13800000000 来电要求"))


def test_an_erasure_that_is_taken_out_of_the_chain_is_found(lived_in: Books, published: Published) -> None:
    seq = newest_remark(lived_in)
    lived_in.act(erase_remark, EraseRemark(seq, BASIS))
    archive = read_export(export(lived_in, with_registers=True))
    content = resealed(archive, [dict(one) for one in archive.journal[:-1]])
    assert "remark_missing" in {one.code for one in verify_export(content).faults}

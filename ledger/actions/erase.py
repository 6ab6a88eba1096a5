"""Erase what the law lets a person have erased: a name, the words about a unit, a file as it came.

The chain holds salted hashes of these and never the things themselves, so nothing that was published changes. That
something was erased, when, by whom and on what basis, is an act like any other: nothing disappears silently.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import col, or_, select

from ledger.errors import NotFound
from ledger.rules.roles import KEEPERS, Role, require
from ledger.rules.text import check_public
from ledger.rules.unit import check_unit_code
from ledger.store.append import Journal, Recorded
from ledger.store.failpoints import reach
from ledger.store.tables import Blob, Erasure, Person, Remark, Voucher

#: A name or words go at a person's request. A file is evidence: whoever keeps the books does not remove it.
ERASING_WORDS = KEEPERS | {Role.COMMITTEE}
ERASING_FILES = frozenset({Role.COMMITTEE})


@dataclass(frozen=True, slots=True)
class EraseFile:
    """A voucher's file by its SHA-256: the original, or what was published of it."""

    sha256: str
    basis: str


@dataclass(frozen=True, slots=True)
class EraseRemark:
    """The words that act ``seq`` keeps beside the books."""

    seq: int
    basis: str


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """Name, telephone number and code of a unit's debtor; that it is a company stays."""

    unit: str
    debtor: int
    basis: str


def erase_file(journal: Journal, command: EraseFile) -> Recorded:
    """Erase a voucher's file.

    Raises:
        NotFound: no voucher has it, or it is gone already.
    """
    require(journal.actor, ERASING_FILES)
    of_voucher = select(Voucher.published_sha256).where(
        Voucher.compound == journal.compound,
        or_(col(Voucher.sha256) == command.sha256, col(Voucher.published_sha256) == command.sha256),
    )
    published = journal.session.exec(of_voucher).all()
    if not published:
        raise NotFound(pointer="/sha256", what=command.sha256[:40])
    gone = (col(Blob.compound) == journal.compound) & (col(Blob.sha256) == command.sha256)
    _delete(journal, Blob, gone, "/sha256", command.sha256[:40])
    shown = {"published_sha256": command.sha256} if command.sha256 in published else {}
    return _record(journal, command.basis, what="file", sha256=command.sha256, **shown)


def erase_remark(journal: Journal, command: EraseRemark) -> Recorded:
    """Erase the words of an act.

    Raises:
        NotFound: it has none, or they are gone already.
    """
    require(journal.actor, ERASING_WORDS)
    gone = (col(Remark.compound) == journal.compound) & (col(Remark.seq) == command.seq)
    _delete(journal, Remark, gone, "/seq", str(command.seq))
    return _record(journal, command.basis, what="remark", of_seq=command.seq)


def erase_person(journal: Journal, command: ErasePerson) -> Recorded:
    """Erase who a debtor is.

    Raises:
        NotFound: nobody is named there, or not any more.
    """
    require(journal.actor, ERASING_WORDS)
    unit = check_unit_code(command.unit)
    named = or_(
        col(Person.name).is_not(None), col(Person.phone).is_not(None), col(Person.credit_code).is_not(None)
    )
    of_debtor = (
        (col(Person.compound) == journal.compound)
        & (col(Person.unit) == unit)
        & (col(Person.debtor) == command.debtor)
    )
    _overwrite(journal)
    nothing = {"name": None, "phone": None, "credit_code": None}
    done = journal.connection.execute(update(Person).where(of_debtor, named).values(nothing))
    if done.rowcount != 1:
        raise NotFound(pointer="/debtor", what=f"{unit}-{command.debtor}")
    return _record(journal, command.basis, what="person", unit=unit, debtor=command.debtor)


def _delete(
    journal: Journal, table: type[Blob | Remark], gone: ColumnElement[bool], pointer: str, what: str
) -> None:
    _overwrite(journal)
    if journal.connection.execute(delete(table).where(gone)).rowcount != 1:
        raise NotFound(pointer=pointer, what=what)


def _overwrite(journal: Journal) -> None:
    """Let SQLite write zeros where the erased bytes stood; PostgreSQL's VACUUM reclaims its pages by itself."""
    if journal.connection.dialect.name == "sqlite":
        journal.connection.exec_driver_sql("PRAGMA secure_delete=ON")


def _record(journal: Journal, basis: str, **erased: str | int) -> Recorded:
    reach("words_gone")
    nothing = dict.fromkeys(("sha256", "of_seq", "unit", "debtor", "published_sha256"))
    row = {**nothing, **erased}
    row["basis"] = check_public(basis, "/basis")
    return journal.record("erasure", journal.today, {Erasure: [row]})

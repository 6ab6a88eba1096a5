"""What can be wrong with a full export although every hash in it fits: one fault a file, by the code of its finding."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from ledger.rules.seal import canonical
from ledger.store.records import voucher
from reports.archive.as_json import read_lines
from reports.archive.layout import Archive
from reports.archive.reading import read_export
from tests.reports.archive.conftest import packed, resealed

Journal = list[Any]
REMARKS, PERSONS = "registers/remark.jsonl", "registers/person.jsonl"


def bare(content: bytes) -> bytes:
    """Return an export without its books, which are compared by Beancount alone."""
    archive = read_export(content)
    files = {name: one for name, one in archive.files.items() if not name.startswith("books/")}
    manifest = {**archive.manifest, "journal_only": True}
    return packed(Archive(manifest, archive.journal, files), list(archive.journal))


def facts_of(line: Any) -> Any:
    """Return what an act appended."""
    return line["opened"]["sealed"]["part"]["facts"]


def public_of(line: Any) -> Any:
    """Return the public part of an act."""
    return line["opened"]["public"]["part"]


def newest(journal: Journal, table: str) -> Any:
    """Return the newest act that has a row in a table."""
    return next(line for line in reversed(journal) if facts_of(line).get(table))


def faulty(content: bytes) -> dict[str, bytes]:
    """Return the export (full, with registers) with one thing wrong, by the code of what must be found."""
    archive = read_export(content)
    found = {code: _retold(archive, change) for code, change in _FACTS.items()}
    for code, change in _RECORDS.items():
        journal = copy.deepcopy(list(archive.journal))
        change(journal)
        found[code] = packed(archive, journal)
    return found | _beside(archive)


def faulty_in_public(public: bytes, full: bytes) -> dict[str, bytes]:
    """Return the public export without something that its publications committed to, by the code of what is found."""
    archive = read_export(public)
    bulletin = next(name for name in archive.files if name.startswith("bulletins/"))
    book = "books/zh/2026/2026-01.beancount"
    hidden = copy.deepcopy(list(archive.journal))
    del next(
        line
        for line in hidden
        if "counterparty" in line.get("opened", {}).get("public", {"part": {}})["part"]
    )["opened"]

    def having(journal: Journal | None = None, without: str = "", **files: bytes) -> bytes:
        held = {name: one for name, one in archive.files.items() if name != without}
        return packed(
            Archive(archive.manifest, archive.journal, held), journal or list(archive.journal), **files
        )

    whole = read_export(full)
    labelled = Archive({**whole.manifest, "audience": "public"}, whole.journal, whole.files)
    return {
        "withheld": having(hidden),
        "bulletin_missing": having(without=bulletin),
        "bulletin_changed": having(**{bulletin: b"%PDF-1.7 nothing"}),
        "bulletin_stranger": having(**{"bulletins/2026-01-v9.pdf": archive.files[bulletin]}),
        "book_missing": having(without=book),
        "book_changed": having(**{book: archive.files[book] + b"; \n"}),
        "audience_wrong": packed(labelled, list(labelled.journal)),
    }


def _retold(archive: Archive, change: Callable[[Journal], None]) -> bytes:
    """Return an export whose facts were changed, and every hash made to fit, as an operator could."""
    journal = copy.deepcopy(list(archive.journal))
    change(journal)
    return resealed(archive, journal)


def _beside(archive: Archive) -> dict[str, bytes]:
    """Return exports in which something beside the chain is another, is not there, or is too much."""
    bulletin = next(name for name in archive.files if name.startswith("bulletins/"))
    scan = next(name for name in archive.files if name.startswith("vouchers/"))
    remarks, persons = (list(read_lines(archive.files[name])) for name in (REMARKS, PERSONS))
    other = [{**remarks[0], "words": "另一种说法"}, *remarks[1:]]

    def without(name: str) -> bytes:
        files = {one: held for one, held in archive.files.items() if one != name}
        return packed(Archive(archive.manifest, archive.journal, files), list(archive.journal))

    def having(**files: bytes) -> bytes:
        return packed(archive, list(archive.journal), **files)

    return {
        "bulletin_missing": without(bulletin),
        "bulletin_changed": having(**{bulletin: b"%PDF-1.7 nothing"}),
        "bulletin_stranger": having(**{"bulletins/2026-01-v9.pdf": archive.files[bulletin]}),
        "voucher_missing": without(scan),
        "voucher_changed": having(**{scan: b"%PDF-1.7 nothing"}),
        "remark_changed": having(**{REMARKS: _lines(other)}),
        "remark_missing": having(**{REMARKS: _lines(remarks[1:])}),
        "person_missing": having(**{PERSONS: _lines(persons[1:])}),
    }


def _lines(records: list[dict[str, Any]]) -> bytes:
    return b"".join(canonical(one) + b"\n" for one in records)


def _another_narration(journal: Journal) -> None:
    public_of(newest(journal, "entry"))["narration"] += "(更正)"


def _skipped_voucher(journal: Journal) -> None:
    line = newest(journal, "entry")
    row = facts_of(line)["entry"][0]
    row["voucher_no"] += 1
    public_of(line)["voucher"] = voucher(row["month"], row["voucher_no"])


def _skipped_receipt(journal: Journal) -> None:
    facts_of(newest(journal, "receipt"))["receipt"][0]["number"] += 1


def _smaller_receipt(journal: Journal) -> None:
    number = facts_of(newest(journal, "settlement"))["settlement"][0]["receipt"]
    for line in journal:
        for row in facts_of(line).get("receipt", ()):
            row["amount_minor"] = "0.01" if row["number"] == number else row["amount_minor"]


def _larger_settlement(journal: Journal) -> None:
    facts_of(newest(journal, "settlement"))["settlement"][0]["amount_minor"] = "900000.00"


def _other_closing(journal: Journal) -> None:
    facts_of(newest(journal, "closing_balance"))["closing_balance"][0]["amount_minor"] = "900000.00"


def _other_reversal(journal: Journal) -> None:
    line = next(one for one in journal if "reverses" in public_of(one))
    facts_of(line)["posting"][0]["item"] = "water"


def _one_sided(journal: Journal) -> None:
    line = next(
        one for one in reversed(journal) if any(x["leaves_root"] is None for x in public_of(one)["lines"])
    )
    row = next(one for one in facts_of(line)["posting"] if "unit" not in one)
    row["amount_minor"] = public_of(line)["lines"][0]["amount"] = "900000.00"


def _dated_back(journal: Journal) -> None:
    public_of(newest(journal, "entry"))["effective_on"] = "2026-01-31"


def _closed_again(journal: Journal) -> None:
    closes = [one for one in journal if public_of(one)["kind"] == "close"]
    public_of(closes[1])["effective_on"] = public_of(closes[0])["effective_on"]


def _one_taken_out(journal: Journal) -> None:
    del journal[3]


def _other_words(journal: Journal) -> None:
    public_of(newest(journal, "entry"))["narration"] += "(更正)"


def _other_fact(journal: Journal) -> None:
    facts_of(newest(journal, "entry"))["entry"][0]["occurred_on"] = "2026-01-31"


def _other_hash(journal: Journal) -> None:
    journal[3]["hash"] = "0" * 64


def _not_opened(journal: Journal) -> None:
    del journal[3]["opened"]["sealed"]


def _more_names(journal: Journal) -> None:
    journal[3]["amount"] = "1.00"


#: Sealed anew: only the facts can tell.
_FACTS: dict[str, Callable[[Journal], None]] = {
    "parts_differ": _another_narration,
    "voucher_gap": _skipped_voucher,
    "receipt_gap": _skipped_receipt,
    "receipt_overspent": _smaller_receipt,
    "settled_too_much": _larger_settlement,
    "closing_wrong": _other_closing,
    "reversal_wrong": _other_reversal,
    "unbalanced": _one_sided,
    "period_locked": _dated_back,
    "close_order": _closed_again,
}
#: Not sealed anew.
_RECORDS: dict[str, Callable[[Journal], None]] = {
    "gap": _one_taken_out,
    "public_changed": _other_words,
    "sealed_changed": _other_fact,
    "hash_wrong": _other_hash,
    "unopened": _not_opened,
    "record_malformed": _more_names,
}

from __future__ import annotations

import datetime as dt

from ledger.rules.entry import Entry, Kind, Posting
from reports.book.book import BookKey, build_directives
from reports.book.drawn import ALLOWED_META
from reports.book.full import parts_of
from reports.book.rows import BookEntry, Line
from tests.reports.book.conftest import UNITS
from tests.reports.book.reading import fen, transactions
from tests.reports.book.scene import BANK, CODE, Scene, day

FULL = BookKey(CODE, "full", "en")
RECEIVABLE = "Assets:PropertyFee:Receivable:Owner"
MIRROR = "Liabilities:PropertyFee:Uncollected:Owner"
PREPAID = "Liabilities:PropertyFee:Prepaid"


def read(scene: Scene, today: str = "2026-03-15") -> list[tuple[str, dict[str, str], dict[str, int]]]:
    """Return narration, metadata and postings of each transaction."""
    with scene.database.reading() as session:
        entries = build_directives(session, FULL, day(today)).entries
    hidden = {"filename", "lineno", "__tolerances__"}
    return [
        (
            one.narration,
            {key: value for key, value in one.meta.items() if key not in hidden},
            {posting.account: fen(posting.units) for posting in one.postings},
        )
        for one in transactions(entries)
    ]


def entry(kind: str, *lines: Line) -> BookEntry:
    on = dt.date(2026, 1, 5)
    return BookEntry(7, "2026-01", 1, on, on, on, kind, "x", None, None, None, None, None, "00", lines)


def test_a_bill_is_one_transaction_per_unit_with_its_share_of_the_mirror(scene: Scene) -> None:
    made = scene.bill("2026-01-05", units=UNITS[:2])
    (first, second) = read(scene)
    assert first[2] == {f"{RECEIVABLE}:{UNITS[0]}": 20000, MIRROR: -20000}
    assert second[2] == {f"{RECEIVABLE}:{UNITS[1]}": 20001, MIRROR: -20001}
    assert first[1] == {
        "seq": str(made.seq),
        "voucher": "记-2026-01-0001",
        "kind": "bill",
        "unit": UNITS[0],
        "debtor": "1",
        "item": "property_fee",
        "charge": "2026-01-property_fee-0",
        "period": "2026-01",
        "hash": made.hash,
    }


def test_a_release_is_one_transaction_per_unit_with_all_four_sides(scene: Scene) -> None:
    scene.release("2026-01-05", [(UNITS[0], 100), (UNITS[1], 300)])
    postings = [one[2] for one in read(scene)]
    income = "Income:PropertyFee:Service:Owner"
    assert postings == [
        {f"{PREPAID}:{unit}": minor, f"{RECEIVABLE}:{unit}": -minor, income: -minor, MIRROR: minor}
        for unit, minor in ((UNITS[0], 100), (UNITS[1], 300))
    ]


def test_a_receipt_stays_whole_and_says_at_each_posting_what_they_do_not_share(scene: Scene) -> None:
    scene.receive(UNITS[3], "2026-01-10", charges=("3-4", "4-4"), prepaid=500)
    with scene.database.reading() as session:
        (receipt,) = transactions(build_directives(session, FULL, day("2026-01-10")).entries)
    assert (receipt.meta["unit"], receipt.meta["receipt"]) == (UNITS[3], "R-000001")
    assert "charge" not in receipt.meta
    assert [posting.meta.get("charge") for posting in receipt.postings] == [
        None, "3-4", "3-4", "4-4", "4-4", None, None
    ]  # fmt: skip
    assert receipt.postings[-1].account == f"{PREPAID}:{UNITS[3]}"


def test_an_entry_whose_mirror_does_not_come_out_even_is_drawn_whole() -> None:
    lines = (
        Line(RECEIVABLE, 100, "A-1", 1),
        Line(RECEIVABLE, 200, "A-2", 1),
        Line(MIRROR, -250),
        Line(BANK, -50),
    )
    assert parts_of(entry("bill", *lines)) == [lines]
    short = (Line(RECEIVABLE, 100, "A-1", 1), Line(PREPAID, -50, "A-1", 1), Line(MIRROR, -50))
    assert parts_of(entry("bill", *short)) == [short]


def test_lines_that_balance_only_per_debtor_are_split_per_debtor() -> None:
    lines = (
        Line(PREPAID, 100, "A-1", 1),
        Line(RECEIVABLE, -100, "A-1", 1, charge="3-1"),
        Line(PREPAID, 70, "A-2", 1),
        Line(RECEIVABLE, -70, "A-2", 1, charge="3-2"),
        Line(PREPAID, -170),
    )
    assert parts_of(entry("release", *lines)) == [lines]
    exact = (
        Line(PREPAID, 100, "A-1", 1),
        Line("Income:PropertyFee:Service:Owner", -100, "A-1", 1, charge="3-1"),
        Line(PREPAID, 70, "A-2", 1),
        Line("Income:PropertyFee:Service:Owner", -70, "A-2", 1, charge="3-2"),
    )
    assert parts_of(entry("release", *exact)) == [exact[:2], exact[2:]]


def test_the_reversal_of_a_collective_entry_is_split_as_the_entry_was(scene: Scene) -> None:
    made = scene.bill("2026-01-05", units=UNITS[:3])
    lines = [Posting(RECEIVABLE, -20000 - place, unit, 1) for place, unit in enumerate(UNITS[:3])]
    back = Entry(
        Kind.REVERSAL, day("2026-01-06"), "冲销", (*lines, Posting(MIRROR, 60003)), reverses=made.seq
    )
    scene.post(back)
    assert [one[1]["reverses"] for one in read(scene) if one[1]["kind"] == "reversal"] == [str(made.seq)] * 3


def test_metadata_comes_from_the_allow_list_alone(lived: Scene) -> None:
    with lived.database.reading() as session:
        for audience in ("public", "full"):
            entries = build_directives(session, BookKey(CODE, audience), day("2026-03-15")).entries
            for one in transactions(entries):
                said = set(one.meta).union(*(posting.meta for posting in one.postings))
                assert said <= ALLOWED_META | {"filename", "lineno", "__tolerances__"}

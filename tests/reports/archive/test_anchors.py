"""What a proof is worth beside paper: one that was made up can hang behind any true head, so none before it counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.rules.seal import canonical, leaf, link, record, seal_public
from reports.archive.against import bulletin_data
from reports.archive.proof import write_proof
from reports.archive.reading import read_export
from reports.archive.refusals import ExportUnreadable
from reports.archive.verify import verify_proof
from tests import second_verifier as second
from tests.conftest import Books
from tests.reports.archive.conftest import Published, export, packed
from tests.reports.archive.faulty import bare

RECEIVABLE, BANK = "Assets:PropertyFee:Receivable:Owner", "Assets:PropertyFee:Bank:Joint01"


def made_up(compound: str, head: dict[str, Any], amount: str = "-9999.00") -> dict[str, Any]:
    """Return the proof of a payment that never was: everything in it fits, and it follows a head that is true."""
    line = {"unit": "B01-U1-0101", "debtor": 1, "amount": "-9999.00", "salt": "00" * 16}
    lines = [
        {"account": BANK, "amount": "9999.00", "fund": "PropertyFee", "leaves_root": None},
        {"account": RECEIVABLE, "amount": amount, "fund": "PropertyFee", "leaves_root": leaf(line)},
    ]
    day = "2026-03-02"
    part = {"kind": "receipt", "effective_on": day, "recorded_on": day, "voucher": "记-2026-03-0001"}
    part["lines"] = lines  # type: ignore[assignment]  # JSON
    sealed = seal_public("11" * 16, part), "22" * 32
    place = head["seq"] + 1, head["hash"]
    hashed = link(compound, *place, *sealed)
    return {
        "format": "mingzhang-proof",
        "version": 1,
        "account": RECEIVABLE,
        "line": line,
        "path": [],
        "public": {"part": part, "salt": "11" * 16},
        "record": {**record(compound, *place, *sealed), "hash": hashed},
        "after": [],
        "head": None,
    }


def codes(proof: dict[str, Any], **named: Any) -> set[str]:
    return {one.code for one in verify_proof(canonical(proof), "mine", **named).faults}


def head_of(paper: bytes) -> dict[str, Any]:
    data = bulletin_data(paper)
    assert data is not None
    return dict(data["head"])


def a_proof(books: Books) -> dict[str, Any]:
    """Return the proof of a line of the first bill."""
    journal = read_export(export(books)).journal
    bill = next(one for one in journal if one["opened"]["public"]["part"]["kind"] == "bill")
    with books.database.reading() as session:
        return json.loads(canonical(write_proof(session, books.compound, bill["seq"], 1)))  # type: ignore[no-any-return]  # JSON


def test_a_proof_made_up_behind_a_true_head_is_refused_beside_that_very_bulletin(
    copied: Books, published: Published, tmp_path: Path
) -> None:
    paper = published.papers["2026-02"]
    head = head_of(paper)
    proof, typed = made_up(copied.compound, head), (head["seq"], head["hash"])
    assert codes(proof, bulletins=[("february.pdf", paper)]) == {"proof_elsewhere"}
    assert codes(proof, heads=[typed]) == {"head_elsewhere"}
    assert codes(proof, export=bare(export(copied))) == {"past_rewritten"}
    path = tmp_path / "proof.json"
    path.write_bytes(canonical(proof))
    assert second.check(path, f"{head['seq']}:{head['hash']}")[1]


def test_a_proof_that_was_compared_with_nothing_is_not_called_sound(
    copied: Books, published: Published
) -> None:
    proof = a_proof(copied)
    assert codes(proof) == {"not_anchored"}
    assert codes(proof, bulletins=[("january.pdf", published.papers["2026-01"])]) == set()
    assert codes(proof, heads=[(proof["head"]["seq"], proof["head"]["hash"][:8])]) == set()
    whole = bare(export(copied, "public"))
    assert codes(proof, export=whole) == set()
    later = [("february.pdf", published.papers["2026-02"])]
    assert codes({**proof, "after": [], "head": None}, bulletins=later) == {"proof_elsewhere"}
    assert codes({**proof, "after": [], "head": None}, export=whole, bulletins=later) == set()


def test_an_export_whose_chain_breaks_is_no_anchor(copied: Books) -> None:
    archive = read_export(bare(export(copied, "public")))
    proof = made_up(copied.compound, {"seq": len(archive.journal), "hash": "33" * 32})
    content = packed(archive, [*archive.journal, proof["record"]])
    assert codes(proof, export=content) == {"link_broken"}


def test_the_public_part_of_a_proof_balances_and_a_lone_line_is_all_of_its_amount(copied: Books) -> None:
    head = {"seq": 9, "hash": "33" * 32}
    assert codes(made_up(copied.compound, head)) == {"not_anchored"}
    assert codes(made_up(copied.compound, head, "-1.00")) == {"unbalanced", "proof_wrong"}


@pytest.mark.parametrize(
    "change",
    [
        {"format": "mingzhang-export"},
        {"version": 2},
        {"version": True},
        {"note": "已付清"},
    ],
)
def test_a_proof_of_another_format_or_with_more_in_it_is_not_read(
    copied: Books, change: dict[str, Any]
) -> None:
    with pytest.raises(ExportUnreadable):
        codes({**a_proof(copied), **change})

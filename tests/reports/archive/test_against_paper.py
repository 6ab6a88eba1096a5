"""An export beside the paper that hung on the notice board: what no check of the file alone can find."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pikepdf
import pytest

from api.publishing import publish_bulletin
from ledger.rules.seal import canonical, link
from reports.archive.against import bulletin_data
from reports.archive.layout import Archive
from reports.archive.proof import owned_lines, write_proof
from reports.archive.reading import read_export
from reports.archive.refusals import ExportUnreadable
from reports.archive.verify import verify_export, verify_proof
from reports.archive.writing import write_export
from tests.books.sample import SMALL
from tests.conftest import Books
from tests.reports.archive.conftest import DAY, Published, export, packed, resealed


def codes(content: bytes, *papers: bytes, **named: Any) -> set[str]:
    return {
        one.code for one in verify_export(content, [("paper.pdf", one) for one in papers], **named).faults
    }


def rewritten(archive: Archive) -> bytes:
    """Return the export as an operator would forge it: other words in one entry, and every seal made to fit."""
    journal = json.loads(json.dumps(list(archive.journal)))
    changed = next(one for one in journal if "counterparty" in one["opened"]["public"]["part"])
    public, sealed = (changed["opened"][side]["part"] for side in ("public", "sealed"))
    public["counterparty"] = sealed["facts"]["entry"][0]["counterparty"] = "某某公司"
    return resealed(archive, journal)


def without_books(archive: Archive) -> Archive:
    files = {name: one for name, one in archive.files.items() if not name.startswith("books/")}
    return Archive({**archive.manifest, "journal_only": True}, archive.journal, files)


@pytest.mark.parametrize("audience", ["public", "full"])
def test_every_bulletin_stands_beside_a_sound_export(
    copied: Books, published: Published, audience: Any
) -> None:
    assert codes(export(copied, audience), *published.papers.values()) == set()


def test_a_past_rewritten_from_end_to_end_is_found_by_paper_only(copied: Books, published: Published) -> None:
    archive = without_books(read_export(export(copied)))
    content = rewritten(archive)
    assert codes(content) == set()  # the file is whole in itself: nothing in it tells
    assert codes(content, published.papers["2026-01"]) == set()  # it hung before what was rewritten
    assert "past_rewritten" in codes(content, published.papers["2026-02"])
    head = bulletin_data(published.papers["2026-02"])["head"]  # type: ignore[index]  # it has figures
    assert codes(content, heads=[(head["seq"], head["hash"][:12])]) == {"head_differs"}


def test_a_tail_that_was_cut_off_is_found_by_paper_only(copied: Books, published: Published) -> None:
    archive = without_books(read_export(export(copied)))
    head = bulletin_data(published.papers["2026-02"])["head"]  # type: ignore[index]  # it has figures
    content = packed(archive, list(archive.journal[: head["seq"] - 1]))
    assert codes(content) == {"bulletin_stranger"}
    assert "tail_cut" in codes(content, published.papers["2026-02"])
    assert codes(content, published.papers["2026-01"]) == {"bulletin_stranger"}


def test_a_bulletin_that_was_drawn_again_is_not_the_one_that_hung(
    copied: Books, published: Published
) -> None:
    paper = published.papers["2026-01"]
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        out = io.BytesIO()
        pdf.docinfo["/Title"] = "另一份"
        pdf.save(out)
    assert codes(export(copied), out.getvalue()) == {"bulletin_swapped"}
    archive = without_books(read_export(export(copied)))
    swapped = packed(archive, list(archive.journal), **{"bulletins/2026-01-v1.pdf": out.getvalue()})
    assert codes(swapped) == {"bulletin_changed"}  # the act of its publication recorded another
    assert "bulletin_swapped" in codes(swapped, paper)


def test_figures_that_were_changed_on_the_paper_are_found(copied: Books, published: Published) -> None:
    paper = published.papers["2026-01"]
    data = bulletin_data(paper)
    assert data is not None
    data["overview"][0]["closing"] = "1.00"
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        name = next(one for one in pdf.attachments if one.endswith(".json"))
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, json.dumps(data).encode())
        out = io.BytesIO()
        pdf.save(out)
    assert codes(export(copied, "public"), out.getvalue()) == {"bulletin_swapped", "bulletin_figures"}


def test_another_compounds_bulletin_and_what_is_none_are_told_apart(
    copied: Books, published: Published
) -> None:
    elsewhere = Books(copied.database, "meiguiyuan", copied.today).open()
    content = export(elsewhere)
    assert codes(content, published.papers["2026-01"]) == {"bulletin_foreign"}
    assert codes(export(copied), b"%PDF-1.7 nothing") == {"bulletin_unreadable"}
    with pytest.raises(ExportUnreadable):
        verify_export(b"PK nothing")


def test_a_file_in_which_a_name_stands_twice_is_not_read(copied: Books) -> None:
    """Two readers of such a file could see two different books."""
    twice = io.BytesIO(export(copied, "public"))
    with zipfile.ZipFile(twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("journal.jsonl", b"")
    with pytest.raises(ExportUnreadable, match="twice"):
        verify_export(twice.getvalue())


def test_a_bulletin_that_came_after_the_export_is_no_swap(copied: Books) -> None:
    with copied.database.reading() as session:
        early = write_export(session, copied.compound, DAY, "public")
    copied.act(publish_bulletin, "2026-01", "更正用词", "")
    with copied.database.reading() as session:
        archive = read_export(write_export(session, copied.compound, DAY, "public"))
    again = archive.files["bulletins/2026-01-v2.pdf"]
    assert codes(early, again) == {"bulletin_swapped"}  # the export is older than its second version
    assert verify_export(early, [("v2.pdf", again)]).faults[0].where == "v2.pdf"


def test_an_owner_proves_a_line_up_to_the_head_on_paper(copied: Books, published: Published) -> None:
    journal = read_export(export(copied)).journal
    bill = next(one for one in journal if one["opened"]["public"]["part"]["kind"] == "bill")
    with copied.database.reading() as session:
        proof = write_proof(session, copied.compound, bill["seq"], 1)
    content = canonical(proof)
    january, february = (("p.pdf", published.papers[month]) for month in ("2026-01", "2026-02"))
    assert verify_proof(content, "mine", export(copied), [january, february]).is_sound
    shown = json.dumps(proof["line"]) + json.dumps(proof["path"])
    others = {row["unit"] for row in bill["opened"]["sealed"]["part"]["facts"]["posting"] if "unit" in row}
    assert [one for one in sorted(others) if one in shown] == [proof["line"]["unit"]]  # type: ignore[call-overload,index]  # JSON
    for name, change in {
        "proof_wrong": {"line": {**proof["line"], "amount": "0.01"}},  # type: ignore[dict-item]  # JSON
        "proof_line_missing": {"account": "Assets:PropertyFee:Bank:Joint01"},
        "public_changed": {"public": {**proof["public"], "salt": "00" * 16}},  # type: ignore[dict-item]  # JSON
        "hash_wrong": {"after": [["00" * 32, "11" * 32]]},
    }.items():
        found = verify_proof(canonical({**proof, **change}), "mine")  # type: ignore[arg-type]  # JSON
        assert name in {one.code for one in found.faults}
    forged = canonical(rewritten_proof(json.loads(content)))
    assert {one.code for one in verify_proof(forged, "mine").faults} == {"not_anchored"}
    assert {one.code for one in verify_proof(forged, "mine", None, [january]).faults} == {"past_rewritten"}
    assert {one.code for one in verify_proof(forged, "mine", export(copied)).faults} == {"past_rewritten"}


def rewritten_proof(proof: dict[str, Any]) -> dict[str, Any]:
    """Return a proof of another act in the same place: whole in itself, and on no paper."""
    record = proof["record"]
    record["sealed"] = "22" * 32
    newest = record["hash"] = link(
        record["compound"], record["seq"], record["prev"], record["public"], record["sealed"]
    )
    for place, (public, sealed) in enumerate(proof["after"], record["seq"] + 1):
        newest = link(record["compound"], place, newest, public, sealed)
    proof["head"]["hash"] = newest
    return proof


def test_a_head_that_cannot_be_compared_is_no_head_that_agrees(copied: Books) -> None:
    with copied.database.reading() as session:
        line = owned_lines(session, copied.compound, SMALL)[-1]
        proof = write_proof(session, copied.compound, line.seq, line.line)
    content = canonical(proof)
    assert line.seq > 3
    said = verify_proof(content, "mine", heads=[(1, "f" * 16)])
    assert {one.code for one in said.faults} == {"head_elsewhere"}
    assert verify_proof(content, "mine", heads=[(line.seq, proof["record"]["hash"][:12])]).is_sound  # type: ignore[index,call-overload]  # JSON
    assert codes(export(copied), heads=[(0, "f" * 16)]) == {"head_elsewhere"}

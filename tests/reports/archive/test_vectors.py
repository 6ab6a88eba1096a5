"""The vectors of docs/chain.md: ours and the second verifier, which imports nothing of ours, agree on them.

``GOLDEN_UPDATE=1`` in the environment writes them anew from a fixed book.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import migrations
from ledger.actions.attach_voucher import AttachVoucher, attach_voucher
from ledger.actions.erase import EraseFile, erase_file
from ledger.actions.post import PostEntry, post_entry
from ledger.actions.publish import PDF, publish
from ledger.actions.receive import Receive, receive
from ledger.actions.reverse import Reverse, reverse
from ledger.intake.voucher_file import VoucherFile
from ledger.rules import audit, seal
from ledger.rules.channel import Channel
from ledger.rules.entry import Posting
from ledger.store.registers import head
from ledger.store.session import Database
from reports.archive.as_json import read_lines
from reports.archive.proof import write_proof
from reports.archive.reading import read_export
from reports.archive.verify import verify_export
from reports.archive.writing import write_export, zipped
from tests import second_verifier as second
from tests.books.sample import SMALL, play
from tests.conftest import COMMITTEE, Books

HERE = Path(__file__).parents[2]
VECTORS = HERE / "golden" / "vectors"
SALT = "000102030405060708090a0b0c0d0e0f"
VALUES: list[Any] = [
    None,
    True,
    0,
    -12,
    9007199254740991,
    "",
    '引号"\\/\b\f\n\r\t\u0001\u007f\u2028',
    "€\U0001f600",
    [],
    {},
    [1, [2, {"b": 1, "a": [None]}]],
    {"\r": 1, "1": 2, "é": 3, "\ufb33": 4, "~": 6, "十": "\U0001f600"},  # no name of ours lies beyond U+FFFF
]
AUDITED: dict[str, Any] = {
    "v": 1,
    "compound": "guihuayuan",
    "number": 1,
    "at": "2026-01-05T04:00:00Z",
    "user_id": "treasurer-1",
    "role": "treasurer",
    "what": "personal_data_read",
    "about": {"read": "unit_account", "unit": "B01-U1-0201"},
    "prev": audit.first_prev("guihuayuan"),
}
PART = {"kind": "expense", "effective_on": "2026-01-31", "recorded_on": "2026-01-31", "lines": []}


@pytest.fixture(scope="module")
def first_days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    """Give a book of fixed days, names and salts."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('vectors') / 'books.db'}")
    migrations.upgrade(database.engine)
    yield play(Books(database, "guihuayuan", date(2026, 1, 5)).open(), through="close-01")
    database.close()


def formulas() -> dict[str, Any]:
    """Return the vectors of canonical JSON, the formulas and the trees."""
    leaves = [
        seal.leaf({"amount": f"{n}.00", "salt": f"{n:032x}", "unit": f"B01-U1-{n:04d}"}) for n in range(1, 8)
    ]
    trees = []
    for count in range(8):
        some = leaves[:count]
        paths = {one: [list(step) for step in seal.merkle_path(some, one)] for one in some}
        trees.append({"leaves": some, "root": seal.merkle_root(some), "paths": paths})
    public, sealed = seal.seal_public(SALT, PART), seal.seal_sealed(SALT, {"facts": {}})
    return {
        "canonical": [{"value": one, "utf8_hex": seal.canonical(one).hex()} for one in VALUES],
        "genesis": {"compound": "guihuayuan", "hash": seal.genesis("guihuayuan")},
        "node": {"left": leaves[0], "right": leaves[1], "hash": seal.node(leaves[0], leaves[1])},
        "leaf": {
            "line": {"amount": "1.00", "salt": f"{1:032x}", "unit": "B01-U1-0001"},
            "hash": leaves[0],
        },
        "public": {"salt": SALT, "part": PART, "hash": public},
        "sealed": {"salt": SALT, "part": {"facts": {}}, "hash": sealed},
        "words": {"salt": SALT, "words": "代收一次", "hash": seal.commitment(SALT, "代收一次")},
        "link": {
            "compound": "guihuayuan",
            "seq": 1,
            "prev": seal.genesis("guihuayuan"),
            "public": public,
            "sealed": sealed,
            "hash": seal.link("guihuayuan", 1, seal.genesis("guihuayuan"), public, sealed),
        },
        "audit": {"record": AUDITED, "hash": audit.line_hash(AUDITED)},
        "trees": trees,
    }


def kept(name: str, made: Any) -> Any:
    """Return what is on record under a name; write it anew where that is asked for."""
    path = VECTORS / name
    if os.environ.get("GOLDEN_UPDATE") == "1":
        path.write_text(
            json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
        )
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def more_days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Books, int]]:
    """Give a book with acts of every other shape, and the number of the first of them."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('more') / 'books.db'}")
    migrations.upgrade(database.engine)
    books = play(Books(database, "guihuayuan", date(2026, 1, 5)).open(), through="close-01")
    with database.reading() as session:
        before = head(session, books.compound)[0]
    day = books.today = date(2026, 2, 3)
    bank = Receive(SMALL, 300_00, Channel.BANK, day, day, "Joint01", source_id="20260203-000017")
    wrong = books.act(receive, bank).recorded.seq
    books.act(reverse, Reverse(wrong, "误记房屋", day))
    costs = [
        Posting(f"Expenses:PropertyFee:{name}", minor)
        for name, minor in (("Cleaning", 5_00), ("Greening", -5_00))
    ]
    books.act(post_entry, PostEntry(day, "更正一月费用分类", tuple(costs), corrects="2026-01"))
    file = VoucherFile(PDF, b"%PDF-1.7 original", b"%PDF-1.7 published", PDF)
    kept = books.act(attach_voucher, AttachVoucher(file, "合同扫描件"), by=COMMITTEE)
    books.act(
        publish,
        "2026-01",
        b"%PDF-1.7",
        {"zh": b"zh", "en": b"en"},
        posted_from=day,
        posted_to=date(2026, 3, 5),
    )
    books.act(erase_file, EraseFile(str(kept.published_sha256), "业委会决议2026-07"), by=COMMITTEE)
    yield books, before + 1
    database.close()


def more_of(books: Books, since: int) -> dict[str, Any]:
    """Return the journal from an act on, and the words of its remarks."""
    with books.database.reading() as session:
        archive = read_export(
            write_export(session, books.compound, date(2026, 2, 3), "full", with_registers=True)
        )
    lines = [dict(line) for line in archive.journal if line["seq"] >= since]
    return {"journal": lines, "remark": list(read_lines(archive.files["registers/remark.jsonl"]))}


def exported(books: Books) -> bytes:
    with books.database.reading() as session:
        return write_export(session, books.compound, date(2026, 2, 1), "full")


def journal(books: Books) -> list[Any]:
    return [dict(line) for line in read_export(exported(books)).journal]


def a_proof(books: Books) -> dict[str, Any]:
    """Return the proof of the first line of the first bill."""
    line = next(one for one in journal(books) if one["opened"]["public"]["part"]["kind"] == "bill")
    with books.database.reading() as session:
        return write_proof(session, books.compound, line["seq"], 1)


def test_the_formulas_are_those_on_record() -> None:
    assert kept("formulas.json", formulas()) == json.loads(json.dumps(formulas()))


def test_a_fixed_book_is_the_one_on_record_and_its_proof_too(first_days: Books) -> None:
    assert kept("journal.json", journal(first_days)) == journal(first_days)
    assert kept("proof.json", a_proof(first_days)) == a_proof(first_days)


def test_acts_of_every_other_shape_are_those_on_record(more_days: tuple[Books, int]) -> None:
    """A remark, a source, a reversal, a correction, a voucher, a publication, an erasure."""
    made = more_of(*more_days)
    assert kept("more.json", made) == made
    opened = [line["opened"] for line in made["journal"]]
    assert {"reverses", "corrects", "vouchers", "bulletin", "books", "opened", "erased"} <= {
        name for one in opened for name in one["public"]["part"]
    }
    assert [one["sealed"]["part"].get("source_id") for one in opened if "source_id" in one["sealed"]["part"]]


def test_the_second_verifier_follows_them_too() -> None:
    made = json.loads((VECTORS / "more.json").read_text(encoding="utf-8"))
    previous, state = made["journal"][0]["prev"], {"closed": "2026-01"}
    for line in made["journal"]:
        assert line["prev"] == previous
        previous = second.link("guihuayuan", line["seq"], previous, line["public"], line["sealed"])
        assert line["hash"] == previous
        assert list(second.check_parts(line, state, is_full=True)) == []
    words = b"".join(second.canonical(one) + b"\n" for one in made["remark"])
    assert words.count(b"\n") == 1
    assert list(second.check_registers(made["journal"], {"registers/remark.jsonl": words})) == []
    other = words.replace("误记".encode(), "记错".encode())
    assert list(second.check_registers(made["journal"], {"registers/remark.jsonl": other}))


def test_the_second_verifier_follows_the_book_on_record() -> None:
    previous, state = second.genesis("guihuayuan"), {"closed": ""}
    for seq, line in enumerate(json.loads((VECTORS / "journal.json").read_text(encoding="utf-8")), 1):
        assert line["prev"] == previous
        previous = second.link("guihuayuan", seq, previous, line["public"], line["sealed"])
        assert line["hash"] == previous
        assert list(second.check_parts(line, state, is_full=True)) == []
    assert state == {"closed": "2026-01"}


def test_the_second_verifier_agrees_with_every_formula() -> None:
    found = kept("formulas.json", None if os.environ.get("GOLDEN_UPDATE") != "1" else formulas())
    for one in found["canonical"]:
        assert second.canonical(one["value"]).hex() == one["utf8_hex"]
    assert second.genesis(found["genesis"]["compound"]) == found["genesis"]["hash"]
    assert second.leaf(found["leaf"]["line"]) == found["leaf"]["hash"]
    assert second.node(found["node"]["left"], found["node"]["right"]) == found["node"]["hash"]
    assert second.seal(b"\x03", found["public"]) == found["public"]["hash"]
    assert second.seal(b"\x04", found["sealed"]) == found["sealed"]["hash"]
    words = found["words"]
    assert second.sha(b"\x06", bytes.fromhex(words["salt"]) + words["words"].encode()) == words["hash"]
    one = found["link"]
    line = found["audit"]
    assert second.sha(b"\x08", b"guihuayuan") == line["record"]["prev"]
    assert second.audit_hash(line["record"]) == line["hash"]
    assert second.link(one["compound"], one["seq"], one["prev"], one["public"], one["sealed"]) == one["hash"]
    for tree in found["trees"]:
        assert second.root(tree["leaves"]) == tree["root"]
        for leaf, path in tree["paths"].items():
            at = leaf
            for side, other in path:
                at = second.node(other, at) if side == "left" else second.node(at, other)
            assert at == tree["root"]


@pytest.mark.parametrize("audience", ["public", "full"])
def test_the_second_verifier_reads_an_export_alone_and_agrees(
    first_days: Books, tmp_path: Path, audience: str, run: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    with first_days.database.reading() as session:
        content = write_export(session, first_days.compound, date(2026, 2, 1), audience)  # type: ignore[arg-type]  # one of two
    path = tmp_path / "export.zip"
    path.write_bytes(content)
    head = read_export(content).manifest["head"]
    program = str(HERE / "second_verifier.py")
    alone = run(sys.executable, "-I", program, str(path), f"{head['seq']}:{head['hash']}", cwd=tmp_path)
    assert (alone.returncode, alone.stdout.strip()) == (0, f"{head['seq']}:{head['hash']}"), alone
    archive = read_export(content)
    changed = archive.files["journal.jsonl"].replace(
        b'"recorded_on":"2026-01-05"', b'"recorded_on":"2026-01-06"', 1
    )
    assert changed != archive.files["journal.jsonl"]
    path.write_bytes(zipped({**archive.files, "journal.jsonl": changed, "manifest.json": _manifest(content)}))
    assert run(sys.executable, "-I", program, str(path), cwd=tmp_path).returncode == 1
    assert second.check(path)[1]


def test_the_second_verifier_finds_a_changed_audit_trail(first_days: Books, tmp_path: Path) -> None:
    archive = read_export(exported(first_days))
    lines = archive.files["audit.jsonl"].splitlines(keepends=True)
    assert len(lines) > 5
    path = tmp_path / "export.zip"
    for forged, said in (
        (lines[:-1], "audit lacks"),
        (lines[:3], "audit at the close of 2026-01"),
        ([lines[0].replace(b'"operator-1"', b'"operator-2"'), *lines[1:]], "audit 1"),
    ):
        trail = b"".join(forged)
        hashes = {**archive.manifest["files"], "audit.jsonl": second.sha(b"", trail)}
        manifest = seal.canonical({**archive.manifest, "files": hashes})
        path.write_bytes(zipped({**archive.files, "audit.jsonl": trail, "manifest.json": manifest}))
        assert any(one.startswith(said) for one in second.check(path)[1]), said
        assert any(one.code.startswith("audit_") for one in verify_export(path.read_bytes()).faults)


def test_the_second_verifier_reads_a_proof_and_finds_another_amount(
    first_days: Books, tmp_path: Path
) -> None:
    proof, path = a_proof(first_days), tmp_path / "proof.json"
    path.write_text(json.dumps(proof), encoding="utf-8")
    head = proof["head"]
    paper = f"{head['seq']}:{head['hash']}"
    assert second.check(path, paper) == (paper, [])
    assert second.check(path)[1] == ["compared with no head"]
    before = f"{proof['record']['seq'] - 1}:{proof['record']['prev']}"
    assert second.check(path, before)[1] == [f"paper {before}"]
    path.write_text(json.dumps({**proof, "line": {**proof["line"], "amount": "1.00"}}), encoding="utf-8")
    assert second.check(path, paper)[1] == ["line"]


def _manifest(content: bytes) -> bytes:
    return seal.canonical(read_export(content).manifest)  # type: ignore[arg-type]  # JSON

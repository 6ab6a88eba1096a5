"""Export, verify, prove, erase and import from the command line: exit codes, and words in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.main import app, hoisted
from ledger.rules.seal import canonical
from reports.archive.reading import read_export
from reports.archive.writing import zipped
from tests.api.cli.conftest import Clerk
from tests.api.conftest import HOME, UNIT


@pytest.fixture
def month(clerk: Clerk) -> Clerk:
    """Give a clerk whose January is billed, partly paid and closed."""
    clerk.bill()
    clerk.told("receipt", UNIT, "100.00", "--channel", "wechat", "--effective-on", "2026-01-12")
    clerk.told("close", "2026-01")
    return clerk


def test_what_is_exported_is_verified_with_nothing_but_the_file(month: Clerk, tmp_path: Path) -> None:
    files = {audience: tmp_path / f"{audience}.zip" for audience in ("public", "full")}
    for audience, file in files.items():
        month.told("export", str(file), "--audience", audience)
        said = month.told("verify", str(file))
        assert (said["ok"], said["what"], said["compound"]) == (True, f"export, {audience}", HOME)
    head = said["head"]
    month.told("verify", str(files["public"]), "--head", f"{head['seq']}:{head['hash'][:12]}")
    wrong = month.told("verify", str(files["public"]), "--head", f"{head['seq']}:{'0' * 12}", code=1)
    assert [one["code"] for one in wrong["findings"]] == ["head_differs"]
    month.told("verify", str(files["public"]), "--head", "something", code=2)
    archive = read_export(files["full"].read_bytes())
    changed = archive.files["journal.jsonl"].replace(b'"100.00"', b'"900.00"', 1)
    content = {**archive.files, "journal.jsonl": changed, "manifest.json": canonical(archive.manifest)}  # type: ignore[arg-type]  # JSON
    files["full"].write_bytes(zipped(content))  # type: ignore[arg-type]  # bytes
    shown = month.said("verify", str(files["full"]), code=1).stdout
    assert "不一致" in shown
    assert "被改过" in shown
    assert "changed" in shown
    files["full"].write_bytes(b"no zip")
    month.told("verify", str(files["full"]), code=2)


def test_an_owners_proof_is_written_and_verified(month: Clerk, tmp_path: Path) -> None:
    listed = month.told("proof", UNIT)["items"]
    one = listed[-1]
    file, whole = tmp_path / "mine.json", tmp_path / "public.zip"
    month.told("proof", UNIT, "--entry", str(one["seq"]), "--line", str(one["line"]), "--out", str(file))
    month.told("export", str(whole))
    said = month.told("verify", str(file), "--export", str(whole))
    assert said["proven"] == {"unit": UNIT, "account": one["account"], "amount": one["amount"]}
    alone = month.told("verify", str(file), code=1)  # anybody can make up a file that agrees with itself
    assert [one["code"] for one in alone["findings"]] == ["not_anchored"]
    assert "NOT ANCHORED" in month.said("verify", str(file), code=1).stdout
    proof = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**proof, "line": {**proof["line"], "amount": "1.00"}}), encoding="utf-8")
    wrong = month.told("verify", str(file), code=1)
    assert [one["code"] for one in wrong["findings"]] == ["proof_wrong"]


def test_a_full_export_is_for_those_who_may_read_it_and_names_for_the_treasurer(
    month: Clerk, tmp_path: Path
) -> None:
    file = str(tmp_path / "full.zip")
    assert month.refused("export", file, "--audience", "full", who="trustee") == "role_refused"
    for who in ("committee", "auditor"):
        month.told("export", file, "--audience", "full", who=who)
        assert (
            month.refused("export", file, "--audience", "full", "--with-registers", who=who) == "role_refused"
        )
    assert "registers/person.jsonl" not in read_export(Path(file).read_bytes()).files
    month.told("export", file, "--audience", "full", "--with-registers")
    assert b"\xe6\x9d\x8e\xe4\xb9\x99" in read_export(Path(file).read_bytes()).files["registers/person.jsonl"]


def test_a_name_is_erased_and_the_books_are_brought_in_elsewhere(month: Clerk, tmp_path: Path) -> None:
    before, file = tmp_path / "before.zip", tmp_path / "full.zip"
    month.told("erase", "person", "--unit", UNIT, "--debtor", "1", "--basis", "个人信息保护法第四十七条")
    assert month.refused("erase", "file", "--sha256", "0" * 64, "--basis", "误传") == "role_refused"
    assert month.refused("erase", "remark", "--unit", UNIT, "--basis", "误") == "request_malformed"
    month.told("export", str(file), "--audience", "full", "--with-registers")
    said = month.told("verify", str(file))
    assert [(one["code"], one["erased"]) for one in said["findings"]] == [("person_erased", True)]
    assert "李乙".encode() not in read_export(file.read_bytes()).files["registers/person.jsonl"]
    month.told("export", str(before))
    there = {"MINGZHANG_DATABASE_URL": f"sqlite:///{tmp_path / 'there.db'}", "MINGZHANG_COMPOUND": HOME}
    for words, code in (
        (["import", str(file)], 3),  # nothing has been built yet
        (["init"], 0),
        (["import", str(before)], 1),  # a public export
        (["import", str(file)], 0),
        (["import", str(file)], 1),  # it is here already
        (["check", "--as", "operator"], 0),
    ):
        done = CliRunner().invoke(app, hoisted(words), env=there)
        assert done.exit_code == code, (words, done.output)

"""Exports whose books, bulletins or openings are not what was published, packed so that every hash of a file fits."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from ledger.rules.seal import canonical
from ledger.store.disclosed import runs
from reports.archive.layout import Archive, sha256
from reports.archive.reading import read_export
from reports.archive.verify import Verified, verify_export
from reports.archive.writing import opens_publicly, zipped
from reports.book.book import build_files, build_month
from reports.book.key import BookKey, Language
from tests.conftest import Books
from tests.reports.archive.conftest import DAY, export, packed, resealed

Files = dict[str, bytes]
_BLOCK = re.compile(r"(?m)^\d{4}-\d\d-\d\d \* .*\n(?:  .*\n)+")
_BANK = "Assets:PropertyFee:Bank:Joint01"


def month(language: str, name: str) -> str:
    return f"books/{language}/{name[:4]}/{name}.beancount"


def block(text: str, holds: str, lacks: str = "#batch") -> str:
    """Return the first transaction that holds some words and lacks others."""
    return next(one for one in _BLOCK.findall(text) if holds in one and lacks not in one)


def changed(files: Files, name: str, old: str, new: str) -> Files:
    text = files[name].decode()
    assert old in text
    assert old != new
    return {name: text.replace(old, new).encode()}


def ten_times(files: Files, name: str) -> Files:
    """Make the amounts of one transaction ten times what they were: it still balances."""
    one = block(files[name].decode(), "hash:")
    more = re.sub(r"(-?\d+\.\d\d) CNY", lambda said: f"{float(said[1]) * 10:.2f} CNY", one)
    return changed(files, name, one, more)


def retold(files: Files, name: str) -> Files:
    one = block(files[name].decode(), "hash:")
    return changed(files, name, one, re.sub(r'\* ".*', '* "某公司" "另一件事"', one, count=1))


def on_another_day(files: Files, name: str) -> Files:
    one = block(files[name].decode(), "hash:")
    return changed(files, name, one, one.replace(one[:10], f"{one[:8]}{29 - int(one[8:10]):02d}", 1))


def of_no_act(files: Files, name: str) -> Files:
    more = (
        f'\n{name[-17:-10]}-09 * "Friend Ltd" "Consulting"\n  {_BANK}  -300000.00 CNY\n'
        "  Expenses:PropertyFee:Cleaning  300000.00 CNY\n"
    )
    return {name: files[name] + more.encode()}


def without_assertions(files: Files) -> Files:
    return {
        name: re.sub(rb"(?m)^\d{4}-\d\d-\d\d balance .*\n", b"", content)
        for name, content in files.items()
        if name.startswith("books/")
    }


def moved_in_a_closed_month(files: Files) -> Files:
    bare = without_assertions(files)
    return bare | of_no_act(files | bare, month("en", "2026-03"))


def batches_retold(files: Files) -> Files:
    """Move money between two accounts of a batch in a closed month, in both languages, without its assertions."""
    found = without_assertions(files)
    for name in (month("zh", "2026-02"), month("en", "2026-02")):
        text = found[name].decode()
        long = [one for one in _BLOCK.findall(text) if len(one.split(" CNY")) > 3]
        one = next((one for one in long if "#batch" in one), long[0])  # the full book has none
        amounts = [float(said) for said in re.findall(r"(-?\d+\.\d\d) CNY", one)]
        new = [amounts[0] + 1, amounts[1] - 1, *amounts[2:]]
        more = one
        for old, other in zip(amounts[:2], new[:2], strict=True):
            more = more.replace(f" {old:.2f} CNY", f" {other:.2f} CNY", 1)
        found |= changed(found, name, one, more)
    return found


def drawn_again(files: Files) -> Files:
    return {"bulletins/2026-01-v1.pdf": files["bulletins/2026-01-v1.pdf"] + b"\n% other ink\n"}


BOTH: dict[str, tuple[Callable[[Files], Files], dict[str, str]]] = {
    "the Chinese book has other amounts": (
        lambda files: ten_times(files, month("zh", "2026-03")),
        {"public": "book_languages", "full": "book_differs"},
    ),
    "the Chinese book tells another story": (
        lambda files: retold(files, month("zh", "2026-03")),
        {"public": "book_entry_differs", "full": "book_differs"},
    ),
    "the English book has another day": (
        lambda files: on_another_day(files, month("en", "2026-03")),
        {"public": "book_entry_differs", "full": "book_differs"},
    ),
    "money goes out in the open month and no act is named": (
        lambda files: of_no_act(files, month("en", "2026-05")),
        {"public": "book_stranger", "full": "book_stranger"},
    ),
    "money is moved in a closed month whose assertions are gone": (
        moved_in_a_closed_month,
        {"public": "book_stranger", "full": "book_stranger"},
    ),
    "a batch of a published month has other amounts": (
        batches_retold,
        {"public": "book_changed", "full": "book_differs"},
    ),
    "a bulletin has other ink": (
        drawn_again,
        {"public": "bulletin_changed", "full": "bulletin_changed"},
    ),
    "a file that no book has stands among the books": (
        lambda _: {"books/zh/2026/2026-13.beancount": b"", "bulletins/2026-09-v1.pdf": b"%PDF"},
        {"public": "bulletin_stranger", "full": "book_differs"},
    ),
}


def verified(archive: Archive, **files: bytes) -> Verified:
    return verify_export(packed_public(archive, list(archive.journal), **files))


def packed_public(archive: Archive, journal: list[Any], **files: bytes) -> bytes:
    """Pack a journal anew; a public export gets no audit trail."""
    content = read_export(packed(archive, journal, **files))
    if archive.is_full:
        return packed(archive, journal, **files)
    kept = {name: one for name, one in content.files.items() if name != "audit.jsonl"}
    hashes = {name: sha256(kept[name]) for name in sorted(kept)}
    return zipped({**kept, "manifest.json": canonical({**content.manifest, "files": hashes})})


def codes(done: Verified) -> set[str]:
    return {one.code for one in done.faults}


def without(archive: Archive, begins: str) -> Archive:
    files = {name: one for name, one in archive.files.items() if not name.startswith(begins)}
    return Archive(archive.manifest, archive.journal, files)


@pytest.mark.parametrize("audience", ["public", "full"])
@pytest.mark.parametrize("case", sorted(BOTH))
def test_what_was_changed_in_the_files_is_found(copied: Books, audience: Any, case: str) -> None:
    change, expected = BOTH[case]
    archive = read_export(export(copied, audience))
    assert not codes(verified(archive))
    assert expected[audience] in codes(verified(archive, **change(dict(archive.files))))


@pytest.mark.parametrize("audience", ["public", "full"])
@pytest.mark.parametrize("begins", ["books/", "books/zh/", "books/en/2026/2026-02", "bulletins/2026-02"])
def test_what_was_left_out_is_missed(copied: Books, audience: Any, begins: str) -> None:
    archive = without(read_export(export(copied, audience)), begins)
    expected = "book_missing" if begins.startswith("books/") else "bulletin_missing"
    assert expected in codes(verified(archive))


@pytest.mark.parametrize("audience", ["public", "full"])
def test_another_name_on_the_manifest_is_found(copied: Books, audience: Any) -> None:
    archive = read_export(export(copied, audience))
    other = Archive({**archive.manifest, "name": "玫瑰园"}, archive.journal, archive.files)
    assert "name_differs" in codes(verified(other))
    bare = without(Archive({**other.manifest, "journal_only": True}, other.journal, other.files), "books/")
    assert codes(verified(bare)) == {"name_differs"}  # bulletins and facts know it too


def test_an_export_without_books_that_says_so_is_sound_and_says_so(copied: Books) -> None:
    archive = without(read_export(export(copied, "public")), "books/")
    bare = Archive({**archive.manifest, "journal_only": True}, archive.journal, archive.files)
    done = verified(bare)
    assert [one.code for one in done.findings] == ["books_left_out"]
    assert done.is_sound
    assert done.reach is not None
    assert (done.reach.has_books, done.reach.bulletins, done.reach.is_anchored) == (False, 2, False)


SHUT: dict[str, Callable[[dict[str, Any]], bool]] = {
    "everything": lambda _: True,
    "payments to companies": lambda part: "counterparty" in part,
    "closes": lambda part: part["kind"] == "close",
    "the first publication": lambda part: part.get("bulletin", {}).get("month") == "2026-01",
}


@pytest.mark.parametrize("case", sorted(SHUT))
def test_acts_that_a_publication_lists_as_open_cannot_be_withheld(copied: Books, case: str) -> None:
    archive = read_export(export(copied, "public"))
    journal = [
        {name: one for name, one in line.items() if name != "opened"} if shut else line
        for line in archive.journal
        for shut in ["opened" in line and SHUT[case](line["opened"]["public"]["part"])]
    ]
    assert journal != list(archive.journal)
    found = codes(verify_export(packed_public(archive, journal)))
    assert found & ({"withheld"} if case != "everything" else {"bulletin_stranger"})


def test_a_full_export_that_calls_itself_public_is_none(copied: Books) -> None:
    archive = read_export(export(copied, "full"))
    other = Archive({**archive.manifest, "audience": "public"}, archive.journal, archive.files)
    assert "audience_wrong" in codes(verify_export(packed(other, list(other.journal))))


@pytest.mark.parametrize(("name", "code"), [("books", "book_changed"), ("opened", "opened_wrong")])
def test_a_publication_that_committed_to_something_else_is_found_in_a_full_export(
    copied: Books, name: str, code: str
) -> None:
    """Whoever publishes could write down what suits them: the facts say what it should have been."""
    archive = read_export(export(copied, "full"))
    journal = json.loads(json.dumps(list(archive.journal)))
    publication = journal[-1]["opened"]
    part, row = publication["public"]["part"], publication["sealed"]["part"]["facts"]["bulletin"][0]
    if name == "books":
        part["books"]["zh"] = row["book_zh"] = "0" * 64
    else:
        part["opened"]["acts"] = row["opened"] = ""
    content = resealed(archive, journal, commits=False)
    assert codes(verify_export(content)) >= {code}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_closed_months_file_alone_is_the_one_that_the_whole_book_has(
    copied: Books, language: Language
) -> None:
    for audience in ("public", "full"):
        key = BookKey(copied.compound, audience, language)  # type: ignore[arg-type]  # one of two
        with copied.database.reading() as session:
            files = build_files(session, key, DAY)
            for one in ("2026-01", "2026-02", "2026-03"):
                assert build_month(session, key, one) == files[f"2026/{one}.beancount"]


def test_publications_name_the_acts_that_a_public_export_opens(copied: Books) -> None:
    journal = read_export(export(copied, "public")).journal
    last = len(journal)
    said = [line["opened"]["public"]["part"].get("opened") for line in journal if "opened" in line]
    listed = " ".join(one["acts"] for one in said if one is not None)
    whole = read_export(export(copied, "full")).journal
    facts = [line["opened"]["sealed"]["part"]["facts"] for line in whole]
    due = runs(seq for seq, one in enumerate(facts, 1) if opens_publicly(one) and seq < last)
    assert opened(listed) == opened(due) == {line["seq"] for line in journal[:-1] if "opened" in line}


def opened(said: str) -> set[int]:
    """Return the numbers that runs name."""
    pairs = [one.partition("-") for one in said.split()]
    return {seq for first, _, last in pairs for seq in range(int(first), int(last or first) + 1)}

"""An audit trail that follows from line to line and has less in it than it should: in the books and in exports."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from ledger.actions.pay import post, request
from ledger.rules.seal import canonical
from ledger.store import audit
from reports.archive.layout import AUDIT, sha256
from reports.archive.reading import read_export
from reports.archive.verify import verify_export
from reports.archive.writing import write_export, zipped
from tests import second_verifier as second
from tests.books.paying import DAY, asked, took_over
from tests.conftest import TREASURER, Books
from tests.reports.archive.tampering import anything_goes, cut_lines

WATER = "Expenses:PropertyFee:Facility:Water 3000.00"


@pytest.fixture
def flooded(house: Books) -> Books:
    """Give books whose newest act is an entry that went round the second key."""
    took_over(house)
    house.act(request, asked("u", WATER, authority="emergency", reason="地下室进水,须当日抽排"), by=TREASURER)
    house.act(post, "u", DAY)
    return house


def without(content: bytes, lines: slice | None) -> bytes:
    """Return an export with these lines of the trail only; without the file for None. The manifest fits."""
    archive = read_export(content)
    files = {name: one for name, one in archive.files.items() if name != "manifest.json"}
    trail = files.pop(AUDIT).splitlines(keepends=True)
    if lines is not None:
        files[AUDIT] = b"".join(trail[lines])
    manifest: dict[str, Any] = {**archive.manifest, "files": {n: sha256(files[n]) for n in sorted(files)}}
    return zipped({**files, "manifest.json": canonical(manifest)})


@pytest.mark.parametrize(
    "lines", [None, slice(0), slice(-1)], ids=["no file", "emptied", "the override's line cut off"]
)
def test_an_export_whose_trail_tells_of_less_is_found_by_both_verifiers(
    flooded: Books, tmp_path: Path, lines: slice | None
) -> None:
    with flooded.database.reading() as session:
        content = write_export(session, flooded.compound, date(2026, 2, 1), "full")
    path = tmp_path / "export.zip"
    path.write_bytes(without(content, slice(None)))
    assert verify_export(path.read_bytes()).is_sound
    assert second.check(path)[1] == []
    path.write_bytes(without(content, lines))
    assert {one.code for one in verify_export(path.read_bytes()).faults} == {"audit_untold"}
    said = second.check(path)[1]
    assert said
    assert all(one.startswith("audit lacks #") for one in said)


@pytest.mark.parametrize("town", ["sqlite"], indirect=True)
def test_the_line_of_an_override_that_was_cut_off_is_missed_in_the_books(flooded: Books) -> None:
    with flooded.database.reading() as session:
        sound = audit.check(session, flooded.compound)
        newest = list(audit.lines(session, flooded.compound))[-1]
    assert sound.is_sound
    assert newest["what"] == "override_used"
    with anything_goes(flooded.database) as connection:
        for trigger in ("audit_delete", "audit_head_update"):
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        cut_lines(connection, flooded.compound, sound.number - 1)
        with Session(bind=connection) as session:
            found = audit.check(session, flooded.compound)
    assert (found.broken, found.untold) == ((), (newest["about"]["seq"],))

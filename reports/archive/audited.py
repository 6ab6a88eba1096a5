"""The audit trail in a full export: followed line by line, laid beside the closes that recorded it and the acts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledger.rules.audit import follow, is_told
from reports.archive.as_json import read_lines
from reports.archive.checks import where
from reports.archive.findings import Finding, found
from reports.archive.layout import AUDIT, JOURNAL, Archive
from reports.archive.rows import rows_of


def trail_of(archive: Archive) -> list[dict[str, Any]]:
    """Return the lines of the trail; none in an export from before there was one.

    Raises:
        ValueError: a line is no JSON.
    """
    return list(read_lines(archive.files.get(AUDIT, b"")))


def check_audit(archive: Archive) -> Iterator[Finding]:
    """Rebuild every hash; compare with every close that recorded the trail, and with the acts that it must tell of."""
    followed = follow(archive.compound, trail_of(archive))
    for number in followed.broken:
        yield found("audit_broken", f"{AUDIT} #{number}")
    acts = []
    for line in archive.journal:
        rows = rows_of(line)
        acts.append((line["seq"], line["hash"], is_told(rows)))
        for row in rows.get("period_close", ()):
            number = row["audit_number"]
            if number is not None and followed.hashes.get(number) != row["audit_head"]:
                yield found("audit_cut", where(line), f"{row['month']} #{number}")
    for seq in followed.untold(acts):
        yield found("audit_untold", f"{JOURNAL} #{seq}")

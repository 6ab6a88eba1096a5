"""The facts of an act in a full export, as the tables hold them."""

from __future__ import annotations

from typing import Any

from ledger.store.restore import row_of
from ledger.store.tables import METADATA
from reports.archive.checks import part_of
from reports.archive.layout import Line


def rows_of(line: Line) -> dict[str, list[dict[str, Any]]]:
    """Return an act's facts by table, from its sealed part."""
    sealed = part_of(line, "sealed") or {"facts": {}}
    return {
        name: [row_of(METADATA.tables[name], record, line["compound"], line["seq"]) for record in records]
        for name, records in sealed["facts"].items()
    }

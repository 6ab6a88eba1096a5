"""What lies where in an export, and what a line of its journal holds.

``journal.jsonl`` has one act a line, in order: the record that is hashed, its hash, and in ``opened`` the parts that
this audience may read, each with its salt. Everything is written in one way only (RFC 8785), so the same books give the
same file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

FORMAT, VERSION = "mingzhang-export", 1
MANIFEST, JOURNAL, AUDIT = "manifest.json", "journal.jsonl", "audit.jsonl"
PAGE = "verify.html"
BOOKS, BULLETINS, FILES, REGISTERS = "books/", "bulletins/", "vouchers/", "registers/"

#: What every line of the journal has: the record that is hashed, and its hash.
RECORD = frozenset({"compound", "hash", "prev", "public", "sealed", "seq", "v"})

Audience = Literal["public", "full"]
Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Archive:
    """An export as it was read: its manifest, its journal line by line, and its other files."""

    manifest: Mapping[str, Any]
    journal: tuple[Line, ...]
    files: Mapping[str, bytes]

    @property
    def compound(self) -> str:
        """The compound's code."""
        return str(self.manifest["compound"])

    @property
    def is_full(self) -> bool:
        """Whether sealed parts were opened too."""
        return bool(self.manifest["audience"] == "full")

    @property
    def is_journal_only(self) -> bool:
        """Whether it was made without books: the journal up to an act that is not the newest."""
        return self.manifest.get("journal_only") is True

    def hash_of(self, name: str) -> str:
        """Return the SHA-256 of a file that is there."""
        return sha256(self.files[name])


def page() -> bytes:
    """Return the page that checks an export or a proof in a browser, without a network; it is in every export."""
    return resources.files("reports").joinpath("archive", PAGE).read_bytes()


def sha256(content: bytes) -> str:
    """Return a file's hash in hex."""
    return hashlib.sha256(content).hexdigest()

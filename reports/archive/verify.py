"""Verify an export, a bulletin against it, or one owner's proof: with nothing but the files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reports.archive.against import Chain, chain_of, check_against, check_head
from reports.archive.books import check_books
from reports.archive.checks import sound
from reports.archive.facts import facts_sound
from reports.archive.findings import MALFORMED, Finding, found
from reports.archive.layout import BOOKS, Archive
from reports.archive.proof import FORMAT as PROOF
from reports.archive.proof import Proven, chain_of_proof, check_proof, proven
from reports.archive.reading import read_export
from reports.archive.refusals import ExportUnreadable


@dataclass(frozen=True, slots=True)
class Verified:
    """What was checked, and what was found: faults, and what was erased by right."""

    what: str
    compound: str
    seq: int
    head: str
    findings: tuple[Finding, ...]
    proven: Proven | None = None

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What is wrong."""
        return tuple(one for one in self.findings if not one.is_erased)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def verify_export(
    content: bytes, bulletins: Iterable[tuple[str, bytes]] = (), heads: Iterable[tuple[int, str]] = ()
) -> Verified:
    """Verify an export, and bulletins (name, PDF) and heads copied from paper (number, hash) against it.

    Raises:
        ExportUnreadable: it is no export.
    """
    archive = read_export(content)
    findings = list(sound(archive))
    if archive.is_full and all(
        one.is_erased for one in findings
    ):  # facts are looked at once their seals hold
        findings += facts_sound(archive)
    if not any(one.code == "record_malformed" for one in findings):
        findings += _books(archive)
        findings += _beside_paper(chain_of(archive), bulletins, heads, archive)
    head = archive.manifest["head"]
    what = f"export, {archive.manifest['audience']}"
    return Verified(what, archive.compound, head["seq"], head["hash"], tuple(findings))


def _books(archive: Archive) -> Iterator[Finding]:
    """Check the books; one too strange to be read is a finding of its own."""
    try:
        yield from check_books(archive)
    except MALFORMED as error:
        yield found("book_unreadable", BOOKS, type(error).__name__)


def _beside_paper(
    chain: Chain,
    bulletins: Iterable[tuple[str, bytes]],
    heads: Iterable[tuple[int, str]],
    archive: Archive | None,
) -> Iterator[Finding]:
    for name, pdf in bulletins:
        yield from check_against(chain, pdf, name, archive)
    for seq, hashed in heads:
        yield from check_head(chain, seq, hashed, f"{seq}:{hashed[:16]}", "head_differs")


def verify_proof(
    content: bytes,
    name: str,
    export: bytes | None = None,
    bulletins: Iterable[tuple[str, bytes]] = (),
    heads: Iterable[tuple[int, str]] = (),
) -> Verified:
    """Verify one owner's proof, and where an export or paper is given that its act is in that chain.

    Raises:
        ExportUnreadable: it is no proof, or no export.
    """
    archive = read_export(export) if export is not None else None
    try:
        proof = json.loads(content)
        record = proof["record"]
        findings = [*check_proof(proof, name, archive)]
        if not findings:
            findings += _beside_paper(chain_of_proof(proof), bulletins, heads, None)
        shown = proven(proof)
        compound, seq, hashed = str(record["compound"]), int(record["seq"]), str(record["hash"])
    except MALFORMED as error:
        raise ExportUnreadable(why_zh="不是完整的证明文件", why_en="it is not a whole proof") from error
    return Verified("proof", compound, seq, hashed, tuple(findings), shown)


def is_proof(content: bytes) -> bool:
    """Say whether a file looks like a proof."""
    return content.lstrip()[:1] == b"{" and f'"{PROOF}"'.encode() in content

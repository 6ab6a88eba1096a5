"""Verify an export, a bulletin against it, or one owner's proof: with nothing but the files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reports.archive.against import Chain, chain_of, check_against, check_head
from reports.archive.books import check_books
from reports.archive.checks import check_chain, sound
from reports.archive.committed import check_committed
from reports.archive.coverage import Coverage, coverage_of
from reports.archive.facts import facts_sound
from reports.archive.findings import MALFORMED, Finding, first_of, found
from reports.archive.layout import BOOKS, JOURNAL, Archive
from reports.archive.proof import FORMAT as PROOF
from reports.archive.proof import Proven, chain_of_proof, check_proof, proven, read_proof
from reports.archive.reading import read_export
from reports.archive.redrawn import check_redrawn
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
    reach: Coverage | None = None

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
    do_seals_hold = all(one.is_erased for one in findings)
    if archive.is_full and do_seals_hold:  # facts are looked at once they do
        findings += facts_sound(archive)
    papers, written = tuple(bulletins), tuple(heads)
    if not any(one.code == "record_malformed" for one in findings):
        findings += _books(archive, do_seals_hold=do_seals_hold)
        findings += _beside_paper(chain_of(archive), papers, written, archive)
    head = archive.manifest["head"]
    what = f"export, {archive.manifest['audience']}"
    reach = _reach(archive, is_anchored=bool(papers or written))
    return Verified(what, archive.compound, head["seq"], head["hash"], tuple(findings), reach=reach)


def _reach(archive: Archive, *, is_anchored: bool) -> Coverage | None:
    """Return how far the verification reached; None where the journal is too strange to be counted."""
    try:
        return coverage_of(archive, is_anchored=is_anchored)
    except MALFORMED:
        return None


def _books(archive: Archive, *, do_seals_hold: bool) -> Iterator[Finding]:
    """Check what hangs on the journal: books, and what publications committed to; what cannot be read is a finding."""
    try:
        if not archive.is_full:
            yield from first_of(check_committed(archive))
        elif do_seals_hold:
            yield from first_of(check_redrawn(archive))
        yield from first_of(check_books(archive))
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
    papers, written = tuple(bulletins), tuple(heads)
    findings = [] if archive is None else _chain(archive)
    try:
        proof = read_proof(content)
        record = proof["record"]
        findings += [] if findings else check_proof(proof, name, archive)
        if not findings:
            findings += _beside_paper(chain_of_proof(proof, archive), papers, written, None)
        if not findings and archive is None and not papers and not written:
            findings.append(found("not_anchored", name))
        shown = proven(proof)
        compound, seq, hashed = str(record["compound"]), int(record["seq"]), str(record["hash"])
    except MALFORMED as error:
        raise ExportUnreadable(why_zh="不是完整的证明文件", why_en="it is not a whole proof") from error
    return Verified("proof", compound, seq, hashed, tuple(findings), shown)


def _chain(archive: Archive) -> list[Finding]:
    """Follow the chain of an export that a proof is laid beside."""
    try:
        return list(first_of(check_chain(archive)))
    except MALFORMED as error:
        return [found("record_malformed", JOURNAL, type(error).__name__)]


def is_proof(content: bytes) -> bool:
    """Say whether a file looks like a proof."""
    return content.lstrip()[:1] == b"{" and f'"{PROOF}"'.encode() in content

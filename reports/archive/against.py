"""An export or a proof laid beside a printed bulletin: the paper on the notice board is the anchor."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pikepdf

from ledger.intake import pdf_limits
from ledger.rules.chart import fund_name_zh
from ledger.rules.fund import funds_in, net
from ledger.rules.money import parse_amount
from reports.archive.as_json import read_json
from reports.archive.books import balances_through
from reports.archive.findings import MALFORMED, Finding, found
from reports.archive.layout import BULLETINS, Archive, sha256
from reports.archive.refusals import ExportUnreadable

_HEAD = re.compile(r"(\d{1,15}):([0-9a-f]{8,64})")
_FIGURES = 8 * 1024**2  # bytes: a bulletin's come to a hundredth of that
_FUNDS = 1_000


@dataclass(frozen=True, slots=True)
class Chain:
    """What a file shows of a chain: hashes by number, and how long it is.

    A proof brings a piece only (``is_piece``): its act and those after it. What came before the act says nothing of it.
    """

    compound: str
    hashes: Mapping[int, str]
    length: int
    is_piece: bool = False


def chain_of(archive: Archive) -> Chain:
    """Return the chain of an export."""
    hashes = {line["seq"]: line["hash"] for line in archive.journal}
    return Chain(archive.compound, hashes, len(archive.journal))


def bulletin_data(pdf: bytes) -> dict[str, Any] | None:
    """Return the figures that a bulletin carries as an attachment; None where there are none to read."""
    if pdf_limits.is_packed_without_limit(pdf):
        return None
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            for name, attached in document.attachments.items():
                if name.endswith(".json"):
                    content = attached.get_file().read_bytes()
                    read = read_json(content) if len(content) <= _FIGURES else None
                    return read if isinstance(read, dict) else None
    except (pikepdf.PdfError, RuntimeError, *MALFORMED):  # what qpdf meets is any of these
        return None
    return None


def read_head(text: str) -> tuple[int, str]:
    """Return the head that somebody copied from paper: the number, a colon, and the hash or its beginning.

    Raises:
        ExportUnreadable: it is not written like that.
    """
    said = _HEAD.fullmatch(re.sub(r"\s", "", text).lower().replace("：", ":"))
    if said is None:
        raise ExportUnreadable(
            why_zh="账链末端请写成“序号:指纹”,指纹至少 8 位",
            why_en="write a head as number:hash, with 8 digits of the hash at least",
        )
    return int(said[1]), said[2]


def check_head(
    chain: Chain, seq: int, hashed: str, name: str, code: str = "past_rewritten"
) -> Iterator[Finding]:
    """Compare one head, whole or its first digits, with the chain."""
    if seq in chain.hashes:
        if not chain.hashes[seq].startswith(hashed):
            yield found(code, name, f"#{seq}")
    elif seq > chain.length and not chain.is_piece:
        yield found("tail_cut", name, f"{seq} / {chain.length}")
    else:
        yield found("head_elsewhere", name, f"#{min(chain.hashes, default=0)}–#{chain.length}")


def check_against(chain: Chain, pdf: bytes, name: str, archive: Archive | None = None) -> Iterator[Finding]:
    """Compare the heads that the bulletin printed with the chain, and where there is an export the paper with it."""
    figures = bulletin_data(pdf) or {}  # without figures its first name is missing
    try:
        if figures["compound_code"] != chain.compound:
            yield found("bulletin_foreign", name, str(figures["compound_code"]))
            return
        heads = [one for one in (figures["head"], figures["previous_head"]) if one is not None]
        if chain.is_piece:
            heads = [one for one in heads if one["seq"] in chain.hashes]
            if not heads:
                yield found("proof_elsewhere", name, f"#{min(chain.hashes)}–#{chain.length}")
        for head in heads:
            yield from check_head(chain, head["seq"], head["hash"], name)
        if archive is not None:
            yield from _swapped(archive, figures, pdf, name)
            yield from _figures(archive, figures, name)
    except MALFORMED:
        yield found("bulletin_unreadable", name)


def _swapped(archive: Archive, figures: Mapping[str, Any], pdf: bytes, name: str) -> Iterator[Finding]:
    """Look for this very paper among those that were published."""
    month, version = str(figures["period"]), int(figures["version"])
    published = {
        file: archive.hash_of(file) for file in archive.files if file.startswith(f"{BULLETINS}{month}-v")
    }
    is_later = int(archive.manifest["head"]["seq"]) <= int(figures["head"]["seq"])  # it hung after the export
    if sha256(pdf) not in published.values() and (published or not is_later):
        yield found("bulletin_swapped", name, f"{month} v{version}")


def _figures(archive: Archive, figures: Mapping[str, Any], name: str) -> Iterator[Finding]:
    """Compare the closing figure of every fund with what the book of the export adds up to."""
    if int(archive.manifest["head"]["seq"]) < int(figures["head"]["seq"]):
        return
    balances = balances_through(archive, str(figures["period"]))
    if balances is None:
        return
    names = {fund_name_zh(fund): fund for fund in funds_in(balances)}
    if len(figures["overview"]) > _FUNDS:
        raise ValueError(len(figures["overview"]))
    for row in figures["overview"]:
        fund = names.get(row["fund_zh"])
        here = net(balances, fund) if fund is not None else 0
        if here != parse_amount(row["closing"]):
            yield found("bulletin_figures", name, f"{row['fund_zh']} {row['closing']}")

"""Read an electronic invoice (数电票) from its XML: number, issuer, day and amount, and nothing that could do harm."""

from __future__ import annotations

import json
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ledger.errors import AmountMalformed, AmountOutOfRange, VoucherRefused
from ledger.rules.money import format_amount, parse_amount

_LONGEST = 64
#: Where a figure stands, by the name of its element; the first that is there counts.
_NUMBER = ("InvoiceNumber", "EIid", "Fphm")
_ISSUER = ("SellerName", "Xfmc")
_ISSUER_CODE = ("SellerIdNum", "Xfsh")
_ISSUED = ("IssueTime", "RequestTime", "Kprq")
_TOTAL = ("TotalTax-includedAmount", "Jshj")


@dataclass(frozen=True, slots=True)
class Invoice:
    """What an invoice says; the amount with tax, in fen. None: it does not say."""

    number: str | None
    issuer: str | None
    issuer_code: str | None
    issued_on: str | None
    amount_minor: int | None


def read_invoice(content: bytes) -> Invoice:
    """Return what an XML invoice says.

    Raises:
        VoucherRefused: it is no XML, has entities or outside references, or no invoice's number in it.
    """
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise VoucherRefused(
            pointer=None, why_zh="XML 无法读取或含实体", why_en="the XML cannot be read, or has entities"
        ) from error
    found: dict[str, str] = {}
    for element in root.iter():
        if isinstance(element.tag, str) and element.text and element.text.strip():
            found.setdefault(element.tag.rpartition("}")[2], element.text.strip()[:_LONGEST])
    number = _first(found, _NUMBER)
    if number is None:
        raise VoucherRefused(
            pointer=None, why_zh="XML 里没有发票号码", why_en="the XML has no invoice number in it"
        )
    return Invoice(
        number,
        _first(found, _ISSUER),
        _first(found, _ISSUER_CODE),
        (_first(found, _ISSUED) or "")[:10] or None,
        _amount(_first(found, _TOTAL)),
    )


def invoice_json(invoice: Invoice) -> bytes:
    """Return the figures of an invoice as they are published: without whoever wrote or received it."""
    shown = {
        "number": invoice.number,
        "issuer": invoice.issuer,
        "issuer_code": invoice.issuer_code,
        "issued_on": invoice.issued_on,
        "amount": None if invoice.amount_minor is None else format_amount(invoice.amount_minor),
    }
    return json.dumps(shown, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _first(found: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((found[name] for name in names if name in found), None)


def _amount(text: str | None) -> int | None:
    try:
        return parse_amount(text.replace(",", "")) if text else None
    except (AmountMalformed, AmountOutOfRange):
        return None

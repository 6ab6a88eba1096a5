"""What has become of a charge, in words: who paid it, what was given up or is contested, and what is still owed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ledger.rules.money import format_amount


class By(StrEnum):
    """What settled a part of a charge."""

    RECEIPT = "receipt"
    BROUGHT_FORWARD = "brought_forward"  # a prepayment that came in with the opening balances
    IN_KIND = "in_kind"


@dataclass(frozen=True, slots=True)
class Payment:
    """So much of a charge was settled, in fen; ``receipt`` is the number of the receipt that paid it."""

    by: By
    receipt: int | None
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Given:
    """So much of a charge is waived, written off or contested, in fen, and on what authority."""

    kind: str
    amount_minor: int
    authority: str


@dataclass(frozen=True, slots=True)
class Fate:
    """All that has become of a charge: amounts in fen, what is contested among what is open."""

    live_minor: int
    settled: tuple[Payment, ...]
    given: tuple[Given, ...]

    @property
    def open_minor(self) -> int:
        """What is still owed."""
        gone = sum(one.amount_minor for one in self.settled)
        return self.live_minor - gone - sum(one.amount_minor for one in self.given if one.kind != "dispute")


_PAID = {
    By.RECEIPT: (
        "收据 R-{number:06d} 已付 {amount} 元。",
        "Receipt R-{number:06d} paid {amount} yuan of it.",
    ),
    By.BROUGHT_FORWARD: (
        "期初结转的预收款已付 {amount} 元。",
        "Money paid ahead before these books began paid {amount} yuan of it.",
    ),
    By.IN_KIND: (
        "以实物或劳务抵偿 {amount} 元。",
        "{amount} yuan of it were settled with a thing or with work.",
    ),
}
_GIVEN = {
    "waiver": ("减免 {amount} 元(依据 {why})。", "{amount} yuan were waived, by {why}."),
    "write_off": (
        "账销案存 {amount} 元(依据 {why}),债权仍在。",
        "{amount} yuan were written off, by {why}; they are owed still.",
    ),
    "dispute": ("其中 {amount} 元有争议({why})。", "{amount} yuan of it are contested ({why})."),
}


def tell(fate: Fate) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the sentences in Chinese and English; nothing is told of a charge that was taken back whole."""
    if not fate.live_minor:
        return (), ()
    lines = [*_lines(fate), _rest(fate.open_minor)]
    return tuple(zh for zh, _ in lines), tuple(en for _, en in lines)


def _lines(fate: Fate) -> Iterator[tuple[str, str]]:
    for paid in fate.settled:
        zh, en = _PAID[paid.by]
        facts = {"number": paid.receipt or 0, "amount": format_amount(paid.amount_minor)}
        yield zh.format(**facts), en.format(**facts)
    for one in fate.given:
        zh, en = _GIVEN[one.kind]
        said = {"amount": format_amount(one.amount_minor), "why": one.authority}
        yield zh.format(**said), en.format(**said)


def _rest(open_minor: int) -> tuple[str, str]:
    if not open_minor:
        return "已结清。", "Nothing of it is owed any more."
    amount = format_amount(open_minor)
    return f"尚欠 {amount} 元。", f"{amount} yuan are still owed."

"""What may be paid: which accounts a kind of payment debits, what may be kept back, and what is no cost of the fee.

A payment is lines and a debt. The lines say what the money is for; what is kept back of it (tax, retention, an advance
already paid) is a line of the opposite sign; the rest is owed to the payee, and then paid from a bank account.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ledger.errors import AccountUnknown, RepairRefused
from ledger.rules.chart import account, fund_of, group_of
from ledger.rules.fund import LENT
from ledger.rules.money import format_amount

Line = tuple[str, int]

EXPENSE, PAYABLE, ADVANCE, PETTY_CASH = "expense", "payable", "advance", "petty_cash"
#: Money given back to whom it belongs; the trustee's remuneration is its own once it is accrued.
DEPOSIT_RELEASE, REFUND, PARKED_REFUND = "deposit_release", "refund", "parked_refund"
REMUNERATION = "remuneration"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a kind of payment may debit and keep back: roots, or the beginning of what follows the fund.

    ``is_posted``: it is booked as a debt first, when the goods or the service are there.
    """

    debits: tuple[str, ...]
    kept: tuple[str, ...] = ()
    is_posted: bool = False


#: The kinds that are made of lines. Money given back (deposits, refunds) is not: it is somebody's own.
TERMS = {
    EXPENSE: Terms(("Expenses", "Payable:Accrued"), ("Tax", "Payable:Retention", "Advance"), is_posted=True),
    PAYABLE: Terms(
        (
            *("Payable:Vendor", "Payable:Accrued", "Payable:Retention", "Payable:TrusteeAdvance"),
            *("Payable:Individual", "Payable:Grantor", "Tax", "Utility:Other"),
        )
    ),
    ADVANCE: Terms(("Advance", "DepositPaid")),
    PETTY_CASH: Terms(("Cash:Petty",)),
}
#: To whom an expense may be owed: the last part of ``Liabilities:<fund>:Payable:…``.
OWED_TO = frozenset({"Vendor", "Individual", "TrusteeAdvance"})
OWNER_APPROVED = "Expenses:PropertyFee:OwnerApproved"
_MINOR_REPAIR = "Expenses:PropertyFee:Facility:MinorRepair"
_SERVICE_COST = "Expenses:PropertyFee:"


class Repair(StrEnum):
    """How big a repair is: medium and major ones are the repair fund's, never a service cost (L15)."""

    NONE = "none"
    MINOR = "minor"
    MEDIUM = "medium"
    MAJOR = "major"


def tail_of(code: str) -> str:
    """Return what follows the fund in an account's code: ``Payable:Vendor``."""
    return code[len(code.partition(":")[0]) + len(fund_of(code)) + 2 :]


def check_line(code: str, fund: str, names: tuple[str, ...], pointer: str) -> str:
    """Return the code if it is an account of the fund that these names cover.

    Raises:
        AccountUnknown: it is not, or it is the trustee's remuneration, which only the close accrues.
    """
    named = account(code)
    covered = any(
        named.type == name if name == "Expenses" else tail_of(code).startswith(name) for name in names
    )
    if named.fund != fund or not covered or code.endswith(":Remuneration"):
        raise AccountUnknown(pointer=pointer, account=code[:80])
    return code


def is_plain_cost(code: str, fund: str) -> bool:
    """Say whether an account is a cost of the fund that neither the owners' vote nor the close alone may put there."""
    named = account(code)
    is_kept = code == OWNER_APPROVED or code.endswith(":Remuneration")
    return named.type == "Expenses" and named.fund == fund and not is_kept


def drain(lines: Iterable[Line]) -> int:
    """Return by how many fen lines lower what their fund can spend (chart 2.3).

    A cost does, and an advance; an advance that is used up gives back what it took. To pay a debt changes nothing.
    """
    return sum(
        minor
        for code, minor in lines
        if code.startswith("Expenses:") or (code.startswith("Assets:") and group_of(code) in LENT)
    )


def gross(lines: Iterable[Line]) -> int:
    """Return what lines cost before anything is kept back of them, in fen."""
    return sum(minor for _, minor in lines if minor > 0)


def check_repair(lines: Iterable[Line], repair: str, cap_minor: int, pointer: str = "/repair") -> None:
    """Refuse a repair that is no service cost (2003 price rules, article 11; L15).

    Raises:
        RepairRefused: a medium or major repair, or a minor one above the profile's cap, on the fee fund's costs.
    """
    costs = [(code, minor) for code, minor in lines if code.startswith(_SERVICE_COST) and minor > 0]
    if not costs:
        return
    if repair in {Repair.MEDIUM, Repair.MAJOR}:
        raise RepairRefused(pointer=pointer, cap=format_amount(cap_minor))
    minor_repair = sum(
        minor for code, minor in costs if repair == Repair.MINOR or code.startswith(_MINOR_REPAIR)
    )
    if minor_repair > cap_minor:
        raise RepairRefused(pointer=pointer, cap=format_amount(cap_minor))

"""What rent does to the books: debts and mirrors of tenants, income, what is paid ahead, and the costs that follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.lease import fee_of, tax_of
from ledger.rules.money import format_factor
from ledger.store.append import Journal, Recorded
from ledger.store.leases import Rent, costs_so_far
from ledger.store.own import own
from ledger.store.tables import Lease, RentCost

RECEIVABLE = "Assets:PublicIncome:Receivable:Tenant"
UNCOLLECTED = "Liabilities:PublicIncome:Uncollected:Tenant"
PREPAID = "Liabilities:PublicIncome:Prepaid"
REFUNDABLE = "Liabilities:PublicIncome:Refundable"
_FEE = ("Expenses:PublicIncome:Cost:ManagementFee", "Liabilities:PublicIncome:Payable:Trustee")
_TAX = ("Expenses:PublicIncome:Cost:Tax", "Liabilities:PublicIncome:Tax")
#: The accounts that the fee and the tax of a contract move.
COSTS = (*_FEE, *_TAX)
TRUSTEE_ZH = "受托人"


@dataclass(frozen=True, slots=True)
class Paid:
    """So much of an instalment, in fen, is paid out of the rent that act ``receipt_seq`` brought."""

    rent: Rent
    receipt_seq: int
    amount_minor: int


def lease_of(journal: Journal, code: str, pointer: str = "/contract") -> Lease:
    """Return a contract of public income; raises ``NotFound``."""
    return own(journal.session, Lease, journal.compound, code, pointer)


def debt(contract: str, amount_minor: int) -> tuple[Posting, Posting]:
    """Return what a tenant owes more, in fen, and its mirror; below zero: owes less."""
    return (
        Posting(RECEIVABLE, amount_minor, contract=contract),
        Posting(UNCOLLECTED, -amount_minor, contract=contract),
    )


def settled(lease: Lease, parts: Sequence[Paid]) -> list[Posting]:
    """Return debts that go, with their mirrors, and the income that is there."""
    total = sum(part.amount_minor for part in parts)
    if not total:
        return []
    return [*debt(lease.code, -total), Posting(lease.account, -total, contract=lease.code)]


def settlement_rows(parts: Sequence[Paid], first_line: int = 1) -> list[dict[str, Any]]:
    """Return the rows of settlements."""
    return [
        {
            "line": line,
            "contract": part.rent.contract,
            "number": part.rent.number,
            "receipt_seq": part.receipt_seq,
            "amount_minor": part.amount_minor,
        }
        for line, part in enumerate(parts, first_line)
    ]


def costs_of(
    journal: Journal, lease: Lease, income_minor: int
) -> tuple[list[Posting], dict[str, Any] | None]:
    """Return the fee and the tax that come with so much more income (below zero: less), and their row.

    Both follow the income to date, so that what is given back with the last of it leaves nothing behind.
    """
    base, fee_before, tax_before = costs_so_far(journal.session, journal.compound, lease.code)
    fee = fee_of(base + income_minor, lease.fee_bp) - fee_before
    tax = tax_of(base + income_minor, lease.tax_bp) - tax_before
    if not (lease.fee_bp or lease.tax_bp) or not income_minor:
        return [], None
    postings = []
    for (cost, owed), minor in ((_FEE, fee), (_TAX, tax)):
        if minor:
            postings += [
                Posting(cost, minor, contract=lease.code),
                Posting(owed, -minor, contract=lease.code),
            ]
    row = {
        "contract": lease.code,
        "income_minor": income_minor,
        "fee_minor": fee,
        "tax_minor": tax,
    }
    return postings, row


def accrue_costs(
    journal: Journal, incomes: Sequence[tuple[Lease, int]], income_seq: int, day: date
) -> Recorded | None:
    """Post the fee and the tax on income of contracts that say so, as one entry linked to the income's act."""
    postings: list[Posting] = []
    rows = []
    for lease, income_minor in incomes:
        lines, row = costs_of(journal, lease, income_minor)
        if row is not None:
            postings += lines
            rows.append({**row, "income_seq": income_seq})
    if not rows:
        return None
    if not postings:  # less than a fen: the income counts towards the next
        return journal.record("rent_cost", day, {RentCost: rows})
    entry = Entry(
        Kind.RENT_COST,
        day,
        _words([lease for lease, _ in incomes]),
        tuple(postings),
        counterparty=TRUSTEE_ZH,
        authority=incomes[0][0].authority if len(incomes) == 1 else None,
    )
    return journal.record("rent_cost", day, {RentCost: rows}, entry=entry)


def _words(leases: Sequence[Lease]) -> str:
    if len(leases) > 1:
        return "合同租金的委托管理服务费与税费"
    lease = leases[0]
    parts = []
    if lease.fee_bp:
        parts.append(f"委托管理服务费 {format_factor(lease.fee_bp)}")
    if lease.tax_bp:
        parts.append(f"税费 {format_factor(lease.tax_bp)}(按不含税)")
    return f"合同 {lease.code} " + " 与".join(parts)

"""What the reversal of an act of public income is by now, and what it undoes: charges, settlements, fee and tax."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlmodel import select

from ledger.actions.renting import COSTS, PREPAID, RECEIVABLE, UNCOLLECTED, costs_of, debt, lease_of
from ledger.errors import ReversalRefused
from ledger.rules.entry import Entry, Kind, Posting
from ledger.store.append import Journal
from ledger.store.leases import rents
from ledger.store.tables import AssetIncome, LeaseEnd, RentCharge, RentCost, RentReceipt, RentSettlement

Rows = dict[Any, list[dict[str, Any]]]


def dues_back(journal: Journal, seq: int, entry: Entry) -> tuple[Entry, Rows]:
    """Return the reversal of a due run: nothing of it may have been paid, nor lapsed with its contract.

    Raises:
        ReversalRefused: something has.
    """
    query = select(RentCharge).where(RentCharge.compound == journal.compound, RentCharge.seq == seq)
    rows = list(journal.session.exec(query))
    known = {(one.contract, one.number): one for one in rents(journal.session, journal.compound)}
    for row in rows:
        rent = known[row.contract, row.number]
        if rent.settled_minor or rent.charged_minor != row.amount_minor:
            raise _refused(
                seq, "其中租金已收款或合同已终止", "rent of it has been paid, or its contract has ended"
            )
    back = [
        {"contract": row.contract, "number": row.number, "amount_minor": -row.amount_minor} for row in rows
    ]
    return entry, {RentCharge: back}


def rent_back(journal: Journal, seq: int, entry: Entry) -> tuple[Entry, Rows]:
    """Return the reversal of received rent: also what was paid ahead of it and has been released since (E05).

    Raises:
        ReversalRefused: some of it is owed back to the tenant, or has gone back.
    """
    receipt = journal.session.get_one(RentReceipt, (journal.compound, seq))
    lease = lease_of(journal, receipt.contract)
    postings = _own(entry, lease.account, lease.code)
    if journal.session.get(LeaseEnd, (journal.compound, lease.code)) is not None:
        raise _refused(seq, "合同已提前终止", "its contract has been ended")
    query = select(RentSettlement).where(
        RentSettlement.compound == journal.compound, RentSettlement.receipt_seq == seq
    )
    settled: dict[int | None, int] = defaultdict(int)
    for row in journal.session.exec(query):
        settled[row.number] += row.amount_minor
    if settled.pop(None, 0):
        raise _refused(seq, "其中已转应退款", "some of it is owed back")
    settled = defaultdict(int, {number: minor for number, minor in settled.items() if minor})
    income = sum(settled.values())
    ahead = receipt.amount_minor - income
    if income:
        postings += [
            *debt(lease.code, income),
            Posting(lease.account, income, contract=lease.code),
        ]
    if ahead:
        postings.append(Posting(PREPAID, ahead, contract=lease.code))
    rows = [
        {"line": line, "contract": lease.code, "number": number, "receipt_seq": seq, "amount_minor": minor}
        for line, (number, minor) in enumerate(
            [*((number, -minor) for number, minor in settled.items()), (None, receipt.amount_minor)], 1
        )
    ]
    costs, cost = costs_of(journal, lease, -income)
    facts: Rows = {RentSettlement: rows}
    if cost is not None:
        facts[RentCost] = [{**cost, "income_seq": seq}]
    return replace(entry, postings=(*postings, *costs)), facts


def income_back(journal: Journal, seq: int, entry: Entry) -> tuple[Entry, Rows]:
    """Return the reversal of other public income: its month lacks it again, and the fee and tax on it go."""
    row = journal.session.get(AssetIncome, (journal.compound, seq))
    if row is None:
        return entry, {}
    facts: Rows = {
        AssetIncome: [
            {
                "month": row.month,
                "asset": row.asset,
                "contract": row.contract,
                "amount_minor": -row.amount_minor,
            }
        ]
    }
    if row.contract is None:
        return entry, facts
    costs, cost = costs_of(journal, lease_of(journal, row.contract), -row.amount_minor)
    if cost is not None:
        facts[RentCost] = [{**cost, "income_seq": seq}]
    return replace(entry, postings=(*entry.postings, *costs)), facts


def deposit_back(journal: Journal, seq: int, entry: Entry) -> tuple[Entry, Rows]:
    """Return the reversal of a deposit that went back: the rent that was kept of it is owed again (E14)."""
    if journal.session.get(RentReceipt, (journal.compound, seq)) is None:
        return entry, {}
    return rent_back(journal, seq, entry)


def _refused(seq: int, zh: str, en: str) -> ReversalRefused:
    return ReversalRefused(pointer="/seq", seq=seq, why_zh=zh, why_en=en)


def _own(entry: Entry, account: str, contract: str) -> list[Posting]:
    """Return the lines of a reversal that are not about the rent of a contract and its costs."""
    of_rent = {account, RECEIVABLE, UNCOLLECTED, PREPAID, *COSTS}
    return [line for line in entry.postings if not (line.contract == contract and line.account in of_rent)]


#: Undone only with the act that they belong to.
NEVER = {
    Kind.RENT_RELEASE: ("预收租金冲抵随原收款冲销", "a release is undone by reversing the rent received"),
    Kind.RENT_COST: ("管理费与税费随租金收入冲销", "fee and tax are undone with the income they came with"),
    Kind.LEASE_END: ("合同终止不能冲销,请登记新合同", "a contract that was ended is recorded anew"),
}
#: How the reversal of an act is found as it must be by now.
UNDO: dict[Kind, Callable[[Journal, int, Entry], tuple[Entry, Rows]]] = {
    Kind.RENT_DUE: dues_back,
    Kind.RENT: rent_back,
    Kind.PUBLIC_INCOME: income_back,
    Kind.DEPOSIT_RELEASE: deposit_back,
}

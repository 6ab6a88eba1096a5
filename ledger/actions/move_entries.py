"""The entries of a request between funds: decided, paid, arrived (E18, E19, E39, E44)."""

from __future__ import annotations

from datetime import date

from ledger.rules.between import REPAIR, MoveKind
from ledger.rules.entry import Entry, Kind, Posting
from ledger.store.tables import FundMove

_TRANSIT = "Assets:Repair:Custody:Transit"
_KINDS = {
    MoveKind.TRANSFER: Kind.TRANSFER,
    MoveKind.LOAN: Kind.LOAN,
    MoveKind.REPAYMENT: Kind.LOAN,
    MoveKind.LOSS: Kind.LOAN,
    MoveKind.SUPPLIER: Kind.UTILITY,
    MoveKind.SWEEP: Kind.SWEEP,
}
_ZH = {
    MoveKind.TRANSFER: "划转付款",
    MoveKind.LOAN: "资金间借款",
    MoveKind.REPAYMENT: "归还资金间借款",
    MoveKind.SUPPLIER: "支付供应单位",
    MoveKind.SWEEP: "账户间转款",
}


def decided(row: FundMove, utility: str, effective_on: date) -> Entry:
    """Return what is owed from now on, or the loss that a lender bears of what ``utility`` owes."""
    one, other, minor = row.from_fund, row.to_fund, row.amount_minor
    if row.kind == MoveKind.TRANSFER:
        postings = (
            Posting(f"Equity:{one}:Transfer:{other}", minor),
            Posting(f"Liabilities:{one}:DueTo:{other}", -minor),
            Posting(f"Assets:{other}:DueFrom:{one}", minor),
            Posting(f"Equity:{other}:Transfer:{one}", -minor),
        )
    else:
        postings = (
            Posting(row.account or "", minor),
            Posting(f"Assets:{one}:LoanTo:{other}", -minor),
            Posting(f"Liabilities:{other}:LoanFrom:{one}", minor),
            Posting(utility, -minor),
        )
    return _entry(row, postings, effective_on, row.purpose)


def paid(row: FundMove, effective_on: date) -> Entry:
    """Return the money's way: out of one fund's part of an account, into another, in transit, or to a supplier."""
    one, other, minor = row.from_fund, row.to_fund, row.amount_minor
    words = f"{_ZH[MoveKind(row.kind)]} {row.purpose}"
    out = Posting(f"Assets:{one}:Bank:{row.from_bank}", -minor)
    if row.kind == MoveKind.SWEEP:
        return _entry(
            row, (Posting(f"Assets:{one}:Clearing:Transit", minor), out), effective_on, words, "bank"
        )
    if row.kind == MoveKind.SUPPLIER:
        return _entry(row, (Posting(row.account or "", minor), out), effective_on, words, "bank")
    destination = row.account if row.to_bank is None else f"Assets:{other}:Bank:{row.to_bank}"
    into = Posting(_TRANSIT if other == REPAIR else destination or "", minor)
    owed, owing = {
        MoveKind.TRANSFER: (f"Liabilities:{one}:DueTo:{other}", f"Assets:{other}:DueFrom:{one}"),
        MoveKind.LOAN: (f"Assets:{one}:LoanTo:{other}", f"Liabilities:{other}:LoanFrom:{one}"),
        MoveKind.REPAYMENT: (f"Liabilities:{one}:LoanFrom:{other}", f"Assets:{other}:LoanTo:{one}"),
    }[MoveKind(row.kind)]
    postings = (Posting(owed, minor), out, into, Posting(owing, -minor))
    return _entry(row, postings, effective_on, words, "bank")


def arrived(row: FundMove, effective_on: date, document: str | None) -> Entry:
    """Return the arrival of what was in transit: at the custodian, by its document, or in another bank account."""
    if row.to_fund == REPAIR:
        postings = (Posting(row.account or "", row.amount_minor), Posting(_TRANSIT, -row.amount_minor))
        return Entry(
            Kind.CUSTODY, effective_on, f"专户确认 {row.purpose}"[:200], postings, authority=document
        )
    postings = (
        Posting(f"Assets:{row.to_fund}:Bank:{row.to_bank}", row.amount_minor),
        Posting(f"Assets:{row.to_fund}:Clearing:Transit", -row.amount_minor),
    )
    return _entry(row, postings, effective_on, f"到账 {row.purpose}", "bank")


def _entry(
    row: FundMove, postings: tuple[Posting, ...], on: date, words: str, channel: str | None = None
) -> Entry:
    return Entry(
        _KINDS[MoveKind(row.kind)],
        on,
        words[:200],
        postings,
        counterparty=row.payee,
        authority=row.authority or None,
        channel=channel,
    )

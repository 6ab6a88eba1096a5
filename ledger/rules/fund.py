"""What a fund is worth and what of it may be spent (chart 2.3)."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.errors import FundShort
from ledger.rules.chart import fund_of, group_of
from ledger.rules.money import format_amount

#: Groups of assets that are there and cannot be spent: lent, advanced, or not explained yet.
LENT = frozenset({"DueFrom", "LoanTo", "Advance", "DepositPaid", "Suspense", "Custody"})
_BORROWED = frozenset({"LoanFrom", "Bridging"})


def funds_in(balances: Mapping[str, int]) -> list[str]:
    """Return the funds that have an account in ``balances``, by code point."""
    return sorted({fund_of(code) for code in balances})


def net(balances: Mapping[str, int], fund: str) -> int:
    """Return assets plus liabilities of a fund, in fen; mirrored receivables cancel."""
    return sum(
        minor
        for code, minor in balances.items()
        if code.startswith(("Assets:", "Liabilities:")) and fund_of(code) == fund
    )


def spendable(balances: Mapping[str, int], fund: str) -> int:
    """Return what a fund can spend, in fen.

    spendable = net + LoanFrom + Bridging − (DueFrom + LoanTo + Advance + DepositPaid + Suspense + Custody +
    Clearing:Trustee): what was borrowed by vote is there to be spent, what was lent or is owed by others is not.
    """
    total = net(balances, fund)
    for code, minor in balances.items():
        if fund_of(code) != fund:
            continue
        group = group_of(code)
        is_lent = group in LENT or code.endswith(":Clearing:Trustee")
        if (code.startswith("Assets:") and is_lent) or (
            code.startswith("Liabilities:") and group in _BORROWED
        ):
            total -= minor  # a liability is negative, so taking it away adds what was borrowed
    return total


def check_spendable(
    balances: Mapping[str, int], fund: str, amount_minor: int, pointer: str = "/amount"
) -> None:
    """Refuse a decision that would make the fund's spendable money negative (I3).

    Raises:
        FundShort: it would.
    """
    available = spendable(balances, fund)
    if amount_minor > available:
        raise FundShort(
            pointer=pointer,
            fund=fund,
            available=format_amount(available),
            amount=format_amount(amount_minor),
        )

"""Deposits: third parties' money that goes back, by whom it is from."""

from __future__ import annotations

from enum import StrEnum


class Deposit(StrEnum):
    """What a deposit is for. A renovation deposit is a unit's; the others stand under a contract or reference."""

    RENOVATION = "renovation"
    TENDER = "tender"
    TENANT = "tenant"
    OTHER = "other"


DEPOSIT_ZH = {
    Deposit.RENOVATION: "装修押金",
    Deposit.TENDER: "投标履约保证金",
    Deposit.TENANT: "承租押金",
    Deposit.OTHER: "其他押金",
}


def deposit_account(deposit: Deposit) -> str:
    """Return the liability that holds deposits of a kind."""
    return f"Liabilities:Agency:Deposit:{deposit.capitalize()}"

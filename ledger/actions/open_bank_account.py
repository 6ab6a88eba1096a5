"""Open a bank account: it opens ``Assets:<Fund>:Bank:<Code>`` in each fund that has a part of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlmodel import col, select

from ledger.errors import AlreadyExists, NotFound, RequestMalformed, TextRefused
from ledger.rules import chart
from ledger.rules.period import first_day, month_of, next_month
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_text
from ledger.rules.unit import check_bank_code
from ledger.store.append import Journal, Recorded
from ledger.store.tables import AccountRow, BankAccount

_LONG_NUMBER = re.compile(r"\d{7,}")


@dataclass(frozen=True, slots=True)
class OpenBankAccount:
    """A bank account: its code, a label with at most the last digits of its number, and its funds."""

    code: str
    label: str
    funds: tuple[str, ...]


def open_bank_account(journal: Journal, command: OpenBankAccount) -> Recorded:
    """Open the account in its funds.

    Raises:
        AlreadyExists: the code is taken.
        TextRefused: the label shows a whole account number.
    """
    require(journal.actor, KEEPERS)
    code = check_bank_code(command.code)
    label = check_text(command.label, "/label", NAME_LIMIT)
    if _LONG_NUMBER.search(label):
        raise TextRefused(
            pointer="/label",
            why_zh="含完整账号,只写末四位",
            why_en="shows a whole account number; write the last four digits",
        )
    if not command.funds:
        raise RequestMalformed(pointer="/funds", why_zh="请至少注明一项资金", why_en="name at least one fund")
    if code in bank_accounts(journal):
        raise AlreadyExists(pointer="/code", what=code)
    opened = next_month(journal.closed_through) if journal.closed_through else month_of(journal.opened_on)
    accounts = [chart.account(f"Assets:{fund}:Bank:{code}") for fund in dict.fromkeys(command.funds)]
    rows = [
        {
            "code": account.code,
            "fund": account.fund,
            "type": account.type,
            "zh": account.zh,
            "detail": account.detail,
            "opened_on": first_day(opened),
        }
        for account in accounts
    ]
    bank = {"code": code, "label": label, "funds": " ".join(account.fund for account in accounts)}
    return journal.record("bank_account_opened", journal.today, {BankAccount: [bank], AccountRow: rows})


def bank_accounts(journal: Journal) -> dict[str, tuple[str, ...]]:
    """Return the compound's bank accounts with their funds."""
    rows = journal.session.exec(select(BankAccount).where(col(BankAccount.compound) == journal.compound))
    return {row.code: tuple(row.funds.split()) for row in rows}


def check_bank(journal: Journal, code: str, fund: str, pointer: str = "/bank") -> str:
    """Return the account of a fund's part of a bank account.

    Raises:
        NotFound: there is no such bank account, or the fund has no part of it.
    """
    if fund not in bank_accounts(journal).get(code, ()):
        raise NotFound(pointer=pointer, what=f"{code} ({fund})")
    return f"Assets:{fund}:Bank:{code}"

"""Open a bank account: it opens ``Assets:<Fund>:Bank:<Code>`` in each fund that has a part of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ledger.errors import AlreadyExists, NotFound, RequestMalformed, TextRefused
from ledger.rules import chart
from ledger.rules.period import first_day
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_text
from ledger.rules.unit import check_bank_code
from ledger.store import statements
from ledger.store.append import Journal, Recorded
from ledger.store.lines import account_rows
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
    if funds_of_bank(journal, code):
        raise AlreadyExists(pointer="/code", what=code)
    funds = list(dict.fromkeys(command.funds))
    accounts = [chart.account(f"Assets:{fund}:Bank:{code}").code for fund in funds]
    bank = {"code": code, "label": label, "funds": " ".join(funds)}
    return journal.record(
        "bank_account_opened",
        journal.today,
        {BankAccount: [bank], AccountRow: account_rows(accounts, first_day(journal.earliest_open))},
    )


def funds_of_bank(journal: Journal, code: str) -> tuple[str, ...]:
    """Return the funds that have a part of a bank account; none if there is no such account."""
    query = {"of": journal.compound, "bank": code}
    funds = journal.connection.execute(statements.BANK_FUNDS, query).scalar()
    return tuple(funds.split()) if funds else ()


def check_bank(journal: Journal, code: str, fund: str, pointer: str = "/bank") -> str:
    """Return the account of a fund's part of a bank account.

    Raises:
        NotFound: there is no such bank account, or the fund has no part of it.
    """
    if fund not in funds_of_bank(journal, code):
        raise NotFound(pointer=pointer, what=f"{code} ({fund})")
    return f"Assets:{fund}:Bank:{code}"

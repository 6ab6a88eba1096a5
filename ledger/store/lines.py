"""An entry as rows: its head with the voucher number, and its postings, each private one with a salt of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from ledger.rules import chart
from ledger.rules.entry import Entry

Row = dict[str, Any]


def entry_row(
    entry: Entry, month: str, voucher_no: int, approved_by: str | None, remark_hash: str | None
) -> Row:
    """Return the row of an entry, without its compound and number."""
    return {
        "month": month,
        "voucher_no": voucher_no,
        "effective_on": entry.effective_on,
        "occurred_on": entry.occurred_on or entry.effective_on,
        "kind": str(entry.kind),
        "narration": entry.narration,
        "counterparty": entry.counterparty,
        "authority": entry.authority,
        "channel": entry.channel,
        "approved_by": approved_by,
        "reverses": entry.reverses,
        "corrects": entry.corrects,
        "remark_hash": remark_hash,
        "posting_count": len(entry.postings),
    }


def posting_rows(entry: Entry, salt: Callable[[], str]) -> list[Row]:
    """Return the rows of an entry's postings, numbered from 1."""
    return [
        {
            "line": line,
            "account": posting.account,
            "fund": posting.fund,
            "amount_minor": posting.amount_minor,
            "currency": posting.currency,
            "unit": posting.unit,
            "debtor": posting.debtor,
            "item": posting.item,
            "charge": posting.charge,
            "period": posting.period,
            "receipt": posting.receipt,
            "contract": posting.contract,
            "salt": salt() if posting.unit is not None else None,
        }
        for line, posting in enumerate(entry.postings, 1)
    ]


def account_rows(codes: Iterable[str], opened_on: date) -> list[Row]:
    """Return the rows of accounts that are used for the first time."""
    return [
        {
            "code": account.code,
            "fund": account.fund,
            "type": account.type,
            "zh": account.zh,
            "detail": account.detail,
            "opened_on": opened_on,
        }
        for account in map(chart.account, sorted(codes))
    ]

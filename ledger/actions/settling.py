"""The postings and rows of a settlement: the debt goes, its mirror is released, and the income is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from ledger.rules.charge import FEE_ITEMS
from ledger.rules.entry import Posting
from ledger.rules.settle import Settled


def settlement_postings(settled: Sequence[tuple[Settled, int | None]]) -> list[Posting]:
    """Return receivables (credit), mirrors (debit) and income (credit) of settlements with their receipt numbers.

    Receivable and income carry the unit; the mirror carries the debtor kind only (chart 2.2).
    """
    postings: list[Posting] = []
    mirrors: dict[str, int] = defaultdict(int)
    for part, receipt in settled:
        charge, item = part.charge, FEE_ITEMS[part.charge.item]
        mirrors[item.uncollected(charge.party)] += part.amount_minor
        postings += [
            Posting(
                account,
                -part.amount_minor,
                unit=charge.unit,
                debtor=charge.debtor,
                item=charge.item,
                charge=charge.id,
                period=charge.period,
                receipt=receipt,
            )
            for account in (item.receivable(charge.party), item.income(charge.party))
        ]
    return postings + [Posting(code, mirrors[code]) for code in sorted(mirrors)]


def settlement_rows(settled: Sequence[tuple[Settled, int | None]]) -> list[dict[str, Any]]:
    """Return the rows of settlements, numbered from 1."""
    return [
        {
            "line": line,
            "charge_seq": part.charge.seq,
            "charge_line": part.charge.line,
            "receipt": receipt,
            "amount_minor": part.amount_minor,
        }
        for line, (part, receipt) in enumerate(settled, 1)
    ]

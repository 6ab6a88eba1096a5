"""Take a receipt back: what it settled is open again, what was released from it since is undone with it (E05, E06).

A mistake and a returned payment differ. A mistake never happened: its interruption of limitation goes with it, and it
cannot be taken back while money of it has been given back. A returned payment is a fact: the interruption stays, and
what was given back of it meanwhile is a loss with a claim. Months that were given for the money are owed again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import col, func, select

from ledger.actions.promise import promises_back
from ledger.actions.settling import mirrored, on_charge
from ledger.actions.taking import standing_now
from ledger.actions.undo_relief import Rows, reliefs_back
from ledger.errors import ReversalRefused
from ledger.rules.charge import item_of
from ledger.rules.entry import Entry, Posting
from ledger.store.append import Journal
from ledger.store.debts import debt
from ledger.store.tables import (
    Act,
    Charge,
    Interruption,
    ParkedClaim,
    PostingRow,
    Receipt,
    Relief,
    Settlement,
)


@dataclass(frozen=True, slots=True)
class _Paid:
    """What the receipt has settled on one charge, in fen, its disputed part among it."""

    seq: int
    line: int
    amount_minor: int


def receipt_back(journal: Journal, seq: int, entry: Entry, *, returned: bool) -> tuple[Entry, Rows]:
    """Return the reversal of the receipt of act ``seq`` as it must be by now, and the rows that undo its facts.

    ``entry`` is the exact reversal of what was posted then.

    Raises:
        ReversalRefused: a mistake, and money of it has been given back.
    """
    receipt = journal.session.exec(
        select(Receipt).where(Receipt.compound == journal.compound, Receipt.seq == seq)
    ).one()
    promised, waived, waivers = promises_back(journal, receipt.number)
    settled = _settlements(journal, receipt.number)
    facts: Rows = {
        Settlement: [
            {
                "line": line,
                "charge_seq": row.charge_seq,
                "charge_line": row.charge_line,
                "receipt": receipt.number,
                "amount_minor": -row.amount_minor,
            }
            for line, row in enumerate(settled, 1)
        ],
        Relief: reliefs_back(journal, seq),
        ParkedClaim: _claim_back(journal, seq, receipt.number),
        Charge: _raised_back(journal, seq),
    }
    paid = _paid(settled)
    own = len(facts[Relief])
    facts[Relief] += [{**row, "line": own + line} for line, row in enumerate(promised, 1)]
    if returned:
        facts[Interruption] = _interruptions(journal, receipt, paid)
    since = journal.session.exec(
        select(PostingRow)
        .where(PostingRow.compound == journal.compound, PostingRow.receipt == receipt.number)
        .where(PostingRow.seq > seq)
        .order_by(col(PostingRow.seq), col(PostingRow.line))
    ).all()
    _check_day(journal, receipt, entry, {row.seq for row in since} | waivers)
    if not since and standing_now(journal, entry.postings) == list(entry.postings):
        return replace(entry, postings=(*entry.postings, *waived)), facts
    lines = [*_lines(journal, seq, entry, since, paid, facts[Relief][:own]), *waived]
    short = -sum(line.amount_minor for line in lines)
    if short:
        if not returned:
            raise ReversalRefused(
                pointer="/seq",
                seq=seq,
                why_zh="其中一部分已经退款,先冲销退款;若是银行退回款项,请注明退回",
                why_en="part of it has been given back; reverse that first, or say that the bank returned it",
            )
        lines += loss(entry.postings[0].fund, short)
    return replace(entry, postings=tuple(lines)), facts


def loss(fund: str, amount_minor: int) -> list[Posting]:
    """Return a loss with its claim, which is mirrored like every receivable (E06)."""
    return [
        Posting(f"Expenses:{fund}:Loss", amount_minor),
        Posting(f"Assets:{fund}:Receivable:Claim", amount_minor),
        Posting(f"Liabilities:{fund}:Uncollected:Claim", -amount_minor),
    ]


def _check_day(journal: Journal, receipt: Receipt, entry: Entry, since: set[int]) -> None:
    """Refuse a day before something that was done with the money or given for it: that would be undone too early."""
    query = select(func.max(Act.effective_on)).where(
        Act.compound == journal.compound, col(Act.seq).in_(since)
    )
    newest = journal.session.exec(query).one() if since else None
    if newest is not None and entry.effective_on < newest:
        raise ReversalRefused(
            pointer="/effective_on",
            seq=receipt.seq,
            why_zh=f"这笔钱在 {newest.isoformat()} 还有冲抵、退款或免收,冲销日期不能更早",
            why_en=f"its money was used, or gave a month, on {newest.isoformat()}: do not date it before that",
        )


def _settlements(journal: Journal, number: int) -> list[Settlement]:
    query = select(Settlement).where(Settlement.compound == journal.compound, Settlement.receipt == number)
    return sorted(journal.session.exec(query), key=lambda row: (row.seq, row.line))


def _paid(settled: Sequence[Settlement]) -> list[_Paid]:
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for row in settled:
        sums[row.charge_seq, row.charge_line] += row.amount_minor
    return [_Paid(*key, minor) for key, minor in sums.items() if minor]


def _claim_back(journal: Journal, seq: int, number: int) -> list[dict[str, Any]]:
    query = select(ParkedClaim).where(ParkedClaim.compound == journal.compound, ParkedClaim.seq == seq)
    return [
        {"number": row.number, "receipt": number, "amount_minor": -row.amount_minor}
        for row in journal.session.exec(query)
    ]


def _raised_back(journal: Journal, seq: int) -> list[dict[str, Any]]:
    """Return negative charges that take back those which the receipt raised and paid in one act."""
    query = select(Charge).where(Charge.compound == journal.compound, Charge.seq == seq)
    names = ("line", "unit", "debtor", "party", "item", "period", "due_on")
    return [
        {name: getattr(row, name) for name in names}
        | {"amount_minor": -row.amount_minor, "corrects_seq": row.seq, "corrects_line": row.line}
        for row in journal.session.exec(query)
    ]


def _interruptions(journal: Journal, receipt: Receipt, paid: Iterable[_Paid]) -> list[dict[str, Any]]:
    """Return the interruptions that stay although the payment went back: one a debtor (时效规定 14)."""
    through: dict[tuple[str, int], str] = {}
    for one in paid:
        charge = debt(journal.session, journal.compound, f"{one.seq}-{one.line}").charge
        if charge.seq == receipt.seq:
            continue
        key = (charge.unit, charge.debtor)
        through[key] = max(through.get(key, ""), charge.period)
    return [
        {
            "line": line,
            "unit": unit,
            "debtor": debtor,
            "kind": "partial_payment",
            "happened_on": receipt.received_on,
            "through": period,
        }
        for line, ((unit, debtor), period) in enumerate(sorted(through.items()), 1)
    ]


def _lines(
    journal: Journal,
    seq: int,
    entry: Entry,
    since: Sequence[PostingRow],
    paid: Iterable[_Paid],
    relieved: Sequence[dict[str, Any]],
) -> list[Posting]:
    """Return the money's legs, the debts as they stand now, their income, and what is left of the rest."""
    money = [line for line in entry.postings if line.receipt is None and ":Uncollected:" not in line.account]
    kept = [line for line in entry.postings if line.receipt is not None and _is_held(line.account)]
    kept += [
        Posting(row.account, -row.amount_minor, *_columns(row)) for row in since if _is_held(row.account)
    ]
    receivables: list[Posting] = []
    income: list[Posting] = []
    for one in paid:
        found = debt(journal.session, journal.compound, f"{one.seq}-{one.line}")
        charge, item = found.charge, item_of(found.charge.item)
        of_charge = [
            row for row in relieved if (row["charge_seq"], row["charge_line"]) == (one.seq, one.line)
        ]
        disputed = sum(row["amount_minor"] for row in of_charge if row["kind"] == "dispute")
        written_off = sum(row["amount_minor"] for row in of_charge if row["kind"] == "write_off")
        plain = one.amount_minor - disputed - written_off
        if one.seq == seq:  # raised and settled in one act: it was never a receivable
            plain = 0
        receipt = next((line.receipt for line in entry.postings if line.receipt is not None), None)
        for standing, minor in ((charge.standing, plain), (charge.disputed_standing, disputed)):
            if minor:
                receivables.append(on_charge(item.receivable(standing), minor, charge, receipt))
        income.append(on_charge(item.income(charge.party), one.amount_minor, charge, receipt))
    return [*money, *receivables, *income, *mirrored(receivables), *_netted(kept)]


def _is_held(account: str) -> bool:
    return account.endswith((":Prepaid", ":Refundable"))


def _columns(row: PostingRow) -> tuple[Any, ...]:
    return row.unit, row.debtor, row.item, row.charge, row.period, row.receipt


def _netted(lines: Iterable[Posting]) -> list[Posting]:
    """Return one line for each account, unit and debtor."""
    sums: dict[Posting, int] = defaultdict(int)
    for line in lines:
        key = Posting(line.account, 0, line.unit, line.debtor, receipt=line.receipt)
        sums[key] += line.amount_minor
    return [replace(key, amount_minor=minor) for key, minor in sums.items() if minor]

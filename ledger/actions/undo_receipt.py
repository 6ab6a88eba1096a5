"""Take a receipt back: what it settled is open again, what was released from it since is undone with it (E05, E06).

A mistake and a returned payment differ. A mistake never happened: its interruption of limitation goes with it, and it
cannot be taken back while money of it has been given back. A returned payment is a fact: the interruption stays, and
what was given back of it meanwhile is a loss with a claim.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import col, select

from ledger.actions.settling import mirrored, on_charge
from ledger.actions.taking import standing_now
from ledger.actions.undo_relief import Rows, reliefs_back
from ledger.errors import ReversalRefused
from ledger.rules.charge import FEE_ITEMS
from ledger.rules.entry import Entry, Posting
from ledger.store.append import Journal
from ledger.store.debts import debt, reliefs
from ledger.store.tables import (
    Charge,
    Interruption,
    ParkedClaim,
    PostingRow,
    PromisedWaiver,
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
    _check_promises(journal, receipt)
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
    if returned:
        facts[Interruption] = _interruptions(journal, receipt, paid)
    since = journal.session.exec(
        select(PostingRow)
        .where(PostingRow.compound == journal.compound, PostingRow.receipt == receipt.number)
        .where(PostingRow.seq > seq)
        .order_by(col(PostingRow.seq), col(PostingRow.line))
    ).all()
    if not since and standing_now(journal, entry.postings) == list(entry.postings):
        return entry, facts
    lines = _lines(journal, seq, entry, since, paid, facts[Relief])
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


def _check_promises(journal: Journal, receipt: Receipt) -> None:
    """Refuse to take a receipt back while a month that was given for it is still waived."""
    promised = journal.session.exec(
        select(Charge.seq, Charge.line)
        .join(
            PromisedWaiver,
            (col(PromisedWaiver.compound) == Charge.compound)
            & (col(PromisedWaiver.unit) == Charge.unit)
            & (col(PromisedWaiver.debtor) == Charge.debtor)
            & (col(PromisedWaiver.item) == Charge.item)
            & (col(PromisedWaiver.period) == Charge.period),
        )
        .where(PromisedWaiver.compound == journal.compound, PromisedWaiver.receipt == receipt.number)
    )
    if any(reliefs(journal.session, journal.compound, *key).get("waiver", 0) for key in promised):
        raise ReversalRefused(
            pointer="/seq",
            seq=receipt.seq,
            why_zh="按预缴优惠已减免,先冲销该减免",
            why_en="a month was waived for it; reverse that waiver first",
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
        charge, item = found.charge, FEE_ITEMS[found.charge.item]
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

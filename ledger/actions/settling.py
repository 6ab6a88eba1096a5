"""The postings and rows of a settlement: the debt goes, its mirror is released, and the income is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from ledger.errors import ChargeNotYet
from ledger.rules.charge import item_of
from ledger.rules.entry import Posting
from ledger.rules.settle import OpenCharge, Settled
from ledger.store.append import Facts, Journal
from ledger.store.debts import charged_on
from ledger.store.tables import Relief, Settlement

#: Parts of charges with the receipt that pays them; None for a prepayment that was brought forward.
Paid = Sequence[tuple[Settled, int | None]]

#: The authority of a dispute that ends because its charge was paid: without more, or under reservation.
_PAID, RESERVED = "paid", "reserved"


def check_there(journal: Journal, charge: OpenCharge, on: date, pointer: str) -> None:
    """Refuse to touch a charge on a day before it was in the books: the debt would be less than nothing until then.

    Raises:
        ChargeNotYet: it came later.
    """
    begun = charged_on(journal.session, journal.compound, charge.seq)
    if on < begun:
        raise ChargeNotYet(pointer=pointer, charge=charge.id, day=begun.isoformat(), on=on.isoformat())


def on_charge(account: str, amount_minor: int, charge: OpenCharge, receipt: int | None = None) -> Posting:
    """Return a posting that carries a charge's unit, debtor, item and period."""
    return Posting(
        account,
        amount_minor,
        unit=charge.unit,
        debtor=charge.debtor,
        item=charge.item,
        charge=charge.id,
        period=charge.period,
        receipt=receipt,
    )


def debt_postings(charge: OpenCharge, amount_minor: int, receipt: int | None = None) -> list[Posting]:
    """Return the receivables that an amount takes off a charge: its undisputed part first, then the disputed one."""
    item = item_of(charge.item)
    plain, disputed = charge.split(amount_minor)
    parts = ((charge.standing, plain), (charge.disputed_standing, disputed))
    return [on_charge(item.receivable(standing), -part, charge, receipt) for standing, part in parts if part]


def mirrored(receivables: Sequence[Posting]) -> list[Posting]:
    """Return the mirrors of receivables, one for each account: they carry the debtor kind only (chart 2.2)."""
    mirrors: dict[str, int] = defaultdict(int)
    for posting in receivables:
        mirror = posting.account.replace("Assets:", "Liabilities:", 1).replace(
            ":Receivable:", ":Uncollected:", 1
        )
        mirrors[mirror] -= posting.amount_minor
    return [Posting(code, mirrors[code]) for code in sorted(mirrors) if mirrors[code]]


def settlement_postings(settled: Paid) -> list[Posting]:
    """Return receivables (credit), income (credit) and mirrors (debit) of settlements.

    Receivable and income carry the unit; the mirror carries the debtor kind only.
    """
    postings: list[Posting] = []
    debts: list[Posting] = []
    for part, receipt in settled:
        charge = part.charge
        taken = debt_postings(charge, part.amount_minor, receipt)
        income = item_of(charge.item).income(charge.party)
        debts += taken
        postings += [*taken, on_charge(income, -part.amount_minor, charge, receipt)]
    return postings + mirrored(debts)


def settlement_facts(settled: Paid, ended: str = _PAID) -> Facts:
    """Return the rows of settlements, and of the disputes that they end (``ended`` says how)."""
    rows = [
        {
            "line": line,
            "charge_seq": part.charge.seq,
            "charge_line": part.charge.line,
            "receipt": receipt,
            "amount_minor": part.amount_minor,
        }
        for line, (part, receipt) in enumerate(settled, 1)
    ]
    contested = [(part.charge, part.charge.split(part.amount_minor)[1]) for part, _ in settled]
    disputes = [(charge, -minor) for charge, minor in contested if minor]
    return {Settlement: rows, Relief: relief_rows("dispute", disputes, ended)}


def relief_rows(
    kind: str, parts: Sequence[tuple[OpenCharge, int]], authority: str, first_line: int = 1
) -> list[dict[str, Any]]:
    """Return the rows of a waiver, a write-off or a dispute of so much of each charge, in fen."""
    return [
        {
            "line": line,
            "charge_seq": charge.seq,
            "charge_line": charge.line,
            "kind": kind,
            "amount_minor": minor,
            "authority": authority,
        }
        for line, (charge, minor) in enumerate(parts, first_line)
    ]

"""Owe a prepayment back: what a debtor has paid ahead becomes refundable; two keys then pay it out (scene S9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.actions.taking import Payer, debtors_of
from ledger.errors import RefundMissing
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import format_amount
from ledger.rules.roles import KEEPERS, require
from ledger.store.append import Journal, Recorded
from ledger.store.owed import Lot, prepaid_lots


@dataclass(frozen=True, slots=True)
class OweBack:
    """So much of what a unit's debtor has paid ahead is to be given back, in fen; all of it unless said."""

    unit: str
    effective_on: date
    amount_minor: int | None = None
    debtor: int | None = None


@dataclass(frozen=True, slots=True)
class OwedNow:
    """How much is now refundable, in fen."""

    recorded: Recorded
    unit: str
    debtor: int
    amount_minor: int


def owe_back(journal: Journal, command: OweBack) -> OwedNow:
    """Post prepayment, oldest lot first, as refundable.

    Raises:
        NotFound: there is no such unit or debtor.
        RefundMissing: less has been paid ahead.
    """
    require(journal.actor, KEEPERS)
    unit, debtor = debtors_of(journal, Payer(command.unit, debtor=command.debtor))[0]
    lots = [lot for lot in prepaid_lots(journal.session, journal.compound, unit=unit) if lot.debtor == debtor]
    held = sum(lot.left_minor for lot in lots)
    amount = held if command.amount_minor is None else command.amount_minor
    if not 0 < amount <= held:
        raise RefundMissing(
            pointer="/amount", unit=unit, held=format_amount(held), amount=format_amount(amount)
        )
    entry = Entry(
        Kind.REFUND_DUE, command.effective_on, "预收转应退", tuple(refundable_postings(lots, amount))
    )
    recorded = journal.record("refund_due", command.effective_on, entry=entry)
    return OwedNow(recorded, unit, debtor, amount)


def refundable_postings(lots: list[Lot], amount_minor: int) -> list[Posting]:
    """Return the postings that make so much of some lots refundable, each still known by its receipt."""
    postings = []
    for lot in lots:
        part = min(amount_minor, lot.left_minor)
        if part <= 0:
            continue
        amount_minor -= part
        whose = {"unit": lot.unit, "debtor": lot.debtor, "receipt": lot.receipt}
        postings += [
            Posting(f"Liabilities:{lot.fund}:Prepaid", part, **whose),  # type: ignore[arg-type]  # columns by name
            Posting(f"Liabilities:{lot.fund}:Refundable", -part, **whose),  # type: ignore[arg-type]  # as above
        ]
    return postings

"""What of a loan between funds, or of a supplier's bills, is left to be paid: no request takes more."""

from __future__ import annotations

from ledger.errors import FundShort, LoanShort, SupplierBillShort
from ledger.rules.between import MoveKind
from ledger.rules.money import format_amount
from ledger.store.append import Journal
from ledger.store.between import Loan, loans
from ledger.store.tables import FundMove, MeterGroup
from ledger.store.utilities import held_of_group, unpaid_bills


def check_loan_open(loan: Loan, amount_minor: int) -> None:
    """Refuse to take more off a loan than is open.

    Raises:
        LoanShort: less is.
    """
    if amount_minor > loan.open_minor:
        raise LoanShort(
            pointer="/amount", left=format_amount(loan.open_minor), amount=format_amount(amount_minor)
        )


def check_supplier_owed(
    journal: Journal, group: MeterGroup, amount_minor: int, *, promised_minor: int = 0
) -> None:
    """Refuse to pay a supplier more than it has billed; ``promised_minor`` is what is approved of the amount already.

    Raises:
        SupplierBillShort: less is unpaid.
    """
    left = unpaid_bills(journal.session, journal.compound, group.code) + promised_minor
    if amount_minor > left:
        raise SupplierBillShort(
            pointer="/amount",
            group=group.label,
            left=format_amount(left),
            amount=format_amount(amount_minor),
        )


def check_still_owed(journal: Journal, row: FundMove, *, is_paying: bool = False) -> None:
    """Refuse a request that takes more off a loan, or off a supplier's bills, than is left by now.

    What is paid (``is_paying``) has been promised already; the supplier may have taken a bill back since.

    Raises:
        LoanShort, SupplierBillShort: it does.
    """
    if row.loan is not None:
        for one in loans(journal.session, journal.compound):
            if one.id == row.loan:
                check_loan_open(one, row.amount_minor)
    elif row.meter_group is not None:
        group = journal.session.get_one(MeterGroup, (journal.compound, row.meter_group))
        promised = row.amount_minor if is_paying else 0
        check_supplier_owed(journal, group, row.amount_minor, promised_minor=promised)


def check_collected(journal: Journal, row: FundMove, *, is_paying: bool = False) -> None:
    """Refuse to pay a supplier, or a bridge back, out of what is not the group's: deposits, or other units' money.

    Approving counts what is approved already as gone; paying (``is_paying``) what has been paid.

    Raises:
        FundShort: less was collected from the group and is still there.
    """
    if row.meter_group is None or row.kind not in {MoveKind.SUPPLIER, MoveKind.REPAYMENT}:
        return
    group = journal.session.get_one(MeterGroup, (journal.compound, row.meter_group))
    left = held_of_group(journal.session, journal.compound, group, with_approved=not is_paying)
    if row.amount_minor > left:
        raise FundShort(
            pointer="/amount",
            fund=f"Agency ({group.label})",
            available=format_amount(left),
            amount=format_amount(row.amount_minor),
        )

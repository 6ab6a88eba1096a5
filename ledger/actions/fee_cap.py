"""Keep the management fee on public income within the place's cap, whatever door it comes through (L09)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ledger.rules.between import PUBLIC_INCOME
from ledger.rules.lease import check_fee_cap
from ledger.rules.payment import EXPENSE, Line
from ledger.store.append import Journal
from ledger.store.balances import credited_alone
from ledger.store.disbursements import under_way
from ledger.store.public_net import MANAGEMENT_FEE, fee_of_year, is_managed


def check_management_fee(
    journal: Journal, lines: Iterable[Line], on: date, pointer: str, besides: str | None = None
) -> None:
    """Refuse lines that take the fee of the calendar year above the cap of its gross public income.

    What is approved and not yet posted is counted, except the request ``besides``, which the lines are. What a general
    entry took off the fee again is counted still: it goes down by a reversal.

    Raises:
        ManagementFeeAboveCap: they do.
    """
    cap = journal.profile.management_fee_cap_bp
    pairs = list(lines)
    asked = sum(minor for code, minor in pairs if code == MANAGEMENT_FEE)
    if cap is None or asked <= 0:
        return
    year = fee_of_year(journal.session, journal.compound, on.year)
    income = year.income_minor - sum(minor for code, minor in pairs if is_managed(code))
    waiting = sum(
        minor
        for row, done, asked_for in under_way(journal.session, journal.compound, PUBLIC_INCOME)
        if row.kind == EXPENSE and done.state == "approved" and row.id != besides
        for code, minor in asked_for
        if code == MANAGEMENT_FEE
    )
    months = (f"{on.year}-01", f"{on.year}-12")
    moved = credited_alone(journal.session, journal.compound, PUBLIC_INCOME, *months).get(MANAGEMENT_FEE, 0)
    check_fee_cap(asked + waiting + year.fee_minor + moved, income, cap, pointer)

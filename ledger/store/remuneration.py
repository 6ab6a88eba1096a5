"""What the trustee has earned so far, read from the books."""

from __future__ import annotations

from sqlmodel import Session, col, select

from ledger.rules.period import last_day, months_back
from ledger.rules.remuneration import Earned, Terms, due_to_date
from ledger.store.balances import balances
from ledger.store.tables import FixedRemuneration, RemunerationRule

EXPENSE = "Expenses:PropertyFee:Remuneration"


def terms_in(session: Session, compound: str, month: str) -> Terms | None:
    """Return what the contract says in ``month``: the newest words that hold by then; None where there are none."""
    rates = session.exec(
        select(RemunerationRule)
        .where(RemunerationRule.compound == compound, RemunerationRule.effective_from <= month)
        .order_by(col(RemunerationRule.effective_from).desc(), col(RemunerationRule.seq).desc())
    ).first()
    fixed = session.exec(
        select(FixedRemuneration)
        .where(FixedRemuneration.compound == compound, FixedRemuneration.effective_from <= month)
        .order_by(col(FixedRemuneration.effective_from).desc(), col(FixedRemuneration.seq).desc())
    ).first()
    if fixed and (rates is None or (fixed.effective_from, fixed.seq) > (rates.effective_from, rates.seq)):
        return Terms(fixed.effective_from, fixed.every_months, fixed.contract, fixed_minor=fixed.amount_minor)
    if rates is None:
        return None
    return Terms(
        rates.effective_from,
        rates.every_months,
        rates.contract,
        rate_bp=rates.rate_bp,
        accounts=tuple(rates.accounts.split()),
    )


def earned(session: Session, compound: str, month: str) -> Earned | None:
    """Return the remuneration from the contract's beginning through ``month``; None where nothing was agreed.

    Read from two balances, so that it costs the same however old the contract is.
    """
    terms = terms_in(session, compound, month)
    if terms is None:
        return None
    before = balances(session, compound, as_of=last_day(months_back(terms.effective_from, 1)))
    now = balances(session, compound, as_of=last_day(month))
    bases = {code: before.get(code, 0) - now.get(code, 0) for code in terms.accounts}
    due = due_to_date(terms, month, sum(bases.values()))
    return Earned(terms, month, bases, due, now.get(EXPENSE, 0) - before.get(EXPENSE, 0))

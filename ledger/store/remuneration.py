"""What the trustee has earned so far, read from the books."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, select

from ledger.rules.period import first_day, last_day, months_back
from ledger.rules.remuneration import Earned, Terms, due_to_date
from ledger.store.balances import balances
from ledger.store.tables import AuthorityEnd, FixedRemuneration, RemunerationRule

EXPENSE = "Expenses:PropertyFee:Remuneration"


def agreed_by(session: Session, compound: str) -> list[str]:
    """Return the contracts and votes by which it was ever agreed what the trustee takes, ended or to begin."""
    rates = select(RemunerationRule.contract).where(RemunerationRule.compound == compound)
    fixed = select(FixedRemuneration.contract).where(FixedRemuneration.compound == compound)
    return [*session.exec(rates), *session.exec(fixed)]


def terms_in(session: Session, compound: str, month: str) -> Terms | None:
    """Return what the contract says in ``month``: the newest words that hold by then; None where there are none.

    Words whose contract or vote ended before the month, or before they began, do not hold.
    """
    ends = {
        one.code: one.ended_on
        for one in session.exec(select(AuthorityEnd).where(AuthorityEnd.compound == compound))
    }
    rates = select(RemunerationRule).where(RemunerationRule.compound == compound)
    fixed = select(FixedRemuneration).where(FixedRemuneration.compound == compound)
    held = [
        (row.effective_from, row.seq, row)
        for row in (*session.exec(rates), *session.exec(fixed))
        if row.effective_from <= month and _holds(row, ends.get(row.contract), month)
    ]
    return _terms(max(held)[2]) if held else None


def _holds(row: RemunerationRule | FixedRemuneration, ended_on: date | None, month: str) -> bool:
    if ended_on is None:
        return True
    return first_day(row.effective_from) < ended_on and first_day(month) <= ended_on


def _terms(row: RemunerationRule | FixedRemuneration) -> Terms:
    if isinstance(row, FixedRemuneration):
        return Terms(row.effective_from, row.every_months, row.contract, fixed_minor=row.amount_minor)
    return Terms(
        row.effective_from,
        row.every_months,
        row.contract,
        rate_bp=row.rate_bp,
        accounts=tuple(row.accounts.split()),
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

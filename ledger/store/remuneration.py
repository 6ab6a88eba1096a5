"""What the trustee has earned so far, read from the books."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, select

from ledger.rules.period import last_day, months_back
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

    Words whose contract or vote ended before the period of their rhythm that the month is in do not hold.
    """
    ends = {
        one.code: one.ended_on
        for one in session.exec(select(AuthorityEnd).where(AuthorityEnd.compound == compound))
    }
    rates = select(RemunerationRule).where(RemunerationRule.compound == compound)
    fixed = select(FixedRemuneration).where(FixedRemuneration.compound == compound)
    rows = sorted((*session.exec(rates), *session.exec(fixed)), key=lambda row: (row.effective_from, row.seq))
    for row in reversed(rows):
        terms = _terms(row, ends.get(row.contract))
        if terms.is_held(month):
            return terms
    return None


def _terms(row: RemunerationRule | FixedRemuneration, until: date | None) -> Terms:
    if isinstance(row, FixedRemuneration):
        fixed = row.amount_minor
        return Terms(row.effective_from, row.every_months, row.contract, fixed_minor=fixed, until=until)
    return Terms(
        row.effective_from,
        row.every_months,
        row.contract,
        rate_bp=row.rate_bp,
        accounts=tuple(row.accounts.split()),
        until=until,
    )


def earned(session: Session, compound: str, month: str) -> Earned | None:
    """Return the remuneration from the contract's beginning through ``month``; None where nothing was agreed.

    Read from two balances, or three where the contract has ended, so that it costs the same however old it is.
    """
    terms = terms_in(session, compound, month)
    if terms is None:
        return None
    before = balances(session, compound, as_of=last_day(months_back(terms.effective_from, 1)))
    now = balances(session, compound, as_of=last_day(month))
    counted = now
    if terms.until is not None and terms.until < last_day(month):
        counted = balances(session, compound, as_of=terms.until)
    bases = {code: before.get(code, 0) - counted.get(code, 0) for code in terms.accounts}
    due = due_to_date(terms, month, sum(bases.values()))
    return Earned(terms, month, bases, due, now.get(EXPENSE, 0) - before.get(EXPENSE, 0))

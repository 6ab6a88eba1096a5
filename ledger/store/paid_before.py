"""What other requests have to do with one: advances it may use, what it kept back and was paid since, earlier fees."""

from __future__ import annotations

from collections import defaultdict

from sqlmodel import Session, col, select

from ledger.rules.chart import group_of
from ledger.rules.payment import ADVANCE, EXPENSE
from ledger.rules.text import letters_and_digits
from ledger.store.disbursements import lines_of, progress_of_all
from ledger.store.tables import Disbursement


def settled_and_paid(session: Session, compound: str, kept_by: str) -> int:
    """Return how much of what a payment kept back has been paid since, in fen."""
    query = select(Disbursement).where(Disbursement.compound == compound, Disbursement.settles == kept_by)
    rows = list(session.exec(query))
    done = progress_of_all(session, compound, [row.id for row in rows])
    return sum(row.amount_minor for row in rows if done[row.id].state == "paid")


def advanced(session: Session, compound: str, row: Disbursement, authority: str) -> dict[str, int]:
    """Return what advances paid to the same payee by this authority have left, in fen by account.

    Costs of both that are approved have used theirs; ``row`` itself has not.
    """
    query = select(Disbursement).where(
        Disbursement.compound == compound,
        Disbursement.fund == row.fund,
        Disbursement.authority == authority,
        col(Disbursement.kind).in_((ADVANCE, EXPENSE)),
        Disbursement.id != row.id,
    )
    name = letters_and_digits(row.payee).casefold()
    same = [one for one in session.exec(query) if letters_and_digits(one.payee).casefold() == name]
    ids = [one.id for one in same]
    done, lines = progress_of_all(session, compound, ids), lines_of(session, compound, ids)
    left: dict[str, int] = defaultdict(int)
    for one in same:
        counted = {"paid"} if one.kind == ADVANCE else {"approved", "posted", "paid"}
        for line in lines[one.id] if done[one.id].state in counted else ():
            if group_of(line.account) == "Advance":
                left[line.account] += line.amount_minor
    return dict(left)


def fees_asked(session: Session, compound: str, row: Disbursement) -> int:
    """Return what was asked for of a kind by the same authority besides a request, and not sent back, in fen."""
    query = select(Disbursement).where(
        Disbursement.compound == compound,
        Disbursement.fund == row.fund,
        Disbursement.kind == row.kind,
        Disbursement.authority == row.authority,
        Disbursement.id != row.id,
    )
    same = list(session.exec(query))
    done = progress_of_all(session, compound, [one.id for one in same])
    return sum(one.amount_minor for one in same if done[one.id].state != "refused")

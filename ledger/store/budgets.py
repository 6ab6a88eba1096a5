"""Budgets: their versions and states, the one in force on a day, and what has been spent of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col
from sqlmodel import select as rows

from ledger.errors import NotFound
from ledger.rules.budget import BudgetState, Room
from ledger.rules.charge import LATE_FEE
from ledger.rules.period import month_of, months_back
from ledger.store.balances import credited_alone
from ledger.store.disbursements import under_way
from ledger.store.tables import (
    AuthorityEnd,
    Budget,
    BudgetAnswer,
    BudgetComment,
    BudgetLine,
    BudgetMonth,
    BudgetStep,
    Charge,
    EntryRow,
    PostingRow,
    Remark,
    Settlement,
)

_STATES = {
    "opened": BudgetState.OPENED,
    "adopted": BudgetState.ADOPTED,
    "withdrawn": BudgetState.WITHDRAWN,
}
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a budget: its row, its steps in order, its lines by account and month, and their notes."""

    row: Budget
    steps: tuple[BudgetStep, ...]
    lines: dict[str, dict[str, int]]
    notes: dict[str, str]

    @property
    def state(self) -> BudgetState:
        """How far it has come."""
        return _STATES[self.steps[-1].step] if self.steps else BudgetState.DRAFT

    @property
    def opened(self) -> BudgetStep | None:
        """The step that opened it for comments, the last one."""
        return next((one for one in reversed(self.steps) if one.step == "opened"), None)

    @property
    def adopted(self) -> BudgetStep | None:
        """The step that adopted it."""
        return next((one for one in self.steps if one.step == "adopted"), None)


def versions(
    session: Session, compound: str, fund: str | None = None, year: int | None = None
) -> list[Version]:
    """Return the versions of all budgets, of one fund or of one year, by fund, year and version."""
    budgets = rows(Budget).where(Budget.compound == compound)
    if fund is not None:
        budgets = budgets.where(Budget.fund == fund)
    if year is not None:
        budgets = budgets.where(Budget.year == year)
    found = sorted(session.exec(budgets), key=lambda one: (one.fund, one.year, one.version))
    return [_version(session, one) for one in found]


def version(session: Session, compound: str, fund: str, year: int, number: int) -> Version:
    """Return one version.

    Raises:
        NotFound: there is none.
    """
    row = session.get(Budget, (compound, fund, year, number))
    if row is None:
        raise NotFound(pointer="/version", what=f"{fund} {year} v{number}"[:40])
    return _version(session, row)


def _version(session: Session, row: Budget) -> Version:
    of = (row.compound, row.fund, row.year, row.version)
    steps = rows(BudgetStep).where(*_same(BudgetStep, of)).order_by(col(BudgetStep.seq))
    lines: dict[str, dict[str, int]] = {}
    notes = {}
    for line in session.exec(
        rows(BudgetLine).where(*_same(BudgetLine, of)).order_by(col(BudgetLine.account))
    ):
        lines[line.account] = {}
        if line.note is not None:
            notes[line.account] = line.note
    for month in session.exec(
        rows(BudgetMonth).where(*_same(BudgetMonth, of)).order_by(col(BudgetMonth.month))
    ):
        lines[month.account][month.month] = month.amount_minor
    return Version(row, tuple(session.exec(steps)), lines, notes)


def _same(
    table: type[BudgetStep | BudgetLine | BudgetMonth | BudgetComment | BudgetAnswer],
    of: tuple[str, str, int, int],
) -> tuple[bool, bool, bool, bool]:
    return (table.compound == of[0], table.fund == of[1], table.year == of[2], table.version == of[3])


def in_force(session: Session, compound: str, fund: str, day: date) -> Version | None:
    """Return the version of the day's year that holds on a day: the newest adopted one that has begun.

    One whose vote was annulled or withdrawn before the day holds no more; the one before it does again.
    """
    for one in reversed(versions(session, compound, fund, day.year)):
        if one.adopted is not None and one.adopted.from_on <= day:
            end = session.get(AuthorityEnd, (compound, one.adopted.authority or ""))
            if end is None or day <= end.ended_on:
                return one
    return None


def executed(
    session: Session, compound: str, fund: str, since: str, until: date
) -> dict[str, dict[str, int]]:
    """Return what was posted to the income and expense accounts of a fund from month ``since`` to the day ``until``.

    By account and month, in fen, debit positive, reversals included.
    """
    query = (
        select(col(PostingRow.account), col(EntryRow.month), func.sum(col(PostingRow.amount_minor)))
        .join(
            EntryRow, (col(EntryRow.compound) == PostingRow.compound) & (col(EntryRow.seq) == PostingRow.seq)
        )
        .where(
            col(PostingRow.compound) == compound,
            col(PostingRow.fund) == fund,
            col(EntryRow.month) >= since,
            col(EntryRow.effective_on) <= until,
            col(PostingRow.account).like("Income:%") | col(PostingRow.account).like("Expenses:%"),
        )
        .group_by(col(PostingRow.account), col(EntryRow.month))
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for code, month, minor in session.execute(query):
        found[code][month] = int(minor)
    return dict(found)


def approved(session: Session, compound: str, fund: str, besides: str | None = None) -> dict[str, int]:
    """Return what is approved on each account of a fund and not yet posted, in fen.

    ``besides``: a disbursement that is left out.
    """
    found: dict[str, int] = defaultdict(int)
    for row, done, lines in under_way(session, compound, fund):
        if done.state == "approved" and row.id != besides:
            for code, minor in lines:
                found[code] += minor
    return dict(found)


def rooms(session: Session, compound: str, plan: Version, besides: str | None = None) -> dict[str, Room]:
    """Return what each planned expense account has left of its year: all that is posted in it counts.

    What a general entry took off an account again stays spent: nobody makes room for more by moving it elsewhere.
    """
    fund, year = plan.row.fund, plan.row.year
    posted = executed(session, compound, fund, f"{year}-01", date(year, 12, 31))
    pending = approved(session, compound, fund, besides)
    moved = credited_alone(session, compound, fund, f"{year}-01", f"{year}-12")
    return {
        code: Room(
            sum(months.values()),
            sum(posted.get(code, {}).values()) + moved.get(code, 0),
            pending.get(code, 0),
        )
        for code, months in plan.lines.items()
        if code.startswith("Expenses:")
    }


def realistic_fees(session: Session, compound: str, day: date) -> int | None:
    """Return what twelve months of bills bring in, in fen: what was settled of the bills of the last twelve months.

    Where fewer months were billed, it is scaled up; None where none was. Late fees and what an opening brought forward
    are no bills.
    """
    this = month_of(day)
    billed = (
        col(Charge.compound) == compound,
        col(Charge.period) >= months_back(this, _MONTHS),
        col(Charge.period) < this,
        col(Charge.tariff_seq).is_not(None),
        col(Charge.corrects_seq).is_(None),
        col(Charge.item) != LATE_FEE,
        ~col(Charge.item).like("%:%"),
    )
    months = session.execute(
        select(func.count(func.distinct(col(Charge.period)))).where(*billed)
    ).scalar_one()
    if not months:
        return None
    settled = select(func.coalesce(func.sum(col(Settlement.amount_minor)), 0)).join(
        Charge,
        (col(Charge.compound) == Settlement.compound)
        & (col(Charge.seq) == Settlement.charge_seq)
        & (col(Charge.line) == Settlement.charge_line),
    )
    return int(session.execute(settled.where(*billed)).scalar_one()) * _MONTHS // int(months)


@dataclass(frozen=True, slots=True)
class Comment:
    """What a resident said about a version (None where the words were erased), and what was answered."""

    number: int
    made_on: date
    words: str | None
    answers: tuple[str, ...]


def comments(session: Session, budget: Budget) -> list[Comment]:
    """Return the comments on a version with their answers, in order."""
    of = (budget.compound, budget.fund, budget.year, budget.version)
    answers: dict[int, list[str]] = defaultdict(list)
    for answer in session.exec(
        rows(BudgetAnswer).where(*_same(BudgetAnswer, of)).order_by(col(BudgetAnswer.seq))
    ):
        answers[answer.number].append(answer.words)
    found = []
    for row in session.exec(
        rows(BudgetComment).where(*_same(BudgetComment, of)).order_by(col(BudgetComment.number))
    ):
        said = session.get(Remark, (budget.compound, row.seq))
        words = said.words if said else None
        found.append(Comment(row.number, row.made_on, words, tuple(answers[row.number])))
    return found

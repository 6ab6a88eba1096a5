"""What passed between funds in a month, what is still owed or lent at its end, and how public income was shared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from ledger.rules.between import MoveKind, unpaired
from ledger.rules.chart import fund_name_zh, fund_of, group_of
from ledger.rules.period import first_day, last_day
from ledger.store.balances import balances
from ledger.store.between import Move, distributions, loans, moves
from ledger.store.tables import Distribution

KIND_ZH = {
    MoveKind.TRANSFER: "划转",
    MoveKind.LOAN: "借款",
    MoveKind.REPAYMENT: "归还借款",
    MoveKind.LOSS: "承担损失",
    MoveKind.SUPPLIER: "支付供应单位",
    MoveKind.SWEEP: "账户间转款",
}


@dataclass(frozen=True, slots=True)
class MovedRow:
    """A request of which a step fell into the month, in fen; a day is None where the step has not been taken."""

    kind_zh: str
    from_zh: str
    to_zh: str
    amount_minor: int
    purpose: str
    authority: str
    decided_on: date | None
    paid_on: date | None
    confirmed_on: date | None


@dataclass(frozen=True, slots=True)
class LoanRow:
    """A loan that is open at the end of the month, in fen."""

    lender_zh: str
    borrower_zh: str
    amount_minor: int
    open_minor: int
    authority: str
    due_on: date
    overdue: bool


@dataclass(frozen=True, slots=True)
class OwedRow:
    """A voted transfer that is not paid at the end of the month, in fen."""

    from_zh: str
    to_zh: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Part:
    """A fund's part, in fen."""

    to_zh: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class DistributionRow:
    """A distribution that was decided in the month: the span's income, cost and net, and each fund's part, in fen."""

    first_month: str
    last_month: str
    income_minor: int
    cost_minor: int
    net_minor: int
    authority: str
    parts: tuple[Part, ...]
    kept_minor: int


@dataclass(frozen=True, slots=True)
class BetweenFunds:
    """The month's section on what passed between funds; ``pairs_cancel`` says that I16 holds at its end."""

    month: str
    moved: tuple[MovedRow, ...]
    distributed: tuple[DistributionRow, ...]
    owed: tuple[OwedRow, ...]
    loans: tuple[LoanRow, ...]
    pairs_cancel: bool


def between_funds_figures(session: Session, compound: str, month: str) -> BetweenFunds:
    """Return what passed between funds in a month, and what stood open at its end."""
    first, last = first_day(month), last_day(month)
    standing = balances(session, compound, as_of=last)
    return BetweenFunds(
        month,
        tuple(_row(one, last) for one in moves(session, compound) if _touches(one, first, last)),
        tuple(
            _distribution(row, parts)
            for row, parts in distributions(session, compound)
            if _is_decided(parts, first, last)
        ),
        _owed(standing),
        tuple(
            LoanRow(
                fund_name_zh(one.lender),
                fund_name_zh(one.borrower),
                one.amount_minor,
                one.open_minor,
                one.authority,
                one.due_on,
                one.is_due(last),
            )
            for one in loans(session, compound, last)
            if one.open_minor
        ),
        not unpaired(standing),
    )


def _touches(move: Move, first: date, last: date) -> bool:
    return any(first <= step.on <= last for step in move.steps)


def _row(move: Move, last: date) -> MovedRow:
    days: dict[str, date | None] = {}
    for step in move.steps:
        if step.on <= last:
            undone = step.name.removeprefix("un")
            days[undone] = None if undone != step.name else step.on
    row = move.row
    return MovedRow(
        KIND_ZH[move.kind],
        fund_name_zh(row.from_fund),
        row.payee if move.kind is MoveKind.SUPPLIER and row.payee else fund_name_zh(row.to_fund),
        row.amount_minor,
        row.purpose,
        row.authority,
        days.get("approved"),
        days.get("paid"),
        days.get("confirmed"),
    )


def _is_decided(parts: list[Move], first: date, last: date) -> bool:
    """Say whether a distribution was decided in the month, and the decision stands at its end."""
    days = [_row(one, last).decided_on for one in parts]
    return any(day is not None and first <= day for day in days)


def _distribution(row: Distribution, parts: list[Move]) -> DistributionRow:
    shares = tuple(Part(fund_name_zh(one.row.to_fund), one.row.amount_minor) for one in parts)
    return DistributionRow(
        row.first_month,
        row.last_month,
        row.income_minor,
        row.cost_minor,
        row.net_minor,
        parts[0].row.authority if parts else "",
        shares,
        row.net_minor - sum(one.amount_minor for one in shares),
    )


def _owed(standing: dict[str, int]) -> tuple[OwedRow, ...]:
    return tuple(
        OwedRow(fund_name_zh(fund_of(code)), fund_name_zh(code.rpartition(":DueTo:")[2]), -minor)
        for code, minor in standing.items()
        if group_of(code) == "DueTo"
    )

"""What is let, what rent is open, and what tenants have paid ahead: read from the rows, never stored."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.rules.lease import unused_part
from ledger.rules.period import month_of
from ledger.store.tables import (
    Act,
    Instalment,
    Lease,
    LeaseAsset,
    LeaseEnd,
    PostingRow,
    RentCharge,
    RentCost,
    RentReceipt,
    RentSettlement,
)


@dataclass(frozen=True, slots=True)
class Rent:
    """One instalment: what it is for, when it falls due, how much is charged of it and how much settled, in fen.

    ``amount_minor`` is what the lease asks for it: less where the lease ended within its days. ``is_charged`` says
    that it was charged, even if the charge has been taken back to nothing since.
    """

    contract: str
    number: int
    from_on: date
    to_on: date
    due_on: date
    amount_minor: int
    charged_minor: int = 0
    settled_minor: int = 0
    is_charged: bool = False

    @property
    def open_minor(self) -> int:
        """What is charged and not settled."""
        return self.charged_minor - self.settled_minor

    def unused_minor(self, ended_on: date) -> int:
        """Return the part of what is charged for the days after ``ended_on``, in fen."""
        return unused_part(self.charged_minor, self.from_on, self.to_on, ended_on)


@dataclass(frozen=True, slots=True)
class RentLot:
    """Rent that came in by an act and is not settled yet, in fen: paid ahead."""

    contract: str
    receipt_seq: int
    left_minor: int


def leases(session: Session, compound: str) -> list[Lease]:
    """Return all leases by code."""
    query = select(Lease).where(col(Lease.compound) == compound)
    return sorted(session.execute(query).scalars(), key=lambda one: one.code)


def last_days(session: Session, compound: str, as_of: date | None = None) -> dict[str, date]:
    """Return the last day of every lease that ended before its term, by code."""
    query = select(col(LeaseEnd.contract), col(LeaseEnd.ended_on)).where(col(LeaseEnd.compound) == compound)
    if as_of is not None:
        query = query.where(col(LeaseEnd.ended_on) <= as_of)
    return {row.contract: row.ended_on for row in session.execute(query)}


def assets_of(session: Session, compound: str) -> dict[str, tuple[str, ...]]:
    """Return the assets that each lease lets, by its code."""
    query = select(col(LeaseAsset.contract), col(LeaseAsset.asset)).where(
        col(LeaseAsset.compound) == compound
    )
    found: dict[str, list[str]] = defaultdict(list)
    for contract, asset in session.execute(query):
        found[contract].append(asset)
    return {contract: tuple(sorted(codes)) for contract, codes in found.items()}


def rents(
    session: Session,
    compound: str,
    *,
    contract: str | None = None,
    as_of: date | None = None,
    due_by: date | None = None,
) -> list[Rent]:
    """Return the instalments of the leases, by due day, lease and number.

    Args:
        session: an open session.
        compound: the compound's code.
        contract: only those of this lease.
        as_of: count only acts effective on or before this day; all if None.
        due_by: only those that fall due by this day.
    """
    query = select(Instalment).where(col(Instalment.compound) == compound)
    if contract is not None:
        query = query.where(col(Instalment.contract) == contract)
    if due_by is not None:
        query = query.where(col(Instalment.due_on) <= due_by)
    charged = _sums(session, compound, RentCharge, contract, as_of)
    settled = _sums(session, compound, RentSettlement, contract, as_of)
    ended = last_days(session, compound)
    found = []
    for row in session.execute(query).scalars():
        key = (row.contract, row.number)
        last = ended.get(row.contract)
        minor = row.amount_minor
        if last is not None:
            minor -= unused_part(minor, row.from_on, row.to_on, last)
        found.append(
            Rent(
                *(*key, row.from_on, row.to_on, row.due_on, minor),
                charged_minor=charged.get(key, 0),
                settled_minor=settled.get(key, 0),
                is_charged=key in charged and (charged[key] != 0 or last is not None),
            )
        )
    return sorted(found, key=lambda one: (one.due_on, one.contract, one.number))


def _sums(
    session: Session,
    compound: str,
    table: type[RentCharge | RentSettlement],
    contract: str | None,
    as_of: date | None,
) -> dict[tuple[str, int], int]:
    """Return what was charged or settled of each instalment, by lease and number."""
    query = select(col(table.contract), col(table.number), func.sum(col(table.amount_minor))).where(
        col(table.compound) == compound, col(table.number).is_not(None)
    )
    if contract is not None:
        query = query.where(col(table.contract) == contract)
    if as_of is not None:
        of_act = (col(Act.compound) == col(table.compound)) & (col(Act.seq) == col(table.seq))
        query = query.join(Act, of_act).where(col(Act.effective_on) <= as_of)
    rows = session.execute(query.group_by(col(table.contract), col(table.number)))
    return {(code, number): int(minor) for code, number, minor in rows}


def waiting_rents(session: Session, compound: str, on: date, contract: str | None = None) -> list[Rent]:
    """Return the instalments that have fallen due by a day and are not charged, by due day."""
    ended = last_days(session, compound)
    found = rents(session, compound, contract=contract, due_by=on)
    return [
        one
        for one in found
        if not one.is_charged
        and one.amount_minor > 0
        and not (one.contract in ended and one.from_on > ended[one.contract])
    ]


def open_rents(
    session: Session, compound: str, *, contract: str | None = None, as_of: date | None = None
) -> list[Rent]:
    """Return the instalments on which something is owed, by due day."""
    found = rents(session, compound, contract=contract, as_of=as_of)
    return [one for one in found if one.open_minor > 0]


def rent_lots(session: Session, compound: str, contract: str | None = None) -> list[RentLot]:
    """Return what tenants have paid ahead, the oldest receipt first."""
    used = (
        select(col(RentSettlement.receipt_seq), func.sum(col(RentSettlement.amount_minor)).label("used"))
        .where(col(RentSettlement.compound) == compound)
        .group_by(col(RentSettlement.receipt_seq))
        .subquery()
    )
    query = (
        select(RentReceipt, func.coalesce(used.c.used, 0))
        .outerjoin(used, used.c.receipt_seq == col(RentReceipt.seq))
        .where(col(RentReceipt.compound) == compound)
        .order_by(col(RentReceipt.seq))
    )
    if contract is not None:
        query = query.where(col(RentReceipt.contract) == contract)
    lots = [
        RentLot(row.contract, row.seq, row.amount_minor - int(gone)) for row, gone in session.execute(query)
    ]
    return [lot for lot in lots if lot.left_minor]


def owed_back_to_tenant(session: Session, compound: str, contract: str) -> int:
    """Return what is owed back to a tenant, in fen: what stands on ``Refundable`` for the contract."""
    query = select(func.coalesce(func.sum(col(PostingRow.amount_minor)), 0)).where(
        col(PostingRow.compound) == compound,
        col(PostingRow.account) == "Liabilities:PublicIncome:Refundable",
        col(PostingRow.contract) == contract,
    )
    return -int(session.execute(query).scalar_one())


def costs_so_far(session: Session, compound: str, contract: str) -> tuple[int, int, int]:
    """Return the income of a lease that costs were accrued on, and its fee and tax to date, in fen."""
    query = select(
        *(
            func.coalesce(func.sum(col(column)), 0)
            for column in (RentCost.income_minor, RentCost.fee_minor, RentCost.tax_minor)
        )
    ).where(col(RentCost.compound) == compound, col(RentCost.contract) == contract)
    income, fee, tax = session.execute(query).one()
    return int(income), int(fee), int(tax)


def is_due_in(rent: Rent, month: str) -> bool:
    """Say whether an instalment falls due in a month."""
    return month_of(rent.due_on) == month

"""What was open on any day: charge by charge, with what has begun its three years anew."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, exists, func, select, tuple_
from sqlmodel import Session, col

from ledger.rules.limitation import Cause, Interrupted
from ledger.rules.settle import OpenCharge
from ledger.rules.unit import Party
from ledger.store.outstanding import ENDING
from ledger.store.tables import METADATA, Demand

_TABLES = METADATA.tables
_act, _charge, _settlement, _relief = (_TABLES[name] for name in ("act", "charge", "settlement", "relief"))
_outstanding, _departure, _receipt = (_TABLES[name] for name in ("outstanding", "departure", "receipt"))
_unit, _tariff, _interruption = (_TABLES[name] for name in ("unit", "tariff", "interruption"))
_OF: BindParameter[str] = bindparam("of")
_DAY: BindParameter[date] = bindparam("day", type_=_act.c.effective_on.type)


def _by_the_day(table: Any, seq: Any, line: Any, *more: Any) -> ColumnElement[int]:  # Any: columns of a table
    """Return the sum of a table's rows about a charge up to the day, in fen."""
    return (
        select(func.coalesce(func.sum(table.c.amount_minor), 0))
        .join(_act, and_(_act.c.compound == table.c.compound, _act.c.seq == table.c.seq))
        .where(
            table.c.compound == _charge.c.compound,
            seq == _charge.c.seq,
            line == _charge.c.line,
            _act.c.effective_on <= _DAY,
            *more,
        )
        .correlate(_charge)
        .scalar_subquery()
    )


_back = _charge.alias("taken_back")
_relief_of = (_relief, _relief.c.charge_seq, _relief.c.charge_line)
_owed = (
    _charge.c.amount_minor
    + _by_the_day(_back, _back.c.corrects_seq, _back.c.corrects_line)
    - _by_the_day(_settlement, _settlement.c.charge_seq, _settlement.c.charge_line)
    - _by_the_day(*_relief_of, _relief.c.kind.in_(ENDING))
).label("owed")
_has_left = (
    exists()
    .where(
        _departure.c.compound == _charge.c.compound,
        _departure.c.unit == _charge.c.unit,
        _departure.c.debtor == _charge.c.debtor,
        _departure.c.left_on <= _DAY,
    )
    .correlate(_charge)
)
_then_open = and_(
    _outstanding.c.compound == _OF, _outstanding.c.ended_on > _DAY, _outstanding.c.begun_on <= _DAY
)
_same = and_(
    _charge.c.compound == _outstanding.c.compound,
    _charge.c.seq == _outstanding.c.charge_seq,
    _charge.c.line == _outstanding.c.charge_line,
)
_OWED: Select[Any] = (
    select(
        _charge,
        _unit.c.building,
        _unit.c.label,
        _tariff.c.rate_e4.label("tariff_rate_e4"),
        _owed,
        _by_the_day(*_relief_of, _relief.c.kind == "dispute").label("disputed"),
        _has_left.label("has_left"),
    )
    .select_from(_outstanding)
    .join(_charge, _same)
    .join(_unit, and_(_unit.c.compound == _charge.c.compound, _unit.c.code == _charge.c.unit))
    .outerjoin(
        _tariff,
        and_(
            _tariff.c.compound == _charge.c.compound,
            _tariff.c.item == _charge.c.item,
            _tariff.c.seq == _charge.c.tariff_seq,
        ),
    )
    .where(_then_open)
)


@dataclass(frozen=True, slots=True)
class Owed:
    """A charge that was open on a day, and what an account of it needs; amounts in fen."""

    charge: OpenCharge
    building: str
    label: str
    billed_minor: int
    area_hundredths: int | None
    rate_e4: int | None

    @property
    def key(self) -> tuple[int, int]:
        """The charge's act and line."""
        return self.charge.seq, self.charge.line


def owed_on(session: Session, compound: str, day: date, *, unit: str | None = None) -> list[Owed]:
    """Return what was open at the end of a day, by unit, debtor, due day and charge."""
    query = _OWED if unit is None else _OWED.where(_charge.c.unit == unit)
    found = []
    for row in session.execute(query, {"of": compound, "day": day}):
        if row.owed <= 0:
            continue
        charge = OpenCharge(
            *(row.seq, row.line, row.unit, row.debtor, row.item, row.period, row.due_on),
            party=Party(row.party),
            open_minor=int(row.owed),
            disputed_minor=int(row.disputed),
            has_left=bool(row.has_left),
        )
        rate = row.tariff_rate_e4 if row.rate_e4 is None else row.rate_e4
        found.append(Owed(charge, row.building, row.label, row.amount_minor, row.area_hundredths, rate))
    return sorted(found, key=lambda one: (one.charge.unit, one.charge.debtor, one.charge.due_on, one.key))


@dataclass(frozen=True, slots=True)
class Interruptions:
    """What has begun the three years anew by a day: of debtors up to a month, and of single charges."""

    of_debtor: dict[tuple[str, int], list[tuple[str, Interrupted]]]
    of_charge: dict[tuple[int, int], list[Interrupted]]

    def of(self, charge: OpenCharge) -> list[Interrupted]:
        """Return those that concern a charge."""
        told = self.of_debtor.get((charge.unit, charge.debtor), [])
        return [one for through, one in told if charge.period <= through] + self.of_charge.get(
            (charge.seq, charge.line), []
        )


def interruptions(session: Session, compound: str, day: date, *, unit: str | None = None) -> Interruptions:
    """Return what has begun the limitation of the charges open on a day anew.

    A part payment counts from the day the money came, while it stands: where the receipt was reversed as a mistake
    its settlements sum to nothing and so it never was. What the bank took back stays as a row of ``interruption``.
    """
    of_debtor: dict[tuple[str, int], list[tuple[str, Interrupted]]] = defaultdict(list)
    told = select(_interruption).where(_interruption.c.compound == _OF, _interruption.c.happened_on <= _DAY)
    if unit is not None:
        told = told.where(_interruption.c.unit == unit)
    query = {"of": compound, "day": day}
    for row in session.execute(told.order_by(_interruption.c.happened_on, _interruption.c.seq), query):
        of_debtor[row.unit, row.debtor].append((row.through, Interrupted(Cause(row.kind), row.happened_on)))
    of_charge: dict[tuple[int, int], list[Interrupted]] = defaultdict(list)
    paid = _PART_PAYMENTS if unit is None else _PART_PAYMENTS.where(_receipt.c.unit == unit)
    for row in session.execute(paid, query):
        of_charge[row.charge_seq, row.charge_line].append(Interrupted(Cause.PARTIAL_PAYMENT, row.received_on))
    return Interruptions(of_debtor, of_charge)


#: Open charges first, as pairs: joined, a planner may begin with every settlement there ever was.
_OPEN_PAIRS = select(_outstanding.c.charge_seq, _outstanding.c.charge_line).where(_then_open)
_PART_PAYMENTS: Select[Any] = (
    select(_settlement.c.charge_seq, _settlement.c.charge_line, _receipt.c.received_on)
    .select_from(_settlement)
    .join(
        _receipt,
        and_(_receipt.c.compound == _settlement.c.compound, _receipt.c.number == _settlement.c.receipt),
    )
    .join(_act, and_(_act.c.compound == _settlement.c.compound, _act.c.seq == _settlement.c.seq))
    .where(
        _settlement.c.compound == _OF,
        tuple_(_settlement.c.charge_seq, _settlement.c.charge_line).in_(_OPEN_PAIRS),
        _act.c.effective_on <= _DAY,
    )
    .group_by(_settlement.c.charge_seq, _settlement.c.charge_line, _receipt.c.number, _receipt.c.received_on)
    .having(func.sum(_settlement.c.amount_minor) > 0)
    .order_by(_receipt.c.received_on, _receipt.c.number)
)


def demands(
    session: Session, compound: str, *, unit: str | None = None, after: int = 0, limit: int = 200
) -> list[Demand]:
    """Return at most ``limit`` demands whose number follows ``after``."""
    query = select(Demand).where(col(Demand.compound) == compound, col(Demand.number) > after)
    if unit is not None:
        query = query.where(col(Demand.unit) == unit)
    return list(session.execute(query.order_by(col(Demand.number)).limit(limit)).scalars())

"""What was open on any day: charge by charge, as the books say now, or as they said it at some act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    func,
    select,
    tuple_,
    union,
)
from sqlmodel import Session

from ledger.rules.settle import OpenCharge
from ledger.rules.unit import Party
from ledger.store.outstanding import ENDING
from ledger.store.tables import METADATA

_TABLES = METADATA.tables
_act, _charge, _settlement, _relief = (_TABLES[name] for name in ("act", "charge", "settlement", "relief"))
_outstanding, _departure = _TABLES["outstanding"], _TABLES["departure"]
_unit, _tariff = _TABLES["unit"], _TABLES["tariff"]
OF: BindParameter[str] = bindparam("of")
DAY: BindParameter[date] = bindparam("day", type_=_act.c.effective_on.type)
KNOWN: BindParameter[int] = bindparam("known", type_=_act.c.seq.type)
_EVER = 2**63 - 1  # no act has a higher number


def known(table: Any) -> ColumnElement[bool]:  # Any: a table
    """Say that a row was there at the act asked for; reckoned, so that no planner reads a whole chain up to it."""
    seq: ColumnElement[int] = table.c.seq
    return seq + 0 <= KNOWN


def _by_the_day(table: Any, seq: Any, line: Any, *more: Any) -> ColumnElement[int]:  # Any: columns of a table
    """Return the sum of a table's rows about a charge up to the day, in fen."""
    return (
        select(func.coalesce(func.sum(table.c.amount_minor), 0))
        .join(_act, and_(_act.c.compound == table.c.compound, _act.c.seq == table.c.seq))
        .where(
            table.c.compound == _charge.c.compound,
            seq == _charge.c.seq,
            line == _charge.c.line,
            known(table),
            _act.c.effective_on <= DAY,
            *more,
        )
        .correlate(_charge)
        .scalar_subquery()
    )


_back = _charge.alias("taken_back")
_relief_of = (_relief, _relief.c.charge_seq, _relief.c.charge_line)
_live = _charge.c.amount_minor + _by_the_day(_back, _back.c.corrects_seq, _back.c.corrects_line)
_owed = (
    _live
    - _by_the_day(_settlement, _settlement.c.charge_seq, _settlement.c.charge_line)
    - _by_the_day(*_relief_of, _relief.c.kind.in_(ENDING))
).label("owed")
_has_left = (
    exists()
    .where(
        _departure.c.compound == _charge.c.compound,
        _departure.c.unit == _charge.c.unit,
        _departure.c.debtor == _charge.c.debtor,
        _departure.c.left_on <= DAY,
        known(_departure),
    )
    .correlate(_charge)
)
_then_open = and_(
    _outstanding.c.compound == OF, _outstanding.c.ended_on > DAY, _outstanding.c.begun_on <= DAY
)
_same = and_(
    _charge.c.compound == _outstanding.c.compound,
    _charge.c.seq == _outstanding.c.charge_seq,
    _charge.c.line == _outstanding.c.charge_line,
)
_basis = _charge.alias(
    "basis"
)  # the newest correction by the day: how what is left of the charge comes about
_newest = (
    select(func.max(_back.c.seq + 0))  # reckoned: else the newest charges of all are searched backwards
    .join(_act, and_(_act.c.compound == _back.c.compound, _act.c.seq == _back.c.seq))
    .where(
        _back.c.compound == _charge.c.compound,
        _back.c.corrects_seq == _charge.c.seq,
        _back.c.corrects_line == _charge.c.line,
        known(_back),
        _act.c.effective_on <= DAY,
    )
    .correlate(_charge)
    .scalar_subquery()
)
_OWED: Select[Any] = (
    select(
        *(_charge.c[name] for name in ("seq", "line", "unit", "debtor", "item", "period", "due_on", "party")),
        _live.label("live"),
        func.coalesce(_basis.c.area_hundredths, _charge.c.area_hundredths).label("area_hundredths"),
        func.coalesce(_basis.c.rate_e4, _charge.c.rate_e4, _tariff.c.rate_e4).label("rate_e4"),
        func.coalesce(_basis.c.from_on, _charge.c.from_on).label("from_on"),
        func.coalesce(_basis.c.to_on, _charge.c.to_on).label("to_on"),
        _unit.c.building,
        _unit.c.label,
        _owed,
        _by_the_day(*_relief_of, _relief.c.kind == "dispute").label("disputed"),
        _has_left.label("has_left"),
    )
    .select_from(_outstanding)
    .join(_charge, _same)
    .join(_unit, and_(_unit.c.compound == _charge.c.compound, _unit.c.code == _charge.c.unit))
    .outerjoin(
        _basis,
        and_(
            _basis.c.compound == _charge.c.compound,
            _basis.c.corrects_seq == _charge.c.seq,
            _basis.c.corrects_line == _charge.c.line,
            _basis.c.seq == _newest,
        ),
    )
    .outerjoin(
        _tariff,
        and_(
            _tariff.c.compound == _charge.c.compound,
            _tariff.c.item == _charge.c.item,
            _tariff.c.seq == func.coalesce(_basis.c.tariff_seq, _charge.c.tariff_seq),
        ),
    )
    .where(_outstanding.c.compound == OF)
)
#: What has happened to charges since an act, by the charges' keys: some of them may have been open before it.
_TOUCHED_SINCE = (
    *(
        select(table.c.charge_seq + 0, table.c.charge_line + 0).where(
            table.c.compound == OF, table.c.seq > KNOWN
        )
        for table in (_settlement, _relief)
    ),
    select(_charge.c.corrects_seq + 0, _charge.c.corrects_line + 0).where(
        _charge.c.compound == OF, _charge.c.seq > KNOWN, _charge.c.corrects_seq.is_not(None)
    ),
)
#: Charges that were open on a day, as act and line: joined, a planner may begin with all facts there ever were.
OPEN_PAIRS = select(_outstanding.c.charge_seq, _outstanding.c.charge_line).where(_then_open)
#: The same as it was known at an act, and some that were not open.
_as_known = union(OPEN_PAIRS, *_TOUCHED_SINCE).cte("as_known")
PAIRS_AS_KNOWN = select(_as_known.c.charge_seq, _as_known.c.charge_line)
_OWED_NOW = _OWED.where(_then_open)
_OWED_AS_KNOWN = _OWED.where(
    _outstanding.c.charge_seq + 0 <= KNOWN,
    _outstanding.c.begun_on <= DAY,
    tuple_(_outstanding.c.charge_seq, _outstanding.c.charge_line).in_(PAIRS_AS_KNOWN),
)


@dataclass(frozen=True, slots=True)
class Owed:
    """A charge that was open on a day, and what an account of it needs, as corrected by then; amounts in fen."""

    charge: OpenCharge
    building: str
    label: str
    billed_minor: int
    area_hundredths: int | None
    rate_e4: int | None
    from_on: date | None
    to_on: date | None

    @property
    def key(self) -> tuple[int, int]:
        """The charge's act and line."""
        return self.charge.seq, self.charge.line


def asked(compound: str, day: date, known_at: int | None) -> dict[str, Any]:  # Any: parameters of a statement
    """Return the parameters of a question about a day, as it is known now or was known at an act."""
    return {"of": compound, "day": day, "known": _EVER if known_at is None else known_at}


def owed_on(
    session: Session, compound: str, day: date, *, unit: str | None = None, known_at: int | None = None
) -> list[Owed]:
    """Return what was open at the end of a day, by unit, debtor, due day and charge.

    ``known_at`` counts only acts up to this number: what the books said of that day then.
    """
    query = _OWED_NOW if known_at is None else _OWED_AS_KNOWN
    if unit is not None:
        query = query.where(_outstanding.c.unit == unit)
    found = []
    for row in session.execute(query, asked(compound, day, known_at)):
        if row.owed <= 0:
            continue
        charge = OpenCharge(
            *(row.seq, row.line, row.unit, row.debtor, row.item, row.period, row.due_on),
            party=Party(row.party),
            open_minor=int(row.owed),
            disputed_minor=int(row.disputed),
            has_left=bool(row.has_left),
        )
        found.append(
            Owed(
                charge,
                *(row.building, row.label, int(row.live), row.area_hundredths, row.rate_e4),
                *(row.from_on, row.to_on),
            )
        )
    return sorted(found, key=lambda one: (one.charge.unit, one.charge.debtor, one.charge.due_on, one.key))

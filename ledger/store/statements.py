"""The SQL of every posting, built once: building a statement costs more than running it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Select, and_, bindparam, exists, func, literal, select, update
from sqlalchemy.sql.elements import ColumnElement

from ledger.store.tables import METADATA

_TABLES = METADATA.tables
_act, _account, _entry, _posting = (_TABLES[name] for name in ("act", "account", "entry", "posting"))
_head, _compound, _receipt, _bank = (
    _TABLES[name] for name in ("chain_head", "compound", "receipt", "bank_account")
)
_kept = _TABLES["idempotency"]
_charge, _settlement = _TABLES["charge"], _TABLES["settlement"]
_relief, _departure, _outstanding = (_TABLES[name] for name in ("relief", "departure", "outstanding"))
_unit, _area, _tenure = (_TABLES[name] for name in ("unit", "unit_area", "tenure"))

_OF: BindParameter[str] = bindparam("of")  # the compound's code

#: Facts go in after what they refer to, and the entry last: triggers check it against its postings.
ORDER = {
    name: place
    for place, name in enumerate(sorted((table.name for table in METADATA.sorted_tables), key="entry".__eq__))
}
INSERT = {name: table.insert() for name, table in _TABLES.items()}

LOCK_HEAD = (
    select(_head.c.seq, _head.c.hash, _head.c.closed_through).where(_head.c.compound == _OF).with_for_update()
)
MOVE_HEAD = (
    update(_head)
    .where(_head.c.compound == _OF, _head.c.seq == bindparam("before"))
    .values(seq=bindparam("new_seq"), hash=bindparam("new_hash"), closed_through=bindparam("closed"))
)
#: Read after the lock, in a statement of its own: on PostgreSQL one that has waited does not see the newest act.
COMPOUND = select(
    _compound.c.profile,
    _compound.c.opened_on,
    select(_act.c.recorded_at)
    .where(_act.c.compound == _OF, _act.c.seq == bindparam("last"))
    .scalar_subquery()
    .label("recorded_at"),
).where(_compound.c.compound == _OF)
LAST_VOUCHER = select(func.max(_entry.c.voucher_no)).where(
    _entry.c.compound == _OF, _entry.c.month == bindparam("month")
)
_reversal = _entry.alias("reversal")
#: An entry with its act's day and link, and the number of the entry that took it back.
ENTRY = (
    select(
        _entry,
        _act.c.recorded_on,
        _act.c.hash,
        select(_reversal.c.seq)
        .where(_reversal.c.compound == _OF, _reversal.c.reverses == bindparam("number"))
        .scalar_subquery()
        .label("reversed_by"),
    )
    .join(_act, and_(_act.c.compound == _entry.c.compound, _act.c.seq == _entry.c.seq))
    .where(_entry.c.compound == _OF, _entry.c.seq == bindparam("number"))
)
POSTINGS = (
    select(_posting)
    .where(_posting.c.compound == _OF, _posting.c.seq == bindparam("number"))
    .order_by(_posting.c.line)
)
REVERSED_BY = select(_entry.c.seq).where(_entry.c.compound == _OF, _entry.c.reverses == bindparam("reversed"))
KNOWN_ACCOUNTS = select(_account.c.code).where(
    _account.c.compound == _OF, _account.c.code.in_(bindparam("codes", expanding=True))
)
BANK_FUNDS = select(_bank.c.funds).where(_bank.c.compound == _OF, _bank.c.code == bindparam("bank"))
SOURCE = select(_act.c.seq).where(_act.c.compound == _OF, _act.c.source_id == bindparam("source"))
ANSWER = select(_kept).where(
    _kept.c.compound == _OF, _kept.c.caller == bindparam("user"), _kept.c.key == bindparam("under")
)
LAST_RECEIPT = select(func.max(_receipt.c.number)).where(_receipt.c.compound == _OF)


def _taken_back() -> ColumnElement[int]:
    other = _charge.alias("taken_back")
    return (
        select(func.coalesce(func.sum(other.c.amount_minor), 0))
        .where(
            other.c.compound == _charge.c.compound,
            other.c.corrects_seq == _charge.c.seq,
            other.c.corrects_line == _charge.c.line,
        )
        .correlate(_charge)
        .scalar_subquery()
    )


def _settled() -> ColumnElement[int]:
    return (
        select(func.coalesce(func.sum(_settlement.c.amount_minor), 0))
        .where(
            _settlement.c.compound == _charge.c.compound,
            _settlement.c.charge_seq == _charge.c.seq,
            _settlement.c.charge_line == _charge.c.line,
        )
        .correlate(_charge)
        .scalar_subquery()
    )


def _relieved(*kinds: str) -> ColumnElement[int]:
    return (
        select(func.coalesce(func.sum(_relief.c.amount_minor), 0))
        .where(
            _relief.c.compound == _charge.c.compound,
            _relief.c.charge_seq == _charge.c.seq,
            _relief.c.charge_line == _charge.c.line,
            _relief.c.kind.in_(kinds),
        )
        .correlate(_charge)
        .scalar_subquery()
    )


_live = _charge.c.amount_minor + _taken_back()
_owed = (_live - _settled() - _relieved("waiver", "write_off")).label("owed")
_disputed = _relieved("dispute").label("disputed")
_has_left = (
    exists()
    .where(
        _departure.c.compound == _charge.c.compound,
        _departure.c.unit == _charge.c.unit,
        _departure.c.debtor == _charge.c.debtor,
    )
    .correlate(_charge)
    .label("has_left")
)

#: Open charges of some units: found among what is open now, however many paid ones lie behind.
OPEN_CHARGES: Select[Any] = (
    select(
        _charge.c.seq,
        _charge.c.line,
        _charge.c.unit,
        _charge.c.debtor,
        _charge.c.item,
        _charge.c.period,
        _charge.c.due_on,
        _charge.c.party,
        _outstanding.c.begun_on,
        _owed,
        _disputed,
        _has_left,
    )
    .select_from(_outstanding)
    .join(
        _charge,
        and_(
            _charge.c.compound == _outstanding.c.compound,
            _charge.c.seq == _outstanding.c.charge_seq,
            _charge.c.line == _outstanding.c.charge_line,
        ),
    )
    .where(
        _outstanding.c.compound == _OF,
        _outstanding.c.unit.in_(bindparam("units", expanding=True)),
        _outstanding.c.ended_on == literal(date.max, _outstanding.c.ended_on.type),
    )
)
BILLED_UNITS = select(_charge.c.unit).where(
    _charge.c.compound == _OF,
    _charge.c.item == bindparam("item"),
    _charge.c.period == bindparam("month"),
    _charge.c.corrects_seq.is_(None),
    _live > 0,
)

_newest_area = (
    select(func.max(_area.c.seq))
    .where(_area.c.compound == _unit.c.compound, _area.c.unit == _unit.c.code)
    .correlate(_unit)
    .scalar_subquery()
)
_same = and_(_tenure.c.compound == _unit.c.compound, _tenure.c.unit == _unit.c.code)

#: Every unit with its newest area and its changes of tenure in order of their beginning.
HOLDINGS: Select[Any] = (
    select(
        _unit.c.code,
        _area.c.area_hundredths,
        _unit.c.floor,
        _tenure.c.from_on,
        _tenure.c.seq,
        _tenure.c.state,
        _tenure.c.debtor,
        _tenure.c.handed_over_on,
        _tenure.c.factor_bp,
        _tenure.c.notice,
        _tenure.c.confirmed_on,
    )
    .join(
        _area,
        and_(_area.c.compound == _unit.c.compound, _area.c.unit == _unit.c.code, _area.c.seq == _newest_area),
    )
    .join(_tenure, _same)
    .where(_unit.c.compound == _OF)
    .order_by(_unit.c.code, _tenure.c.from_on, _tenure.c.seq)
)
HOLDING = HOLDINGS.where(_unit.c.code == bindparam("unit"))

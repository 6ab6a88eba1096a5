"""How much of what was charged came in: current and overall rate, by kind of debtor, building and month.

Nobody's household shows: buildings with fewer than five units are merged with others (design decision 10). Late fees
are in neither rate. What is disputed at the end is out of both denominators, and printed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.rules.charge import LATE_FEE
from ledger.rules.period import last_day, month_of, months_back, months_between
from ledger.rules.unit import Party
from ledger.store.arrears import owed_on
from ledger.store.registers import compound_row
from ledger.store.tables import Charge, EntryRow, Relief, Settlement, Unit
from reports.figures import rate_bp

CURRENT_FORMULA_ZH: Final = "当期收缴率＝当期实收÷（本期应收－其中期末争议）"
OVERALL_FORMULA_ZH: Final = "综合收缴率＝（当期实收＋清欠实收）÷（期初欠费＋本期应收－期末争议）"
FORMULA_NOTE_ZH: Final = "实收含预收款转入；违约金不计入；争议额另列。"

FEWEST_UNITS: Final = 5
PARTY_ZH: Final = {Party.OWNER: "业主", Party.DEVELOPER: "建设单位"}

Where = tuple[str, str]  # building, kind of debtor


@dataclass(frozen=True, slots=True)
class Collected:
    """Arrears and collection of one group over a span, in fen.

    ``closing = opening + billed - received - waived - written off``. Opening holds what an audited opening of the span
    brought forward, billed is net of corrections. ``disputed_minor`` is a part of closing, and
    ``disputed_current_minor`` the part of it on the span's own charges.
    """

    opening_minor: int = 0
    billed_minor: int = 0
    received_current_minor: int = 0
    received_arrears_minor: int = 0
    waived_minor: int = 0
    written_off_minor: int = 0
    disputed_minor: int = 0
    disputed_current_minor: int = 0

    @property
    def closing_minor(self) -> int:
        """What is open at the end."""
        gone = self.received_current_minor + self.received_arrears_minor
        return self.opening_minor + self.billed_minor - gone - self.waived_minor - self.written_off_minor

    @property
    def current_rate_bp(self) -> int | None:
        """Return 当期收缴率 in basis points."""
        return rate_bp(self.received_current_minor, self.billed_minor - self.disputed_current_minor)

    @property
    def overall_rate_bp(self) -> int | None:
        """Return 综合收缴率 in basis points."""
        received = self.received_current_minor + self.received_arrears_minor
        return rate_bp(received, self.opening_minor + self.billed_minor - self.disputed_minor)

    def __add__(self, other: Collected) -> Collected:
        """Return both together."""
        return Collected(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Group:
    """A row of the table: what it is called, how many units are in it, and its figures."""

    key: str
    label_zh: str
    units: int | None
    figures: Collected


@dataclass(frozen=True, slots=True)
class CollectionRates:
    """The rates of a span of months, and month by month."""

    compound_zh: str
    since: str
    until: str
    by_kind: tuple[Group, ...]
    by_building: tuple[Group, ...]
    total: Group
    series: tuple[Group, ...]


def collection_rates(session: Session, compound: str, since: str, until: str) -> CollectionRates:
    """Return the rates from month ``since`` to month ``until``, both included."""
    span = _over(session, compound, since, until)
    units = _units(session, compound)
    series = tuple(
        Group(month, month, None, _sum(_over(session, compound, month, month)))
        for month in months_between(since, until)
    )
    by_kind = []
    for party in Party:
        mine = {where: figures for where, figures in span.items() if where[1] == party}
        by_kind.append(Group(str(party), PARTY_ZH[party], None, _sum(mine)))
    return CollectionRates(
        compound_row(session, compound).name,
        since,
        until,
        tuple(by_kind),
        _buildings(span, units),
        Group("total", "合计", sum(units.values()), _sum(span)),
        series,
    )


def _sum(figures: Mapping[Where, Collected]) -> Collected:
    total = Collected()
    for one in figures.values():
        total += one
    return total


def _units(session: Session, compound: str) -> dict[str, int]:
    query = select(col(Unit.building), func.count()).where(col(Unit.compound) == compound)
    return {building: int(count) for building, count in session.execute(query.group_by(col(Unit.building)))}


def _buildings(span: Mapping[Where, Collected], units: Mapping[str, int]) -> tuple[Group, ...]:
    """Return a row a building; small ones share a row, and if that is small still, the next smallest joins it."""
    by_size = sorted(units, key=lambda building: (units[building], building))
    merged = [building for building in by_size if units[building] < FEWEST_UNITS]
    for building in by_size[len(merged) :]:
        if not merged or sum(units[one] for one in merged) >= FEWEST_UNITS:
            break
        merged.append(building)

    def of(buildings: list[str]) -> Collected:
        return _sum({where: one for where, one in span.items() if where[0] in buildings})

    rows = [Group(one, one, units[one], of([one])) for one in sorted(units) if one not in merged]
    if merged:
        names = "、".join(sorted(merged))
        rows.append(
            Group(
                "merged",
                f"{names}（合并）" if rows else "全部楼栋",
                sum(units[one] for one in merged),
                of(merged),
            )
        )
    return tuple(rows)


def _over(session: Session, compound: str, since: str, until: str) -> dict[Where, Collected]:
    """Return the figures of a span by building and kind of debtor."""
    figures: dict[Where, Collected] = defaultdict(Collected)

    def count(where: Where, **minor: int) -> None:
        figures[where] += Collected(**{f"{name}_minor": value for name, value in minor.items()})

    for one in owed_on(session, compound, last_day(months_back(since, 1))):
        if one.charge.item != LATE_FEE:
            count((one.building, one.charge.party), opening=one.charge.open_minor)
    for row in _charged(session, compound, since, until):
        count((row.building, row.party), **{"opening" if row.kind == "opening" else "billed": int(row.minor)})
    for row in _settled(session, compound, since, until):
        name = "received_current" if row.is_current else "received_arrears"
        count((row.building, row.party), **{name: int(row.minor)})
    for row in _relieved(session, compound, since, until):
        name = "waived" if row.kind == "waiver" else "written_off"
        count((row.building, row.party), **{name: int(row.minor)})
    for one in owed_on(session, compound, last_day(until)):
        if one.charge.disputed_minor and one.charge.item != LATE_FEE:
            is_current = one.charge.period >= since
            count(
                (one.building, one.charge.party),
                disputed=one.charge.disputed_minor,
                disputed_current=one.charge.disputed_minor if is_current else 0,
            )
    return dict(figures)


def _within(query: Any, table: Any, compound: str, since: str, until: str) -> Any:  # Any: SQLAlchemy's select
    """Join the entry and the unit, and keep the months of the span."""
    of_entry = (col(EntryRow.compound) == table.compound) & (col(EntryRow.seq) == table.seq)
    of_unit = (col(Unit.compound) == col(Charge.compound)) & (col(Unit.code) == col(Charge.unit))
    return (
        query.join(EntryRow, of_entry)
        .join(Unit, of_unit)
        .where(
            col(EntryRow.compound) == compound,
            col(EntryRow.month) >= since,
            col(EntryRow.month) <= until,
            col(Charge.item) != LATE_FEE,
        )
    )


def _charged(session: Session, compound: str, since: str, until: str) -> Any:  # Any: rows
    keys = (col(Unit.building), col(Charge.party), col(EntryRow.kind))
    query = select(*keys, func.sum(col(Charge.amount_minor)).label("minor")).select_from(Charge)
    return session.execute(_within(query, Charge, compound, since, until).group_by(*keys))


def _settled(session: Session, compound: str, since: str, until: str) -> Any:  # Any: rows
    is_current = (col(Charge.period) >= since).label("is_current")
    keys = (col(Unit.building), col(Charge.party), is_current)
    query = select(*keys, func.sum(col(Settlement.amount_minor)).label("minor")).select_from(Settlement)
    found = _within(_of_charge(query, Settlement), Settlement, compound, since, until)
    return session.execute(found.group_by(*keys))


def _relieved(session: Session, compound: str, since: str, until: str) -> Any:  # Any: rows
    keys = (col(Unit.building), col(Charge.party), col(Relief.kind))
    query = select(*keys, func.sum(col(Relief.amount_minor)).label("minor")).select_from(Relief)
    found = _within(_of_charge(query, Relief), Relief, compound, since, until)
    return session.execute(found.where(col(Relief.kind) != "dispute").group_by(*keys))


def _of_charge(query: Any, table: Any) -> Any:  # Any: SQLAlchemy's select
    return query.join(
        Charge,
        (col(Charge.compound) == table.compound)
        & (col(Charge.seq) == table.charge_seq)
        & (col(Charge.line) == table.charge_line),
    )


def since_opening(session: Session, compound: str, month: str | None, until: str) -> str:
    """Return the first month of a span: the one asked for, not before the books; a year back if none is named."""
    opened = month_of(compound_row(session, compound).opened_on)
    return max(opened, months_back(until, 11) if month is None else month)

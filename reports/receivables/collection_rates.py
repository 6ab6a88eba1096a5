"""How much of what was charged came in: current and overall rate, by kind of debtor, building and month.

Nobody's household shows: buildings with fewer than five units are merged with others (design decision 10). Late fees,
shares of projects and what is collected for suppliers are in neither rate. What is disputed at the end is out of both
denominators, and printed. What was settled with a thing or with work is no money (chart E12): it ends the debt, stands
in a column of its own, and is in no numerator; a waiver likewise. Else a generous valuation would make a rate.

A span's own charges are those of its months, whenever they were billed; what was billed ahead for later months is not
in it yet. What was charged or corrected in it for months before stands apart: money for January cannot make
February's rate, so neither may the charge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.rules.charge import in_rates
from ledger.rules.entry import Kind
from ledger.rules.period import last_day, month_of, months_back, months_between
from ledger.rules.unit import Party
from ledger.store.arrears import Owed, owed_on
from ledger.store.collected import CHARGED, SETTLED, Flow, flows
from ledger.store.registers import compound_row
from ledger.store.tables import Unit
from reports.figures import rate_bp

CURRENT_FORMULA_ZH: Final = "当期收缴率＝当期实收÷（本期应收－其中期末争议）"
OVERALL_FORMULA_ZH: Final = "综合收缴率＝（当期实收＋清欠实收）÷（期初欠费＋本期应收＋补计更正－期末争议）"
FORMULA_NOTE_ZH: Final = (
    "本期应收为本期账期的应收，提前计费的也在内；以前账期在本期补计或更正的另列为补计更正；以后账期的不在表内。"
    "实收含预收款转入；违约金不计入；实物抵偿不是实收，与减免、争议额一样另列。"
)

FEWEST_UNITS: Final = 5
PARTY_ZH: Final = {Party.OWNER: "业主", Party.DEVELOPER: "建设单位"}

Where = tuple[str, str]  # building, kind of debtor


@dataclass(frozen=True, slots=True)
class Collected:
    """Arrears and collection of one group over a span, in fen.

    ``closing = opening + billed + earlier - received - waived - written off - in kind``. Opening and closing are what
    is open for months before the span, and for months up to its end; opening holds what an audited opening of the
    span brought forward. ``billed`` is what was charged for the span's own months by its end, net of corrections;
    ``earlier`` what was charged or corrected in it for months before. ``disputed_minor`` is a part of closing, and
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
    in_kind_minor: int = 0
    earlier_minor: int = 0

    @property
    def closing_minor(self) -> int:
        """What is open at the end."""
        gone = self.received_current_minor + self.received_arrears_minor + self.in_kind_minor
        return self._owed_minor - gone - self.waived_minor - self.written_off_minor

    @property
    def _owed_minor(self) -> int:
        return self.opening_minor + self.billed_minor + self.earlier_minor

    @property
    def current_rate_bp(self) -> int | None:
        """Return 当期收缴率 in basis points."""
        return rate_bp(self.received_current_minor, self.billed_minor - self.disputed_current_minor)

    @property
    def overall_rate_bp(self) -> int | None:
        """Return 综合收缴率 in basis points."""
        received = self.received_current_minor + self.received_arrears_minor
        return rate_bp(received, self._owed_minor - self.disputed_minor)

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
    months = months_between(since, until)
    happened = [one for one in flows(session, compound, since, until) if in_rates(one.item)]
    stood = {
        month: [one for one in owed_on(session, compound, last_day(month)) if in_rates(one.charge.item)]
        for month in (months_back(since, 1), *months)
    }
    span = _over(happened, stood[months_back(since, 1)], stood[until], (since, until))
    units = _units(session, compound)
    series = tuple(
        Group(
            month,
            month,
            None,
            _sum(_over(happened, stood[months_back(month, 1)], stood[month], (month, month))),
        )
        for month in months
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


def _over(
    happened: Iterable[Flow], before: Iterable[Owed], after: Iterable[Owed], span: tuple[str, str]
) -> dict[Where, Collected]:
    """Return the figures of a span by building and kind of debtor, from what stood before and after it."""
    since, until = span
    figures: dict[Where, Collected] = defaultdict(Collected)

    def count(where: Where, **minor: int) -> None:
        figures[where] += Collected(**{f"{name}_minor": value for name, value in minor.items()})

    for one in before:
        if one.charge.period < since:
            count((one.building, one.charge.party), opening=one.charge.open_minor)
    for flow in happened:
        is_own = since <= flow.period <= until
        if flow.month <= until and (is_own or flow.period < since <= flow.month):
            count((flow.building, flow.party), **{_name(flow, is_own=is_own): flow.minor})
    for one in after:
        if one.charge.period <= until:
            contested = one.charge.disputed_minor
            own = contested if one.charge.period >= since else 0
            count((one.building, one.charge.party), disputed=contested, disputed_current=own)
    return dict(figures)


def _name(flow: Flow, *, is_own: bool) -> str:
    """Return the column that something belongs to; what takes something back belongs where that stands."""
    if flow.what == CHARGED:
        if flow.kind == Kind.OPENING:
            return "opening"
        return "billed" if is_own else "earlier"
    if flow.what == SETTLED:
        if flow.kind == Kind.IN_KIND:
            return "in_kind"
        return "received_current" if is_own else "received_arrears"
    return "waived" if flow.what == "waiver" else "written_off"


def since_opening(session: Session, compound: str, month: str | None, until: str) -> str:
    """Return the first month of a span: the one asked for, not before the books; a year back if none is named."""
    opened = month_of(compound_row(session, compound).opened_on)
    return max(opened, months_back(until, 11) if month is None else month)

"""Public income of a month source by source: expected against received, and what it cost (Civil Code 282; L06, L25).

PDF, JSON and pages draw these figures. Zero, not applicable and missing stay three different things in all of them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from ledger.rules.chart import account_name_zh
from ledger.rules.lease import STATE_ZH, TYPES, AssetType, MonthState
from ledger.rules.period import last_day
from ledger.store.expected import Source, TypeMonth, expected
from ledger.store.in_month import sums_in_month
from ledger.store.leases import last_days, leases
from ledger.store.public_net import rent_of_later
from ledger.store.tables import Act, Lease
from reports.bulletin import PublicCostLine
from reports.figures import MISSING, NOT_APPLICABLE, Figure
from reports.month.public_income import cost_lines

_COST = "Expenses:PublicIncome:Cost:"
_COMMON_ZH = "全体业主共有"


@dataclass(frozen=True, slots=True)
class CostFigure:
    """One kind of reasonable cost, in fen."""

    account: str
    label_zh: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class SourceFigure:
    """A contract, or an asset that no contract lets: what was to come and what came, in fen.

    ``expected_minor`` is ``NOT_APPLICABLE`` where no sum is fixed. ``received_minor`` is gross; ``costs`` are those of
    the contract itself (fee and tax), ``net_minor`` is what is left. ``owed_minor`` is charged and not settled.
    """

    label_zh: str
    state: MonthState
    state_zh: str
    expected_minor: Figure
    received_minor: Figure
    owed_minor: int
    costs: tuple[CostFigure, ...]
    cost_minor: int
    net_minor: Figure
    contract: str | None
    asset: str | None
    counterparty: str | None
    related_party: bool
    place_zh: str
    from_on: date | None
    to_on: date | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class TypeFigure:
    """A type of public income; a statement that the compound has none says since when, why, and in which role."""

    type: AssetType
    label_zh: str
    label_en: str
    account: str
    state: MonthState
    state_zh: str
    received_minor: Figure
    sources: tuple[SourceFigure, ...]
    absent_since: date | None = None
    absent_reason: str | None = None
    stated_by: str | None = None


@dataclass(frozen=True, slots=True)
class IncomeSources:
    """A month of public income. ``missing`` names what blocks its publication.

    ``later_periods_minor`` is the rent recognised by the month's end that is for days after it: whether it may be
    distributed, the voted rule says.
    """

    month: str
    types: tuple[TypeFigure, ...]
    gross_minor: int
    costs: tuple[CostFigure, ...]
    cost_minor: int
    net_minor: int
    unproved: tuple[PublicCostLine, ...]
    missing: tuple[str, ...]
    later_periods_minor: int


def income_sources(session: Session, compound: str, month: str) -> IncomeSources:
    """Return a month's public income, type by type and source by source."""
    found = expected(session, compound, month)
    by_contract, costs = _costs(session, compound, month)
    known = {one.code: one for one in leases(session, compound)}
    ended = last_days(session, compound)
    types = []
    for one in found:
        sources = tuple(
            _source(source, known, ended, by_contract[source.contract] if source.contract else ())
            for source in one.sources
        )
        types.append(_type(session, compound, one, sources))
    gross = sum(one.received_minor for one in found)
    cost = sum(one.amount_minor for one in costs)
    return IncomeSources(
        month=month,
        types=tuple(types),
        gross_minor=gross,
        costs=costs,
        cost_minor=cost,
        net_minor=gross - cost,
        unproved=tuple(line for line in cost_lines(session, compound, month) if not line.voucher),
        missing=tuple(
            source.name for one in found for source in one.sources if source.state is MonthState.MISSING
        ),
        later_periods_minor=rent_of_later(session, compound, last_day(month)),
    )


def _figure(state: MonthState, minor: int) -> Figure:
    """Return an amount, unless there is none to show: nothing that nobody has entered is printed as zero."""
    if minor:
        return minor
    if state is MonthState.MISSING:
        return MISSING
    return NOT_APPLICABLE if state is MonthState.NOT_APPLICABLE else 0


def _source(
    source: Source, known: dict[str, Lease], ended: dict[str, date], costs: tuple[CostFigure, ...]
) -> SourceFigure:
    lease = known.get(source.contract or "")
    cost = sum(one.amount_minor for one in costs)
    received = _figure(source.state, source.received_minor)
    return SourceFigure(
        label_zh=source.words,
        state=source.state,
        state_zh=STATE_ZH[source.state],
        expected_minor=NOT_APPLICABLE if source.expected_minor is None else source.expected_minor,
        received_minor=received,
        owed_minor=source.owed_minor,
        costs=costs,
        cost_minor=cost,
        net_minor=received - cost if isinstance(received, int) else received,
        contract=source.contract,
        asset=source.asset,
        counterparty=source.counterparty,
        related_party=source.related_party,
        place_zh=place_zh(lease.building, lease.stair) if lease else _COMMON_ZH,
        from_on=lease.from_on if lease else None,
        to_on=ended.get(lease.code, lease.to_on) if lease else None,
        reason=source.reason,
    )


def _type(session: Session, compound: str, one: TypeMonth, sources: tuple[SourceFigure, ...]) -> TypeFigure:
    said = one.absence if one.state is MonthState.NOT_APPLICABLE else None
    act = session.get(Act, (compound, said.seq)) if said else None
    words = TYPES[one.type]
    return TypeFigure(
        type=one.type,
        label_zh=words.zh,
        label_en=words.en,
        account=words.account,
        state=one.state,
        state_zh=STATE_ZH[one.state],
        received_minor=_figure(one.state, one.received_minor),
        sources=sources,
        absent_since=said.since if said else None,
        absent_reason=said.reason if said else None,
        stated_by=act.role if act else None,
    )


def _costs(
    session: Session, compound: str, month: str
) -> tuple[dict[str, tuple[CostFigure, ...]], tuple[CostFigure, ...]]:
    """Return the month's costs by contract, and all of them by kind."""
    by_contract: dict[str, list[CostFigure]] = defaultdict(list)
    total: dict[str, int] = defaultdict(int)
    sums = sums_in_month(session, compound, month, _COST)
    for code, contract, minor in sorted((code, contract or "", minor) for code, contract, minor in sums):
        total[code] += minor
        by_contract[contract].append(_cost(code, minor))
    of_contract: dict[str, tuple[CostFigure, ...]] = defaultdict(tuple)
    of_contract |= {contract: tuple(some) for contract, some in by_contract.items()}
    return of_contract, tuple(_cost(account, minor) for account, minor in sorted(total.items()) if minor)


def _cost(account: str, minor: int) -> CostFigure:
    return CostFigure(account, account_name_zh(account).removeprefix("合理成本·"), minor)


def place_zh(building: str | None, stair: str | None) -> str:
    """Say whose an asset is: common to all owners, or to those of a building or a stair."""
    return " ".join(part for part in (building, stair) if part) or _COMMON_ZH

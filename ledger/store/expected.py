"""What public income a month should bring and what it brought, source by source: missing is not zero (L25)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.rules.lease import OCCASIONAL, TYPES, AssetType, MonthState, Status
from ledger.rules.period import first_day, last_day
from ledger.store.assets import Absence, StandingAsset, absences, standing_assets
from ledger.store.in_month import sums_in_month
from ledger.store.leases import Rent, assets_of, is_due_in, last_days, leases, rents
from ledger.store.tables import AssetIncome, Lease, ZeroStatement


@dataclass(frozen=True, slots=True)
class Source:
    """One source of public income in a month: a contract, or an asset that no contract lets; amounts in fen.

    ``expected_minor`` is the rent that falls due in the month, None where no sum is fixed; ``received_minor`` is the
    income of the month, gross; ``owed_minor`` what is charged of that rent and not settled. ``reason`` says why it
    is zero, ``words`` what it is.
    """

    type: AssetType
    words: str
    state: MonthState
    received_minor: int = 0
    expected_minor: int | None = None
    owed_minor: int = 0
    contract: str | None = None
    asset: str | None = None
    counterparty: str | None = None
    related_party: bool = False
    reason: str | None = None

    @property
    def name(self) -> str:
        """What it is called where it is missing."""
        return f"合同 {self.contract}" if self.contract else f"{self.words}({self.asset})"


@dataclass(frozen=True, slots=True)
class TypeMonth:
    """A type of public income in a month: the income on its account, in fen, and the state of all its sources."""

    type: AssetType
    state: MonthState
    received_minor: int
    sources: tuple[Source, ...] = ()
    absence: Absence | None = None


@dataclass(slots=True)
class _Month:
    """What is read once for a month."""

    month: str
    by_contract: dict[str, int] = field(default_factory=dict)
    by_asset: dict[str, int] = field(default_factory=dict)
    by_account: dict[str, int] = field(default_factory=dict)
    zeros: dict[tuple[str | None, str | None], str] = field(default_factory=dict)


def expected(session: Session, compound: str, month: str) -> tuple[TypeMonth, ...]:
    """Return the month type by type, each with its contracts and the assets that no contract lets."""
    read = _read(session, compound, month)
    sources: dict[AssetType, list[Source]] = defaultdict(list)
    there = standing_assets(session, compound, last_day(month), since=first_day(month))
    kinds = {one.code: one.type for one in standing_assets(session, compound, date.max)} | {
        one.code: one.type for one in there
    }
    let: set[str] = set()
    of_lease = assets_of(session, compound)
    ended = last_days(session, compound)
    dues = defaultdict(list)
    for rent in rents(session, compound, due_by=last_day(month)):
        if _counts(rent, month, ended.get(rent.contract, date.max)):
            dues[rent.contract].append(rent)
    for lease in leases(session, compound):
        last = ended.get(lease.code, lease.to_on)
        runs = lease.from_on <= last_day(month) and last >= first_day(month)
        if runs:
            let |= set(of_lease.get(lease.code, ()))
        if runs or dues[lease.code] or read.by_contract.get(lease.code):
            kind = _type_of(lease, of_lease.get(lease.code, ()), kinds)
            sources[kind].append(_of_lease(lease, kind, dues[lease.code], read))
    for one in there:
        if one.code not in let and one.type not in OCCASIONAL:
            sources[one.type].append(_of_asset(one, read))
    said = absences(session, compound, last_day(month))
    return tuple(_of_type(kind, sources[kind], said.get(kind), read) for kind in AssetType)


def missing(session: Session, compound: str, month: str) -> tuple[Source, ...]:
    """Return the contracts and assets in operation with neither an entry nor a statement of zero: nothing is published.

    A type of which nobody has said whether the compound has it is shown as missing and blocks nothing.
    """
    return tuple(
        source
        for one in expected(session, compound, month)
        for source in one.sources
        if source.state is MonthState.MISSING
    )


def received_in(session: Session, compound: str, month: str, asset: str | None, contract: str | None) -> int:
    """Return what an asset or a contract brought in a month, in fen."""
    read = _read(session, compound, month)
    return read.by_asset.get(asset, 0) if asset is not None else read.by_contract.get(contract or "", 0)


def is_rent_due(session: Session, compound: str, month: str, contract: str) -> bool:
    """Say whether a contract's rent falls due in a month, so that nothing coming in is a debt and not zero."""
    last = last_days(session, compound).get(contract, date.max)
    return any(
        _counts(rent, month, last)
        for rent in rents(session, compound, due_by=last_day(month))
        if rent.contract == contract
    )


def _counts(rent: Rent, month: str, last: date) -> bool:
    """Say whether a rent is of a month: what is of days after the contract's end and was not charged is not."""
    return is_due_in(rent, month) and (rent.from_on <= last or rent.charged_minor != 0)


def _read(session: Session, compound: str, month: str) -> _Month:
    read = _Month(month)
    variable = {one.code for one in leases(session, compound) if one.variable}
    for account, contract, minor in sums_in_month(session, compound, month, "Income:PublicIncome:"):
        read.by_account[account] = read.by_account.get(account, 0) - minor
        if contract is not None and contract not in variable:
            read.by_contract[contract] = read.by_contract.get(contract, 0) - minor
    incomes = (
        select(col(AssetIncome.asset), col(AssetIncome.contract), func.sum(col(AssetIncome.amount_minor)))
        .where(col(AssetIncome.compound) == compound, col(AssetIncome.month) == month)
        .group_by(col(AssetIncome.asset), col(AssetIncome.contract))
    )
    for asset, contract, minor in session.execute(incomes):
        if asset is not None:
            read.by_asset[asset] = int(minor)
        else:
            read.by_contract[contract] = int(minor)
    zeros = select(ZeroStatement).where(
        col(ZeroStatement.compound) == compound, col(ZeroStatement.month) == month
    )
    for row in session.execute(zeros.order_by(col(ZeroStatement.seq))).scalars():
        read.zeros[row.asset, row.contract] = row.reason
    return read


def _type_of(lease: Lease, assets: tuple[str, ...], kinds: dict[str, AssetType]) -> AssetType:
    known = [kinds[code] for code in assets if code in kinds]
    by_account = [kind for kind, words in TYPES.items() if words.account == lease.account]
    return (known or by_account or [AssetType.OTHER])[0]


def _of_lease(lease: Lease, kind: AssetType, dues: list[Rent], read: _Month) -> Source:
    """Return a contract's month: what is due and not charged, and not stated to be zero, is missing."""
    received = read.by_contract.get(lease.code, 0)
    zero = read.zeros.get((None, lease.code))
    source = Source(
        type=kind,
        words=TYPES[kind].zh,
        state=MonthState.NOT_DUE,
        received_minor=received,
        expected_minor=None if lease.variable else sum(one.amount_minor for one in dues),
        owed_minor=sum(one.open_minor for one in dues),
        contract=lease.code,
        counterparty=lease.counterparty,
        related_party=bool(lease.related_party),
        reason=zero,
    )
    lacks = not received if lease.variable else any(not one.is_charged for one in dues)
    if zero is not None and not received and not dues:
        return replace(source, state=MonthState.ZERO)
    if lacks and (zero is None or dues):
        return replace(source, state=MonthState.MISSING)
    if received:
        return replace(source, state=MonthState.RECEIVED)
    return replace(source, state=MonthState.OWED) if source.owed_minor else source


def _of_asset(one: StandingAsset, read: _Month) -> Source:
    """Return an asset's month; one that is idle brings nothing, and its status says why."""
    received = read.by_asset.get(one.code, 0)
    zero = read.zeros.get((one.code, None))
    if received:
        state = MonthState.RECEIVED
    elif zero is not None or one.status is Status.IDLE:
        state = MonthState.ZERO
    else:
        state = MonthState.MISSING
    reason = zero if zero is not None else one.reason if one.status is Status.IDLE else None
    return Source(one.type, one.label, state, received, asset=one.code, reason=reason)


def _of_type(kind: AssetType, sources: list[Source], absence: Absence | None, read: _Month) -> TypeMonth:
    received = read.by_account.get(TYPES[kind].account, 0)
    states = {one.state for one in sources}
    state = MonthState.MISSING
    if MonthState.MISSING not in states:
        order = (MonthState.RECEIVED, MonthState.OWED, MonthState.ZERO, MonthState.NOT_DUE)
        known = next((one for one in order if one in states), None)
        if received:
            state = MonthState.RECEIVED
        elif known is not None:
            state = known
        elif absence is not None:
            state = MonthState.NOT_APPLICABLE
        elif kind in OCCASIONAL:
            state = MonthState.NOT_DUE
    return TypeMonth(kind, state, received, tuple(sources), absence)

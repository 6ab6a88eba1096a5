"""Register what the common parts can earn with, and say of what is not there, or brought nothing, that it is so.

Zero, not applicable and missing are three different things (L25): the first two are statements of somebody, with a
reason and a day; what nobody has stated is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from ledger.errors import AlreadyExists, AssetStated, NotFound, RequestMalformed, ZeroRefused
from ledger.rules.lease import TYPES, AssetType, Status, check_reference
from ledger.rules.period import first_day, parse_month
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_public, check_public_optional
from ledger.store.append import Journal, Recorded
from ledger.store.assets import is_absent, standing_assets
from ledger.store.expected import is_rent_due, received_in
from ledger.store.tables import Asset, AssetAbsence, AssetStatus, Lease, Unit, ZeroStatement

_PLACE = 16
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class RegisterAsset:
    """An asset: how many of a type, where (common to all unless a building or a stair is named), since when."""

    code: str
    type: AssetType
    label: str
    from_on: date
    count: int = 1
    building: str | None = None
    stair: str | None = None
    status: Status = Status.OPERATED


@dataclass(frozen=True, slots=True)
class SetAssetStatus:
    """An asset is operated, idle or gone from a day on."""

    asset: str
    status: Status
    from_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class StateAbsence:
    """The compound has nothing of a type since a day; ``absent`` False: it has after all."""

    type: AssetType
    from_on: date
    reason: str
    absent: bool = True


@dataclass(frozen=True, slots=True)
class StateZero:
    """An asset, or a contract, brought nothing in a month."""

    month: str
    reason: str
    asset: str | None = None
    contract: str | None = None


def register_asset(journal: Journal, command: RegisterAsset) -> Recorded:
    """Put an asset on the register.

    Raises:
        AlreadyExists: the code is taken.
        AssetStated: it is on record that the compound has nothing of the type.
        NotFound: no unit lies in this building or stair.
    """
    require(journal.actor, KEEPERS)
    code = check_reference(command.code, "/code")
    if journal.session.get(Asset, (journal.compound, code)) is not None:
        raise AlreadyExists(pointer="/code", what=code)
    if not 0 < command.count <= _MOST:
        raise RequestMalformed(
            pointer="/count", why_zh="数量应大于零", why_en="the count is a number above zero"
        )
    if is_absent(journal.session, journal.compound, command.type, command.from_on):
        raise AssetStated(
            pointer="/type",
            type=TYPES[command.type].zh,
            why_zh="已声明本小区没有,请先更正声明",
            why_en="it is stated that the compound has none; take that back first",
        )
    _check_place(journal, command)
    row = {
        "code": code,
        "type": str(command.type),
        "label": check_public(command.label, "/label", NAME_LIMIT),
        "building": command.building,
        "stair": command.stair,
        "count": command.count,
    }
    status = {
        "asset": code,
        "from_on": command.from_on,
        "status": str(command.status),
        "reason": "登记",
    }
    return journal.record("asset_registered", journal.today, {Asset: [row], AssetStatus: [status]})


def _check_place(journal: Journal, command: RegisterAsset) -> None:
    check_public_optional(command.building, "/building", _PLACE)
    check_public_optional(command.stair, "/stair", _PLACE)
    if command.stair is not None and command.building is None:
        raise RequestMalformed(
            pointer="/building", why_zh="注明单元时须注明楼栋", why_en="a stair has a building"
        )
    if command.building is None:
        return
    query = select(Unit.code).where(Unit.compound == journal.compound, Unit.building == command.building)
    if command.stair is not None:
        query = query.where(Unit.stair == command.stair)
    if journal.session.exec(query).first() is None:
        raise NotFound(pointer="/building", what=f"{command.building} {command.stair or ''}".strip())


def set_asset_status(journal: Journal, command: SetAssetStatus) -> Recorded:
    """Say what an asset is from a day on.

    Raises:
        NotFound: there is no such asset.
    """
    require(journal.actor, KEEPERS)
    _asset(journal, command.asset)
    row = {
        "asset": command.asset,
        "from_on": command.from_on,
        "status": str(command.status),
        "reason": check_public(command.reason, "/reason"),
    }
    return journal.record("asset_status", journal.today, {AssetStatus: [row]})


def state_absence(journal: Journal, command: StateAbsence) -> Recorded:
    """State that the compound has nothing of a type, or that it has.

    Raises:
        AssetStated: an asset of the type is on the register.
    """
    require(journal.actor, KEEPERS)
    there = standing_assets(journal.session, journal.compound, command.from_on)
    if command.absent and any(one.type is command.type for one in there):
        raise AssetStated(
            pointer="/type",
            type=TYPES[command.type].zh,
            why_zh="已有登记的资源,不能声明不适用",
            why_en="an asset of this type is on the register",
        )
    row = {
        "type": str(command.type),
        "from_on": command.from_on,
        "absent": int(command.absent),
        "reason": check_public(command.reason, "/reason"),
    }
    return journal.record("asset_absence", journal.today, {AssetAbsence: [row]})


def state_zero(journal: Journal, command: StateZero) -> Recorded:
    """State that nothing came in a month, and why; also of a month that is closed, since nothing is posted.

    Raises:
        NotFound: there is no such asset or contract.
        ZeroRefused: something came or is due by the contract, or the month has not begun.
    """
    require(journal.actor, KEEPERS)
    month = parse_month(command.month, "/month")
    if (command.asset is None) == (command.contract is None):
        raise RequestMalformed(
            pointer="/asset", why_zh="请注明资源或合同之一", why_en="name an asset or a contract, one of them"
        )
    if command.asset is not None:
        _asset(journal, command.asset)
    elif journal.session.get(Lease, (journal.compound, command.contract)) is None:
        raise NotFound(pointer="/contract", what=(command.contract or "")[:40])
    what = command.asset or command.contract or ""
    if first_day(month) > journal.today:
        raise ZeroRefused(
            pointer="/month", what=what, month=month, why_zh="尚未开始", why_en="it has not begun"
        )
    came = received_in(journal.session, journal.compound, month, command.asset, command.contract)
    if came:
        raise ZeroRefused(
            pointer="/month", what=what, month=month, why_zh="已有收入", why_en="something came in"
        )
    if command.contract is not None and is_rent_due(
        journal.session, journal.compound, month, command.contract
    ):
        raise ZeroRefused(
            pointer="/month",
            what=what,
            month=month,
            why_zh="合同有到期租金,欠收不是零",
            why_en="rent falls due; what is owed is not zero",
        )
    row = {
        "month": month,
        "asset": command.asset,
        "contract": command.contract,
        "reason": check_public(command.reason, "/reason"),
    }
    return journal.record("zero_stated", journal.today, {ZeroStatement: [row]})


def _asset(journal: Journal, code: str) -> Asset:
    row = journal.session.exec(
        select(Asset).where(Asset.compound == journal.compound, col(Asset.code) == code)
    ).one_or_none()
    if row is None:
        raise NotFound(pointer="/asset", what=code[:40])
    return row

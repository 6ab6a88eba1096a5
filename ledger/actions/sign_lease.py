"""Record a contract of public income: what it lets, to whom, for how long, for how much, by which vote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, select

from ledger.actions.authorise import authorise
from ledger.errors import AlreadyExists, AssetLet, NotFound, RequestMalformed
from ledger.rules.authority import AuthorityKind, Matter, Need
from ledger.rules.lease import (
    TYPES,
    AssetType,
    Due,
    Schedule,
    check_credit_code,
    check_fee_cap,
    check_reference,
    dues,
    is_sole_trader,
)
from ledger.rules.money import FACTOR_SCALE, check_positive
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_public, check_text
from ledger.store.append import Journal, Recorded
from ledger.store.leases import assets_of, last_days, leases
from ledger.store.tables import Asset, Instalment, Lease, LeaseAsset

FUND = "PublicIncome"
_TENANT_ZH = "承租人"
_MOST_INSTALMENTS = 600


@dataclass(frozen=True, slots=True)
class Tenant:
    """Who rents. ``consents``: a sole trader or a person agrees to be named; else the trade stands for the name."""

    name: str
    credit_code: str | None = None
    consents: bool = False
    related_party: bool = False


@dataclass(frozen=True, slots=True)
class SignLease:
    """A contract: rent by ``schedule``, or by ``instalments``, or neither: each month brings what it brings.

    ``fee_bp``: the management fee on gross rent; ``tax_bp``: the tax rate within the price; both in basis points.
    """

    code: str
    assets: tuple[str, ...]
    tenant: Tenant
    from_on: date
    to_on: date
    authority: str
    schedule: Schedule | None = None
    instalments: tuple[Due, ...] = ()
    fee_bp: int = 0
    tax_bp: int = 0
    deposit_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """What a contract fixes: how many instalments, and their total in fen."""

    recorded: Recorded
    contract: str
    count: int
    total_minor: int


def sign_lease(journal: Journal, command: SignLease) -> Signed:
    """Put the contract and its instalments on record.

    Raises:
        AlreadyExists: the code is taken.
        AssetLet: an asset is let in these days.
        CreditCodeMalformed: the code's check character is wrong.
        ManagementFeeAboveCap: the fee is above the place's cap (L09).
        AuthorityUnfit: it is not a vote on the common parts, which is a special one (L21).
    """
    require(journal.actor, KEEPERS)
    code = check_reference(command.code, "/code")
    if journal.session.get(Lease, (journal.compound, code)) is not None:
        raise AlreadyExists(pointer="/code", what=code)
    if command.from_on > command.to_on:
        raise _malformed("/to_on", "合同期限不对", "the term ends before it begins")
    for pointer, rate in (("/fee_bp", command.fee_bp), ("/tax_bp", command.tax_bp)):
        if not 0 <= rate <= FACTOR_SCALE:
            raise _malformed(pointer, "费率应在 0 至 100% 之间", "a rate lies between 0 and 100 %")
    check_fee_cap(command.fee_bp, FACTOR_SCALE, journal.profile.management_fee_cap_bp)
    authority = _authorised(journal, command)
    assets = _assets(journal, command)
    planned = _planned(journal, command)
    row = {
        "code": code,
        "account": TYPES[AssetType(assets[0].type)].account,
        "from_on": command.from_on,
        "to_on": command.to_on,
        "variable": int(not planned),
        "fee_bp": command.fee_bp,
        "tax_bp": command.tax_bp,
        "deposit_minor": _optional_sum(command.deposit_minor),
        "building": assets[0].building,
        "stair": assets[0].stair,
        "authority": authority,
        **_tenant(journal, command.tenant, AssetType(assets[0].type)),
    }
    instalments = [
        {
            "contract": code,
            "number": number,
            "from_on": one.from_on,
            "to_on": one.to_on,
            "due_on": one.due_on,
            "amount_minor": one.amount_minor,
        }
        for number, one in enumerate(planned, 1)
    ]
    let = [{"contract": code, "asset": asset.code} for asset in assets]
    recorded = journal.record(
        "lease_signed", journal.today, {Lease: [row], LeaseAsset: let, Instalment: instalments}
    )
    return Signed(recorded, code, len(planned), sum(one.amount_minor for one in planned))


def _malformed(pointer: str, zh: str, en: str) -> RequestMalformed:
    return RequestMalformed(pointer=pointer, why_zh=zh, why_en=en)


def _authorised(journal: Journal, command: SignLease) -> str:
    """Return the vote on the common parts (Civil Code 278 (8)); what was signed before the books stands on itself."""
    kinds, matters = {AuthorityKind.VOTE}, {Matter.COMMON_PARTS}
    if command.from_on < journal.opened_on:
        kinds.add(AuthorityKind.CONTRACT)
        matters.add(Matter.OTHER)
    need = Need(FUND, 0, journal.today, frozenset(kinds), frozenset(matters))
    return authorise(journal, command.authority, need).code


def _assets(journal: Journal, command: SignLease) -> list[Asset]:
    """Return the assets that are let: of one type of income and of one place, and let to nobody else."""
    codes = list(dict.fromkeys(command.assets))
    if not codes:
        raise _malformed("/assets", "请至少注明一项资源", "name at least one asset")
    query = select(Asset).where(Asset.compound == journal.compound, col(Asset.code).in_(codes))
    known = {row.code: row for row in journal.session.exec(query)}
    for place, code in enumerate(codes):
        if code not in known:
            raise NotFound(pointer=f"/assets/{place}", what=code[:40])
    found = [known[code] for code in codes]
    if len({TYPES[AssetType(one.type)].account for one in found}) > 1:
        raise _malformed(
            "/assets",
            "一份合同只能有一种收益,请分开登记",
            "a contract has one type of income; record one for each",
        )
    if len({(one.building, one.stair) for one in found}) > 1:
        raise _malformed(
            "/assets",
            "资源须同属全体或同一楼栋单元,请分开登记",
            "the assets are common to all or to one building or stair; record one contract for each",
        )
    _check_free(journal, command, codes)
    return found


def _check_free(journal: Journal, command: SignLease, codes: list[str]) -> None:
    ended = last_days(journal.session, journal.compound)
    let = assets_of(journal.session, journal.compound)
    for lease in leases(journal.session, journal.compound):
        last = ended.get(lease.code, lease.to_on)
        if lease.from_on <= command.to_on and last >= command.from_on:
            for place, code in enumerate(codes):
                if code in let.get(lease.code, ()):
                    raise AssetLet(pointer=f"/assets/{place}", asset=code, contract=lease.code)


def _planned(journal: Journal, command: SignLease) -> list[Due]:
    """Return the sums that the contract fixes; what of a schedule fell due before the books began is left out."""
    if command.schedule is not None and command.instalments:
        raise _malformed(
            "/instalments", "租金只能按周期或按清单约定一种", "rent goes by a schedule or by a list, not both"
        )
    if command.schedule is not None:
        check_positive(command.schedule.amount_minor, "/schedule/amount")
        planned = dues(command.from_on, command.to_on, command.schedule)
        found = [one for one in planned if one.due_on >= journal.opened_on]
        if not found:
            raise _malformed("/schedule", "没有任何一期租金", "no rent falls due")
        return found
    if len(command.instalments) > _MOST_INSTALMENTS:
        raise _malformed("/instalments", "最多 600 期", "at most 600 instalments")
    for place, one in enumerate(command.instalments):
        check_positive(one.amount_minor, f"/instalments/{place}/amount")
        if not command.from_on <= one.from_on <= one.to_on <= command.to_on:
            raise _malformed(f"/instalments/{place}", "租期应在合同期限内", "its days lie within the term")
    return sorted(command.instalments, key=lambda one: (one.due_on, one.from_on))


def _optional_sum(minor: int | None) -> int | None:
    return None if minor is None else check_positive(minor, "/deposit")


def _tenant(journal: Journal, tenant: Tenant, kind: AssetType) -> dict[str, Any]:
    """Return the columns of the tenant. A person's name, and a code that leads to it, is an erasable remark."""
    code = (
        None if tenant.credit_code is None else check_credit_code(tenant.credit_code, "/tenant/credit_code")
    )
    named = tenant.consents or (code is not None and not is_sole_trader(code))
    if named:
        name, name_hash = check_public(tenant.name, "/tenant/name", NAME_LIMIT), None
    else:
        said = check_text(tenant.name, "/tenant/name", NAME_LIMIT)
        name_hash = journal.keep_remark(f"{said} {code}" if code else said)
        name, code = f"{TYPES[kind].zh}{_TENANT_ZH}", None
    return {
        "counterparty": name,
        "credit_code": code,
        "name_hash": name_hash,
        "related_party": int(tenant.related_party),
    }

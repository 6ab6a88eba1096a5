"""Contracts of public income: what they fix when they are signed, and which are refused."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import errors
from ledger.actions.open_compound import OpenCompound, open_compound
from ledger.actions.record_authority import Terms, record_contract, record_resolution
from ledger.actions.register_asset import RegisterAsset, register_asset
from ledger.actions.sign_lease import SignLease, Tenant, sign_lease
from ledger.rules.authority import Matter
from ledger.rules.lease import AssetType, Due, Schedule
from ledger.store.tables import Lease, Remark
from tests.books.between import voted
from tests.books.renting import (
    COMPANY,
    MEDIA,
    NEW_YEAR,
    NEW_YEARS_EVE,
    SOLE_TRADER,
    VOTE,
    asset,
    let_lifts,
    lifts_to_let,
)
from tests.books.sample import set_up, yuan
from tests.conftest import COMMITTEE, OPERATOR, Books
from tests.ledger.actions.test_receiving import refused

MONTHLY = Schedule(120_000)


@pytest.fixture
def lifts(house: Books) -> Books:
    """Give books with the lifts' advert frames and the vote that lets them."""
    return lifts_to_let(house)


def contract(**more: object) -> SignLease:
    terms: dict[str, object] = {
        "code": "A-07",
        "assets": ("LIFT-AD",),
        "tenant": MEDIA,
        "from_on": NEW_YEAR,
        "to_on": NEW_YEARS_EVE,
        "authority": VOTE,
        "schedule": MONTHLY,
    }
    return SignLease(**(terms | more))  # type: ignore[arg-type]  # by name


def test_a_contract_fixes_its_instalments_once(lifts: Books) -> None:
    done = lifts.act(sign_lease, contract())
    assert (done.count, done.total_minor) == (12, yuan("14,400.00"))
    refused(lifts, sign_lease, contract(), errors.AlreadyExists)


def test_an_asset_is_not_let_twice_in_the_same_days(lifts: Books) -> None:
    lifts.act(sign_lease, contract(to_on=date(2026, 6, 30)))
    refused(lifts, sign_lease, contract(code="A-08", from_on=date(2026, 6, 30)), errors.AssetLet)
    assert lifts.act(sign_lease, contract(code="A-08", from_on=date(2026, 7, 1))).count == 6


def test_letting_common_parts_takes_a_special_vote(lifts: Books) -> None:
    decided = date(2026, 1, 3)
    lifts.act(record_resolution, Terms("会2026-01", Matter.SPENDING, "决议", decided), by=COMMITTEE)
    voted(lifts, "V2026-09", Matter.SPENDING)
    refused(lifts, sign_lease, contract(authority=""), errors.AuthorityMissing)
    refused(lifts, sign_lease, contract(authority="V-none"), errors.AuthorityUnknown)
    refused(lifts, sign_lease, contract(authority="会2026-01"), errors.AuthorityUnfit)
    refused(lifts, sign_lease, contract(authority="V2026-09"), errors.AuthorityUnfit)


def test_a_contract_that_was_taken_over_stands_on_itself(lifts: Books) -> None:
    paper = Terms("旧合同A-01", Matter.OTHER, "前期电梯广告合同", date(2025, 3, 1), document="A-01.pdf")
    lifts.act(record_contract, paper, "示例传媒有限公司")
    taken = contract(from_on=date(2025, 4, 1), to_on=date(2026, 3, 31), authority="旧合同A-01")
    assert lifts.act(sign_lease, taken).count == 3  # what fell due before the books began is not theirs
    again = contract(code="A-09", from_on=date(2026, 4, 1), authority="旧合同A-01")
    refused(lifts, sign_lease, again, errors.AuthorityUnfit)


@pytest.mark.parametrize(
    "wrong",
    [
        {"to_on": date(2025, 12, 31)},
        {"assets": ()},
        {"assets": ("LIFT-AD", "GATE-AD")},
        {"assets": ("LIFT-AD", "LIFT-B01")},
        {"schedule": Schedule(0)},
        {"schedule": Schedule(-5)},
        {"deposit_minor": 0},
        {"fee_bp": 10_001},
        {"tax_bp": -1},
        {"instalments": (Due(NEW_YEAR, NEW_YEARS_EVE, NEW_YEAR, 5),)},
        {"schedule": None, "instalments": (Due(NEW_YEAR, date(2027, 1, 1), NEW_YEAR, 5),)},
        {"schedule": None, "instalments": (Due(NEW_YEAR, NEW_YEAR, NEW_YEAR, 0),)},
    ],
)
def test_a_contract_that_cannot_be_is_refused(lifts: Books, wrong: dict[str, object]) -> None:
    asset(lifts, "GATE-AD", AssetType.ADVERT_GATE, "道闸广告", NEW_YEAR)
    asset(lifts, "LIFT-B01", AssetType.ADVERT_ELEVATOR, "B01 电梯广告", NEW_YEAR, building="B01")
    refused(lifts, sign_lease, contract(**wrong), errors.RequestMalformed)


def test_a_contract_of_an_unknown_asset_or_a_wrong_credit_code_is_refused(lifts: Books) -> None:
    refused(lifts, sign_lease, contract(assets=("NONE",)), errors.NotFound)
    forged = Tenant("示例", COMPANY[:-1] + "0")
    assert refused(lifts, sign_lease, contract(tenant=forged), errors.CreditCodeMalformed).pointer == (
        "/tenant/credit_code"
    )


def test_the_rent_of_a_building_is_that_buildings(lifts: Books) -> None:
    asset(lifts, "LIFT-B01", AssetType.ADVERT_ELEVATOR, "B01 电梯广告", NEW_YEAR, building="B01", stair="U1")
    lifts.act(sign_lease, contract(assets=("LIFT-B01",)))
    with lifts.database.reading() as session:
        row = session.get_one(Lease, (lifts.compound, "A-07"))
        assert (row.building, row.stair) == ("B01", "U1")
    nowhere = RegisterAsset("X", AssetType.STALL, "摊位", NEW_YEAR, building="B09")
    refused(lifts, register_asset, nowhere, errors.NotFound)


def test_a_sole_trader_is_named_only_with_consent(lifts: Books) -> None:
    stall = ("STALL",)
    asset(lifts, "STALL", AssetType.STALL, "早餐摊位", NEW_YEAR)
    unnamed = Tenant("李记早餐店", SOLE_TRADER)
    done = lifts.act(sign_lease, contract(assets=stall, tenant=unnamed, to_on=date(2026, 6, 30)))
    agreed = Tenant("李记早餐店", SOLE_TRADER, consents=True)
    lifts.act(sign_lease, contract(code="A-08", assets=stall, tenant=agreed, from_on=date(2026, 7, 1)))
    with lifts.database.reading() as session:
        first, second = (session.get_one(Lease, (lifts.compound, code)) for code in ("A-07", "A-08"))
        assert (first.counterparty, first.credit_code) == ("摊位与活动场地承租人", None)
        assert first.name_hash
        assert (second.counterparty, second.credit_code, second.name_hash) == (
            "李记早餐店",
            SOLE_TRADER,
            None,
        )
        words = session.get_one(Remark, (lifts.compound, done.recorded.seq)).words
        assert words == f"李记早餐店 {SOLE_TRADER}"


def test_a_management_fee_above_the_places_cap_is_refused(town_of_shaoxing: Books) -> None:
    house = town_of_shaoxing
    let_lifts(house, fee_bp=3_000)
    asset(house, "GATE-AD", AssetType.ADVERT_GATE, "道闸广告", NEW_YEAR)
    above = contract(code="A-08", assets=("GATE-AD",), fee_bp=3_001)
    refused(house, sign_lease, above, errors.ManagementFeeAboveCap)


@pytest.fixture
def town_of_shaoxing(house: Books) -> Books:
    """Give books where the trustee may keep at most 30 % of public income."""
    other = Books(house.database, f"{house.compound}-s", house.today)
    command = OpenCompound(other.compound, "示例小区", NEW_YEAR, "shaoxing")
    other.database.write(lambda s: open_compound(s, command, OPERATOR, other.now, other.salt))
    return set_up(other)

"""Zero, not applicable and missing are three different things, and what is missing is not published (L25)."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import errors
from ledger.actions.close import close
from ledger.actions.earn import EarnPublicIncome, earn
from ledger.actions.publish import publish
from ledger.actions.register_asset import (
    RegisterAsset,
    SetAssetStatus,
    StateAbsence,
    StateZero,
    register_asset,
    set_asset_status,
    state_absence,
    state_zero,
)
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.authority import Matter
from ledger.rules.lease import AssetType, MonthState, Schedule, Status
from ledger.store.append import Journal, Recorded
from ledger.store.tables import ZeroStatement
from reports.figures import MISSING, NOT_APPLICABLE
from reports.month.between_funds import between_funds_figures
from reports.month.income_sources import IncomeSources, income_sources
from reports.month.income_statement import public_income
from tests.books.between import voted
from tests.books.renting import VOTE, asset, due, lacks, lease, let_lifts, month, rent, source
from tests.books.sample import agree, set_up, yuan
from tests.conftest import Books
from tests.ledger.actions.test_receiving import agree_with, refused

JANUARY, FEBRUARY = "2026-01", "2026-02"
NEW_YEAR = date(2026, 1, 1)
LIFTS, HOURLY = AssetType.ADVERT_ELEVATOR, AssetType.PARKING_TEMPORARY


@pytest.fixture
def settled(house: Books) -> Books:
    return set_up(house)


@pytest.fixture
def gate(settled: Books) -> Books:
    """Give books with hourly parking on common ground, run by the owners themselves."""
    asset(settled, "GATE", HOURLY, "地面临停", NEW_YEAR)
    return settled


def state(books: Books, kind: AssetType, of: str = JANUARY) -> MonthState:
    return month(books, of)[kind].state


def earned(books: Books, amount: str, of: str | None = None) -> int:
    """Enter hourly parking of a month; give the act."""
    command = EarnPublicIncome(
        "", yuan(amount), books.today, "临停收入", bank="Joint01", asset="GATE", month=of
    )
    return books.act(earn, command).seq


def figures(books: Books, of: str = JANUARY) -> IncomeSources:
    with books.database.reading() as session:
        return income_sources(session, books.compound, of)


def closed(books: Books, of: str, today: date) -> None:
    books.today = today
    books.act(close, of, agree)


def published(books: Books, of: str) -> str:
    """Publish a closed month; give its hash."""
    return books.act(
        publish, of, b"%PDF-", {"zh": b"", "en": b""}, posted_from=books.today, posted_to=books.today
    ).sha256


def test_a_month_of_an_asset_in_operation_is_missing_until_something_is_entered(gate: Books) -> None:
    assert source(gate, JANUARY, HOURLY).state is MonthState.MISSING
    assert lacks(gate, JANUARY) == ["地面临停(GATE)"]
    seq = earned(gate, "5,000.00")
    assert (source(gate, JANUARY, HOURLY).state, lacks(gate, JANUARY)) == (MonthState.RECEIVED, [])
    gate.act(reverse, Reverse(seq, "重复入账", gate.today))
    assert source(gate, JANUARY, HOURLY).state is MonthState.MISSING
    agree_with(gate)


def test_zero_is_a_statement_with_a_reason(gate: Books) -> None:
    gate.act(state_zero, StateZero(JANUARY, "道闸施工,整月停用", asset="GATE"))
    found = source(gate, JANUARY, HOURLY)
    assert (found.state, found.reason, found.received_minor) == (MonthState.ZERO, "道闸施工,整月停用", 0)
    assert lacks(gate, FEBRUARY) == ["地面临停(GATE)"]  # of that month only
    earned(gate, "1.00")
    assert source(gate, JANUARY, HOURLY).state is MonthState.RECEIVED


def test_what_brought_something_is_not_zero(gate: Books) -> None:
    earned(gate, "5,000.00")
    command = StateZero(JANUARY, "没有收入", asset="GATE")
    assert refused(gate, state_zero, command, errors.ZeroRefused).pointer == "/month"
    refused(gate, state_zero, StateZero(FEBRUARY, "没有收入", asset="GATE"), errors.ZeroRefused)


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        (StateZero(JANUARY, "无", asset="NONE"), errors.NotFound),
        (StateZero(JANUARY, "无", contract="NONE"), errors.NotFound),
        (StateZero(JANUARY, "无"), errors.RequestMalformed),
        (StateZero(JANUARY, "无", asset="GATE", contract="A-07"), errors.RequestMalformed),
        (StateZero(JANUARY, "", asset="GATE"), errors.TextRefused),
        (StateZero("2026-13", "无", asset="GATE"), errors.PeriodMalformed),
    ],
)
def test_a_statement_of_zero_about_nothing_is_refused(
    gate: Books, command: StateZero, kind: type[errors.Refusal]
) -> None:
    refused(gate, state_zero, command, kind)


def test_not_applicable_is_a_statement_about_a_type(gate: Books) -> None:
    assert state(gate, AssetType.CLUBHOUSE) is MonthState.MISSING  # nobody has said whether there is one
    gate.act(state_absence, StateAbsence(AssetType.CLUBHOUSE, NEW_YEAR, "本小区无会所"))
    assert state(gate, AssetType.CLUBHOUSE) is MonthState.NOT_APPLICABLE
    assert state(gate, AssetType.CLUBHOUSE, "2025-12") is MonthState.MISSING  # since that day only
    hall = RegisterAsset("HALL", AssetType.CLUBHOUSE, "会所", date(2026, 3, 1))
    refused(gate, register_asset, hall, errors.AssetStated)
    back = StateAbsence(AssetType.CLUBHOUSE, date(2026, 3, 1), "会所已移交", absent=False)
    gate.act(state_absence, back)
    gate.act(register_asset, hall)
    assert state(gate, AssetType.CLUBHOUSE, "2026-02") is MonthState.NOT_APPLICABLE
    assert state(gate, AssetType.CLUBHOUSE, "2026-03") is MonthState.MISSING
    denied = StateAbsence(HOURLY, NEW_YEAR, "本小区无临停")
    refused(gate, state_absence, denied, errors.AssetStated)


def test_an_asset_that_is_idle_brings_nothing_and_says_why(gate: Books) -> None:
    gate.act(set_asset_status, SetAssetStatus("GATE", Status.IDLE, date(2026, 1, 10), "路面翻修"))
    assert source(gate, JANUARY, HOURLY).state is MonthState.MISSING  # it was operated until the 9th
    february = source(gate, FEBRUARY, HOURLY)
    assert (february.state, february.reason) == (MonthState.ZERO, "路面翻修")
    gate.act(set_asset_status, SetAssetStatus("GATE", Status.GONE, date(2026, 3, 1), "改为绿地"))
    assert month(gate, "2026-04")[HOURLY].sources == ()
    refused(gate, set_asset_status, SetAssetStatus("X", Status.IDLE, NEW_YEAR, "无"), errors.NotFound)
    refused(gate, register_asset, RegisterAsset("GATE", HOURLY, "再登", NEW_YEAR), errors.AlreadyExists)


def test_a_contract_is_missing_while_what_is_due_is_not_charged(settled: Books) -> None:
    let_lifts(settled)
    assert lacks(settled, JANUARY) == ["合同 A-07"]
    due(settled)
    owed = source(settled, JANUARY, LIFTS)
    assert (owed.state, owed.expected_minor, owed.owed_minor) == (MonthState.OWED, 120_000, 120_000)
    assert (lacks(settled, JANUARY), owed.asset) == (
        [],
        None,
    )  # the asset is let: its contract answers for it
    rent(settled, "1,200.00")
    paid = source(settled, JANUARY, LIFTS)
    assert (paid.state, paid.received_minor, paid.owed_minor) == (MonthState.RECEIVED, 120_000, 0)


def test_a_month_in_which_no_rent_is_due_lacks_nothing(settled: Books) -> None:
    let_lifts(settled, schedule=Schedule(yuan("14,400.00"), months=12))
    due(settled)
    assert lacks(settled, FEBRUARY) == []
    assert source(settled, FEBRUARY, LIFTS).state is MonthState.NOT_DUE
    after = month(settled, "2027-01")[LIFTS].sources
    assert [one.asset for one in after] == ["LIFT-AD"]  # the term is over: the asset answers for itself


def test_a_contract_without_fixed_rent_is_missing_in_every_month_without_an_entry(settled: Books) -> None:
    voted(settled, VOTE, Matter.COMMON_PARTS)
    asset(settled, "PILE", AssetType.CHARGING, "充电桩", NEW_YEAR)
    lease(settled, "C-01", "PILE", "2026-01-01 2026-12-31")
    settled.today = date(2026, 2, 20)
    assert (lacks(settled, JANUARY), lacks(settled, FEBRUARY)) == (["合同 C-01"], ["合同 C-01"])
    late = EarnPublicIncome("", 10_000, settled.today, "1 月分成", bank="Joint01", contract="C-01")
    settled.act(earn, EarnPublicIncome(**{**_fields(late), "month": JANUARY}))
    assert (lacks(settled, JANUARY), lacks(settled, FEBRUARY)) == ([], ["合同 C-01"])
    settled.act(state_zero, StateZero(FEBRUARY, "停电检修", contract="C-01"))
    assert source(settled, FEBRUARY, AssetType.CHARGING).state is MonthState.ZERO


def test_what_is_owed_is_not_zero(settled: Books) -> None:
    let_lifts(settled)
    command = StateZero(JANUARY, "没有收入", contract="A-07")
    assert refused(settled, state_zero, command, errors.ZeroRefused).pointer == "/month"
    closed(settled, JANUARY, date(2026, 2, 3))
    refused(settled, state_zero, command, errors.ZeroRefused)
    found = source(settled, JANUARY, AssetType.ADVERT_ELEVATOR)
    assert (found.state, found.owed_minor) == (MonthState.OWED, 120_000)


def test_a_zero_said_before_covers_no_rent(settled: Books) -> None:
    let_lifts(settled)
    settled.act(_zero_of_old)
    assert lacks(settled, JANUARY) == ["合同 A-07"]
    due(settled)
    assert source(settled, JANUARY, AssetType.ADVERT_ELEVATOR).state is MonthState.OWED


def _zero_of_old(journal: Journal) -> Recorded:
    """Write a statement of zero as the journal keeps it, about a rent that is due."""
    row = {"month": JANUARY, "asset": None, "contract": "A-07", "reason": "没有收入"}
    return journal.record("zero_stated", journal.today, {ZeroStatement: [row]})


def _fields(command: EarnPublicIncome) -> dict[str, object]:
    return {name: getattr(command, name) for name in command.__slots__}


def test_what_is_missing_is_not_published(gate: Books) -> None:
    let_lifts(gate, schedule=None)
    closed(gate, JANUARY, date(2026, 2, 3))
    with pytest.raises(errors.PublicIncomeMissing) as problem:
        published(gate, JANUARY)
    assert "合同 A-07" in problem.value.detail("zh")
    assert "地面临停(GATE)" in problem.value.detail("zh")
    late = EarnPublicIncome(
        "", 10_000, gate.today, "1 月分成", bank="Joint01", contract="A-07", month=JANUARY
    )
    gate.act(earn, late)
    with pytest.raises(errors.PublicIncomeMissing):
        published(gate, JANUARY)
    gate.act(state_zero, StateZero(JANUARY, "道闸未启用", asset="GATE"))
    assert published(gate, JANUARY)


def test_the_close_charges_what_fell_due_so_that_no_fixed_rent_is_missing(settled: Books) -> None:
    let_lifts(settled)
    assert lacks(settled, JANUARY) == ["合同 A-07"]
    closed(settled, JANUARY, date(2026, 2, 3))
    assert lacks(settled, JANUARY) == []
    assert source(settled, JANUARY, LIFTS).state is MonthState.OWED
    assert published(settled, JANUARY)


def test_books_without_assets_and_contracts_are_published_as_before(settled: Books) -> None:
    closed(settled, JANUARY, date(2026, 2, 3))
    assert published(settled, JANUARY)


def test_the_figures_keep_zero_not_applicable_and_missing_apart(gate: Books) -> None:
    gate.act(state_absence, StateAbsence(AssetType.CLUBHOUSE, NEW_YEAR, "本小区无会所"))
    gate.act(register_asset, RegisterAsset("SHOP", AssetType.PREMISES, "经营用房", NEW_YEAR))
    gate.act(state_zero, StateZero(JANUARY, "招租中", asset="SHOP"))
    by_type = {one.type: one for one in figures(gate).types}
    assert by_type[AssetType.CLUBHOUSE].received_minor is NOT_APPLICABLE
    assert (by_type[AssetType.CLUBHOUSE].absent_since, by_type[AssetType.CLUBHOUSE].stated_by) == (
        NEW_YEAR,
        "treasurer",
    )
    assert by_type[HOURLY].received_minor is MISSING
    assert by_type[AssetType.PREMISES].received_minor == 0
    assert figures(gate).missing == ("地面临停(GATE)",)


def test_gross_cost_and_net_are_three_figures_for_each_contract(settled: Books) -> None:
    let_lifts(settled, fee_bp=2_000, tax_bp=100)
    rent(settled, "1,200.00")
    found = figures(settled)
    (only,) = next(one for one in found.types if one.type is LIFTS).sources
    assert (only.received_minor, only.cost_minor, only.net_minor) == (120_000, 25_188, 94_812)
    assert [(one.label_zh, one.amount_minor) for one in only.costs] == [
        ("委托管理费", 24_000),
        ("税费", 1_188),
    ]
    assert (found.gross_minor, found.cost_minor, found.net_minor) == (120_000, 25_188, 94_812)
    assert found.unproved == ()
    assert (only.place_zh, only.from_on, only.to_on) == ("全体业主共有", NEW_YEAR, date(2026, 12, 31))
    with settled.database.reading() as session:
        between = between_funds_figures(session, settled.compound, JANUARY)
        rows = public_income(session, settled.compound, JANUARY, found, between).rows
    assert next((row.counterparty, row.gross_minor) for row in rows) == ("示例传媒有限公司", 120_000)

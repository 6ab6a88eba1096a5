"""The repair fund by building, what a former company kept, errors of closed years, a surplus given back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.bill import BillMonth, bill
from ledger.actions.claim_loss import Recover, recover
from ledger.actions.correct_opening import (
    ClaimOpening,
    CorrectClosedYear,
    claim_opening,
    correct_closed_year,
)
from ledger.actions.give_surplus import GiveSurplus, give_surplus
from ledger.actions.keep_repair import (
    ConfirmCustody,
    Custodian,
    OpenBuilding,
    RecordRepair,
    RepairKind,
    confirm_custody,
    open_repair_buildings,
    record_repair,
)
from ledger.actions.move_funds import request_move
from ledger.actions.open_balances import OpeningUnitSum
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.share_repair import Sharing as RepairSharing
from ledger.rules.authority import Matter
from ledger.store.owed import prepaid_lots
from ledger.store.repair import building_balances
from reports.month.payments import payment_figures
from reports.month.repair import repair_figures
from tests.books.between import opened, voted
from tests.books.reading import moved_since, standing
from tests.books.sample import PREPAID, SMALL, yuan
from tests.conftest import TRUSTEE, Books


def refused(books: Books, refusal: type[errors.Refusal], act: Callable[..., object], *given: object) -> None:
    before = standing(books)
    with pytest.raises(refusal):
        books.act(act, *given, **({"by": TRUSTEE} if act is request_move else {}))
    assert moved_since(books, before) == {}


@pytest.fixture
def by_building(house: Books) -> Books:
    """Give a repair fund of 1,000.00: 300.00 of building 1, 700.00 of building 2, first instalments 1,000.00 each."""
    opened(house, Repair="1,000.00")
    lines = (OpenBuilding("B01", 100_000, 30_000), OpenBuilding("B02", 100_000, 70_000))
    house.act(open_repair_buildings, lines)
    return house


def recorded(books: Books, kind: RepairKind, amount: str, **more: object) -> int:
    command = RecordRepair(kind, yuan(amount), "专户通知", books.today, **more)  # type: ignore[arg-type]  # by name
    return books.act(record_repair, command).seq


def balances_of(books: Books) -> dict[str, int]:
    with books.database.reading() as session:
        found = building_balances(session, books.compound)
    return {building: one.balance_minor for building, one in found.items()}


def test_the_buildings_begin_with_what_the_fund_has(house: Books) -> None:
    opened(house, Repair="1,000.00")
    short = (OpenBuilding("B01", 0, 30_000), OpenBuilding("B02", 0, 69_999))
    refused(house, errors.RequestMalformed, open_repair_buildings, short)
    refused(house, errors.NotFound, open_repair_buildings, (OpenBuilding("B09", 0, 100_000),))
    whole = (OpenBuilding("B01", 0, 30_000), OpenBuilding("B02", 0, 70_000))
    house.act(open_repair_buildings, whole)
    refused(house, errors.AlreadyExists, open_repair_buildings, whole)


def test_what_comes_in_and_goes_is_shared_to_the_fen(by_building: Books) -> None:
    recorded(by_building, RepairKind.CONTRIBUTION, "100.00")  # by area: 28,953 and 34,550 of 63,503
    assert balances_of(by_building) == {"B01": 34_559, "B02": 75_441}
    recorded(by_building, RepairKind.GROWTH, "10.00", sharing=RepairSharing.ACCOUNT)
    assert balances_of(by_building) == {"B01": 34_873, "B02": 76_127}
    recorded(by_building, RepairKind.SCRAP, "1.00", parts=(("B01", 100),))
    vote = voted(by_building, "V-R", Matter.REPAIR_USE, "Repair", "60.00")
    job = recorded(
        by_building, RepairKind.JOB_APPROVED, "60.00", job="R001", buildings=("B01",), authority=vote
    )
    assert balances_of(by_building) == {"B01": 28_973, "B02": 76_127}
    assert sum(balances_of(by_building).values()) == yuan("1,051.00")
    with by_building.database.reading() as session:
        found = repair_figures(session, by_building.compound, "2026-01")
    assert (found.of_month.paid_in_minor, found.of_month.growth_minor) == (yuan("100.00"), yuan("11.00"))
    assert (found.of_month.used_minor, found.of_month.closing_minor) == (yuan("60.00"), yuan("1,051.00"))
    assert found.jobs_owed_minor == yuan("60.00")
    assert found.low == ("全部楼栋",)  # building 1 has less than 300.00 left
    assert [(one.code, one.amount_minor) for one in found.jobs] == [("R001", yuan("60.00"))]
    recorded(by_building, RepairKind.JOB_PAID, "60.00", job="R001")
    refused(by_building, errors.ReversalRefused, reverse, Reverse(job, "误记", by_building.today))


def test_a_job_that_was_recorded_by_mistake_gives_buildings_and_vote_back(by_building: Books) -> None:
    before = balances_of(by_building)
    vote = voted(by_building, "V-R", Matter.REPAIR_USE, "Repair", "60.00")
    job = recorded(by_building, RepairKind.JOB_APPROVED, "60.00", job="R001", authority=vote)
    by_building.act(reverse, Reverse(job, "误记", by_building.today))
    assert balances_of(by_building) == before
    recorded(by_building, RepairKind.JOB_APPROVED, "60.00", job="R002", authority=vote)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"authority": ""}, errors.AuthorityMissing),
        ({"authority": "V-9"}, errors.AuthorityUnknown),
        ({"job": None}, errors.AccountUnknown),
        ({"buildings": ("B09",)}, errors.NotFound),
        ({"parts": (("B01", 5_999),)}, errors.RequestMalformed),
        ({"kind": RepairKind.JOB_PAID}, errors.FundShort),
        ({"amount_minor": 0}, errors.RequestMalformed),
    ],
)
def test_a_job_takes_a_vote_a_code_and_known_buildings(
    by_building: Books, changed: dict[str, object], refusal: type[errors.Refusal]
) -> None:
    voted(by_building, "V-R", Matter.REPAIR_USE, "Repair")
    day = by_building.today
    job = RecordRepair(RepairKind.JOB_APPROVED, 6_000, "批复", day, job="R001", authority="V-R")
    refused(by_building, refusal, record_repair, replace(job, **changed))  # type: ignore[arg-type]  # by name


def test_an_emergency_job_waits_for_no_vote(by_building: Books) -> None:
    seq = emergency(by_building, "60.00")
    assert standing(by_building)["Expenses:Repair:Job:R009"] == yuan("60.00")
    with by_building.database.reading() as session:
        (listed,) = payment_figures(session, by_building.compound, "2026-01").emergencies
    assert (listed.reason, listed.amount_minor, listed.fund) == ("电梯困人", yuan("60.00"), "Repair")
    assert listed.purpose == "维修工程 R009 批准 专户通知"
    by_building.act(reverse, Reverse(seq, "误记", by_building.today))
    with by_building.database.reading() as session:
        assert payment_figures(session, by_building.compound, "2026-01").emergencies == ()


def emergency(books: Books, amount: str, reason: str | None = "电梯困人", **more: object) -> int:
    told = {"job": "R009", "authority": "emergency", "reason": reason, **more}
    return recorded(books, RepairKind.JOB_APPROVED, amount, **told)


def test_an_emergency_job_has_a_reason_and_a_cap(house: Books) -> None:
    opened(house, Repair="90,000.00")
    for reason in (None, "", "找张三 13800138000"):
        with pytest.raises(errors.TextRefused):
            emergency(house, "60.00", reason)
    emergency(house, "15,000.00")
    with pytest.raises(errors.EmergencyAboveCap):
        emergency(house, "5,000.01", job="R010")
    emergency(house, "5,000.00", job="R010")


def test_no_job_takes_more_than_its_building_has(by_building: Books) -> None:
    with pytest.raises(errors.FundShort):
        emergency(by_building, "300.01", buildings=("B01",))
    vote = voted(by_building, "V-R", Matter.REPAIR_USE, "Repair")
    with pytest.raises(errors.FundShort):
        recorded(
            by_building, RepairKind.JOB_APPROVED, "300.01", job="R001", buildings=("B01",), authority=vote
        )
    recorded(by_building, RepairKind.JOB_APPROVED, "300.00", job="R001", buildings=("B01",), authority=vote)
    assert balances_of(by_building)["B01"] == 0


def test_no_job_takes_more_than_a_fund_without_buildings_has(house: Books) -> None:
    opened(house, Repair="100.00")
    with pytest.raises(errors.FundShort):
        emergency(house, "100.01")
    emergency(house, "100.00")


def test_a_confirmation_that_differs_from_the_books_is_shown(by_building: Books) -> None:
    whole = ConfirmCustody(
        Custodian.DISTRICT, by_building.today, "对账单 1", 99_900, (("B01", 29_900), ("B02", 70_000))
    )
    before = standing(by_building)
    by_building.act(confirm_custody, whole)
    assert moved_since(by_building, before) == {}
    with by_building.database.reading() as session:
        found = repair_figures(session, by_building.compound, "2026-01")
    (row,) = found.confirmed
    assert found.buildings[0].confirmed_minor == 99_900
    assert (row.amount_minor, row.book_minor, row.difference_minor) == (99_900, 100_000, -100)
    for wrong in (
        replace(whole, amount_minor=99_901),
        replace(whole, confirmed_on=date(2026, 1, 6)),
        replace(whole, by_building=(("B01", -1), ("B02", 99_901))),
    ):
        refused(by_building, errors.RequestMalformed, confirm_custody, wrong)
    refused(by_building, errors.NotFound, confirm_custody, replace(whole, by_building=(("B09", 99_900),)))


def test_what_a_former_company_kept_takes_a_decision_and_is_taken_back_while_untouched(house: Books) -> None:
    opened(house, PropertyFee="1,000.00")
    vote = voted(house, "V-O", Matter.OTHER)
    kept = ClaimOpening("PropertyFee", (OpeningUnitSum(PREPAID, yuan("120.00")),), vote, house.today)
    refused(house, errors.AuthorityMissing, claim_opening, replace(kept, authority=""))
    refused(house, errors.NotFound, claim_opening, replace(kept, units=(OpeningUnitSum("B09-U1-0101", 1),)))
    refused(house, errors.RequestMalformed, claim_opening, replace(kept, units=()))
    refused(house, errors.AccountUnknown, claim_opening, replace(kept, fund="Committee"))
    before = standing(house)
    done = house.act(claim_opening, kept)
    house.act(reverse, Reverse(done.seq, "决议撤回", house.today))
    assert moved_since(house, before) == {}
    again = house.act(claim_opening, kept)
    house.act(recover, Recover(again.seq, "Joint01", house.today, yuan("20.00")))
    refused(house, errors.ReversalRefused, reverse, Reverse(again.seq, "决议撤回", house.today))


def test_a_surplus_given_back_is_taken_back_only_while_nobody_has_used_it(house: Books) -> None:
    opened(house, PropertyFee="1,000.00")
    vote = voted(house, "V-S", Matter.DISTRIBUTION, "PropertyFee", "500.00")
    for given, refusal in (
        (GiveSurplus(0, vote, house.today), errors.RequestMalformed),
        (GiveSurplus(yuan("500.01"), vote, house.today), errors.AuthorityUsedUp),
        (GiveSurplus(1, "", house.today), errors.AuthorityMissing),
    ):
        refused(house, refusal, give_surplus, given)
    done = house.act(give_surplus, GiveSurplus(yuan("500.00"), vote, house.today))
    assert (done.units, done.amount_minor) == (6, yuan("500.00"))
    with house.database.reading() as session:
        lots = prepaid_lots(session, house.compound)
    assert sum(lot.left_minor for lot in lots) == yuan("500.00")
    assert {lot.unit: lot.left_minor for lot in lots}[SMALL] == 7_874  # 100.00 of 635.03 m²
    house.act(reverse, Reverse(done.recorded.seq, "表决撤销", house.today))
    done = house.act(give_surplus, GiveSurplus(yuan("500.00"), vote, house.today))
    house.act(bill, BillMonth("2026-01", house.today))
    refused(house, errors.ReversalRefused, reverse, Reverse(done.recorded.seq, "表决撤销", house.today))
    refused(house, errors.FundShort, give_surplus, GiveSurplus(yuan("1,000.01"), _more(house), house.today))


def _more(books: Books) -> str:
    return voted(books, "V-S2", Matter.DISTRIBUTION, "PropertyFee")


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("Liabilities:PropertyFee:Prepaid", errors.AccountControlled),
        ("Assets:PropertyFee:Bank:Joint01", errors.AccountControlled),
        ("Income:PropertyFee:Other", errors.AccountControlled),
        ("Assets:PropertyFee:LoanTo:Committee", errors.AccountControlled),
        ("Liabilities:PropertyFee:Payable:Trustee", errors.AccountControlled),
        ("Liabilities:Committee:Payable:Vendor", errors.FundsMixed),
    ],
)
def test_a_correction_of_years_before_the_books_touches_plain_accounts_only(
    house: Books, line: str, refusal: type[errors.Refusal]
) -> None:
    opened(house, PropertyFee="1,000.00")
    vote = voted(house, "V-Y", Matter.OTHER)
    found = CorrectClosedYear("PropertyFee", 2025, ((line, -100),), "审计调整", vote, house.today)
    refused(house, refusal, correct_closed_year, found)


def test_an_open_year_is_corrected_in_its_own_accounts(house: Books) -> None:
    opened(house, PropertyFee="1,000.00")
    vote = voted(house, "V-Y", Matter.OTHER)
    owed = ("Liabilities:PropertyFee:Payable:Vendor", -100)
    found = CorrectClosedYear("PropertyFee", 2026, (owed,), "审计调整", vote, house.today)
    refused(house, errors.YearStillOpen, correct_closed_year, found)
    refused(house, errors.AuthorityMissing, correct_closed_year, replace(found, year=2025, authority=""))
    house.act(correct_closed_year, replace(found, year=2025))
    assert standing(house)["Equity:PropertyFee:Adjustment"] == 100

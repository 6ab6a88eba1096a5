"""Entries E18 to E20, E39 to E41, E43 and E44: what passes between funds, what others hold, what the past owes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from ledger.actions.bill import BillMonth, bill
from ledger.actions.claim_loss import Recover, recover
from ledger.actions.close import close
from ledger.actions.collect_utilities import (
    OpenMeterGroup,
    RecordUtilityBill,
    open_meter_group,
    record_utility_bill,
)
from ledger.actions.correct_opening import ClaimOpening, CorrectClosedYear, claim_opening, correct_closed_year
from ledger.actions.give_surplus import GiveSurplus, give_surplus
from ledger.actions.keep_repair import RecordRepair, RepairKind, record_repair
from ledger.actions.move_funds import MoveFunds
from ledger.actions.open_balances import OpeningUnitSum
from ledger.actions.pay_move import confirm_move, pay_move
from ledger.actions.receive import Receive, receive
from ledger.actions.set_tariff import SetTariff, set_tariff
from ledger.actions.share_cost import ShareCost, share_cost
from ledger.rules.authority import Matter
from ledger.rules.between import MoveKind, unpaired
from ledger.rules.channel import Channel
from ledger.rules.charge import Formula, Sharing, Terms
from ledger.rules.fund import spendable
from ledger.store.owed import open_charges
from reports.book.second_opinion import disagreements
from tests.books.between import agreed, contracted, lend, opened, paid, transfer, voted
from tests.books.reading import acts, amounts, check_golden, moved_since, shown, standing
from tests.books.sample import AREAS, PREPAID, SMALL, agree, yuan
from tests.conftest import Books

DUE = date(2026, 12, 31)


def adds(books: Books, what: Callable[[], object], written: str) -> None:
    """Do something, and compare what it moves with what was written; the funds' pairs cancel, the engines agree."""
    before = standing(books)
    what()
    assert shown(moved_since(books, before)) == shown(amounts(written))
    assert unpaired(standing(books)) == {}
    with books.database.reading() as session:
        assert disagreements(session, books.compound, books.today) == []


def test_entry_e18_a_loan_falls_out_of_what_the_lender_can_spend(house: Books) -> None:
    opened(house, PublicIncome="5,000.00", PropertyFee="100.00")
    vote, since = voted(house, "V18", Matter.LOAN, "PublicIncome", "1,000.00"), acts(house)
    loan = lend("e18", "1,000.00", "PropertyFee", vote, DUE, to_bank="Joint01")
    adds(
        house,
        lambda: paid(house, loan),
        """
        Assets:PublicIncome:LoanTo:PropertyFee          1000.00
        Assets:PublicIncome:Bank:Joint01               -1000.00
        Assets:PropertyFee:Bank:Joint01                 1000.00
        Liabilities:PropertyFee:LoanFrom:PublicIncome  -1000.00
        """,
    )
    assert spendable(standing(house), "PublicIncome") == yuan("4,000.00")
    assert spendable(standing(house), "PropertyFee") == yuan("1,100.00")
    check_golden(house, "e18", since)


def test_entry_e19_a_distribution_is_decided_then_paid_then_confirmed(house: Books) -> None:
    opened(house, PublicIncome="5,000.00", Repair="800,000.00")
    vote, since = voted(house, "V19", Matter.TRANSFER, "PublicIncome", "700.00"), acts(house)
    request = transfer("e19", "700.00", "Repair", vote)
    adds(
        house,
        lambda: agreed(house, request),
        """
        Equity:PublicIncome:Transfer:Repair              700.00
        Liabilities:PublicIncome:DueTo:Repair           -700.00
        Assets:Repair:DueFrom:PublicIncome               700.00
        Equity:Repair:Transfer:PublicIncome             -700.00
        """,
    )
    adds(
        house,
        lambda: house.act(pay_move, "e19", house.today),
        """
        Liabilities:PublicIncome:DueTo:Repair            700.00
        Assets:PublicIncome:Bank:Joint01                -700.00
        Assets:Repair:Custody:Transit                    700.00
        Assets:Repair:DueFrom:PublicIncome              -700.00
        """,
    )
    adds(
        house,
        lambda: house.act(confirm_move, "e19", house.today, "专户入账回单 19"),
        """
        Assets:Repair:Custody:District                   700.00
        Assets:Repair:Custody:Transit                   -700.00
        """,
    )
    check_golden(house, "e19", since)


def test_entry_e20_the_repair_fund_follows_the_custodians_documents(house: Books) -> None:
    opened(house, Repair="800,000.00")
    vote, since = voted(house, "V20", Matter.REPAIR_USE, "Repair", "400.00"), acts(house)

    def record(kind: RepairKind, amount: str, **more: str) -> Callable[[], object]:
        command = RecordRepair(kind, yuan(amount), "专户通知 20", house.today, **more)  # type: ignore[arg-type]  # named
        return lambda: house.act(record_repair, command)

    adds(
        house,
        record(RepairKind.CONTRIBUTION, "500.00"),
        """
        Assets:Repair:Custody:District                   500.00
        Income:Repair:Contribution                      -500.00
        """,
    )
    adds(
        house,
        record(RepairKind.GROWTH, "100.00"),
        """
        Assets:Repair:Custody:District                   100.00
        Income:Repair:Interest                          -100.00
        """,
    )
    adds(
        house,
        record(RepairKind.JOB_APPROVED, "400.00", job="R001", vendor="示例防水公司", authority=vote),
        """
        Expenses:Repair:Job:R001                         400.00
        Liabilities:Repair:Payable:Vendor               -400.00
        """,
    )
    adds(
        house,
        record(RepairKind.JOB_PAID, "400.00", job="R001"),
        """
        Liabilities:Repair:Payable:Vendor                400.00
        Assets:Repair:Custody:District                  -400.00
        """,
    )
    check_golden(house, "e20", since)


@pytest.fixture
def metered(house: Books) -> Books:
    """Give the books with a meter group for electricity, billed 123.00 by the supplier for December and shared."""
    opened(house, PropertyFee="5,000.00")
    house.act(open_meter_group, OpenMeterGroup("E-01", "electricity", "1号总表"))
    house.act(
        record_utility_bill, RecordUtilityBill("E-01", "2026-01", yuan("123.00"), "示例供电公司", "电费单 01")
    )
    terms = Terms(sharing=Sharing.UNIT)
    house.act(set_tariff, SetTariff("electricity", Formula.SHARED, 0, date(2026, 1, 1), "供电合同", terms))
    house.act(share_cost, ShareCost("electricity", "2026-01", yuan("123.00"), "电费单 01"))
    return house


def test_entry_e39_utilities_collected_are_what_the_supplier_gets_and_the_rest_is_borne(
    metered: Books,
) -> None:
    house, since = metered, acts(metered)
    vote, contract = voted(house, "V39", Matter.LOAN, "PropertyFee", "123.00"), contracted(house, "C39")
    adds(
        house,
        lambda: house.act(bill, BillMonth("2026-01", house.today, items=("electricity",))),
        """
        Assets:Agency:Receivable:Owner                    82.00
        Liabilities:Agency:Uncollected:Owner             -82.00
        Assets:Agency:Receivable:Developer                41.00
        Liabilities:Agency:Uncollected:Developer         -41.00
        """,
    )
    bridge = lend(
        "bridge",
        "123.00",
        "Agency",
        vote,
        DUE,
        from_fund="PropertyFee",
        meter_group="E-01",
        payee="示例供电公司",
    )
    adds(
        house,
        lambda: paid(house, bridge),
        """
        Assets:PropertyFee:LoanTo:Agency                 123.00
        Assets:PropertyFee:Bank:Joint01                 -123.00
        Liabilities:Agency:Utility:Electricity           123.00
        Liabilities:Agency:LoanFrom:PropertyFee         -123.00
        """,
    )
    with house.database.reading() as session:
        owed = [one for one in open_charges(session, house.compound, AREAS) if one.item == "electricity"]

    def collect() -> None:
        left = yuan("100.00")
        for one in owed:
            part = min(one.open_minor, left)
            left -= part
            if part:
                named = Receive(
                    one.unit, part, Channel.BANK, house.today, house.today, "Basic02", charges=(one.id,)
                )
                house.act(receive, named)

    before = standing(house)
    collect()
    moved = moved_since(house, before)
    assert moved["Assets:Agency:Bank:Basic02"] == yuan("100.00")
    assert moved["Liabilities:Agency:Utility:Electricity"] == yuan("-100.00")
    assert sum(minor for code, minor in moved.items() if ":Receivable:" in code) == yuan("-100.00")
    back = MoveFunds(
        "back",
        MoveKind.REPAYMENT,
        yuan("100.00"),
        "归还垫付",
        from_bank="Basic02",
        to_bank="Joint01",
        loan="bridge",
    )
    adds(
        house,
        lambda: paid(house, back),
        """
        Liabilities:Agency:LoanFrom:PropertyFee          100.00
        Assets:Agency:Bank:Basic02                      -100.00
        Assets:PropertyFee:Bank:Joint01                  100.00
        Assets:PropertyFee:LoanTo:Agency                -100.00
        """,
    )
    loss = MoveFunds("loss", MoveKind.LOSS, yuan("23.00"), "未收和线损", authority=contract, loan="bridge")
    adds(
        house,
        lambda: agreed(house, loss),
        """
        Expenses:PropertyFee:Facility:Energy              23.00
        Assets:PropertyFee:LoanTo:Agency                 -23.00
        Liabilities:Agency:LoanFrom:PropertyFee           23.00
        Liabilities:Agency:Utility:Electricity           -23.00
        """,
    )
    assert standing(house).get("Liabilities:Agency:Utility:Electricity", 0) == 0
    check_golden(house, "e39", since)


def test_entry_e40_what_the_former_company_kept_is_honoured_and_claimed(house: Books) -> None:
    opened(house, PropertyFee="5,000.00")
    vote, since = voted(house, "V40", Matter.OTHER), acts(house)
    ahead = ClaimOpening("PropertyFee", (OpeningUnitSum(PREPAID, yuan("1,200.00")),), vote, house.today)
    kept = ClaimOpening("Agency", (OpeningUnitSum(SMALL, yuan("2,000.00")),), vote, house.today)
    adds(
        house,
        lambda: (house.act(claim_opening, ahead), house.act(claim_opening, kept)),
        f"""
        Equity:PropertyFee:Opening                      1200.00
        Liabilities:PropertyFee:Prepaid:{PREPAID}      -1200.00
        Assets:PropertyFee:Receivable:FormerTrustee     1200.00
        Liabilities:PropertyFee:Uncollected:FormerTrustee -1200.00
        Assets:Agency:Receivable:FormerTrustee          2000.00
        Liabilities:Agency:Deposit:Renovation:{SMALL}  -2000.00
        """,
    )
    adds(
        house,
        lambda: house.act(recover, Recover(since + 1, "Joint01", house.today)),
        """
        Assets:PropertyFee:Bank:Joint01                 1200.00
        Assets:PropertyFee:Receivable:FormerTrustee    -1200.00
        Liabilities:PropertyFee:Uncollected:FormerTrustee 1200.00
        Equity:PropertyFee:Adjustment                  -1200.00
        """,
    )
    adds(
        house,
        lambda: house.act(recover, Recover(since + 2, "Basic02", house.today)),
        """
        Assets:Agency:Bank:Basic02                      2000.00
        Assets:Agency:Receivable:FormerTrustee         -2000.00
        """,
    )
    check_golden(house, "e40-kept", since)


def test_entry_e41_an_error_of_a_closed_year_is_no_expense_of_this_one(house: Books) -> None:
    opened(house, PropertyFee="5,000.00")
    for month in range(1, 13):
        house.today = date(2026 + month // 12, month % 12 + 1, 1)
        house.act(close, f"2026-{month:02d}", agree)
    house.today = date(2027, 3, 1)
    vote, since = voted(house, "V41", Matter.OTHER), acts(house)
    found = CorrectClosedYear(
        "PropertyFee",
        2026,
        (("Liabilities:PropertyFee:Payable:Vendor", yuan("-100.00")),),
        "审计发现未入账发票",
        vote,
        house.today,
    )
    adds(
        house,
        lambda: house.act(correct_closed_year, found),
        """
        Equity:PropertyFee:Adjustment                    100.00
        Liabilities:PropertyFee:Payable:Vendor          -100.00
        """,
    )
    check_golden(house, "e41", since)


def test_entry_e43_a_surplus_returned_by_area_is_paid_ahead_by_every_unit(house: Books) -> None:
    opened(house, PropertyFee="5,000.00")
    vote, since = voted(house, "V43", Matter.DISTRIBUTION, "PropertyFee", "500.00"), acts(house)
    adds(
        house,
        lambda: house.act(give_surplus, GiveSurplus(yuan("500.00"), vote, house.today)),
        """
        Equity:PropertyFee:Distribution                  500.00
        Liabilities:PropertyFee:Prepaid                 -500.00
        """,
    )
    check_golden(house, "e43", since)


def test_entry_e44_money_under_way_between_two_own_accounts_is_in_transit(house: Books) -> None:
    opened(house, PropertyFee="5,000.00")
    since = acts(house)
    sweep = MoveFunds(
        "e44",
        MoveKind.SWEEP,
        yuan("500.00"),
        "归集至共管二户",
        from_fund="PropertyFee",
        from_bank="Joint01",
        to_bank="Joint02",
    )
    adds(
        house,
        lambda: paid(house, sweep),
        """
        Assets:PropertyFee:Clearing:Transit              500.00
        Assets:PropertyFee:Bank:Joint01                 -500.00
        """,
    )
    house.today = date(2026, 1, 6)
    adds(
        house,
        lambda: house.act(confirm_move, "e44", house.today),
        """
        Assets:PropertyFee:Bank:Joint02                  500.00
        Assets:PropertyFee:Clearing:Transit             -500.00
        """,
    )
    check_golden(house, "e44", since)


def test_a_transfer_to_the_committee_arrives_on_its_bank_account(house: Books) -> None:
    opened(house, PublicIncome="5,000.00", Committee="10.00")
    vote = voted(house, "V45", Matter.TRANSFER, "PublicIncome")
    adds(
        house,
        lambda: paid(house, transfer("c45", "200.00", "Committee", vote, to_bank="Basic01")),
        """
        Equity:PublicIncome:Transfer:Committee           200.00
        Assets:PublicIncome:Bank:Joint01                -200.00
        Assets:Committee:Bank:Basic01                    200.00
        Equity:Committee:Transfer:PublicIncome          -200.00
        """,
    )

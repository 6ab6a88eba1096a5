"""No way round the keys: not by a debt booked alone, by cutting a sum up, by another door, or by another year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ledger import errors
from ledger.actions.adopt_budget import AdoptBudget, adopt_budget
from ledger.actions.claim_loss import Against, ClaimLoss, claim_loss
from ledger.actions.explain_debit import BookDebit, ExplainDebit, book_debit, explain_debit
from ledger.actions.move_funds import MoveFunds, request_move
from ledger.actions.open_balances import OpenBalances, OpeningCash, open_balances
from ledger.actions.pay import approve, pay, post, refuse, request
from ledger.actions.pay_move import approve_move
from ledger.actions.petty_cash import (
    CountCash,
    SetFloat,
    Slip,
    SpendPetty,
    count_cash,
    set_float,
    spend_petty,
)
from ledger.actions.plan_budget import BudgetKey, DraftBudget, draft_budget, open_to_comments
from ledger.actions.post import PostEntry, post_entry
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.authority import BUDGET, Matter
from ledger.rules.between import MoveKind
from ledger.rules.entry import Posting
from ledger.store.petty_cash import unexplained
from tests.books.between import contracted, paid, voted
from tests.books.paying import DAY, SECOND, STREET, asked, lines, passed, resolve, took_over, vote
from tests.books.reading import standing
from tests.books.sample import BUDGET_2026, PARKING_CONTRACT, play, set_up, yuan
from tests.conftest import COMMITTEE, TRUSTEE, Books
from tests.ledger.actions.refusing import refused
from tests.ledger.actions.test_budgeting import CLEANING, SERVICE, adopted, vote_on
from tests.ledger.actions.test_collecting_utilities import billed, metered

__all__ = ["metered"]
ORDER = "Expenses:PropertyFee:Order"
OWED = "Liabilities:PropertyFee:Payable:Vendor"
KEPT = "Liabilities:PropertyFee:Payable:Retention"
ADVANCED = "Assets:PropertyFee:Advance:Vendor"
BOX = "Assets:PropertyFee:Cash:Petty"


def general(*written: str) -> PostEntry:
    return PostEntry(DAY, "计提", tuple(Posting(account, minor) for account, minor in lines(*written)))


@pytest.fixture
def rich(house: Books) -> Books:
    """Give a house whose fee fund has a million yuan."""
    set_up(house)
    cash = OpeningCash("Assets:PropertyFee:Bank:Joint01", yuan("1,000,000.00"))
    house.act(open_balances, OpenBalances("PropertyFee", date(2026, 1, 1), "交接表", cash=(cash,)))
    return house


def test_the_budget_pays_costs_and_what_it_kept_back_of_them_and_no_other_debt(house: Books) -> None:
    play(house, through="s02")
    adopted(house)
    house.act(post_entry, replace(general(f"{ORDER} 900.00", f"{OWED} -900.00"), effective_on=house.today))
    owed = asked("owed", f"{OWED} 900.00", kind="payable", authority=BUDGET)
    refused(house, errors.AuthorityUnfit, request, owed, by=TRUSTEE)
    accrued = replace(
        general(f"{ORDER} 900.00", "Liabilities:PropertyFee:Payable:Accrued -900.00"),
        effective_on=house.today,
    )
    house.act(post_entry, accrued)
    mixed = asked(
        "mixed", f"{CLEANING} 0.01", "Liabilities:PropertyFee:Payable:Accrued 900.00", authority=BUDGET
    )
    refused(house, errors.AuthorityUnfit, request, mixed, by=TRUSTEE)
    passed(house, asked("work", f"{CLEANING} 100.00", kept=lines(f"{KEPT} 5.00"), authority=BUDGET))
    passed(house, asked("other", f"{CLEANING} 100.00", kept=lines(f"{KEPT} 5.00"), authority=BUDGET_2026))
    later = asked("later", f"{KEPT} 5.00", kind="payable", authority=BUDGET)
    refused(house, errors.AuthorityUnfit, request, later, by=TRUSTEE)
    refused(house, errors.AuthorityUnfit, request, replace(later, settles="other"), by=TRUSTEE)
    passed(house, replace(later, settles="work"))
    assert standing(house)[KEPT] == -500


def test_no_debt_is_paid_by_or_decided_for_an_overdrawn_fund(house: Books) -> None:
    took_over(house)  # it can spend 48,800.00
    passed(house, asked("a", "Expenses:PropertyFee:Office 100.00"), DAY)
    house.act(request, asked("b", "Expenses:PropertyFee:Office 100.00"), by=TRUSTEE)
    house.act(approve, "b", by=COMMITTEE)
    house.act(post, "b", DAY)
    house.act(post_entry, general(f"{ORDER} 48600.01", f"{OWED} -48600.01"))
    refused(house, errors.FundShort, pay, "b", DAY)
    house.act(request, asked("c", f"{OWED} 0.01", kind="payable"), by=TRUSTEE)
    refused(house, errors.FundShort, approve, "c", by=COMMITTEE)
    house.act(post_entry, general(f"{OWED} 0.01", f"{ORDER} -0.01"))
    house.act(pay, "b", DAY)


def test_advances_leave_by_payment_only_and_come_back_as_money(house: Books) -> None:
    took_over(house)
    for account in (ADVANCED, "Assets:PropertyFee:DepositPaid"):
        refused(house, errors.AccountControlled, post_entry, general(f"{account} 9.00", f"{OWED} -9.00"))
    passed(house, asked("ahead", f"{ADVANCED} 9.00", kind="advance"))
    refused(house, errors.AccountControlled, post_entry, general(f"{OWED} 9.00", f"{ADVANCED} -9.00"))
    house.act(post_entry, general("Assets:PropertyFee:Bank:Joint01 9.00", f"{ADVANCED} -9.00"))


def test_what_the_trustee_is_owed_by_general_entry_is_its_management_fee_and_nothing_else(
    house: Books,
) -> None:
    took_over(house)
    fee, owed = "Expenses:PublicIncome:Cost:ManagementFee", "Liabilities:PublicIncome:Payable:Trustee"
    for other in ("Expenses:PublicIncome:Cost:Labour", "Liabilities:PublicIncome:Payable:TrusteeAdvance"):
        refused(house, errors.AccountControlled, post_entry, general(f"{other} 9.00", f"{owed} -9.00"))
    split = general(f"{fee} 8.99", "Expenses:PublicIncome:Cost:Labour 0.01", f"{owed} -9.00")
    refused(house, errors.AccountControlled, post_entry, split)
    house.act(post_entry, general(f"{fee} 9.00", f"{owed} -9.00"))
    away = general(f"{owed} 9.00", "Liabilities:PublicIncome:Payable:TrusteeAdvance -9.00")
    refused(house, errors.AccountControlled, post_entry, away)


def test_the_trustees_outlay_waits_too_while_it_owes_for_a_loss(house: Books) -> None:
    took_over(house)
    stamps = asked("stamps", "Expenses:PropertyFee:Office 80.00", owed_to="TrusteeAdvance")
    advanced = "Liabilities:PublicIncome:Payable:TrusteeAdvance"
    house.act(post_entry, general("Expenses:PublicIncome:Cost:Labour 5.00", f"{advanced} -5.00"))
    debt = asked("debt", f"{advanced} 5.00", kind="payable", fund="PublicIncome")
    for one in (stamps, debt):
        house.act(request, one, by=TRUSTEE)
    claim = ClaimLoss(Against.TRUSTEE, "PropertyFee", yuan("500.00"), "擅自超支", "决议 3", house.today)
    house.act(claim_loss, claim, by=COMMITTEE)
    house.act(approve, "stamps", by=COMMITTEE)
    house.act(post, "stamps", DAY)  # the cost is booked
    refused(house, errors.TrusteeClaimOpen, pay, "stamps", DAY)
    refused(house, errors.TrusteeClaimOpen, approve, "debt", by=COMMITTEE)


def test_a_cost_booked_in_another_year_than_its_approval_takes_that_years_room(house: Books) -> None:
    play(house, through="s01")
    house.today = date(2026, 12, 1)
    for year in (2026, 2027):
        plan = {
            SERVICE: {f"{year}-01": yuan("5000.00")},
            CLEANING: {f"{year}-01": yuan("100.00" if year == 2026 else "1000.00")},
        }
        key = BudgetKey("PropertyFee", year, 1)
        house.act(draft_budget, DraftBudget("PropertyFee", year, "预算", plan, {}), by=TRUSTEE)
        house.act(open_to_comments, key, house.today, house.today)
        house.today += timedelta(days=1)
        vote_on(house, f"V-{year}", Matter.BUDGET)
        house.act(adopt_budget, AdoptBudget(key, max(house.today, date(year, 1, 1)), f"V-{year}"))
    house.today = date(2027, 1, 3)
    for name in ("one", "two"):
        house.act(request, asked(name, f"{CLEANING} 100.00", authority=BUDGET), by=TRUSTEE)
        house.act(approve, name, by=COMMITTEE)
        if name == "one":
            house.act(post, name, date(2026, 12, 31))
    refused(house, errors.BudgetExceeded, post, "two", date(2026, 12, 31))
    house.act(post, "two", date(2027, 1, 3))


def test_what_is_cut_into_pieces_takes_the_keys_and_the_authority_of_the_whole(rich: Books) -> None:
    def piece(name: str, amount: str = "30000.00", **more: str) -> str:
        rich.act(request, replace(asked(name, f"{ORDER} {amount}"), **more), by=TRUSTEE)  # type: ignore[arg-type]  # by name
        return rich.act(approve, name, by=COMMITTEE).state

    assert piece("a") == "approved"
    assert piece("b", payee="示例 公司") == "requested"  # together 60,000.00: a blank makes no other payee
    assert piece("c", payee="另一公司") == "approved"
    assert rich.act(approve, "b", by=SECOND).state == "approved"
    refused(rich, errors.AuthorityUnfit, request, asked("d", f"{ORDER} 140000.01"), by=TRUSTEE)
    assert piece("e", "140000.00") == "requested"
    rich.act(refuse, "e", "重报", by=COMMITTEE)
    rich.today += timedelta(days=16)
    assert piece("f") == "approved"  # the earlier ones are too long ago


def test_a_debit_is_explained_by_what_the_ladder_asks_for_all_of_it(rich: Books) -> None:
    for amount, code, other in (("50000.00", None, None), ("50000.01", "V-1", BUDGET_2026)):
        seq = rich.act(book_debit, BookDebit("PropertyFee", "Joint01", yuan(amount), "转账", DAY)).seq
        said = ExplainDebit(seq, lines(f"{ORDER} 100.00"), "保安", BUDGET_2026, DAY)
        if other is not None and code is not None:  # a part of it takes what the whole does
            refused(rich, errors.AuthorityUnfit, explain_debit, said, by=STREET)
            said = replace(said, authority=vote(rich, code, amount))
        rich.act(explain_debit, said, by=STREET)


def test_a_supplier_is_paid_and_a_loss_borne_by_what_is_meant_for_it(metered: Books) -> None:
    other = contracted(metered, "C-T")
    resolve(metered, "J-S")
    billed(metered, "W-0", "60000.00")
    supplied = MoveFunds(
        *("s", MoveKind.SUPPLIER, yuan("50000.01"), "一月水费", other),
        from_bank="Basic02",
        payee="自来水公司",
        meter_group="W-0",
    )
    refused(metered, errors.AuthorityUnfit, request_move, supplied, by=TRUSTEE)  # two would approve: a vote
    voted(metered, "V-O", Matter.OTHER)
    refused(metered, errors.AuthorityUnfit, request_move, replace(supplied, authority="V-O"), by=TRUSTEE)
    bridge = MoveFunds(
        *("b", MoveKind.LOAN, yuan("30.00"), "垫付", voted(metered, "V-L", Matter.LOAN, "PropertyFee")),
        *("PropertyFee", "Agency", "Joint01"),
        payee="自来水公司",
        meter_group="W-0",
        due_on=date(2026, 6, 30),
    )
    paid(metered, bridge)
    loss = MoveFunds("x", MoveKind.LOSS, 100, "线损", PARKING_CONTRACT, loan="b")
    refused(metered, errors.AuthorityUnfit, request_move, loss, by=TRUSTEE)
    metered.act(request_move, replace(loss, authority=other), by=TRUSTEE)
    assert metered.act(approve_move, "x", by=COMMITTEE).state == "approved"


def test_retention_of_one_payment_is_paid_once(house: Books) -> None:
    took_over(house)
    for name in ("k1", "k2"):
        passed(house, asked(name, f"{ORDER} 1000.00", kept=lines(f"{KEPT} 100.00")))
    later = asked("q1", f"{KEPT} 60.00", kind="payable", settles="k1")
    house.act(request, later, by=TRUSTEE)
    again = replace(later, id="q2", lines=lines(f"{KEPT} 40.01"))
    assert refused(house, errors.PayableShort, request, again, by=TRUSTEE).facts["held"] == "40.00"
    twice = replace(again, lines=lines(f"{KEPT} 40.00", f"{KEPT} 0.01"))
    refused(house, errors.PayableShort, request, twice, by=TRUSTEE)
    house.act(refuse, "q1", "重报", by=COMMITTEE)
    house.act(request, replace(again, lines=lines(f"{KEPT} 100.00")), by=TRUSTEE)


def test_nothing_is_kept_back_before_the_cost_is_booked(house: Books) -> None:
    took_over(house)
    passed(house, asked("k1", f"{ORDER} 1000.00", kept=lines(f"{KEPT} 100.00")))
    house.act(request, asked("k2", f"{ORDER} 1000.00", kept=lines(f"{KEPT} 100.00")), by=TRUSTEE)
    later = asked("q", f"{KEPT} 100.00", kind="payable", settles="k2")
    refused(house, errors.NotFound, request, later, by=TRUSTEE)


def test_one_person_books_so_much_a_month_of_what_the_bank_takes(house: Books) -> None:
    took_over(house)
    bank, charge = "Assets:PropertyFee:Bank:Joint01", "Expenses:PropertyFee:BankCharge"
    first = [house.act(post_entry, general(f"{charge} 200.00", f"{bank} -200.00")).seq for _ in range(2)]
    over = general(f"{charge} 100.01", f"{bank} -100.01")
    refused(house, errors.PaymentNeedsTwoKeys, post_entry, over)
    house.act(post_entry, general(f"{charge} 100.00", f"{bank} -100.00"))
    refused(house, errors.PaymentNeedsTwoKeys, post_entry, general(f"{charge} 0.01", f"{bank} -0.01"))
    house.act(reverse, Reverse(first[0], "误记", DAY))
    house.act(post_entry, over)  # what was reversed does not count
    house.today = date(2026, 2, 1)
    house.act(post_entry, replace(over, effective_on=house.today))


def test_one_person_writes_off_so_much_a_month_of_the_box(house: Books) -> None:
    took_over(house)
    resolve(house, "备用金")
    house.act(set_float, SetFloat("PropertyFee", yuan("1,000.00"), "备用金"), by=COMMITTEE)
    passed(house, asked("fill", f"{BOX} 1000.00", kind="petty_cash", authority="备用金"))
    house.act(count_cash, CountCash("PropertyFee", yuan("900.00"), DAY))
    assert standing(house)["Expenses:PropertyFee:Loss"] == 10_000
    house.act(count_cash, CountCash("PropertyFee", 0, DAY))
    assert standing(house)["Expenses:PropertyFee:Loss"] == 10_000
    with house.database.reading() as session:
        assert [one.open_minor for one in unexplained(session, house.compound)] == [90_000]


def test_slips_by_the_budget_count_in_the_year_in_which_they_fall(house: Books) -> None:
    play(house, through="s02")
    adopted(house)
    resolve(house, "备用金")
    house.act(set_float, SetFloat("PropertyFee", yuan("1,000.00"), "备用金"), by=COMMITTEE)
    passed(house, asked("fill", f"{BOX} 1000.00", kind="petty_cash", authority="备用金"))
    house.today = date(2027, 1, 3)
    slips = (Slip(CLEANING, yuan("10.00"), "拖把"),)
    refused(house, errors.BudgetMissing, spend_petty, SpendPetty("PropertyFee", slips, house.today, BUDGET))
    house.act(spend_petty, SpendPetty("PropertyFee", slips, date(2026, 12, 31), BUDGET))

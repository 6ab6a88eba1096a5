"""What rests on a payment keeps it from being taken back; what was taken back rests on nothing any more."""

from __future__ import annotations

import pytest

from ledger import errors
from ledger.actions.move_funds import request_move
from ledger.actions.pay import approve, pay, post, refuse, request
from ledger.actions.pay_move import approve_move, pay_move
from ledger.actions.petty_cash import SetFloat, Slip, SpendPetty, set_float, spend_petty
from ledger.actions.post import PostEntry, post_entry
from ledger.actions.refund_from_vendor import RefundFromVendor, refund_from_vendor
from ledger.actions.return_surplus import ReturnSurplus, return_surplus
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.authority import Matter
from ledger.rules.entry import Posting
from ledger.rules.fund import spendable
from ledger.store.authorities import used
from ledger.store.disbursements import progress
from ledger.store.owed import open_charges
from tests.books.between import lend, opened, voted
from tests.books.granted import LIFT, PAYING, lift_cost, lifted, share_paid, shared
from tests.books.granted import voted as of_project
from tests.books.paying import asked, passed, resolve, took_over
from tests.books.reading import acts, standing
from tests.books.sample import yuan
from tests.conftest import COMMITTEE, TRUSTEE, Books
from tests.ledger.actions.test_moving_between_funds import DUE, repayment

ORDER = "Expenses:PropertyFee:Order"
RETAINED = "Liabilities:PropertyFee:Payable:Retention"
ADVANCED = "Assets:PropertyFee:Advance:Vendor"
BOX = "Assets:PropertyFee:Cash:Petty"
OWNERS = "Expenses:PropertyFee:OwnerApproved"
OWED = "Liabilities:PropertyFee:Payable:Vendor"


def taken_back(books: Books, seq: int) -> None:
    books.act(reverse, Reverse(seq, "误记", books.today))


def kept(books: Books, seq: int) -> None:
    """Say that act ``seq`` cannot be taken back, and that trying changes nothing."""
    before = acts(books)
    with pytest.raises(errors.ReversalRefused):
        taken_back(books, seq)
    assert acts(books) == before


def test_an_expense_whose_payment_came_back_is_taken_back_and_sent_back(house: Books) -> None:
    took_over(house)
    before = standing(house)
    posted, paid = passed(house, asked("d-1", f"{ORDER} 100.00"))
    taken_back(house, paid)
    again = house.act(pay, "d-1", house.today).recorded.seq
    kept(house, posted)
    taken_back(house, again)
    taken_back(house, posted)
    assert standing(house) == before
    once_more = house.act(post, "d-1", house.today).recorded.seq
    taken_back(house, once_more)
    assert house.act(refuse, "d-1", "重复", by=COMMITTEE).state == "refused"


def test_cash_that_was_spent_does_not_go_back_to_the_bank(house: Books) -> None:
    took_over(house)
    resolve(house, "备用金", "1,500.00")
    house.act(set_float, SetFloat("PropertyFee", yuan("1,000.00"), "备用金"), by=COMMITTEE)
    (filled,) = passed(house, asked("fill", f"{BOX} 1000.00", kind="petty_cash", authority="备用金"))
    slips = SpendPetty("PropertyFee", (Slip("Expenses:PropertyFee:Office", 1, "票据"),), house.today)
    spent = house.act(spend_petty, slips).seq
    kept(house, filled)
    taken_back(house, spent)
    taken_back(house, filled)
    assert BOX not in standing(house)


def test_an_advance_that_was_used_is_not_taken_back(house: Books) -> None:
    took_over(house)
    (advanced,) = passed(house, asked("a-1", f"{ADVANCED} 300.00", kind="advance"))
    (used_up,) = passed(house, asked("d-1", f"{ORDER} 300.00", kept=((ADVANCED, yuan("300.00")),)))
    kept(house, advanced)
    taken_back(house, used_up)
    taken_back(house, advanced)
    assert ADVANCED not in standing(house)


def test_an_expense_whose_retention_was_paid_is_not_taken_back(house: Books) -> None:
    took_over(house)
    retained = ((RETAINED, yuan("50.00")),)
    posted, paid = passed(house, asked("d-1", f"{ORDER} 1000.00", kept=retained))
    passed(house, asked("d-2", f"{ORDER} 1000.00", kept=retained))  # the account stays in credit
    settled = passed(house, asked("r-1", f"{RETAINED} 50.00", kind="payable", settles="d-1"))
    taken_back(house, paid)
    kept(house, posted)
    taken_back(house, settled[0])
    kept(house, posted)  # it is approved to be paid still
    house.act(refuse, "r-1", "质量未达", by=COMMITTEE)
    taken_back(house, posted)


def test_a_debt_that_was_paid_is_not_taken_back(house: Books) -> None:
    took_over(house)
    resolve(house, "J-1")
    accrued = (Posting(ORDER, 10_000), Posting(OWED, -10_000))
    seq = house.act(post_entry, PostEntry(house.today, "计提", accrued)).seq
    (paid,) = passed(house, asked("p-1", f"{OWED} 0.01", kind="payable", authority="J-1"))
    kept(house, seq)
    taken_back(house, paid)
    taken_back(house, seq)
    assert OWED not in standing(house)


def test_a_payment_that_the_vendor_gave_back_is_not_taken_back(house: Books) -> None:
    took_over(house)
    _, paid = passed(house, asked("d-1", f"{ORDER} 100.00"))
    back = house.act(refund_from_vendor, RefundFromVendor("d-1", 1, "Joint01", house.today)).seq
    kept(house, paid)
    taken_back(house, back)
    taken_back(house, paid)


def test_a_general_entry_of_the_owners_costs_gives_the_vote_back(house: Books) -> None:
    took_over(house)
    voted(house, "V-9", Matter.OWNER_APPROVED, "PropertyFee", "100.00")
    lines = (Posting(OWNERS, 10_000), Posting(OWED, -10_000))
    for _ in range(2):  # the second takes what the first gave back
        seq = house.act(post_entry, PostEntry(house.today, "计提", lines, authority="V-9")).seq
        taken_back(house, seq)
    with house.database.reading() as session:
        assert used(session, house.compound, "V-9") == 0


def expense(books: Books, name: str, amount: str) -> None:
    labour = f"Expenses:PublicIncome:Cost:Labour {amount}"
    books.act(request, asked(name, labour, fund="PublicIncome", authority="J-1"), by=TRUSTEE)
    books.act(approve, name, by=COMMITTEE)


@pytest.fixture
def lending(house: Books) -> Books:
    """Give books with 100.00 of public income that may be lent, and may be spent."""
    opened(house, PublicIncome="100.00", PropertyFee="100.00")
    voted(house, "V-L", Matter.LOAN, "PublicIncome")
    resolve(house, "J-1", fund="PublicIncome")
    return house


def test_what_is_promised_as_a_loan_is_not_spent(lending: Books) -> None:
    loan = lend("l-1", "60.00", "PropertyFee", "V-L", DUE, to_bank="Joint01")
    lending.act(request_move, loan, by=TRUSTEE)
    lending.act(approve_move, "l-1", by=COMMITTEE)
    with pytest.raises(errors.FundShort):
        expense(lending, "d-1", "40.01")
    expense(lending, "d-2", "40.00")
    lending.act(pay_move, "l-1", lending.today)
    lending.act(post, "d-2", lending.today)
    assert spendable(standing(lending), "PublicIncome") == 0


def test_money_lent_and_promised_on_is_not_taken_back(lending: Books) -> None:
    loan = lend("l-1", "100.00", "PropertyFee", "V-L", DUE, to_bank="Joint01")
    lending.act(request_move, loan, by=TRUSTEE)
    lending.act(approve_move, "l-1", by=COMMITTEE)
    seq = lending.act(pay_move, "l-1", lending.today).recorded.seq
    resolve(lending, "J-2", fund="PropertyFee")
    lending.act(request, asked("d-1", f"{ORDER} 100.01", authority="J-2"), by=TRUSTEE)
    lending.act(approve, "d-1", by=COMMITTEE)
    kept(lending, seq)
    lending.act(request_move, repayment("r-1", "l-1", "100.00"), by=TRUSTEE)
    with pytest.raises(errors.FundShort):
        lending.act(approve_move, "r-1", by=COMMITTEE)
    lending.act(refuse, "d-1", "不办了", by=COMMITTEE)
    taken_back(lending, seq)
    with lending.database.reading() as session:
        assert progress(session, lending.compound, "d-1").state == "refused"


def test_what_a_project_is_to_pay_does_not_go_back_to_its_units(house: Books) -> None:
    lifted(house, "4500.00")
    shared(house, "4500.00", house.today)
    for unit in PAYING:
        with house.database.reading() as session:
            owed = sum(one.open_minor for one in open_charges(session, house.compound, [unit]))
        share_paid(house, unit, f"{owed / 100:.2f}")
    house.act(request, lift_cost("d-1", "2000.00"), by=TRUSTEE)
    house.act(approve, "d-1", by=COMMITTEE)
    left = of_project(house, "V-left", Matter.DISTRIBUTION)
    with pytest.raises(errors.FundShort):
        house.act(return_surplus, ReturnSurplus("Lift-01", yuan("2500.01"), left, house.today))
    house.act(return_surplus, ReturnSurplus("Lift-01", yuan("2500.00"), left, house.today))
    house.act(post, "d-1", house.today)
    assert spendable(standing(house), LIFT) == 0

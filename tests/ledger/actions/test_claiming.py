"""Losses that are claimed, and what comes of the claim (E06, E22, E40)."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import errors
from ledger.actions.bill import BillMonth, bill
from ledger.actions.claim_loss import Against, ClaimLoss, Recover, claim_loss, recover
from ledger.actions.owe_back import OweBack, owe_back
from ledger.actions.pay import RequestDisbursement, approve, pay, request
from ledger.actions.post import PostEntry, post_entry
from ledger.actions.receive import Receive, receive
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.channel import Channel
from ledger.rules.entry import Posting
from ledger.store.claims import Claim, claims
from ledger.store.registers import entry
from reports.book.book import BookKey, build_files
from reports.book.second_opinion import disagreements
from tests.books.reading import amounts, shown, standing
from tests.books.sample import SMALL, play, set_up, yuan
from tests.conftest import COMMITTEE, TRUSTEE, Books
from tests.ledger.actions.refusing import refused

DAY = date(2026, 1, 5)


@pytest.fixture
def funded(house: Books) -> Books:
    """Give a house with 50,000 yuan in the fee fund's part of the bank account."""
    return play(house, through="s01")


def found(books: Books) -> list[Claim]:
    with books.database.reading() as session:
        assert list(disagreements(session, books.compound, books.today)) == []
        return claims(session, books.compound)


def moved(books: Books, before: dict[str, int]) -> dict[str, int]:
    after = standing(books)
    sums = {code: after.get(code, 0) - before.get(code, 0) for code in {*before, *after}}
    return {code: minor for code, minor in sums.items() if minor}


def loss(against: Against = Against.TRUSTEE, fund: str = "PropertyFee", amount: str = "500.00") -> ClaimLoss:
    return ClaimLoss(against, fund, yuan(amount), "超预算支出", "业委会决议 3", DAY)


@pytest.fixture
def returned(house: Books) -> Books:
    """E06: 2,200 came, 200 settled January, 2,000 went back to the payer; then the bank took all back."""
    set_up(house)
    day = house.today
    house.act(bill, BillMonth("2026-01", day))
    got = house.act(receive, Receive(SMALL, yuan("2,200.00"), Channel.BANK, day, day, "Joint01"))
    house.act(owe_back, OweBack(SMALL, day))
    refund = RequestDisbursement(
        "r-1",
        "PropertyFee",
        (),
        "个人",
        "退款",
        "申请单 1",
        "Joint01",
        "refund",
        unit=SMALL,
        amount_minor=200_000,
    )
    house.act(request, refund, by=TRUSTEE)
    house.act(approve, "r-1", by=COMMITTEE)
    house.act(pay, "r-1", day)
    house.act(reverse, Reverse(got.recorded.seq, "支票退回", day, returned=True))
    return house


def test_a_returned_payment_leaves_a_claim_for_what_had_been_given_back(returned: Books) -> None:
    (claim,) = found(returned)
    assert (claim.against, claim.fund, claim.amount_minor, claim.open_minor) == (
        "Claim",
        "PropertyFee",
        yuan("2,000.00"),
        yuan("2,000.00"),
    )
    assert (claim.unit, claim.debtor) == (SMALL, 1)


def test_entry_e06_second_what_comes_of_a_claim_is_income_part_by_part(returned: Books) -> None:
    (claim,) = found(returned)
    before = standing(returned)
    part = returned.act(recover, Recover(claim.seq, "Joint01", DAY, yuan("1,400.00")))
    assert (part.amount_minor, part.open_minor) == (yuan("1,400.00"), yuan("600.00"))
    assert shown(moved(returned, before)) == shown(
        amounts("""
            Assets:PropertyFee:Bank:Joint01              1400.00
            Assets:PropertyFee:Receivable:Claim         -1400.00
            Liabilities:PropertyFee:Uncollected:Claim    1400.00
            Income:PropertyFee:Recovery                 -1400.00
        """)
    )
    told = refused(returned, errors.ClaimShort, recover, Recover(claim.seq, "Joint01", DAY, yuan("600.01")))
    assert told.pointer == "/amount"
    assert returned.act(recover, Recover(claim.seq, "Joint01", DAY)).open_minor == 0
    refused(returned, errors.ClaimShort, recover, Recover(claim.seq, "Joint01", DAY))


def test_what_a_household_makes_good_waits_for_others_in_the_public_book(returned: Books) -> None:
    (claim,) = found(returned)
    returned.act(recover, Recover(claim.seq, "Joint01", DAY))
    returned.today = date(2026, 1, 6)
    with returned.database.reading() as session:
        written = {
            audience: "".join(
                (content if isinstance(content, str) else content.decode())
                for content in build_files(
                    session, BookKey(returned.compound, audience, "zh"), returned.today
                ).values()
            )
            for audience in ("public", "full")
        }
    assert "追偿收回" in written["full"]
    assert SMALL in written["full"]
    assert "追偿收回" not in written["public"]
    assert SMALL not in written["public"]


def test_a_recovery_is_taken_back_and_the_claim_is_open_again(returned: Books) -> None:
    (claim,) = found(returned)
    done = returned.act(recover, Recover(claim.seq, "Joint01", DAY, yuan("1,400.00")))
    before = standing(returned)
    returned.act(reverse, Reverse(done.recorded.seq, "记错账户", DAY))
    assert moved(returned, before)["Assets:PropertyFee:Bank:Joint01"] == yuan("-1,400.00")
    (again,) = found(returned)
    assert (again.seq, again.open_minor) == (claim.seq, yuan("2,000.00"))


def test_an_unknown_claim_an_unknown_bank_and_a_day_before_it_are_refused(funded: Books) -> None:
    funded.today = date(2026, 2, 3)
    opened = funded.act(
        claim_loss, ClaimLoss(Against.OTHER, "PropertyFee", 100, "短款", "盘点表 1", date(2026, 2, 2))
    )
    refused(funded, errors.NotFound, recover, Recover(1, "Joint01", funded.today))
    refused(funded, errors.NotFound, recover, Recover(opened.seq, "Nowhere9", funded.today))
    refused(funded, errors.RequestMalformed, recover, Recover(opened.seq, "Joint01", date(2026, 2, 1)))
    refused(funded, errors.RoleRefused, recover, Recover(opened.seq, "Joint01", funded.today), by=COMMITTEE)


def test_entry_e22_a_loss_of_the_trustee_is_claimed_and_recovered(funded: Books) -> None:
    before = standing(funded)
    opened = funded.act(claim_loss, loss(), by=COMMITTEE)
    assert shown(moved(funded, before)) == shown(
        amounts("""
            Assets:PropertyFee:Receivable:Trustee       500.00
            Liabilities:PropertyFee:Uncollected:Trustee -500.00
        """)
    )
    with funded.database.reading() as session:
        view = entry(session, funded.compound, opened.seq)
    assert (view.entry.narration, view.entry.authority) == ("向受托人追偿 超预算支出", "业委会决议 3")
    between = standing(funded)
    funded.act(recover, Recover(opened.seq, "Joint01", DAY))
    assert shown(moved(funded, between)) == shown(
        amounts("""
            Assets:PropertyFee:Bank:Joint01              500.00
            Assets:PropertyFee:Receivable:Trustee       -500.00
            Liabilities:PropertyFee:Uncollected:Trustee  500.00
            Income:PropertyFee:Recovery                 -500.00
        """)
    )


def test_entry_e40_third_what_the_former_trustee_kept_is_no_income_of_this_year(funded: Books) -> None:
    opened = funded.act(claim_loss, loss(Against.FORMER_TRUSTEE, amount="1,200.00"))
    before = standing(funded)
    funded.act(recover, Recover(opened.seq, "Joint01", DAY))
    assert shown(moved(funded, before)) == shown(
        amounts("""
            Assets:PropertyFee:Bank:Joint01                    1200.00
            Assets:PropertyFee:Receivable:FormerTrustee       -1200.00
            Liabilities:PropertyFee:Uncollected:FormerTrustee  1200.00
            Equity:PropertyFee:Adjustment                     -1200.00
        """)
    )


def test_a_loss_of_public_income_comes_back_as_compensation(funded: Books) -> None:
    opened = funded.act(claim_loss, loss(Against.TRUSTEE, "PublicIncome"))
    before = standing(funded)
    funded.act(recover, Recover(opened.seq, "Joint01", DAY))
    assert moved(funded, before)["Income:PublicIncome:Compensation"] == yuan("-500.00")


def test_a_claim_that_nobody_decided_on_or_that_no_account_takes_is_refused(funded: Books) -> None:
    refused(
        funded,
        errors.AuthorityMissing,
        claim_loss,
        ClaimLoss(Against.TRUSTEE, "PropertyFee", 1, "损失", " ", DAY),
    )
    refused(
        funded,
        errors.RequestMalformed,
        claim_loss,
        ClaimLoss(Against.TRUSTEE, "PropertyFee", 0, "损失", "决议", DAY),
    )
    for fund in ("Repair", "Agency", "Nothing"):
        told = refused(funded, errors.AccountUnknown, claim_loss, loss(Against.TRUSTEE, fund))
        assert told.pointer == "/fund"
    refused(funded, errors.RoleRefused, claim_loss, loss(), by=TRUSTEE)
    unit = ClaimLoss(Against.OTHER, "PropertyFee", 100, f"{SMALL} 短款", "决议 1", DAY)
    refused(funded, errors.TextRefused, claim_loss, unit)


def test_a_claim_is_taken_back_only_while_nothing_has_come_in(funded: Books) -> None:
    opened = funded.act(claim_loss, loss())
    done = funded.act(recover, Recover(opened.seq, "Joint01", DAY, 100))
    refused(funded, errors.ReversalRefused, reverse, Reverse(opened.seq, "记错", DAY))
    funded.act(reverse, Reverse(done.recorded.seq, "记错", DAY))
    funded.act(reverse, Reverse(opened.seq, "记错", DAY))
    assert found(funded) == []
    refused(funded, errors.NotFound, recover, Recover(opened.seq, "Joint01", DAY))


def test_no_one_posts_a_claim_by_hand(funded: Books) -> None:
    lines = (
        Posting("Assets:PropertyFee:Receivable:Trustee", -100),
        Posting("Liabilities:PropertyFee:Uncollected:Trustee", 100),
    )
    refused(funded, errors.AccountControlled, post_entry, PostEntry(DAY, "冲抵", lines))

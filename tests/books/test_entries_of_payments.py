"""Entries E15, E22, E23, E26, E27, E30 and E38: money that is owed, advanced, kept back, or paid first by another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger import errors
from ledger.actions.claim_loss import Against, ClaimLoss, claim_loss
from ledger.actions.pay import approve, pay, post, request
from ledger.actions.post import PostEntry, post_entry
from ledger.rules.entry import Posting
from ledger.store.authorities import used
from tests.books.paying import DAY, STREET, asked, committee_money, lines, passed, resolve, took_over, wrote
from tests.books.reading import acts, standing
from tests.books.sample import play, yuan
from tests.conftest import COMMITTEE, TRUSTEE, Books


@pytest.fixture
def funded(house: Books) -> Books:
    return took_over(house)


def general(books: Books, *written: str) -> int:
    """Post a general entry as it is written; the sign stands in the amount."""
    postings = tuple(Posting(account, minor) for account, minor in lines(*written))
    return books.act(post_entry, PostEntry(books.today, "计提", postings)).seq


def test_entry_e15_tax_is_owed_and_then_paid(funded: Books) -> None:
    before = standing(funded)
    general(funded, "Expenses:PropertyFee:Tax 6.00", "Liabilities:PropertyFee:Tax -6.00")
    passed(funded, asked("tax", "Liabilities:PropertyFee:Tax 6.00", kind="payable", payee="税务局"))
    wrote(
        funded,
        before,
        """
        Expenses:PropertyFee:Tax                           6.00
        Liabilities:PropertyFee:Tax                       -6.00
        """,
        """
        Liabilities:PropertyFee:Tax                        6.00
        Assets:PropertyFee:Bank:Joint01                   -6.00
        """,
    )


def test_entry_e15_no_more_tax_is_paid_than_is_owed(funded: Books) -> None:
    general(funded, "Expenses:PropertyFee:Tax 6.00", "Liabilities:PropertyFee:Tax -6.00")
    command = asked("tax", "Liabilities:PropertyFee:Tax 6.01", kind="payable")
    with pytest.raises(errors.PayableShort) as refused:
        funded.act(request, command, by=TRUSTEE)
    assert refused.value.pointer == "/lines/0/amount"


def test_entry_e15_a_debt_that_two_requests_ask_for_is_paid_once(funded: Books) -> None:
    general(funded, "Expenses:PropertyFee:Tax 6.00", "Liabilities:PropertyFee:Tax -6.00")
    for name in ("a", "b"):
        funded.act(request, asked(name, "Liabilities:PropertyFee:Tax 6.00", kind="payable"), by=TRUSTEE)
    for name in ("a", "b"):
        funded.act(approve, name, by=COMMITTEE)
    with pytest.raises(errors.PayableShort):  # what is approved is promised
        funded.act(request, asked("c", "Liabilities:PropertyFee:Tax 6.00", kind="payable"), by=TRUSTEE)
    funded.act(pay, "a", DAY)
    with pytest.raises(errors.PayableShort):
        funded.act(pay, "b", DAY)


def test_entry_e22_remuneration_is_not_paid_while_the_trustee_owes_for_a_loss(house: Books) -> None:
    play(house, through="s17")
    claim = ClaimLoss(Against.TRUSTEE, "PropertyFee", yuan("500.00"), "擅自超支", "业委会决议 3", house.today)
    house.act(request, replace(asked("wages"), kind="remuneration", lines=()), by=TRUSTEE)
    house.act(claim_loss, claim, by=COMMITTEE)
    before = acts(house)
    with pytest.raises(errors.TrusteeClaimOpen):
        house.act(approve, "wages", by=COMMITTEE)
    assert acts(house) == before


def test_entry_e23_what_the_trustee_paid_first_is_owed_to_it_apart_from_its_remuneration(
    funded: Books,
) -> None:
    before = standing(funded)
    passed(
        funded,
        asked("stamps", "Expenses:PropertyFee:Office 80.00", owed_to="TrusteeAdvance", payee="示例物业公司"),
    )
    wrote(
        funded,
        before,
        """
        Expenses:PropertyFee:Office                       80.00
        Liabilities:PropertyFee:Payable:TrusteeAdvance   -80.00
        """,
        """
        Liabilities:PropertyFee:Payable:TrusteeAdvance    80.00
        Assets:PropertyFee:Bank:Joint01                  -80.00
        """,
    )


def test_entry_e26_an_accrued_cost_is_confirmed_by_its_invoice(funded: Books) -> None:
    before = standing(funded)
    general(funded, "Expenses:PropertyFee:Cleaning 900.00", "Liabilities:PropertyFee:Payable:Accrued -900.00")
    command = asked(
        "invoice",
        "Liabilities:PropertyFee:Payable:Accrued 900.00",
        "Expenses:PropertyFee:Cleaning 50.00",
        invoice="123",
    )
    funded.act(request, command, by=TRUSTEE)
    funded.act(approve, "invoice", by=COMMITTEE)
    funded.act(post, "invoice", DAY)
    wrote(
        funded,
        before,
        """
        Expenses:PropertyFee:Cleaning                    900.00
        Liabilities:PropertyFee:Payable:Accrued         -900.00
        """,
        """
        Liabilities:PropertyFee:Payable:Accrued          900.00
        Expenses:PropertyFee:Cleaning                     50.00
        Liabilities:PropertyFee:Payable:Vendor          -950.00
        """,
    )


def test_entry_e27_an_advance_is_used_up_on_delivery(funded: Books) -> None:
    contract = resolve(funded, "R1", "1,000.00")
    before = standing(funded)
    advance = "Assets:PropertyFee:Advance:Vendor"
    passed(funded, asked("ahead", f"{advance} 300.00", kind="advance", authority=contract))
    wrote(
        funded,
        before,
        """
        Assets:PropertyFee:Advance:Vendor                300.00
        Assets:PropertyFee:Bank:Joint01                 -300.00
        """,
    )
    before = standing(funded)
    command = asked(
        "rest",
        "Expenses:PropertyFee:Facility:Fire 1000.00",
        kept=lines(f"{advance} 300.00"),
        authority=contract,
    )
    funded.act(request, command, by=TRUSTEE)
    funded.act(approve, "rest", by=COMMITTEE)
    funded.act(post, "rest", DAY)
    wrote(
        funded,
        before,
        """
        Expenses:PropertyFee:Facility:Fire              1000.00
        Assets:PropertyFee:Advance:Vendor               -300.00
        Liabilities:PropertyFee:Payable:Vendor          -700.00
        """,
    )
    with funded.database.reading() as session:
        assert used(session, funded.compound, contract) == yuan("1,000.00")  # the advance took its part once


def test_entry_e27_an_advance_that_covers_all_leaves_nothing_to_pay(funded: Books) -> None:
    advance = "Assets:PropertyFee:Advance:Vendor"
    passed(funded, asked("ahead", f"{advance} 300.00", kind="advance"))
    command = asked("all", "Expenses:PropertyFee:Facility:Fire 300.00", kept=lines(f"{advance} 300.00"))
    passed(funded, command)
    assert standing(funded).get(advance, 0) == 0
    with pytest.raises(errors.NothingToPay):
        funded.act(pay, "all", DAY)
    with pytest.raises(errors.PayableShort):  # it is used up
        funded.act(request, replace(command, id="again"), by=TRUSTEE)


def test_entry_e30_an_allowance_is_paid_less_the_tax_withheld(house: Books) -> None:
    play(house, through="s01")
    committee_money(house)
    before = standing(house)
    command = asked(
        "allowance",
        "Expenses:Committee:Allowance 500.00",
        fund="Committee",
        bank="Basic01",
        kept=lines("Liabilities:Committee:Tax 20.00"),
        payee_is_person=True,
    )
    house.act(request, command, by=TRUSTEE)
    house.act(approve, "allowance", by=STREET)
    house.act(post, "allowance", DAY)
    wrote(
        house,
        before,
        """
        Expenses:Committee:Allowance                     500.00
        Liabilities:Committee:Payable:Individual        -480.00
        Liabilities:Committee:Tax                        -20.00
        """,
    )
    house.act(pay, "allowance", DAY)
    assert (
        standing(house)["Assets:Committee:Bank:Basic01"] == before["Assets:Committee:Bank:Basic01"] - 48_000
    )


def test_entry_e38_retention_is_kept_back_and_paid_later_under_the_same_authority(house: Books) -> None:
    funded = took_over(house)
    code = resolve(funded, "R1", "1,000.00")
    before = standing(funded)
    retention = "Liabilities:PropertyFee:Payable:Retention"
    passed(
        funded,
        asked(
            "works",
            "Expenses:PropertyFee:Facility:Fire 1000.00",
            kept=lines(f"{retention} 50.00"),
            authority=code,
        ),
    )
    wrote(
        funded,
        before,
        """
        Expenses:PropertyFee:Facility:Fire              1000.00
        Assets:PropertyFee:Bank:Joint01                 -950.00
        Liabilities:PropertyFee:Payable:Retention        -50.00
        """,
    )
    later = asked("later", f"{retention} 50.00", kind="payable", authority=code)
    with pytest.raises(errors.AuthorityUsedUp):  # all of it was taken when the works were approved
        funded.act(request, later, by=TRUSTEE)
    with pytest.raises(errors.PayableShort):
        funded.act(request, replace(later, settles="works", lines=lines(f"{retention} 50.01")), by=TRUSTEE)
    passed(funded, replace(later, settles="works"))
    assert standing(funded).get(retention, 0) == 0

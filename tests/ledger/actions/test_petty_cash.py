"""Petty cash: never above its float, no slip that takes two keys, and a count that is believed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger import errors
from ledger.actions.explain_debit import ExplainDebit, explain_debit
from ledger.actions.pay import approve, pay, request
from ledger.actions.petty_cash import (
    CountCash,
    SetFloat,
    Slip,
    SpendPetty,
    count_cash,
    set_float,
    spend_petty,
)
from ledger.actions.reverse import Reverse, reverse
from ledger.store.authorities import used
from ledger.store.petty_cash import petty_cash, unexplained
from tests.books.paying import DAY, STREET, asked, committee_money, lines, passed, resolve, took_over
from tests.books.reading import standing
from tests.books.sample import BUDGET_2026, yuan
from tests.conftest import COMMITTEE, TRUSTEE, Books
from tests.ledger.actions.refusing import refused

BOX = "Assets:PropertyFee:Cash:Petty"
OFFICE = "Expenses:PropertyFee:Office"
FILL = asked("fill", f"{BOX} 1000.00", kind="petty_cash", authority="备用金")


@pytest.fixture
def boxed(house: Books) -> Books:
    """Give a house with 1,000 yuan in the box, under a resolution of 1,500."""
    took_over(house)
    resolve(house, "备用金", "1,500.00")
    house.act(set_float, SetFloat("PropertyFee", yuan("1,000.00"), "备用金"), by=COMMITTEE)
    passed(house, FILL)
    return house


def spend(*slips: str, **more: object) -> SpendPetty:
    taken = tuple(Slip(account, minor, "票据") for account, minor in lines(*slips))
    return replace(SpendPetty("PropertyFee", taken, DAY), **more)  # type: ignore[arg-type]  # fields by name


def test_a_float_takes_a_resolution_and_a_fund_that_has_a_box(house: Books) -> None:
    took_over(house)
    code = resolve(house, "备用金", "1,000.00")
    refused(house, errors.RoleRefused, set_float, SetFloat("PropertyFee", 100, code), by=TRUSTEE)
    refused(house, errors.AccountUnknown, set_float, SetFloat("PublicIncome", 100, code), by=COMMITTEE)
    refused(house, errors.AuthorityUnfit, set_float, SetFloat("PropertyFee", 100, "合同P-02"), by=COMMITTEE)
    over = SetFloat("PropertyFee", yuan("1,000.01"), code)
    refused(house, errors.AuthorityUsedUp, set_float, over, by=COMMITTEE)
    refused(house, errors.RequestMalformed, set_float, SetFloat("PropertyFee", -1, code), by=COMMITTEE)
    refused(house, errors.FloatMissing, request, FILL, by=TRUSTEE)
    refused(house, errors.FloatMissing, spend_petty, spend(f"{OFFICE} 1.00"))


def test_the_box_is_never_filled_above_its_float(boxed: Books) -> None:
    refused(boxed, errors.FloatExceeded, request, replace(FILL, id="b", lines=((BOX, 1),)), by=TRUSTEE)
    boxed.act(spend_petty, spend(f"{OFFICE} 100.00"))
    refused(
        boxed,
        errors.RequestMalformed,
        request,
        replace(FILL, id="b", lines=((BOX, 1),), authority=BUDGET_2026),
        by=TRUSTEE,
    )
    for name in ("c", "d"):
        boxed.act(request, replace(FILL, id=name, lines=((BOX, 10_000),)), by=TRUSTEE)
    for name in ("c", "d"):
        boxed.act(approve, name, by=COMMITTEE)
    boxed.act(pay, "c", DAY)
    refused(boxed, errors.FloatExceeded, pay, "d", DAY)
    with boxed.database.reading() as session:
        (one,) = petty_cash(session, boxed.compound)
    assert (one.float_minor, one.held_minor, one.coming_minor) == (100_000, 100_000, 10_000)


def test_slips_are_small_costs_of_the_fund_that_the_authority_bears(boxed: Books) -> None:
    refused(boxed, errors.SlipAboveCap, spend_petty, spend(f"{OFFICE} 1000.01"))
    refused(boxed, errors.PettyShort, spend_petty, spend(f"{OFFICE} 600.00", f"{OFFICE} 400.01"))
    refused(boxed, errors.AccountUnknown, spend_petty, spend("Expenses:PropertyFee:OwnerApproved 1.00"))
    refused(boxed, errors.AccountUnknown, spend_petty, spend("Liabilities:PropertyFee:Prepaid 1.00"))
    refused(boxed, errors.RequestMalformed, spend_petty, SpendPetty("PropertyFee", (), DAY))
    done = boxed.act(spend_petty, spend(f"{OFFICE} 900.00"))
    passed(boxed, replace(FILL, id="b", lines=((BOX, 90_000),)))
    refused(boxed, errors.AuthorityUsedUp, spend_petty, spend(f"{OFFICE} 600.01"))
    boxed.act(spend_petty, spend(f"{OFFICE} 600.01", authority=BUDGET_2026))
    boxed.act(reverse, Reverse(done.seq, "票据不合规", DAY))
    with boxed.database.reading() as session:
        assert used(session, boxed.compound, "备用金") == 0  # what was taken is given back


def test_a_count_that_agrees_is_on_record_and_moves_nothing(boxed: Books) -> None:
    before = standing(boxed)
    counted = boxed.act(count_cash, CountCash("PropertyFee", yuan("1,000.00"), DAY))
    assert (counted.recorded.voucher, standing(boxed)) == (None, before)
    refused(boxed, errors.RequestMalformed, count_cash, CountCash("PropertyFee", -1, DAY))


def test_what_is_short_in_the_committees_box_waits_to_be_explained(house: Books) -> None:
    took_over(house)
    committee_money(house)
    box = "Assets:Committee:Cash:Petty"
    resolve(house, "业委会备用金", "500.00")
    house.act(set_float, SetFloat("Committee", yuan("500.00"), "业委会备用金"), by=COMMITTEE)
    fill = replace(FILL, fund="Committee", bank="Basic01", lines=((box, 50_000),), authority="业委会备用金")
    passed(house, fill)
    done = house.act(count_cash, CountCash("Committee", yuan("490.00"), DAY))
    assert standing(house)["Assets:Committee:Suspense"] == 1_000
    said = ExplainDebit(done.recorded.seq, lines("Expenses:Committee:Office 10.00"), "补票", BUDGET_2026, DAY)
    explained = house.act(explain_debit, said, by=STREET)
    refused(house, errors.ReversalRefused, reverse, Reverse(done.recorded.seq, "点错", DAY))
    house.act(reverse, Reverse(explained.seq, "票据不合规", DAY))
    house.act(reverse, Reverse(done.recorded.seq, "点错", DAY))
    with house.database.reading() as session:
        assert unexplained(session, house.compound) == []
    assert standing(house)[box] == 50_000

"""Deposits of every kind go back to whom they are from; what a bank pays or takes is shared by daily balances."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions import pay
from ledger.actions.end_lease import EndLease, end_lease
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.split_bank_sum import BankSumSplit, SplitBankSum, split_bank_sum
from ledger.actions.take_deposit import TakeDeposit, take_deposit
from ledger.rules.channel import Channel
from ledger.rules.deposit import Deposit, deposit_account
from ledger.rules.entry import Entry, Kind, Posting
from ledger.store.append import Journal, Recorded
from ledger.store.leases import open_rents
from tests.books.reading import acts, moved_since, standing
from tests.books.renting import due, let_lifts, rent
from tests.books.sample import SMALL, disburse, set_up, yuan
from tests.conftest import COMMITTEE, TRUSTEE, Books
from tests.ledger.actions.test_receiving import agree_with, refused

TENANT = "Liabilities:Agency:Deposit:Tenant"


@pytest.fixture
def letting(house: Books) -> Books:
    set_up(house)
    let_lifts(house, fee_bp=2_000, tax_bp=100)
    return house


def taken(books: Books, amount: str = "500.00", **more: object) -> Recorded:
    terms: dict[str, object] = {"deposit": Deposit.TENANT, "contract": "A-07", **more}
    return books.act(take_deposit, TakeDeposit(None, yuan(amount), "Basic02", books.today, **terms))  # type: ignore[arg-type]  # by name


def release(amount: str | None, kept: str | None = None, **more: object) -> pay.RequestDisbursement:
    lines = (("Income:PublicIncome:Advert:Elevator", yuan(kept)),) if kept else ()
    request = pay.RequestDisbursement(
        *("d-1", "Agency", lines, "示例传媒有限公司", "退押金", "合同 A-07", "Basic02"),
        kind=pay.DEPOSIT_RELEASE,
        amount_minor=yuan(amount) if amount else None,
        to_bank="Joint01",
        deposit=Deposit.TENANT,
        contract="A-07",
    )
    return replace(request, **more)  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    ("deposit", "reference"), [(Deposit.TENDER, "TB-2026-01"), (Deposit.OTHER, "KEY-12")]
)
def test_a_bond_stands_under_its_reference_and_goes_back_to_the_company(
    house: Books, deposit: Deposit, reference: str
) -> None:
    set_up(house)
    taken(house, "3,000.00", deposit=deposit, contract=reference, payer="示例绿化有限公司")
    assert standing(house)[deposit_account(deposit)] == -300_000
    ask = release("3,000.00", deposit=deposit, contract=reference, payee="示例绿化有限公司")
    disburse(house, ask, house.today, house.today)
    assert deposit_account(deposit) not in standing(house)
    agree_with(house)


def test_a_deposit_may_come_by_any_channel(house: Books) -> None:
    set_up(house)
    house.act(take_deposit, TakeDeposit(SMALL, 100, None, house.today, channel=Channel.CASH))
    assert standing(house)["Assets:Agency:Cash:OnHand"] == 100


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ({"unit": None}, errors.RequestMalformed),
        ({"unit": "B09-U1-0101"}, errors.NotFound),
        ({"contract": "A-07"}, errors.RequestMalformed),
        ({"unit": None, "contract": "A-99", "deposit": Deposit.TENANT}, errors.NotFound),
        ({"unit": None, "contract": "no", "deposit": Deposit.TENDER}, errors.CodeMalformed),
        ({"deposit": Deposit.TENDER}, errors.RequestMalformed),
        ({"amount_minor": 0}, errors.RequestMalformed),
        ({"bank": None}, errors.RequestMalformed),
        ({"bank": "Joint01"}, errors.NotFound),
    ],
)
def test_a_deposit_that_names_nobody_is_refused(
    letting: Books, wrong: dict[str, object], kind: type[errors.Refusal]
) -> None:
    command = TakeDeposit(SMALL, 100, "Basic02", letting.today)
    refused(letting, take_deposit, replace(command, **wrong), kind)  # type: ignore[arg-type]  # by name


def test_rent_kept_of_a_deposit_brings_its_fee_and_its_tax(letting: Books) -> None:
    taken(letting)
    due(letting)
    before = standing(letting)
    disburse(letting, release("500.00", "200.00"), letting.today, letting.today)
    moved = moved_since(letting, before)
    assert moved["Expenses:PublicIncome:Cost:ManagementFee"] == 4_000
    assert moved["Expenses:PublicIncome:Cost:Tax"] == 198
    assert moved["Assets:PublicIncome:Receivable:Tenant"] == -20_000
    agree_with(letting)


def test_the_reversal_of_a_release_makes_the_rent_owed_again(letting: Books) -> None:
    taken(letting)
    due(letting)
    before = standing(letting)
    seq = disburse(letting, release("500.00", "200.00"), letting.today, letting.today)
    letting.act(reverse, Reverse(seq, "退错", letting.today))
    assert moved_since(letting, before) == {}
    with letting.database.reading() as session:
        assert [one.open_minor for one in open_rents(session, letting.compound)] == [120_000]
    agree_with(letting)


@pytest.mark.parametrize(
    ("ask", "kind"),
    [
        (release("500.01"), errors.DepositMissing),
        (release(None), errors.RequestMalformed),
        (release("500.00", "500.01"), errors.DepositMissing),
        (release("500.00", "0.00"), errors.RequestMalformed),
        (release("500.00", contract="A-99"), errors.DepositMissing),
        (release("500.00", contract=None), errors.RequestMalformed),
        (release("500.00", contract=None, unit=SMALL), errors.RequestMalformed),
        (release("500.00", fund="PublicIncome"), errors.RequestMalformed),
        (release("500.00", lines=(("Expenses:PublicIncome:Loss", 1),)), errors.AccountUnknown),
        (release("500.00", lines=(("Income:PropertyFee:Service:Owner", 1),)), errors.AccountUnknown),
        (release("500.00", lines=(("Income:PropertyFee:LateFee", 1),)), errors.AccountUnknown),
        (release("500.00", lines=(("Income:PublicIncome:Interest", 1),)), errors.AccountUnknown),
        (release("500.00", lines=(("Income:Governance:Micro:Grant", 1),)), errors.AccountUnknown),
        (release("500.00", kind=pay.EXPENSE), errors.RequestMalformed),
    ],
)
def test_a_release_that_gives_what_is_not_held_is_refused(
    letting: Books, ask: pay.RequestDisbursement, kind: type[errors.Refusal]
) -> None:
    taken(letting)
    due(letting)
    with pytest.raises(kind):
        letting.act(pay.request, ask, by=TRUSTEE)


def test_no_more_rent_is_kept_than_is_owed(letting: Books) -> None:
    taken(letting, "2,000.00")
    due(letting)
    with pytest.raises(errors.RefundMissing):
        letting.act(pay.request, release("2,000.00", "1,200.01"), by=TRUSTEE)
    letting.act(pay.request, release("2,000.00", "1,200.00"), by=TRUSTEE)
    letting.act(pay.approve, "d-1", by=COMMITTEE)
    rent(letting, "0.01")  # paid meanwhile
    before = acts(letting)
    with pytest.raises(errors.RefundMissing):
        letting.act(pay.pay, "d-1", letting.today)
    assert acts(letting) == before


def test_a_deposit_that_has_gone_back_is_not_reversed(letting: Books) -> None:
    seq = taken(letting).seq
    disburse(letting, release("100.00"), letting.today, letting.today)
    refused(letting, reverse, Reverse(seq, "误记", letting.today), errors.ReversalRefused)


def test_what_is_owed_back_to_a_tenant_is_paid_with_two_keys(letting: Books) -> None:
    rent(letting, "2,400.00")
    letting.act(end_lease, EndLease("A-07", date(2026, 1, 31), "退场", letting.today))
    ask = pay.RequestDisbursement(
        *("r-1", "PublicIncome", (), "示例传媒有限公司", "退租金", "终止协议", "Joint01"),
        kind=pay.REFUND,
        contract="A-07",
    )
    with pytest.raises(errors.RefundMissing):
        letting.act(pay.request, replace(ask, amount_minor=120_001), by=TRUSTEE)
    before = standing(letting)
    disburse(letting, ask, letting.today, letting.today)
    assert moved_since(letting, before) == {
        "Assets:PublicIncome:Bank:Joint01": -120_000,
        "Liabilities:PublicIncome:Refundable": 120_000,
    }
    agree_with(letting)


def given(journal: Journal, *parts: tuple[str, str, int]) -> Recorded:
    """Put money on a bank account, each part against an account of its fund."""
    postings = [
        one for money, other, minor in parts for one in (Posting(money, minor), Posting(other, -minor))
    ]
    entry = Entry(Kind.RECEIPT, journal.today, "资金", tuple(postings))
    return journal.record("entry", journal.today, entry=entry)


@pytest.fixture
def shared(house: Books) -> Books:
    """Give an account of four funds with 500, 200, 200 and 100 yuan on it since 5 January."""
    set_up(house)
    pool = "Governance:Guarantee"
    funds = ("PropertyFee", "PublicIncome", pool, "Agency")
    house.act(open_bank_account, OpenBankAccount("Shared01", "共用户 尾号8801", funds))
    house.act(
        given,
        ("Assets:PropertyFee:Bank:Shared01", "Income:PropertyFee:Other", 50_000),
        ("Assets:PublicIncome:Bank:Shared01", "Income:PublicIncome:Other", 20_000),
        (f"Assets:{pool}:Bank:Shared01", f"Liabilities:{pool}:Unspent:GP001", 20_000),
        ("Assets:Agency:Bank:Shared01", "Liabilities:Agency:Deposit:Other", 10_000),
    )
    house.today = date(2026, 3, 21)
    return house


def share(books: Books, amount: str, **more: object) -> BankSumSplit:
    return books.act(split_bank_sum, SplitBankSum("Shared01", yuan(amount), books.today, **more))  # type: ignore[arg-type]  # by name


def parts(done: BankSumSplit) -> dict[str, int]:
    return {one.fund: one.amount_minor for one in done.parts}


def test_a_charge_on_third_parties_money_is_the_fee_funds(shared: Books) -> None:
    before = standing(shared)
    done = share(shared, "10.00", is_charge=True)
    assert sum(parts(done).values()) == 1_000
    moved = moved_since(shared, before)
    assert moved["Expenses:PropertyFee:BankCharge"] == 600  # its own 5.00 and 1.00 on the deposits
    assert moved["Assets:PropertyFee:Bank:Shared01"] == -600
    assert "Assets:Agency:Bank:Shared01" not in moved
    assert moved["Expenses:Governance:Guarantee:BankCharge"] == 200
    agree_with(shared)


def test_interest_of_the_same_days_is_shared_once(shared: Books) -> None:
    first = share(shared, "10.00")
    shared.today = date(2026, 6, 21)
    again = SplitBankSum("Shared01", 1_000, shared.today, from_on=date(2026, 3, 20))
    assert refused(shared, split_bank_sum, again, errors.BankSpanTaken).pointer == "/from_on"
    later = share(shared, "10.00")
    assert (first.to_on, later.from_on, later.to_on) == (
        date(2026, 3, 20),
        date(2026, 3, 21),
        date(2026, 6, 20),
    )
    shared.act(reverse, Reverse(later.recorded.seq, "金额有误", shared.today))
    assert share(shared, "10.01").from_on == date(2026, 3, 21)
    agree_with(shared)


def test_money_that_came_in_the_middle_counts_from_its_day(shared: Books) -> None:
    done = share(shared, "10.00", from_on=date(2026, 1, 1), to_on=date(2026, 1, 9))
    assert [one.fen_days for one in done.parts if one.fund == "PropertyFee"] == [5 * 50_000]


def test_interest_on_several_grants_names_the_project(shared: Books) -> None:
    pool = "Governance:Guarantee"
    shared.act(given, (f"Assets:{pool}:Bank:Shared01", f"Liabilities:{pool}:Unspent:GP002", 10_000))
    for projects in ({}, {pool: "GP009"}):
        command = SplitBankSum("Shared01", 1_000, shared.today, projects=projects)
        refused(shared, split_bank_sum, command, errors.GrantNotNamed)
    before = standing(shared)
    done = share(shared, "10.00", projects={pool: "GP002"})
    moved = moved_since(shared, before)
    assert moved[f"Liabilities:{pool}:Unspent:GP002"] == -parts(done)[pool]


def test_interest_of_a_pool_without_a_project_waits_for_one(shared: Books) -> None:
    pool = "Governance:Micro"
    shared.act(open_bank_account, OpenBankAccount("Pool01", "微基金 尾号0003", (pool,)))
    shared.act(given, (f"Assets:{pool}:Bank:Pool01", f"Liabilities:{pool}:Unallocated", 10_000))
    shared.today = date(2026, 3, 22)
    shared.act(split_bank_sum, SplitBankSum("Pool01", 12, shared.today))
    assert standing(shared)[f"Liabilities:{pool}:Unallocated"] == -10_012


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ({"bank": "None01"}, errors.NotFound),
        ({"bank": "Joint01"}, errors.NothingToShare),
        ({"amount_minor": 0}, errors.RequestMalformed),
        ({"amount_minor": 20_001, "is_charge": True}, errors.FeeAboveCap),
        ({"from_on": date(2025, 12, 31)}, errors.RequestMalformed),
        ({"from_on": date(2026, 3, 21)}, errors.RequestMalformed),
        ({"to_on": date(2026, 3, 22)}, errors.RequestMalformed),
        ({"effective_on": date(2026, 3, 22)}, errors.DateInFuture),
    ],
)
def test_a_sum_that_cannot_be_shared_is_refused(
    shared: Books, wrong: dict[str, object], kind: type[errors.Refusal]
) -> None:
    command = SplitBankSum("Shared01", 1_000, shared.today)
    refused(shared, split_bank_sum, replace(command, **wrong), kind)  # type: ignore[arg-type]  # by name


def test_a_preview_shares_and_keeps_nothing(shared: Books) -> None:
    before = acts(shared)
    tried = shared.try_act(split_bank_sum, SplitBankSum("Shared01", 1_000, shared.today))
    assert parts(tried) == {
        "Agency": 100,
        "Governance:Guarantee": 200,
        "PropertyFee": 500,
        "PublicIncome": 200,
    }
    assert acts(shared) == before

"""Every refusal of every action: its class, the field it points at, and that nothing was stored.

The house (tests/books/sample.py) stands on 5 January with all opening balances; today is the 20th, January is billed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger import errors
from ledger.actions.bill import BillMonth, bill
from ledger.actions.clear import ClearChannel, clear
from ledger.actions.close import close
from ledger.actions.earn import EarnPublicIncome, earn
from ledger.actions.import_units import ImportUnits, import_units
from ledger.actions.open_balances import (
    OpenBalances,
    OpeningArrear,
    OpeningCash,
    OpeningUnitSum,
    open_balances,
)
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.actions.pay import DEPOSIT_RELEASE, RequestDisbursement, approve, pay, post, refuse, request
from ledger.actions.post import PostEntry, post_entry
from ledger.actions.publish import publish
from ledger.actions.receive import Receive, receive
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.set_remuneration import SetRemuneration, set_remuneration
from ledger.actions.set_tariff import SetTariff, set_tariff
from ledger.actions.take_deposit import TakeDeposit, take_deposit
from ledger.rules.channel import Channel
from ledger.rules.charge import Formula
from ledger.rules.entry import Posting
from ledger.rules.money import LIMIT_MINOR
from ledger.rules.roles import Actor, Body, Role
from ledger.store.registers import entries, head
from ledger.store.session import Database
from tests.books.sample import BUDGET_2026, PREPAID, SERVICE, SMALL, agree, play, unit_line, yuan
from tests.conftest import COMMITTEE, OPERATOR, TREASURER, TRUSTEE, Books, once

TODAY, TOMORROW = date(2026, 1, 20), date(2026, 1, 21)
BANK, OTHER = "Assets:PropertyFee:Bank:Joint01", "Income:PropertyFee:Other"
LIFT = "Expenses:PropertyFee:Facility:Elevator"
DAMAGE = "Income:PublicIncome:Compensation"

RECEIPT = Receive(SMALL, 10_000, Channel.BANK, TODAY, TODAY, "Joint01")
BALANCED = PostEntry(TODAY, "利息", (Posting(BANK, 100), Posting(OTHER, -100)))
ADVERT = EarnPublicIncome("Income:PublicIncome:Advert:Elevator", 100, TODAY, "广告", bank="Joint01")
WECHAT = ClearChannel(Channel.WECHAT, "Joint01", 10_000, 60, TODAY)
DEPOSIT = TakeDeposit(SMALL, 10_000, "Basic02", TODAY)
TARIFF = SetTariff("elevator", Formula.FIXED, 500_000, TODAY, "表决 V1")
RATE = SetRemuneration(1_000, 3, SERVICE, "合同", "2026-01")
ACCOUNT = OpenBankAccount("Joint09", "尾号 1234", ("PropertyFee",))
OPENING = OpenBalances("Committee", TODAY, "交接表", (OpeningCash("Assets:Committee:Cash:Petty", 100),))
LINE = unit_line("B09-U1-0101", 9_000)
EXPENSE = RequestDisbursement(
    "d-1", "PropertyFee", ((LIFT, 10_000),), "示例电梯公司", "维保", BUDGET_2026, "Joint01"
)
RELEASE = replace(
    EXPENSE,
    kind=DEPOSIT_RELEASE,
    fund="Agency",
    bank="Basic02",
    unit=PREPAID,
    amount_minor=yuan("2,000.00"),
    lines=(),
)


def arrear(**changed: Any) -> OpenBalances:
    one = replace(OpeningArrear(SMALL, "property_fee", "2025-12", 100), **changed)
    return OpenBalances("PropertyFee", TODAY, "交接表", arrears=(one,))


def postings(*lines: tuple[str, int]) -> PostEntry:
    return replace(BALANCED, postings=tuple(Posting(account, minor) for account, minor in lines))


#: action, command, refusal, pointer. Those that are refused to others than a treasurer are tested further below.
REFUSED: list[tuple[Callable[..., Any], Any, type[errors.Refusal], str | None]] = [
    (open_bank_account, replace(ACCOUNT, code="joint"), errors.CodeMalformed, "/code"),
    (open_bank_account, replace(ACCOUNT, code="Joint01"), errors.AlreadyExists, "/code"),
    (open_bank_account, replace(ACCOUNT, label="6222020200112233"), errors.TextRefused, "/label"),
    (open_bank_account, replace(ACCOUNT, label=""), errors.TextRefused, "/label"),
    (open_bank_account, replace(ACCOUNT, funds=()), errors.RequestMalformed, "/funds"),
    (open_bank_account, replace(ACCOUNT, funds=("Repair",)), errors.AccountUnknown, None),
    (set_tariff, replace(TARIFF, item="club"), errors.NotFound, "/item"),
    (set_tariff, replace(TARIFF, authority=" "), errors.AuthorityMissing, "/authority"),
    (set_tariff, replace(TARIFF, rate_e4=-1), errors.AmountOutOfRange, "/rate"),
    (set_tariff, replace(TARIFF, rate_e4=10**9 + 1), errors.AmountOutOfRange, "/rate"),
    (set_remuneration, replace(RATE, contract=""), errors.AuthorityMissing, "/contract"),
    (set_remuneration, replace(RATE, rate_bp=0), errors.AmountOutOfRange, "/rate_bp"),
    (set_remuneration, replace(RATE, rate_bp=10_001), errors.AmountOutOfRange, "/rate_bp"),
    (set_remuneration, replace(RATE, every_months=2), errors.RequestMalformed, "/every_months"),
    (set_remuneration, replace(RATE, accounts=()), errors.RequestMalformed, "/accounts"),
    (set_remuneration, replace(RATE, accounts=(LIFT,)), errors.RequestMalformed, "/accounts/0"),
    (set_remuneration, replace(RATE, effective_from="2026"), errors.PeriodMalformed, "/effective_from"),
    (import_units, ImportUnits((replace(LINE, code="一号楼"),)), errors.UnitCodeMalformed, "/units/0/code"),
    (import_units, ImportUnits((unit_line(SMALL, 100),)), errors.AlreadyExists, "/units/0/code"),
    (import_units, ImportUnits((LINE, LINE)), errors.AlreadyExists, "/units/1/code"),
    (import_units, ImportUnits((), (LINE,)), errors.NotFound, "/units/0/code"),
    (open_balances, replace(OPENING, document=""), errors.TextRefused, "/document"),
    (open_balances, arrear(), errors.AlreadyExists, "/fund"),
    (open_balances, replace(OPENING, fund="PublicIncome"), errors.FundsMixed, "/cash/0/account"),
    (
        open_balances,
        replace(OPENING, cash=(OpeningCash("Liabilities:Committee:Unidentified", -1),)),
        errors.AccountControlled,
        "/cash/0/account",
    ),
    (open_balances, replace(OPENING, cash=(OpeningCash("Assets:X", 1),)), errors.AccountUnknown, None),
    (open_balances, replace(OPENING, effective_on=TOMORROW), errors.DateInFuture, "/effective_on"),
    (open_balances, arrear(unit="B09-U1-0101"), errors.NotFound, "/arrears/0/unit"),
    (open_balances, arrear(item="club"), errors.NotFound, "/arrears/0/item"),
    (open_balances, arrear(period="2025"), errors.PeriodMalformed, "/arrears/0/period"),
    (open_balances, arrear(period="2026-01"), errors.RequestMalformed, "/arrears/0"),
    (open_balances, arrear(amount_minor=0), errors.RequestMalformed, "/arrears/0/amount"),
    (open_balances, replace(arrear(), fund="PublicIncome"), errors.RequestMalformed, "/arrears/0"),
    (
        open_balances,
        replace(OPENING, prepaid=(OpeningUnitSum("B09-U1-0101", 1),)),
        errors.NotFound,
        "/prepaid/0/unit",
    ),
    (
        open_balances,
        replace(OPENING, deposits=(OpeningUnitSum(SMALL, 1),)),
        errors.FundsMixed,
        "/deposits/0",
    ),
    (bill, BillMonth("2026-1", TODAY), errors.PeriodMalformed, "/month"),
    (bill, BillMonth("2026-01", TODAY), errors.AlreadyBilled, "/month"),
    (bill, BillMonth("2026-02", TODAY, ("club",)), errors.NotFound, "/items/0"),
    (bill, BillMonth("2026-02", TODAY, ("property_fee", "elevator")), errors.TariffMissing, "/items/1"),
    (bill, BillMonth("2024-12", TODAY), errors.MonthNotBillable, "/month"),
    (bill, BillMonth("2026-02", TOMORROW), errors.DateInFuture, "/effective_on"),
    (receive, replace(RECEIPT, unit="张三"), errors.UnitCodeMalformed, "/unit"),
    (receive, replace(RECEIPT, unit="B09-U1-0101"), errors.NotFound, "/unit"),
    (receive, replace(RECEIPT, amount_minor=0), errors.RequestMalformed, "/amount"),
    (receive, replace(RECEIPT, amount_minor=-1), errors.RequestMalformed, "/amount"),
    (receive, replace(RECEIPT, amount_minor=LIMIT_MINOR + 1), errors.AmountOutOfRange, "/amount"),
    (receive, replace(RECEIPT, received_on=TOMORROW), errors.RequestMalformed, "/received_on"),
    (receive, replace(RECEIPT, effective_on=TOMORROW), errors.DateInFuture, "/effective_on"),
    (receive, replace(RECEIPT, bank=None), errors.RequestMalformed, "/bank"),
    (receive, replace(RECEIPT, bank="Joint09"), errors.NotFound, "/bank"),
    (receive, replace(RECEIPT, bank="Basic02"), errors.NotFound, "/bank"),
    (receive, replace(RECEIPT, periods=("2027",)), errors.PeriodMalformed, "/periods/0"),
    (receive, replace(RECEIPT, periods=("2026-02",)), errors.ReceiptOverpaid, "/periods/0"),
    (receive, replace(RECEIPT, periods=("2026-01", "2026-01")), errors.ReceiptOverpaid, "/periods/1"),
    (receive, replace(RECEIPT, source_id="x" * 129), errors.TextRefused, "/source_id"),
    (
        receive,
        replace(RECEIPT, received_on=date(2025, 12, 31), effective_on=date(2025, 12, 31)),
        errors.DateBeforeOpening,
        "/effective_on",
    ),
    (clear, replace(WECHAT, channel=Channel.BANK), errors.RequestMalformed, "/fee"),
    (clear, replace(WECHAT, fee_minor=10_000), errors.RequestMalformed, "/fee"),
    (clear, replace(WECHAT, fee_minor=-1), errors.RequestMalformed, "/fee"),
    (clear, replace(WECHAT, amount_minor=LIMIT_MINOR + 1), errors.AmountOutOfRange, "/amount"),
    (clear, replace(WECHAT, amount_minor=10_001), errors.NothingToClear, "/amount"),
    (clear, replace(WECHAT, channel=Channel.ALIPAY), errors.NothingToClear, "/amount"),
    (clear, replace(WECHAT, bank="Basic02"), errors.NotFound, "/bank"),
    (earn, replace(ADVERT, account=OTHER), errors.AccountUnknown, "/account"),
    (earn, replace(ADVERT, account=LIFT), errors.AccountUnknown, "/account"),
    (earn, replace(ADVERT, amount_minor=0), errors.RequestMalformed, "/amount"),
    (earn, replace(ADVERT, amount_minor=LIMIT_MINOR + 1), errors.AmountOutOfRange, "/amount"),
    (earn, replace(ADVERT, bank=None), errors.RequestMalformed, "/bank"),
    (earn, replace(ADVERT, bank="Basic02"), errors.NotFound, "/bank"),
    (earn, replace(ADVERT, narration="a\nb"), errors.TextRefused, "/narration"),
    (earn, replace(ADVERT, counterparty="公" * 65), errors.TextRefused, "/counterparty"),
    (earn, replace(ADVERT, authority=""), errors.TextRefused, "/authority"),
    (earn, replace(ADVERT, occurred_on=TOMORROW), errors.RequestMalformed, "/occurred_on"),
    (take_deposit, replace(DEPOSIT, unit="x"), errors.UnitCodeMalformed, "/unit"),
    (take_deposit, replace(DEPOSIT, unit="B09-U1-0101"), errors.NotFound, "/unit"),
    (take_deposit, replace(DEPOSIT, amount_minor=0), errors.RequestMalformed, "/amount"),
    (take_deposit, replace(DEPOSIT, amount_minor=LIMIT_MINOR + 1), errors.AmountOutOfRange, "/amount"),
    (take_deposit, replace(DEPOSIT, bank="Joint01"), errors.NotFound, "/bank"),
    (post_entry, postings((BANK, 100), ("Income:X", -100)), errors.AccountUnknown, None),
    (
        post_entry,
        postings((BANK, 100), ("Liabilities:PropertyFee:Prepaid", -100)),
        errors.AccountControlled,
        "/postings/1/account",
    ),
    (
        post_entry,
        postings(
            ("Expenses:PropertyFee:Remuneration", 100), ("Liabilities:PropertyFee:Payable:Trustee", -100)
        ),
        errors.AccountControlled,
        "/postings/0/account",
    ),
    (post_entry, postings((LIFT, 100), (BANK, -100)), errors.PaymentNeedsTwoKeys, "/postings/1/account"),
    (
        post_entry,
        postings(("Expenses:PropertyFee:Office", 100), ("Assets:PropertyFee:Cash:Petty", -100)),
        errors.PaymentNeedsTwoKeys,
        "/postings/1/account",
    ),
    (
        post_entry,
        postings(("Expenses:PropertyFee:BankCharge", 50), (LIFT, 50), (BANK, -100)),
        errors.PaymentNeedsTwoKeys,
        "/postings/2/account",
    ),
    (post_entry, postings((BANK, 100), (OTHER, -99)), errors.EntryUnbalanced, "/postings"),
    (post_entry, postings((BANK, 100)), errors.EntryTooSmall, "/postings"),
    (post_entry, postings((BANK, 0), (OTHER, 0)), errors.ZeroPosting, "/postings/0/amount"),
    (
        post_entry,
        postings((BANK, 1), (OTHER, -1), ("Assets:PublicIncome:Bank:Joint01", 1), (ADVERT.account, -1)),
        errors.FundsMixed,
        "/postings",
    ),
    (post_entry, replace(BALANCED, narration=" "), errors.TextRefused, "/narration"),
    (post_entry, replace(BALANCED, corrects="March"), errors.PeriodMalformed, "/corrects"),
    (post_entry, replace(BALANCED, occurred_on=TOMORROW), errors.RequestMalformed, "/occurred_on"),
    (post_entry, replace(BALANCED, effective_on=TOMORROW), errors.DateInFuture, "/effective_on"),
    (
        post_entry,
        replace(BALANCED, effective_on=date(2025, 12, 31)),
        errors.DateBeforeOpening,
        "/effective_on",
    ),
    (reverse, Reverse(999, "误记", TODAY), errors.NotFound, "/seq"),
    (reverse, Reverse(2, "误记", TODAY), errors.NotFound, "/seq"),  # an act without an entry
    (request, replace(EXPENSE, authority=" "), errors.AuthorityMissing, "/authority"),
    (request, replace(EXPENSE, lines=()), errors.RequestMalformed, "/lines"),
    (request, replace(EXPENSE, lines=((LIFT, 0),)), errors.RequestMalformed, "/lines/0/amount"),
    (request, replace(EXPENSE, lines=((LIFT, LIMIT_MINOR + 1),)), errors.AmountOutOfRange, "/lines/0/amount"),
    (request, replace(EXPENSE, lines=((OTHER, 1),)), errors.AccountUnknown, "/lines/0/account"),
    (request, replace(EXPENSE, fund="PublicIncome"), errors.AccountUnknown, "/lines/0/account"),
    (
        request,
        replace(EXPENSE, lines=(("Expenses:PropertyFee:Remuneration", 1),)),
        errors.AccountUnknown,
        "/lines/0/account",
    ),
    (request, replace(EXPENSE, bank="Basic02"), errors.NotFound, "/bank"),
    (request, replace(EXPENSE, payee=""), errors.TextRefused, "/payee"),
    (request, replace(EXPENSE, purpose=""), errors.TextRefused, "/purpose"),
    (request, replace(EXPENSE, invoice=""), errors.TextRefused, "/invoice"),
    (request, replace(EXPENSE, kind="gift"), errors.RequestMalformed, "/kind"),
    (request, replace(RELEASE, unit=None), errors.RequestMalformed, "/unit"),
    (request, replace(RELEASE, unit=SMALL), errors.DepositMissing, "/amount"),
    (request, replace(RELEASE, amount_minor=yuan("2,000.01")), errors.DepositMissing, "/amount"),
    (
        request,
        replace(RELEASE, lines=((DAMAGE, yuan("2,000.01")),), to_bank="Joint01"),
        errors.DepositMissing,
        "/amount",
    ),
    (request, replace(RELEASE, lines=((DAMAGE, 1),)), errors.NotFound, "/to_bank"),
    (request, replace(RELEASE, lines=((LIFT, 1),)), errors.AccountUnknown, "/lines/0/account"),
    (approve, "none", errors.NotFound, "/id"),
    (post, ("none", TODAY), errors.NotFound, "/id"),
    (pay, ("none", TODAY), errors.NotFound, "/id"),
    (refuse, ("none", "不符"), errors.NotFound, "/id"),
    (close, ("January", agree), errors.PeriodMalformed, "/month"),
    (close, ("2026-02", agree), errors.PeriodOrder, "/month"),
    (close, ("2025-12", agree), errors.PeriodClosed, "/month"),
    (close, ("2026-01", agree), errors.PeriodNotEnded, "/month"),
]


@pytest.fixture(scope="module")
def standing_house(town: Database) -> Books:
    """Give a house that no test changes: billed in January, 100 yuan in transit on WeChat."""
    books = play(Books(town, once("refusals"), date(2026, 1, 5)).open(), through="s02")
    books.today = TODAY
    books.act(receive, replace(RECEIPT, channel=Channel.WECHAT, bank=None))
    return books


@pytest.mark.parametrize(
    ("action", "command", "refusal", "pointer"),
    REFUSED,
    ids=[f"{action.__name__}-{refusal.__name__}-{pointer}" for action, _, refusal, pointer in REFUSED],
)
def test_a_refusal_points_at_the_field_and_stores_nothing(
    standing_house: Books,
    action: Callable[..., Any],
    command: Any,
    refusal: type[errors.Refusal],
    pointer: str | None,
) -> None:
    before = _state(standing_house)
    given = command if isinstance(command, tuple) else (command,)
    with pytest.raises(refusal) as refused:
        standing_house.act(action, *given)
    assert type(refused.value) is refusal
    assert refused.value.pointer == pointer
    assert refused.value.detail("zh")
    assert refused.value.detail("en")
    assert _state(standing_house) == before


def _state(books: Books) -> tuple[object, int]:
    with books.database.reading() as session:
        return head(session, books.compound), len(entries(session, books.compound))


KEPT_BY_TREASURER: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (open_bank_account, (ACCOUNT,)),
    (set_tariff, (TARIFF,)),
    (set_remuneration, (RATE,)),
    (import_units, (ImportUnits((LINE,)),)),
    (open_balances, (OPENING,)),
    (bill, (BillMonth("2026-02", TODAY),)),
    (receive, (RECEIPT,)),
    (clear, (WECHAT,)),
    (earn, (ADVERT,)),
    (take_deposit, (DEPOSIT,)),
    (post_entry, (BALANCED,)),
    (reverse, (Reverse(11, "误记", TODAY),)),
    (post, ("none", TODAY)),
    (pay, ("none", TODAY)),
    (close, ("2026-01", agree)),
]
OTHERS = (
    OPERATOR,
    TRUSTEE,
    COMMITTEE,
    Actor("auditor-1", Role.AUDITOR, Body.AUDIT),
    Actor("street-1", Role.SUPERVISOR, Body.COMMUNITY),
)


@pytest.mark.parametrize(("action", "given"), KEPT_BY_TREASURER, ids=lambda one: getattr(one, "__name__", ""))
@pytest.mark.parametrize("actor", OTHERS, ids=lambda actor: str(actor.role))
def test_only_the_treasurer_keeps_the_books(
    standing_house: Books, action: Callable[..., Any], given: tuple[Any, ...], actor: Actor
) -> None:
    before = _state(standing_house)
    with pytest.raises(errors.RoleRefused):
        standing_house.act(action, *given, by=actor)
    assert _state(standing_house) == before


def test_the_books_that_are_refused_nothing_take_these_commands(standing_house: Books) -> None:
    """The commands that the refusals vary are themselves accepted, so each refusal has the one cause it names."""
    for action, command in (
        (open_bank_account, ACCOUNT),
        (set_tariff, TARIFF),
        (import_units, ImportUnits((LINE,))),
        (open_balances, OPENING),
        (bill, BillMonth("2026-02", TODAY)),
        (receive, RECEIPT),
        (clear, WECHAT),
        (earn, ADVERT),
        (take_deposit, DEPOSIT),
        (post_entry, BALANCED),
        (request, EXPENSE),
        (request, RELEASE),
    ):
        before = _state(standing_house)
        assert standing_house.try_act(action, command) is not None
        assert _state(standing_house) == before  # a dry run stores nothing


def test_a_month_that_is_open_cannot_be_published(standing_house: Books) -> None:
    with pytest.raises(errors.PeriodNotClosed) as refused:
        standing_house.act(
            publish, "2026-01", b"%PDF", {"zh": b"", "en": b""}, posted_from=TODAY, posted_to=TOMORROW
        )
    assert refused.value.pointer == "/month"


@pytest.mark.parametrize("actor", [TREASURER, TRUSTEE])
def test_two_bodies_may_ask_for_a_payment(standing_house: Books, actor: Actor) -> None:
    assert standing_house.try_act(request, EXPENSE, by=actor).state == "requested"


@pytest.mark.parametrize("actor", [COMMITTEE, OPERATOR, *OTHERS[3:]])
def test_no_other_may_ask_for_a_payment(standing_house: Books, actor: Actor) -> None:
    with pytest.raises(errors.RoleRefused):
        standing_house.act(request, EXPENSE, by=actor)


@pytest.mark.parametrize("actor", [TRUSTEE, OPERATOR, *OTHERS[3:]])
@pytest.mark.parametrize(("action", "given"), [(approve, ("none",)), (refuse, ("none", "不符"))])
def test_nobody_but_committee_and_treasurer_holds_the_second_key(
    standing_house: Books, action: Callable[..., Any], given: tuple[Any, ...], actor: Actor
) -> None:
    with pytest.raises(errors.RoleRefused):
        standing_house.act(action, *given, by=actor)

"""An invoice is paid once, a repair that is no service cost is refused, and a cost without a voucher is listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ledger import errors
from ledger.actions.attach_voucher import AttachVoucher, attach_voucher
from ledger.actions.pay import refuse, request
from ledger.actions.post import PostEntry, post_entry
from ledger.actions.reverse import Reverse, reverse
from ledger.intake.voucher_file import read_voucher
from ledger.rules.entry import Posting
from ledger.rules.payment import Repair
from ledger.store.vouchers import voucher_missing
from tests.books.paying import DAY, asked, passed, took_over, vote
from tests.conftest import COMMITTEE, TRUSTEE, Books
from tests.ledger.intake.test_voucher_file import picture

FIRE = "Expenses:PropertyFee:Facility:Fire"
NATIONAL = "26500000000000000099"


@pytest.fixture
def funded(house: Books) -> Books:
    return took_over(house)


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ({"invoice": "0012"}, {"invoice": "0012"}, True),
        ({"invoice": "0012"}, {"invoice": "00 12"}, True),
        ({"invoice": "AB12"}, {"invoice": "ab12"}, True),
        ({"invoice": "0012"}, {"invoice": "００１２"}, True),
        ({"invoice": "0012"}, {"invoice": "00-12"}, True),
        ({"invoice": "NO.00/12"}, {"invoice": "(no 0012)"}, True),
        ({"invoice": "0012"}, {"invoice": "0012", "payee": "示例 公司"}, True),
        ({"invoice": "0012"}, {"invoice": "0013"}, False),
        ({"invoice": "0012"}, {"invoice": "0012", "payee": "另一公司"}, False),
        ({"invoice": "0012"}, {"invoice": "0012", "payee": "另一公司", "issuer": "示例公司"}, True),
        ({"invoice": "0012", "issuer": "91510100MA6TEST00X"}, {"invoice": "0012"}, False),
        ({"invoice": NATIONAL}, {"invoice": f"{NATIONAL[:12]}－{NATIONAL[12:]}", "payee": "另一公司"}, True),
        (
            {"invoice": NATIONAL},
            {"invoice": NATIONAL, "payee": "另一公司"},
            True,
        ),  # given once in the country
    ],
)
def test_an_invoice_of_an_issuer_stands_on_one_request(
    funded: Books, first: dict[str, str], second: dict[str, str], *, is_same: bool
) -> None:
    funded.act(request, asked("a", f"{FIRE} 1.00", **first), by=TRUSTEE)
    again = asked("b", f"{FIRE} 1.00", **second)
    if not is_same:
        funded.act(request, again, by=TRUSTEE)
        return
    with pytest.raises(errors.InvoiceUsed) as refused:
        funded.act(request, again, by=TRUSTEE)
    assert refused.value.pointer == "/invoice"
    funded.act(refuse, "a", "发票抬头不对", by=COMMITTEE)
    funded.act(request, again, by=TRUSTEE)


def test_an_invoice_without_letters_and_digits_is_none(funded: Books) -> None:
    with pytest.raises(errors.TextRefused) as refused:
        funded.act(request, asked("a", f"{FIRE} 1.00", invoice="--"), by=TRUSTEE)
    assert refused.value.pointer == "/invoice"


@pytest.mark.parametrize("repair", [Repair.MEDIUM, Repair.MAJOR])
def test_a_bigger_repair_is_no_service_cost_by_request_or_by_entry(funded: Books, repair: Repair) -> None:
    with pytest.raises(errors.RepairRefused) as refused:
        funded.act(request, asked("a", f"{FIRE} 1.00", repair=repair), by=TRUSTEE)
    assert refused.value.pointer == "/repair"
    with pytest.raises(errors.RepairRefused):
        funded.act(post_entry, entry_of(FIRE, 100, repair=repair))


def entry_of(account: str, minor: int, **more: object) -> PostEntry:
    postings = (Posting(account, minor), Posting("Liabilities:PropertyFee:Payable:Vendor", -minor))
    return replace(PostEntry(DAY, "费用", postings), **more)  # type: ignore[arg-type]  # fields by name


def test_a_minor_repair_is_a_service_cost_up_to_the_cap(funded: Books) -> None:
    small = "Expenses:PropertyFee:Facility:MinorRepair"
    funded.act(post_entry, entry_of(small, 1_000_000))
    with pytest.raises(errors.RepairRefused):
        funded.act(post_entry, entry_of(small, 1_000_001))
    funded.act(request, asked("a", f"{FIRE} 10000.00", repair=Repair.MINOR), by=TRUSTEE)
    with pytest.raises(errors.RepairRefused):
        funded.act(request, asked("b", f"{FIRE} 10000.01", repair=Repair.MINOR), by=TRUSTEE)


def test_an_entry_of_category_nine_takes_a_vote_and_takes_its_part(funded: Books) -> None:
    owners = "Expenses:PropertyFee:OwnerApproved"
    for authority, refusal in ((None, errors.AuthorityMissing), ("年度预算2026", errors.AuthorityUnfit)):
        with pytest.raises(refusal):
            funded.act(post_entry, entry_of(owners, 100, authority=authority))
    code = vote(funded, "V1", "1.00")
    funded.act(post_entry, entry_of(owners, 99, authority=code))
    with pytest.raises(errors.AuthorityUsedUp):
        funded.act(post_entry, entry_of(owners, 2, authority=code))
    funded.act(post_entry, entry_of(owners, 1, authority=code))


def missing(books: Books, as_of: date = DAY, fund: str | None = None) -> list[tuple[int, int]]:
    with books.database.reading() as session:
        return [
            (one.seq, one.amount_minor) for one in voucher_missing(session, books.compound, as_of, fund=fund)
        ]


def test_a_cost_is_listed_until_an_invoice_or_a_file_proves_it(funded: Books) -> None:
    bare, _ = passed(funded, asked("bare", f"{FIRE} 3.00", "Expenses:PropertyFee:Office 2.00"))
    passed(funded, asked("with", f"{FIRE} 1.00", invoice="0012"))
    plain = funded.act(post_entry, entry_of(FIRE, 700)).seq
    assert missing(funded) == [(bare, 500), (plain, 700)]
    assert missing(funded, fund="PublicIncome") == missing(funded, DAY - timedelta(days=1)) == []
    file = read_voucher(picture())
    funded.act(attach_voucher, AttachVoucher(file, "收据", disbursement="bare"), by=TRUSTEE)
    assert missing(funded) == [(plain, 700)]
    funded.act(reverse, Reverse(plain, "误记", DAY))
    assert missing(funded) == []

"""A contract of public income stands in both books: ending the accounts told apart by it, elsewhere as metadata."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.actions.close import close
from reports.book.book import build_files, build_hledger
from reports.book.key import Audience, BookKey
from reports.book.second_opinion import disagreements, load
from tests.books.renting import due, let_lifts, rent
from tests.books.sample import agree, set_up
from tests.conftest import Books
from tests.reports.book.reading import sums

RECEIVABLE = "Assets:PublicIncome:Receivable:Tenant"


@pytest.fixture
def letting(house: Books) -> Books:
    """Give books where the lifts' advert frames are let for 1,200 a month, and 2,000 are paid by 5 January."""
    set_up(house)
    let_lifts(house, fee_bp=2_000, tax_bp=100)
    due(house)
    rent(house, "2,000.00")
    return house


def text(books: Books, audience: Audience, span: int | None = None) -> dict[str, bytes]:
    with books.database.reading() as session:
        return build_files(session, BookKey(books.compound, audience, "en"), books.today, span)


@pytest.mark.parametrize("audience", ["public", "full"])
def test_both_books_keep_the_contract(letting: Books, audience: Audience) -> None:
    month = text(letting, audience)["2026/2026-01.beancount"].decode()
    assert f"{RECEIVABLE}:A-07" in month
    assert "Liabilities:PublicIncome:Prepaid:A-07" in month
    assert 'contract: "A-07"' in month  # at the income, which has no detail of its own
    assert '2026-01-05 * "示例传媒有限公司"' in month


@pytest.mark.parametrize("audience", ["public", "full"])
def test_a_years_book_opens_with_what_each_contract_stands_at(letting: Books, audience: Audience) -> None:
    letting.today = date(2026, 2, 1)
    letting.act(close, "2026-01", agree)
    due(letting)
    for month in range(2, 13):
        letting.today = date(2026 + month // 12, month % 12 + 1, 1)
        letting.act(close, f"2026-{month:02d}", agree)
    files = text(letting, audience, 2027)
    entries, errors = load(files)
    assert errors == []
    assert sums(entries)[f"{RECEIVABLE}:A-07"] == 12 * 120_000 - 200_000
    assert sums(entries)[RECEIVABLE] == 0
    with letting.database.reading() as session:
        assert disagreements(session, letting.compound, letting.today) == []
        assert disagreements(session, letting.compound, letting.today, since="2026-12") == []


def test_hledger_reads_contracts_as_accounts(letting: Books) -> None:
    with letting.database.reading() as session:
        journal = build_hledger(session, BookKey(letting.compound, "public", "zh"), letting.today).decode()
    assert "A资产:2公共收益:4应收款:6经营合同:A-07" in journal
    assert "; contract: A-07" in journal

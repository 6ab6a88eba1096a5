"""Whoever watches the store is told of every commit, and of no act that was not committed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.actions.post import PostEntry, post_entry
from ledger.errors import AlreadyExists
from ledger.rules.entry import Posting
from ledger.store.commits import Commit
from tests.conftest import Books

ACCOUNT = OpenBankAccount("Joint01", "共管 1234", ("PropertyFee",))
LINES = (
    Posting("Expenses:PropertyFee:Cleaning", 100_00),
    Posting("Liabilities:PropertyFee:Payable:Vendor", -100_00),
)


@pytest.fixture
def told(books: Books) -> Iterator[list[Commit]]:
    """Give what the store tells from now on."""
    heard: list[Commit] = []
    books.database.watch = heard.append
    yield heard
    books.database.watch = None


def acts(told: list[Commit]) -> list[tuple[str, int]]:
    return [act for commit in told for act in commit.acts]


def test_a_commit_names_its_acts_by_kind_with_the_number_of_their_postings(
    books: Books, told: list[Commit]
) -> None:
    books.act(open_bank_account, ACCOUNT)
    books.act(post_entry, PostEntry(books.today, "保洁费", LINES))
    assert acts(told) == [("bank_account_opened", 0), ("entry", 2)]
    assert [commit.requests for commit in told] == [1, 1]
    assert all(commit.nanoseconds > 0 for commit in told)


def test_what_is_tried_or_refused_is_told_as_no_act(books: Books, told: list[Commit]) -> None:
    books.try_act(open_bank_account, ACCOUNT)
    books.act(open_bank_account, ACCOUNT)
    with pytest.raises(AlreadyExists):
        books.act(open_bank_account, ACCOUNT)
    assert acts(told) == [("bank_account_opened", 0)]


def test_every_request_of_many_writers_is_told_once(books: Books, told: list[Commit]) -> None:
    def open_one(number: int) -> None:
        books.act(open_bank_account, OpenBankAccount(f"Joint{number:02d}", "共管 1234", ("PropertyFee",)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(open_one, range(24)))
    assert acts(told) == [("bank_account_opened", 0)] * 24
    assert sum(commit.requests for commit in told) == 24

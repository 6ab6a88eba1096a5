"""The ladder where there is one second key: supplier moves and explained debits, authority × amounts at each limit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger import errors
from ledger.actions.explain_debit import BookDebit, ExplainDebit, book_debit, explain_debit
from ledger.actions.move_funds import MoveFunds, request_move
from ledger.rules.authority import Matter
from ledger.rules.between import MoveKind
from tests.books.between import contracted
from tests.books.paying import DAY, STREET, resolve, vote
from tests.books.sample import yuan
from tests.conftest import TRUSTEE, Books
from tests.ledger.actions.refusing import refused
from tests.ledger.actions.test_collecting_utilities import billed, metered
from tests.ledger.actions.test_ladder_matrix import COST, contract, rich

__all__ = ["metered", "rich"]  # fixtures

#: Up to 50,000.00 one approves and every authority will do; above it two would, so it takes a vote.
AMOUNTS = ("0.01", "50000.00", "50000.01", "200000.00", "200000.01")
ONE_APPROVES = {"0.01", "50000.00"}
KINDS: dict[str, Callable[[Books, str], str]] = {"committee": resolve, "contract": contract, "vote": vote}
SUPPLIED: dict[str, Callable[[Books, str], str]] = {
    "committee": resolve,
    "contract": contracted,
    "vote": lambda books, code: vote(books, code, matter=Matter.SPENDING),
}


def allowed(kind: str, amount: str) -> bool:
    return amount in ONE_APPROVES or kind == "vote"


@pytest.mark.parametrize("amount", AMOUNTS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_debit_is_explained_by_what_its_sum_takes(rich: Books, kind: str, amount: str) -> None:
    seq = rich.act(book_debit, BookDebit("PropertyFee", "Joint01", yuan(amount), "转账支出", DAY)).seq
    said = ExplainDebit(seq, ((COST, yuan(amount)),), "保洁费", KINDS[kind](rich, "A1"), DAY)
    if allowed(kind, amount):
        assert rich.act(explain_debit, said, by=STREET).voucher is not None
    else:
        refused(rich, errors.AuthorityUnfit, explain_debit, said, by=STREET)


@pytest.mark.parametrize("amount", AMOUNTS)
@pytest.mark.parametrize("kind", SUPPLIED)
def test_a_supplier_is_paid_by_what_the_sum_takes(metered: Books, kind: str, amount: str) -> None:
    billed(metered, "W-0", amount)
    asked = MoveFunds(
        *("s", MoveKind.SUPPLIER, yuan(amount), "一月水费", SUPPLIED[kind](metered, "A1")),
        from_bank="Basic02",
        payee="自来水公司",
        meter_group="W-0",
    )
    if allowed(kind, amount):
        assert metered.act(request_move, asked, by=TRUSTEE).state == "requested"
    else:
        refused(metered, errors.AuthorityUnfit, request_move, asked, by=TRUSTEE)

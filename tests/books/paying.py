"""How the tests of payments write a payment: as few words as an accountant would use, with the sample's people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from ledger.actions.open_balances import OpenBalances, OpeningCash, open_balances
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.actions.pay import RequestDisbursement, approve, pay, post, request
from ledger.actions.record_authority import Terms, record_resolution
from ledger.rules.authority import AuthorityKind, Matter
from ledger.rules.payment import EXPENSE
from ledger.rules.roles import Actor, Body, Role
from tests.books.reading import amounts, moved_since, shown
from tests.books.sample import BUDGET_2026, play, yuan
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE, Books
from tests.ledger.actions.test_receiving import agree_with

SECOND = Actor("committee-2", Role.COMMITTEE, Body.COMMITTEE)
STREET = Actor("street-1", Role.TREASURER, Body.COMMUNITY)
DAY = date(2026, 1, 5)
FEE = "PropertyFee"


def lines(*written: str) -> tuple[tuple[str, int], ...]:
    """Read lines of account and yuan."""
    return tuple((one.split()[0], yuan(one.split()[1])) for one in written)


def asked(name: str, *written: str, **more: Any) -> RequestDisbursement:
    """Return a request of the fee fund for lines of account and yuan."""
    command = RequestDisbursement(name, FEE, lines(*written), "示例公司", "示例用途", BUDGET_2026, "Joint01")
    return replace(command, **more)


def passed(books: Books, command: RequestDisbursement, day: date | None = None) -> list[int]:
    """Ask, approve with as many keys as it takes, post if it is an expense, and pay; give the acts of the entries."""
    when = day or books.today
    books.act(request, command, by=TRUSTEE)
    state = "requested"
    for one in (COMMITTEE, SECOND):
        if state == "requested":
            state = books.act(approve, command.id, by=one).state
    seqs = []
    if command.kind == EXPENSE:
        seqs.append(books.act(post, command.id, when, by=TREASURER).recorded.seq)
    if (
        sum(minor for _, minor in command.lines) > sum(minor for _, minor in command.kept)
        or not command.lines
    ):
        seqs.append(books.act(pay, command.id, when, by=TREASURER).recorded.seq)
    return seqs


def resolve(books: Books, code: str, amount: str | None = None, fund: str | None = None, **more: Any) -> str:
    """Put a resolution of the committee on record; give its code."""
    terms = Terms(code, Matter.SPENDING, "示例决议", DAY, fund, yuan(amount) if amount else None, **more)
    books.act(record_resolution, terms, by=COMMITTEE)
    return code


def vote(
    books: Books,
    code: str,
    amount: str | None = None,
    matter: Matter = Matter.SPENDING,
    fund: str | None = None,
) -> str:
    """Put a vote that passed on record as the journal keeps it, without its ballots."""
    from ledger.store.tables import Authority

    row = {
        "code": code,
        "kind": str(AuthorityKind.VOTE),
        "matter": str(matter),
        "title": "示例表决",
        "fund": fund,
        "amount_minor": yuan(amount) if amount else None,
        "decided_on": DAY,
    }
    books.act(lambda journal: journal.record("vote_recorded", journal.today, {Authority: [row]}))
    return code


def took_over(books: Books) -> Books:
    """Give the sample's house after the takeover: 50,000 yuan of the fee fund, 1,200 of them paid ahead."""
    return play(books, through="s01")


def committee_money(books: Books) -> None:
    """Give the committee 10,000 yuan of its own in the bank account Basic01."""
    books.act(open_bank_account, OpenBankAccount("Basic01", "业委会账户 尾号0003", ("Committee",)))
    cash = OpeningCash("Assets:Committee:Bank:Basic01", yuan("10,000.00"))
    books.act(open_balances, OpenBalances("Committee", date(2026, 1, 1), "交接表", cash=(cash,)))


def wrote(books: Books, before: dict[str, int], *written: str) -> None:
    """Compare what the books moved with what an accountant would have written, and let the second engine read it."""
    assert shown(moved_since(books, before)) == shown(amounts(*written))
    agree_with(books)

"""How the tests of what passes between funds speak: votes, requests with two keys, and the money they start from."""

from __future__ import annotations

from datetime import date

from ledger.actions.move_funds import MoveFunds, request_move
from ledger.actions.open_balances import OpenBalances, OpeningCash, open_balances
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.actions.pay_move import approve_move, confirm_move, pay_move
from ledger.actions.record_authority import Terms, record_contract
from ledger.actions.record_vote import RecordVote, record_vote
from ledger.rules.authority import Matter
from ledger.rules.between import MoveKind
from ledger.rules.vote import Choice
from tests.books.sample import AREAS, set_up, yuan
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE, Books


def voted(books: Books, code: str, matter: Matter, fund: str | None = None, amount: str | None = None) -> str:
    """Let all owners vote for something today; give the vote's code."""
    terms = Terms(
        code, matter, f"表决 {code}", books.today, fund=fund, amount_minor=yuan(amount) if amount else None
    )
    books.act(record_vote, RecordVote(terms, dict.fromkeys(AREAS, Choice.AGREE)))
    return code


def contracted(books: Books, code: str, fund: str | None = None) -> str:
    """Put a contract on record; give its code."""
    terms = Terms(code, Matter.TRUSTEE, f"合同 {code}", books.today, fund=fund, document=f"{code}.pdf")
    books.act(record_contract, terms, "示例物业公司")
    return code


def opened(books: Books, **cash: str) -> Books:
    """Set the sample compound up with more accounts, and with so much on the bank account of each fund named."""
    set_up(books)
    books.act(open_bank_account, OpenBankAccount("Basic01", "业委会户 尾号0102", ("Committee",)))
    books.act(open_bank_account, OpenBankAccount("Joint02", "共管二户 尾号2218", ("PropertyFee",)))
    banks = {"Committee": "Bank:Basic01", "Agency": "Bank:Basic02", "Repair": "Custody:District"}
    for fund, amount in cash.items():
        account = f"Assets:{fund}:{banks.get(fund, 'Bank:Joint01')}"
        opening = OpenBalances(
            fund, date(2026, 1, 1), "审计交接表", cash=(OpeningCash(account, yuan(amount)),)
        )
        books.act(open_balances, opening)
    return books


def transfer(identifier: str, amount: str, to_fund: str, vote: str, **more: str) -> MoveFunds:
    """Return a request to move public income to another fund."""
    given = {"from_fund": "PublicIncome", "from_bank": "Joint01", "authority": vote, **more}
    return MoveFunds(identifier, MoveKind.TRANSFER, yuan(amount), "补充资金", to_fund=to_fund, **given)  # type: ignore[arg-type]  # named as they are


def lend(identifier: str, amount: str, to_fund: str, vote: str, due_on: date, **more: str) -> MoveFunds:
    """Return a request that public income lends to another fund."""
    given = {"from_fund": "PublicIncome", "from_bank": "Joint01", "authority": vote, **more}
    return MoveFunds(
        identifier,
        MoveKind.LOAN,
        yuan(amount),
        "周转借款",
        to_fund=to_fund,
        due_on=due_on,
        **given,  # type: ignore[arg-type]  # named as they are
    )


def agreed(books: Books, command: MoveFunds) -> str:
    """Ask (trustee) and approve (committee); give the request's id."""
    books.act(request_move, command, by=TRUSTEE)
    books.act(approve_move, command.id, by=COMMITTEE)
    return command.id


def paid(books: Books, command: MoveFunds) -> str:
    """Ask, approve and pay (treasurer) on one day; give the request's id."""
    identifier = agreed(books, command)
    books.act(pay_move, identifier, books.today, by=TREASURER)
    return identifier


def confirmed(books: Books, command: MoveFunds, document: str = "") -> str:
    """Carry a request through to its arrival; give its id."""
    identifier = paid(books, command)
    books.act(confirm_move, identifier, books.today, document, by=TREASURER)
    return identifier

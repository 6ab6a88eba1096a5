"""Ask for money to move between funds, or between a fund's own bank accounts: the first key.

Net assets move only by a vote and as a visible pair; a loan moves none and names the day of its return. What lends,
invests or pledges outside has no account and is refused (L10).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.actions.authorise import authorise
from ledger.actions.open_bank_account import check_bank
from ledger.actions.still_owed import check_loan_open, check_supplier_owed
from ledger.actions.weigh_payment import one_key, weight_of_move
from ledger.errors import (
    AccountUnknown,
    AlreadyExists,
    LoansForbidden,
    NotFound,
    RequestMalformed,
    SpentOutside,
)
from ledger.rules.authority import AuthorityKind, Matter, Need
from ledger.rules.between import BY_LADDER, REPAIR, MoveKind, check_not_lent
from ledger.rules.charge import fee_item
from ledger.rules.chart import account
from ledger.rules.money import check_positive
from ledger.rules.payment import is_plain_cost
from ledger.rules.roles import REQUESTERS, require
from ledger.rules.text import NAME_LIMIT, check_public
from ledger.store.append import Journal, Recorded
from ledger.store.between import Loan, loans
from ledger.store.own import own
from ledger.store.tables import FundMove, MeterGroup

AGENCY = "Agency"
CUSTODIAN = "Assets:Repair:Custody:District"
_CUSTODIANS = frozenset({CUSTODIAN, "Assets:Repair:Custody:Bank"})
_LOSS = "Expenses:PropertyFee:Facility:Energy"
VOTED = frozenset({AuthorityKind.VOTE})
#: A vote on how net income is distributed allows the distributions by its rule, and no other transfer.
_DISTRIBUTED = (VOTED, frozenset({Matter.DISTRIBUTION}))
#: By what each kind is allowed; a repayment follows from its loan, a sweep moves nothing from one to another.
ALLOWED_BY: dict[MoveKind, tuple[frozenset[AuthorityKind], frozenset[Matter]]] = {
    MoveKind.TRANSFER: (VOTED, frozenset({Matter.TRANSFER})),
    MoveKind.LOAN: (VOTED, frozenset({Matter.LOAN})),
    MoveKind.LOSS: (
        frozenset({AuthorityKind.VOTE, AuthorityKind.CONTRACT}),
        frozenset({Matter.TRUSTEE, Matter.LOAN}),  # the trustee's contract says who bears what is lost
    ),
    MoveKind.SUPPLIER: (
        frozenset({AuthorityKind.VOTE, AuthorityKind.CONTRACT, AuthorityKind.COMMITTEE}),
        frozenset({Matter.TRUSTEE, Matter.SPENDING}),
    ),
}


@dataclass(frozen=True, slots=True)
class MoveFunds:
    """Money, in fen, that is to go from one fund to another.

    ``from_bank`` and ``to_bank`` are bank accounts. To the repair fund it goes to the custodian (``account``; the
    district unless said). A bridge to Agency, a supplier's payment and a loss name the ``meter_group``; a loss becomes
    a cost on ``account``. A loan names ``due_on``, its repayment and its loss the ``loan``. ``exception`` is the vote
    that lets the fund go below zero.
    """

    id: str
    kind: MoveKind
    amount_minor: int
    purpose: str
    authority: str = ""
    from_fund: str = ""
    to_fund: str = ""
    from_bank: str | None = None
    to_bank: str | None = None
    account: str | None = None
    payee: str | None = None
    meter_group: str | None = None
    loan: str | None = None
    due_on: date | None = None
    exception: str | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A request's new state."""

    recorded: Recorded
    id: str
    state: str


def request_move(journal: Journal, command: MoveFunds) -> Moved:
    """Ask for it.

    Raises:
        AuthorityMissing, AuthorityUnknown, AuthorityUnfit, AuthorityExpired, AuthorityUsedUp: nothing allows it.
        AccountUnknown: one of the funds has no such account, so it cannot take part.
        LentOutside, LoansForbidden, LoanShort, SupplierBillShort: it may not be, or not so much of it.
    """
    require(journal.actor, REQUESTERS)
    row = move_row(journal, command)
    recorded = journal.record("fund_move_requested", journal.today, {FundMove: [row]})
    return Moved(recorded, command.id, "requested")


def move_row(journal: Journal, command: MoveFunds, distribution: str | None = None) -> dict[str, Any]:
    """Return the row of a request that may be made, be it by itself or as a part of a distribution."""
    if journal.session.get(FundMove, (journal.compound, command.id)) is not None:
        raise AlreadyExists(pointer="/id", what=command.id)
    row: dict[str, Any] = {
        "id": command.id,
        "kind": str(command.kind),
        "from_fund": command.from_fund,
        "to_fund": command.to_fund,
        "amount_minor": check_positive(command.amount_minor, "/amount"),
        "purpose": check_public(command.purpose, "/purpose", 180),
        "authority": command.authority.strip(),
        "exception": command.exception,
        "from_bank": command.from_bank,
        "to_bank": command.to_bank,
        "payee": None if command.payee is None else check_public(command.payee, "/payee", NAME_LIMIT),
        "meter_group": command.meter_group,
        "loan": command.loan,
        "due_on": command.due_on,
        "distribution": distribution,
        "requested_by": journal.actor.user,
        "requested_body": str(journal.actor.body),
    }
    row |= _CHECKS[command.kind](journal, command)
    check_allowed(journal, FundMove(**row))
    return row


def check_allowed(journal: Journal, row: FundMove) -> None:
    """Refuse what nothing allows; a repayment and a sweep need no authority of their own."""
    kind = MoveKind(row.kind)
    if kind in ALLOWED_BY:
        kinds, matters = _DISTRIBUTED if row.distribution else ALLOWED_BY[kind]
        if kind in BY_LADDER:  # there is one second key: where the ladder asks for two, it takes a vote
            kinds &= one_key(journal, weight_of_move(journal, row))
        authorise(
            journal, row.authority, Need(row.from_fund, row.amount_minor, journal.today, kinds, matters)
        )


def _check_transfer(journal: Journal, command: MoveFunds) -> dict[str, object]:
    """Check a transfer.

    Raises:
        SpentOutside: it would take a pool's money for something else.
    """
    one, other = command.from_fund, command.to_fund
    _check_two(one, other)
    # a pool's money goes to its projects or back to the grantor, whoever votes (L47)
    if one.startswith("Governance:"):
        wanted = f"Expenses:{one}:Work:<P>"
        raise SpentOutside(pointer="/from_fund", account=f"Equity:{one}:Transfer:{other}", wanted=wanted)
    for code in (
        *(f"Equity:{one}:Transfer:{other}", f"Liabilities:{one}:DueTo:{other}"),
        *(f"Assets:{other}:DueFrom:{one}", f"Equity:{other}:Transfer:{one}"),
    ):
        account(code)
    _from_bank(journal, command, one)
    if other != REPAIR:
        check_bank(journal, command.to_bank or "", other, "/to_bank")
        return {"account": None}
    custodian = command.account or CUSTODIAN
    if custodian not in _CUSTODIANS:
        raise AccountUnknown(pointer="/account", account=custodian[:80])
    return {"account": custodian, "to_bank": None}


def _check_loan(journal: Journal, command: MoveFunds) -> dict[str, object]:
    """Check a loan.

    Raises:
        LentOutside: the borrower is no fund of the compound.
        LoansForbidden: the profile has none.
    """
    one, other = command.from_fund, command.to_fund
    check_not_lent(f"Assets:{one}:LoanTo:{other}", "/to_fund")
    _check_two(one, other)
    if not journal.profile.fund_loans_allowed:
        raise LoansForbidden(pointer="/kind", place=journal.profile.name_zh)
    account(f"Assets:{one}:LoanTo:{other}")
    account(f"Liabilities:{other}:LoanFrom:{one}")
    if command.due_on is None or command.due_on <= journal.today:
        raise RequestMalformed(
            pointer="/due_on", why_zh="借款须写明今后的归还日", why_en="a loan names a day of return to come"
        )
    _from_bank(journal, command, one)
    if command.meter_group is None:
        check_bank(journal, command.to_bank or "", other, "/to_bank")
        return {"account": None}
    if other != AGENCY:
        raise RequestMalformed(
            pointer="/meter_group",
            why_zh="只有代收代付可由其他资金垫付供应单位",
            why_en="only Agency has suppliers that another fund may bridge",
        )
    return {"account": _supplied(journal, command), "to_bank": None}


def _check_repayment(journal: Journal, command: MoveFunds) -> dict[str, object]:
    loan = _loan(journal, command)
    _from_bank(journal, command, loan.borrower)
    check_bank(journal, command.to_bank or "", loan.lender, "/to_bank")
    return {
        "from_fund": loan.borrower,
        "to_fund": loan.lender,
        "authority": loan.authority,
        "meter_group": loan.meter_group,
        "account": None,
    }


def _check_loss(journal: Journal, command: MoveFunds) -> dict[str, object]:
    """Check what the lender bears of a bridge that the units will not pay back (E39)."""
    loan = _loan(journal, command)
    cost = account(command.account or _LOSS)
    is_bridge = loan.borrower == AGENCY and loan.meter_group
    if not is_bridge or not is_plain_cost(cost.code, loan.lender):
        raise AccountUnknown(pointer="/account", account=cost.code)
    return {
        "from_fund": loan.lender,
        "to_fund": loan.borrower,
        "meter_group": loan.meter_group,
        "account": cost.code,
        "from_bank": None,
        "to_bank": None,
    }


def _check_supplier(journal: Journal, command: MoveFunds) -> dict[str, object]:
    _from_bank(journal, command, AGENCY)
    code = _supplied(journal, command)
    return {"from_fund": AGENCY, "to_fund": AGENCY, "account": code, "to_bank": None}


def _check_sweep(journal: Journal, command: MoveFunds) -> dict[str, object]:
    fund = command.from_fund
    _from_bank(journal, command, fund)
    check_bank(journal, command.to_bank or "", fund, "/to_bank")
    if command.from_bank == command.to_bank:
        raise RequestMalformed(
            pointer="/to_bank", why_zh="转出和转入是同一账户", why_en="both are the same bank account"
        )
    return {"to_fund": fund, "account": None, "authority": ""}


_CHECKS = {
    MoveKind.TRANSFER: _check_transfer,
    MoveKind.LOAN: _check_loan,
    MoveKind.REPAYMENT: _check_repayment,
    MoveKind.LOSS: _check_loss,
    MoveKind.SUPPLIER: _check_supplier,
    MoveKind.SWEEP: _check_sweep,
}


def _check_two(one: str, other: str) -> None:
    if one == other:
        raise RequestMalformed(pointer="/to_fund", why_zh="同一项资金", why_en="both are the same fund")


def _from_bank(journal: Journal, command: MoveFunds, fund: str) -> None:
    check_bank(journal, command.from_bank or "", fund, "/from_bank")


def _loan(journal: Journal, command: MoveFunds) -> Loan:
    """Return the loan that is repaid or borne.

    Raises:
        NotFound: it was never paid out.
        LoanShort: less of it is open.
    """
    found = next((one for one in loans(journal.session, journal.compound) if one.id == command.loan), None)
    if found is None:
        raise NotFound(pointer="/loan", what=(command.loan or "—")[:40])
    check_loan_open(found, command.amount_minor)
    return found


def _supplied(journal: Journal, command: MoveFunds) -> str:
    """Return the account of what a meter group's units owe through us to its supplier.

    Raises:
        SupplierBillShort: less of the supplier's bills is unpaid.
    """
    group = own(journal.session, MeterGroup, journal.compound, command.meter_group, "/meter_group")
    if not (command.payee or "").strip():
        raise RequestMalformed(pointer="/payee", why_zh="请写明供应单位", why_en="name the supplier")
    check_supplier_owed(journal, group, command.amount_minor)
    return fee_item(group.item).owner_income

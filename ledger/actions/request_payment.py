"""Ask for a payment out of a fund: the first key. Nothing moves before a second person of a second body agrees."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.actions.open_balances import DEPOSIT
from ledger.actions.open_bank_account import check_bank
from ledger.actions.taking import Payer, debtors_of
from ledger.errors import (
    AccountUnknown,
    AlreadyExists,
    AuthorityMissing,
    DepositMissing,
    RefundMissing,
    RequestMalformed,
)
from ledger.rules.chart import account, fund_of
from ledger.rules.money import check_bounds, format_amount
from ledger.rules.roles import REQUESTERS, require
from ledger.rules.text import NAME_LIMIT, check_optional, check_public
from ledger.rules.unit import Party, check_unit_code
from ledger.store.append import Journal, Recorded
from ledger.store.debts import refundable_to
from ledger.store.owed import held_for
from ledger.store.tables import Debtor, Disbursement, DisbursementLine

EXPENSE = "expense"
DEPOSIT_RELEASE = "deposit_release"
REFUND = "refund"
PERSON_ZH = "个人"
RELEASE_ZH = "装修押金退还"  # an act on a unit speaks from a template (design decision 8)
REFUND_ZH = "住户退款"
_ZH = {DEPOSIT_RELEASE: RELEASE_ZH, REFUND: REFUND_ZH}


@dataclass(frozen=True, slots=True)
class RequestDisbursement:
    """A request to pay ``lines`` (account, fen) out of ``fund``.

    For ``deposit_release`` the fund is Agency, ``unit`` names whose deposit ends, the lines are what is kept of it
    (income accounts), ``amount_minor`` is the whole deposit, and ``to_bank`` is where the kept part goes.
    For ``refund``: ``amount_minor`` of what is refundable to the unit's debtor goes back, without lines.
    """

    id: str
    fund: str
    lines: tuple[tuple[str, int], ...]
    payee: str
    purpose: str
    authority: str
    bank: str
    kind: str = EXPENSE
    payee_is_person: bool = False
    related_party: bool = False
    invoice: str | None = None
    unit: str | None = None
    amount_minor: int | None = None
    to_bank: str | None = None
    debtor: int | None = None


@dataclass(frozen=True, slots=True)
class Stepped:
    """A disbursement's new state."""

    recorded: Recorded
    id: str
    state: str


def request(journal: Journal, command: RequestDisbursement) -> Stepped:
    """Ask for a payment: the first key.

    Raises:
        AuthorityMissing: neither budget, vote nor contract is named.
        AccountUnknown: a line is not an expense of the fund.
        DepositMissing: the unit has less on deposit.
        RefundMissing: less is refundable to the debtor.
    """
    require(journal.actor, REQUESTERS)
    if not command.authority.strip():
        raise AuthorityMissing(pointer="/authority")
    if journal.session.get(Disbursement, (journal.compound, command.id)) is not None:
        raise AlreadyExists(pointer="/id", what=command.id)
    debtor, company = None, False
    if command.kind == REFUND:
        amount, debtor, company = _check_refund(journal, command)
    else:
        amount = _check_expense(command) if command.kind == EXPENSE else _check_release(journal, command)
    is_person = command.payee_is_person or (command.kind != EXPENSE and not company)
    check_bank(journal, command.bank, command.fund)
    row = {
        "id": command.id,
        "kind": command.kind,
        "fund": command.fund,
        "amount_minor": amount,
        "payee": PERSON_ZH if is_person else check_public(command.payee, "/payee", NAME_LIMIT),
        "payee_is_person": int(is_person),
        "related_party": int(command.related_party),
        "purpose": _ZH[command.kind] if command.kind in _ZH else check_public(command.purpose, "/purpose"),
        "authority": check_public(command.authority, "/authority", NAME_LIMIT),
        "invoice": check_optional(command.invoice, "/invoice", NAME_LIMIT),
        "bank": command.bank,
        "to_bank": command.to_bank,
        "unit": command.unit,
        "debtor": debtor,
        "requested_by": journal.actor.user,
        "requested_body": str(journal.actor.body),
    }
    lines = [
        {"id": command.id, "line": line, "account": code, "amount_minor": minor}
        for line, (code, minor) in enumerate(command.lines, 1)
    ]
    recorded = journal.record(
        "disbursement_requested", journal.today, {Disbursement: [row], DisbursementLine: lines}
    )
    return Stepped(recorded, command.id, "requested")


def _check_lines(command: RequestDisbursement) -> int:
    """Return the sum of the lines, in fen."""
    for place, (_, minor) in enumerate(command.lines):
        if minor <= 0:
            raise RequestMalformed(
                pointer=f"/lines/{place}/amount", why_zh="金额应大于零", why_en="the amount is above zero"
            )
    return check_bounds(sum(minor for _, minor in command.lines), "/lines")


def _check_expense(command: RequestDisbursement) -> int:
    if command.kind != EXPENSE or not command.lines:
        raise RequestMalformed(pointer="/lines", why_zh="请至少写一行支出", why_en="give at least one line")
    for place, (code, _) in enumerate(command.lines):
        named = account(code)
        if named.type != "Expenses" or named.fund != command.fund or code.endswith(":Remuneration"):
            raise AccountUnknown(pointer=f"/lines/{place}/account", account=code[:80])
    return _check_lines(command)


def _check_release(journal: Journal, command: RequestDisbursement) -> int:
    if (
        command.kind != DEPOSIT_RELEASE
        or command.fund != "Agency"
        or not command.unit
        or not command.amount_minor
    ):
        raise RequestMalformed(
            pointer="/kind",
            why_zh="退押金须注明房屋、押金金额,资金为 Agency",
            why_en="a deposit release names the unit, the amount, and the fund Agency",
        )
    unit = check_unit_code(command.unit)
    held = held_for(journal.session, journal.compound, DEPOSIT, unit)
    if not 0 < command.amount_minor <= held:
        raise DepositMissing(
            pointer="/amount", unit=unit, held=format_amount(held), amount=format_amount(command.amount_minor)
        )
    for place, (code, _) in enumerate(command.lines):
        if account(code).type != "Income":
            raise AccountUnknown(pointer=f"/lines/{place}/account", account=code[:80])
        check_bank(journal, command.to_bank or "", fund_of(code), "/to_bank")
    if _check_lines(command) > command.amount_minor:
        raise DepositMissing(
            pointer="/lines", unit=unit, held=format_amount(held), amount=format_amount(command.amount_minor)
        )
    return command.amount_minor


def _check_refund(journal: Journal, command: RequestDisbursement) -> tuple[int, int, bool]:
    """Return the amount, the debtor that it goes back to, and whether that is a company (the developer)."""
    if command.lines or not command.unit or not command.amount_minor:
        raise RequestMalformed(
            pointer="/kind",
            why_zh="退款须注明房屋和金额,不写支出科目",
            why_en="a refund names the unit and the amount, and no lines",
        )
    unit, debtor = debtors_of(journal, Payer(command.unit, debtor=command.debtor))[0]
    held = refundable_to(journal.session, journal.compound, command.fund, unit, debtor)
    if not 0 < command.amount_minor <= held:
        raise RefundMissing(
            pointer="/amount", unit=unit, held=format_amount(held), amount=format_amount(command.amount_minor)
        )
    row = journal.session.get(Debtor, (journal.compound, unit, debtor))
    return command.amount_minor, debtor, row is not None and row.party == Party.DEVELOPER

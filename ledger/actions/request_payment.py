"""Ask for a payment out of a fund: the first key. Nothing moves before others of other bodies agree.

An emergency is the exception: it is paid with one key within the profile's cap, and stays open until it is ratified.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ledger.actions.allow_payment import allow, check_emergency
from ledger.actions.authorise import check_named
from ledger.actions.check_payment import Asked, check_given_back, check_lines
from ledger.actions.open_bank_account import check_bank
from ledger.actions.pay_trustee import allow_remuneration
from ledger.actions.spend_grant import check_spending
from ledger.actions.weigh_payment import band, together
from ledger.errors import AlreadyExists, AuthorityMissing, InvoiceUsed, RequestMalformed
from ledger.rules.authority import EMERGENCY, Need
from ledger.rules.deposit import DEPOSIT_ZH, Deposit
from ledger.rules.payment import (
    DEPOSIT_RELEASE,
    EXPENSE,
    PARKED_REFUND,
    REFUND,
    REMUNERATION,
    TERMS,
    Line,
    Repair,
)
from ledger.rules.roles import REQUESTERS, require
from ledger.rules.text import NAME_LIMIT, check_optional, check_public, check_text, letters_and_digits
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.disbursements import invoice_used
from ledger.store.projects import PROJECT_FUND
from ledger.store.tables import (
    Disbursement,
    DisbursementContract,
    DisbursementLine,
    DisbursementSource,
    GrantSpending,
)

PERSON_ZH = "个人"
RELEASE_ZH = "装修押金退还"  # an act on a unit speaks from a template (design decision 8)
REFUND_ZH = "住户退款"
PARKED_REFUND_ZH = "待查来款退回"
REMUNERATION_ZH = "受托人酬金"
_ZH = {
    DEPOSIT_RELEASE: RELEASE_ZH,
    REFUND: REFUND_ZH,
    REMUNERATION: REMUNERATION_ZH,
}


@dataclass(frozen=True, slots=True)
class RequestDisbursement:
    """A request to pay ``lines`` (account, fen) out of ``fund``, less what is ``kept`` back of it (account, fen).

    For ``expense`` the lines are costs, or accrued debts that the invoice confirms; kept back are tax, retention, or an
    advance already paid; the rest is owed to ``owed_to`` (vendor, individual, or the trustee that has paid first).
    For ``payable`` the lines are debts that stand already; ``settles`` names the payment that kept them back.
    For ``advance`` and ``petty_cash`` they are what the money becomes.

    For ``deposit_release`` the fund is Agency, ``unit`` names whose deposit ends, the lines are what is kept of it
    (income accounts), ``amount_minor`` is the whole deposit, and ``to_bank`` is where the kept part goes.
    A ``deposit`` of another kind stands under a ``contract`` or reference in place of a unit; of a tenant's, rent that
    is owed may be kept (a line on the contract's income account).
    For ``refund``: ``amount_minor`` of what is refundable to the unit's debtor goes back, without lines; or of what is
    owed back under a ``contract`` that ended early.
    For ``parked_refund``: of the money parked under number ``parked``, all or ``amount_minor`` goes back to its sender.
    For ``remuneration``: all that is accrued for the trustee, or ``amount_minor`` of it.

    ``grant_purpose`` is what a payment out of a governance pool is for (``rules.grant.PURPOSES``, L47).

    ``authority`` is the code of what allows it, or "budget", or "emergency" with its ``reason``; of money given back,
    the words of the document that shows whose it is.
    """

    id: str
    fund: str
    lines: tuple[Line, ...]
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
    parked: int | None = None
    kept: tuple[Line, ...] = ()
    owed_to: str | None = None
    issuer: str | None = None
    repair: Repair = Repair.NONE
    reason: str | None = None
    settles: str | None = None
    grant_purpose: str | None = None
    deposit: Deposit = Deposit.RENOVATION
    contract: str | None = None


@dataclass(frozen=True, slots=True)
class Stepped:
    """A disbursement's new state."""

    recorded: Recorded
    id: str
    state: str


def request(journal: Journal, command: RequestDisbursement) -> Stepped:
    """Ask for a payment: the first key.

    Raises:
        AuthorityMissing: nothing is named that allows it.
        AuthorityUnknown, AuthorityUnfit, AuthorityExpired, AuthorityUsedUp: it does not allow this.
        AccountUnknown: a line is not what this kind of payment pays for.
        RepairRefused: a repair that is no service cost (L15).
        InvoiceUsed: the invoice stands on another request (L45).
        PayableShort, FloatExceeded, DepositMissing, RefundMissing, ParkedShort, RemunerationShort: more than there is.
        EmergencyOpen, EmergencyAboveCap: an emergency that one key cannot pay.
    """
    require(journal.actor, REQUESTERS)
    if not command.authority.strip():
        raise AuthorityMissing(pointer="/authority")
    if journal.session.get(Disbursement, (journal.compound, command.id)) is not None:
        raise AlreadyExists(pointer="/id", what=command.id)
    has_lines = command.kind in TERMS
    asked = check_lines(journal, command) if has_lines else check_given_back(journal, command)
    check_bank(journal, command.bank, command.fund)
    purpose = check_spending(
        journal, command.fund, asked.lines, command.purpose, command.grant_purpose, command.authority
    )
    weight = _weight(journal, command, asked)
    reason, approvals = None, band(journal, weight).approvals
    row = _row(journal, command, asked)
    if has_lines and command.authority.strip() == EMERGENCY:
        reason = check_emergency(
            journal, command.kind, command.fund, asked.amount_minor, asked.lines, command.reason
        )
        approvals = 0
    elif command.kind == REMUNERATION:
        allow_remuneration(journal, Disbursement(**row))
    elif not has_lines:
        fund = command.fund if command.fund.startswith(PROJECT_FUND) else None  # its units say what goes back
        check_named(journal, command.authority, Need(fund, 0, journal.today))
    else:
        allow(journal, Disbursement(**row), weight, asked.lines)
    row |= {"reason": reason, "approvals": approvals}
    lines = [
        {"id": command.id, "line": line, "account": code, "amount_minor": minor}
        for line, (code, minor) in enumerate(asked.lines, 1)
    ]
    facts: Facts = {Disbursement: [row], DisbursementLine: lines}
    if command.kind == PARKED_REFUND:
        facts = {**facts, DisbursementSource: [{"id": command.id, "parked": command.parked}]}
    if command.contract is not None:
        facts = {**facts, DisbursementContract: [_contract(command)]}
    if purpose is not None:
        facts = {**facts, GrantSpending: [{"id": command.id, "purpose": purpose}]}
    recorded = journal.record("disbursement_requested", journal.today, facts)
    return Stepped(recorded, command.id, "requested" if approvals else "approved")


def _weight(journal: Journal, command: RequestDisbursement, asked: Asked) -> int:
    """Return the sum, in fen, by which the ladder takes the request: with what it may not be split into."""
    return together(
        journal,
        kind=command.kind,
        fund=command.fund,
        payee=PERSON_ZH if command.payee_is_person else command.payee,
        amount_minor=asked.amount_minor,
        lines=asked.lines,
        asked_on=journal.today,
    )


def _row(journal: Journal, command: RequestDisbursement, asked: Asked) -> dict[str, Any]:
    is_person = command.payee_is_person or (command.kind not in TERMS and not asked.is_company)
    payee = PERSON_ZH if is_person else check_public(command.payee, "/payee", NAME_LIMIT)
    invoice, issuer = _invoice(journal, command, payee)
    return {
        "id": command.id,
        "kind": command.kind,
        "fund": command.fund,
        "amount_minor": asked.amount_minor,
        "payee": payee,
        "payee_is_person": int(is_person),
        "related_party": int(command.related_party),
        "purpose": _purpose(command),
        "authority": check_public(command.authority, "/authority", NAME_LIMIT),
        "invoice": invoice,
        "issuer": issuer,
        "bank": command.bank,
        "to_bank": command.to_bank,
        "unit": command.unit,
        "debtor": asked.debtor,
        "requested_by": journal.actor.user,
        "requested_body": str(journal.actor.body),
        "owed_to": command.owed_to,
        "repair": str(command.repair) if command.repair is not Repair.NONE else None,
        "settles": command.settles,
    }


def _contract(command: RequestDisbursement) -> dict[str, object]:
    """Return the row that says under which contract the money stands that goes back."""
    if command.kind not in {DEPOSIT_RELEASE, REFUND}:
        raise RequestMalformed(
            pointer="/contract",
            why_zh="只有退押金、退租金才注明合同",
            why_en="only a deposit or rent that goes back names a contract",
        )
    deposit = str(command.deposit) if command.kind == DEPOSIT_RELEASE else None
    return {"id": command.id, "contract": command.contract, "deposit": deposit}


def _purpose(command: RequestDisbursement) -> str:
    """Return the words of the payment: a template's where a household, a sender or the trustee is paid."""
    if command.kind == DEPOSIT_RELEASE and command.contract is not None:
        return f"{DEPOSIT_ZH[command.deposit]}退还 {command.contract}"
    if command.kind == REFUND and command.contract is not None:
        return f"退还租金 合同 {command.contract}"
    if command.kind == PARKED_REFUND:
        return f"{PARKED_REFUND_ZH} D-{command.parked:06d}"
    return _ZH[command.kind] if command.kind in _ZH else check_public(command.purpose, "/purpose")


def _invoice(journal: Journal, command: RequestDisbursement, payee: str) -> tuple[str | None, str | None]:
    """Return the number of an invoice and its issuer, who is the payee unless named.

    Raises:
        InvoiceUsed: it stands on a request that was not sent back.
    """
    written = check_optional(command.invoice, "/invoice", NAME_LIMIT)
    issuer = check_optional(command.issuer, "/issuer", NAME_LIMIT)
    if written is None:
        return None, issuer
    number = check_text(letters_and_digits(written), "/invoice")
    other = invoice_used(journal.session, journal.compound, number, issuer or payee)
    if other is not None:
        raise InvoiceUsed(pointer="/invoice", invoice=number, issuer=issuer or payee, id=other)
    return number, issuer

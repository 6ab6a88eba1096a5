"""Give a deposit back, less what becomes a fund's by agreement: damage, or rent that is owed (S18, E14).

Also what is owed back to a tenant whose contract ended early (E13): both are other people's money, and take two keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.actions.open_bank_account import check_bank
from ledger.actions.receive_rent import take_rent, taking_facts, taking_postings
from ledger.actions.renting import REFUNDABLE, costs_of, lease_of
from ledger.errors import AccountUnknown, DepositMissing, RefundMissing, RequestMalformed
from ledger.rules.chart import account, fund_of
from ledger.rules.deposit import Deposit, deposit_account
from ledger.rules.entry import Posting
from ledger.rules.lease import check_reference
from ledger.rules.money import check_positive, format_amount
from ledger.rules.payment import Line
from ledger.rules.unit import check_unit_code
from ledger.store.append import Facts, Journal
from ledger.store.leases import open_rents, owed_back_to_tenant, waiting_rents
from ledger.store.owed import held_by_reference, held_for, holdings
from ledger.store.tables import Disbursement, DisbursementContract, Lease, RentCost

#: What may be kept of a deposit: damage made good, to common parts or at the fee fund's cost (S18, E14).
_KEPT_AS = frozenset(
    {
        *("Income:PublicIncome:Compensation", "Income:PublicIncome:Other"),
        *("Income:PropertyFee:Recovery", "Income:PropertyFee:Other"),
    }
)


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose money goes back: a unit's, or what stands under a contract or reference; ``deposit`` none: a refund."""

    unit: str | None
    contract: str | None
    deposit: Deposit | None


def deposit_to_release(
    journal: Journal, whose: Whose, amount_minor: int | None, lines: tuple[Line, ...], to_bank: str | None
) -> int:
    """Return how much of a deposit ends, in fen; ``lines`` are what is kept of it.

    Raises:
        DepositMissing: less is held, or more would be kept than ends.
        AccountUnknown: a line is neither what damage is made good by, nor the rent of the tenant's contract.
        RefundMissing: more rent would be kept than is owed.
    """
    held, named = _held(journal, whose)
    if not amount_minor:
        raise RequestMalformed(
            pointer="/amount", why_zh="请注明押金金额", why_en="give the amount of the deposit"
        )
    kept = sum(minor for _, minor in lines)
    lease = _tenant(journal, whose) if held else None
    for place, (code, minor) in enumerate(lines):
        if account(code).code not in _KEPT_AS and (lease is None or code != lease.account):
            raise AccountUnknown(pointer=f"/lines/{place}/account", account=code[:80])
        check_bank(journal, to_bank or "", fund_of(code), "/to_bank")
        check_positive(minor, f"/lines/{place}/amount")
    if not 0 < amount_minor <= held or kept > amount_minor:
        raise DepositMissing(
            pointer="/amount", unit=named, held=format_amount(held), amount=format_amount(amount_minor)
        )
    if lease is not None:
        _check_owed(journal, lease, lines)
    return amount_minor


def release_legs(
    journal: Journal, row: Disbursement, lines: list[Line], bank: str, on: date
) -> tuple[tuple[Posting, ...], Facts]:
    """Return the postings that let a deposit go, and the rows of the rent that is kept of it.

    Raises:
        DepositMissing: another release has taken it meanwhile.
        RefundMissing: the rent has been paid meanwhile.
    """
    whose = whose_is(journal, row)
    deposit_to_release(journal, whose, row.amount_minor, tuple(lines), row.to_bank)
    debtor = None
    if whose.unit is not None:
        debtor = holdings(journal.session, journal.compound, on, unit=whose.unit)[0].debtor
    ends = Posting(
        deposit_account(whose.deposit or Deposit.RENOVATION),
        row.amount_minor,
        unit=whose.unit,
        debtor=debtor,
        contract=whose.contract,
    )
    postings = [ends, Posting(bank, -row.amount_minor)]
    facts: dict[Any, list[dict[str, Any]]] = {}
    lease = _tenant(journal, whose)
    for code, minor in lines:
        postings.append(Posting(f"Assets:{fund_of(code)}:Bank:{row.to_bank}", minor))
        if lease is None or code != lease.account:
            postings.append(Posting(code, -minor))
            continue
        taken = take_rent(journal, lease, minor, on)
        costs, cost = costs_of(journal, lease, minor)
        postings += [*taking_postings(lease, taken), *costs]
        facts |= taking_facts(lease, taken, minor, on)
        if cost is not None:
            facts[RentCost] = [{**cost, "income_seq": journal.seq + 1}]
    return tuple(postings), facts


def tenant_refund(journal: Journal, contract: str, amount_minor: int | None) -> int:
    """Return how much of what is owed back to a tenant goes back, in fen.

    Raises:
        RefundMissing: less is owed back.
    """
    lease = lease_of(journal, contract)
    held = owed_back_to_tenant(journal.session, journal.compound, lease.code)
    amount = held if amount_minor is None else amount_minor
    if not 0 < amount <= held:
        raise RefundMissing(
            pointer="/amount", unit=lease.code, held=format_amount(held), amount=format_amount(amount)
        )
    return amount


def tenant_refund_legs(journal: Journal, row: Disbursement, bank: str) -> tuple[Posting, ...]:
    """Return the postings that give rent back to a tenant."""
    contract = whose_is(journal, row).contract or ""
    amount = tenant_refund(journal, contract, row.amount_minor)
    return Posting(REFUNDABLE, amount, contract=contract), Posting(bank, -amount)


def whose_is(journal: Journal, row: Disbursement) -> Whose:
    """Return whose money a disbursement gives back."""
    named = journal.session.get(DisbursementContract, (journal.compound, row.id))
    if named is None:
        return Whose(row.unit, None, Deposit.RENOVATION)
    return Whose(None, named.contract, Deposit(named.deposit) if named.deposit else None)


def is_nameless(journal: Journal, whose: Whose) -> bool:
    """Say whether whoever the money is of may not be named: a household, or a tenant who has not agreed."""
    if whose.unit is not None:
        return True
    lease = journal.session.get(Lease, (journal.compound, whose.contract))
    return lease is not None and lease.name_hash is not None


def _held(journal: Journal, whose: Whose) -> tuple[int, str]:
    """Return what is held, in fen, and what it is called in a refusal."""
    is_of_unit = whose.deposit is Deposit.RENOVATION
    if (whose.unit is not None) != is_of_unit or (whose.contract is not None) == is_of_unit:
        raise RequestMalformed(
            pointer="/unit" if is_of_unit else "/contract",
            why_zh="退装修押金注明房屋,其他押金注明合同或编号",
            why_en="a renovation deposit names a unit, any other a contract or reference",
        )
    code = deposit_account(whose.deposit or Deposit.RENOVATION)
    if whose.unit is not None:
        unit = check_unit_code(whose.unit)
        return held_for(journal.session, journal.compound, code, unit), unit
    reference = check_reference(whose.contract or "", "/contract")
    return held_by_reference(journal.session, journal.compound, code, reference), reference


def _tenant(journal: Journal, whose: Whose) -> Lease | None:
    return lease_of(journal, whose.contract or "") if whose.deposit is Deposit.TENANT else None


def _check_owed(journal: Journal, lease: Lease, lines: tuple[Line, ...]) -> None:
    """Refuse to keep more rent than has fallen due; what a contract without fixed rent owes is damage, or an income."""
    rent = sum(minor for code, minor in lines if code == lease.account)
    if not rent or lease.variable:
        return
    owed = 0
    for one in open_rents(journal.session, journal.compound, contract=lease.code):
        owed += one.open_minor
    owed += sum(
        one.amount_minor
        for one in waiting_rents(journal.session, journal.compound, journal.today, lease.code)
    )
    if rent > owed or sum(code == lease.account for code, _ in lines) > 1:
        raise RefundMissing(
            pointer="/lines", unit=lease.code, held=format_amount(owed), amount=format_amount(rent)
        )

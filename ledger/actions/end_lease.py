"""End a contract before its term: what is not used of the rent is owed back, with its fee and its tax (E13)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import col, select

from ledger.actions.renting import PREPAID, REFUNDABLE, costs_of, debt, lease_of
from ledger.errors import LeaseRefused, RequestMalformed
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import check_public
from ledger.store.append import Journal, Recorded
from ledger.store.leases import Rent, rent_lots, rents, waiting_rents
from ledger.store.tables import Lease, LeaseEnd, RentCharge, RentCost, RentSettlement


@dataclass(frozen=True, slots=True)
class EndLease:
    """The contract holds through ``ended_on``; ``unused_minor``: what is agreed to be unused, else counted by days."""

    contract: str
    ended_on: date
    reason: str
    effective_on: date
    unused_minor: int | None = None


@dataclass(frozen=True, slots=True)
class LeaseEnded:
    """What the end did, in fen: debts that lapse, income that is owed back, what was paid ahead and is owed back."""

    recorded: Recorded
    contract: str
    lapsed_minor: int
    given_back_minor: int
    ahead_minor: int


@dataclass(slots=True)
class _Unwound:
    lapsed: int = 0
    back: int = 0
    ahead: int = 0
    charges: list[dict[str, Any]] = field(default_factory=list)
    settlements: list[dict[str, Any]] = field(default_factory=list)

    def settle(self, contract: str, number: int | None, receipt_seq: int, minor: int) -> None:
        """Add the row of a settlement."""
        self.settlements.append(
            {
                "line": len(self.settlements) + 1,
                "contract": contract,
                "number": number,
                "receipt_seq": receipt_seq,
                "amount_minor": minor,
            }
        )


def end_lease(journal: Journal, command: EndLease) -> LeaseEnded:
    """Record the end: first the open debts for the days after it lapse, then income goes back to be refunded.

    Raises:
        LeaseRefused: it has ended, or its term does not reach beyond the day.
        RequestMalformed: more is said to be unused than was charged for.
    """
    require(journal.actor, KEEPERS)
    lease = lease_of(journal, command.contract)
    journal.check_day(command.effective_on)
    reason = check_public(command.reason, "/reason")
    if journal.session.get(LeaseEnd, (journal.compound, lease.code)) is not None:
        raise _refused(lease, "已经提前终止", "it has been ended")
    if not lease.from_on <= command.ended_on < lease.to_on:
        raise _refused(lease, "提前终止日应在期限之内", "it ends before its term within its term")
    unwound = _unwind(journal, lease, command)
    postings: list[Posting] = []
    if unwound.lapsed:
        postings += debt(lease.code, -unwound.lapsed)
    facts: dict[Any, list[dict[str, Any]]] = {
        LeaseEnd: [{"contract": lease.code, "ended_on": command.ended_on, "reason": reason}],
        RentCharge: _summed(unwound.charges),
        RentSettlement: unwound.settlements,
    }
    if unwound.back:
        postings.append(Posting(lease.account, unwound.back, contract=lease.code))
    if unwound.ahead:
        postings.append(Posting(PREPAID, unwound.ahead, contract=lease.code))
    if unwound.back + unwound.ahead:
        postings.append(Posting(REFUNDABLE, -unwound.back - unwound.ahead, contract=lease.code))
    costs, row = costs_of(journal, lease, -unwound.back)
    if row is not None:
        postings += costs
        facts[RentCost] = [{**row, "income_seq": journal.seq + 1}]
    entry = None
    if postings:
        entry = Entry(
            Kind.LEASE_END,
            command.effective_on,
            f"合同 {lease.code} 于 {command.ended_on} 提前终止:{reason}"[:200],
            tuple(postings),
            counterparty=lease.counterparty,
            authority=lease.authority,
        )
    recorded = journal.record("lease_ended", command.effective_on, facts, entry=entry)
    return LeaseEnded(recorded, lease.code, unwound.lapsed, unwound.back, unwound.ahead)


def _refused(lease: Lease, zh: str, en: str) -> LeaseRefused:
    return LeaseRefused(pointer="/contract", contract=lease.code, why_zh=zh, why_en=en)


def _unwind(journal: Journal, lease: Lease, command: EndLease) -> _Unwound:
    """Take the unused part off the instalments, the last one first: what is open of it, then what was paid."""
    charged = [
        one for one in rents(journal.session, journal.compound, contract=lease.code) if one.charged_minor > 0
    ]
    charged.reverse()
    rest = command.unused_minor
    if rest is not None and not 0 <= rest <= sum(one.charged_minor for one in charged):
        raise RequestMalformed(
            pointer="/unused", why_zh="超过已登记的租金", why_en="it is more than was charged"
        )
    unwound = _Unwound()
    for one in charged:
        part = one.unused_minor(command.ended_on) if rest is None else min(rest, one.charged_minor)
        if rest is not None:
            rest -= part
        _take_off(journal, one, part, unwound)
    _free_ahead(journal, lease, command, unwound)
    return unwound


def _take_off(journal: Journal, one: Rent, unused_minor: int, unwound: _Unwound) -> None:
    lapsed = min(unused_minor, one.open_minor)
    back = unused_minor - lapsed
    unwound.lapsed += lapsed
    unwound.back += back
    if unused_minor:
        unwound.charges.append(
            {"contract": one.contract, "number": one.number, "amount_minor": -unused_minor}
        )
    query = select(RentSettlement).where(
        RentSettlement.compound == journal.compound,
        RentSettlement.contract == one.contract,
        RentSettlement.number == one.number,
    )
    paid: dict[int, int] = {}
    for row in journal.session.exec(query.order_by(col(RentSettlement.seq).desc())):
        paid[row.receipt_seq] = paid.get(row.receipt_seq, 0) + row.amount_minor
    for receipt_seq, minor in paid.items():
        part = min(back, minor)
        if part > 0:
            unwound.settle(one.contract, one.number, receipt_seq, -part)
            unwound.settle(one.contract, None, receipt_seq, part)
            back -= part


def _free_ahead(journal: Journal, lease: Lease, command: EndLease, unwound: _Unwound) -> None:
    """Owe back what was paid ahead, but for what instalments before the end still ask for."""
    asked = sum(
        one.amount_minor - one.unused_minor(command.ended_on)
        for one in waiting_rents(journal.session, journal.compound, date.max, lease.code)
        if one.from_on <= command.ended_on
    )
    for lot in rent_lots(journal.session, journal.compound, lease.code):
        kept = min(asked, lot.left_minor)
        asked -= kept
        if lot.left_minor - kept:
            unwound.settle(lease.code, None, lot.receipt_seq, lot.left_minor - kept)
            unwound.ahead += lot.left_minor - kept


def _summed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["amount_minor"]]

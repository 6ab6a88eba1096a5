"""Charge the rents that have fallen due, and settle from what tenants have paid ahead (E13)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from ledger.actions.receive_rent import charge_rows
from ledger.actions.renting import PREPAID, Paid, accrue_costs, debt, lease_of, settled, settlement_rows
from ledger.errors import NoRentDue
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.roles import KEEPERS, require
from ledger.store.append import Journal, Recorded
from ledger.store.leases import Rent, open_rents, rent_lots, waiting_rents
from ledger.store.tables import RentCharge, RentSettlement


@dataclass(frozen=True, slots=True)
class ChargeRents:
    """Charge every instalment that has fallen due by the day and is not charged yet."""

    effective_on: date


@dataclass(frozen=True, slots=True)
class RentsCharged:
    """What was charged, and what of it was paid ahead, in fen; ``release`` and ``costs`` are acts of their own."""

    recorded: Recorded
    count: int
    charged_minor: int
    released_minor: int
    release: Recorded | None
    costs: Recorded | None


def charge_rents(journal: Journal, command: ChargeRents) -> RentsCharged:
    """Post the debts of tenants, one entry for all; an instalment is charged once.

    Raises:
        NoRentDue: nothing has fallen due that is not charged already.
    """
    require(journal.actor, KEEPERS)
    journal.check_day(command.effective_on)
    found = waiting_rents(journal.session, journal.compound, command.effective_on)
    if not found:
        raise NoRentDue(pointer="/effective_on", day=command.effective_on.isoformat())
    by_contract: dict[str, int] = defaultdict(int)
    for one in found:
        by_contract[one.contract] += one.amount_minor
    postings = [line for code in sorted(by_contract) for line in debt(code, by_contract[code])]
    entry = Entry(Kind.RENT_DUE, command.effective_on, f"合同租金到期应收 {len(found)} 期", tuple(postings))
    recorded = journal.record("rent_due", command.effective_on, {RentCharge: charge_rows(found)}, entry=entry)
    release, costs, released = _release(journal, command.effective_on)
    return RentsCharged(recorded, len(found), sum(by_contract.values()), released, release, costs)


def _release(journal: Journal, on: date) -> tuple[Recorded | None, Recorded | None, int]:
    """Settle what is open from what was paid ahead, the oldest receipt first, in one entry."""
    open_now: dict[str, list[Rent]] = defaultdict(list)
    for one in open_rents(journal.session, journal.compound):
        open_now[one.contract].append(one)
    paid: dict[str, list[Paid]] = defaultdict(list)
    left = {(one.contract, one.number): one.open_minor for some in open_now.values() for one in some}
    for lot in rent_lots(journal.session, journal.compound):
        rest = lot.left_minor
        for one in open_now[lot.contract]:
            part = min(rest, left[one.contract, one.number])
            if part > 0:
                paid[lot.contract].append(Paid(one, lot.receipt_seq, part))
                left[one.contract, one.number] -= part
                rest -= part
    codes = sorted(code for code in paid if paid[code])
    if not codes:
        return None, None, 0
    postings: list[Posting] = []
    incomes = []
    for code in codes:
        lease = lease_of(journal, code)
        total = sum(part.amount_minor for part in paid[code])
        postings += [Posting(PREPAID, total, contract=code), *settled(lease, paid[code])]
        incomes.append((lease, total))
    entry = Entry(Kind.RENT_RELEASE, on, "预收租金冲抵到期应收", tuple(postings))
    rows = settlement_rows([part for code in codes for part in paid[code]])
    recorded = journal.record("rent_release", on, {RentSettlement: rows}, entry=entry)
    costs = accrue_costs(journal, incomes, recorded.seq, on)
    return recorded, costs, sum(minor for _, minor in incomes)

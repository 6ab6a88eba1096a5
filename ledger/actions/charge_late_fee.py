"""Charge a late fee for debts paid late or not at all: demanded first, or raised and paid in one act (E08, S22)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.actions.relieve import authority_of
from ledger.actions.set_prime_rate import prime_rate_on
from ledger.actions.settling import mirrored, on_charge
from ledger.errors import LateFeeAboveCap, LateFeeCompounds, RequestMalformed, UnitsOfOthers
from ledger.rules.charge import FEE_ITEMS, LATE_FEE
from ledger.rules.entry import Entry, Kind
from ledger.rules.late_fee import highest_late_fee
from ledger.rules.money import check_bounds, format_amount
from ledger.rules.period import month_of
from ledger.rules.roles import KEEPERS, require
from ledger.rules.settle import OpenCharge
from ledger.rules.text import check_optional
from ledger.store.append import Journal, Recorded
from ledger.store.debts import debt
from ledger.store.tables import Charge

NARRATION_ZH = "违约金应收"


@dataclass(frozen=True, slots=True)
class LatePart:
    """A charge that is or was late: how much of it, in fen, and how many days; what is open, since due, unless said."""

    charge: str
    principal_minor: int | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class LateFee:
    """A late fee up to a day, by the contract that agrees it: the most that is allowed unless ``amount_minor`` is said.

    Above the cap it takes a ``reason``, which is kept as an erasable remark.
    """

    parts: tuple[LatePart, ...]
    through: date
    authority: str
    amount_minor: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A late fee as a charge to be raised, its cap in fen, and the reason if it is above."""

    charge: OpenCharge
    cap_minor: int
    authority: str
    reason: str | None

    @property
    def row(self) -> dict[str, Any]:
        """The row of the charge."""
        one = self.charge
        return {
            "line": one.line,
            "unit": one.unit,
            "debtor": one.debtor,
            "party": str(one.party),
            "item": one.item,
            "period": one.period,
            "due_on": one.due_on,
            "amount_minor": one.open_minor,
        }


@dataclass(frozen=True, slots=True)
class Charged:
    """The late fee's charge, its amount and the cap, in fen."""

    recorded: Recorded
    charge: str
    unit: str
    amount_minor: int
    cap_minor: int


def charge_late_fee(journal: Journal, command: LateFee, effective_on: date) -> Charged:
    """Demand a late fee: a charge of its own, outside collection rates and remuneration.

    Raises:
        NotFound: there is no such charge.
        AuthorityMissing: no contract is named.
        PrimeRateMissing, LateFeeAboveCap, LateFeeCompounds: see ``reckon``.
    """
    require(journal.actor, KEEPERS)
    fee = reckon(journal, command)
    owed = on_charge(FEE_ITEMS[LATE_FEE].receivable(fee.charge.standing), fee.charge.open_minor, fee.charge)
    entry = Entry(
        Kind.LATE_FEE, effective_on, NARRATION_ZH, (owed, *mirrored([owed])), authority=fee.authority
    )
    recorded = journal.record("late_fee", effective_on, {Charge: [fee.row]}, entry=entry, remark=fee.reason)
    return Charged(recorded, fee.charge.id, fee.charge.unit, fee.charge.open_minor, fee.cap_minor)


def reckon(journal: Journal, command: LateFee) -> Reckoned:
    """Return the late fee as the first charge of the act that comes next.

    Raises:
        LateFeeCompounds: a named charge is a late fee itself.
        LateFeeAboveCap: it is above 1.3 times the prime rate of the day, without a reason (L36).
        PrimeRateMissing: no prime rate is on record for the day.
        UnitsOfOthers: the charges have several debtors.
    """
    authority = authority_of(command.authority)
    if not command.parts:
        raise RequestMalformed(
            pointer="/charges", why_zh="请至少指定一笔应收", why_en="name at least one charge"
        )
    late = [_late(journal, command, place) for place in range(len(command.parts))]
    if len({(charge.unit, charge.debtor) for charge, _, _ in late}) > 1:
        raise UnitsOfOthers(pointer="/charges")
    rate_bp = prime_rate_on(journal, command.through)
    cap = highest_late_fee([(principal, days) for _, principal, days in late], rate_bp)
    amount = cap if command.amount_minor is None else command.amount_minor
    if amount <= 0:
        raise RequestMalformed(pointer="/amount", why_zh="金额应大于零", why_en="the amount is above zero")
    reason = check_optional(command.reason, "/reason")
    if amount > cap and reason is None:
        raise LateFeeAboveCap(pointer="/amount", cap=format_amount(cap), amount=format_amount(amount))
    first = late[0][0]
    charge = OpenCharge(
        *(journal.seq + 1, 1, first.unit, first.debtor, LATE_FEE, month_of(command.through), command.through),
        party=first.party,
        open_minor=check_bounds(amount, "/amount"),
        has_left=first.has_left,
    )
    return Reckoned(charge, cap, authority, reason if amount > cap else None)


def _late(journal: Journal, command: LateFee, place: int) -> tuple[OpenCharge, int, int]:
    """Return a charge with how much of it is late, in fen, and for how many days."""
    part, pointer = command.parts[place], f"/charges/{place}"
    found = debt(journal.session, journal.compound, part.charge, f"{pointer}/id")
    if found.charge.item == LATE_FEE:
        raise LateFeeCompounds(pointer=f"{pointer}/id", charge=found.charge.id)
    most = (command.through - found.charge.due_on).days
    principal = found.charge.open_minor if part.principal_minor is None else part.principal_minor
    days = most if part.days is None else part.days
    if not (0 < principal <= found.amount_minor and 0 < days <= most):
        raise RequestMalformed(
            pointer=pointer,
            why_zh="本金应在该笔应收以内,天数应在到期日之后",
            why_en="the principal is a part of the charge, and the days are those since it was due",
        )
    return found.charge, principal, days

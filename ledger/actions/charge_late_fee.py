"""Charge a late fee for debts paid late or not at all: demanded first, or raised and paid in one act (E08, S22)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ledger.actions.relieve import authority_of
from ledger.actions.set_prime_rate import prime_rate_on
from ledger.actions.settling import mirrored, on_charge
from ledger.errors import LateFeeAboveCap, LateFeeCompounds, LateFeeTwice, RequestMalformed, UnitsOfOthers
from ledger.rules.charge import FEE_ITEMS, LATE_FEE, is_project
from ledger.rules.entry import Entry, Kind
from ledger.rules.late_fee import highest_late_fee
from ledger.rules.money import check_positive, format_amount
from ledger.rules.period import month_of
from ledger.rules.roles import KEEPERS, require
from ledger.rules.settle import OpenCharge
from ledger.rules.text import check_optional
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.debts import debt, late_fee_through
from ledger.store.tables import Charge, LateFeePart

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
    parts: tuple[dict[str, Any], ...] = ()  # the rows of what it is reckoned from

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
        PrimeRateMissing, LateFeeAboveCap, LateFeeCompounds, LateFeeTwice: see ``reckon``.
    """
    require(journal.actor, KEEPERS)
    fee = reckon(journal, command, effective_on)
    owed = on_charge(FEE_ITEMS[LATE_FEE].receivable(fee.charge.standing), fee.charge.open_minor, fee.charge)
    entry = Entry(
        Kind.LATE_FEE, effective_on, NARRATION_ZH, (owed, *mirrored([owed])), authority=fee.authority
    )
    facts: Facts = {Charge: [fee.row], LateFeePart: fee.parts}
    recorded = journal.record("late_fee", effective_on, facts, entry=entry, remark=fee.reason)
    return Charged(recorded, fee.charge.id, fee.charge.unit, fee.charge.open_minor, fee.cap_minor)


def reckon(journal: Journal, command: LateFee, on: date) -> Reckoned:
    """Return the late fee as the first charge of the act that comes next, which is dated ``on``.

    A day of a charge bears a fee once: where one stands already, only the days after it are reckoned.

    Raises:
        RequestMalformed: it is for days to come, or a charge is named twice, or for more than was owed.
        LateFeeTwice: all its days, or those named, have borne their fee.
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
    if command.through > on:
        raise RequestMalformed(
            pointer="/through",
            why_zh="违约金只能计到入账日为止",
            why_en="a late fee is for days up to that on which it is booked",
        )
    late = [_late(journal, command, place) for place in range(len(command.parts))]
    if len({(one.charge.unit, one.charge.debtor) for one in late}) > 1:
        raise UnitsOfOthers(pointer="/charges")
    rate_bp = prime_rate_on(journal, command.through)
    cap = highest_late_fee([(one.principal_minor, one.days) for one in late], rate_bp)
    amount = cap if command.amount_minor is None else command.amount_minor
    check_positive(amount, "/amount")
    reason = check_optional(command.reason, "/reason")
    if amount > cap and reason is None:
        raise LateFeeAboveCap(pointer="/amount", cap=format_amount(cap), amount=format_amount(amount))
    first = late[0].charge
    charge = OpenCharge(
        *(journal.seq + 1, 1, first.unit, first.debtor, LATE_FEE, month_of(command.through), command.through),
        party=first.party,
        open_minor=amount,
        has_left=first.has_left,
    )
    rows = tuple(one.row(line) for line, one in enumerate(late, 1))
    return Reckoned(charge, cap, authority, reason if amount > cap else None, rows)


@dataclass(frozen=True, slots=True)
class _Late:
    """So much of a charge, in fen, was late for so many days from a day on."""

    charge: OpenCharge
    principal_minor: int
    from_on: date
    days: int

    def row(self, line: int) -> dict[str, Any]:
        """Return the row that keeps it."""
        return {
            "line": line,
            "charge_seq": self.charge.seq,
            "charge_line": self.charge.line,
            "principal_minor": self.principal_minor,
            "from_on": self.from_on,
            "through_on": self.from_on + timedelta(days=self.days - 1),
        }


def _late(journal: Journal, command: LateFee, place: int) -> _Late:
    """Return how much of a charge is late, and on which days that have borne no fee yet."""
    part, pointer = command.parts[place], f"/charges/{place}"
    found = debt(journal.session, journal.compound, part.charge, f"{pointer}/id")
    charge = found.charge
    if charge.item == LATE_FEE:
        raise LateFeeCompounds(pointer=f"{pointer}/id", charge=charge.id)
    if is_project(charge.item):
        raise RequestMalformed(
            pointer=f"{pointer}/id",
            why_zh="项目分摊款不计物业费的违约金",
            why_en="the share of a project bears no late fee of the property fee",
        )
    if part.charge in {one.charge for one in command.parts[:place]}:
        raise RequestMalformed(
            pointer=f"{pointer}/id", why_zh="同一笔应收写了两次", why_en="a charge is named twice"
        )
    borne = late_fee_through(journal.session, journal.compound, charge.seq, charge.line)
    begin = (borne or charge.due_on) + timedelta(days=1)
    most = (command.through - begin).days + 1
    principal = charge.open_minor if part.principal_minor is None else part.principal_minor
    days = most if part.days is None else part.days
    if borne is not None and not 0 < days <= most:
        raise LateFeeTwice(pointer=pointer, charge=charge.id, day=borne.isoformat())
    if not (0 < principal <= found.amount_minor - found.waived_minor and 0 < days <= most):
        raise RequestMalformed(
            pointer=pointer,
            why_zh="本金应在该笔应收以内(减免的不算),天数应在到期日之后",
            why_en="the principal is a part of the charge that was not waived, and the days are those since it was due",
        )
    return _Late(charge, principal, begin, days)

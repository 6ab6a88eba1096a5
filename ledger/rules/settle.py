"""Which charges a sum of money settles: oldest first, never beyond what is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from ledger.errors import ReceiptOverpaid
from ledger.rules.money import format_amount
from ledger.rules.unit import Party, Standing, standing_of


class Surplus(StrEnum):
    """What becomes of money that was paid on a charge that goes down."""

    REFUSE = "refuse"
    PREPAID = "prepaid"
    REFUND = "refund"


class Ahead(StrEnum):
    """What becomes of that which the old owner has paid ahead."""

    CARRY = "carry"  # to the new owner, by agreement of both
    REFUND = "refund"  # back to the old owner


@dataclass(frozen=True, slots=True)
class OpenCharge:
    """A charge and what is still open on it, in fen; ``disputed_minor`` is a part of what is open."""

    seq: int
    line: int
    unit: str
    debtor: int
    item: str
    period: str
    due_on: date
    party: Party
    open_minor: int
    disputed_minor: int = 0
    has_left: bool = False

    @property
    def id(self) -> str:
        """The charge's id on the wire."""
        return f"{self.seq}-{self.line}"

    @property
    def standing(self) -> Standing:
        """Where the undisputed part of the debt stands."""
        return standing_of(self.party, has_left=self.has_left)

    @property
    def disputed_standing(self) -> Standing:
        """Where the disputed part stands."""
        return standing_of(self.party, is_disputed=True)

    def split(self, amount_minor: int) -> tuple[int, int]:
        """Return how much of an amount goes to the undisputed part and how much to the disputed one, in fen."""
        plain = min(amount_minor, self.open_minor - self.disputed_minor)
        return plain, amount_minor - plain


@dataclass(frozen=True, slots=True)
class Settled:
    """So much of a sum goes to this charge."""

    charge: OpenCharge
    amount_minor: int


def allocate(
    amount_minor: int, charges: Iterable[OpenCharge], *, with_disputed: bool = False
) -> tuple[tuple[Settled, ...], int]:
    """Settle the oldest due charges first (Civil Code 560) and return the settlements and what is left, in fen.

    Without ``with_disputed`` what a debtor contests is left alone: nobody pays it without saying so.
    """
    settled = []
    for charge in sorted(charges, key=lambda one: (one.due_on, one.period, one.seq, one.line)):
        part = min(amount_minor, charge.open_minor - (0 if with_disputed else charge.disputed_minor))
        if part <= 0:
            continue
        settled.append(Settled(charge, part))
        amount_minor -= part
    return tuple(settled), amount_minor


@dataclass(frozen=True, slots=True)
class Debt:
    """A charge with what has become of it, in fen: what is open, and what was waived or written off."""

    charge: OpenCharge
    amount_minor: int
    waived_minor: int = 0
    written_off_minor: int = 0


@dataclass(frozen=True, slots=True)
class Takings:
    """What a sum of money does: settles open debts and debts that were written off, or has no ground, or is ahead.

    ``raised`` are charges that the same act raises and settles: they never pass through the receivables.
    """

    settled: tuple[Settled, ...] = ()
    revived: tuple[Settled, ...] = ()
    groundless: tuple[Settled, ...] = ()
    rest_minor: int = 0
    raised: tuple[Settled, ...] = ()


def designate(
    amount_minor: int, charges: Iterable[OpenCharge], order: list[str], written_off: Iterable[Debt] = ()
) -> Takings:
    """Settle the charges of the months that the payer named, in that order; never beyond what is open.

    What was written off of a month comes back to be paid after what is open of it.

    Raises:
        ReceiptOverpaid: a named month has nothing open or written off, or is named twice.
    """
    settled: list[Settled] = []
    revived: list[Settled] = []
    known, lost = list(charges), list(written_off)
    for place, period in enumerate(order):
        of_period = [charge for charge in known if charge.period == period]
        given_up = [
            replace(debt.charge, open_minor=debt.written_off_minor, disputed_minor=0)
            for debt in lost
            if debt.charge.period == period
        ]
        if period in order[:place] or not (of_period or given_up):
            raise ReceiptOverpaid(pointer=f"/periods/{place}", charge=period, open=format_amount(0))
        for into, owed in ((settled, of_period), (revived, given_up)):
            parts, amount_minor = allocate(amount_minor, owed, with_disputed=True)
            into.extend(parts)
    return Takings(tuple(settled), tuple(revived), rest_minor=amount_minor)


def take(amount_minor: int, debts: Iterable[Debt]) -> Takings:
    """Pay the debts that the payer names, in that order (Civil Code 560).

    What was written off comes back to be paid; what was waived is no debt any more, so money for it is refundable.

    Raises:
        ReceiptOverpaid: a named charge is paid in full already, or is named twice.
    """
    settled: list[Settled] = []
    revived: list[Settled] = []
    groundless: list[Settled] = []
    seen: set[str] = set()
    for place, debt in enumerate(debts):
        charge = debt.charge
        known = charge.open_minor + debt.written_off_minor + debt.waived_minor
        if charge.id in seen or known <= 0:
            raise ReceiptOverpaid(pointer=f"/charges/{place}", charge=charge.id, open=format_amount(0))
        seen.add(charge.id)
        for into, most in (
            (settled, charge.open_minor),
            (revived, debt.written_off_minor),
            (groundless, debt.waived_minor),
        ):
            part = min(amount_minor, most)
            if part > 0:
                into.append(Settled(charge, part))
                amount_minor -= part
    return Takings(tuple(settled), tuple(revived), tuple(groundless), amount_minor)

"""What a month's page says of payments: emergencies not ratified, costs without voucher, debits, counts.

The first is printed in red with its reason until it is ratified; each list is as of the month's last day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from ledger.rules.chart import account, account_name_zh, fund_of, fund_zh, group_of
from ledger.rules.period import first_day, last_day
from ledger.rules.profile import profile
from ledger.store.balances import balances
from ledger.store.emergencies import Emergency, unratified
from ledger.store.held_by_trustee import HeldByTrustee, held_too_long
from ledger.store.petty_cash import Unexplained, counts, unexplained
from ledger.store.public_net import fee_of_year
from ledger.store.registers import compound_row
from ledger.store.vouchers import VoucherMissing, voucher_missing

_BP = 10_000
#: Accounts whose balance is a question: on its way (I8), nobody's yet, or taken by the bank without a voucher.
_OPEN = frozenset({"Clearing", "Suspense", "Unidentified"})
_UNBANKED = (":Cash:OnHand", ":Custody:Transit")


@dataclass(frozen=True, slots=True)
class CountFigure:
    """A box that was counted in the month: by the books, as counted, and the difference (negative: short), in fen."""

    account: str
    on: date
    book_minor: int
    counted_minor: int
    difference_minor: int


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What an account holds that should come back to zero: money under way, not banked, or not explained, in fen."""

    fund: str
    account: str
    label_zh: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PaymentFigures:
    """The month's lists; empty where there is nothing to list.

    ``fee_above_cap_minor``: by how many fen the management fee of the calendar year so far is above the place's cap, as
    when income was reversed after it; ``held_by_trustee``: what the trustee has not paid over in time (E24).
    """

    month: str
    emergencies: tuple[Emergency, ...]
    without_voucher: tuple[VoucherMissing, ...]
    unexplained: tuple[Unexplained, ...]
    counts: tuple[CountFigure, ...]
    held_by_trustee: tuple[HeldByTrustee, ...] = ()
    fee_above_cap_minor: int = 0
    open_items: tuple[OpenItem, ...] = ()


def payment_figures(session: Session, compound: str, month: str) -> PaymentFigures:
    """Return the figures of a month; costs without a voucher are those of the month."""
    first, last = first_day(month), last_day(month)
    place = profile(compound_row(session, compound).profile)
    return PaymentFigures(
        month,
        tuple(unratified(session, compound, last)),
        tuple(voucher_missing(session, compound, last, since=first)),
        tuple(unexplained(session, compound, last)),
        tuple(
            CountFigure(
                row.account, day, row.book_minor, row.counted_minor, row.counted_minor - row.book_minor
            )
            for row, day in counts(session, compound, last)
            if day >= first
        ),
        tuple(held_too_long(session, compound, last, place.settlement_days)),
        _fee_above_cap(session, compound, month, place.management_fee_cap_bp),
        open_items(session, compound, last),
    )


def open_items(session: Session, compound: str, as_of: date) -> tuple[OpenItem, ...]:
    """Return every balance on a day that waits to be cleared, banked, claimed or explained, fund by fund."""
    found = [
        OpenItem(fund_of(code), code, account_name_zh(code), abs(minor))
        for code, minor in balances(session, compound, as_of=as_of).items()
        if group_of(code) in _OPEN or code.endswith(_UNBANKED)
    ]
    return tuple(sorted(found, key=lambda one: (fund_zh(one.fund), account(one.account).order)))


def _fee_above_cap(session: Session, compound: str, month: str, cap_bp: int | None) -> int:
    if cap_bp is None:
        return 0
    year = fee_of_year(session, compound, int(month[:4]), through=month)
    return max(0, year.fee_minor - max(year.income_minor, 0) * cap_bp // _BP)

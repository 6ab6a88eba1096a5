"""A journal entry: two or more postings that sum to zero within each fund, and its exact reversal."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from ledger.errors import EntryTooSmall, EntryUnbalanced, FundsMixed, ReversalRefused, ZeroPosting
from ledger.rules.chart import currency_of, fund_of
from ledger.rules.money import check_bounds, format_amount


class Kind(StrEnum):
    """What kind of act an entry records."""

    GENERAL = "general"
    OPENING = "opening"
    BILL = "bill"
    RELEASE = "release"
    ADJUSTMENT = "adjustment"
    RECEIPT = "receipt"
    PARKING = "parking"
    CLAIM = "claim"
    PARKED_REFUND = "parked_refund"
    REFUND_DUE = "refund_due"
    REFUND = "refund"
    WAIVER = "waiver"
    WRITE_OFF = "write_off"
    DISPUTE = "dispute"
    LATE_FEE = "late_fee"
    OWNER_CHANGE = "owner_change"
    IN_KIND = "in_kind"
    IN_KIND_SALE = "in_kind_sale"
    CLEARING = "clearing"
    PUBLIC_INCOME = "public_income"
    EXPENSE = "expense"
    PAYMENT = "payment"
    VENDOR_REFUND = "vendor_refund"
    PETTY_CASH = "petty_cash"
    CASH_COUNT = "cash_count"
    SUSPENSE = "suspense"
    EXPLANATION = "explanation"
    DEPOSIT = "deposit"
    DEPOSIT_RELEASE = "deposit_release"
    REMUNERATION = "remuneration"
    CLAIM_LOSS = "claim_loss"
    RECOVERY = "recovery"
    TRANSFER = "transfer"
    LOAN = "loan"
    UTILITY = "utility"
    SWEEP = "sweep"
    CUSTODY = "custody"
    SURPLUS_RETURN = "surplus_return"
    OPENING_CLAIM = "opening_claim"
    PRIOR_YEAR = "prior_year"
    GRANT = "grant"
    GRANT_RETURN = "grant_return"
    DONATION = "donation"
    POINTS = "points"
    SUBSIDY = "subsidy"
    PROJECT_SHARE = "project_share"
    BRIDGE = "bridge"
    BRIDGE_RELEASE = "bridge_release"
    RENT = "rent"
    RENT_DUE = "rent_due"
    RENT_RELEASE = "rent_release"
    RENT_COST = "rent_cost"
    LEASE_END = "lease_end"
    INTEREST = "interest"
    BANK_CHARGE = "bank_charge"
    REVERSAL = "reversal"


#: The closed list of design decision 5 (chart 2.4): only these may touch two funds. A receipt may split one payment,
#: a clearing one bank line, and a deposit release lets go of a third party's money. Transfers and loans are visible
#: pairs that the owners voted. Interest and a bank's charge are split over the funds that share the account. A reversal
#: undoes one of them.
CROSS_FUND = frozenset(
    {
        Kind.RECEIPT,
        Kind.CLEARING,
        Kind.DEPOSIT_RELEASE,
        Kind.TRANSFER,
        Kind.LOAN,
        Kind.INTEREST,
        Kind.BANK_CHARGE,
        Kind.REVERSAL,
    }
)


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of an entry: an account and a signed amount in fen, debit positive.

    ``unit``, ``debtor`` (a number within the unit), ``item``, ``charge`` (``<seq>-<line>``), ``period`` and
    ``receipt`` (its number) say whose and what for; they are columns, never account segments. ``contract`` is the
    contract of public income, or the reference of a deposit, that a posting without a unit belongs to.
    """

    account: str
    amount_minor: int
    unit: str | None = None
    debtor: int | None = None
    item: str | None = None
    charge: str | None = None
    period: str | None = None
    receipt: int | None = None
    contract: str | None = None

    @property
    def fund(self) -> str:
        """The fund that the account belongs to."""
        return fund_of(self.account)

    @property
    def currency(self) -> str:
        """What the amount counts: yuan, or points on the accounts of points."""
        return currency_of(self.account)


@dataclass(frozen=True, slots=True)
class Entry:
    """One dated event in the books, not yet numbered."""

    kind: Kind
    effective_on: date
    narration: str
    postings: tuple[Posting, ...]
    occurred_on: date | None = None
    counterparty: str | None = None
    authority: str | None = None
    channel: str | None = None
    reverses: int | None = None
    corrects: str | None = None


def check_entry(entry: Entry) -> Entry:
    """Return the entry if it may stand in the books (I1).

    Raises:
        EntryTooSmall: fewer than two postings.
        ZeroPosting: a posting of nothing.
        EntryUnbalanced: a fund whose postings do not sum to zero in a currency: points never weigh against yuan.
        FundsMixed: two funds in an entry of a kind outside the closed list.
    """
    if len(entry.postings) < 2:  # noqa: PLR2004 - a double entry has two sides
        raise EntryTooSmall(pointer="/postings")
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for place, posting in enumerate(entry.postings):
        if posting.amount_minor == 0:
            raise ZeroPosting(pointer=f"/postings/{place}/amount")
        check_bounds(posting.amount_minor, f"/postings/{place}/amount")
        sums[posting.fund, posting.currency] += posting.amount_minor
    for (fund, _), total in sums.items():
        if total != 0:
            raise EntryUnbalanced(pointer="/postings", fund=fund, difference=format_amount(total))
    funds = {fund for fund, _ in sums}
    if len(funds) > 1 and entry.kind not in CROSS_FUND:
        raise FundsMixed(pointer="/postings", funds=", ".join(sorted(funds)))
    return entry


def reversal(entry: Entry, seq: int, effective_on: date, reason: str) -> Entry:
    """Return the entry that undoes ``entry`` (number ``seq``) line by line, dated in an open month.

    Raises:
        ReversalRefused: a reversal cannot itself be reversed.
    """
    if entry.kind is Kind.REVERSAL:
        raise ReversalRefused(
            pointer="/seq",
            seq=seq,
            why_zh="红字凭证不能再冲销",
            why_en="a reversal cannot itself be reversed",
        )
    return replace(
        entry,
        kind=Kind.REVERSAL,
        effective_on=effective_on,
        occurred_on=effective_on,
        narration=reason,
        postings=tuple(replace(line, amount_minor=-line.amount_minor) for line in entry.postings),
        reverses=seq,
    )

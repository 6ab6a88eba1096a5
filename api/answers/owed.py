"""What the routes of bills, charges, unit accounts and reliefs answer."""

from __future__ import annotations

from typing import TypedDict

from api.answers.kinds import Described, act, joined, lists, pages, sends, shows
from api.answers.schema import DayText, Money, MonthText, Sha256
from ledger.actions.adjusting import Adjusted
from ledger.actions.change_owner import OwnerChanged
from ledger.actions.charge_late_fee import Charged
from ledger.actions.preview import Line
from ledger.actions.read_meters import MetersRead
from ledger.actions.relieve import Relieved
from ledger.actions.request_adjustment import AdjustmentAsked, AdjustmentEnded
from ledger.actions.settle_in_kind import SettledInKind
from ledger.rules.fate import Given, Payment
from ledger.rules.unit import Party
from ledger.store.append import Recorded
from reports.receivables.unit_account import AccountLine, Moved


class RunShown(TypedDict):
    """The collective entry of a fee item."""

    item: str
    seq: int
    hash: Sha256
    voucher: str
    count: int
    total: Money


class CorrectionShown(TypedDict):
    """By how much an act changed a charge."""

    seq: int
    amount: Money


class ChargeShown(TypedDict):
    """A charge as it was billed and as it is now."""

    id: str
    unit: str
    debtor: int
    party: Party
    item: str
    period: MonthText
    due_on: DayText
    billed: Money
    amount: Money
    corrections: list[CorrectionShown]


class ChargeExplained(TypedDict):
    """How a charge came about, in words, and what has become of it."""

    computed: Money
    open: Money
    zh: list[str]
    en: list[str]
    settled: list[Payment]
    given: list[Given]


class AdjustedCharge(TypedDict):
    """A charge that is to be taken back."""

    charge: str
    item: str
    amount: Money
    tariff_seq: int | None


class AdjustmentStepShown(TypedDict):
    """How a request ended."""

    step: str
    seq: int
    body: str
    reason: str | None


class AdjustmentShown(TypedDict):
    """A request to take charges back."""

    number: int
    seq: int
    state: str
    surplus: str
    reason: str | None
    requested_body: str
    charges: list[AdjustedCharge]
    ended: AdjustmentStepShown | None


class MeterReadingShown(TypedDict):
    """A meter as it was read, and what it counted since."""

    unit: str
    reading: str
    used: str
    document: str | None
    seq: int


class StandingShown(TypedDict):
    """What a unit owes and has ahead."""

    owed: Money
    prepaid: Money
    refundable: Money


class AccountTotals(TypedDict):
    """From opening to closing."""

    opening: StandingShown
    turnover: Moved
    closing: StandingShown


class DebtorTotals(AccountTotals):
    """From opening to closing, of one debtor."""

    debtor: int


class UnitAccountShown(AccountTotals):
    """The account of a unit."""

    unit: str
    label_zh: str
    since: DayText
    until: DayText
    debtor: int | None
    debtors: list[DebtorTotals]
    lines: list[AccountLine]


class ReliefShown(TypedDict):
    """What was given up of a charge, or is contested."""

    charge: str
    unit: str
    debtor: int
    item: str
    period: MonthText
    kind: str
    amount: Money
    authority: str
    seq: int


ANSWERS: dict[str, Described] = {
    "bill_month": act(
        month=MonthText,
        runs=list[RunShown],
        skipped=list[str],
        releases=list[Recorded],
        released_minor=int,
    ).sometimes(lines=list[Line]),
    "list_charges": pages(ChargeShown),
    "explain_charge": shows(joined(ChargeShown, ChargeExplained)),
    "bill_anew": act(Adjusted),
    "list_adjustments": pages(AdjustmentShown),
    "read_adjustment": shows(AdjustmentShown),
    "ask_adjustment": act(AdjustmentAsked),
    "agree_to_adjustment": act(Adjusted),
    "send_adjustment_back": act(AdjustmentEnded),
    "take_adjustment_back": act(AdjustmentEnded),
    "take_readings": act(MetersRead),
    "list_readings": lists(MeterReadingShown),
    "record_cost": act(amount_minor=int),
    "record_coefficients": act(count=int),
    "read_account": shows(UnitAccountShown),
    "read_account_csv": sends("text/csv"),
    "draw_account": sends("application/pdf"),
    "waive_charges": act(Relieved),
    "write_charges_off": act(Relieved),
    "dispute_charges": act(Relieved),
    "end_disputes": act(Relieved),
    "demand_late_fee": act(Charged),
    "put_prime_rate": act(),
    "list_reliefs": lists(ReliefShown),
    "change_owner_of": act(OwnerChanged),
    "settle_charges_in_kind": act(SettledInKind),
    "sell_what_was_taken": act(),
}

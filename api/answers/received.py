"""What the routes of money that comes in, of contracts and of claims answer."""

from __future__ import annotations

from typing import TypedDict

from api.answers.kinds import Described, act, joined, lists, pages, sends, shows
from api.answers.schema import DayText, Money, MonthText, ReceiptNo
from ledger.actions.charge_rents import RentsCharged
from ledger.actions.claim_loss import Recovered
from ledger.actions.end_lease import LeaseEnded
from ledger.actions.hand_over import HandedOver
from ledger.actions.owe_back import OwedNow
from ledger.actions.park import ParkedMoney
from ledger.actions.receive_rent import RentReceived
from ledger.actions.relieve import Relieved
from ledger.actions.settle_in_kind import SettledInKind
from ledger.actions.sign_lease import Signed
from ledger.actions.split_bank_sum import BankSumSplit
from ledger.rules.lease import AssetType
from ledger.store.assets import Absence, StandingAsset
from ledger.store.leases import Rent
from reports.month.income_sources import IncomeSources, SourceFigure, TypeFigure
from reports.receivables.handover import HandoverList
from reports.receivables.tenants import TenantArrears


class SettledShown(TypedDict):
    """So much of a charge that a receipt paid."""

    charge: str
    unit: str
    item: str
    period: MonthText
    amount: Money


class ReceivedShown(TypedDict):
    """A receipt: its number for ever, and where the money went."""

    number: ReceiptNo
    unit: str
    amount: Money
    settled: list[SettledShown]
    prepaid: Money
    refundable: Money


class ReceiptShown(TypedDict):
    """A receipt of the list."""

    number: ReceiptNo
    seq: int
    unit: str
    debtor: int
    channel: str
    received_on: DayText
    amount: Money


class ParkedShown(TypedDict):
    """Money without a name, and what is left of it."""

    number: int
    seq: int
    channel: str
    received_on: DayText
    amount: Money
    left: Money


class RefundableShown(TypedDict):
    """What is to be given back."""

    unit: str
    debtor: int
    fund: str
    receipt: ReceiptNo | None
    amount: Money


class HandoverShown(TypedDict):
    """When the books passed from whom to whom."""

    seq: int
    handed_on: DayText
    due_on: DayText
    outgoing: str
    incoming: str


class HandoverNotes(TypedDict):
    """What the list of a handover says beside its figures."""

    public_income: Money
    split_zh: str
    later_zh: str
    contracts_zh: str


class AssetWords(TypedDict):
    """What an asset is called."""

    type_zh: str
    account: str
    place_zh: str


class AbsenceWords(TypedDict):
    """What a type is called."""

    type_zh: str


class ContractShown(TypedDict):
    """A contract as everybody may see it."""

    code: str
    assets: list[str]
    account: str
    counterparty: str
    credit_code: str | None
    related_party: bool
    place_zh: str
    from_on: DayText
    to_on: DayText
    ended_on: DayText | None
    variable: bool
    fee_bp: int
    tax_bp: int
    authority: str
    deposit: Money | None


class OpenOf(TypedDict):
    """What is still open."""

    open: Money


class ClaimShown(TypedDict):
    """A loss that is claimed."""

    seq: int
    voucher: str
    against: str
    fund: str
    opened_on: DayText
    amount: Money
    open: Money
    unit: str | None
    debtor: int | None


_RECEIVED = act(ReceivedShown)
_FIGURE = (Money, None)  # null: missing or not applicable, as the state beside it says
_SOURCE = joined(SourceFigure, {"expected": _FIGURE, "received": _FIGURE, "net": _FIGURE})
_INCOME = joined(IncomeSources, {"types": [joined(TypeFigure, {"received": _FIGURE, "sources": [_SOURCE]})]})

ANSWERS: dict[str, Described] = {
    "receive_money": _RECEIVED,
    "list_receipts": pages(ReceiptShown),
    "print_receipt": sends("application/pdf"),
    "park_money": act(ParkedMoney),
    "list_parked": lists(ParkedShown),
    "claim_money": _RECEIVED,
    "owe_prepayment_back": act(OwedNow),
    "list_refundables": lists(RefundableShown),
    "settle_with_developer": act(receipt_act=_RECEIVED, in_kind=SettledInKind | None, waiver=Relieved | None),
    "hand_books_over": act(HandedOver),
    "list_handovers": lists(HandoverShown),
    "read_handover_csv": sends("text/csv"),
    "draw_handover_list": sends("application/pdf"),
    "read_handover": shows(joined(HandoverList, HandoverNotes)),
    "clear_channel": act(amount_minor=int, fee_minor=int),
    "earn_public_income": act(account=str | None, amount_minor=int),
    "take_a_deposit": act(amount_minor=int).sometimes(unit=str, contract=str | None),
    "add_asset": act(code=str),
    "change_asset_status": act(asset=str),
    "state_not_applicable": act(type=AssetType),
    "confirm_zero": act(month=MonthText),
    "list_assets": lists(
        joined(StandingAsset, AssetWords), as_of=DayText, not_applicable=[joined(Absence, AbsenceWords)]
    ),
    "read_income_month": shows(_INCOME),
    "read_published_income": shows(_INCOME),
    "add_contract": act(Signed),
    "end_contract": act(LeaseEnded),
    "receive_contract_rent": act(RentReceived),
    "charge_due_rents": act(RentsCharged),
    "list_contracts": lists(ContractShown),
    "read_contract": shows(
        joined(ContractShown, {"instalments": [joined(Rent, OpenOf)], "prepaid_minor": int})
    ),
    "list_tenant_arrears": shows(TenantArrears),
    "share_interest": act(BankSumSplit, amount_minor=int),
    "share_charge": act(BankSumSplit, amount_minor=int),
    "list_claims": lists(ClaimShown),
    "claim_a_loss": act(),
    "recover_a_claim": act(Recovered),
}

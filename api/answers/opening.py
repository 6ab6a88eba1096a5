"""What the routes of compounds, users, accounts, openings and units answer."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from api.answers.kinds import Described, act, joined, lists, makes, pages, shows
from api.answers.schema import AreaText, DayText, Money, RateText, Sha256
from ledger.actions.change_tenure import TenureChanged
from ledger.intake.proposal import RefusedCell, SkippedRow, Warned
from ledger.rules.charge import Formula, Terms
from ledger.rules.roles import Body, Role
from ledger.rules.unit import Party, State


class CompoundShown(TypedDict):
    """A compound as everybody may see it."""

    code: str
    name: str
    opened_on: DayText
    profile: str
    profile_name: str
    profile_verified: bool


class CompoundOpened(TypedDict):
    """A new compound and its first act."""

    code: str
    name: str
    seq: int
    hash: Sha256
    voucher: None
    month: None


class HeadShown(TypedDict):
    """The last act of a chain."""

    compound: str
    seq: int
    hash: Sha256


class MembershipShown(TypedDict):
    """What somebody is in a compound."""

    compound: str
    role: Role
    body: Body


class Me(TypedDict):
    """Who asks."""

    name: str
    memberships: list[MembershipShown]


class UserAdded(TypedDict):
    """A user who is a member from now on."""

    id: str
    name: str
    compound: str
    role: Role
    body: Body


class MemberEnded(TypedDict):
    """Whether somebody was a member until now."""

    name: str
    compound: str
    changed: bool


class UserDisabled(TypedDict):
    """Whether a user was let in until now."""

    name: str
    changed: bool


class TokensRevoked(TypedDict):
    """How many tokens were worth something until now."""

    name: str
    count: int


class TokenMade(TypedDict):
    """A token, shown once."""

    name: str
    token: str
    expires_at: str


class AccountShown(TypedDict):
    """An account that the compound has opened."""

    code: str
    zh: str
    fund: str
    type: str
    detail: str
    opened_on: DayText


class BalanceShown(TypedDict):
    """What an account holds, debit positive."""

    account: str
    zh: str
    balance: Money


class BankAccountShown(TypedDict):
    """A bank account and the funds that have a part of it."""

    code: str
    label: str
    funds: list[str]


class TariffShown(TypedDict):
    """A price and from when."""

    seq: int
    item: str
    item_name: str
    formula: Formula
    rate: RateText
    effective_from: DayText
    authority: str
    terms: Terms


class UnitShown(TypedDict):
    """A unit of the register, without names."""

    code: str
    label: str
    floor: int | None
    area: AreaText
    area_source: str | None
    state: State
    debtor: Party
    handed_over_on: DayText | None


class UnitSample(TypedDict):
    """A row of a register as it was understood."""

    code: str
    label: str
    area: AreaText
    state: State


class RegisterPreview(TypedDict):
    """What was understood of a spreadsheet, and what was not."""

    complete: bool
    sheet: str
    columns: dict[str, str]
    unrecognised: list[str]
    understood: int
    developer_count: int
    developer_names: list[str]
    refused_count: int
    refused: list[RefusedCell]
    warnings: list[Warned]
    skipped: list[SkippedRow]
    sample: list[UnitSample]


class RegisterImported(TypedDict):
    """What an import changed; without a link where the register said all of it already."""

    compound: str
    seq: int | None
    hash: NotRequired[Sha256]
    voucher: NotRequired[None]
    month: NotRequired[None]
    added: int
    changed: int
    unchanged: int
    absent: list[str]
    units: int
    developer_units: int


class StretchShown(TypedDict):
    """What a unit is between two days."""

    from_on: DayText | None
    to_on: DayText | None
    state: State
    debtor: int
    party: Party
    factor_bp: int | None
    notice: str | None
    confirmed_on: DayText | None
    seq: int


class TenureChangeShown(TypedDict):
    """A change of a unit's timeline, or that one was taken back."""

    seq: int
    from_on: DayText
    state: State | Literal["withdrawn"]
    debtor: int
    reason: str | None


ANSWERS: dict[str, Described] = {
    "list_compounds": lists(CompoundShown),
    "open_books": makes(CompoundOpened),
    "read_compound": shows(CompoundShown),
    "read_head": shows(HeadShown),
    "read_me": shows(Me),
    "add_user": makes(UserAdded),
    "end_member": makes(MemberEnded),
    "disable": makes(UserDisabled),
    "revoke": makes(TokensRevoked),
    "make_token": makes(TokenMade),
    "list_accounts": lists(AccountShown),
    "read_balances": lists(BalanceShown, as_of=DayText | None, known_at=int),
    "list_bank_accounts": lists(BankAccountShown),
    "open_bank": act(code=str, funds=list[str]),
    "open_with_balances": act(fund=str),
    "list_tariffs": lists(TariffShown),
    "set_a_tariff": act(item=str, rate_e4=int),
    "set_a_remuneration": act(rate_bp=int),
    "list_units": pages(UnitShown),
    "import_file": makes(RegisterPreview, joined(RegisterPreview, RegisterImported)),
    "list_tenures": lists(StretchShown, unit=str, changes=list[TenureChangeShown]),
    "change_a_tenure": act(TenureChanged),
    "withdraw_a_tenure": act(unit=str, from_on=DayText),
}

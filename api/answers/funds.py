"""What the routes of money between funds, of repair, agency and governance funds and of projects answer."""

from __future__ import annotations

from typing import TypedDict

from api.answers.kinds import Described, act, joined, lists, pages, shows
from api.answers.schema import DayText, Money, MonthText
from ledger.actions.adjusting import Adjusted
from ledger.actions.award_points import PointsMoved
from ledger.actions.bridge import Bridged, BridgeUsed
from ledger.actions.distribute import Distributed
from ledger.actions.give import Given
from ledger.actions.give_surplus import SurplusGiven
from ledger.actions.move_funds import Moved
from ledger.actions.open_project import ProjectOpened
from ledger.actions.receive_grant import GrantMoved
from ledger.actions.share_project import Called
from ledger.actions.subsidise import Subsidised
from ledger.rules.between import Rule
from ledger.store.between import Loan
from ledger.store.grants import OverdueClearing
from reports.month.agency import AgencyFigures
from reports.month.between_funds import BetweenFunds
from reports.month.grants import GrantsFigures
from reports.month.projects import ProjectFigures
from reports.month.repair import RepairFigures


class MoveStepShown(TypedDict):
    """What happened to a request, by which act and when."""

    step: str
    seq: int
    on: DayText


class MoveShown(TypedDict):
    """A request to move money between funds."""

    id: str
    seq: int
    kind: str
    from_fund: str
    to_fund: str
    purpose: str
    authority: str
    exception: str | None
    state: str
    amount: Money
    from_bank: str | None
    to_bank: str | None
    account: str | None
    payee: str | None
    meter_group: str | None
    loan: str | None
    due_on: DayText | None
    distribution: str | None
    requested_body: str
    steps: list[MoveStepShown]


class ShareShown(TypedDict):
    """A fund's share, in basis points."""

    fund: str
    share_bp: int


class PartShown(TypedDict):
    """A fund's part."""

    fund: str
    amount: Money


class ProposalShown(TypedDict):
    """What a rule would give to whom for a span."""

    rule: str
    first_month: MonthText
    last_month: MonthText
    income: Money
    cost: Money
    net: Money
    kept_out: Money
    parts: list[PartShown]


class DistributionShown(TypedDict):
    """A distribution and the requests it consists of."""

    id: str
    seq: int
    rule: str
    first_month: MonthText
    last_month: MonthText
    income: Money
    cost: Money
    net: Money
    moves: list[MoveShown]


class DistributedPart(TypedDict):
    """What became of a part of a distribution."""

    id: str
    state: str
    voucher: str | None


class PurposeShown(TypedDict):
    """What a grant may pay for, or why it may not."""

    code: str
    zh: str
    en: str
    refused: bool
    why_zh: str | None
    why_en: str | None


class DonorShown(TypedDict):
    """A giver; the name is null where it was erased."""

    number: int
    name: str | None
    is_company: bool
    consent: bool


class PlannedShare(TypedDict):
    """A unit's share of a project."""

    unit: str
    share: Money


class ParticipantShown(TypedDict):
    """A unit's share of a project, and what is open of it; ``weight`` in square metres or as a coefficient."""

    unit: str
    weight: str
    share: Money
    open: Money
    bridged: Money


_PARTS = act(state=str, moves=list[DistributedPart])

ANSWERS: dict[str, Described] = {
    "list_fund_moves": pages(MoveShown),
    "read_fund_move": shows(MoveShown),
    "request_fund_move": act(Moved),
    "approve_fund_move": act(Moved),
    "refuse_fund_move": act(Moved),
    "pay_fund_move": act(Moved),
    "confirm_fund_move": act(Moved),
    "list_fund_loans": lists(joined(Loan, {"is_due": bool}), as_of=DayText),
    "read_between_funds": shows(BetweenFunds),
    "return_a_surplus": act(SurplusGiven),
    "list_distribution_rules": lists(joined(Rule, {"shares": list[ShareShown], "rest_bp": int})),
    "record_distribution_rule": act(code=str),
    "preview_distribution": shows(ProposalShown),
    "list_distributions": lists(DistributionShown),
    "request_distribution": act(Distributed),
    "approve_a_distribution": _PARTS,
    "refuse_a_distribution": _PARTS,
    "read_repair_fund": shows(RepairFigures),
    "open_buildings": act(),
    "record_in_repair_fund": act(amount_minor=int),
    "confirm_repair_fund": act(),
    "ratify_repair_job": act(job=int),
    "read_agency": shows(AgencyFigures),
    "open_a_meter_group": act(code=str),
    "record_a_utility_bill": act(meter_group=str, month=MonthText),
    "claim_an_opening": act(),
    "correct_a_closed_year": act(),
    "open_a_pool": act(fund=str),
    "list_purposes": lists(PurposeShown, compound=str),
    "apply": act(code=str),
    "step": act(code=str, step=str),
    "add_outcomes": act(code=str),
    "receive_grant_money": act(GrantMoved),
    "allocate": act(GrantMoved),
    "clear": act(GrantMoved),
    "disallow": act(GrantMoved),
    "read_grants": shows(GrantsFigures),
    "read_published_grants": shows(GrantsFigures),
    "list_overdue": lists(OverdueClearing),
    "take_a_gift": act(Given),
    "list_donors": lists(DonorShown),
    "change_a_donor": act(donor=int),
    "issue": act(PointsMoved),
    "redeem": act(PointsMoved),
    "open_a_project": act(ProjectOpened),
    "plan": act(plan=int, shares=list[PlannedShare]),
    "call": act(Called),
    "take_subsidy": act(Subsidised),
    "return_subsidy": act(Subsidised),
    "take_bridge": act(Bridged),
    "use_bridge": act(BridgeUsed),
    "give_back": act(Adjusted),
    "read_projects": lists(ProjectFigures),
    "read_published_projects": lists(ProjectFigures, withheld=int),
    "list_participants": lists(ParticipantShown, code=str, basis=str),
}

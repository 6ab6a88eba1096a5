"""What the demonstration's owners decided on the first day: votes, the budget, what earns, who shares, the contract."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from api.demo.cast import (
    COMPOUND,
    COSTS,
    DISTRIBUTION_VOTE,
    FEE,
    GRANT_BANK,
    LIFT_VOTE,
    NOT_THERE,
    POOL,
    PUBLIC,
)
from ledger.actions.distribute import record_rule
from ledger.actions.keep_repair import (
    Custodian,
    OpenBuilding,
    open_repair_buildings,
)
from ledger.actions.open_pool import OpenPool, open_pool
from ledger.actions.plan_budget import BudgetKey, DraftBudget, draft_budget, open_to_comments
from ledger.actions.record_authority import Terms
from ledger.actions.record_vote import RecordVote, Totals, record_vote
from ledger.actions.register_asset import (
    RegisterAsset,
    StateAbsence,
    register_asset,
    state_absence,
)
from ledger.actions.sign_lease import SignLease, Tenant, sign_lease
from ledger.rules.authority import Matter
from ledger.rules.between import Every, Rule
from ledger.rules.lease import AssetType, Schedule, month_after
from ledger.rules.period import months_back, months_between
from ledger.rules.vote import Base, Weight, weigh
from ledger.store.balances import balances
from ledger.store.electorate import electorate

if TYPE_CHECKING:
    from api.demo.story import Story

LEASE: Final = "A-2026-07"
RENT: Final = 300_000
_FIRST_INSTALMENT = 60_000_000
_LOW = "B07"  # its repair money has fallen below 30 % of the first instalment
_QUARTER = 3


@dataclass(frozen=True, slots=True)
class _Asset:
    """Something the common parts earn with."""

    code: str
    type: AssetType
    label: str
    count: int


ASSETS: Final = (
    _Asset("LIFT-AD", AssetType.ADVERT_ELEVATOR, "24 部电梯轿厢广告框", 24),
    _Asset("PARK-T", AssetType.PARKING_TEMPORARY, "地面临时停车位", 86),
    _Asset("PARK-M", AssetType.PARKING_MONTHLY, "共有月租车位", 88),
    _Asset("LOCKER", AssetType.LOCKER, "快递柜场地", 2),
    _Asset("CHARGE", AssetType.CHARGING, "电动自行车充电桩", 40),
    _Asset("RECYCLE", AssetType.RECYCLING, "废品回收点", 1),
)


def decide(story: Story, day: date) -> None:
    """On the first day: record the votes, the register of assets, the contract, the pool, and open the budget."""
    years = sorted({month[:4] for month in story.months})
    for code, matter, title, fund in (
        *((f"业表-{year}-01", Matter.BUDGET, f"{year} 年度预算", None) for year in years),
        (LIFT_VOTE, Matter.COMMON_PARTS, "电梯轿厢用于广告经营", None),
        (DISTRIBUTION_VOTE, Matter.DISTRIBUTION, "公共收益按 70/20/10 分配", PUBLIC),
    ):
        _vote(story, Terms(code, matter, title, day, fund))
    for one in ASSETS:
        story.act("caiwu", register_asset, RegisterAsset(one.code, one.type, one.label, day, one.count))
    for kind, why in NOT_THERE:
        story.act("caiwu", state_absence, StateAbsence(kind, day, why))
    tenant = Tenant("示例传媒有限公司", "91510107MA6CKQWR2A")
    start = day + timedelta(days=14)
    lease = SignLease(
        LEASE,
        ("LIFT-AD",),
        tenant,
        start,
        month_after(start, 12) - timedelta(days=1),
        LIFT_VOTE,
        Schedule(RENT),
        fee_bp=2_000,
    )
    story.act("caiwu", sign_lease, lease)
    shares = (("Repair", 7_000), ("Committee", 2_000))
    quarter = quarter_of(story.months[0])[0]
    story.act("caiwu", record_rule, Rule("FP-1", Every.QUARTER, quarter, DISTRIBUTION_VOTE, shares))
    story.act("caiwu", open_pool, OpenPool(POOL, "桂花社区居民委员会", "桂社治〔2026〕3 号", GRANT_BANK))
    for year in years:
        _plan(story, int(year), day)


def open_repair(story: Story) -> None:
    """Say what each building began with of the repair money that was brought forward."""
    whole = story.look(lambda session: balances(session, COMPOUND)).get(Custodian.DISTRICT.account, 0)
    names = [f"B{number:02d}" for number in range(1, 13)]
    low = _FIRST_INSTALMENT // 4
    part, left = divmod(whole - low, len(names) - 1)
    lines = [OpenBuilding(one, _FIRST_INSTALMENT, low if one == _LOW else part) for one in names]
    first = lines[0]
    lines[0] = OpenBuilding(first.building, first.first_instalment_minor, first.opening_minor + left)
    story.act("caiwu", open_repair_buildings, tuple(lines))


def _vote(story: Story, terms: Terms) -> None:
    """Record a vote in which four of five took part, and nearly nine of ten of them agreed."""
    electors = story.look(
        lambda session: electorate(session, COMPOUND, terms.decided_on, Base.COMPOUND, None, ())
    )
    whole = weigh(electors.values())
    took = Weight(whole.heads * 81 // 100, whole.area_hundredths * 79 // 100)
    agreed = Weight(took.heads * 88 // 100, took.area_hundredths * 87 // 100)
    proof = (hashlib.sha256(terms.code.encode()).hexdigest(), "计票汇总表")
    story.act("zhuren", record_vote, RecordVote(terms, Totals(took, agreed), evidence=(proof,)))


def _plan(story: Story, year: int, day: date) -> None:
    """Draft the fee fund's budget for the months of the story's books in a year, and open it to comments."""
    months = months_between(max(story.months[0], f"{year}-01"), f"{year}-12")
    monthly: dict[str, int] = {}
    for _, leaf, minor, _, _ in COSTS:
        code = f"Expenses:{FEE}:{leaf}"
        monthly[code] = monthly.get(code, 0) + -(-minor * 21 // 20 // 10_000) * 10_000
    monthly[f"Expenses:{FEE}:Facility:Fire"] += 300_000  # what breaks
    monthly[f"Expenses:{FEE}:Remuneration"] = 2_000_000
    monthly[f"Expenses:{FEE}:BankCharge"] = 150_000
    monthly[f"Income:{FEE}:Service:Owner"] = 18_800_000
    monthly[f"Income:{FEE}:Garbage"] = 600_000
    lines = {code: dict.fromkeys(months, minor) for code, minor in monthly.items()}
    story.act("caiwu", draft_budget, DraftBudget(FEE, year, f"{year} 年度物业服务资金预算", lines, {}))
    last = day + timedelta(days=2)
    story.act("zhuren", open_to_comments, BudgetKey(FEE, year, 1), day, last)


def quarter_of(month: str) -> tuple[str, str]:
    """Return the first and last month of a month's quarter."""
    into = (int(month[5:]) - 1) % _QUARTER
    first = months_back(month, into)
    return first, months_between(first, f"{first[:4]}-12")[_QUARTER - 1]

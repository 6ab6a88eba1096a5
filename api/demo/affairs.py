"""What came of the demonstration's decisions, day by day: the budget in force, rent, shares, a grant, an emergency.

Each function does what falls on a day of the story, with the same acts as everybody's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from api.demo.cast import (
    BASIC,
    COMMITTEE_BANK,
    COMPOUND,
    FEE,
    GRANT,
    GRANT_BANK,
    JOINT,
    POOL,
    PUBLIC,
    PUBLIC_BANK,
)
from api.demo.decisions import LEASE, RENT, quarter_of
from ledger.actions import pay
from ledger.actions.adopt_budget import AdoptBudget, adopt_budget
from ledger.actions.distribute import Distribute, approve_distribution, distribute
from ledger.actions.keep_repair import (
    ConfirmCustody,
    Custodian,
    confirm_custody,
)
from ledger.actions.pay_move import confirm_move, pay_move
from ledger.actions.plan_budget import BudgetKey
from ledger.actions.receive_grant import ReceiveGrant, receive_grant
from ledger.actions.receive_rent import ReceiveRent, receive_rent
from ledger.actions.record_authority import Terms, record_resolution
from ledger.actions.register_asset import (
    StateZero,
    state_zero,
)
from ledger.actions.run_grant import (
    ApplyForGrant,
    Outcome,
    StepGrant,
    apply_for_grant,
    record_outcomes,
    step_grant,
)
from ledger.rules.authority import Matter
from ledger.rules.payment import DEPOSIT_RELEASE
from ledger.store.balances import balances

if TYPE_CHECKING:
    from api.demo.story import Story


def live(story: Story, month: str, day: date) -> None:
    """Do what falls on this day: in the first month, in the second, and every month."""
    if month == story.months[0]:
        _first_month(story, day)
    if month == story.months[1]:
        _second_month(story, day)
    if day.day == 20:  # noqa: PLR2004 - the tenant pays on the 20th
        story.act("caiwu", receive_rent, ReceiveRent(LEASE, RENT, day, bank=PUBLIC_BANK))
    if day.day == 25:  # noqa: PLR2004 - said before the month is closed
        story.act("caiwu", state_zero, StateZero(month, "回收商按季结算，本月未到期", asset="RECYCLE"))


def _first_month(story: Story, day: date) -> None:
    if day.day == 4:  # noqa: PLR2004 - after the three days of comments
        for year in sorted({month[:4] for month in story.months}):
            since = max(day, date(int(year), 1, 1))
            story.act(
                "zhuren", adopt_budget, AdoptBudget(BudgetKey(FEE, int(year), 1), since, f"业表-{year}-01")
            )
    if day.day == 8:  # noqa: PLR2004
        project = ApplyForGrant(
            *(GRANT, POOL, "楼道照明节能改造", "桂花苑居民议事会", (("facilities", 2_000_000),)),
            applied_on=day,
            clear_by=day + timedelta(days=150),
            document="申请书 2026-08",
        )
        story.act("wuye", apply_for_grant, project)
        story.act("caiwu", step_grant, StepGrant(GRANT, "reviewed", day, "社区党委", "评审意见 2026-12"))
        story.act("zhuren", step_grant, StepGrant(GRANT, "approved", day, "居民议事会", "议事会决议 2026-05"))
    if day.day == 15:  # noqa: PLR2004
        came = ReceiveGrant(POOL, 2_000_000, "桂花街道办事处", "拨款通知 2026-21", GRANT_BANK, day, GRANT)
        story.act("caiwu", receive_grant, came)


def _second_month(story: Story, day: date) -> None:
    acts: Mapping[int, Callable[[Story, date], None]] = {
        6: _share,
        9: _arrived,
        12: _work,
        13: _burst,
        16: _deposit_back,
        18: _ratify,
        26: _accepted,
        28: _confirm,
    }
    if day.day in acts:
        acts[day.day](story, day)


def _share(story: Story, day: date) -> None:
    """Share out the quarter's net, if one has ended with the first month."""
    first, last = quarter_of(story.months[0])
    if last != story.months[0]:
        return
    span = f"{first[:4]}-Q{int(last[5:]) // 3}"
    command = Distribute("fenpei-1", "FP-1", span, PUBLIC_BANK, (("Committee", COMMITTEE_BANK),))
    story.act("wuye", distribute, command)
    story.act("zhuren", approve_distribution, "fenpei-1")
    for part in ("fenpei-1-01", "fenpei-1-02"):
        story.act("caiwu", pay_move, part, day)


def _arrived(story: Story, day: date) -> None:
    if quarter_of(story.months[0])[1] == story.months[0]:
        story.act("caiwu", confirm_move, "fenpei-1-01", day, "维修资金专户入账回单")


def _work(story: Story, day: date) -> None:
    """Pay the builder of the grant project."""
    account = f"Expenses:{POOL}:Work:{GRANT}"
    command = pay.RequestDisbursement(
        "zhili-1", POOL, ((account, 1_268_000),), "示例照明工程有限公司", "楼道照明改造工程款", GRANT,
        GRANT_BANK, invoice="26500000000000018821", grant_purpose="facilities",
    )  # fmt: skip
    _carry_through(story, command, day)


def _burst(story: Story, day: date) -> None:
    """Pay at once what cannot wait: one key, and a reason that everybody reads."""
    command = pay.RequestDisbursement(
        "yingji-1", FEE, ((f"Expenses:{FEE}:Facility:Fire", 486_000),), "示例消防技术有限公司",
        "3 幢消防主管爆裂抢修", "emergency", JOINT, invoice="26500000000000019044",
        reason="主管爆裂，地下室进水，须当日抢修",
    )  # fmt: skip
    story.act("wuye", pay.request, command)
    story.act("caiwu", pay.post, command.id, day)
    story.act("caiwu", pay.pay, command.id, day)


def _ratify(story: Story, day: date) -> None:
    code = "业委会决议-抢修追认"
    terms = Terms(code, Matter.SPENDING, "追认 3 幢消防主管抢修", day, FEE, 486_000)
    story.act("zhuren", record_resolution, terms)
    story.act("weiyuan", pay.ratify, "yingji-1", code)


def _deposit_back(story: Story, day: date) -> None:
    """Give a renovation deposit back, less what a broken tile of the hall costs."""
    kept = ((f"Income:{PUBLIC}:Compensation", 30_000),)
    command = pay.RequestDisbursement(
        "yajin-1", "Agency", kept, "业主", "装修押金退还，扣门厅地砖赔偿", "装修验收单", BASIC,
        kind=DEPOSIT_RELEASE, payee_is_person=True, unit=story.deposit_unit, amount_minor=200_000,
        to_bank=PUBLIC_BANK,
    )  # fmt: skip
    story.act("wuye", pay.request, command)
    story.act("zhuren", pay.approve, command.id)
    story.act("caiwu", pay.pay, command.id, day)


def _accepted(story: Story, day: date) -> None:
    step = StepGrant(GRANT, "accepted", day, "居民议事会、社区", "验收单 2026-09", "合格")
    story.act("zhuren", step_grant, step)
    outcomes = (Outcome("更换楼道灯", "612 盏"), Outcome("预计每月节电", "2,140 度"))
    story.act("caiwu", record_outcomes, GRANT, outcomes)


def _confirm(story: Story, day: date) -> None:
    """Let the district say what it holds."""
    held = story.look(lambda session: balances(session, COMPOUND)).get(Custodian.DISTRICT.account, 0)
    story.act("caiwu", confirm_custody, ConfirmCustody(Custodian.DISTRICT, day, "专户对账单", held))


def _carry_through(story: Story, command: pay.RequestDisbursement, day: date) -> None:
    story.act("wuye", pay.request, command)
    story.act("zhuren", pay.approve, command.id)
    story.act("caiwu", pay.post, command.id, day)
    story.act("caiwu", pay.pay, command.id, day)

"""Rules of governance grants, gifts, points, and projects that only some units own."""

from __future__ import annotations

from ledger.errors.base import RuleRefused, StateRefused


class GrantState(StateRefused):
    """A grant's project that has not come so far, or is past it."""

    code = "grant_state"
    zh = "项目 {project} 目前为“{is_now_zh}”,不能{act_zh}。"
    en = "The project {project} is {is_now_en} now; it cannot be {act_en}."


class GrantUnsettled(StateRefused):
    """A project is not cleared while a payment of it is approved and not booked."""

    code = "grant_unsettled"
    zh = "项目 {project} 有已批准未记账的支出“{id}”,请先记账或退回,再清算。"
    en = "Payment “{id}” of {project} is approved and not booked; book it or send it back, then clear."


class PurposeNegative(RuleRefused):
    """A purpose on the negative list (L47)."""

    code = "purpose_negative"
    zh = "治理资金不能用于{purpose_zh}(负面清单):{why_zh}。"
    en = "A governance grant cannot pay for {purpose_en}: it is on the negative list ({why_en})."


class PurposeMissing(RuleRefused):
    """A payment out of a pool without a purpose of the list."""

    code = "purpose_missing"
    zh = "治理资金支出须注明用途类别,可选:{known}。"
    en = "A payment out of a governance pool declares its purpose, one of: {known}."


class SpentOutside(RuleRefused):
    """A payment out of a pool that no project of its stands for."""

    code = "spent_outside_project"
    zh = "治理资金只能在已批准的项目内支出,科目应为 {wanted}:{account}。"
    en = "A governance pool pays for its approved projects only, on {wanted}, not on {account}."


class GrantShort(RuleRefused):
    """More than a pool or a project holds."""

    code = "grant_short"
    zh = "{of} 现有未用款 {held} 元,不够 {amount} 元。"
    en = "{of} holds {held} yuan unspent, less than {amount}."


class GrantBudgetExceeded(RuleRefused):
    """More than the project's approved budget."""

    code = "grant_budget_exceeded"
    zh = "项目 {project} 批准预算只剩 {left} 元,不够 {amount} 元;请先经原审批机构追加。"
    en = "{left} yuan of the approved budget of {project} are left, less than {amount}; have it raised first."


class PoolMissing(RuleRefused):
    """A fund that is no pool of this compound."""

    code = "pool_missing"
    zh = "{fund} 不是已设立的治理资金,请先登记其法定持有人和来源文件。"
    en = "{fund} is no governance pool of this compound; put its legal holder and its document on record first."


class PointsShort(RuleRefused):
    """More points than are outstanding."""

    code = "points_short"
    zh = "未兑积分只有 {held},不够 {amount}。积分不能折算为钱。"
    en = "{held} points are outstanding, fewer than {amount}. Points never convert to money."


class ProjectRefused(RuleRefused):
    """A project, or a sharing of its cost, that cannot be as it is written."""

    code = "project_refused"
    zh = "专项工程不能这样登记:{why_zh}。"
    en = "A project cannot be put down like this: {why_en}."


class BridgeShort(RuleRefused):
    """More than a unit has bridged for others."""

    code = "bridge_short"
    zh = "{unit} 的垫付只剩 {held} 元,不够 {amount} 元。"
    en = "{held} yuan that {unit} bridged are left, less than {amount}."

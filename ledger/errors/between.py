"""Rules of what passes between funds: distributions, transfers, loans, the repair fund, utilities."""

from __future__ import annotations

from ledger.errors.base import RuleRefused, StateRefused


class DistributionBelowMinimum(RuleRefused):
    """The share for repairs is below what was voted, or below the minimum without a vote that names it (L08)."""

    code = "distribution_below_minimum"
    zh = "补充维修资金的比例 {share} 低于最低 {least}。低于本地最低比例的,须在表决中写明该比例。"
    en = "The repair fund's share of {share} is below the least of {least}; the vote itself has to name a lower one."


class AlreadyDistributed(StateRefused):
    """A month of the span has been distributed."""

    code = "already_distributed"
    zh = "{months} 中已有月份分配过,同一期间只分配一次。"
    en = "A month of {months} has been distributed already; a span is distributed once."


class DistributionUndivided(StateRefused):
    """A part of a distribution would go another way than the rest of it."""

    code = "distribution_undivided"
    zh = "分配“{distribution}”须整体批准、整体退回;各部分都批准后才能付款,付款后不能单独撤销批准。"
    en = (
        "Distribution {distribution} is approved or refused as a whole; it is paid when all its parts are approved, "
        "and no approval is undone once a part is paid."
    )


class NothingToDistribute(RuleRefused):
    """The span has no net public income."""

    code = "nothing_to_distribute"
    zh = "{months} 的公共收益净额为 {net} 元,没有可分配的。"
    en = "Net public income of {months} is {net} yuan: there is nothing to distribute."


class LoansForbidden(RuleRefused):
    """The profile forbids loans between funds."""

    code = "fund_loans_forbidden"
    zh = "按{place}的规定,资金之间不得借款。"
    en = "The rules of {place} forbid loans between funds."


class LentOutside(RuleRefused):
    """Owners' money is not lent, invested or pledged (L10)."""

    code = "lent_outside"
    zh = "“{account}”不是本小区的资金。业主的钱不得对外出借、投资或担保,账上没有这样的科目。"
    en = (
        "“{account}” is no fund of this compound. Owners' money is not lent, invested or pledged to outsiders: the "
        "books have no account for it."
    )


class LoanShort(RuleRefused):
    """Less of a loan is open."""

    code = "loan_short"
    zh = "该借款尚未归还 {left} 元,不能按 {amount} 元办理。"
    en = "{left} yuan of the loan are open; {amount} is too much."


class SupplierBillShort(RuleRefused):
    """Less of a supplier's bills is unpaid."""

    code = "supplier_bill_short"
    zh = "{group} 的供应单位账单未付 {left} 元,不能付 {amount} 元。请先登记账单。"
    en = "{left} yuan of the supplier's bills to {group} are unpaid; {amount} is too much. Record the bill first."


class FundMoveState(StateRefused):
    """A request between funds is not in a state that allows the step."""

    code = "fund_move_state"
    zh = "该划转现为“{state_zh}”,不能{act_zh}。"
    en = "The request is {state_en}; it cannot be {act_en}."


class HandlingFee(RuleRefused):
    """Units would be charged more than the supplier bills their meter group (L19)."""

    code = "handling_fee"
    zh = "{group} {month} 供应单位账单 {billed} 元,向住户收 {charged} 元:代收费用不得加收。请先登记账单或更正单价。"
    en = (
        "The supplier bills {group} {billed} yuan for {month} and the units would be charged {charged}: nothing is "
        "added to what is collected for others. Record the bill, or put the rate right."
    )


class YearStillOpen(StateRefused):
    """An error of a year that is still open is corrected in its own accounts (E41)."""

    code = "year_still_open"
    zh = "{year} 年尚未结账完毕,请用原科目更正,不作以前年度调整。"
    en = "{year} is not closed; correct its accounts themselves, not the years before."

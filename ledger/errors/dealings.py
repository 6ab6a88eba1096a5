"""Rules of what passes between a fund and others: receipts, debts, payments, deposits."""

from __future__ import annotations

from ledger.errors.base import RuleRefused


class NothingToClear(RuleRefused):
    """Only … yuan is in transit; … cannot be cleared."""

    code = "nothing_to_clear"
    zh = "在途资金只有 {held} 元,不够结算 {amount} 元。"
    en = "Only {held} yuan is in transit; {amount} cannot be cleared."


class ReceiptOverpaid(RuleRefused):
    """The settlement is above what is open on charge …: … yuan."""

    code = "settlement_above_charge"
    zh = "核销金额超过应收 {charge} 的未收余额 {open} 元。"
    en = "The settlement is above what is open on charge {charge}: {open} yuan."


class UnitsOfOthers(RuleRefused):
    """One receipt takes the money of one owner: the units named have several."""

    code = "units_of_others"
    zh = "一张收据只收一位业主的款:所列房屋属于不同的欠费人。请分别开具收据。"
    en = "One receipt takes the money of one owner; the units named have several. Write a receipt for each."


class ParkedShort(RuleRefused):
    """Only … yuan of parked sum … is left; … is too much."""

    code = "parked_short"
    zh = "待查来款 {number} 只剩 {held} 元,不够 {amount} 元。"
    en = "Only {held} yuan of parked sum {number} is left; {amount} is too much."


class RefundMissing(RuleRefused):
    """… has … yuan to be given back; … is too much."""

    code = "refund_missing"
    zh = "{unit} 可退的款只有 {held} 元,不够 {amount} 元。"
    en = "{unit} has {held} yuan that can be given back; {amount} is too much."


class FeeAboveCap(RuleRefused):
    """A platform keeps at most … yuan of that; anything above is a payment with two keys."""

    code = "fee_above_cap"
    zh = "手续费超过平台可扣的 {cap} 元。超出部分是付款,请走支出申请和两把钥匙。"
    en = "The platform keeps at most {cap} yuan of that; anything above is a payment and takes two keys."


class PaidTooEarly(RuleRefused):
    """It is not dated before what it rests on."""

    code = "paid_too_early"
    zh = "日期不能早于所依据的批准、记账或付款之日 {day}。先付后批的,请记待查付款再说明。"
    en = (
        "It is not dated before the approval, the booking or the payment that it rests on ({day}). What was paid "
        "before it was approved is booked as a debit and explained."
    )


class PayerApproved(RuleRefused):
    """Whoever approved may not pay."""

    code = "payer_approved"
    zh = "批准人不能付款,申请人也不能(除非本地规则允许)。请由第三人付款。"
    en = (
        "Whoever approved may not pay, nor may the requester unless the profile says so. A third person pays."
    )


class ReliefAboveOpen(RuleRefused):
    """Charge … has … yuan open; … is not a part of that."""

    code = "relief_above_open"
    zh = "应收 {charge} 未收 {open} 元,不能按 {amount} 元办理。已收的款要退,请先更正应收。"
    en = "Charge {charge} has {open} yuan open; {amount} is not a part of that. To give back what was paid, adjust it."


class PrimeRateMissing(RuleRefused):
    """No loan prime rate is on record for …."""

    code = "prime_rate_missing"
    zh = "{day} 没有登记贷款市场报价利率(LPR),无法计算违约金上限。请先登记。"
    en = "No loan prime rate is on record for {day}, so the cap of late fees is unknown. Put it on record first."


class LateFeeAboveCap(RuleRefused):
    """The late fee … is above 1.3 times the prime rate of the day (…)."""

    code = "late_fee_above_cap"
    zh = "违约金 {amount} 元超过上限 {cap} 元(当日 LPR 的 1.3 倍,单利)。超上限须写明原因。"
    en = "The late fee {amount} is above the cap {cap} (1.3 times the prime rate of the day, simple). Give a reason."


class LateFeeCompounds(RuleRefused):
    """Charge … is a late fee: it bears none itself."""

    code = "late_fee_compounds"
    zh = "应收 {charge} 本身是违约金,不再计违约金。"
    en = "Charge {charge} is a late fee: it bears none itself."


class InKindShort(RuleRefused):
    """Only … yuan was taken in kind; … is too much."""

    code = "in_kind_short"
    zh = "抵债资产只有 {held} 元,不够 {amount} 元。"
    en = "Only {held} yuan was taken in kind; {amount} is too much."


class FundShort(RuleRefused):
    """… has … yuan to spend; … yuan is too much."""

    code = "fund_short"
    zh = "{fund} 可用资金只有 {available} 元,不够 {amount} 元。"
    en = "{fund} has {available} yuan to spend; {amount} yuan is too much."


class SamePerson(RuleRefused):
    """Whoever asked may not approve."""

    code = "two_keys_same_person"
    zh = "申请人不能批准自己的申请。请由另一单位的人批准。"
    en = "Whoever asked may not approve. It takes a person of another body."


class SameBody(RuleRefused):
    """The approver belongs to the same body as the requester (…)."""

    code = "two_keys_same_body"
    zh = "批准人与申请人属于同一单位({body})。两把钥匙必须来自两个单位。"
    en = (
        "The approver belongs to the same body as the requester ({body}). The two keys must come from "
        "two bodies."
    )


class DepositMissing(RuleRefused):
    """… has … yuan of deposit; … is too much."""

    code = "deposit_missing"
    zh = "{unit} 的押金只有 {held} 元,不够 {amount} 元。"
    en = "{unit} has {held} yuan of deposit; {amount} is too much."


class NothingOverdue(RuleRefused):
    """… owes nothing that is overdue on that day."""

    code = "nothing_overdue"
    zh = "{who} 在当日没有逾期欠费,无需催收。"
    en = "{who} owes nothing that is overdue on that day."

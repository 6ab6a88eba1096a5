"""Rules of paying: ladders, emergencies, invoices, vouchers, petty cash."""

from __future__ import annotations

from ledger.errors.base import Malformed, RuleRefused, StateRefused


class ApprovedAlready(StateRefused):
    """The same person does not approve twice."""

    code = "approved_already"
    zh = "您已经批准过这笔支出。还差的批准须由另一个人办理。"
    en = "You have approved this payment already. What is still missing takes another person."


class BodyCannotApprove(RuleRefused):
    """Payments of this size are approved by members of …."""

    code = "body_cannot_approve"
    zh = "这一档金额只能由以下单位的人批准:{bodies}。"
    en = "Payments of this size are approved by members of {bodies}."


class EmergencyAboveCap(RuleRefused):
    """Emergencies that nobody has ratified may come to … yuan in all."""

    code = "emergency_above_cap"
    zh = "未追认的紧急支出合计不得超过 {cap} 元,连同这笔是 {amount} 元。请走批准手续,或先追认已有的紧急支出。"
    en = (
        "Emergencies that are not ratified may come to {cap} yuan; with this one it is {amount}. Have it approved, "
        "or have the others ratified first."
    )


class EmergencyOpen(StateRefused):
    """An emergency of … is not ratified yet."""

    code = "emergency_open"
    zh = "{day} 的紧急支出“{purpose}”超过 {days} 天没有追认,不能再办紧急支出。请先追认或冲销。"
    en = "The emergency of {day} has not been ratified for over {days} days. Ratify or reverse it first."


class EmergencyClosed(StateRefused):
    """There is nothing to ratify."""

    code = "emergency_closed"
    zh = "这笔支出不是待追认的紧急支出(不是紧急类、已追认或已退回)。"
    en = "This is no emergency that waits: it never was one, is ratified, or was sent back."


class InvoiceUsed(RuleRefused):
    """Invoice … of … stands on another request already."""

    code = "invoice_used"
    zh = "发票 {invoice}({issuer})已用于另一笔支出申请 {id},不能重复报销。"
    en = "Invoice {invoice} of {issuer} stands on request {id} already; it is paid once."


class RepairRefused(RuleRefused):
    """Medium and major repairs are no service cost."""

    code = "repair_not_service_cost"
    zh = "中修、大修和超过 {cap} 元的小修不得计入物业服务成本。请走维修资金或专项工程。"
    en = (
        "Medium and major repairs, and minor ones above {cap} yuan, are no service cost. Use the repair fund or a "
        "project."
    )


class PayableShort(RuleRefused):
    """Of … only … yuan is owed; … is too much."""

    code = "payable_short"
    zh = "“{account}”可付的只有 {held} 元,不够 {amount} 元。"
    en = "Of “{account}” {held} yuan can be paid; {amount} is too much."


class NothingToPay(StateRefused):
    """What was kept back covers it."""

    code = "nothing_to_pay"
    zh = "这笔支出已由预付款或扣款抵清,没有应付余额。"
    en = "What was kept back covers this expense; nothing is left to pay."


class VendorRefundShort(RuleRefused):
    """Of this payment … yuan can still come back; … is too much."""

    code = "vendor_refund_short"
    zh = "这笔支出还可退回 {open} 元,不能记 {amount} 元。"
    en = "Of this payment {open} yuan can still come back; {amount} is too much."


class VoucherRefused(Malformed):
    """The file cannot be a voucher."""

    code = "voucher_refused"
    zh = "文件不能作为凭证:{why_zh}。可用 JPEG、PNG 照片、PDF 或数电票 XML。"
    en = "The file cannot be a voucher: {why_en}. JPEG and PNG photos, PDF, and XML invoices can."


class FloatMissing(RuleRefused):
    """… has no petty cash float."""

    code = "float_missing"
    zh = "{fund} 没有设立备用金定额。请先设立。"
    en = "{fund} has no petty cash float. Set one up first."


class FloatExceeded(RuleRefused):
    """The float is … yuan; … is in the box or under way."""

    code = "float_exceeded"
    zh = "备用金定额 {float} 元,现有和在途 {held} 元,不能再拨 {amount} 元。"
    en = "The float is {float} yuan and {held} is in the box or under way; {amount} more is too much."


class PettyShort(RuleRefused):
    """… yuan is in the box; … is too much."""

    code = "petty_short"
    zh = "备用金只有 {held} 元,不够 {amount} 元。"
    en = "{held} yuan is in the box; {amount} is too much."


class SlipAboveCap(RuleRefused):
    """A slip above … yuan is a payment with two keys."""

    code = "slip_above_cap"
    zh = "单张票据超过 {cap} 元,请走支出申请和两把钥匙。"
    en = "A slip above {cap} yuan is a payment, and takes two keys."


class ExplainedShort(RuleRefused):
    """Of this debit … yuan is unexplained; … is too much."""

    code = "explained_short"
    zh = "这笔待查付款还有 {open} 元没有说明,不能说明 {amount} 元。"
    en = "Of this debit {open} yuan is unexplained; {amount} is too much."

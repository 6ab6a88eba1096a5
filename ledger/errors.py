"""Every way the books can refuse, in Chinese and English.

A refusal is an answer, not an accident: it has a stable code (also the end of the problem type
``urn:mingzhang:problem:<code>``), an HTTP status, and a sentence in each language that says what to do.

    Refusal
    ├── Malformed (400)      the request cannot be read
    ├── AccessRefused (401 / 403 / 404)
    ├── StateRefused (409)   right request, wrong moment
    ├── Stale (412)          the thing changed meanwhile
    ├── RuleRefused (422)    a rule of bookkeeping or law says no
    └── Unavailable (503)    the store cannot answer now
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """The books refuse; ``code``, ``status`` and the two sentences say why and what to do."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 422
    zh: ClassVar[str] = "请求被拒绝。"
    en: ClassVar[str] = "The request was refused."

    def __init__(self, *, pointer: str | None = None, **facts: object) -> None:
        """Keep the facts that fill the sentences and the JSON pointer to the field at fault."""
        self.pointer = pointer
        self.facts = facts
        super().__init__(self.detail("en"))

    def detail(self, language: str) -> str:
        """Return the sentence in ``zh`` or ``en``."""
        template = self.zh if language == "zh" else self.en
        return template.format(**self.facts)


class Malformed(Refusal):
    """The request cannot be read."""

    status = 400


class AmountMalformed(Malformed):
    """The amount “…” cannot be read."""

    code = "amount_malformed"
    zh = "金额“{amount}”写法不对。请写成最多两位小数的数字,例如 179.06。"
    en = "The amount “{amount}” cannot be read. Write a number with at most two decimals, such as 179.06."


class PeriodMalformed(Malformed):
    """The month “…” cannot be read."""

    code = "period_malformed"
    zh = "月份“{month}”写法不对。请写成 2026-01 这样。"
    en = "The month “{month}” cannot be read. Write it like 2026-01."


class TextRefused(Malformed):
    """The text …."""

    code = "text_refused"
    zh = "文字{why_zh}。请改正后重试。"
    en = "The text {why_en}. Correct it and try again."


class RequestMalformed(Malformed):
    """The request cannot be read: …."""

    code = "request_malformed"
    zh = "请求有误:{why_zh}。"
    en = "The request cannot be read: {why_en}."


class KeyMissing(Malformed):
    """The Idempotency-Key header (16 to 64 characters) is missing."""

    code = "idempotency_key_missing"
    zh = "缺少 Idempotency-Key 请求头(16 到 64 个字符)。每笔业务请用一个新的键。"
    en = "The Idempotency-Key header (16 to 64 characters) is missing. Use a new key for each act."


class CursorMalformed(Malformed):
    """The cursor is not one of ours."""

    code = "cursor_malformed"
    zh = "翻页标记无效。请从第一页重新开始。"
    en = "The cursor is not one of ours. Start again from the first page."


class AccessRefused(Refusal):
    """Whoever asks may not."""

    status = 403


class NotSignedIn(AccessRefused):
    """Sign in, or send a valid bearer token."""

    code = "not_signed_in"
    status = 401
    zh = "请先登录,或带上有效的令牌。"
    en = "Sign in, or send a valid bearer token."


class RoleRefused(AccessRefused):
    """Your role may not do this."""

    code = "role_refused"
    zh = "您的身份不能做这件事。需要:{roles}。"
    en = "Your role may not do this. It takes: {roles}."


class NotFound(AccessRefused):
    """Not found: …."""

    code = "not_found"
    status = 404
    zh = "没有找到:{what}。请核对编号。"
    en = "Not found: {what}. Check the number or code."


class StateRefused(Refusal):
    """The right request at the wrong moment."""

    status = 409


class PeriodClosed(StateRefused):
    """… is closed and takes no entry."""

    code = "period_closed"
    zh = "{month} 已结账,不能再记账。更正请记入 {open} 或以后的月份,并注明更正哪个月。"
    en = (
        "{month} is closed and takes no entry. Post the correction in {open} or later and say which "
        "month it corrects."
    )


class PeriodOrder(StateRefused):
    """Close … first: months are closed strictly in order."""

    code = "period_order"
    zh = "请先结账 {month}。月份必须依次结账。"
    en = "Close {month} first: months are closed strictly in order."


class PeriodNotEnded(StateRefused):
    """… has not ended; it can be closed from …."""

    code = "period_not_ended"
    zh = "{month} 还没有结束,{after} 起才能结账。"
    en = "{month} has not ended; it can be closed from {after}."


class PeriodNotClosed(StateRefused):
    """… is not closed and cannot be published."""

    code = "period_not_closed"
    zh = "{month} 还没有结账,不能公示。请先结账。"
    en = "{month} is not closed and cannot be published. Close it first."


class AlreadyBilled(StateRefused):
    """… has already been billed for …."""

    code = "already_billed"
    zh = "{item} {month} 已经计费,不能重复计费。"
    en = "{item} has already been billed for {month}."


class AlreadyReversed(StateRefused):
    """Entry … has already been reversed; that can be done once."""

    code = "already_reversed"
    zh = "凭证 {seq} 已经冲销过,只能冲销一次。"
    en = "Entry {seq} has already been reversed; that can be done once."


class AlreadyExists(StateRefused):
    """… already exists."""

    code = "already_exists"
    zh = "{what} 已经存在。"
    en = "{what} already exists."


class DisbursementState(StateRefused):
    """The disbursement is not in a state that allows the step."""

    code = "disbursement_state"
    zh = "这笔支出现在是“{state_zh}”,不能{act_zh}。"
    en = "This disbursement is {state_en}; it cannot be {act_en} now."


class AlreadyPublished(StateRefused):
    """… is already published."""

    code = "already_published"
    zh = "{month} 已经公示。如需更正,请写明原因,作为新版本重新公示。"
    en = "{month} is already published. To correct it, publish a new version and give the reason."


class BooksDisagree(StateRefused):
    """Two engines disagree, so the month cannot be closed: … differs by … yuan."""

    code = "books_disagree"
    zh = "两套引擎算出的余额不一致,不能结账:{account} 相差 {difference} 元。请保留现场并报告。"
    en = (
        "Two engines disagree, so the month cannot be closed: {account} differs by {difference} yuan. "
        "Keep everything as it is and report it."
    )


class RequestInProgress(StateRefused):
    """A request with this key is still in progress."""

    code = "request_in_progress"
    zh = "同一个键的请求正在处理,请稍后用同一个键重试。"
    en = "A request with this key is still in progress. Try again with the same key."


class Stale(Refusal):
    """What was to be changed has changed meanwhile."""

    status = 412


class VersionChanged(Stale):
    """Somebody changed it meanwhile."""

    code = "version_changed"
    zh = "内容已被别人改过。请重新读取后再改。"
    en = "Somebody changed it meanwhile. Read it again, then change it."


class RuleRefused(Refusal):
    """A rule of bookkeeping or law says no."""

    status = 422


class AmountOutOfRange(RuleRefused):
    """The amount is out of range (within plus or minus 100 billion yuan)."""

    code = "amount_out_of_range"
    zh = "金额超出范围(正负 1000 亿元以内)。"
    en = "The amount is out of range (within plus or minus 100 billion yuan)."


class KeyReused(RuleRefused):
    """The Idempotency-Key was used for a different request."""

    code = "idempotency_key_reused"
    zh = "这个 Idempotency-Key 已用于另一个内容不同的请求。请换一个新键。"
    en = "This Idempotency-Key was used for a different request. Use a new key."


class DateInFuture(RuleRefused):
    """… has not come yet (today is …)."""

    code = "date_in_future"
    zh = "日期 {day} 还没有到(今天是 {today})。请用今天或以前的日期。"
    en = "{day} has not come yet (today is {today}). Use today's date or an earlier one."


class DateBeforeOpening(RuleRefused):
    """… is before the books were opened (…)."""

    code = "date_before_opening"
    zh = "日期 {day} 早于建账日 {opened}。"
    en = "{day} is before the books were opened ({opened})."


class AccountUnknown(RuleRefused):
    """There is no account “…”."""

    code = "account_unknown"
    zh = "没有科目“{account}”。请从科目表中选择。"
    en = "There is no account “{account}”. Choose one from the chart."


class AccountControlled(RuleRefused):
    """“…” is a control account: use its act (bill, receipt, deposit …) instead of a general entry."""

    code = "account_controlled"
    zh = "科目“{account}”不能直接记账,请用相应的业务(计费、收款、押金等)。"
    en = (
        "“{account}” is a control account: use its act (bill, receipt, deposit …) instead of a general entry."
    )


class PaymentNeedsTwoKeys(RuleRefused):
    """Paying out of “…” takes a disbursement and two keys (request, approval); a general entry cannot do it."""

    code = "payment_needs_two_keys"
    zh = "从“{account}”付款必须走支出申请和两把钥匙(申请、批准),不能直接记账。"
    en = (
        "Paying out of “{account}” takes a disbursement and two keys (request, approval); a general "
        "entry cannot do it."
    )


class EntryTooSmall(RuleRefused):
    """An entry has at least two postings."""

    code = "entry_too_small"
    zh = "一张凭证至少要有两行。"
    en = "An entry has at least two postings."


class ZeroPosting(RuleRefused):
    """A posting of nothing is not allowed."""

    code = "zero_posting"
    zh = "分录金额不能为零。"
    en = "A posting of nothing is not allowed."


class EntryUnbalanced(RuleRefused):
    """Fund … does not balance: it is off by … yuan."""

    code = "entry_unbalanced"
    zh = "资金“{fund}”借贷不平,相差 {difference} 元。"
    en = "Fund {fund} does not balance: it is off by {difference} yuan."


class FundsMixed(RuleRefused):
    """One entry may not touch several funds: …."""

    code = "funds_mixed"
    zh = "一张凭证不能同时动用几项资金:{funds}。资金间划转须经表决,单独办理。"
    en = "One entry may not touch several funds: {funds}. Money moves between funds only by a voted transfer."


class ReversalRefused(RuleRefused):
    """Entry … cannot be reversed: …."""

    code = "reversal_refused"
    zh = "凭证 {seq} 不能冲销:{why_zh}。"
    en = "Entry {seq} cannot be reversed: {why_en}."


class TariffMissing(RuleRefused):
    """There is no published tariff for … in …."""

    code = "tariff_missing"
    zh = "{item} 在 {month} 没有公示的收费标准。请先设定收费标准。"
    en = "There is no published tariff for {item} in {month}. Set the tariff first."


class AuthorityMissing(RuleRefused):
    """The authority is missing."""

    code = "authority_missing"
    zh = "缺少依据。请注明合同号或表决号。"
    en = "The authority is missing. Give the contract or the vote that allows it."


class NothingToBill(RuleRefused):
    """There is nothing to bill for …."""

    code = "nothing_to_bill"
    zh = "{month} 没有可计费的房屋。"
    en = "There is nothing to bill for {month}."


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


class UnitCodeMalformed(RuleRefused):
    """The unit code “…” cannot be read; it looks like B03-U2-1502."""

    code = "unit_code_malformed"
    zh = "房屋编号“{unit}”写法不对,例如 B03-U2-1502。"
    en = "The unit code “{unit}” cannot be read; it looks like B03-U2-1502."


class CodeMalformed(RuleRefused):
    """The code “…” is not usable: …."""

    code = "code_malformed"
    zh = "编码“{value}”写法不对:{hint_zh}。"
    en = "The code “{value}” is not usable: {hint_en}."


class ReasonMissing(RuleRefused):
    """Give the reason."""

    code = "reason_missing"
    zh = "请写明原因。"
    en = "Give the reason."


class ImportRefused(RuleRefused):
    """… cells of the register could not be read; nothing was imported."""

    code = "import_refused"
    zh = "名册有 {count} 处不能识别,一户也没有导入。请改正后重试。"
    en = "{count} cells of the register could not be read; nothing was imported. Correct them and try again."


class Unavailable(Refusal):
    """The books cannot answer now; nothing was stored."""

    status = 503


class StoreUnavailable(Unavailable):
    """The books are not available now: …."""

    code = "store_unavailable"
    zh = "账簿暂时不可用:{why_zh}。没有记入任何内容,请稍后用同一个键重试。"
    en = "The books are not available now: {why_en}. Nothing was stored; try again with the same key."

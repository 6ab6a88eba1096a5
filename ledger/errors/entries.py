"""Rules of entries, dates, accounts and codes."""

from __future__ import annotations

from ledger.errors.base import RuleRefused


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


class ImportRefused(RuleRefused):
    """… cells of the register could not be read; nothing was imported."""

    code = "import_refused"
    zh = "名册有 {count} 处不能识别,一户也没有导入。请改正后重试。"
    en = "{count} cells of the register could not be read; nothing was imported. Correct them and try again."

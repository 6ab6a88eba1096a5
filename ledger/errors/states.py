"""The right request at the wrong moment."""

from __future__ import annotations

from ledger.errors.base import StateRefused


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


class TenureOverlap(StateRefused):
    """… changes already on …; withdraw that change first."""

    code = "tenure_overlap"
    zh = "{unit} 在 {day} 已有变更({state}),期间重叠。请先撤回那次变更。"
    en = "{unit} changes already on {day} ({state}), so the days overlap. Withdraw that change first."


class NothingToChange(StateRefused):
    """That would change nothing for …."""

    code = "nothing_to_change"
    zh = "{what} 没有变化,无需办理。"
    en = "That would change nothing for {what}."


class ReadingSuperseded(StateRefused):
    """… has been read or billed since …; that reading stays."""

    code = "reading_superseded"
    zh = "{unit} 在 {month} 之后已有读数或已计费,这次读数不能再改。请先冲销相应的应收。"
    en = "{unit} has been read or billed since {month}, so that reading stays. Take the charge back first."


class ChargeSettled(StateRefused):
    """Charge … has … yuan settled on it."""

    code = "charge_settled"
    zh = "应收 {charge} 已核销 {settled} 元。请先冲销相应收款,或选择把多收的部分转为预收或应退。"
    en = (
        "Charge {charge} has {settled} yuan settled on it. Reverse the receipt first, or turn what was paid too "
        "much into a prepayment or a refund."
    )


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

"""Rules of when a debt may be touched, what a free month costs, and whose a debt is."""

from __future__ import annotations

from ledger.errors.base import RuleRefused, StateRefused


class ChargeNotYet(RuleRefused):
    """Charge … stands as it is from … on; an act of … cannot touch it."""

    code = "charge_not_yet"
    zh = "应收 {charge} 从 {day} 起才是现在这样,日期为 {on} 的业务不能动它。请用 {day} 或以后的日期。"
    en = "Charge {charge} stands as it is from {day} on; an act of {on} cannot touch it. Date it {day} or later."


class MonthNotBillable(RuleRefused):
    """… is not billed: the books bill from … to …."""

    code = "month_not_billable"
    zh = "{month} 不能计费。现在可以计费的月份是 {first} 至 {last}。"
    en = "{month} cannot be billed. The months that can be billed now are {first} to {last}."


class PaidAheadShort(RuleRefused):
    """The months that earn a free month cost …; only … comes in for them."""

    code = "paid_ahead_short"
    zh = "免收月份以预缴其余 {months} 个月为条件,共需 {needed} 元;这笔收款用于这些月份的只有 {amount} 元。"
    en = (
        "Free months take {months} other months paid ahead, {needed} yuan; this receipt has {amount} yuan for "
        "them."
    )


class LateFeeTwice(RuleRefused):
    """Charge … has borne its late fee through …."""

    code = "late_fee_twice"
    zh = "应收 {charge} 的违约金已经计到 {day},同样的日子不能再计。要改计,请先冲销那笔违约金。"
    en = "Charge {charge} has borne its late fee through {day}; the same days bear none again. Reverse that fee first."


class OwnerChangeStands(StateRefused):
    """… changed its owner on …: that is not taken back but changed again."""

    code = "owner_change_stands"
    zh = "{unit} 在 {day} 办了产权变更,旧债和预收已随之转移,不能这样撤回。办错了,请再办一次产权变更。"
    en = (
        "{unit} changed its owner on {day}, and debts and prepayment moved with that; it is not taken back so. "
        "If it was wrong, change the owner again."
    )


class OwnerChangeNeeded(RuleRefused):
    """Another owner of … takes a change of owner, not a change of its state."""

    code = "owner_change_needed"
    zh = "{unit} 换业主请办产权变更:原业主的欠费和预收要一并处理。"
    en = "Another owner of {unit} takes a change of owner: what the old one owes and has paid ahead goes with it."


class OwnerRenamed(RuleRefused):
    """Row …: … has another owner's name, and its owner owes or has paid ahead."""

    code = "owner_renamed"
    zh = (
        "第 {row} 行:{unit} 的业主姓名与台账不同,而原业主有欠费或预收。换了业主,请办产权变更;"
        "只是更正写法,请注明仍是同一业主。"
    )
    en = (
        "Row {row}: {unit} has another owner's name, and its owner owes or has paid ahead. If it was sold, change the "
        "owner; if the spelling is corrected, say that the owners are the same."
    )

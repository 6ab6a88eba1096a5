"""Rules of what is put right afterwards: adjustments with two keys, claims, withdrawals."""

from __future__ import annotations

from ledger.errors.base import RuleRefused, StateRefused


class AdjustmentState(StateRefused):
    """Adjustment … is not waiting for a second person any more."""

    code = "adjustment_state"
    zh = "应收更正申请 {number} 已经是“{state_zh}”,不能再办。需要时请重新申请。"
    en = "Adjustment {number} is {state_en} already. Ask for it again if it is still needed."


class NotTheAsker(RuleRefused):
    """Only whoever asked can withdraw a request."""

    code = "not_the_asker"
    zh = "只有申请人可以撤回申请 {number}。其他人请退回。"
    en = "Only whoever asked can withdraw request {number}. Anybody else declines it."


class AlreadyWithdrawn(StateRefused):
    """… has been withdrawn; that can be done once."""

    code = "already_withdrawn"
    zh = "{what} 已经撤回,不能再改。"
    en = "{what} has been withdrawn; nothing can be done to it any more."


class ClaimShort(RuleRefused):
    """Of claim …, … yuan is open; … is too much."""

    code = "claim_short"
    zh = "追偿 {claim} 还有 {open} 元未收回,不能收 {amount} 元。"
    en = "Of claim {claim}, {open} yuan is open; {amount} is too much."


class TrusteeClaimOpen(StateRefused):
    """The trustee owes the owners …: no remuneration is paid before that (Trust Law 36)."""

    code = "trustee_claim_open"
    zh = "受托人还有 {open} 元损失没有赔偿,赔偿之前不得支付酬金(信托法第三十六条)。"
    en = "The trustee has {open} yuan of loss to make good; no remuneration is paid before that (Trust Law 36)."


class RemunerationShort(RuleRefused):
    """… yuan of remuneration is accrued and unpaid; … is too much."""

    code = "remuneration_short"
    zh = "已计提未支付的酬金只有 {held} 元,不够 {amount} 元。"
    en = "{held} yuan of remuneration is accrued and unpaid; {amount} is too much."

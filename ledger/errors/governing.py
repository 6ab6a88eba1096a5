"""Rules of what allows an act: authorities, votes, budgets."""

from __future__ import annotations

from ledger.errors.base import RuleRefused


class AuthorityUnknown(RuleRefused):
    """No authority … is on record."""

    code = "authority_unknown"
    zh = "没有登记过依据“{code}”。请先登记通过的表决、业委会决议或合同;未通过的表决不是依据。"
    en = (
        "No authority “{code}” is on record. Record the vote that passed, the committee's resolution or the contract "
        "first; a vote that did not pass is none."
    )


class AuthorityUnfit(RuleRefused):
    """An authority of another kind, matter or fund."""

    code = "authority_unfit"
    zh = "依据“{code}”是 {is_now},此事需要 {wanted}。"
    en = "The authority “{code}” is {is_now}; this takes {wanted}."


class AuthorityExpired(RuleRefused):
    """An authority that does not hold on this day."""

    code = "authority_expired"
    zh = "依据“{code}”只在 {first} 至 {last} 有效。"
    en = "The authority “{code}” holds from {first} to {last} only."


class AuthorityUsedUp(RuleRefused):
    """Less of an authority is left than asked."""

    code = "authority_used_up"
    zh = "依据“{code}”只剩 {left} 元,不够 {amount} 元。"
    en = "{left} yuan of the authority “{code}” are left; {amount} is too much."

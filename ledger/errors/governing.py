"""Rules of what allows an act: authorities, votes, budgets."""

from __future__ import annotations

from ledger.errors.base import RuleRefused, StateRefused


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


class AuthorityTaken(RuleRefused):
    """A vote that has decided another thing of the same kind before."""

    code = "authority_taken"
    zh = "“{code}”已经定过一次,一次表决只定一件。请另行表决。"
    en = "“{code}” has decided one before, and one vote decides one of these. Let it be voted again."


class VoteNeeded(RuleRefused):
    """… takes a vote of the owners."""

    code = "vote_needed"
    zh = "“{matter}”须经业主表决,业委会决议或合同不能代替。请登记表决。"
    en = (
        "“{matter}” takes a vote of the owners; neither a resolution nor a contract will do. Record the vote."
    )


class VoteImplausible(RuleRefused):
    """The figures of the vote cannot be: …."""

    code = "vote_implausible"
    zh = "表决数字不成立:{why_zh}。"
    en = "The figures of the vote cannot be: {why_en}."


class VoteFailed(RuleRefused):
    """The vote … did not pass and allows nothing."""

    code = "vote_failed"
    zh = "表决“{code}”未通过,不能作为依据。"
    en = "The vote “{code}” did not pass and allows nothing."


class AuthorityEnded(StateRefused):
    """The authority … has ended already."""

    code = "authority_ended"
    zh = "依据“{code}”已于 {day} 终止。"
    en = "The authority “{code}” ended on {day}."


class BudgetMissing(RuleRefused):
    """No budget of … for … is in force on …."""

    code = "budget_missing"
    zh = "{fund} {year} 年在 {day} 没有生效的预算,不能以预算为依据。请先通过预算,或写明其他依据。"
    en = "No budget of {fund} for {year} is in force on {day}. Adopt one first, or name another authority."


class BudgetExceeded(RuleRefused):
    """The budget of … has … yuan left; … is too much."""

    code = "budget_exceeded"
    zh = "{account} 的预算只剩 {left} 元,不够 {amount} 元。请调整预算,或以表决等其他依据办理。"
    en = (
        "The budget of {account} has {left} yuan left; {amount} is too much. Adjust the budget by vote, or name "
        "another authority that allows it."
    )


class BudgetUnfunded(RuleRefused):
    """The budget spends … and … comes in."""

    code = "budget_unfunded"
    zh = "以收定支:支出 {expense} 元,可收 {income} 元,期初可用 {opening} 元,差 {deficit} 元。须减少支出,或表决赤字。"
    en = (
        "The budget spends {expense} yuan; {income} can come in and {opening} is there: {deficit} short. Plan less, or "
        "have the deficit voted."
    )


class BudgetRefused(RuleRefused):
    """The budget cannot be: …."""

    code = "budget_refused"
    zh = "预算不成立:{why_zh}。"
    en = "The budget cannot be: {why_en}."


class BudgetStateRefused(StateRefused):
    """The budget is not in a state that allows the step."""

    code = "budget_state"
    zh = "这一版预算现在是“{state_zh}”,不能{act_zh}。"
    en = "This version of the budget is {state_en}; it cannot be {act_en} now."

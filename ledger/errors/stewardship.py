"""Rules of who stands in for whom, and for how much."""

from __future__ import annotations

from ledger.errors.base import RuleRefused, StateRefused


class RemunerationMidway(RuleRefused):
    """A new remuneration begins after a period of the one before has ended."""

    code = "remuneration_midway"
    zh = "现行酬金每 {every} 个月计提一次,新标准须从一个计提期结束后的下一个月开始。"
    en = "The remuneration that holds now is accrued every {every} months; the new one begins after such a period."


class CaretakerRefused(RuleRefused):
    """While a caretaker stands in, only recurring spending inside the budget or a running contract is approved."""

    code = "caretaker_limits"
    zh = "业委会缺位,由{caretaker}代管:只能批准预算内的经常性支出或已有合同的款项。"
    en = (
        "There is no committee and {caretaker} stands in: only recurring spending inside the budget or under a "
        "contract that runs already can be approved."
    )


class CaretakerThere(StateRefused):
    """A caretaker stands in already, or none does."""

    code = "caretaker_state"
    zh = "不能这样变更代管:{why_zh}。"
    en = "The caretaker cannot be changed so: {why_en}."

"""Rules of tariffs, tenures, meters and billing."""

from __future__ import annotations

from ledger.errors.base import RuleRefused


class TariffMissing(RuleRefused):
    """There is no published tariff for … in …."""

    code = "tariff_missing"
    zh = "{item} 在 {month} 没有公示的收费标准。请先设定收费标准。"
    en = "There is no published tariff for {item} in {month}. Set the tariff first."


class TariffRefused(RuleRefused):
    """The tariff cannot be published: …."""

    code = "tariff_refused"
    zh = "收费标准不能公布:{why_zh}。"
    en = "The tariff cannot be published: {why_en}."


class VacancyRefused(RuleRefused):
    """The vacancy is refused: …."""

    code = "vacancy_refused"
    zh = "空置不能登记:{why_zh}。"
    en = "The vacancy is refused: {why_en}."


class ReadingBelowLast(RuleRefused):
    """The reading … of … is below the last one, … of …."""

    code = "reading_below_last"
    zh = "{unit} 的读数 {reading} 低于上次读数 {last}({month})。如已换表,请填写旧表末数、新表起数和换表单号。"
    en = (
        "The reading {reading} of {unit} is below the last one, {last} of {month}. If the meter was replaced, give "
        "the old meter's last and the new one's first reading, and the document."
    )


class FloorMissing(RuleRefused):
    """… has no floor in the register, and … is charged by floor."""

    code = "floor_missing"
    zh = "{unit} 在名册中没有楼层,而 {item} 按楼层计费。请先补登楼层。"
    en = "{unit} has no floor in the register, and {item} is charged by floor. Add the floor first."


class CostMissing(RuleRefused):
    """There is no cost of … to share for …."""

    code = "cost_missing"
    zh = "{item} {month} 没有可分摊的费用。请先登记费用。"
    en = "There is no cost of {item} to share for {month}. Record the cost first."


class CostRefused(RuleRefused):
    """The cost cannot be shared: …."""

    code = "cost_refused"
    zh = "费用不能分摊:{why_zh}。"
    en = "The cost cannot be shared: {why_en}."


class AdjustmentRefused(RuleRefused):
    """Charge … cannot be adjusted: …."""

    code = "adjustment_refused"
    zh = "应收 {charge} 不能更正:{why_zh}。"
    en = "Charge {charge} cannot be adjusted: {why_en}."


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

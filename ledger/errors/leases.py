"""Rules of public income: assets, contracts of the common parts, rents, and what a bank pays or takes for all funds."""

from __future__ import annotations

from ledger.errors.base import RuleRefused, StateRefused


class CreditCodeMalformed(RuleRefused):
    """A unified social credit code whose check character is wrong."""

    code = "credit_code_malformed"
    zh = "统一社会信用代码“{value}”不对,请核对营业执照。"
    en = "“{value}” is not a unified social credit code; look at the business licence."


class ManagementFeeAboveCap(RuleRefused):
    """A management fee on public income above what the place allows (L09)."""

    code = "management_fee_above_cap"
    zh = "委托管理费 {amount} 超过本地上限:公共收益的 {cap},即 {most}。"
    en = "A management fee of {amount} is above the local cap of {cap} of public income, that is {most}."


class AssetLet(StateRefused):
    """An asset that another contract lets in the same days."""

    code = "asset_let"
    zh = "资源“{asset}”在此期间已由合同“{contract}”出租。"
    en = "The asset “{asset}” is let by contract “{contract}” in these days."


class AssetStated(StateRefused):
    """An asset of a type that is stated as not there, or the other way round."""

    code = "asset_stated"
    zh = "经营资源“{type}”{why_zh}。"
    en = "As for “{type}”: {why_en}."


class LeaseRefused(StateRefused):
    """A contract to which this cannot be done."""

    code = "lease_refused"
    zh = "合同“{contract}”{why_zh}。"
    en = "Contract “{contract}”: {why_en}."


class NoRentDue(StateRefused):
    """No rent has fallen due that is not charged already."""

    code = "no_rent_due"
    zh = "截至 {day} 没有未登记的到期租金;已登记的不会再记。"
    en = "No rent that fell due by {day} waits to be charged; what is charged is not charged again."


class RentNotOpen(RuleRefused):
    """A named instalment on which nothing is open."""

    code = "rent_not_open"
    zh = "合同“{contract}”第 {number} 期没有到期未付的租金。"
    en = "Nothing that is due is open on instalment {number} of contract “{contract}”."


class ZeroRefused(StateRefused):
    """A statement that nothing came, where something did or nothing was expected."""

    code = "zero_refused"
    zh = "“{what}”{month} {why_zh},不能确认为零。"
    en = "“{what}” in {month}: {why_en}; it is not zero."


class PublicIncomeMissing(StateRefused):
    """A month in which a contract or an asset in operation has neither an entry nor a statement of zero (L25)."""

    code = "public_income_missing"
    zh = "{month} 的公共收益未录全:{what}。请入账,或说明理由确认为零;未录入不是零,不能公示。"
    en = (
        "Public income of {month} is incomplete: {what}. Enter it, or state that it is zero and why: what was not "
        "entered is not zero, and is not published."
    )


class BankSpanTaken(StateRefused):
    """Interest of days that have been shared out already."""

    code = "bank_span_taken"
    zh = "账户 {bank} 截至 {day} 的利息已经分配。请从次日起算,或先冲销原凭证。"
    en = "The interest of account {bank} is shared out through {day}. Begin after it, or reverse that entry first."


class NothingToShare(RuleRefused):
    """A bank account on which no fund had anything in these days."""

    code = "nothing_to_share"
    zh = "账户 {bank} 在 {first} 至 {last} 没有任何资金有余额,无从分配。"
    en = "No fund had a balance on account {bank} from {first} to {last}: there is nothing to share by."


class GrantNotNamed(RuleRefused):
    """Interest on grants of several projects, or of a project that has none."""

    code = "grant_not_named"
    zh = "{fund} 的利息归未用拨款:请注明项目(现有 {projects})。"
    en = "Interest of {fund} belongs to its unspent grants: name the project (there are {projects})."

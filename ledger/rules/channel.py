"""How money reaches the fund: straight to the bank, over a platform, by card, in cash, or into the trustee's account.

Whoever paid the trustee has paid; the trustee owes it to the fund until it comes to the fund's bank (chart E24).
"""

from __future__ import annotations

from enum import StrEnum

from ledger.errors import RequestMalformed
from ledger.rules.chart import fund_of


class Channel(StrEnum):
    """A way of paying."""

    BANK = "bank"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    POS = "pos"
    CASH = "cash"
    TRUSTEE = "trustee"


CHANNEL_ZH = {
    Channel.BANK: "银行",
    Channel.WECHAT: "微信",
    Channel.ALIPAY: "支付宝",
    Channel.POS: "刷卡",
    Channel.CASH: "现金",
    Channel.TRUSTEE: "受托人账户",
}
_PLACES = {
    Channel.WECHAT: "Clearing:WeChat",
    Channel.ALIPAY: "Clearing:Alipay",
    Channel.POS: "Clearing:POS",
    Channel.CASH: "Cash:OnHand",
    Channel.TRUSTEE: "Clearing:Trustee",
}


def money_account(fund: str, channel: Channel, bank: str | None) -> str:
    """Return the account that money of ``fund`` lands on: a bank account is posted only when the bank shows it.

    Raises:
        RequestMalformed: a bank receipt without a bank account.
    """
    if channel is Channel.BANK:
        if bank is None:
            raise RequestMalformed(pointer="/bank", why_zh="请注明银行账户", why_en="name the bank account")
        return f"Assets:{fund}:Bank:{bank}"
    if bank is not None:
        raise RequestMalformed(
            pointer="/bank",
            why_zh="只有银行收款才注明银行账户",
            why_en="only money that came by bank names a bank account",
        )
    return f"Assets:{fund}:{_PLACES[channel]}"


def charge_account(fund: str) -> str:
    """Return the account that bears a bank's or platform's charge on money of ``fund``.

    Third parties' money is owed in full, so the fee fund bears the charge on it (chart 2.5).
    """
    if fund == "Agency":
        fund = "PropertyFee"
    return (
        "Expenses:PublicIncome:Cost:BankCharge" if fund == "PublicIncome" else f"Expenses:{fund}:BankCharge"
    )


def bearer_of(fund: str) -> str:
    """Return the fund that bears a charge on money of ``fund``."""
    return fund_of(charge_account(fund))

"""Put the trustee's contract rate on record: without it nothing is accrued (Trust Law 35)."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.errors import AmountOutOfRange, AuthorityMissing, RequestMalformed
from ledger.rules.chart import account
from ledger.rules.period import first_day, parse_month
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_text
from ledger.store.append import Journal, Recorded
from ledger.store.tables import RemunerationRule

_WHOLE_BP = 10_000
_RHYTHMS = (1, 3, 12)


@dataclass(frozen=True, slots=True)
class SetRemuneration:
    """A rate in basis points of the income recognised in ``accounts``, accrued every 1, 3 or 12 months."""

    rate_bp: int
    every_months: int
    accounts: tuple[str, ...]
    contract: str
    effective_from: str


def set_remuneration(journal: Journal, command: SetRemuneration) -> Recorded:
    """Put the rule on record; the close applies it.

    Raises:
        AuthorityMissing: no contract is named.
    """
    require(journal.actor, KEEPERS)
    if not command.contract.strip():
        raise AuthorityMissing(pointer="/contract")
    if not 1 <= command.rate_bp <= _WHOLE_BP:
        raise AmountOutOfRange(pointer="/rate_bp")
    if command.every_months not in _RHYTHMS:
        raise RequestMalformed(
            pointer="/every_months", why_zh="只能是 1、3 或 12 个月", why_en="it is 1, 3 or 12 months"
        )
    if not command.accounts:
        raise RequestMalformed(
            pointer="/accounts", why_zh="请列出计提基数的收入科目", why_en="list the income accounts"
        )
    for place, code in enumerate(command.accounts):
        if account(code).type != "Income" or account(code).fund != "PropertyFee":
            raise RequestMalformed(
                pointer=f"/accounts/{place}",
                why_zh="只能是物业服务资金的收入科目",
                why_en="only income of the fee fund counts",
            )
    month = parse_month(command.effective_from, "/effective_from")
    row = {
        "effective_from": month,
        "rate_bp": command.rate_bp,
        "every_months": command.every_months,
        "accounts": " ".join(command.accounts),
        "contract": check_text(command.contract, "/contract", NAME_LIMIT),
    }
    return journal.record("remuneration_set", first_day(month), {RemunerationRule: [row]})
